"""Values and gradients of the objectives in double precision.

Values come from Keras, gradients from PyTorch's autograd over the same formula; the script refuses
to write where the two libraries' values differ.
"""

import common
import numpy as np

import keras
import torch

keras.config.set_floatx("float64")
CLIP = 1e-7


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def clipped(p):
    return torch.clamp(p, CLIP, 1 - CLIP)


FORMULAS = {
    "mean_squared_error": lambda y, t: ((y - t) ** 2).mean(-1),
    "binary_crossentropy": lambda y, t: -(
        t * torch.log(clipped(y)) + (1 - t) * torch.log(1 - clipped(y))
    ).mean(-1),
    "binary_crossentropy_logits": lambda y, t: (
        torch.nn.functional.binary_cross_entropy_with_logits(y, t, reduction="none").mean(-1)
    ),
    "categorical_crossentropy": lambda y, t: -(t * torch.log(clipped(y))).sum(-1),
    "categorical_crossentropy_logits": lambda y, t: torch.nn.functional.cross_entropy(
        y, t, reduction="none"
    ),
    "sparse_categorical_crossentropy": lambda y, t: -torch.log(
        clipped(y).gather(1, t.long())
    ).squeeze(1),
    "sparse_categorical_crossentropy_logits": lambda y, t: torch.nn.functional.cross_entropy(
        y, t.long().squeeze(1), reduction="none"
    ),
}

KERAS = {
    "mean_squared_error": keras.losses.MeanSquaredError(reduction=None),
    "binary_crossentropy": keras.losses.BinaryCrossentropy(reduction=None),
    "binary_crossentropy_logits": keras.losses.BinaryCrossentropy(True, reduction=None),
    "categorical_crossentropy": keras.losses.CategoricalCrossentropy(reduction=None),
    "categorical_crossentropy_logits": keras.losses.CategoricalCrossentropy(True, reduction=None),
    "sparse_categorical_crossentropy": keras.losses.SparseCategoricalCrossentropy(reduction=None),
    "sparse_categorical_crossentropy_logits": keras.losses.SparseCategoricalCrossentropy(
        from_logits=True, reduction=None
    ),
}


def case(name, prediction, target, weights):
    # What nntrain reads are single-precision numbers; the reference starts from the same ones.
    prediction = np.float32(prediction).astype(np.float64)
    target = np.float32(target).astype(np.float64)
    weights = np.float32(weights).astype(np.float64)
    y = torch.tensor(prediction, requires_grad=True)
    value = (torch.tensor(weights) * FORMULAS[name](y, torch.tensor(target))).sum()
    value.backward()
    losses = np.asarray(KERAS[name](target, prediction))
    np.testing.assert_allclose((losses * weights).sum(), value.item(), rtol=2e-6, err_msg=name)
    return {
        "objective": name,
        "width": prediction.shape[1],
        "prediction": common.numbers(prediction),
        "target": common.numbers(target),
        "weights": common.numbers(weights),
        "value": value.item(),
        "gradient": y.grad.numpy().ravel().tolist(),
    }


def cases():
    random = np.random.default_rng(20160518)
    weights = np.array([1.0, 0.5, 2.0, 0.0, 1.25])
    for width in (1, 3, 17):
        y = random.normal(size=(5, width))
        yield case("mean_squared_error", y, random.normal(size=(5, width)), weights)
        yes = random.integers(0, 2, size=(5, width))
        yield case("binary_crossentropy", 1 / (1 + np.exp(-2 * y)), yes, weights)
        yield case("binary_crossentropy", 1 / (1 + np.exp(-y)), random.random((5, width)), weights)
        yield case("binary_crossentropy_logits", 6 * y, yes, weights)
        # Far out, where the exponential of the logit overflows.
        yield case("binary_crossentropy_logits", 200 * y, yes, weights)
    for width in (2, 3, 10, 33):
        x = random.normal(size=(5, width))
        classes = random.integers(0, width, size=(5, 1))
        onehot = np.eye(width)[classes[:, 0]]
        soft = 0.9 * onehot + 0.1 / width
        for name, target in (("categorical", onehot), ("categorical", soft), ("sparse_categorical", classes)):
            yield case(f"{name}_crossentropy", softmax(2 * x), target, weights)
            yield case(f"{name}_crossentropy_logits", 3 * x, target, weights)
            yield case(f"{name}_crossentropy_logits", 500 * x, target, weights)


if __name__ == "__main__":
    packages = ("numpy", "keras", "tensorflow-cpu", "torch")
    common.write("objectives", "objectives.py", packages, {"cases": list(cases())})
