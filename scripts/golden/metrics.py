"""Keras's metrics on random predictions, ties left out: there nntrain takes the first output.

Macro averages of precision and recall are means of Keras's figures of single classes; the micro F₁ of
yes and no is NumPy's, since Keras's F1Score has no threshold for a single average; the confusion
matrix is TensorFlow's.
"""

import common
import numpy as np

import keras
import tensorflow


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


def told(name, result, prediction, target):
    return {
        "metric": name,
        "width": prediction.shape[1],
        "target_width": target.shape[1],
        "prediction": common.numbers(prediction),
        "target": common.numbers(target),
        "result": result,
    }


def by_class(kind, prediction, target, **settings):
    """The mean over classes of a Keras metric that tells of one."""
    figures = []
    for k in range(prediction.shape[1]):
        made = kind(class_id=k, **settings)
        made.update_state(target, prediction)
        figures.append(float(made.result()))
    return float(np.mean(figures))


def shares(random, rows, width):
    e = np.exp(2 * random.normal(size=(rows, width)))
    return np.float32(e / e.sum(-1, keepdims=True))


def scores(random):
    m = keras.metrics
    for width in (2, 3, 10):
        p = shares(random, 60, width)
        classes = np.float32(random.integers(0, width, size=(60, 1)))
        onehot = np.float32(np.eye(width)[np.int64(classes[:, 0])])
        for target in (onehot, classes):
            for name, kind in (("precision", m.Precision), ("recall", m.Recall)):
                yield told(f"{name}_classes", by_class(kind, p, onehot, top_k=1), p, target)
            micro = m.Precision(top_k=1)
            micro.update_state(onehot, p)
            yield told("precision_micro_classes", float(micro.result()), p, target)
            for average in ("macro", "micro"):
                f1 = m.F1Score(average=average)
                f1.update_state(onehot, p)
                name = "f1_classes" if average == "macro" else "f1_micro_classes"
                yield told(name, float(f1.result()), p, target)
            auc = m.AUC(multi_label=True)
            auc.update_state(onehot, p)
            yield told("auc", float(auc.result()), p, target)
        answers = tensorflow.math.confusion_matrix(classes[:, 0], p.argmax(-1), width)
        yield told("confusion_matrix", 0, p, onehot) | {"table": answers.numpy().tolist()}
    for width in (1, 4):
        p = np.float32(random.random((60, width)))
        yes = np.float32(random.random((60, width)) < (p + 0.5) / 2)
        for name, kind in (("precision", m.Precision), ("recall", m.Recall)):
            yield told(f"{name}_yes", by_class(kind, p, yes), p, yes)
            yield metric(f"{name}_micro_yes", kind(), p, yes)
        f1 = m.F1Score(average="macro", threshold=0.5)
        f1.update_state(yes, p)
        yield told("f1_yes", float(f1.result()), p, yes)
        right = ((p > 0.5) & (yes > 0.5)).sum()
        yield told("f1_micro_yes", 2 * right / ((p > 0.5).sum() + yes.sum()), p, yes)
        for count in (200, 2, 11):
            settings = {"num_thresholds": count, "multi_label": True, "num_labels": width}
            yield metric(f"auc_{count}" if count != 200 else "auc", m.AUC(**settings), p, yes)
    for width in (1, 3):
        t = np.float32(random.normal(size=(40, width)) + [0.7, -1, 0][:width])
        y = np.float32(t + 0.4 * random.normal(size=(40, width)))
        yield metric("r_squared", m.R2Score(), y, t)
        yield metric("cosine_similarity", m.CosineSimilarity(), y, t)
        yield metric("mean_squared_error", m.MeanSquaredError(), y, t)
        yield metric("mean_absolute_percentage_error", m.MeanAbsolutePercentageError(), y, t)
        yield metric("log_cosh", m.LogCoshError(), y, t)


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
    yield from scores(np.random.default_rng(9))


if __name__ == "__main__":
    packages = ("numpy", "keras", "tensorflow-cpu")
    common.write("metrics", "metrics.py", packages, {"cases": list(cases())})
