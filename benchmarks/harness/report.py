"""Tables of a benchmark run, for the eye and for the files."""

import json
import statistics
from dataclasses import asdict, dataclass
from pathlib import Path

from harness.contenders import Figure
from harness.workloads import WORKLOADS

CLEAN = 0.08  # a measurement counts as undisturbed below this many cores taken by others


@dataclass
class Cell:
    """All measurements of one contender on one workload, taken in turn with the others."""

    workload: str
    ranks: int
    contender: str
    figures: list[Figure]

    @property
    def rates(self) -> list[float]:
        """Samples per second, in the order of measurement."""
        return [figure.rate for figure in self.figures]

    @property
    def median(self) -> float:
        """The median of the rates."""
        return statistics.median(self.rates)


def ratios(ours: Cell, theirs: Cell) -> list[float]:
    """Ours over theirs, pair by pair."""
    return [a / b for a, b in zip(ours.rates, theirs.rates)]


def number(value: float) -> str:
    """A rate with three or four leading digits."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def spread(values: list[float], form=number) -> str:
    """Median and range."""
    return f"{form(statistics.median(values))} ({form(min(values))}–{form(max(values))})"


def table(cells: list[Cell]) -> str:
    """One line per workload, rank count and contender; ratios are nntrain over that contender."""
    lines = ["| workload | ranks | contender | samples/s: median (range) | nntrain is faster by | GFLOP/s | disturbed |",
             "|---|--:|---|--:|--:|--:|--:|"]
    for cell in cells:
        ours = next((c for c in cells if (c.workload, c.ranks, c.contender) == (cell.workload, cell.ranks, "nntrain")), None)
        faster = "" if ours is None or ours is cell else spread(ratios(ours, cell), lambda value: f"{value:.2f}×")
        work = cell.median * WORKLOADS[cell.workload].flops() / 1e9
        disturbed = sum(figure.others >= CLEAN for figure in cell.figures)
        lines.append(f"| {cell.workload} | {cell.ranks} | {cell.contender} | {spread(cell.rates)} | {faster} | "
                     f"{work:.1f} | {disturbed} of {len(cell.figures)} |")
    return "\n".join(lines)


def scaling(cells: list[Cell]) -> str:
    """How much more two ranks do than one, per contender, with the same batch per rank."""
    lines = ["| workload | contender | two ranks over one |", "|---|---|--:|"]
    for one in (cell for cell in cells if cell.ranks == 1):
        for two in cells:
            if (two.workload, two.contender, two.ranks) == (one.workload, one.contender, 2):
                lines.append(f"| {one.workload} | {one.contender} | {two.median / one.median:.2f}× |")
    return "\n".join(lines) if len(lines) > 2 else ""


def agreement(checked: list[dict]) -> str:
    """Everybody's objective after the same steps from the same weights on the same minibatch."""
    who = [key for key in checked[0] if key not in ("workload", "steps")]
    lines = [f"Objective after {checked[0]['steps']} steps from the same weights on the same minibatch:", "",
             "| workload | " + " | ".join(who) + " |", "|---|" + "--:|" * len(who)]
    lines += ["| " + " | ".join([row["workload"], *(f"{row[one]:.6f}" for one in who)]) + " |" for row in checked]
    return "\n".join(lines)


def write(folder: Path, name: str, machine: dict, versions: dict, settings: dict, cells: list[Cell],
          checked: list[dict] = ()) -> list[Path]:
    """Writes the run as Markdown and as JSON; returns the two paths."""
    folder.mkdir(parents=True, exist_ok=True)
    about = [f"# Benchmark of {settings['date']}, {machine['processor']}", "",
             f"{machine['cores']} cores ({', '.join(machine['instruction_sets'])}), {machine['memory_gib']} GiB, "
             f"Linux {machine['kernel']}, {machine['open_mpi']}.", ""]
    about += [f"- {who}: {', '.join(what)}" for who, what in versions.items()]
    about += ["", f"{settings['pairs']} rounds; within a round everyone is measured once, in turn, "
              f"{settings['seconds']} s each after a warm-up. One rank is one process on core 0, two ranks have a core "
              "each; batches are per rank. *Disturbed* counts measurements during which other processes took more than "
              f"{CLEAN:.0%} of a core. GFLOP/s count 2 per multiply-add: forward, two backward products, and no gradient "
              "of the first layer's input.", ""]
    about += [f"- {w.name}: {w.about}; batch {w.batch}, {w.parameters:,} parameters" for w in WORKLOADS.values()]
    about += ["", table(cells), "", scaling(cells), ""]
    if checked:
        about += [agreement(checked), ""]
    about += ["## Commands", "", "```"]
    about += [f"# {cell.workload}, {cell.ranks} rank(s), {cell.contender}\n{cell.figures[-1].command}" for cell in cells]
    about += ["```", ""]
    markdown, data = folder / f"{name}.md", folder / f"{name}.json"
    markdown.write_text("\n".join(about), encoding="utf-8")
    data.write_text(json.dumps({"settings": settings, "machine": machine, "versions": versions, "checked": list(checked),
                                "cells": [asdict(cell) for cell in cells]}, indent=1) + "\n", encoding="utf-8")
    return [markdown, data]
