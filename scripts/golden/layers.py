"""Outputs and gradients of layers in double precision, by PyTorch's modules and autograd.

The function of which the gradients are taken is Σ c·y with irregular weights c of the outputs.
"""

import common
import torch
import torch.nn.functional as f

torch.set_default_dtype(torch.float64)
generator = torch.Generator().manual_seed(20160518)

ACTIVATIONS = {
    "linear": lambda x: x,
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "softmax": lambda x: torch.softmax(x, -1),
    "softplus": f.softplus,
    "softsign": f.softsign,
    "elu": f.elu,
    "selu": f.selu,
    "leaky_relu": lambda x: f.leaky_relu(x, 0.2),
    "exponential": torch.exp,
    "hard_sigmoid": f.hardsigmoid,
    "gelu": f.gelu,
    "gelu_tanh": lambda x: f.gelu(x, approximate="tanh"),
    "swish": f.silu,
}


def draw(*shape, scale=1.0):
    """Single-precision numbers of few digits: both sides start from the same ones."""
    values = scale * torch.randn(*shape, generator=generator)
    return values.round(decimals=3).float().double().requires_grad_()


def flat(tensor):
    """Nine digits: more than single precision holds."""
    return [float(f"{value:.9g}") for value in tensor.detach().numpy().ravel()]


def case(name, function, x, parameters=(), **settings):
    y = function(x, *parameters)
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


def convolution(size, channels, filters, kernel, stride=(1, 1), padding=(0, 0, 0, 0),
                dilation=(1, 1), groups=1, rows=2):
    """`padding` is top, left, bottom, right."""
    top, left, bottom, right = padding
    weight = draw(filters, channels // groups, *kernel, scale=0.5)
    return case(
        "conv2d",
        lambda x, w, b: f.conv2d(
            f.pad(x, (left, right, top, bottom)), w, b, stride, 0, dilation, groups
        ),
        draw(rows, channels, *size), (weight, draw(filters)),
        kernel=kernel, stride=stride, padding=padding, dilation=dilation, groups=[groups],
    )


def pooling(method, size, channels, window, stride, padding=(0, 0, 0, 0)):
    """Windows that reach over the edge see only the image: padded with −∞, or counted out."""
    top, left, bottom, right = padding
    edge = (left, right, top, bottom)

    def largest(x):
        return f.max_pool2d(f.pad(x, edge, value=float("-inf")), window, stride)

    def mean(x):
        inside = f.pad(torch.ones_like(x), edge)
        return f.avg_pool2d(f.pad(x, edge), window, stride) / f.avg_pool2d(inside, window, stride)

    return case(
        f"{method}_pool2d", largest if method == "max" else mean, draw(2, channels, *size),
        window=window, stride=stride, padding=padding,
    )


def cases():
    for name, function in ACTIVATIONS.items():
        yield case(f"activation {name}", function, draw(3, 21, scale=2.0))
        weight, bias = draw(7, 5), draw(7)
        yield case(
            f"dense {name}", lambda x, w, b: function(f.linear(x, w, b)), draw(4, 5), (weight, bias)
        )
    yield case("dense linear", lambda x, w: f.linear(x, w), draw(1, 33), (draw(17, 33),))
    yield convolution((5, 6), 3, 4, (3, 2))
    yield convolution((5, 5), 8, 16, (3, 3), padding=(1, 1, 1, 1))
    yield convolution((9, 7), 2, 5, (3, 3), stride=(2, 3), padding=(1, 0, 2, 1))
    yield convolution((9, 11), 3, 4, (3, 2), dilation=(2, 3))
    yield convolution((6, 6), 6, 9, (3, 3), groups=3, padding=(0, 1, 1, 0))
    yield convolution((7, 7), 8, 8, (3, 3), groups=8, stride=(2, 2), padding=(1, 1, 1, 1))
    yield convolution((4, 5), 3, 6, (4, 5), rows=1)
    yield convolution((6, 6), 1, 16, (5, 5), padding=(2, 2, 2, 2))
    for method in ("max", "average"):
        yield pooling(method, (6, 8), 3, (2, 2), (2, 2))
        yield pooling(method, (5, 5), 16, (3, 3), (2, 2), padding=(1, 1, 1, 1))
        yield pooling(method, (7, 8), 2, (3, 2), (2, 1), padding=(0, 0, 1, 1))
    yield case("global_average_pool2d", lambda x: x.mean((2, 3)), draw(3, 5, 4, 6))


if __name__ == "__main__":
    common.write("layers", "layers.py", ("numpy", "torch"), {"cases": list(cases())})
