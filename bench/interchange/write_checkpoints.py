#!/usr/bin/env python3
"""Writes the checkpoints of tests/goldens/data/tensorflow with TensorFlow: the weights of the LSTM goldens, as Magenta's trainer saves them.

usage: write_checkpoints.py GOLDENS OUT   (GOLDENS holds lstm/*.json or lstm/*.json.gz)
"""
import base64
import gzip
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np  # noqa: E402
import tensorflow.compat.v1 as tf  # noqa: E402
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory  # noqa: E402

tf.disable_v2_behavior()
goldens, out = sys.argv[1:3]
# The second version of the format is written for these, the first for the others.
SECOND = ("mono_rnn", "attention_rnn")


def golden(name):
    path = os.path.join(goldens, "lstm", f"lstm_{name}.json")
    opened = open(path) if os.path.exists(path) else gzip.open(path + ".gz", "rt")
    with opened as file:
        return json.load(file)


def save(name, version, path):
    record = golden(name)
    with tf.Graph().as_default():
        for variable, array in record["weights"].items():
            values = np.frombuffer(base64.b64decode(array["f32le_base64"]), "<f4").reshape(array["shape"])
            tf.get_variable(variable, initializer=values)
        step = tf.train.get_or_create_global_step()
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            session.run(step.assign(500))
            saver = tf.train.Saver(write_version=version)
            saver.save(session, path, write_meta_graph=False, write_state=False)


def bundle_type():
    """GeneratorBundle of Magenta's generator.proto, as far as it is needed."""
    file = descriptor_pb2.FileDescriptorProto(name="generator.proto", package="tensorflow.magenta", syntax="proto3")
    kinds = descriptor_pb2.FieldDescriptorProto

    def message(name, fields):
        each = file.message_type.add(name=name)
        for number, field, kind, label, of in fields:
            added = each.field.add(name=field, number=number, type=kind, label=label)
            if of:
                added.type_name = f".tensorflow.magenta.{of}"

    one, many = kinds.LABEL_OPTIONAL, kinds.LABEL_REPEATED
    message("Details", [(1, "id", kinds.TYPE_STRING, one, None), (2, "description", kinds.TYPE_STRING, one, None)])
    message(
        "GeneratorBundle",
        [
            (1, "generator_details", kinds.TYPE_MESSAGE, one, "Details"),
            (2, "checkpoint_file", kinds.TYPE_BYTES, many, None),
            (3, "metagraph_file", kinds.TYPE_BYTES, one, None),
        ],
    )
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("tensorflow.magenta.GeneratorBundle"))


os.makedirs(out, exist_ok=True)
for each in ("mono_rnn", "basic_rnn", "lookback_rnn", "attention_rnn"):
    version = tf.train.SaverDef.V2 if each in SECOND else tf.train.SaverDef.V1
    save(each, version, os.path.join(out, f"{each}.ckpt"))
for each in ("basic_rnn", "performance_rnn"):
    bundle = bundle_type()()
    bundle.generator_details.id = each
    with open(os.path.join(out, "basic_rnn.ckpt"), "rb") as file:
        bundle.checkpoint_file.append(file.read())
    with open(os.path.join(out, f"{each}.mag"), "wb") as file:
        file.write(bundle.SerializeToString())
