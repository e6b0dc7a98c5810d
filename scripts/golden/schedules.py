"""Learning rates of the schedules by Keras and PyTorch at a few steps, and plateau decisions.

Keras computes in single precision, PyTorch in double. Where both libraries know a schedule it is
computed by each.
"""

import common

import keras
import torch

STEPS = [0, 3, 5, 10, 12, 25]
INITIAL = 0.5


def with_keras(schedule):
    return [float(schedule(step)) for step in STEPS]


def with_torch(make, initial=INITIAL, last=max(STEPS)):
    """The rates from step to step, as a training loop sees them."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=initial)
    scheduler = make(optimizer)
    rates = []
    for step in range(last + 1):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if step < last:
            scheduler.step()
    return [float(rates[step]) for step in STEPS if step <= last]


def cases():
    s = keras.optimizers.schedules
    t = torch.optim.lr_scheduler
    yield "exponential", with_keras(s.ExponentialDecay(INITIAL, 4, 0.7))
    yield "exponential staircase", with_keras(s.ExponentialDecay(INITIAL, 4, 0.7, staircase=True))
    yield "exponential every step", with_torch(lambda o: t.ExponentialLR(o, 0.9))
    yield "inverse time", with_keras(s.InverseTimeDecay(INITIAL, 4, 0.6))
    yield "inverse time staircase", with_keras(s.InverseTimeDecay(INITIAL, 4, 0.6, staircase=True))
    yield "polynomial", with_keras(s.PolynomialDecay(INITIAL, 11, 0.02, power=1.5))
    yield "polynomial cycle", with_keras(s.PolynomialDecay(INITIAL, 5, 0.02, power=2, cycle=True))
    yield "linear", with_torch(lambda o: t.LinearLR(o, 1.0, 0.02, 11))
    # Keras keeps the earlier value at a boundary itself.
    yield "piecewise", with_keras(s.PiecewiseConstantDecay([4, 9, 11], [INITIAL, 0.3, 0.2, 0.01]))
    yield "cosine", with_keras(s.CosineDecay(INITIAL, 20, alpha=0.1))
    yield "cosine by PyTorch", with_torch(lambda o: t.CosineAnnealingLR(o, 25, 0.05))
    yield "cosine with warm-up", with_keras(
        s.CosineDecay(0.1, 15, alpha=0.1, warmup_target=INITIAL, warmup_steps=5)
    )
    yield "restarts", with_keras(s.CosineDecayRestarts(INITIAL, 4, t_mul=2.0, m_mul=0.8))
    yield "restarts of one length", with_keras(
        s.CosineDecayRestarts(INITIAL, 7, t_mul=1.0, m_mul=1.0, alpha=0.1)
    )
    yield "restarts by PyTorch", with_torch(
        lambda o: t.CosineAnnealingWarmRestarts(o, 4, 2, eta_min=0.05)
    )
    yield "one cycle", with_torch(lambda o: t.OneCycleLR(o, INITIAL, 26))
    yield "one cycle linear", with_torch(
        lambda o: t.OneCycleLR(
            o, INITIAL, 26, pct_start=0.4, anneal_strategy="linear", div_factor=10,
            final_div_factor=100,
        )
    )
    yield "triangular", with_torch(
        lambda o: t.CyclicLR(o, 0.05, INITIAL, 4, 6, cycle_momentum=False)
    )
    yield "triangular2", with_torch(
        lambda o: t.CyclicLR(o, 0.05, INITIAL, 3, 3, mode="triangular2", cycle_momentum=False)
    )
    yield "step", with_torch(lambda o: t.StepLR(o, 5, 0.3))
    # Periods of half an epoch of 5 updates: no whole number of them.
    yield "exponential half epoch of 5", with_keras(s.ExponentialDecay(INITIAL, 2.5, 0.5))
    yield "exponential staircase half epoch of 5", with_keras(
        s.ExponentialDecay(INITIAL, 2.5, 0.5, staircase=True)
    )
    yield "inverse time half epoch of 5", with_keras(s.InverseTimeDecay(INITIAL, 2.5, 0.6))
    yield "inverse time staircase half epoch of 5", with_keras(
        s.InverseTimeDecay(INITIAL, 2.5, 0.6, staircase=True)
    )
    yield "polynomial cycle half epoch of 5", with_keras(
        s.PolynomialDecay(INITIAL, 2.5, 0.02, power=2, cycle=True)
    )
    yield "restarts half epoch of 5", with_keras(s.CosineDecayRestarts(INITIAL, 2.5, t_mul=2.0))
    yield "restarts of one length half epoch of 5", with_keras(
        s.CosineDecayRestarts(INITIAL, 2.5, t_mul=1.0)
    )
    # PyTorch's cycles may end between two steps.
    yield "triangular half epoch of 5", with_torch(
        lambda o: t.CyclicLR(o, 0.05, INITIAL, 1, 1.5, cycle_momentum=False)
    )
    yield "step after", with_torch(lambda o: t.MultiStepLR(o, [5, 11], 0.3))


OBJECTIVES = [
    1.0, 0.8, 0.8, 0.79, 0.7999, 0.75, 0.7496, 0.75, 0.76, 0.76, 0.77, 0.5, 0.6, 0.6, 0.6, 0.6,
    0.6, 0.6, 0.6, 0.4996, 0.49, 0.6, 0.6, 0.6, 0.6,
]  # fmt: skip


def plateau(**settings):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=INITIAL)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, **settings)
    for objective in OBJECTIVES:
        scheduler.step(objective)
        yield float(optimizer.param_groups[0]["lr"])


if __name__ == "__main__":
    plateaus = [
        {"name": "plain", "rates": list(plateau(factor=0.5, patience=2))},
        {
            "name": "all settings",
            "rates": list(
                plateau(factor=0.3, patience=1, threshold=1e-3, cooldown=2, min_lr=0.02)
            ),
        },
    ]
    common.write(
        "schedules",
        "schedules.py",
        ("numpy", "keras", "tensorflow-cpu", "torch"),
        {
            "initial": INITIAL,
            "steps": STEPS,
            "schedules": [{"name": name, "rates": rates} for name, rates in cases()],
            "objectives": OBJECTIVES,
            "plateaus": plateaus,
        },
    )
