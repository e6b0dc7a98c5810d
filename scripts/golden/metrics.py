"""Keras's metrics on random predictions, ties left out: there nntrain takes the first output."""

import common
import numpy as np

import keras


def metric(name, made, prediction, target):
    made.update_state(target, prediction)
    return {
        "metric": name,
        "width": prediction.shape[1],
        "target_width": target.shape[1],
        "prediction": common.numbers(prediction),
        "target": common.numbers(target),
        "result": float(made.result()),
    }


def cases():
    random = np.random.default_rng(8)
    m = keras.metrics
    for width in (2, 10):
        x = np.float32(random.normal(size=(20, width)))
        classes = np.float32(random.integers(0, width, size=(20, 1)))
        onehot = np.float32(np.eye(width)[np.int64(classes[:, 0])])
        yield metric("categorical_accuracy", m.CategoricalAccuracy(), x, onehot)
        yield metric("categorical_accuracy", m.SparseCategoricalAccuracy(), x, classes)
        yield metric("top_3_accuracy", m.TopKCategoricalAccuracy(3), x, onehot)
        yield metric("top_3_accuracy", m.SparseTopKCategoricalAccuracy(3), x, classes)
    for width in (1, 3):
        p = np.float32(random.random((15, width)))
        yes = np.float32(random.integers(0, 2, size=(15, width)))
        y = np.float32(random.normal(size=(15, width)))
        yield metric("binary_accuracy", m.BinaryAccuracy(), p, yes)
        yield metric("mean_absolute_error", m.MeanAbsoluteError(), p, y)
        yield metric("root_mean_squared_error", m.RootMeanSquaredError(), p, y)


if __name__ == "__main__":
    packages = ("numpy", "keras", "tensorflow-cpu")
    common.write("metrics", "metrics.py", packages, {"cases": list(cases())})
