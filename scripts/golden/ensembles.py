"""Outputs of four networks for three samples, combined by PyTorch.

The geometric means are taken by other ways than by their definition: of classes as the softmax of
the mean logarithm, of answers as the sigmoid of the mean logit.
"""

import common
import numpy as np

import torch

MEMBERS, ROWS, WIDTH = 4, 3, 5


def cases(classes, answers, weights):
    equal = torch.full((MEMBERS,), 1 / MEMBERS, dtype=torch.float64)
    by = lambda w, x: torch.einsum("m,mrk->rk", w, x)
    votes = torch.nn.functional.one_hot(classes.argmax(-1), WIDTH).double()
    yield "mean", by(equal, classes)
    yield "weighted", by(weights, classes)
    yield "geometric of classes", torch.softmax(by(equal, classes.log()), -1)
    yield "weighted geometric of classes", torch.softmax(by(weights, classes.log()), -1)
    yield "geometric of answers", torch.sigmoid(by(equal, answers.logit()))
    yield "votes for classes", votes.mean(0)
    yield "votes for answers", (answers > 0.5).double().mean(0)


if __name__ == "__main__":
    random = np.random.default_rng(8)
    shape = (MEMBERS, ROWS, WIDTH)
    logits = torch.tensor(random.normal(scale=2, size=shape))
    classes = torch.softmax(logits, -1).float()
    answers = torch.sigmoid(torch.tensor(random.normal(scale=2, size=shape))).float()
    objectives = [0.31, 0.12, 0.55, 0.2]
    weights = torch.softmax(-torch.tensor(objectives, dtype=torch.float64), 0)
    common.write(
        "ensembles",
        "ensembles.py",
        ("numpy", "torch"),
        {
            "rows": ROWS,
            "width": WIDTH,
            "classes": common.numbers(classes),
            "answers": common.numbers(answers),
            "objectives": objectives,
            "weights": weights.tolist(),
            "cases": [
                {"name": name, "combined": combined.ravel().tolist()}
                for name, combined in cases(classes.double(), answers.double(), weights)
            ],
        },
    )
