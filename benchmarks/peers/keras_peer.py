"""Keras 3 on TensorFlow: a Keras model and optimizer in a graph function, or compiled by XLA.

One core:   taskset -c 0 python keras_peer.py --workload W2 [--compile] [--steps 20]
"""

import os

from common import (
    ADAM, CHECKED_STEPS, CLASSES, DECAY, DECAYS, MOMENTUM, WIDTHS, WORKLOADS, agreed, answer, arguments,
    checked_data, checked_weights, data, measure, minibatches, rate_of,
)

parser = arguments(__doc__.split("\n", maxsplit=1)[0])
parser.add_argument("--compile", action="store_true", help="compile the step by XLA")
parser.add_argument("--steps", type=int, default=1, help="training steps per call")
options = parser.parse_args()
os.environ.update(
    TF_CPP_MIN_LOG_LEVEL="2", KERAS_BACKEND="tensorflow", CUDA_VISIBLE_DEVICES="",
    OMP_NUM_THREADS=str(options.threads))

import keras  # noqa: E402  (the environment decides its backend)
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from keras import layers  # noqa: E402

tf.config.threading.set_intra_op_parallelism_threads(options.threads)
tf.config.threading.set_inter_op_parallelism_threads(1)
keras.utils.set_random_seed(0)
batch = options.batch or WORKLOADS[options.workload].batch
x, y = (checked_data(options.check, channels_last=True) if options.check
        else data(options.workload, channels_last=True))
order = minibatches(len(x), batch, steps=options.steps)
steps = min(options.steps, len(x) // batch)


def normalized(here, channels: int, kernel: int, stride: int):
    """A convolution without bias and its normalization."""
    here = layers.Conv2D(channels, kernel, stride, padding="same", use_bias=False)(here)
    return layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(here)


def block(here, channels: int, stride: int):
    """Two convolutions with a shortcut around them, a normalized projection where channels differ."""
    way = here if here.shape[-1] == channels else normalized(here, channels, 1, stride)
    here = layers.ReLU()(normalized(here, channels, 3, stride))
    return layers.ReLU()(layers.Add()([normalized(here, channels, 3, 1), way]))


def build(name: str) -> keras.Model:
    """The workload's network, from inputs to logits."""
    start = here = keras.Input(x.shape[1:], batch_size=batch)
    if name == "W4":
        for channels in (32, 64):
            here = layers.Conv2D(channels, 5, padding="same", activation="relu")(here)
            here = layers.MaxPooling2D(2)(here)
        here = layers.Dense(512, activation="relu")(layers.Flatten()(here))
    elif name == "W5":
        here = layers.ReLU()(normalized(here, 16, 3, 1))
        for width in (16, 32, 64):
            for place in range(3):
                here = block(here, width, 2 if place == 0 and width > 16 else 1)
        here = layers.GlobalAveragePooling2D()(here)
    elif name == "W6":
        here = layers.LSTM(128, unroll=True)(here)  # faster than a loop in the graph
    else:
        for width in WIDTHS[name][1:-1]:
            here = layers.Dense(width, activation="relu")(here)
    return keras.Model(start, layers.Dense(CLASSES[name])(here))


model = build(options.workload)
if options.workload in ADAM:
    optimizer = keras.optimizers.Adam(rate_of(options), epsilon=1e-8)  # the others' ε
else:
    optimizer = keras.optimizers.SGD(rate_of(options), MOMENTUM)
optimizer.build(model.trainable_variables)
inputs, labels = tf.constant(x), tf.constant(y, tf.int32)
del x


def one(index):
    """One training step."""
    batch_inputs, batch_labels = tf.gather(inputs, index), tf.gather(labels, index)
    with tf.GradientTape() as tape:
        logits = model(batch_inputs, training=True)
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(batch_labels, logits))
    variables = model.trainable_variables
    gradients = tape.gradient(loss, variables)
    if options.workload in DECAYS:
        gradients = [g + DECAY * v for g, v in zip(gradients, variables)]
    optimizer.apply(gradients, variables)
    return loss


shape = (batch,) if steps == 1 else (steps, batch)


@tf.function(jit_compile=options.compile, input_signature=[tf.TensorSpec(shape, tf.int32)])
def run(index):
    """One call: one step, or several."""
    if steps == 1:
        return one(index)
    loss = tf.constant(0.0)
    for step_number in tf.range(steps):
        loss = one(index[step_number])
    return loss


last = [None]


def step() -> None:
    """One call on the next minibatches."""
    last[0] = run(tf.constant(next(order).astype(np.int32)))


if options.check:
    model.set_weights(checked_weights(options.check, inputs_first=True))
    for _ in range(CHECKED_STEPS):
        step()
    agreed(tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, model(inputs))))
    raise SystemExit
rate = measure(step, lambda: last[0].numpy(), steps * batch, options)
answer(rate, sum(np.prod(v.shape) for v in model.trainable_variables),
       version=f"tensorflow {tf.__version__}, keras {keras.__version__}", compiled=options.compile, steps=steps)
