"""Outputs and gradients of layers in double precision, by PyTorch's modules and autograd.

The function of which the gradients are taken is Σ c·y with irregular weights c of the outputs.
"""

import common
import numpy as np
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


def merged(name, function, branches):
    """Branches that are functions of one input, met by `function`."""
    return case(name, lambda x: function([branch(x) for branch in branches]), draw(3, 6, 4, 5))


BRANCHES = [torch.tanh, torch.sigmoid, lambda x: x]


def product(values):
    result = values[0]
    for value in values[1:]:
        result = result * value
    return result


def stages(order, shortcut, blocks, filters, channels=3):
    """Stages of residual blocks as ResidualStages has them; parameters in the order of its layers."""
    parameters = []

    def parameter(*shape, scale=1.0, shift=0.0):
        value = (draw(*shape, scale=scale) + shift).detach().requires_grad_()
        parameters.append(value)
        return value

    def convolution(out, size, kernel):
        return parameter(out, size, kernel, kernel, scale=(2 / size / kernel**2) ** 0.5)

    def norm(size):
        return parameter(size, scale=0.2, shift=1.0), parameter(size, scale=0.2)

    plan, size = [], channels
    for stage, out in enumerate(filters):
        for block in range(blocks):
            stride = 2 if stage > 0 and block == 0 else 1
            if order == "post":
                first, n1 = convolution(out, size, 3), norm(out)
                second, n2 = convolution(out, out, 3), norm(out)
            else:
                n1, first = norm(size), convolution(out, size, 3)
                n2, second = norm(out), convolution(out, out, 3)
            differs = stride > 1 or size != out
            way = convolution(out, size, 1) if differs and shortcut != "padded" else None
            if way is not None and shortcut == "normalized_projection":
                way = (way, norm(out))
            plan.append((stride, first, n1, second, n2, way, size, out))
            size = out

    def function(x, *_):
        for stride, first, n1, second, n2, way, size, out in plan:
            normalize = lambda v, n: f.batch_norm(v, None, None, *n, True, 0.1, 1e-5)
            if order == "post":
                y = torch.relu(normalize(f.conv2d(x, first, None, stride, 1), n1))
                y = normalize(f.conv2d(y, second, None, 1, 1), n2)
            else:
                y = f.conv2d(torch.relu(normalize(x, n1)), first, None, stride, 1)
                y = f.conv2d(torch.relu(normalize(y, n2)), second, None, 1, 1)
            if isinstance(way, tuple):
                x = normalize(f.conv2d(x, way[0], None, stride), way[1])
            elif way is not None:
                x = f.conv2d(x, way, None, stride)
            elif stride > 1 or size != out:
                x = f.pad(x[:, :, ::stride, ::stride], (0, 0, 0, 0, 0, out - size))
            x = torch.relu(x + y) if order == "post" else x + y
        return x

    x = draw(4, channels, 8, 8)
    return case(
        f"stages {order} {shortcut}", function, x, parameters, blocks=[blocks], filters=filters
    )


