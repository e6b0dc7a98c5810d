"""Outputs and gradients of layers under PyTorch's bfloat16 autocast on the CPU.

Parameters and inputs are single precision; autocast rounds the operands of products and convolutions.
The function of which the gradients are taken is Σ c·y with irregular weights c of the outputs.
"""

import common
import torch
import torch.nn.functional as f

generator = torch.Generator().manual_seed(20261201)


def draw(*shape, scale=1.0):
    """Single-precision numbers of few digits, which bfloat16 does not hold."""
    values = scale * torch.randn(*shape, generator=generator)
    return values.double().round(decimals=3).float().requires_grad_()


def flat(tensor):
    return [float(f"{value:.9g}") for value in tensor.detach().float().numpy().ravel()]


def case(name, function, x, parameters, **settings):
    with torch.autocast("cpu", dtype=torch.bfloat16):
        y = function(x, *parameters).float()
    c = draw(*y.shape).detach()
    gradients = torch.autograd.grad((c * y).sum(), [x, *parameters])
    return {
        "layer": name,
        "settings": settings,
        "inputShape": list(x.shape),
        "input": common.numbers(x.detach().numpy()),
        "parameters": [common.numbers(p.detach().numpy()) for p in parameters],
        "seed": common.numbers(c.numpy()),
        "outputShape": list(y.shape),
        "output": flat(y),
        "inputGradient": flat(gradients[0]),
        "parameterGradients": [flat(g) for g in gradients[1:]],
    }


def convolution(size, channels, filters, kernel, stride=(1, 1), padding=(0, 0, 0, 0), groups=1):
    top, left, bottom, right = padding
    return case(
        "conv2d",
        lambda x, w, b: f.conv2d(f.pad(x, (left, right, top, bottom)), w, b, stride, 0, 1, groups),
        draw(3, channels, *size),
        (draw(filters, channels // groups, *kernel, scale=0.5), draw(filters)),
        kernel=kernel, stride=stride, padding=padding, groups=[groups],
    )


def cases():
    # Fewer than 8 outputs: none of the small products, which stay in single precision.
    yield case("dense linear", f.linear, draw(5, 260, scale=0.3), (draw(7, 260, scale=0.2), draw(7)))
    yield case(
        "dense sigmoid", lambda x, w, b: torch.sigmoid(f.linear(x, w, b)),
        draw(4, 300, scale=0.3), (draw(6, 300, scale=0.1), draw(6)),
    )
    yield case("dense linear", lambda x, w: f.linear(x, w), draw(3, 3), (draw(4, 3),))
    yield convolution((6, 7), 3, 5, (3, 2))
    yield convolution((5, 5), 16, 20, (3, 3), padding=(1, 1, 1, 1))
    yield convolution((9, 9), 4, 6, (3, 3), stride=(2, 2), groups=2)
    yield convolution((6, 6), 8, 8, (3, 3), padding=(1, 1, 1, 1), groups=8)


if __name__ == "__main__":
    common.write("bfloat16", "bfloat16.py", ("numpy", "torch"), {"cases": list(cases())})
