"""JAX: plain functions and one jitted step with donated state; several steps per call by lax.scan.

One core:   taskset -c 0 python jax_peer.py --workload W2 [--steps 20]
"""

import os

from common import (
    ADAM, CHECKED_STEPS, MOMENTUM, WIDTHS, WORKLOADS, agreed, answer, arguments, checked_data, checked_weights,
    data, measure, minibatches, rate_of,
)

parser = arguments(__doc__.split("\n", maxsplit=1)[0])
parser.add_argument("--steps", type=int, default=1, help="training steps per call")
options = parser.parse_args()
if len(os.sched_getaffinity(0)) != options.threads:  # JAX takes a thread per core it may run on
    parser.error(f"--threads {options.threads}, but {len(os.sched_getaffinity(0))} cores; use taskset -c")
os.environ["JAX_PLATFORMS"] = "cpu"

import jax  # noqa: E402  (the environment decides its platform)
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402
from jax import lax  # noqa: E402

name = options.workload
batch = options.batch or WORKLOADS[name].batch
x, y = checked_data(options.check, channels_last=True) if options.check else data(name, channels_last=True)
order = minibatches(len(x), batch, steps=options.steps)
steps = min(options.steps, len(x) // batch)
random = np.random.default_rng(0)


def weight(*shape):
    """He-normal weights whose last extent counts the outputs."""
    scale = np.float32(np.sqrt(2 / np.prod(shape[:-1])))
    return jnp.asarray(random.standard_normal(shape, dtype=np.float32) * scale)


def build():
    """Weights and biases, layer by layer."""
    if name == "W4":
        shapes = [(5, 5, 1, 32), (5, 5, 32, 64), (3136, 512), (512, 10)]
    else:
        shapes = list(zip(WIDTHS[name], WIDTHS[name][1:]))
    return [(weight(*shape), jnp.zeros(shape[-1])) for shape in shapes]


def convolution(image, kernel):
    """5×5, as large as its input."""
    return lax.conv_general_dilated(image, kernel, (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))


def pool(image):
    """The largest of each 2×2 window."""
    b, h, w, c = image.shape
    return image.reshape(b, h // 2, 2, w // 2, 2, c).max((2, 4))


def forward(parameters, here):
    """From inputs to logits."""
    hidden = parameters[:-1]
    if name == "W4":
        for kernel, bias in parameters[:2]:
            here = pool(jax.nn.relu(convolution(here, kernel) + bias))
        here, hidden = here.reshape(here.shape[0], -1), parameters[2:-1]
    for matrix, bias in hidden:
        here = jax.nn.relu(here @ matrix + bias)
    matrix, bias = parameters[-1]
    return here @ matrix + bias


def objective(parameters, inputs, labels):
    """The mean cross-entropy of the softmax."""
    likelihood = jax.nn.log_softmax(forward(parameters, inputs))
    return -jnp.take_along_axis(likelihood, labels[:, None], 1).mean()


tree = jax.tree_util.tree_map


def update(parameters, gradient, state):
    """Adam or momentum."""
    if name in ADAM:
        t, mean, square = state
        t = t + 1
        mean = tree(lambda m, g: 0.9 * m + 0.1 * g, mean, gradient)
        square = tree(lambda v, g: 0.999 * v + 0.001 * g * g, square, gradient)
        rate = rate_of(options) * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
        moved = tree(lambda w, m, v: w - rate * m / (jnp.sqrt(v) + 1e-8), parameters, mean, square)
        return moved, (t, mean, square)
    state = tree(lambda m, g: MOMENTUM * m + g, state, gradient)
    return tree(lambda w, m: w - rate_of(options) * m, parameters, state), state


def one(carry, index, inputs, labels):
    """One training step."""
    parameters, state = carry
    loss, gradient = jax.value_and_grad(objective)(parameters, inputs[index], labels[index])
    return update(parameters, gradient, state), loss


def several(carry, indices, inputs, labels):
    """Several training steps in one call."""
    return lax.scan(lambda c, index: one(c, index, inputs, labels), carry, indices)


parameters = build()
if options.check:
    values = [jnp.asarray(value) for value in checked_weights(options.check, inputs_first=True)]
    parameters = list(zip(values[::2], values[1::2], strict=True))
count = sum(leaf.size for leaf in jax.tree_util.tree_leaves(parameters))
zeros = lambda: tree(jnp.zeros_like, parameters)  # noqa: E731
carry = (parameters, (jnp.zeros(()), zeros(), zeros()) if name in ADAM else zeros())
inputs, labels = jnp.asarray(x), jnp.asarray(y, jnp.int32)
run = jax.jit(one if steps == 1 else several, donate_argnums=0)
last = [None]


def step() -> None:
    """One call on the next minibatches."""
    global carry
    carry, last[0] = run(carry, next(order).astype(np.int32), inputs, labels)


if options.check:
    for _ in range(CHECKED_STEPS):
        step()
    agreed(objective(carry[0], inputs, labels))
    raise SystemExit
rate = measure(step, lambda: last[0].block_until_ready(), steps * batch, options)
answer(rate, count, version=f"jax {jax.__version__}", steps=steps)
