"""The spread of Keras's initializers on a dense layer of 300 inputs and 200 units."""

import common
import numpy as np

import keras

NAMES = [
    "glorot_uniform",
    "glorot_normal",
    "he_uniform",
    "he_normal",
    "lecun_uniform",
    "lecun_normal",
    "random_uniform",
    "random_normal",
    "truncated_normal",
]
# variance_scaling by its options; the three scales keep cases apart.
SCALED = {
    f"variance_scaling {mode} {distribution}": (scale, mode, distribution)
    for scale, mode in ((0.5, "fan_in"), (1.0, "fan_out"), (3.0, "fan_avg"))
    for distribution in ("truncated_normal", "untruncated_normal", "uniform")
}


def spread(name):
    keras.utils.set_random_seed(1)
    if name in SCALED:
        initializer = keras.initializers.VarianceScaling(*SCALED[name])
    else:
        initializer = keras.initializers.get(name)
    values = np.asarray(initializer((300, 200)), np.float64)
    return {
        "initializer": name,
        "mean": values.mean(),
        "deviation": values.std(),
        "largest": np.abs(values).max(),
    }


if __name__ == "__main__":
    packages = ("numpy", "keras", "tensorflow-cpu")
    content = {"fan_in": 300, "fan_out": 200, "cases": [spread(name) for name in [*NAMES, *SCALED]]}
    common.write("initializers", "initializers.py", packages, content)
