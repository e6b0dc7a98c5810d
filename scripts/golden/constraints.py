"""Where Keras's constraints move weights: dense kernels, convolutional kernels and a bias.

Weights are written in nntrain's shapes, [out, in] and [out, in, kh, kw]; Keras gets [in, out] with axis 0
and [kh, kw, in, out] with axes 0 to 2. All vectors are at least 0.3 long: Keras adds 1e-7 to norms in
divisors, nntrain does not.
"""

import common
import numpy as np

import keras

C = keras.constraints
MAKERS = {
    "max_norm": lambda axis: C.MaxNorm(2.0, axis=axis),
    "max_norm 0.5": lambda axis: C.MaxNorm(0.5, axis=axis),
    "min_max_norm": lambda axis: C.MinMaxNorm(0.8, 1.5, rate=1.0, axis=axis),
    "min_max_norm half": lambda axis: C.MinMaxNorm(0.8, 1.5, rate=0.5, axis=axis),
    "unit_norm": lambda axis: C.UnitNorm(axis=axis),
    "non_neg": lambda axis: C.NonNeg(),
}
LAYOUTS = {2: ([1, 0], 0), 4: ([2, 3, 1, 0], [0, 1, 2]), 1: ([0], 0)}


def weights(shape, random):
    """Vectors of lengths from 0.3 to 4."""
    values = random.normal(size=shape)
    rows = values.reshape(shape[0] if len(shape) > 1 else 1, -1)
    lengths = np.geomspace(0.3, 4, rows.shape[0])[:, None]
    return np.float32(rows / np.linalg.norm(rows, axis=1, keepdims=True) * lengths).reshape(shape)


def cases():
    random = np.random.default_rng(11)
    for shape in ((7, 5), (6, 3, 2, 3), (5,)):
        order, axis = LAYOUTS[len(shape)]
        for name, make in MAKERS.items():
            before = weights(shape, random)
            moved = np.asarray(make(axis)(np.transpose(before, order)))
            after = np.transpose(moved, np.argsort(order))
            yield {
                "constraint": name,
                "shape": list(shape),
                "before": common.numbers(before),
                "after": common.numbers(after),
            }


if __name__ == "__main__":
    packages = ("numpy", "keras", "tensorflow-cpu")
    common.write("constraints", "constraints.py", packages, {"cases": list(cases())})
