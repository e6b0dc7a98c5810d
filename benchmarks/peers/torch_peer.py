"""PyTorch: one process, DistributedDataParallel over gloo, or one flat all-reduce through mpi4py.

One core:   taskset -c 0 python torch_peer.py --workload W2
Two ranks:  mpirun -n 2 --bind-to none python torch_peer.py --workload W2 --exchange ddp --pin
"""

import os

from common import (
    ADAM, CHECKED_STEPS, DECAY, DECAYS, MOMENTUM, WIDTHS, WORKLOADS, agreed, answer, arguments, checked_data,
    checked_weights, data, measure, minibatches, rate_of,
)

parser = arguments(__doc__.split("\n", maxsplit=1)[0])
parser.add_argument("--exchange", default="none", choices=["none", "ddp", "mpi"])
parser.add_argument("--channels-last", action="store_true")
parser.add_argument("--pin", action="store_true", help="rank r on core r")
options = parser.parse_args()
rank = int(os.environ.get("OMPI_COMM_WORLD_RANK", "0"))
world = int(os.environ.get("OMPI_COMM_WORLD_SIZE", "1"))
if options.pin:
    os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[rank]})
os.environ["OMP_NUM_THREADS"] = str(options.threads)

import torch  # noqa: E402  (reads the number of threads when it is loaded)
import torch.nn.functional as F  # noqa: E402
from torch import nn  # noqa: E402

torch.set_num_threads(options.threads)
torch.set_flush_denormal(True)
torch.manual_seed(0)
batch = options.batch or WORKLOADS[options.workload].batch


class Block(nn.Module):
    """Two convolutions with a shortcut around them, a normalized projection where channels differ."""

    def __init__(self, inputs: int, outputs: int, stride: int):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs))
        self.way = nn.Identity() if inputs == outputs else nn.Sequential(
            nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        return F.relu(self.body(x) + self.way(x))


def residual() -> nn.Module:
    """ResNet-20."""
    layers = [nn.Conv2d(3, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU()]
    channels = 16
    for width in (16, 32, 64):
        for block in range(3):
            layers.append(Block(channels, width, 2 if block == 0 and width > 16 else 1))
            channels = width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


class Recurrent(nn.Module):
    """An LSTM whose last state decides; its second bias is not trained, so all contenders have one."""

    def __init__(self):
        super().__init__()
        self.lstm, self.output = nn.LSTM(28, 128, batch_first=True), nn.Linear(128, 10)
        self.lstm.bias_hh_l0.requires_grad_(False)

    def forward(self, x):
        return self.output(self.lstm(x)[1][0][0])


def build(name: str) -> nn.Module:
    """The workload's network, from inputs to logits."""
    if name == "W4":
        return nn.Sequential(
            nn.Conv2d(1, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(3136, 512), nn.ReLU(), nn.Linear(512, 10))
    if name == "W5":
        return residual()
    if name == "W6":
        return Recurrent()
    layers = []
    for inputs, outputs in zip(WIDTHS[name], WIDTHS[name][1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


given = checked_data(options.check) if options.check else data(options.workload, rank)
inputs, labels = (torch.from_numpy(array) for array in given)
model = build(options.workload)
if options.channels_last:
    inputs = inputs.to(memory_format=torch.channels_last)
    model = model.to(memory_format=torch.channels_last)
learnt = [parameter for parameter in model.parameters() if parameter.requires_grad]
count = sum(parameter.numel() for parameter in learnt)
network, flat, communicator = model, None, None


def agree(number: int) -> int:
    """Rank 0's number."""
    if options.exchange == "ddp":
        tensor = torch.tensor([number])
        torch.distributed.broadcast(tensor, 0)
        return int(tensor)
    return communicator.bcast(number, 0) if communicator else number


if options.exchange == "ddp":
    os.environ.update(MASTER_ADDR="127.0.0.1", GLOO_SOCKET_IFNAME="lo")
    os.environ.setdefault("MASTER_PORT", "29531")
    torch.distributed.init_process_group("gloo", rank=rank, world_size=world)
    network = nn.parallel.DistributedDataParallel(model, gradient_as_bucket_view=True, broadcast_buffers=False)
elif options.exchange == "mpi":
    from mpi4py import MPI

    communicator = MPI.COMM_WORLD
    flat, start = torch.zeros(count), 0
    for parameter in learnt:  # gradients are views of the flat buffer
        first = parameter.detach().contiguous()
        communicator.Bcast(first.numpy())
        parameter.data.copy_(first)
        parameter.grad = flat.as_strided(parameter.size(), parameter.stride(), start)
        start += parameter.numel()

if options.workload in ADAM:
    optimizer = torch.optim.Adam(learnt, rate_of(options), fused=True)
else:
    optimizer = torch.optim.SGD(
        learnt, rate_of(options), MOMENTUM, weight_decay=DECAY * (options.workload in DECAYS), fused=True)
order = minibatches(len(inputs), batch, rank)


def step() -> None:
    """One training step."""
    index = torch.from_numpy(next(order))
    x, y = inputs.index_select(0, index), labels.index_select(0, index)
    if options.channels_last:
        x = x.contiguous(memory_format=torch.channels_last)
    if flat is None:
        optimizer.zero_grad(set_to_none=options.exchange != "ddp")
    else:
        flat.zero_()
    F.cross_entropy(network(x), y).backward()
    if flat is not None:
        communicator.Allreduce(MPI.IN_PLACE, flat.numpy())
        flat.mul_(1.0 / world)
    optimizer.step()


if options.check:
    with torch.no_grad():
        for parameter, value in zip(learnt, checked_weights(options.check), strict=True):
            parameter.copy_(torch.from_numpy(value))
    for _ in range(CHECKED_STEPS):
        step()
    with torch.no_grad():
        agreed(F.cross_entropy(network(inputs), labels))
    raise SystemExit
rate = measure(step, lambda: None, batch * world, options, agree)
if rank == 0:
    answer(rate, count, version=torch.__version__, allocator="LD_PRELOAD" in os.environ)
if options.exchange == "ddp":
    torch.distributed.barrier()  # a rank that leaves early may abort the other
    torch.distributed.destroy_process_group()
