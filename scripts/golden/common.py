"""What the golden scripts share: pinned versions and one way to write a file."""

import importlib.metadata
import json
import os
import pathlib

import numpy as np

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

HERE = pathlib.Path(__file__).parent
FOLDER = HERE.parent.parent / "Tests" / "Golden"


def versions(*packages):
    """The pinned versions of the packages a file depends on; refuses any other."""
    pinned = dict(
        line.split("==")
        for line in (HERE / "requirements.txt").read_text().split()
        if "==" in line
    )
    for package in packages:
        found = importlib.metadata.version(package).split("+")[0]
        if found != pinned[package]:
            raise SystemExit(f"{package} {found} is installed, {pinned[package]} is pinned")
    return {package: pinned[package] for package in packages}


def numbers(array):
    """Single-precision inputs as a flat list, each in the fewest digits that name it."""
    return [float(str(number)) for number in np.float32(array).ravel()]


def write(name, script, packages, content):
    """Writes Tests/Golden/<name>.json, one line per case."""
    FOLDER.mkdir(exist_ok=True)
    document = {"script": f"scripts/golden/{script}", "versions": versions(*packages)} | content
    lines = []
    for key, value in document.items():
        if isinstance(value, list) and isinstance(value[0], dict):
            rows = ",\n  ".join(json.dumps(row) for row in value)
            lines.append(f'"{key}": [\n  {rows}]')
        else:
            lines.append(f'"{key}": {json.dumps(value)}')
    (FOLDER / f"{name}.json").write_text("{" + ",\n".join(lines) + "}\n")
