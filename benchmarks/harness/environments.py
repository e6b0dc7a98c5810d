"""Python environments of the peers: one each, with pinned versions, made when first needed."""

import hashlib
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent

# The environment of each peer, and what must be importable in it.
IMPORTS = {"torch": "torch, mpi4py", "keras": "tensorflow, keras", "jax": "jax"}


class EnvironmentFailure(Exception):
    """An environment could not be made; says which, why, and what to do."""


def python_of(name: str) -> Path:
    """The interpreter of the environment `name`, which is made or renewed where need be."""
    folder = HERE / f".venv-{name}"
    python = folder / "bin" / "python"
    requirements = HERE / "requirements" / f"{name}.txt"
    stamp = folder / "requirements.sha256"
    wanted = hashlib.sha256(requirements.read_bytes()).hexdigest()
    if python.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    print(f"making {folder.name} from requirements/{requirements.name}", file=sys.stderr, flush=True)
    _run(name, [sys.executable, "-m", "venv", "--clear", str(folder)])
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    # The list is complete; without dependencies PyTorch comes without the libraries of GPUs.
    _run(name, [*pip, "--no-deps", "-r", str(requirements)])
    if not _importable(python, name):
        _run(name, [*pip, "-r", str(requirements)])  # a build that needs them after all
        if not _importable(python, name):
            raise EnvironmentFailure(f"{folder.name}: {IMPORTS[name]} cannot be imported; remove the folder and try again.")
    stamp.write_text(wanted, encoding="utf-8")
    return python


def _importable(python: Path, name: str) -> bool:
    return subprocess.run([str(python), "-c", f"import {IMPORTS[name]}"], capture_output=True, check=False).returncode == 0


def _run(name: str, command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr or done.stdout).strip().split("\n")[-1]
        raise EnvironmentFailure(f".venv-{name}: '{' '.join(command[-4:])}' failed: {last}")


def versions(name: str) -> list[str]:
    """The pinned versions of the environment, as `package==version`."""
    text = (HERE / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def allocator() -> str | None:
    """The file name of tcmalloc, PyTorch's best allocator here, or None where it is not installed."""
    listing = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=False).stdout
    found = [line.split("=>")[-1].strip() for line in listing.splitlines() if "libtcmalloc_minimal.so" in line]
    return found[0] if found else None
