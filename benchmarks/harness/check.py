"""The same work: nntrain and its peers train 100 steps from the same weights on the same samples, and
must end with the same objective."""

import json
import sys
import tempfile
from pathlib import Path

from harness import contenders, environments
from harness.workloads import WORKLOADS

STEPS = 100
TOLERANCE = 1e-3  # relative
CHECKED = ("W1", "W2", "W3", "W4")
ADAM = {"W2", "W4"}  # at the workload's rate they would know the minibatch by heart


def prepare(environment: str, name: str, folder: Path) -> None:
    """Makes the files of a check."""
    python = environments.python_of(environment)
    contenders.run([str(python), str(contenders.HERE / "peers" / "check_files.py"), name, str(folder)], {0}, {})


def of_nntrain(program: Path, name: str, folder: Path) -> float:
    """nntrain's objective: every step is an epoch of one minibatch."""
    data = f"{{train: {{format: npy, inputs: {folder}/inputs.npy, targets: {folder}/targets.npy}}}}"
    command = [str(program), "train", str(contenders.HERE / "configs" / f"{name.lower()}.yaml"), "--quiet",
               "--run", str(folder / "run"), "--set", f"data={data}", "--set", f"training.epochs={STEPS}",
               "--set", "training.batch=full", "--set", "training.shards=1",
               "--set", "objective=categorical_crossentropy",
               "--set", f"initialize_from={folder}/weights.safetensors"]
    if name in ADAM:
        command += ["--set", "optimizer.learning_rate=0.00002"]
    contenders.run(contenders.placed(1, command), {0}, {})
    return json.loads((folder / "run" / "summary.json").read_text(encoding="utf-8"))["train"]["objective"]


def of_peer(environment: str, name: str, folder: Path) -> float:
    """A peer's objective."""
    python = environments.python_of(environment)
    command = [str(python), str(contenders.HERE / "peers" / f"{environment}_peer.py"), "--workload", name,
               "--check", str(folder)]
    output, _ = contenders.run(contenders.placed(1, command), {0}, {})
    lines = [line for line in output.splitlines() if line.startswith("RESULT ")]
    if not lines:
        raise contenders.MeasurementFailure(f"{contenders.told(command)}: no RESULT line")
    return json.loads(lines[-1].removeprefix("RESULT "))["objective"]


def same_objective(program: Path, workloads: list[str], peers: list[str]) -> list[dict]:
    """The objectives of everybody after 100 steps; ends the run where one differs from nntrain's."""
    found = []
    kinds = sorted({"torch" if peer.startswith("torch") else peer for peer in peers})
    for name in workloads:
        if name not in CHECKED:
            continue
        with tempfile.TemporaryDirectory(prefix="nntrain-check-") as place:
            folder = Path(place)
            prepare(kinds[0], name, folder)
            mine = of_nntrain(program, name, folder)
            row = {"workload": name, "steps": STEPS, "nntrain": mine}
            for kind in kinds:
                row[kind] = of_peer(kind, name, folder)
                print(f"{name} objective after {STEPS} steps: nntrain {mine:.6f}, {kind} {row[kind]:.6f}",
                      file=sys.stderr, flush=True)
                if not differs_little(mine, row[kind]):
                    raise contenders.MeasurementFailure(
                        f"{kind} does not do nntrain's work on {name}: after {STEPS} steps from the same weights its "
                        f"objective is {row[kind]:.6f}, nntrain's {mine:.6f}")
        found.append(row)
    return found


def differs_little(one: float, other: float) -> bool:
    """Whether two objectives agree within the tolerance; one that is no number agrees with nothing."""
    return abs(one - other) <= TOLERANCE * max(abs(one), abs(other))
