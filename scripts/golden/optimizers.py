"""Eight steps of each optimizer in double precision on a function of six weights.

The gradient depends on the weights, f(w) = Σ aᵢ (wᵢ − cᵢ)²/2 + wᵢ⁴/4, so a rule that takes it at the
wrong point is found out; the learning rate changes on the way. SGD and Adam are PyTorch's, momentum
is Keras's. Nesterov is the loop of Goodfellow, Bengio and Courville, "Deep Learning", Algorithm 8.3,
checked against PyTorch, which stores the look-ahead point.
"""

import common
import numpy as np

import keras
import torch

keras.config.set_floatx("float64")


def single(numbers):
    return np.float32(numbers).astype(np.float64)


START = single([1.5, -2.0, 0.25, -0.75, 3.0, 0.0])
CURVATURE = single([1.0, 0.1, 2.0, 0.5, 0.05, 1.5])
CENTRE = single([0.5, 1.0, -1.0, 2.0, 0.0, -0.5])
RATES = single([0.05, 0.05, 0.05, 0.05, 0.02, 0.02, 0.02, 0.01])
MOMENTUM = float(np.float32(0.9))
BETA1, BETA2 = float(np.float32(0.9)), float(np.float32(0.999))
EPSILON = float(np.float32(1e-8))
PENALTIES = {"none": (0.0, 0.0), "both": (float(np.float32(0.01)), float(np.float32(0.05)))}


def gradient(w, l1, l2):
    return CURVATURE * (w - CENTRE) + w**3 + 2 * l2 * w + l1 * np.sign(w)


def record(w, *slots):
    return {"weights": np.array(w).tolist(), "slots": np.concatenate([*slots, []]).tolist()}


def with_torch(make, slots):
    def run(l1, l2):
        w = torch.tensor(START.copy(), requires_grad=True)
        optimizer = make([w])
        for rate in RATES:
            optimizer.param_groups[0]["lr"] = rate
            w.grad = torch.tensor(gradient(w.detach().numpy(), l1, l2))
            optimizer.step()
            state = [optimizer.state[w][name].numpy() for name in slots]
            yield record(w.detach().numpy(), *state)

    return run


def momentum(l1, l2):
    w = keras.Variable(START.copy(), dtype="float64")
    optimizer = keras.optimizers.SGD(1.0, momentum=MOMENTUM)
    for rate in RATES:
        optimizer.learning_rate = rate
        optimizer.apply([gradient(np.asarray(w), l1, l2)], [w])
        yield record(np.asarray(w), np.asarray(optimizer.momentums[0]))


def nesterov(l1, l2, rates=RATES):
    theta, v = START.copy(), np.zeros_like(START)
    for rate in rates:
        interim = theta + MOMENTUM * v
        g = gradient(interim, l1, l2)
        v = MOMENTUM * v - rate * g
        theta = theta + v
        yield record(theta, v)


def check_nesterov_against_torch(l1, l2):
    rate = RATES[0]
    w = torch.tensor(START.copy(), requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=rate, momentum=MOMENTUM, nesterov=True)
    for step in nesterov(l1, l2, [rate] * 8):
        w.grad = torch.tensor(gradient(w.detach().numpy(), l1, l2))
        optimizer.step()
        ahead = np.array(step["weights"]) + MOMENTUM * np.array(step["slots"])
        np.testing.assert_allclose(w.detach().numpy(), ahead, rtol=1e-12)


RULES = {
    "sgd": with_torch(lambda p: torch.optim.SGD(p, lr=1.0), []),
    "momentum": momentum,
    "nesterov": nesterov,
    "adam": with_torch(
        lambda p: torch.optim.Adam(p, lr=1.0, betas=(BETA1, BETA2), eps=EPSILON),
        ["exp_avg", "exp_avg_sq"],
    ),
}

if __name__ == "__main__":
    runs = []
    for penalty, (l1, l2) in PENALTIES.items():
        check_nesterov_against_torch(l1, l2)
        for name, rule in RULES.items():
            steps = list(rule(l1, l2))
            runs.append({"optimizer": name, "l1": l1, "l2": l2, "steps": steps})
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
