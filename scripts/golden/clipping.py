"""One step of plain descent with a clipped gradient, by Keras and PyTorch, on two parameters.

The gradient holds a penalty 2·λ·w, which is clipped with the rest, as both libraries do where the
penalty is a part of the objective.
"""

import common
import numpy as np

import keras
import torch

RATE = 0.5
L2 = float(np.float32(0.05))
SHAPES = [(5, 7), (3,)]


def tensors(random, scale):
    return [np.float32(random.normal(scale=scale, size=shape)) for shape in SHAPES]


def with_keras(weights, gradients, **clip):
    variables = [keras.Variable(w) for w in weights]
    keras.optimizers.SGD(RATE, **clip).apply(gradients, variables)
    return [np.asarray(v) for v in variables]


def with_torch(weights, gradients, clip):
    parameters = [torch.tensor(w, requires_grad=True) for w in weights]
    for parameter, gradient in zip(parameters, gradients):
        parameter.grad = torch.tensor(gradient)
    clip(parameters)
    torch.optim.SGD(parameters, lr=RATE).step()
    return [p.detach().numpy() for p in parameters]


def cases():
    random = np.random.default_rng(5)
    weights, gradients = tensors(random, 1), tensors(random, 2)
    true = [np.float32(g + 2 * L2 * w) for g, w in zip(gradients, weights)]
    nn = torch.nn.utils
    for kind, limit, library, after in [
        ("value", 0.75, "keras", with_keras(weights, true, clipvalue=0.75)),
        (
            "value", 0.75, "torch",
            with_torch(weights, true, lambda p: nn.clip_grad_value_(p, 0.75)),
        ),
        # Between the norms of the two parameters: the second stays as it is.
        ("norm", 6.0, "keras", with_keras(weights, true, clipnorm=6.0)),
        ("global_norm", 2.0, "keras", with_keras(weights, true, global_clipnorm=2.0)),
        (
            "global_norm", 2.0, "torch",
            with_torch(weights, true, lambda p: nn.clip_grad_norm_(p, 2.0)),
        ),
        (
            "global_norm", 100.0, "torch",
            with_torch(weights, true, lambda p: nn.clip_grad_norm_(p, 100.0)),
        ),
    ]:  # fmt: skip
        yield {
            "kind": kind,
            "limit": limit,
            "library": library,
            "after": [a.ravel().tolist() for a in after],
        }
    norms = [float(np.linalg.norm(np.float64(g))) for g in true]
    assert norms[0] > 6 > norms[1] > 2, norms
    content["weights"] = [common.numbers(w) for w in weights]
    content["gradients"] = [common.numbers(g) for g in gradients]


if __name__ == "__main__":
    content = {"rate": RATE, "l2": L2}
    runs = list(cases())
    common.write(
        "clipping",
        "clipping.py",
        ("numpy", "keras", "tensorflow-cpu", "torch"),
        content | {"runs": runs},
    )
