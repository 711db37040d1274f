"""The study's training step (2 x LSTM 128 over 130 classes, dropout .5, clipping, Adam) in other libraries, for bench/performance.ts.

python baselines.py keras|torch|magenta|sgemm THREADS < requests
A request is one JSON line: {"sequences": [[labels of a melody], ...], "batch": sequences per step}; the answer is one JSON line
with the events (steps that count), wall seconds and CPU seconds that one pass over them took. Sequences come in the order
they are to be learned in; each batch is padded to its longest. `magenta` is the graph of Magenta's events_rnn_graph.py 2.1.4
in its own operations (dynamic_rnn over a MultiRNNCell of BasicLSTMCells in DropoutWrappers, masked cross-entropy, each
gradient clipped by its own norm, Adam), fed as its input pipeline does. `sgemm` multiplies 2048 x 2048 matrices.
"""

import json
import os
import sys
import time

LIBRARY, THREADS = sys.argv[1], int(sys.argv[2])
for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
    os.environ[name] = str(THREADS)
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np

CLASSES, UNITS = 130, 128


def padded(sequences):
    """Inputs and labels [batch, steps] and the mask, labels one step later than inputs."""
    steps = max(len(each) for each in sequences) - 1
    ids = np.zeros((len(sequences), steps + 1), np.int32)
    mask = np.zeros((len(sequences), steps), np.float32)
    for row, each in enumerate(sequences):
        ids[row, : len(each)] = each
        mask[row, : len(each) - 1] = 1
    return ids[:, :-1], ids[:, 1:], mask


def torch_step():
    import torch

    torch.set_num_threads(THREADS)
    lstm = torch.nn.LSTM(CLASSES, UNITS, num_layers=2, dropout=0.5, batch_first=True)
    drop, dense = torch.nn.Dropout(0.5), torch.nn.Linear(UNITS, CLASSES)
    parameters = [*lstm.parameters(), *dense.parameters()]
    adam = torch.optim.Adam(parameters, lr=1e-3)

    def step(ids, labels, mask):
        inputs = torch.nn.functional.one_hot(torch.from_numpy(ids.astype(np.int64)), CLASSES).float()
        logits = dense(drop(lstm(inputs)[0])).reshape(-1, CLASSES)
        losses = torch.nn.functional.cross_entropy(logits, torch.from_numpy(labels.astype(np.int64)).reshape(-1), reduction="none")
        weights = torch.from_numpy(mask).reshape(-1)
        loss = (losses * weights).sum() / weights.sum()
        adam.zero_grad()
        loss.backward()
        for parameter in parameters:
            torch.nn.utils.clip_grad_norm_([parameter], 5)
        adam.step()
        return float(loss.detach())

    return step


def keras_step():
    import tensorflow as tf

    layers = tf.keras.layers
    network = tf.keras.Sequential(
        [
            layers.LSTM(UNITS, return_sequences=True, input_shape=(None, CLASSES)),
            layers.Dropout(0.5),
            layers.LSTM(UNITS, return_sequences=True),
            layers.Dropout(0.5),
            layers.Dense(CLASSES),
        ]
    )
    loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(tf.keras.optimizers.Adam(1e-3, clipnorm=5), loss=loss)
    return lambda ids, labels, mask: network.train_on_batch(tf.one_hot(ids, CLASSES), labels, sample_weight=mask)


def magenta_step():
    import tensorflow.compat.v1 as tf

    tf.disable_v2_behavior()
    inputs = tf.placeholder(tf.float32, [None, None, CLASSES])
    labels, lengths = tf.placeholder(tf.int32, [None, None]), tf.placeholder(tf.int32, [None])
    cells = [
        tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.BasicLSTMCell(UNITS), output_keep_prob=0.5) for _ in range(2)
    ]
    outputs, _ = tf.nn.dynamic_rnn(tf.nn.rnn_cell.MultiRNNCell(cells), inputs, lengths, dtype=tf.float32, swap_memory=True)
    mask = tf.reshape(tf.sequence_mask(lengths, dtype=tf.float32), [-1])
    dense = tf.get_variable("dense", [UNITS, CLASSES]), tf.get_variable("bias", [CLASSES])
    logits = tf.matmul(tf.reshape(outputs, [-1, UNITS]), dense[0]) + dense[1]
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=tf.reshape(labels, [-1]), logits=logits)
    loss = tf.reduce_sum(losses * mask) / tf.reduce_sum(mask)
    adam = tf.train.AdamOptimizer(1e-3)
    clipped = [(tf.clip_by_norm(gradient, 5), variable) for gradient, variable in adam.compute_gradients(loss)]
    train = adam.apply_gradients(clipped)
    threads = tf.ConfigProto(intra_op_parallelism_threads=THREADS, inter_op_parallelism_threads=THREADS)
    session = tf.Session(config=threads)
    session.run(tf.global_variables_initializer())
    rows = np.eye(CLASSES, dtype=np.float32)

    def step(ids, wanted, counted):
        feed = {inputs: rows[ids], labels: wanted, lengths: counted.sum(1).astype(np.int32)}
        return session.run([train, loss], feed)[1]

    return step


def sgemm():
    import tensorflow as tf

    a = tf.random.uniform([2048, 2048])
    product = tf.function(lambda x: tf.matmul(x, a))
    return lambda *_: float(product(a)[0, 0])


step = {"torch": torch_step, "keras": keras_step, "magenta": magenta_step, "sgemm": sgemm}[LIBRARY]()
print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    sequences, size = request["sequences"], request["batch"]
    batches = [padded(sequences[n : n + size]) for n in range(0, len(sequences), size)]
    cpu, wall = time.process_time(), time.perf_counter()
    for batch in batches:
        loss = step(*batch)
    answer = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "last": float(loss)}
    print(json.dumps({**answer, "events": int(sum(mask.sum() for _, _, mask in batches))}), flush=True)
