"""Two hundred steps of each optimizer on a small classifier, in double precision.

A network 4-6-3 with tanh and softmax on 48 samples in minibatches of 8, in the order in which they
stand, with biases of zero to begin with. Gradients are PyTorch's; the steps are PyTorch's or Keras's.
Rates are such that the paths are smooth: double and single precision part slowly.
"""

import common
import numpy as np

import keras
import torch

keras.config.set_floatx("float64")
torch.set_default_dtype(torch.float64)  # NAdam keeps a product of this type

SAMPLES, INPUTS, HIDDEN, CLASSES, BATCH, STEPS = 48, 4, 6, 3, 8, 200
MARKS = (20, 100, 200)


def f(number):
    return float(np.float32(number))


def single(array):
    return np.float32(np.round(array, 4)).astype(np.float64)


RANDOM = np.random.default_rng(7)
LABELS = RANDOM.integers(0, CLASSES, SAMPLES)
DATA = single(RANDOM.normal(size=(SAMPLES, INPUTS)) + RANDOM.normal(size=(CLASSES, INPUTS))[LABELS])
FIRST = [
    single(RANDOM.normal(size=(HIDDEN, INPUTS)) * 0.5),
    np.zeros(HIDDEN),
    single(RANDOM.normal(size=(CLASSES, HIDDEN)) * 0.5),
    np.zeros(CLASSES),
]


def gradients(parameters, step):
    """The mean gradient of the minibatch of `step`."""
    first = step * BATCH % SAMPLES
    values = [torch.tensor(p, requires_grad=True) for p in parameters]
    x = torch.tensor(DATA[first : first + BATCH])
    hidden = torch.tanh(x @ values[0].T + values[1])
    logits = hidden @ values[2].T + values[3]
    loss = torch.nn.functional.cross_entropy(logits, torch.tensor(LABELS[first : first + BATCH]))
    loss.backward()
    return [v.grad.numpy() for v in values]


def with_torch(make):
    values = [torch.tensor(p.copy(), requires_grad=True) for p in FIRST]
    optimizer = make(values)
    for step in range(STEPS):
        for value, g in zip(values, gradients([v.detach().numpy() for v in values], step)):
            value.grad = torch.tensor(g)
        optimizer.step()
        if step + 1 in MARKS:
            yield np.concatenate([v.detach().numpy().ravel() for v in values]).tolist()


def with_keras(make):
    values = [keras.Variable(p.copy(), dtype="float64") for p in FIRST]
    optimizer = make()
    for step in range(STEPS):
        optimizer.apply(gradients([np.asarray(v) for v in values], step), values)
        if step + 1 in MARKS:
            averages = getattr(optimizer, "_model_variables_moving_average", None)
            kept = averages if optimizer.use_ema else values
            yield np.concatenate([np.asarray(v).ravel() for v in kept]).tolist()


T, K, MU = torch.optim, keras.optimizers, f(0.9)
B, E8, E7 = (f(0.9), f(0.999)), f(1e-8), f(1e-7)
KB = {"beta_1": B[0], "beta_2": B[1], "epsilon": E7}

# name → (rate, weight decay, library, maker)
RUNS = {
    "sgd": (0.1, 0, with_torch, lambda r: lambda p: T.SGD(p, lr=r)),
    "momentum keras": (0.05, 0, with_keras, lambda r: lambda: K.SGD(r, momentum=MU)),
    "momentum pytorch": (0.05, 0, with_torch, lambda r: lambda p: T.SGD(p, lr=r, momentum=MU)),
    "nesterov keras": (
        0.05, 0, with_keras, lambda r: lambda: K.SGD(r, momentum=MU, nesterov=True),
    ),
    "nesterov pytorch": (
        0.05, 0, with_torch, lambda r: lambda p: T.SGD(p, lr=r, momentum=MU, nesterov=True),
    ),
    "adagrad keras": (
        0.05, 0, with_keras,
        lambda r: lambda: K.Adagrad(r, initial_accumulator_value=f(0.1), epsilon=E7),
    ),
    "adagrad pytorch": (0.05, 0, with_torch, lambda r: lambda p: T.Adagrad(p, lr=r, eps=f(1e-10))),
    "adadelta keras": (
        1, 0, with_keras, lambda r: lambda: K.Adadelta(r, rho=f(0.95), epsilon=E7),
    ),
    "adadelta pytorch": (
        1, 0, with_torch, lambda r: lambda p: T.Adadelta(p, lr=r, rho=f(0.9), eps=f(1e-6)),
    ),
    "rmsprop keras": (0.005, 0, with_keras, lambda r: lambda: K.RMSprop(r, f(0.9), epsilon=E7)),
    "rmsprop pytorch": (
        0.005, 0, with_torch, lambda r: lambda p: T.RMSprop(p, lr=r, alpha=f(0.99), eps=E8),
    ),
    "adam keras": (0.01, 0, with_keras, lambda r: lambda: K.Adam(r, **KB)),
    "adam pytorch": (0.01, 0, with_torch, lambda r: lambda p: T.Adam(p, lr=r, betas=B, eps=E8)),
    "adamw keras": (
        0.01, f(0.1), with_keras, lambda r: lambda: K.AdamW(r, weight_decay=f(0.1), **KB),
    ),
    "adamw pytorch": (
        0.01, f(0.1), with_torch,
        lambda r: lambda p: T.AdamW(p, lr=r, betas=B, eps=E8, weight_decay=f(0.1)),
    ),
    "adamax keras": (0.01, 0, with_keras, lambda r: lambda: K.Adamax(r, **KB)),
    "adamax pytorch": (0.01, 0, with_torch, lambda r: lambda p: T.Adamax(p, lr=r, betas=B, eps=E8)),
    "nadam keras": (0.01, 0, with_keras, lambda r: lambda: K.Nadam(r, **KB)),
    "nadam pytorch": (0.01, 0, with_torch, lambda r: lambda p: T.NAdam(p, lr=r, betas=B, eps=E8)),
    "radam pytorch": (0.01, 0, with_torch, lambda r: lambda p: T.RAdam(p, lr=r, betas=B, eps=E8)),
    "lion": (
        0.001, 0, with_keras, lambda r: lambda: K.Lion(r, beta_1=f(0.9), beta_2=f(0.99)),
    ),
    "lamb keras": (0.01, 0, with_keras, lambda r: lambda: K.Lamb(r, **KB)),
    "momentum keras average": (
        0.05, 0, with_keras,
        lambda r: lambda: K.SGD(r, momentum=MU, use_ema=True, ema_momentum=f(0.95)),
    ),
}

if __name__ == "__main__":
    runs = []
    for name, (rate, decay, library, make) in RUNS.items():
        marks = list(library(make(f(rate))))
        runs.append({"optimizer": name, "rate": f(rate), "decay": decay, "weights": marks})
    common.write(
        "trajectories",
        "trajectories.py",
        ("numpy", "keras", "tensorflow-cpu", "torch"),
        {
            "inputs": common.numbers(DATA),
            "labels": LABELS.tolist(),
            "first": common.numbers(np.concatenate([p.ravel() for p in FIRST])),
            "batch": BATCH,
            "marks": list(MARKS),
            "runs": runs,
        },
    )
