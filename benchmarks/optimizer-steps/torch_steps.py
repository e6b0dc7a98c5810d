"""One step of PyTorch's optimizers on so many parameters (default 25 million), one thread.

The parameters are those of a few large and many small tensors, as in a network; `foreach` and `fused`
are PyTorch's own faster forms, where the rule has them. Prints what optimizer-steps prints; given the
name of a rule, that rule alone.
"""

import sys
import time

import torch

torch.set_num_threads(1)
COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 25_000_000
REPETITIONS = int(sys.argv[2]) if len(sys.argv) > 2 else 10
ONLY = sys.argv[3] if len(sys.argv) > 3 else None

# name → (class, settings, planes of slots)
RULES = {
    "sgd": (torch.optim.SGD, {}, 0),
    "momentum": (torch.optim.SGD, {"momentum": 0.9}, 1),
    "nesterov pytorch": (torch.optim.SGD, {"momentum": 0.9, "nesterov": True}, 1),
    "adagrad": (torch.optim.Adagrad, {}, 1),
    "adadelta": (torch.optim.Adadelta, {}, 2),
    "rmsprop": (torch.optim.RMSprop, {}, 1),
    "adam": (torch.optim.Adam, {}, 2),
    "adam amsgrad": (torch.optim.Adam, {"amsgrad": True}, 3),
    "adamw": (torch.optim.AdamW, {}, 2),
    "adamax": (torch.optim.Adamax, {}, 2),
    "nadam": (torch.optim.NAdam, {}, 2),
    "radam": (torch.optim.RAdam, {}, 2),
}


def tensors():
    """Nine tenths in four large tensors, the rest in a hundred small ones."""
    sizes = [COUNT * 9 // 40] * 4 + [COUNT // 1000] * 100
    parameters = [torch.randn(size) * 0.05 for size in sizes]
    for parameter in parameters:
        parameter.requires_grad_()
        parameter.grad = torch.randn_like(parameter) * 0.01
    return parameters


def best(body):
    body()
    times = []
    for _ in range(REPETITIONS):
        start = time.perf_counter()
        body()
        times.append(time.perf_counter() - start)
    return min(times)


print("rule", "form", "ms", "bytes", "GB/s", sep="\t")
for name, (make, settings, planes) in RULES.items():
    if ONLY not in (None, name):
        continue
    for form in ("foreach", "fused"):
        parameters = tensors()
        try:
            step = make(parameters, lr=1e-4, **settings, **{form: True}).step
            seconds = best(step)
        except (RuntimeError, TypeError):
            continue
        size = sum(p.numel() for p in parameters) * 4 * (3 + 2 * planes)
        print(name, form, seconds * 1e3, size, size / seconds / 1e9, sep="\t")