def normalizations():
    for shape in ((6, 5), (2, 16), (4, 3, 4, 5), (2, 16, 3, 3), (5, 4, 7)):
        affine = (draw(shape[1]), draw(shape[1]))
        x = draw(*shape, scale=2.0)
        yield case(
            "batch_norm", lambda x, w, b: f.batch_norm(x, None, None, w, b, True, 0.1, 1e-3),
            x, affine,
        )
        yield case(
            "layer_norm", lambda x, w, b: f.layer_norm(x, shape[1:], w, b, 1e-3),
            x, (draw(*shape[1:]), draw(*shape[1:])),
        )
        for groups in (1, shape[1] // 2 if shape[1] % 2 == 0 else shape[1], shape[1]):
            # Groups of two elements are normalized to ±1 whatever they are.
            if np.prod(shape[1:]) >= 4 * groups:
                yield case(
                    "group_norm", lambda x, w, b: f.group_norm(x, groups, w, b, 1e-3),
                    x, affine, groups=[groups],
                )


def further():
    yield case(
        "depthwise_conv", lambda x, w, b: f.conv2d(f.pad(x, (1, 0, 1, 2)), w, b, (2, 1), 0, 1, 3),
        draw(2, 3, 6, 7), (draw(6, 1, 3, 2, scale=0.5), draw(6)),
        kernel=(3, 2), stride=(2, 1), padding=(1, 1, 2, 0), multiplier=[2],
    )
    yield case(
        "depthwise_conv", lambda x, w, b: f.conv2d(x, w, b, 1, 1, 1, 16),
        draw(2, 16, 5, 5), (draw(16, 1, 3, 3, scale=0.5), draw(16)),
        kernel=(3, 3), padding=(1, 1, 1, 1), multiplier=[1],
    )
    for channels, filters, size, kernel, stride, pad, dilation in (
        (3, 4, (4, 5), (3, 3), (2, 2), (1, 1), (1, 1)),
        (8, 16, (3, 3), (4, 4), (2, 2), (1, 1), (1, 1)),
        (5, 10, (4, 3), (3, 2), (1, 2), (0, 0), (2, 1)),
        (16, 3, (4, 4), (2, 2), (2, 2), (0, 0), (1, 1)),
    ):
        yield case(
            "conv_transpose",
            lambda x, w, b: f.conv_transpose2d(x, w, b, stride, pad, dilation=dilation),
            draw(2, channels, *size), (draw(channels, filters, *kernel, scale=0.5), draw(filters)),
            kernel=kernel, stride=stride, padding=(pad[0], pad[1], pad[0], pad[1]),
            dilation=dilation,
        )
    yield case(
        "conv1d", lambda x, w, b: f.conv1d(f.pad(x, (2, 1)), w, b, 2, 0, 1),
        draw(2, 3, 9), (draw(5, 3, 4, scale=0.5), draw(5)),
        kernel=[4], stride=[2], padding=[2, 1],
    )
    yield case(
        "conv1d", lambda x, w, b: f.conv1d(x, w, b, 1, 0, 3, 2),
        draw(2, 8, 12), (draw(16, 4, 3, scale=0.5), draw(16)),
        kernel=[3], dilation=[3], groups=[2],
    )
    yield case("max_pool1d", lambda x: f.max_pool1d(x, 3, 2), draw(2, 5, 11), window=[3], stride=[2])
    yield case("average_pool1d", lambda x: f.avg_pool1d(x, 2), draw(2, 8, 6), window=[2], stride=[2])
    yield case("global_average_pool1d", lambda x: x.mean(2), draw(3, 5, 7))
    for channels in (3, 8):
        yield case(
            "zero_padding", lambda x: f.pad(x, (2, 0, 1, 3)), draw(2, channels, 4, 3),
            padding=[1, 2, 3, 0],
        )
        yield case(
            "upsampling", lambda x: x.repeat_interleave(2, 2).repeat_interleave(3, 3),
            draw(2, channels, 3, 2), size=[2, 3],
        )
        yield case(
            "padded_shortcut",
            lambda x: f.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 0, channels + 2)),
            draw(2, channels, 6, 5), target=[2 * channels + 2, 3, 3],
        )
    yield case("padded_shortcut", lambda x: f.pad(x, (0, 3)), draw(2, 4), target=[7])
    yield merged("parallel sum", sum, BRANCHES)
    yield merged("parallel mean", lambda v: sum(v) / len(v), BRANCHES)
    yield merged("parallel product", product, BRANCHES)
    yield merged("parallel concatenate", lambda v: torch.cat(v, 1), BRANCHES)
    yield stages("post", "padded", 1, (3, 8))
    yield stages("post", "projection", 2, (3, 4))
    yield stages("pre", "projection", 1, (3, 8))
    yield stages("pre", "padded", 2, (3, 5))
    yield stages("post", "normalized_projection", 1, (3, 5))
    yield case("residual", lambda x: torch.relu(torch.tanh(x) + x), draw(3, 9))


MODULES = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "rnn": torch.nn.RNN}
MERGES = {
    "concatenate": lambda a, b: torch.cat([a, b], -1),
    "sum": lambda a, b: a + b,
    "mean": lambda a, b: (a + b) / 2,
    "product": lambda a, b: a * b,
}


