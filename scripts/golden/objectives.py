"""Values and gradients of the objectives in double precision.

Values come from Keras, gradients from PyTorch's autograd over the same formula; the script refuses
to write where the two libraries' values differ. Keras has no squared_error and no sum over the
outputs of the binary cross-entropy: there the value is PyTorch's alone, ½ Σ of its squared distances
and the sum of its `binary_cross_entropy_with_logits`.
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


EPSILON = 1e-7
F = torch.nn.functional


def smoothed(t, amount, answers):
    return t * (1 - amount) + amount / answers


def unit(x):
    return x / x.norm(dim=-1, keepdim=True).clamp(min=EPSILON)


def categorical_hinge(y, t):
    return torch.relu(((1 - t) * y).amax(-1) - (t * y).sum(-1) + 1)


def divergence(y, t):
    y, t = y.clamp(EPSILON, 1), t.clamp(EPSILON, 1)
    return (t * torch.log(t / y)).sum(-1)


def binary_focal(y, t, gamma=2.0, alpha=None, smoothing=0.0):
    t = smoothed(t, smoothing, 2)
    entropy = -(t * torch.log(clipped(y)) + (1 - t) * torch.log(1 - clipped(y)))
    right = t * y + (1 - t) * (1 - y)
    weight = 1 if alpha is None else alpha * t + (1 - alpha) * (1 - t)
    return (weight * (1 - right) ** gamma * entropy).mean(-1)


def categorical_focal(y, t, gamma=2.0, alpha=0.25, smoothing=0.0):
    t = smoothed(t, smoothing, t.shape[-1])
    return -(alpha * t * (1 - clipped(y)) ** gamma * torch.log(clipped(y))).sum(-1)


def shifted_log(x):
    return torch.log1p(x.clamp(min=EPSILON))


FORMULAS = {
    "squared_error": lambda y, t: 0.5 * F.mse_loss(y, t, reduction="none").sum(-1),
    "mean_absolute_error": lambda y, t: F.l1_loss(y, t, reduction="none").mean(-1),
    "mean_absolute_percentage_error": lambda y, t: (
        100 * ((y - t).abs() / t.abs().clamp(min=EPSILON)).mean(-1)
    ),
    "mean_squared_logarithmic_error": lambda y, t: (
        ((shifted_log(y) - shifted_log(t)) ** 2).mean(-1)
    ),
    "huber": lambda y, t: F.huber_loss(y, t, reduction="none").mean(-1),
    "huber_0.3": lambda y, t: F.huber_loss(y, t, reduction="none", delta=0.3).mean(-1),
    "log_cosh": lambda y, t: (
        ((y - t) + F.softplus(-2 * (y - t)) - float(np.log(2))).mean(-1)
    ),
    "poisson": lambda y, t: F.poisson_nll_loss(
        y, t, log_input=False, eps=EPSILON, reduction="none"
    ).mean(-1),
    "cosine_similarity": lambda y, t: -(unit(y) * unit(t)).sum(-1),
    "hinge": lambda y, t: torch.relu(1 - t * y).mean(-1),
    "squared_hinge": lambda y, t: (torch.relu(1 - t * y) ** 2).mean(-1),
    "categorical_hinge": categorical_hinge,
    "kullback_leibler_divergence": divergence,
    "binary_crossentropy_smoothed": lambda y, t: F.binary_cross_entropy(
        clipped(y), smoothed(t, 0.1, 2), reduction="none"
    ).mean(-1),
    "binary_crossentropy_smoothed_logits": lambda y, t: F.binary_cross_entropy_with_logits(
        y, smoothed(t, 0.1, 2), reduction="none"
    ).mean(-1),
    "binary_crossentropy_sum_logits": lambda y, t: F.binary_cross_entropy_with_logits(
        y, t, reduction="none"
    ).sum(-1),
    "categorical_crossentropy_smoothed": lambda y, t: -(
        smoothed(t, 0.1, t.shape[-1]) * torch.log(clipped(y))
    ).sum(-1),
    "categorical_crossentropy_smoothed_logits": lambda y, t: F.cross_entropy(
        y, t, reduction="none", label_smoothing=0.1
    ),
    "binary_focal_crossentropy": binary_focal,
    "binary_focal_crossentropy_logits": lambda y, t: binary_focal(torch.sigmoid(y), t),
    "binary_focal_crossentropy_set": lambda y, t: binary_focal(y, t, 1.5, 0.3, 0.1),
    "categorical_focal_crossentropy": categorical_focal,
    "categorical_focal_crossentropy_logits": lambda y, t: categorical_focal(
        torch.softmax(y, -1), t
    ),
    "categorical_focal_crossentropy_set": lambda y, t: categorical_focal(y, t, 1.5, 0.6, 0.1),
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

L = keras.losses
KERAS = {
    "mean_absolute_error": L.MeanAbsoluteError(reduction=None),
    "mean_absolute_percentage_error": L.MeanAbsolutePercentageError(reduction=None),
    "mean_squared_logarithmic_error": L.MeanSquaredLogarithmicError(reduction=None),
    "huber": L.Huber(reduction=None),
    "huber_0.3": L.Huber(0.3, reduction=None),
    "log_cosh": L.LogCosh(reduction=None),
    "poisson": L.Poisson(reduction=None),
    "cosine_similarity": L.CosineSimilarity(reduction=None),
    "hinge": L.Hinge(reduction=None),
    "squared_hinge": L.SquaredHinge(reduction=None),
    "categorical_hinge": L.CategoricalHinge(reduction=None),
    "kullback_leibler_divergence": L.KLDivergence(reduction=None),
    "binary_crossentropy_smoothed": L.BinaryCrossentropy(label_smoothing=0.1, reduction=None),
    "binary_crossentropy_smoothed_logits": L.BinaryCrossentropy(
        True, label_smoothing=0.1, reduction=None
    ),
    "categorical_crossentropy_smoothed": L.CategoricalCrossentropy(
        label_smoothing=0.1, reduction=None
    ),
    "categorical_crossentropy_smoothed_logits": L.CategoricalCrossentropy(
        True, label_smoothing=0.1, reduction=None
    ),
    "binary_focal_crossentropy": L.BinaryFocalCrossentropy(reduction=None),
    "binary_focal_crossentropy_logits": L.BinaryFocalCrossentropy(
        from_logits=True, reduction=None
    ),
    "binary_focal_crossentropy_set": L.BinaryFocalCrossentropy(
        True, alpha=0.3, gamma=1.5, label_smoothing=0.1, reduction=None
    ),
    "categorical_focal_crossentropy": L.CategoricalFocalCrossentropy(reduction=None),
    "categorical_focal_crossentropy_logits": L.CategoricalFocalCrossentropy(
        from_logits=True, reduction=None
    ),
    "categorical_focal_crossentropy_set": L.CategoricalFocalCrossentropy(
        alpha=0.6, gamma=1.5, label_smoothing=0.1, reduction=None
    ),
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
    if name in KERAS:
        losses = np.asarray(KERAS[name](target, prediction))
        # Keras takes the ln 2 of log_cosh in single precision.
        np.testing.assert_allclose(
            (losses * weights).sum(), value.item(), rtol=2e-6, atol=1e-7, err_msg=name
        )
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
    for width in (1, 3, 17):
        y, t = random.normal(size=(2, 5, width)) * 1.5
        for name in ("squared_error", "mean_absolute_error", "mean_absolute_percentage_error"):
            yield case(name, y, t, weights)
        for name in ("huber", "huber_0.3", "log_cosh", "cosine_similarity"):
            yield case(name, y, t, weights)
        yield case("log_cosh", t + 0.01 * y, t, weights)
        yield case("log_cosh", 40 * y, t, weights)
        # A target of 0 in percent, predictions below 0 in logarithms.
        zeros = t * (random.random((5, width)) > 0.3)
        yield case("mean_absolute_percentage_error", y, zeros, weights)
        yield case("mean_squared_logarithmic_error", y, abs(zeros), weights)
        yield case("mean_squared_logarithmic_error", abs(100 * y), abs(t), weights)
        counts = random.poisson(3, size=(5, width))
        yield case("poisson", np.exp(y), counts, weights)
        yes = random.integers(0, 2, size=(5, width))
        yield case("hinge", y, 2 * yes - 1, weights)
        yield case("squared_hinge", y, 2 * yes - 1, weights)
        p = 1 / (1 + np.exp(-2 * y))
        for name in ("crossentropy_smoothed", "focal_crossentropy"):
            yield case(f"binary_{name}", p, yes, weights)
            yield case(f"binary_{name}_logits", 3 * y, yes, weights)
        yield case("binary_focal_crossentropy", p, random.random((5, width)), weights)
        yield case("binary_focal_crossentropy_set", p, yes, weights)
        yield case("binary_crossentropy_sum_logits", 6 * y, yes, weights)
    for width in (2, 3, 10, 33):
        x = random.normal(size=(5, width))
        onehot = np.eye(width)[random.integers(0, width, size=5)]
        soft = softmax(random.normal(size=(5, width)))
        yield case("cosine_similarity", x, np.where(np.arange(5)[:, None] == 1, 0, soft), weights)
        yield case("categorical_hinge", x, onehot, weights)
        for target in (onehot, soft):
            yield case("kullback_leibler_divergence", softmax(2 * x), target, weights)
            for name in ("crossentropy_smoothed", "focal_crossentropy"):
                yield case(f"categorical_{name}", softmax(2 * x), target, weights)
                yield case(f"categorical_{name}_logits", 2 * x, target, weights)
            yield case("categorical_focal_crossentropy_set", softmax(x), target, weights)


if __name__ == "__main__":
    packages = ("numpy", "keras", "tensorflow-cpu", "torch")
    common.write("objectives", "objectives.py", packages, {"cases": list(cases())})
