"""The six workloads: the same networks, batches and rules for nntrain and for every peer."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Workload:
    """One network and how it is trained. The batch is per rank: two ranks train on twice as many."""

    name: str
    about: str
    batch: int
    parameters: int
    samples: int  # held in memory; small where a step is slow, so that an epoch stays short
    multiply_adds: int  # of one sample's forward pass
    first_layer: int  # of these, the first layer's: it needs no gradient of its input

    def flops(self) -> int:
        """Operations of one training sample: forward and two backward products, 2 per multiply-add."""
        return 2 * (3 * self.multiply_adds - self.first_layer)


def dense(*widths: int) -> tuple[int, int, int]:
    """Parameters, multiply-adds and the first layer's multiply-adds of a multilayer perceptron."""
    products = [a * b for a, b in zip(widths, widths[1:])]
    return sum(products) + sum(widths[1:]), sum(products), products[0]


def _perceptron(name: str, about: str, batch: int, samples: int, *widths: int) -> Workload:
    parameters, work, first = dense(*widths)
    return Workload(name, about, batch, parameters, samples, work, first)


def _convolutional() -> Workload:
    first, second = 28 * 28 * 25 * 32, 14 * 14 * 25 * 32 * 64
    parameters = (25 * 32 + 32) + (25 * 32 * 64 + 64) + (3136 * 512 + 512) + (512 * 10 + 10)
    work = first + second + 3136 * 512 + 512 * 10
    return Workload("W4", "28×28 CNN 5×5×32, pool, 5×5×64, pool, 512, 10; Adam", 64, parameters, 1024,
                    work, first)


def _residual() -> Workload:
    """Three stages of three blocks: 3×3 convolutions without bias, each with a normalization."""
    parameters, work, first = 3 * 9 * 16 + 2 * 16, 32 * 32 * 3 * 9 * 16, 32 * 32 * 3 * 9 * 16
    channels, size = 16, 32
    for width in (16, 32, 64):
        size = size if width == 16 else size // 2
        for block in range(3):
            inputs = channels if block == 0 else width
            products = 9 * inputs * width + 9 * width * width
            parameters += products + 4 * width
            if inputs != width:
                products += inputs * width
                parameters += inputs * width + 2 * width
            work += size * size * products
        channels = width
    return Workload("W5", "32×32 ResNet-20, normalized projections; momentum, weight decay", 64,
                    parameters + 64 * 10 + 10, 512, work + 64 * 10, first)


def _recurrent() -> Workload:
    """28 steps of 28 numbers into an LSTM of 128 units with one bias per gate, the last state into 10 classes."""
    first, units = 28 * 28 * 4 * 128, 128
    parameters = 4 * units * (28 + units + 1) + units * 10 + 10
    return Workload("W6", "28×28 LSTM 128, 10; Adam", 128, parameters, 4096,
                    first + 28 * 4 * units * units + units * 10, first)


WORKLOADS = {
    w.name: w
    for w in (
        _perceptron("W1", "64-64-32-10 MLP; momentum", 32, 32768, 64, 64, 32, 10),
        _perceptron("W2", "784-512-512-10 MLP; Adam", 128, 32768, 784, 512, 512, 10),
        _perceptron("W3", "1024-4096-4096-1000 MLP; momentum", 256, 1024, 1024, 4096, 4096, 1000),
        _convolutional(),
        _residual(),
        _recurrent(),
    )
}
