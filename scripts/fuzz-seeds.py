#!/usr/bin/env python3
"""Writes the small whole files with which fuzzing begins to Tests/Corpus/<reader>/.

    scripts/fuzz-seeds.py NNTRAIN      the program makes a checkpoint

Python's standard library alone; the same files each time but for what the program makes.
"""
import gzip
import io
import json
import os
import struct
import subprocess
import sys
import tempfile
import zipfile

CORPUS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Tests", "Corpus")


def put(reader, name, content):
    folder = os.path.join(CORPUS, reader)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode())


def packed(content):
    return gzip.compress(content, mtime=0)


def idx(kind, extents, content):
    return bytes([0, 0, kind, len(extents)]) + b"".join(struct.pack(">I", n) for n in extents) + content


def npy(descr, shape, content, version=1):
    header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    length = struct.pack("<H" if version == 1 else "<I", len(header))
    return b"\x93NUMPY" + bytes([version, 0]) + length + header + content


def npz(compression, x, y):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in (("x", x), ("y", y)):
            archive.writestr(zipfile.ZipInfo(name + ".npy"), content, compress_type=compression)
    return file.getvalue()


def safetensors(entries, metadata, content):
    header = {"__metadata__": metadata} if metadata else {}
    for name, kind, shape, begin, end in entries:
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + content


def metadata_of(path):
    with open(path, "rb") as file:
        content = file.read()
    (length,) = struct.unpack("<Q", content[:8])
    return json.loads(content[8 : 8 + length])["__metadata__"]


images = idx(8, (3, 2, 2), bytes(range(12)))
put("idx", "images", images)
put("idx", "images.gz", packed(images))
put("idx", "labels", idx(8, (3,), bytes([0, 1, 1])))
put("idx", "floats", idx(13, (2, 1, 2, 1), struct.pack(">4f", 1, -2, 0.5, 3)))
put("idx", "doubles", idx(14, (1, 2), struct.pack(">2d", 1, 2e10)))
put("idx", "no-samples-of-2-to-the-96", idx(8, (0, 2**32 - 1, 2**32 - 1, 2**32 - 1), b""))
put("csv", "plain", "1,2.5,0\n-3,4e2,1\n0.1,.5,1\n")
put("csv", "header", 'a,"b ""c""",y\r\n1,?,yes\r\n 2 ,3,no\r\n')
put("csv", "texts", "\ufeffred,1,a\n\ngreen,2,b\nred,3,a")
put("csv", "plain.gz", packed(b"1,2,0\n3,4,1\n"))
floats = npy("<f4", "(2, 3)", struct.pack("<6f", *range(6)))
bytes_ = npy("|u1", "(2,)", bytes([0, 1]))
put("npy", "floats", floats)
put("npy", "bytes", bytes_)
put("npy", "wide", npy(">i8", "(2, 1)", struct.pack(">2q", 1, -(2**40)), version=2))
put("npy", "floats.gz", packed(floats))
put("npy", "no-samples-of-2-to-the-80", npy("|u1", f"(0, {2**40}, {2**40})", b""))
put("npy", "samples-of-none", npy("|u1", f"({2**62}, 0)", b""))
put("npz", "stored", npz(zipfile.ZIP_STORED, floats, bytes_))
put("npz", "deflated", npz(zipfile.ZIP_DEFLATED, floats, bytes_))
record = bytes([3]) + bytes(i % 251 for i in range(3072))
put("cifar10", "one.gz", packed(record))
put("cifar10", "two.gz", packed(record + bytes([9]) + record[1:]))
put("gzip", "one", packed(b"some text, some text, some text"))
put("gzip", "two", packed(b"one ") + packed(b"two") + bytes(8))
put("gzip", "bomb", packed(bytes(1 << 20)))
put("gzip", "empty", packed(b""))
put("json", "all", '{"a": [1, -2.5e-3, true, null, "\\u00e9\\n\\ud83d\\ude00"], "b": {}, "c": ""}')
put("json", "deep", "[" * 40 + "]" * 40)
put("safetensors", "one", safetensors([("w", "F32", [2, 2], 0, 16)], {}, bytes(16)))
put(
    "safetensors",
    "many",
    safetensors(
        [("a", "F64", [1], 0, 8), ("b", "BF16", [3], 8, 14), ("c", "BOOL", [2], 14, 16), ("d", "F16", [0], 16, 16)],
        {"nntrain": "1", "replay_place": "[5, 1, 4, 0, 4]", "replay_samples": "[1, 2]",
         "replay_bits": '["7ff", "0"]'},
        bytes(range(16)),
    ),
)
put("ensemble", "average", json.dumps({"nntrain_ensemble": 1, "combine": "average", "members": [
    {"file": "a.safetensors", "parameter_digest": "00"}, {"file": "b.safetensors"}]}))
put("ensemble", "weights", json.dumps({"nntrain_ensemble": 1, "combine": "validation_weights", "members": [
    {"file": "a.safetensors", "weight": 0.25}]}))
put("text", "verse.txt", "To be,\r\nor not\tto be.\n")
put("text", "marked.txt", b"\xef\xbb\xbf" + "Größe, 水, 𝄞\n".encode())
put("text", "verse.txt.gz", packed(b"that is the question"))
# The words of FlightLayout: a ring of 1024 records after a header of 24.
flight = [int.from_bytes(b"NNFLIGHT", "little"), 1, 0, 2, 4711, 10**18, 10**9, 2] + [0] * 3088
flight[8] = int.from_bytes(b"node1", "little")
flight[24:30] = [10**9, 4, 1, 2 * 10**9, 5, 2 | 1 << 16]
put("flight", "rank-0", struct.pack("<3096Q", *flight))
small = """seed: 7
data: {train: {format: csv, path: x.csv, header: true, target: [y], missing: mean}}
model:
  - dense: {units: 4, activation: {leaky_relu: {slope: 0.1}}}
  - residual: [dense: 4]
  - dropout: 0.5
  - dense: {name: out, units: 2, activation: softmax}
objective: categorical_crossentropy
optimizer: {momentum: {learning_rate: 0.05}}
schedule: {warmup: 1, step_decay: {factor: 0.1, every: 10}}
training: {epochs: 3, batch: full, shards: 2}
checkpoints: {every: 5 steps, keep: 2}
"""
put("yaml", "small", small)
put("yaml", "digits", "data: digits\nmodel: [flatten, {dense: {units: 10, activation: softmax}}]\n"
    "objective: categorical_crossentropy\noptimizer: adam\n")
put("yaml", "anchors", "x: &a {l2: 1.0e-4}\nregularization: *a\ndata: digits\nmodel: []\n")

if len(sys.argv) > 1:
    with tempfile.TemporaryDirectory() as folder:
        configuration = os.path.join(folder, "tiny.yaml")
        with open(configuration, "w", encoding="utf-8") as file:
            file.write("data: {source: digits, take: 32}\nmodel: [flatten, {dense: {units: 10, activation: softmax}}]\n"
                       "objective: categorical_crossentropy\noptimizer: momentum\n"
                       "training: {epochs: 1, batch: 8, shards: 2}\n")
        run = os.path.join(folder, "run")
        subprocess.run([sys.argv[1], configuration, "--run", run, "--quiet"], check=True)
        newest = sorted(os.listdir(os.path.join(run, "checkpoints")))[-1]
        path = os.path.join(run, "checkpoints", newest)
        put("checkpoint", "metadata", json.dumps(metadata_of(path)))
        with open(path, "rb") as file:
            put("checkpoint", "whole", file.read())
else:
    print("fuzz-seeds.py: without a program no checkpoint was made", file=sys.stderr)
