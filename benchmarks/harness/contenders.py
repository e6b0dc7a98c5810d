"""Everyone who is measured: one method that runs a workload once and returns samples per second."""

import json
import math
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from harness import environments
from harness.machine import Watch
from harness.workloads import Workload

HERE = Path(__file__).resolve().parent.parent
ROOT = HERE.parent
LIMIT = 180  # seconds after which a measurement counts as stuck


class MeasurementFailure(Exception):
    """A measurement gave no figure: what ran, and what it said last."""


@dataclass
class Figure:
    """One measurement."""

    rate: float  # samples per second over all ranks
    parameters: int
    others: float  # cores' worth of time that other processes took meanwhile
    command: str


def run(command: list[str], cores: set[int], environment: dict[str, str]) -> tuple[str, float]:
    """Runs a command on some cores; its standard output, and what others took of those cores."""
    surroundings = {**os.environ, **environment}
    if os.geteuid() == 0:
        surroundings.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    watch = Watch(cores)
    try:
        done = subprocess.run(command, env=surroundings, capture_output=True, text=True, timeout=LIMIT, check=False)
    except subprocess.TimeoutExpired as error:
        raise MeasurementFailure(f"{told(command)}: no end within {LIMIT} s") from error
    except OSError as error:
        raise MeasurementFailure(f"{told(command)}: {error}") from error
    if done.returncode != 0:
        words = " / ".join((done.stderr or done.stdout).strip().splitlines()[-6:])
        raise MeasurementFailure(f"{told(command)}: exit {done.returncode}: {words}")
    return done.stdout, watch.others()


def told(command: list[str]) -> str:
    """The command as a person would give it from the repository's root."""
    return " ".join(word.replace(str(ROOT) + "/", "") for word in command)


def placed(ranks: int, command: list[str]) -> list[str]:
    """The command on one core, or as that many ranks with a core each."""
    if ranks == 1:
        return ["taskset", "-c", "0", *command]
    return ["mpirun", "-n", str(ranks), "--map-by", "core", "--bind-to", "core", *command]


