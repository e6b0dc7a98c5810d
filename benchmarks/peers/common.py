"""Shared by the peers: the workloads' data, the order of the samples, the clock and the answer.

Every peer does a whole training step: it gathers a shuffled minibatch from memory, runs forward,
objective and backward, exchanges gradients where there are several ranks, and applies the optimizer.
"""

import argparse
import json
import math
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from harness.workloads import WORKLOADS  # noqa: E402  (the same table as nntrain's)

SHAPES = {"W1": (64,), "W2": (784,), "W3": (1024,), "W4": (1, 28, 28), "W5": (3, 32, 32),
          "W6": (28, 28)}
CLASSES = {"W1": 10, "W2": 10, "W3": 1000, "W4": 10, "W5": 10, "W6": 10}
WIDTHS = {"W1": (64, 64, 32, 10), "W2": (784, 512, 512, 10), "W3": (1024, 4096, 4096, 1000)}
ADAM = {"W2", "W4", "W6"}
DECAYS = {"W5"}
RATE, MOMENTUM, DECAY = 1e-3, 0.9, 1e-4


def arguments(about: str) -> argparse.ArgumentParser:
    """The options that all peers have."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--workload", required=True, choices=sorted(WORKLOADS))
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--batch", type=int, default=0, help="samples per step and rank; the workload's if 0")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long to measure")
    parser.add_argument("--warmup", type=float, default=1.0, help="how long to run before")
    parser.add_argument("--check", type=Path, help="train 100 steps on the files of this folder instead")
    return parser


CHECKED_STEPS = 100


def rate_of(options: argparse.Namespace) -> float:
    """The learning rate; a check's is smaller with Adam, which else learns a minibatch by heart in 100 steps."""
    return RATE / 50 if options.check and options.workload in ADAM else RATE


def checked_data(folder: Path, channels_last: bool = False):
    """The one minibatch of a check."""
    x = np.load(folder / "inputs.npy")
    if channels_last and x.ndim == 4:
        x = np.ascontiguousarray(x.transpose(0, 2, 3, 1))
    return x, np.load(folder / "labels.npy")


def checked_weights(folder: Path, inputs_first: bool = False) -> list[np.ndarray]:
    """The first weights of a check, layer by layer: in PyTorch's shapes, or with inputs first and channels last."""
    found, channels = [], 0
    with np.load(folder / "weights.npz") as tensors:
        for key in tensors.files:
            value = tensors[key]
            if inputs_first and value.ndim == 4:
                channels = value.shape[0]
                value = value.transpose(2, 3, 1, 0)
            elif inputs_first and value.ndim == 2:
                if channels:  # behind a convolution a row is an image with channels first
                    side = math.isqrt(value.shape[1] // channels)
                    value = value.reshape(-1, channels, side, side).transpose(0, 2, 3, 1).reshape(len(value), -1)
                    channels = 0
                value = value.T
            found.append(np.ascontiguousarray(value))
    return found


def data(name: str, rank: int = 0, channels_last: bool = False):
    """Random inputs and labels from a fixed seed."""
    count = max(WORKLOADS[name].samples, 1024)
    random = np.random.default_rng(1234 + rank)
    x = random.standard_normal((count, *SHAPES[name]), dtype=np.float32)
    if channels_last and x.ndim == 4:
        x = np.ascontiguousarray(x.transpose(0, 2, 3, 1))
    return x, random.integers(0, CLASSES[name], count)


def minibatches(count: int, batch: int, seed: int = 0, steps: int = 1):
    """Endless indices of minibatches, shuffled anew every epoch: (batch,) or (steps, batch)."""
    random = np.random.default_rng(seed)
    steps = min(steps, count // batch)
    while True:
        order = random.permutation(count)
        for start in range(0, count - steps * batch + 1, steps * batch):
            index = order[start : start + steps * batch]
            yield index if steps == 1 else index.reshape(steps, batch)


def measure(step, finish, samples_per_step, options, agree=lambda number: number):
    """Samples per second over one stretch of `options.seconds`, after the warm-up.

    `step` does one step, or several in one call; `finish` waits for it. `agree` makes every rank use
    rank 0's number.
    """
    began, done = time.perf_counter(), 0
    while done < 3 or agree(int(time.perf_counter() - began < options.warmup)):
        step()
        finish()
        done += 1
    began, done = time.perf_counter(), 0
    while done < 2 or agree(int(time.perf_counter() - began < options.seconds / 8)):
        step()
        finish()
        done += 1
    each = (time.perf_counter() - began) / done
    steps = agree(max(2, math.ceil(options.seconds / each)))
    began = time.perf_counter()
    for _ in range(steps):
        step()
    finish()
    return steps * samples_per_step / (time.perf_counter() - began)


def agreed(objective: float) -> None:
    """The one line of a check."""
    print("RESULT " + json.dumps({"objective": float(objective)}), flush=True)


def answer(rate: float, parameters: int, **more) -> None:
    """The one line that the runner reads."""
    print("RESULT " + json.dumps(dict(rate=round(rate, 1), parameters=int(parameters), **more)), flush=True)
