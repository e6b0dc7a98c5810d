"""Twelve steps of each optimizer in double precision on a function of six weights.

The gradient depends on the weights, f(w) = Σ aᵢ (wᵢ − cᵢ)²/2 + wᵢ⁴/4, so a rule that takes it at the
wrong point is found out; the learning rate changes on the way. The forms called keras and pytorch are
run by those libraries. The forms called book are the loops of Goodfellow, Bengio and Courville, "Deep
Learning", chapter 8, or of the papers, written out here in NumPy: book_* below. Where a book's loop
says the same as a library, both are run and compared.
"""

import common
import numpy as np

import keras
import torch

keras.config.set_floatx("float64")
torch.set_default_dtype(torch.float64)  # NAdam keeps a product of this type


def single(numbers):
    return np.float32(numbers).astype(np.float64)


def f(number):
    """A setting as single precision knows it."""
    return float(np.float32(number))


START = single([1.5, -2.0, 0.25, -0.75, 3.0, 0.0])
CURVATURE = single([1.0, 0.1, 2.0, 0.5, 0.05, 1.5])
CENTRE = single([0.5, 1.0, -1.0, 2.0, 0.0, -0.5])
RATES = single([0.05, 0.05, 0.05, 0.05, 0.02, 0.02, 0.02, 0.01, 0.01, 0.02, 0.02, 0.005])
PENALTIES = {"none": (0.0, 0.0), "both": (f(0.01), f(0.05))}
B1, B2, RHO, MU, DECAY = f(0.9), f(0.999), f(0.9), f(0.9), f(0.1)


def gradient(w, l1, l2):
    return CURVATURE * (w - CENTRE) + w**3 + 2 * l2 * w + l1 * np.sign(w)


def record(w, *slots):
    return {"weights": np.array(w).tolist(), "slots": np.concatenate([*slots, []]).tolist()}


# MARK: libraries


def with_torch(make, slots, change=lambda name, slot: slot):
    def run(l1, l2, rates=RATES):
        w = torch.tensor(START.copy(), requires_grad=True)
        optimizer = make([w])
        for rate in rates:
            optimizer.param_groups[0]["lr"] = float(rate)
            w.grad = torch.tensor(gradient(w.detach().numpy(), l1, l2))
            optimizer.step()
            state = [change(name, optimizer.state[w][name].numpy()) for name in slots]
            yield record(w.detach().numpy(), *state)

    return run


def with_keras(make, slots, change=lambda name, slot: slot):
    def run(l1, l2, rates=RATES):
        w = keras.Variable(START.copy(), dtype="float64")
        optimizer = make()
        for rate in rates:
            optimizer.learning_rate = float(rate)
            optimizer.apply([gradient(np.asarray(w), l1, l2)], [w])
            state = [change(name, np.asarray(getattr(optimizer, name)[0])) for name in slots]
            yield record(np.asarray(w), *state)

    return run


# MARK: loops of the book and of papers


def book(rule, slots, scratch=0):
    """A loop from slots of zero; `rule` changes them in place and answers the new weights."""

    def run(l1, l2, rates=RATES):
        w, memory = START.copy(), [np.zeros_like(START) for _ in range(slots)]
        for step, rate in enumerate(rates, 1):
            w = rule(w, memory, rate, step, lambda w: gradient(w, l1, l2))
            yield record(w, *memory)

    return run


def book_momentum(w, s, rate, t, g):
    s[0] = MU * s[0] - rate * g(w)
    return w + s[0]


def book_nesterov(w, s, rate, t, g):
    s[0] = MU * s[0] - rate * g(w + MU * s[0])
    return w + s[0]


def book_adagrad(w, s, rate, t, g):
    gradient = g(w)
    s[0] = s[0] + gradient**2
    return w - rate / (f(1e-7) + np.sqrt(s[0])) * gradient


def book_rmsprop(w, s, rate, t, g):
    gradient = g(w)
    s[0] = RHO * s[0] + (1 - RHO) * gradient**2
    return w - rate / np.sqrt(f(1e-6) + s[0]) * gradient


