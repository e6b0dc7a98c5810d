"""Makes the files of a check: one minibatch of random samples, and He-normal weights.

    python check_files.py W1 FOLDER
"""

import json
import sys
from pathlib import Path

import numpy as np

from common import SHAPES, WORKLOADS

LAYERS = {  # weights by name in PyTorch's shapes
    "W1": {"dense_1": (64, 64), "dense_2": (32, 64), "output": (10, 32)},
    "W2": {"dense_1": (512, 784), "dense_2": (512, 512), "output": (10, 512)},
    "W3": {"dense_1": (4096, 1024), "dense_2": (4096, 4096), "output": (1000, 4096)},
    "W4": {"conv_1": (32, 1, 5, 5), "conv_2": (64, 32, 5, 5), "dense_1": (512, 3136), "output": (10, 512)},
}


def prepare(name: str, folder: Path) -> None:
    """One minibatch of random samples and He-normal weights, as files that everybody can read."""
    random = np.random.default_rng(77)
    layers = LAYERS[name]
    classes = layers["output"][0]
    batch = WORKLOADS[name].batch
    np.save(folder / "inputs.npy", random.standard_normal((batch, *SHAPES[name]), dtype=np.float32))
    labels = random.integers(0, classes, batch)
    np.save(folder / "labels.npy", labels)
    np.save(folder / "targets.npy", np.eye(classes, dtype=np.float32)[labels])
    tensors = {}
    for layer, shape in layers.items():
        scale = np.float32(np.sqrt(2 / np.prod(shape[1:])))
        tensors[f"{layer}.weight"] = random.standard_normal(shape, dtype=np.float32) * scale
        tensors[f"{layer}.bias"] = np.zeros(shape[0], np.float32)
    np.savez(folder / "weights.npz", **tensors)
    write_safetensors(folder / "weights.safetensors", tensors)


def write_safetensors(path: Path, tensors: dict) -> None:
    """The format of Hugging Face: the length of a JSON header, the header, the numbers."""
    header, offset = {}, 0
    for key, value in tensors.items():
        header[key] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [offset, offset + value.nbytes]}
        offset += value.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for value in tensors.values():
            file.write(value.astype("<f4").tobytes())


prepare(sys.argv[1], Path(sys.argv[2]))
