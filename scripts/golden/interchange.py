"""Parameters that change hands between PyTorch and nntrain, for Tests/NNTrainTests.

Writes Tests/Golden/interchange/pytorch.safetensors, the parameters of a PyTorch module under
nntrain's names, which nntrain takes by `initialize_from`; and Tests/Golden/interchange.json, the
outputs of that module for a few inputs. With the path of a built nntrain it also makes `nntrain.safetensors`: a model
that nntrain trained, which the same module loads, and whose outputs join the table.

    python3 scripts/golden/interchange.py [.build/release/nntrain]
"""

import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import safetensors.torch
import torch

import common

FOLDER = common.FOLDER / "interchange"
# Changes of nntrain's built-in experiment on digits.
CHANGES = [
    "seed=2",
    "data={source: digits, take: 100}",
    "model=[{conv2d: {filters: 3, kernel: 3, padding: same, activation: relu}}, {max_pool2d: 2},"
    " flatten, {dense: {units: 4, activation: tanh}},"
    " {dense: {name: output, units: 10, activation: softmax}}]",
    "training={epochs: 1, batch: 20}",
]


class Module(torch.nn.Module):
    """The network of the changes; names are nntrain's."""

    def __init__(self):
        super().__init__()
        self.conv_1 = torch.nn.Conv2d(1, 3, 3, padding="same")
        self.dense_1 = torch.nn.Linear(48, 4)
        self.output = torch.nn.Linear(4, 10)

    def forward(self, x):
        x = torch.max_pool2d(torch.relu(self.conv_1(x)), 2)
        x = torch.tanh(self.dense_1(torch.flatten(x, 1)))
        return torch.softmax(self.output(x), 1)


def outputs(module, inputs):
    with torch.no_grad():
        return common.numbers(module(torch.from_numpy(inputs)).numpy())


torch.manual_seed(7)
torch.use_deterministic_algorithms(True)
FOLDER.mkdir(parents=True, exist_ok=True)
inputs = np.float32(np.random.default_rng(5).uniform(0, 16, (4, 1, 8, 8)).round())
module = Module()
safetensors.torch.save_file(module.state_dict(), FOLDER / "pytorch.safetensors")
document = {
    "changes": CHANGES,
    "inputs": common.numbers(inputs),
    "pytorch": outputs(module, inputs),
}

if len(sys.argv) > 1:
    nntrain = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as name:
        changes = [word for change in CHANGES for word in ("--set", change)]
        subprocess.run([nntrain, "--run", "run", "--quiet", *changes], cwd=name, check=True)
        model = (pathlib.Path(name) / "run" / "model.safetensors").read_bytes()
    (FOLDER / "nntrain.safetensors").write_bytes(model)

module.load_state_dict(safetensors.torch.load_file(FOLDER / "nntrain.safetensors"), strict=True)
document["nntrain"] = outputs(module, inputs)
common.write("interchange", "interchange.py", ["torch", "safetensors", "numpy"], document)