def book_rmsprop_nesterov(w, s, rate, t, g):
    gradient = g(w + MU * s[1])
    s[0] = RHO * s[0] + (1 - RHO) * gradient**2
    s[1] = MU * s[1] - rate / np.sqrt(s[0]) * gradient
    return w + s[1]


def book_adam(w, s, rate, t, g):
    gradient = g(w)
    s[0] = B1 * s[0] + (1 - B1) * gradient
    s[1] = B2 * s[1] + (1 - B2) * gradient**2
    return w - rate * (s[0] / (1 - B1**t)) / (np.sqrt(s[1] / (1 - B2**t)) + f(1e-8))


def book_adamw(w, s, rate, t, g):
    return book_adam(w, s, rate, t, g) - rate * DECAY * w


def book_adadelta(w, s, rate, t, g):
    rho, epsilon, gradient = f(0.95), f(1e-6), g(w)
    s[0] = rho * s[0] + (1 - rho) * gradient**2
    step = np.sqrt(s[1] + epsilon) / np.sqrt(s[0] + epsilon) * gradient
    s[1] = rho * s[1] + (1 - rho) * step**2
    return w - rate * step


def book_adamax(w, s, rate, t, g):
    gradient = g(w)
    s[0] = B1 * s[0] + (1 - B1) * gradient
    s[1] = np.maximum(B2 * s[1], np.abs(gradient))
    return w - rate / (1 - B1**t) * s[0] / s[1]


def book_nadam(w, s, rate, t, g):
    def momentum(i):
        return B1 * (1 - 0.5 * 0.96 ** (i / 250))

    gradient = g(w)
    product = np.prod([momentum(i) for i in range(1, t + 1)])
    s[0] = B1 * s[0] + (1 - B1) * gradient
    s[1] = B2 * s[1] + (1 - B2) * gradient**2
    mean = momentum(t + 1) * s[0] / (1 - product * momentum(t + 1))
    mean = mean + (1 - momentum(t)) * gradient / (1 - product)
    return w - rate * mean / (np.sqrt(s[1] / (1 - B2**t)) + f(1e-8))


def book_radam(w, s, rate, t, g):
    gradient = g(w)
    s[0] = B1 * s[0] + (1 - B1) * gradient
    s[1] = B2 * s[1] + (1 - B2) * gradient**2
    limit = 2 / (1 - B2) - 1
    length = limit - 2 * t * B2**t / (1 - B2**t)
    mean = s[0] / (1 - B1**t)
    if length <= 4:
        return w - rate * mean
    r = np.sqrt((length - 4) * (length - 2) * limit / ((limit - 4) * (limit - 2) * length))
    return w - rate * r * mean * np.sqrt((1 - B2**t) / s[1])


def book_lion(w, s, rate, t, g):
    gradient = g(w)
    update = np.sign(B1 * s[0] + (1 - B1) * gradient)
    s[0] = f(0.99) * s[0] + (1 - f(0.99)) * gradient
    return w - rate * (update + DECAY * w)


def book_lars(w, s, rate, t, g):
    gradient = g(w)
    norm = np.linalg.norm(w)
    local = f(0.25) * norm / (np.linalg.norm(gradient) + DECAY * norm)
    s[0] = MU * s[0] + rate * local * (gradient + DECAY * w)
    return w - s[0]


def book_lamb(w, s, rate, t, g):
    gradient = g(w)
    s[0] = B1 * s[0] + (1 - B1) * gradient
    s[1] = B2 * s[1] + (1 - B2) * gradient**2
    d = (s[0] / (1 - B1**t)) / (np.sqrt(s[1] / (1 - B2**t)) + f(1e-6)) + DECAY * w
    return w - rate * np.linalg.norm(w) / np.linalg.norm(d) * d


SGD, ADAM, KO = torch.optim.SGD, torch.optim.Adam, keras.optimizers
BETAS = {"betas": (B1, B2), "eps": f(1e-8), "lr": 1.0}
KERAS_BETAS = {"beta_1": B1, "beta_2": B2, "epsilon": f(1e-7)}
MOMENTS, KERAS_MOMENTS = ["exp_avg", "exp_avg_sq"], ["_momentums", "_velocities"]


