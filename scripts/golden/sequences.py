"""Layers over sequences in double precision, by NumPy: embedding, time-distributed dense, and recurrent
layers whose gradients are truncated.

No way back is written down: derivatives are complex steps, Im f(x + ih) / h with h = 1e-30, exact to
the last digits. Truncated, every stretch of k steps begins with a state that is a constant.
"""

import common
import numpy as np

generator = np.random.default_rng(20160519)
STEP = 1e-30


def draw(*shape, scale=1.0):
    return np.float64(np.float32(np.round(scale * generator.standard_normal(shape), 3)))


def flat(array):
    return [float(f"{value:.9g}") for value in np.ravel(array)]


def derivatives(function, *arrays):
    """The derivatives of a number by every element of every array."""
    found = []
    for which, array in enumerate(arrays):
        slopes = np.empty(array.size)
        for i in range(array.size):
            moved = array.astype(complex)
            moved.flat[i] += STEP * 1j
            slopes[i] = np.imag(function(*arrays[:which], moved, *arrays[which + 1 :])) / STEP
        found.append(slopes.reshape(array.shape))
    return found


def case(name, x, parameters, c, y, gradients, **settings):
    return {
        "layer": name,
        "settings": settings,
        "inputShape": list(x.shape),
        "input": common.numbers(x),
        "parameters": [common.numbers(p) for p in parameters],
        "seed": common.numbers(c),
        "outputShape": list(y.shape),
        "output": flat(y),
        "inputGradient": flat(gradients[0]),
        "parameterGradients": [flat(g) for g in gradients[1:]],
    }


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    return np.exp(z) / np.exp(z).sum(-1, keepdims=True)


def lstm(x, state, w, u, b, kept=1.0):
    """`kept` is what dropout leaves of the state in the recurrent product, as in every cell."""
    h, c = state
    i, f, g, o = np.split(x @ w.T + (h * kept) @ u.T + b, 4, -1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


def gru(x, state, w, u, b, d, kept=1.0):
    (h,) = state
    (zr, zu, zn), (qr, qu, qn) = np.split(x @ w.T + b, 3, -1), np.split((h * kept) @ u.T + d, 3, -1)
    n, keep = np.tanh(zn + sigmoid(zr + qr) * qn), sigmoid(zu + qu)
    return ((1 - keep) * n + keep * h,)


def rnn(x, state, w, u, b, kept=1.0):
    return (np.tanh(x @ w.T + (state[0] * kept) @ u.T + b),)


CELLS = {"lstm": (lstm, 4, 1, 2), "gru": (gru, 3, 2, 1), "rnn": (rnn, 1, 1, 1)}


def stretch(cell, x, state, parameters):
    """The states of some steps, and the last one."""
    states = []
    for t in range(x.shape[1]):
        state = cell(x[:, t], state, *parameters)
        states.append(state[0])
    return np.stack(states, 1), state


def truncated(name, rows, steps, features, units, k, both=False):
    cell, gates, biases, parts = CELLS[name]
    height = gates * units

    def one():
        shapes = [(height, features), (height, units)] + [(height,)] * biases
        return [draw(*shape, scale=0.6) for shape in shapes]

    x = draw(rows, steps, features)
    directions = [one() for _ in range(2 if both else 1)]
    c = draw(rows, steps, units * len(directions))
    outputs, by_input, by_parameters = [], np.zeros_like(x), []
    for index, parameters in enumerate(directions):
        turn = slice(None, None, -1 if index else 1)
        own_x, own_c = x[:, turn], c[:, turn, index * units : (index + 1) * units]
        state = (np.zeros((rows, units)),) * parts
        ys, slopes = [], [np.zeros_like(a) for a in (own_x, *parameters)]
        for first in range(0, steps, k):
            span, start = slice(first, first + k), state

            def value(part, *values):
                return (own_c[:, span] * stretch(cell, part, start, values)[0]).sum()

            found = derivatives(value, own_x[:, span], *parameters)
            slopes[0][:, span] += found[0]
            for total, more in zip(slopes[1:], found[1:]):
                total += more
            y, state = stretch(cell, own_x[:, span], start, parameters)
            ys.append(y)
        outputs.append(np.concatenate(ys, 1)[:, turn])
        by_input += slopes[0][:, turn]
        by_parameters += slopes[1:]
    return case(
        f"{name} {'concatenate' if both else 'forward'}", x, sum(directions, []), c,
        np.concatenate(outputs, -1), [by_input, *by_parameters], units=[units], sequences=[1],
        biases=[biases], truncate=[k],
    )


def embedding(rows, steps, vocabulary, units):
    ids, w = generator.integers(0, vocabulary, (rows, steps)), draw(vocabulary, units)
    c = draw(rows, steps, units)
    gradient = derivatives(lambda w: (c * w[ids]).sum(), w)
    return case(
        "embedding", ids, [w], c, w[ids], [np.zeros(0), *gradient], vocabulary=[vocabulary],
        units=[units],
    )


def stepwise(name, function, rows, steps, features, units):
    x, w, b = draw(rows, steps, features), draw(units, features, scale=0.5), draw(units)
    c = draw(rows, steps, units)

    def y(x, w, b):
        return function(x @ w.T + b)

    gradients = derivatives(lambda *values: (c * y(*values)).sum(), x, w, b)
    return case(f"dense {name}", x, [w, b], c, y(x, w, b), gradients)


def cases():
    yield embedding(3, 7, 5, 4)
    yield embedding(2, 3, 40, 9)
    yield stepwise("linear", lambda z: z, 3, 4, 5, 6)
    yield stepwise("softmax", softmax, 2, 5, 3, 4)
    yield stepwise("sigmoid", sigmoid, 5, 17, 3, 2)
    yield stepwise("tanh", np.tanh, 2, 2, 128, 3)
    for name in CELLS:
        yield truncated(name, 3, 7, 4, 5, 3)
        yield truncated(name, 2, 4, 3, 6, 1)
        yield truncated(name, 2, 6, 3, 4, 2, both=True)


if __name__ == "__main__":
    common.write("sequences", "sequences.py", ("numpy",), {"cases": list(cases())})
