"""When Keras's EarlyStopping ends a run, and which epoch's weights it gives back.

A first figure that is NaN is left out: Keras takes it as the best for good, nntrain never does.
"""

import common

import keras

FIGURES = {
    "falling": [1.0, 0.9, 0.8, 0.7, 0.6, 0.5],
    "valley": [1.0, 0.7, 0.5, 0.55, 0.5, 0.6, 0.45, 0.6, 0.7, 0.8],
    "late": [0.2, 1.0, 0.9, 0.8, 0.7, 0.71, 0.72, 0.73, 0.6],
    "slow": [1.0, 0.99, 0.98, 0.97, 0.96, 0.95, 0.94],
    "rising": [0.1, 0.3, 0.2, 0.5, 0.5, 0.5, 0.4],
    "broken": [1.0, 0.5, float("nan"), 0.6, 0.4, 0.7, float("nan")],
}
SETTINGS = [
    {"patience": 0},
    {"patience": 1},
    {"patience": 3},
    {"patience": 2, "min_delta": 0.015},
    {"patience": 2, "start_from_epoch": 1},
    {"patience": 1, "mode": "max"},
    {"patience": 2, "mode": "max", "min_delta": 0.1},
]


class Model:
    """What the callback needs of a model: weights, here the number of the epoch."""

    epoch = 0
    stop_training = False
    restored = 0

    def get_weights(self):
        return self.epoch

    def set_weights(self, weights):
        self.restored = weights


def run(figures, settings):
    model = Model()
    callback = keras.callbacks.EarlyStopping(
        monitor="figure", restore_best_weights=True, **({"mode": "min"} | settings)
    )
    callback.set_model(model)
    callback.on_train_begin()
    for epoch, figure in enumerate(figures):
        model.epoch = epoch + 1
        callback.on_epoch_end(epoch, {"figure": figure})
        if model.stop_training:
            break
    callback.on_train_end()
    return {"stopped": model.epoch if model.stop_training else 0, "restored": model.restored}


if __name__ == "__main__":
    runs = [
        {
            "name": name,
            "figures": [None if figure != figure else figure for figure in figures],
            "patience": settings["patience"],
            "min_delta": settings.get("min_delta", 0.0),
            "start_from": settings.get("start_from_epoch", 0),
            "larger_is_better": settings.get("mode") == "max",
        }
        | run(figures, settings)
        for name, figures in FIGURES.items()
        for settings in SETTINGS
    ]
    common.write(
        "early_stopping", "early_stopping.py", ("keras", "tensorflow-cpu"), {"runs": runs}
    )
