"""The network of notes in PyTorch: 2 LSTM layers, attention to earlier notes, three heads, Adam. For bench/notes.ts.

python noteTwin.py THREADS WEIGHTS < requests
WEIGHTS and each batch are safetensors files as the bench writes them: our initial weights; the rows, targets and masks of
`makeNoteBatch`, ready made, which our own side computes again at every step. A request is one JSON line, {"batches": [paths],
"learn": true or false}; the answer is one JSON line with the seconds that they took and, where nothing is learnt, the losses.
"""

import json
import sys
import time

import numpy as np
import torch

torch.set_num_threads(int(sys.argv[1]))


def tensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = file.read()
    return {
        name: torch.from_numpy(np.frombuffer(data[slice(*about["data_offsets"])], np.float32).reshape(about["shape"]).copy())
        for name, about in header.items()
        if name != "__metadata__"
    }


class Notes(torch.nn.Module):
    def __init__(self, weights):
        super().__init__()
        self.inputs = weights["lstm_0/kernel"].shape[0] - weights["lstm_0/bias"].shape[0] // 4
        units = weights["length/kernel"].shape[0]
        self.lstm = torch.nn.LSTM(self.inputs, units, num_layers=2, dropout=0.1)
        self.drop = torch.nn.Dropout(0.1)
        for layer, width in enumerate((self.inputs, units)):
            kernel = weights[f"lstm_{layer}/kernel"].T
            own = {"weight_ih": kernel[:, :width], "weight_hh": kernel[:, width:], "bias_ih": weights[f"lstm_{layer}/bias"]}
            own["bias_hh"] = torch.zeros_like(own["bias_ih"])
            for name, value in own.items():
                getattr(self.lstm, f"{name}_l{layer}").data.copy_(value)
            getattr(self.lstm, f"bias_hh_l{layer}").requires_grad_(False)
        self.distance = torch.nn.Parameter(weights["attention/distance/bias"])
        self.layers = torch.nn.ModuleDict()
        for name in ("attention/query", "attention/key", "attention/value", "attention/output", "length", "next", "rest", "interval"):
            kernel, bias = weights[f"{name}/kernel"], weights.get(f"{name}/bias")
            layer = torch.nn.Linear(*kernel.shape, bias=bias is not None)
            layer.weight.data.copy_(kernel.T)
            if bias is not None:
                layer.bias.data.copy_(bias)
            self.layers[name.replace("/", "_")] = layer

    def forward(self, batch):
        layers = self.layers
        hidden = self.drop(self.lstm(batch["inputs"])[0])
        keys = layers["attention_key"](hidden).permute(1, 2, 0)
        values = layers["attention_value"](torch.cat([hidden, batch["followers"]], 2)).transpose(0, 1)
        queries = layers["attention_query"](hidden).transpose(0, 1)
        bias = torch.cat([torch.full((1,), -1e9), self.distance])[batch["distances"]]
        scores = torch.bmm(queries, keys) / queries.shape[2] ** 0.5 + bias
        nothing = torch.zeros(*scores.shape[:2], 1)
        shares = torch.softmax(torch.cat([scores, nothing], 2), 2)[:, :, :-1]
        found = torch.bmm(shares, values).transpose(0, 1)
        state = hidden + torch.relu(layers["attention_output"](torch.cat([hidden, found], 2)))
        following = torch.relu(layers["next"](torch.cat([state, batch["endings"]], 2)))
        rest = layers["rest"](following).squeeze(2)
        interval = layers["interval"](following) + batch["intervalMask"]
        return (
            (share_of(layers["length"](state), batch["lengthTargets"]) * batch["hasLength"]).sum()
            + (torch.nn.functional.binary_cross_entropy_with_logits(rest, batch["restTargets"], reduction="none") * batch["hasKind"]).sum()
            + (share_of(interval, batch["intervalTargets"]) * batch["hasNote"]).sum()
        ) / batch["valid"]


def share_of(logits, targets):
    return -torch.logsumexp(torch.log_softmax(logits, 2) + targets, 2)


def prepared(path, width):
    batch = tensors(path)
    steps, size = batch["distances"].shape[1], batch["distances"].shape[0]
    rows = {name: value.reshape(steps, size, -1) for name, value in batch.items() if name not in ("distances", "columns", "valid")}
    inputs = torch.zeros(steps, size, width)
    inputs[:, :, batch["columns"].long()] = rows["inputs"]
    for name in ("hasLength", "hasKind", "hasNote", "restTargets"):
        rows[name] = rows[name].squeeze(2)
    followers = torch.cat([inputs[1:], torch.zeros(1, size, width)])
    return {**rows, "inputs": inputs, "followers": followers, "distances": batch["distances"][:, :, :-1].long(), "valid": float(batch["valid"])}


network = Notes(tensors(sys.argv[2]))
parameters = [each for each in network.parameters() if each.requires_grad]
adam = torch.optim.Adam(parameters, lr=3e-3)
print(json.dumps({"ready": True}), flush=True)
kept = {}
for line in sys.stdin:
    request = json.loads(line)
    for path in request["batches"]:
        kept.setdefault(path, prepared(path, network.inputs))
    network.train(request["learn"])
    began, losses = time.perf_counter(), []
    for path in request["batches"]:
        if not request["learn"]:
            with torch.no_grad():
                losses.append(float(network(kept[path])))
            continue
        adam.zero_grad()
        network(kept[path]).backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1)
        adam.step()
    print(json.dumps({"seconds": time.perf_counter() - began, "losses": losses}), flush=True)
