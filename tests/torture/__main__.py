"""``make torture``: every trial as often as it is promised, two at a time, and one table of what was lost."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from tests.torture.trial import Attempt, Trial, trials

_SHOWN = 5
_MEMORY = Path("/dev/shm")  # noqa: S108 -- real files, without the wait for a disk


@dataclass(frozen=True, slots=True)
class Told:
    """What a trial told; ``skipped`` is why it did not run."""

    name: str
    tried: int
    lost: Sequence[str]
    notes: Sequence[str]
    seconds: float
    skipped: str | None = None


def main(
    *,
    names: Annotated[list[str] | None, typer.Argument(help="Names of trials; all by default.")] = None,
    seed: Annotated[int, typer.Option(help="What every choice is made from.")] = 1,
    times: Annotated[int | None, typer.Option(help="How often each is tried, instead of what is promised.")] = None,
    together: Annotated[int, typer.Option(help="How many run at a time.")] = 2,
    one: Annotated[bool, typer.Option(hidden=True, help="Runs the one named trial here and prints JSON.")] = False,
) -> None:
    """Tries the promises and prints one table: what was tried, how often, what was lost."""
    known = {trial.name: trial for trial in trials()}
    unknown = [name for name in names or () if name not in known]
    if unknown:
        raise typer.BadParameter(f"no trial {', '.join(unknown)}; there are: {', '.join(known)}")
    chosen = [known[name] for name in names or known]
    if one:
        print(json.dumps(asdict(_run(chosen[0], seed, times)), ensure_ascii=False))
        return
    console = Console(stderr=True)
    found: dict[str, Told] = {}
    started = time.monotonic()
    for batch, beside in (([t for t in chosen if not t.alone], together), ([t for t in chosen if t.alone], 1)):
        with ThreadPoolExecutor(max(1, beside)) as pool:
            running = {pool.submit(_apart, trial, seed, times): trial for trial in batch}
            for done in as_completed(running):
                told = done.result()
                found[told.name] = told
                mark = "skipped" if told.skipped else f"{told.tried:,} tried, {len(told.lost):,} lost"
                console.print(f"{told.name}: {mark}, {told.seconds:.0f} s")
    _print(chosen, found, seed, time.monotonic() - started)
    raise typer.Exit(1 if any(told.lost for told in found.values()) else 0)


def _run(trial: Trial, seed: int, times: int | None) -> Told:
    reason = trial.unavailable()
    if reason is not None:
        return Told(trial.name, 0, (), (), 0.0, reason)
    memory = _MEMORY if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > 2**31 else None
    with TemporaryDirectory(prefix=f"torture-{trial.name}-", dir=memory) as folder:
        attempt = Attempt(times or trial.times, Random(seed), Path(folder))
        started = time.monotonic()
        trial.run(attempt)
        return Told(trial.name, attempt.tried, attempt.lost, attempt.notes, time.monotonic() - started)


def _apart(trial: Trial, seed: int, times: int | None) -> Told:
    """The trial in a process of its own: one that dies is told as a loss, and the others go on."""
    command = [sys.executable, "-m", "tests.torture", trial.name, "--one", f"--seed={seed}"]
    command += [f"--times={times}"] if times else []
    started = time.monotonic()
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = ended.stdout.splitlines()
    try:
        value: dict[str, Any] = json.loads(lines[-1]) if lines else {}
        return Told(**value)
    except (ValueError, TypeError):
        why = (ended.stderr.strip().splitlines() or ["no message"])[-1]
        return Told(trial.name, 0, [f"ended with {ended.returncode}: {why}"], (), time.monotonic() - started)


def _print(chosen: Sequence[Trial], found: dict[str, Told], seed: int, seconds: float) -> None:
    table = Table("trial", "tried", "times", "lost", "s", title=f"seed {seed}, {seconds / 60:.1f} min")
    for trial in chosen:
        told = found[trial.name]
        times = told.skipped or f"{told.tried:,}"
        table.add_row(trial.name, trial.tried, times, str(len(told.lost)), f"{told.seconds:.0f}")
    console = Console(width=160)
    console.print(table)
    for trial in chosen:
        told = found[trial.name]
        for line in told.notes:
            console.print(f"{trial.name}: {line}", highlight=False, markup=False)
        for line in told.lost[:_SHOWN]:
            console.print(f"{trial.name}: LOST: {line}", highlight=False, markup=False)


if __name__ == "__main__":
    typer.run(main)
