"""Recurrent layers that drop inputs and states, in double precision by NumPy: Gal and Ghahramani 2016.

The masks are nntrain's, a function of (key, layer, step, sample, direction); derivatives are complex steps.
The layer is tried twice, alone and as the third one of a network, with masks of its own: output and gradients by
parameters are those of the first, the gradient by the input that of the third.
"""

import functools

import common
import numpy as np
from philox import DERIVATION, child, words
from sequences import CELLS, case, derivatives, draw, stretch

KEY, STEP = (0, 0), 0
ALONE, THIRD = 0, 2


def mask(count, rate, layer, sample, direction, which):
    """0 with the probability `rate`, else what keeps the mean."""
    if rate == 0:
        return np.ones(count)
    key = KEY
    for value in (layer, STEP, sample, direction, which):
        key = child(key, value, DERIVATION)
    p = np.float32(rate)
    threshold = int(np.float64(p) * 2**32)
    kept = np.float64(np.float32(1) / (np.float32(1) - p))
    return np.array([0.0 if word < threshold else kept for word in words(key, count)])


def dropping(name, rows, steps, features, units, inputs, states, both=False):
    """`inputs` and `states` are the rates, in percent."""
    cell, gates, biases, parts = CELLS[name]
    height = gates * units
    shapes = [(height, features), (height, units)] + [(height,)] * biases
    directions = 2 if both else 1
    x = draw(rows, steps, features)
    parameters = [draw(*shape, scale=0.6) for _ in range(directions) for shape in shapes]
    c = draw(rows, steps, units * directions)
    samples = [3 + 7 * row for row in range(rows)]

    def y(layer, x, *values):
        found = []
        for index in range(directions):
            turn = slice(None, None, -1 if index else 1)
            own = values[index * len(shapes) : (index + 1) * len(shapes)]
            rates = ((features, inputs / 100, 0), (units, states / 100, 1))
            m, n = (
                np.stack([mask(count, rate, layer, s, index, which) for s in samples])
                for count, rate, which in rates
            )
            state = (np.zeros((rows, units)),) * parts
            part = functools.partial(cell, kept=n)
            found.append(stretch(part, x[:, turn] * m[:, None], state, own)[0][:, turn])
        return np.concatenate(found, -1)

    def value(layer, *arrays):
        return (c * y(layer, *arrays)).sum()

    by_input = derivatives(lambda moved: value(THIRD, moved, *parameters), x)
    by_parameters = derivatives(lambda *moved: value(ALONE, x, *moved), *parameters)
    return case(
        f"{name} {'concatenate' if both else 'forward'}", x, parameters, c, y(ALONE, x, *parameters),
        by_input + by_parameters, units=[units], sequences=[1], biases=[biases], dropout=[inputs],
        recurrent_dropout=[states],
    )


def cases():
    for name in CELLS:
        yield dropping(name, 3, 5, 4, 6, 0, 40)
        yield dropping(name, 2, 4, 7, 5, 30, 0)
        yield dropping(name, 3, 4, 5, 6, 25, 50, both=True)
    # Rows of 128 sums are set apart in memory.
    yield dropping("lstm", 2, 3, 2, 32, 0, 25)


if __name__ == "__main__":
    common.write("recurrent_dropout", "recurrent_dropout.py", ("numpy",), {"cases": list(cases())})