def torch_rmsprop(**more):
    return lambda p: torch.optim.RMSprop(p, alpha=f(0.99), eps=f(1e-8), **more)


def keras_rmsprop(**more):
    return lambda: KO.RMSprop(rho=RHO, epsilon=f(1e-7), **more)


def negated(name, slot):
    """Keras adds up what is taken off the weights, the book what is added to them."""
    return -slot if name == "_momentums" else slot


# name → (weight decay, run); the name is rule, form and options.
RULES = {
    "sgd": (0, with_torch(lambda p: SGD(p, lr=1.0), [])),
    "momentum book": (0, book(book_momentum, 1)),
    "momentum keras": (0, with_keras(lambda: KO.SGD(1.0, momentum=MU), ["momentums"])),
    "momentum pytorch": (
        0,
        with_torch(lambda p: SGD(p, lr=1.0, momentum=MU), ["momentum_buffer"]),
    ),
    "nesterov book": (0, book(book_nesterov, 1)),
    "nesterov keras": (
        0,
        with_keras(lambda: KO.SGD(1.0, momentum=MU, nesterov=True), ["momentums"]),
    ),
    "nesterov pytorch": (
        0,
        with_torch(lambda p: SGD(p, lr=1.0, momentum=MU, nesterov=True), ["momentum_buffer"]),
    ),
    "adagrad book": (0, book(book_adagrad, 1)),
    "adagrad keras": (
        0,
        with_keras(
            lambda: KO.Adagrad(initial_accumulator_value=f(0.1), epsilon=f(1e-7)),
            ["_accumulators"],
            lambda name, slot: slot - f(0.1),
        ),
    ),
    "adagrad pytorch": (0, with_torch(lambda p: torch.optim.Adagrad(p, eps=f(1e-10)), ["sum"])),
    "adadelta book": (0, book(book_adadelta, 2)),
    "adadelta keras": (
        0,
        with_keras(
            lambda: KO.Adadelta(rho=f(0.95), epsilon=f(1e-7)),
            ["_accumulated_grads", "_accumulated_delta_vars"],
        ),
    ),
    "adadelta pytorch": (
        0,
        with_torch(
            lambda p: torch.optim.Adadelta(p, rho=f(0.9), eps=f(1e-6)),
            ["square_avg", "acc_delta"],
        ),
    ),
    "rmsprop book": (0, book(book_rmsprop, 1)),
    "rmsprop book nesterov": (0, book(book_rmsprop_nesterov, 2)),
    "rmsprop keras": (0, with_keras(keras_rmsprop(), ["_velocities"])),
    "rmsprop keras momentum": (
        0,
        with_keras(keras_rmsprop(momentum=MU), ["_velocities", "_momentums"], negated),
    ),
    "rmsprop keras centered": (
        0,
        with_keras(keras_rmsprop(centered=True), ["_velocities", "_average_gradients"]),
    ),
    "rmsprop pytorch": (0, with_torch(torch_rmsprop(), ["square_avg"])),
    "rmsprop pytorch momentum": (
        0,
        with_torch(torch_rmsprop(momentum=MU), ["square_avg", "momentum_buffer"]),
    ),
    "rmsprop pytorch centered momentum": (
        0,
        with_torch(
            torch_rmsprop(momentum=MU, centered=True),
            ["square_avg", "grad_avg", "momentum_buffer"],
        ),
    ),
    "adam book": (0, book(book_adam, 2)),
    "adam keras": (0, with_keras(lambda: KO.Adam(**KERAS_BETAS), KERAS_MOMENTS)),
    "adam keras amsgrad": (
        0,
        with_keras(
            lambda: KO.Adam(amsgrad=True, **KERAS_BETAS), [*KERAS_MOMENTS, "_velocity_hats"]
        ),
    ),
    "adam pytorch": (0, with_torch(lambda p: ADAM(p, **BETAS), MOMENTS)),
    "adam pytorch amsgrad": (
        0,
        with_torch(lambda p: ADAM(p, amsgrad=True, **BETAS), [*MOMENTS, "max_exp_avg_sq"]),
    ),
    "adamw book": (DECAY, book(book_adamw, 2)),
    "adamw keras": (
        DECAY,
        with_keras(lambda: KO.AdamW(weight_decay=DECAY, **KERAS_BETAS), KERAS_MOMENTS),
    ),
    "adamw pytorch": (
        DECAY,
        with_torch(lambda p: torch.optim.AdamW(p, weight_decay=DECAY, **BETAS), MOMENTS),
    ),
    "adamax book": (0, book(book_adamax, 2)),
    "adamax keras": (0, with_keras(lambda: KO.Adamax(**KERAS_BETAS), ["_m", "_u"])),
    "adamax pytorch": (
        0,
        with_torch(lambda p: torch.optim.Adamax(p, **BETAS), ["exp_avg", "exp_inf"]),
    ),
    "nadam book": (0, book(book_nadam, 2)),
    "nadam keras": (0, with_keras(lambda: KO.Nadam(**KERAS_BETAS), KERAS_MOMENTS)),
    "nadam pytorch": (0, with_torch(lambda p: torch.optim.NAdam(p, **BETAS), MOMENTS)),
    "radam book": (0, book(book_radam, 2)),
    "radam pytorch": (0, with_torch(lambda p: torch.optim.RAdam(p, **BETAS), MOMENTS)),
    "lion": (DECAY, book(book_lion, 1)),
    "lars": (DECAY, book(book_lars, 1)),
    "lamb book": (DECAY, book(book_lamb, 2)),
    "lamb keras": (0, with_keras(lambda: KO.Lamb(**KERAS_BETAS), KERAS_MOMENTS)),
    "lamb keras decay": (
        f(0.5),
        with_keras(lambda: KO.Lamb(weight_decay=f(0.5), **KERAS_BETAS), KERAS_MOMENTS),
    ),
}


