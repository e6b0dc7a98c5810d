"""A PyTorch module with batch normalization and its outputs in evaluation, for Tests/NNTrainTests.

Writes Tests/Golden/interchange/normalized.safetensors, with the running statistics and PyTorch's counters, under
nntrain's names, and normalized.json beside it.

    python3 scripts/golden/normalized.py
"""

import json

import numpy as np
import safetensors.torch
import torch

import common

FOLDER = common.FOLDER / "interchange"


class Module(torch.nn.Module):
    """Names are those that the test gives to nntrain's layers."""

    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(1, 3, 3, padding="same", bias=False)
        self.norm = torch.nn.BatchNorm2d(3)
        self.hidden = torch.nn.Linear(48, 4)
        self.hidden_norm = torch.nn.BatchNorm1d(4)
        self.output = torch.nn.Linear(4, 10)

    def forward(self, x):
        x = torch.max_pool2d(torch.relu(self.norm(self.conv(x))), 2)
        x = torch.tanh(self.hidden_norm(self.hidden(torch.flatten(x, 1))))
        return torch.softmax(self.output(x), 1)


torch.manual_seed(11)
random = np.random.default_rng(6)
module = Module()
with torch.no_grad():
    for norm in (module.norm, module.hidden_norm):
        norm.weight.uniform_(0.5, 1.5)
        norm.bias.uniform_(-0.5, 0.5)
# Statistics that have seen some minibatches.
for _ in range(20):
    module(torch.from_numpy(np.float32(random.uniform(0, 16, (16, 1, 8, 8)))))
module.eval()
inputs = np.float32(random.uniform(0, 16, (4, 1, 8, 8)).round())
with torch.no_grad():
    outputs = module(torch.from_numpy(inputs)).numpy()
FOLDER.mkdir(parents=True, exist_ok=True)
safetensors.torch.save_file(module.state_dict(), FOLDER / "normalized.safetensors")
document = {
    "script": "scripts/golden/normalized.py",
    "versions": common.versions("torch", "safetensors", "numpy"),
    "inputs": common.numbers(inputs),
    "pytorch": common.numbers(outputs),
}
(FOLDER / "normalized.json").write_text(json.dumps(document) + "\n")
