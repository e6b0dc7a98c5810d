#!/usr/bin/env python3
"""Exports scikit-learn's digits into the source file that embeds them in the Datasets library.

    python3 -m venv /tmp/digits && /tmp/digits/bin/pip install scikit-learn==1.9.1
    /tmp/digits/bin/python scripts/export-digits.py

Layout before compression: 1,797 labels, then 1,797 images of 64 pixels, one byte each. The bytes are
embedded as text in base 64 because the compiler takes a string of 59,000 characters in 0.15 s, an
array of 44,000 numbers in 11 s.
"""

import base64
import gzip
import pathlib

import numpy
import sklearn.datasets

digits = sklearn.datasets.load_digits()
images = digits.images.astype(numpy.uint8)
labels = digits.target.astype(numpy.uint8)
assert images.shape == (1797, 8, 8) and (images == digits.images).all() and images.max() == 16

# A fixed time stamp, so that the same data give the same file.
content = gzip.compress(labels.tobytes() + images.tobytes(), compresslevel=9, mtime=0)
text = base64.b64encode(content).decode("ascii")
width = 198
lines = [text[i : i + width] for i in range(0, len(text), width)]
target = pathlib.Path(__file__).parent.parent / "Sources/Datasets/Readers/EmbeddedDigits.swift"
target.write_text(
    "/// The digits as gzip in base 64, made by scripts/export-digits.py; for the source and the\n"
    "/// licence see Resources/digits-LICENSE.txt.\n"
    "enum EmbeddedDigits {\n"
    "  static let base64: StaticString = \"\"\"\n"
    + "\n".join("    " + line + "\\" for line in lines[:-1])
    + "\n    " + lines[-1] + "\n    \"\"\"\n}\n"
)