def agree(one, other, l1, l2, change=lambda step: np.array(step["weights"]), rates=RATES):
    """Two runs lead the same way."""
    for a, b in zip(one(l1, l2, rates), other(l1, l2, rates), strict=True):
        np.testing.assert_allclose(change(a), b["weights"], rtol=1e-9, atol=1e-12)


def compare(l1, l2):
    """The book's loops against the libraries where both mean the same."""

    def rule(name):
        return RULES[name][1]

    agree(rule("momentum book"), rule("momentum keras"), l1, l2)
    # Libraries keep the look-ahead point; with one rate it is the same path.
    agree(
        rule("nesterov book"), rule("nesterov pytorch"), l1, l2,
        lambda step: np.array(step["weights"]) + MU * np.array(step["slots"]), RATES[:1].repeat(12),
    )
    agree(
        rule("rmsprop book"), with_keras(lambda: KO.RMSprop(rho=RHO, epsilon=f(1e-6)), []), l1, l2
    )
    agree(
        rule("adagrad book"),
        with_torch(lambda p: torch.optim.Adagrad(p, eps=f(1e-7)), []), l1, l2,
    )
    agree(
        rule("adadelta book"),
        with_torch(lambda p: torch.optim.Adadelta(p, rho=f(0.95), eps=f(1e-6)), []), l1, l2,
    )
    for name in ("adam", "adamw", "nadam"):
        agree(rule(f"{name} book"), rule(f"{name} pytorch"), l1, l2)
    agree(
        rule("lion"),
        with_keras(lambda: KO.Lion(beta_1=B1, beta_2=f(0.99), weight_decay=DECAY), []), l1, l2,
    )


if __name__ == "__main__":
    runs = []
    for penalty, (l1, l2) in PENALTIES.items():
        compare(l1, l2)
        for name, (decay, rule) in RULES.items():
            steps = list(rule(l1, l2))
            runs.append({"optimizer": name, "l1": l1, "l2": l2, "decay": decay, "steps": steps})
    common.write(
        "optimizers",
        "optimizers.py",
        ("numpy", "keras", "tensorflow-cpu", "torch"),
        {
            "start": START.tolist(),
            "curvature": CURVATURE.tolist(),
            "centre": CENTRE.tolist(),
            "rates": RATES.tolist(),
            "runs": runs,
        },
    )
