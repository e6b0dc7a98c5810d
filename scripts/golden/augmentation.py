"""Images that are moved, turned and recolored by Keras's layers, each with a fixed draw.

Keras runs on NumPy, where SciPy resamples. Images have their channels first.
"""

import os

os.environ["KERAS_BACKEND"] = "numpy"

import common
import keras
import numpy as np
import scipy.ndimage
from keras import layers

CHANNELS, HEIGHT, WIDTH = 2, 5, 7
generator = np.random.default_rng(20160518)
plain = np.round(generator.uniform(0, 255, (CHANNELS, HEIGHT, WIDTH)), 1).astype("float32")
colored = np.round(generator.uniform(0, 255, (3, 4, 5)), 1).astype("float32")
# A gray pixel, a black one, and pixels of one pure color.
colored[:, 0, 0] = 77
colored[:, 0, 1] = 0
colored[:, 0, 2] = (255, 0, 0)
colored[:, 0, 3] = (0, 0, 200)
MODES = [(mode, "bilinear") for mode in ("constant", "nearest", "reflect", "wrap")]
MODES += [("reflect", "nearest"), ("constant", "nearest")]


def flat(image):
    return [float(f"{value:.7g}") for value in np.asarray(image, "float64").ravel()]


def settings(mode, interpolation):
    return dict(
        fill_mode=mode, interpolation=interpolation, fill_value=9.0, data_format="channels_first")


def batch(*values):
    return np.array([values], "float32")


def translation(down, across, **kw):
    layer = layers.RandomTranslation(0.5, 0.5, **kw)
    moves = batch(across * WIDTH, down * HEIGHT)
    return layer.transform_images(plain[None], {"translations": moves})


def rotation(turns, **kw):
    layer = layers.RandomRotation((turns, turns), **kw)
    return layer.transform_images(plain[None], layer.get_random_transformation(plain[None]))


def zoom(down, across, **kw):
    layer = layers.RandomZoom(0.5, 0.5, **kw)
    return layer.transform_images(
        plain[None], {"height_zoom": batch(1 + down), "width_zoom": batch(1 + across)})


def about_centre(a, b, d, e):
    x, y = (WIDTH - 1) / 2, (HEIGHT - 1) / 2
    return np.array([[a, b, x - a * x - b * y], [d, e, y - d * x - e * y], [0, 0, 1]])


def affine(matrix, **kw):
    return keras.ops.image.affine_transform(
        plain[None], matrix.ravel()[:8].astype("float32")[None], **kw)


def shear(x, y, **kw):
    return affine(about_centre(1, x, y, 1), **kw)


def composed(down, across, turns, zoomed, slant, **kw):
    """Translation, rotation, zoom, shear and a flip to the side, in one resampling."""
    move = np.array([[1, 0, -across * WIDTH], [0, 1, -down * HEIGHT], [0, 0, 1]])
    angle = 2 * np.pi * turns
    turn = about_centre(np.cos(angle), -np.sin(angle), np.sin(angle), np.cos(angle))
    return affine(
        move @ turn @ about_centre(1 + zoomed, 0, 0, 1 + zoomed) @ about_centre(1, slant, 0, 1)
        @ about_centre(-1, 0, 0, 1), **kw)


def crop():
    """The whole image of a window of 3 rows and 4 pixels in the middle of the padded image."""
    y = 1 - 1 + (np.arange(HEIGHT) + 0.5) * 3 / HEIGHT - 0.5
    x = 2 - 1 + (np.arange(WIDTH) + 0.5) * 4 / WIDTH - 0.5
    at = np.meshgrid(y, x, indexing="ij")
    return [scipy.ndimage.map_coordinates(channel, at, order=1, mode="nearest") for channel in plain]


MOVES = [
    ("translation", translation, [0.13, -0.31]),
    ("translation", translation, [-1.0, 0.9]),
    ("rotation", rotation, [0.07]),
    ("rotation", rotation, [-0.25]),
    ("zoom", zoom, [0.4, -0.3]),
    ("shear", shear, [0.3, -0.2]),
    ("composed", composed, [0.2, -0.1, 0.11, -0.25, 0.15]),
]
moves = [
    {
        "name": name, "values": values, "fillMode": mode, "interpolation": interpolation,
        "output": flat(function(*values, **settings(mode, interpolation))),
    }
    for name, function, values in MOVES
    for mode, interpolation in MODES
]

RANGE = {"value_range": (0, 255), "data_format": "channels_first"}


def brightness(u):
    layer = layers.RandomBrightness(1.0, value_range=(0, 255))
    return layer.transform_images(colored[None].copy(), {"rgb_delta": np.float32(u * 255)})


def contrast(u):
    layer = layers.RandomContrast(0.5, **RANGE)
    return layer.transform_images(colored[None], {"contrast_factor": np.float32(u)})


def saturation(u):
    # From 0 to 1, where Keras's bound of the saturation is the right one.
    layer = layers.RandomSaturation((u, u), value_range=(0, 1), data_format="channels_first")
    return 255 * layer.transform_images(colored[None] / 255, layer.get_random_transformation(colored[None]))


def hue(u):
    layer = layers.RandomHue((0, 1), **RANGE)
    return layer.transform_images(colored[None], {"factor": np.array([u / 2], "float32")})


changes = [
    {"name": function.__name__, "value": value, "output": flat(function(value))}
    for function, values in (
        (brightness, [0.2, -0.6]), (contrast, [1.4, 0.5]), (saturation, [0.0, 0.3, 0.5, 0.8]),
        (hue, [0.1, 0.37, 1.0]))
    for value in values
]

common.write(
    "augmentation", "augmentation.py", ["numpy", "keras", "scipy"],
    {
        "shape": [CHANNELS, HEIGHT, WIDTH],
        "input": common.numbers(plain),
        "moves": moves,
        "crop": flat(crop()),
        "coloredShape": list(colored.shape),
        "colored": common.numbers(colored),
        "changes": changes,
    })