@dataclass
class NNTrain:
    """nntrain itself, with `shards: ranks` or with the default shards."""

    program: Path
    seconds: float
    shards: str = "ranks"
    epochs: dict[tuple[str, int], int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """How tables call it."""
        return "nntrain" if self.shards == "ranks" else "nntrain, default shards"

    def versions(self) -> list[str]:
        """What it is."""
        revision = subprocess.run(["git", "-C", str(ROOT), "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
        return [f"nntrain {revision.stdout.strip() or 'of unknown revision'}"]

    def measure(self, workload: Workload, ranks: int) -> Figure:
        """One run of enough epochs; the first one warms up and does not count."""
        key = (workload.name, ranks)
        if key not in self.epochs:
            rate = self._run(workload, ranks, 3).rate
            self.epochs[key] = max(3, 1 + math.ceil(self.seconds * rate / workload.samples))
        return self._run(workload, ranks, self.epochs[key])

    def _run(self, workload: Workload, ranks: int, epochs: int) -> Figure:
        with tempfile.TemporaryDirectory(prefix="nntrain-benchmark-") as folder:
            directory = Path(folder) / "run"
            settings = [f"training.epochs={epochs}", f"training.batch={workload.batch * ranks}",
                        f"data.count={workload.samples}"]
            if self.shards == "ranks":
                settings.append("training.shards=ranks")
            command = [str(self.program), "train", str(HERE / "configs" / f"{workload.name.lower()}.yaml"),
                       "--run", str(directory), "--quiet"]
            for setting in settings:
                command += ["--set", setting]
            command = placed(ranks, command)
            _, others = run(command, set(range(ranks)), {})
            rate = steady_rate(directory / "metrics.jsonl")
            return Figure(rate, parameters_of(directory / "model.safetensors"), others,
                          told(command).replace(folder, "/tmp"))


def steady_rate(metrics: Path) -> float:
    """Samples per second over all epochs but the first, from the rates of the epochs."""
    try:
        epochs = [json.loads(line) for line in metrics.read_text(encoding="utf-8").splitlines()]
        rates = [float(epoch["samples_per_second"]) for epoch in epochs][1:]
    except (OSError, ValueError, KeyError) as error:
        raise MeasurementFailure(f"{metrics.name} of the run cannot be read: {error!r}") from error
    if not rates or min(rates) <= 0:
        raise MeasurementFailure(f"{metrics.name} of the run tells no rate after the first epoch")
    return len(rates) / sum(1 / rate for rate in rates)  # epochs are equally long


def parameters_of(model: Path) -> int:
    """The number of parameters in a safetensors file, counted from its header. Running statistics are none:
    nobody learns them, and the peers keep them apart."""
    try:
        with model.open("rb") as file:
            header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    except (OSError, ValueError) as error:
        raise MeasurementFailure(f"{model.name} of the run cannot be read: {error!r}") from error
    return sum(math.prod(tensor["shape"]) for name, tensor in header.items()
               if name != "__metadata__" and not name.endswith((".running_mean", ".running_var")))


@dataclass
class Peer:
    """A peer: its environment, its script and its best settings for each workload."""

    name: str
    environment: str
    script: str
    seconds: float
    warmup: float

    def versions(self) -> list[str]:
        """The pinned versions, and the allocator where it matters."""
        found = environments.versions(self.environment)
        if self.environment == "torch":
            found.append("tcmalloc" if environments.allocator() else "the C library's allocator (no tcmalloc: install libtcmalloc-minimal4)")
        return found

    def supports(self, workload: str, ranks: int) -> bool:
        """Whether it has the network, and can use that many cores in this way."""
        if self.name == "jax" and workload in ("W5", "W6"):
            return False
        return ranks > 1 or self.name != "torch-mpi"

    def measure(self, workload: Workload, ranks: int) -> Figure:
        """One run at the best settings known; again, at most twice, where the peer crashed, which is told."""
        for _ in range(2):
            try:
                return self._run(workload, ranks)
            except MeasurementFailure as failure:
                print(f"again, after: {failure}", file=sys.stderr, flush=True)
        return self._run(workload, ranks)

    def _run(self, workload: Workload, ranks: int) -> Figure:
        python = environments.python_of(self.environment)
        command = [str(python), str(HERE / "peers" / self.script), "--workload", workload.name,
                   "--seconds", str(self.seconds), "--warmup", str(self.warmup)]
        cores, surroundings = set(range(ranks)), {}
        if self.environment == "torch":
            command += self._torch(workload, ranks, surroundings)
            command = placed(1, command) if ranks == 1 else ["mpirun", "-n", str(ranks), "--bind-to", "none", *command]
        else:
            # Data parallelism of one process: the global batch, and a thread for each core.
            command += ["--threads", str(ranks), "--batch", str(workload.batch * ranks)]
            if workload.name in ("W1", "W2"):
                command += ["--steps", "20"] + (["--compile"] if self.name == "keras" else [])
            command = ["taskset", "-c", ",".join(map(str, sorted(cores))), *command]
        output, others = run(command, cores, surroundings)
        lines = [line for line in output.splitlines() if line.startswith("RESULT ")]
        if not lines:
            raise MeasurementFailure(f"{told(command)}: no RESULT line")
        result = json.loads(lines[-1].removeprefix("RESULT "))
        return Figure(result["rate"], result["parameters"], others, told(command))

    def _torch(self, workload: Workload, ranks: int, surroundings: dict[str, str]) -> list[str]:
        if library := environments.allocator():
            surroundings["LD_PRELOAD"] = library
        words = ["--channels-last"] if workload.name in ("W4", "W5") else []
        if ranks > 1:
            words += ["--pin", "--exchange", "mpi" if self.name == "torch-mpi" else "ddp"]
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                surroundings["MASTER_PORT"] = str(free.getsockname()[1])
        return words


def peer(name: str, seconds: float, warmup: float) -> Peer:
    """The peer of that name."""
    environment = "torch" if name.startswith("torch") else name
    return Peer(name, environment, f"{environment}_peer.py", seconds, warmup)


def program(given: str | None) -> Path:
    """The nntrain to measure: the one given, this repository's release build, or the one on the path."""
    candidates = [Path(given)] if given else [ROOT / ".build" / "release" / "nntrain"]
    found = None if given else shutil.which("nntrain")
    candidates += [Path(found)] if found else []
    for candidate in candidates:
        if candidate.is_file() and os.access(candidate, os.X_OK):
            return candidate.resolve()
    raise MeasurementFailure(f"no nntrain at {candidates[0]}; build it with: launch/local --setup-only")
