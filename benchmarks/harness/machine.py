"""What the figures were taken on, and how much of it other processes took meanwhile."""

import os
import platform
import re
import resource
import subprocess
import time


def processor() -> str:
    """The processor's name, as the kernel tells it."""
    with open("/proc/cpuinfo", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def slug(text: str) -> str:
    """The text as part of a file name."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def facts() -> dict:
    """Processor, cores, instruction set, memory, kernel."""
    with open("/proc/cpuinfo", encoding="utf-8") as text:
        flags = next((line for line in text if line.startswith("flags")), "")
    sets = [name for name in ("avx2", "fma", "avx512f", "avx512_vnni", "amx_tile") if f" {name}" in flags]
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return {
        "processor": processor(),
        "cores": len(os.sched_getaffinity(0)),
        "instruction_sets": sets,
        "memory_gib": round(pages * size / 2**30, 1),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "open_mpi": first_line(["mpirun", "--version"]),
    }


def first_line(command: list[str]) -> str:
    """The first line that a command prints, or why there is none."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    except OSError as error:
        return str(error)
    return (done.stdout or done.stderr).strip().split("\n")[0]


class Watch:
    """Measures the cores' worth of time that other processes took while a command ran."""

    def __init__(self, cores: set[int]):
        self.cores = cores
        self.began = (self._busy(), self._children(), time.perf_counter())

    def others(self) -> float:
        """How many cores were taken by others on average since the start; 0 is undisturbed."""
        busy, children, began = self.began
        seconds = time.perf_counter() - began
        return max(0.0, (self._busy() - busy - (self._children() - children)) / seconds)

    def _busy(self) -> float:
        ticks = 0
        with open("/proc/stat", encoding="utf-8") as lines:
            for line in lines:
                match = re.match(r"cpu(\d+) (.*)", line)
                if match and int(match[1]) in self.cores:
                    values = [int(value) for value in match[2].split()[:8]]
                    ticks += sum(values) - values[3] - values[4]  # less idle and waiting for input
        return ticks / os.sysconf("SC_CLK_TCK")

    @staticmethod
    def _children() -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime
