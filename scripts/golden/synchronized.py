"""Batch normalization over whole minibatches in PyTorch, which is what SyncBatchNorm computes on many devices.

Three steps of plain descent on one minibatch of images, in double precision: first parameters, those after the
steps, and the running statistics, with the biased variance.
"""

import common
import numpy as np
import torch

SAMPLES, STEPS, RATE, MOMENTUM, EPSILON = 11, 3, 0.1, 0.8, 1e-3
torch.manual_seed(7)
random = np.random.default_rng(17)


def f(number):
    return float(np.float32(number))


class Norm(torch.nn.Module):
    """PyTorch's normalization with statistics that are kept apart, since its own are n − 1 ones."""

    def __init__(self, channels):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.from_numpy(random.uniform(0.5, 1.5, channels)))
        self.bias = torch.nn.Parameter(torch.from_numpy(random.uniform(-0.5, 0.5, channels)))
        self.mean, self.variance = torch.zeros(channels), torch.ones(channels)

    def forward(self, x):
        with torch.no_grad():
            axes = [0] + list(range(2, x.dim()))
            keep = f(MOMENTUM)
            self.mean = keep * self.mean + (1 - keep) * x.mean(axes)
            self.variance = keep * self.variance + (1 - keep) * x.var(axes, unbiased=False)
        return torch.nn.functional.batch_norm(
            x, None, None, self.weight, self.bias, training=True, eps=f(EPSILON)
        )


class Module(torch.nn.Module):
    """Names are those that nntrain gives to its layers."""

    def __init__(self):
        super().__init__()
        self.conv_1 = torch.nn.Conv2d(2, 4, 3, bias=False)
        self.batch_norm_1 = Norm(4)
        self.conv_2 = torch.nn.Conv2d(4, 4, 3, padding=1, bias=False)
        self.batch_norm_2 = Norm(4)
        self.dense_1 = torch.nn.Linear(36, 6, bias=False)
        self.batch_norm_3 = Norm(6)
        self.dense_2 = torch.nn.Linear(6, 3)

    def forward(self, x):
        x = torch.relu(self.batch_norm_1(self.conv_1(x)))
        x = torch.relu(x + self.batch_norm_2(self.conv_2(x)))
        x = torch.tanh(self.batch_norm_3(self.dense_1(torch.flatten(x, 1))))
        return self.dense_2(x)


torch.set_default_dtype(torch.float64)
module = Module()
with torch.no_grad():
    for p in module.parameters():
        p.copy_(torch.from_numpy(np.float64(np.float32(np.round(p.numpy(), 4)))))
inputs = np.round(random.normal(1, 2, (SAMPLES, 2, 5, 5)), 3)
labels = random.integers(0, 3, SAMPLES)
first = {name: common.numbers(p.detach().numpy()) for name, p in module.named_parameters()}
optimizer = torch.optim.SGD(module.parameters(), lr=f(RATE))
objectives = []
for _ in range(STEPS):
    optimizer.zero_grad()
    loss = torch.nn.functional.cross_entropy(
        module(torch.from_numpy(np.float64(np.float32(inputs)))), torch.from_numpy(labels)
    )
    loss.backward()
    optimizer.step()
    objectives.append(loss.item())
parameters = [
    {"name": name, "first": first[name], "last": p.detach().numpy().ravel().tolist()}
    for name, p in module.named_parameters()
]
for name, norm in module.named_modules():
    if isinstance(norm, Norm):
        for role, values in (("running_mean", norm.mean), ("running_var", norm.variance)):
            parameters.append({"name": f"{name}.{role}", "first": [], "last": values.tolist()})
common.write(
    "synchronized",
    "synchronized.py",
    ("numpy", "torch"),
    {
        "steps": STEPS,
        "rate": f(RATE),
        "momentum": f(MOMENTUM),
        "epsilon": f(EPSILON),
        "inputs": common.numbers(inputs),
        "labels": labels.tolist(),
        "objectives": objectives,
        "parameters": parameters,
    },
)
