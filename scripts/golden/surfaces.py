"""Forty steps of some optimizers on surfaces of two variables, in double precision.

Values and gradients are PyTorch's own (automatic differentiation of the formula), the steps PyTorch's
or Keras's.
"""

import common
import numpy as np

import keras
import torch

keras.config.set_floatx("float64")
torch.set_default_dtype(torch.float64)

STEPS = 40


def f(number):
    return float(np.float32(number))


SURFACES = {
    "ravine": ((-9, f(1.6)), lambda x, y: 0.5 * x**2 + 10 * y**2),
    "beale": (
        (1, 1.5),
        lambda x, y: (1.5 - x + x * y) ** 2
        + (2.25 - x + x * y**2) ** 2
        + (2.625 - x + x * y**3) ** 2,
    ),
    "rosenbrock": ((f(-1.2), 1), lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2),
    "saddle": ((-1.5, f(0.001)), lambda x, y: 0.5 * x**2 - 0.5 * y**2 + 0.25 * y**4),
}
T, K = torch.optim, keras.optimizers
B, E8, E7 = (f(0.9), f(0.999)), f(1e-8), f(1e-7)

# what --optimizer says → (learning rate, maker)
RUNS = {
    "sgd: {learning_rate: %s}": (0.001, lambda r: lambda p: T.SGD(p, lr=r)),
    "momentum: {variant: pytorch, learning_rate: %s}": (
        0.0005,
        lambda r: lambda p: T.SGD(p, lr=r, momentum=f(0.9)),
    ),
    "nesterov: {variant: pytorch, learning_rate: %s}": (
        0.0005,
        lambda r: lambda p: T.SGD(p, lr=r, momentum=f(0.9), nesterov=True),
    ),
    "adagrad: {variant: pytorch, learning_rate: %s}": (
        0.1,
        lambda r: lambda p: T.Adagrad(p, lr=r, eps=f(1e-10)),
    ),
    "rmsprop: {variant: pytorch, learning_rate: %s}": (
        0.02,
        lambda r: lambda p: T.RMSprop(p, lr=r, alpha=f(0.99), eps=E8),
    ),
    "adam: {learning_rate: %s}": (0.05, lambda r: lambda p: T.Adam(p, lr=r, betas=B, eps=E8)),
    "adamw: {learning_rate: %s, weight_decay: 0.1}": (
        0.05,
        lambda r: lambda p: T.AdamW(p, lr=r, betas=B, eps=E8, weight_decay=f(0.1)),
    ),
    "lion: {learning_rate: %s}": (
        0.02,
        lambda r: lambda: K.Lion(r, beta_1=f(0.9), beta_2=f(0.99)),
    ),
    "lamb: {variant: keras, learning_rate: %s}": (
        0.02,
        lambda r: lambda: K.Lamb(r, beta_1=B[0], beta_2=B[1], epsilon=E7),
    ),
}


def value_and_gradient(function, point):
    variables = [torch.tensor(float(p), requires_grad=True) for p in point]
    value = function(*variables)
    value.backward()
    return float(value), np.array([float(v.grad) for v in variables])


def path(start, function, make):
    is_keras = make.__code__.co_argcount == 0
    if is_keras:
        weights = keras.Variable(np.array(start, dtype="float64"), dtype="float64")
        optimizer = make()
    else:
        weights = torch.tensor(start, dtype=torch.float64, requires_grad=True)
        optimizer = make([weights])
    places = []
    for step in range(STEPS + 1):
        point = np.asarray(weights) if is_keras else weights.detach().numpy().copy()
        value, gradient = value_and_gradient(function, point)
        places.append([float(point[0]), float(point[1]), value])
        if is_keras:
            optimizer.apply([keras.ops.convert_to_tensor(gradient)], [weights])
        else:
            weights.grad = torch.tensor(gradient)
            optimizer.step()
    return places


if __name__ == "__main__":
    paths = [
        {"surface": name, "optimizer": text % rate, "places": path(start, function, make(f(rate)))}
        for name, (start, function) in SURFACES.items()
        for text, (rate, make) in RUNS.items()
    ]
    common.write(
        "surfaces", "surfaces.py", ("numpy", "keras", "tensorflow-cpu", "torch"),
        {"steps": STEPS, "paths": paths},
    )
