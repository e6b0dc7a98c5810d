"""Makes the golden values of Tests/FormatsTests.

Made with numpy 2.4.6 and safetensors 0.8.0 (Python 3.11); run with both installed:
python3 scripts/golden/formats.py
"""

import hashlib
import io
import struct
import textwrap

import numpy
import safetensors
import safetensors.numpy


def parameter_digest(tensors):
    """As docs/files.md tells it."""
    digest = hashlib.sha256()
    for name, tensor in sorted(tensors.items(), key=lambda item: item[0].encode()):
        utf8 = name.encode()
        digest.update(struct.pack("<Q", len(utf8)) + utf8)
        digest.update(struct.pack(f"<{1 + tensor.ndim}Q", tensor.ndim, *tensor.shape))
        digest.update(tensor.astype("<f4").tobytes())
    return digest.hexdigest()


def show(title, data):
    print(f"{title} ({len(data)} bytes)")
    print("\n".join(textwrap.wrap(data.hex(), 96)))


print("numpy", numpy.__version__, "safetensors", safetensors.__version__)

# Names whose order by bytes is not that of their letters; a scalar; a tensor without elements.
parameters = {
    "dense_1.weight": (numpy.arange(6, dtype="<f4") / 8 - 0.25).reshape(2, 3),
    "dense_10.bias": numpy.array([1.5, -0.0], dtype="<f4"),
    "Zeta.bias": numpy.array([2.0**-140, 3.4e38], dtype="<f4"),
    "größe": numpy.float32(0.1).reshape(()),
    "empty": numpy.zeros((0, 4), dtype="<f4"),
}
print("digest", parameter_digest(parameters))

mixed = {
    "half": numpy.array([1.0, -2.5, 65504, 6e-8], dtype="<f2"),
    "single": numpy.array([[0.1, -1.0], [3e38, 1e-45]], dtype="<f4"),
    "double": numpy.array([0.1], dtype="<f8"),
    "long": numpy.array([-1, 2**53 + 1], dtype="<i8"),
    "byte": numpy.array([0, 128, 255], dtype="u1"),
}
# One text only: the library writes several in random order.
metadata = {"text": "ä\n\"q\""}
show("mixed", safetensors.numpy.save(mixed, metadata=metadata))
del mixed["half"]
show("writable", safetensors.numpy.save(mixed, metadata=metadata))

file = io.BytesIO()
numpy.lib.format.write_array(file, parameters["dense_1.weight"], version=(1, 0))
show("npy f4", file.getvalue())
file = io.BytesIO()
numpy.lib.format.write_array(file, numpy.array([7, -(2**62)], dtype="<i8"), version=(1, 0))
show("npy i8", file.getvalue())
