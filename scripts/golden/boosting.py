"""AdaBoost as scikit-learn computes it, for learners whose predictions are given; and the weights of
stacking, the Q statistic and the disagreement by other ways than nntrain's.

Samples are numbered, and a learner's input is the number: it answers from a table. Needs
requirements-boosting.txt in place of requirements.txt: scikit-learn 1.6 has no SAMME.R.
"""

import importlib.metadata
import itertools
import json
import warnings

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.ensemble import AdaBoostClassifier, AdaBoostRegressor

import pathlib

HERE = pathlib.Path(__file__).parent
PINNED = dict(
    line.split("==")
    for line in (HERE / "requirements-boosting.txt").read_text().split()
    if "==" in line
)
SAMPLES, CLASSES, ROUNDS = 20, 3, 4

warnings.simplefilter("ignore", FutureWarning)


class Told:
    """Counts the learners that are fitted: the n-th answers from the n-th table."""

    tables = None
    fitted = 0
    weights = []


class Classifier(ClassifierMixin, BaseEstimator):
    def fit(self, X, y, sample_weight=None):
        self.classes_ = np.arange(CLASSES)
        self.number_ = Told.fitted
        Told.fitted += 1
        Told.weights.append(np.array(sample_weight))
        return self

    def predict_proba(self, X):
        return Told.tables[self.number_][X[:, 0].astype(int)]

    def predict(self, X):
        return self.predict_proba(X).argmax(1)


def classification(random):
    X = np.arange(SAMPLES)[:, None].astype(float)
    y = np.arange(SAMPLES) % CLASSES
    logits = random.normal(size=(ROUNDS, SAMPLES, CLASSES))
    logits[:, np.arange(SAMPLES), y] += 1.2
    p = np.exp(logits)
    # The numbers that single precision can tell, so that both sides read the same.
    tables = (p / p.sum(-1, keepdims=True)).astype(np.float32).astype(float)
    for algorithm, rate in [("SAMME", 1.0), ("SAMME", 0.5), ("SAMME.R", 1.0), ("SAMME.R", 0.7)]:
        Told.tables, Told.fitted, Told.weights = tables, 0, []
        model = AdaBoostClassifier(
            Classifier(), n_estimators=ROUNDS, learning_rate=rate, algorithm=algorithm
        ).fit(X, y)
        assert len(model.estimators_) == ROUNDS
        yield {
            "algorithm": algorithm.lower().replace(".", "_"),
            "rate": rate,
            "errors": model.estimator_errors_.tolist(),
            "weights": model.estimator_weights_.tolist(),
            "samples": [w.tolist() for w in Told.weights],
            "predicted": model.predict(X).tolist(),
        }, tables, y


class Regressor(RegressorMixin, BaseEstimator):
    """Not fitted at all: scikit-learn's boosting step is called with it."""

    def fit(self, X, y):
        self.number_ = Told.fitted
        Told.fitted += 1
        return self

    def predict(self, X):
        return Told.tables[self.number_][X[:, 0].astype(int)]


def regression(random):
    X = np.arange(SAMPLES)[:, None].astype(float)
    y = random.normal(size=SAMPLES).astype(np.float32).astype(float)
    tables = y + random.gumbel(scale=0.4, size=(ROUNDS, SAMPLES)) * [[1.0], [0.7], [1.3], [0.9]]
    tables = tables.astype(np.float32).astype(float)
    for loss, rate in [("linear", 1.0), ("square", 1.0), ("exponential", 0.5)]:
        Told.tables, Told.fitted = tables, 0
        model = AdaBoostRegressor(Regressor(), n_estimators=ROUNDS, learning_rate=rate, loss=loss)
        model._validate_estimator()
        model.estimators_, samples, weights, errors = [], [], [], []
        current = np.full(SAMPLES, 1 / SAMPLES)
        for number in range(ROUNDS):
            samples.append(current.tolist())
            current, weight, error = model._boost(
                number, X, y, current.copy(), np.random.RandomState(0)
            )
            current = current / current.sum()
            weights.append(weight)
            errors.append(error)
        model.estimator_weights_ = np.array(weights)
        yield {
            "loss": loss,
            "rate": rate,
            "errors": errors,
            "weights": weights,
            "samples": samples,
            "predicted": model.predict(X).tolist(),
        }, tables, y


def stacked(products):
    """The best weights of every subset of members that are all positive, and the best of these."""
    m, best = len(products), None
    for size in range(1, m + 1):
        for subset in itertools.combinations(range(m), size):
            part = products[np.ix_(subset, subset)]
            w = np.linalg.solve(part, np.ones(size))
            w /= w.sum()
            if (w >= 0).all() and (best is None or w @ part @ w < best[0]):
                full = np.zeros(m)
                full[list(subset)] = w
                best = (w @ part @ w, full)
    return best[1]


def stacking(random):
    for correlation in (0.0, 0.9, 0.97):
        common = random.normal(size=40)
        scales = np.array([0.4, 0.5, 1.0, 1.5, 0.6])[:, None]
        errors = scales * (correlation * common + (1 - correlation) * random.normal(size=(5, 40)))
        products = errors @ errors.T
        yield {"products": products.tolist(), "weights": stacked(products).tolist()}


def diversity(random):
    right = random.random((4, 50)) < [[0.6], [0.7], [0.8], [0.9]]
    pairs = list(itertools.combinations(range(4), 2))
    odds = []
    for i, j in pairs:
        table = np.histogram2d(right[i], right[j], bins=[[-0.5, 0.5, 1.5]] * 2)[0]
        ratio = table[0, 0] * table[1, 1] / (table[0, 1] * table[1, 0])
        # Yule's Q of the odds ratio.
        odds.append((ratio - 1) / (ratio + 1))
    errors = random.normal(size=(3, 30)) + random.normal(size=30)
    corr = np.corrcoef(errors)
    return {
        "right": right.astype(int).tolist(),
        "disagreement": float(np.mean([(right[i] != right[j]).mean() for i, j in pairs])),
        "q": float(np.mean(odds)),
        "errors": errors.tolist(),
        "correlation": float(corr[np.triu_indices(3, 1)].mean()),
    }


if __name__ == "__main__":
    for package, pinned in PINNED.items():
        found = importlib.metadata.version(package)
        if found != pinned:
            raise SystemExit(f"{package} {found} is installed, {pinned} is pinned")
    random = np.random.default_rng(4)
    classes = list(classification(random))
    values = list(regression(random))
    content = {
        "script": "scripts/golden/boosting.py",
        "versions": PINNED,
        "probabilities": classes[0][1].reshape(ROUNDS, -1).tolist(),
        "labels": classes[0][2].tolist(),
        "classification": [case for case, _, _ in classes],
        "outputs": values[0][1].tolist(),
        "targets": values[0][2].tolist(),
        "regression": [case for case, _, _ in values],
        "stacking": list(stacking(random)),
        "diversity": diversity(random),
    }
    path = HERE.parent.parent / "Tests" / "Golden" / "boosting.json"
    lines = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in content.items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")