def recurrent(name, rows, steps, features, units, sequences, merge=None, biases=2, **options):
    """One of PyTorch's recurrent modules; `biases` is 0, 1 (the second is left out) or 2."""
    module = MODULES[name.split()[0]](
        features, units, batch_first=True, bidirectional=merge is not None, bias=biases > 0,
        **options,
    )
    shapes = {key: value.shape for key, value in module.named_parameters()}
    left_out = [key for key in shapes if biases == 1 and key.startswith("bias_hh")]
    parameters = {
        key: draw(*shape, scale=0.5 if "bias" in key else shape[-1] ** -0.5)
        for key, shape in shapes.items() if key not in left_out
    }
    zeros = {key: torch.zeros(shapes[key]) for key in left_out}

    def function(x, *values):
        state = dict(zip(parameters, values)) | zeros
        y, last = torch.func.functional_call(module, state, (x,))
        last = last[0] if isinstance(last, tuple) else last
        if merge is None:
            return y if sequences else last[0]
        both = y.split(units, 2) if sequences else tuple(last)
        return MERGES[merge](*both)

    return case(
        f"{name} {merge or 'forward'}", function, draw(rows, steps, features),
        tuple(parameters.values()), units=[units], sequences=[int(sequences)], biases=[biases],
    )


def recurrents():
    for name in MODULES:
        biases = 2 if name == "gru" else 1
        yield recurrent(name, 3, 5, 4, 6, False, biases=biases)
        yield recurrent(name, 4, 6, 3, 9, True, biases=biases)
        yield recurrent(name, 2, 4, 5, 8, True, biases=0)
        yield recurrent(name, 2, 3, 1, 1, True)
        yield recurrent(name, 3, 1, 4, 5, True)
        for merge in MERGES:
            yield recurrent(name, 3, 4, 5, 7, True, merge)
        yield recurrent(name, 3, 4, 5, 7, False, "concatenate")
        yield recurrent(name, 3, 4, 5, 7, False, "product", biases=biases)
    # Rows of 128 are set apart in memory.
    yield recurrent("lstm", 2, 3, 3, 32, True)
    yield recurrent("rnn", 2, 3, 128, 2, True)
    yield recurrent("rnn relu", 3, 5, 4, 17, True, nonlinearity="relu")


def steps_and_pixels():
    """Layers of sequences [steps, features], of lines [channels, length] and of the pixels of images."""
    yield case(
        "layer_norm per_step", lambda x, w, b: f.layer_norm(x, [5], w, b, 1e-3), draw(3, 4, 5),
        (draw(5), draw(5)),
    )
    yield case(
        "parallel concatenate_features",
        lambda x: torch.cat([branch(x) for branch in BRANCHES], 2), draw(3, 4, 5),
    )
    for shape in ((2, 5, 3, 4), (2, 16, 3, 3), (2, 21, 4)):
        yield case("pixel_sequence", lambda x: x.flatten(2).transpose(1, 2), draw(*shape))
    for channels in (5, 16):
        yield case(
            "softmax of channels", lambda x: torch.softmax(x, 1), draw(2, channels, 3, 4, scale=2.0)
        )
    # f(x) + W x; in each step, and at every second place.
    yield case(
        "residual sequence", lambda x, w, b, p: torch.tanh(f.linear(x, w, b)) + f.linear(x, p),
        draw(3, 4, 5), (draw(7, 5), draw(7), draw(7, 5)),
    )
    yield case(
        "residual line",
        lambda x, w, b, p: torch.tanh(f.conv1d(x, w, b, stride=2, padding=1))
        + f.conv1d(x, p, stride=2),
        draw(3, 5, 9), (draw(7, 5, 3), draw(7), draw(7, 5, 1)),
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
    yield from normalizations()
    yield from further()
    yield from recurrents()
    yield from steps_and_pixels()


if __name__ == "__main__":
    common.write("layers", "layers.py", ("numpy", "torch"), {"cases": list(cases())})
