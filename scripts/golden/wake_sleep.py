"""One step of the up-down algorithm by NumPy, in double precision: Hinton, Osindero and Teh 2006, appendix B,
without labels.

Draws are those of nntrain: Philox 4×32-10 under keys narrowed by layer, step, sample and instant.
"""

import common
import numpy as np
from philox import DERIVATION, PURPOSE, child, words

DROPOUT = 3


def uniforms(key, count):
    """Numbers from 0 to 1."""
    return np.array([(word >> 8) / 2**24 for word in words(key, count)])


def logistic(x):
    return 1 / (1 + np.exp(-x))


class Step:
    """One step of one network on some samples."""

    def __init__(self, widths, visible, steps, samples, random):
        self.widths, self.visible, self.steps, self.samples = widths, visible, steps, samples
        single = lambda *shape: np.float64(np.float32(random.normal(0, 0.8, shape)))
        self.parameters = {}
        for k in range(1, len(widths) - 1):
            self.parameters[f"recognition_weight_{k}"] = single(widths[k], widths[k - 1])
            self.parameters[f"recognition_bias_{k}"] = single(widths[k])
            self.parameters[f"generative_weight_{k}"] = single(widths[k], widths[k - 1])
            self.parameters[f"generative_bias_{k}"] = single(widths[k - 1])
        self.parameters["weight"] = single(widths[-1], widths[-2])
        self.parameters["bias"] = single(widths[-1])
        self.parameters["visible_bias"] = single(widths[-2])
        if visible == "bernoulli":
            self.data = random.integers(0, 2, (len(samples), widths[0])).astype(float)
        else:
            self.data = np.float64(np.float32(random.normal(0, 1, (len(samples), widths[0]))))
        self.instant = 0

    def draw(self, inputs):
        """States of units that are on or off; each call is the next instant."""
        self.instant += 1
        probabilities = logistic(inputs)
        key = child((SEED, 0), DROPOUT, PURPOSE)
        rows = []
        for sample in self.samples:
            own = key
            for value in (LAYER, STEP, sample, self.instant):
                own = child(own, value, DERIVATION)
            rows.append(uniforms(own, inputs.shape[1]))
        draws = np.array(rows)
        assert np.abs(draws - probabilities).min() > 1e-5, "a draw too close to call"
        return (draws < probabilities).astype(float)

    def mean(self, level, inputs):
        return inputs if level == 0 and self.visible == "gaussian" else logistic(inputs)

    def gradient(self):
        p, top = self.parameters, len(self.widths) - 1
        weights = lambda name, k: (p[f"{name}_weight_{k}"], p[f"{name}_bias_{k}"])
        awake = [self.data]
        for k in range(1, top):
            w, bias = weights("recognition", k)
            awake.append(self.draw(awake[-1] @ w.T + bias))
        wake_top = self.draw(awake[-1] @ p["weight"].T + p["bias"])
        states = wake_top
        for _ in range(self.steps):
            below = self.draw(states @ p["weight"] + p["visible_bias"])
            states = self.draw(below @ p["weight"].T + p["bias"])
        asleep = {top - 1: below}
        for k in reversed(range(1, top)):
            w, bias = weights("generative", k)
            inputs = asleep[k] @ w + bias
            asleep[k - 1] = self.draw(inputs) if k > 1 else self.mean(0, inputs)
        found = {}
        for k in range(1, top):
            w, bias = weights("generative", k)
            missed = self.mean(k - 1, awake[k] @ w + bias) - awake[k - 1]
            found[f"generative_weight_{k}"] = awake[k].T @ missed
            found[f"generative_bias_{k}"] = missed.sum(0)
            if k == 1:
                figures = (missed**2).mean(1)
            w, bias = weights("recognition", k)
            missed = logistic(asleep[k - 1] @ w.T + bias) - asleep[k]
            found[f"recognition_weight_{k}"] = missed.T @ asleep[k - 1]
            found[f"recognition_bias_{k}"] = missed.sum(0)
        found["weight"] = states.T @ below - wake_top.T @ awake[-1]
        found["bias"] = (states - wake_top).sum(0)
        found["visible_bias"] = (below - awake[-1]).sum(0)
        return {name: found[name] for name in p}, figures


SEED, LAYER, STEP = 5, 0, 3
random = np.random.default_rng(6)
cases = []
for widths, visible, steps in (
    ([6, 5, 4, 3], "bernoulli", 2),
    ([3, 5, 4], "gaussian", 1),
):
    step = Step(widths, visible, steps, [4, 0, 7, 2], random)
    gradient, figures = step.gradient()
    cases.append(
        {
            "widths": widths,
            "visible": visible,
            "steps": steps,
            "samples": step.samples,
            "parameters": {name: common.numbers(value) for name, value in step.parameters.items()},
            "data": common.numbers(step.data),
            "gradient": {name: value.ravel().tolist() for name, value in gradient.items()},
            "figures": figures.tolist(),
        }
    )
common.write("wake_sleep", "wake_sleep.py", ["numpy"], {"step": STEP, "cases": cases})
