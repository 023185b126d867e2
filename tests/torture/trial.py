"""What a trial is: one promise of the README, tried as often as one asks, with a count of what was lost.

A module of this folder that has ``TRIALS`` takes part: a few of each run with the tests, all of them by ``make torture``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from random import Random


@dataclass(slots=True)
class Attempt:
    """What one run of a trial is given, and what it tells.

    ``times`` is how often to try; every choice is made by ``dice``; ``folder`` is empty, and thrown away afterwards.
    """

    times: int
    dice: Random
    folder: Path
    tried: int = 0
    lost: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def note(self, line: str) -> None:
        """Adds a line for whoever reads the table: a figure that was measured on the way."""
        self.notes.append(line)

    def loss(self, line: str) -> None:
        """Counts something that was lost, leaked or let through, in words that say where to look."""
        self.lost.append(line)


@dataclass(frozen=True, slots=True)
class Trial:
    """One promise. ``run`` counts each try in ``Attempt.tried`` and tells each loss.

    ``times`` and ``quick`` are how often it is tried by ``make torture`` and with the tests; ``unavailable`` gives the reason why it
    cannot run here, or ``None``; ``alone`` where nothing may run beside it, because it measures time.
    """

    name: str
    tried: str
    times: int
    quick: int
    run: Callable[[Attempt], None]
    unavailable: Callable[[], str | None] = lambda: None
    alone: bool = False


def trials() -> Iterator[Trial]:
    """Every trial of this folder, by module and in the order of each."""
    package = import_module(__package__ or "tests.torture")
    for module in sorted(found.name for found in iter_modules([str(Path(__file__).parent)])):
        if not module.startswith(("test_", "__")):
            yield from getattr(import_module(f"{package.__name__}.{module}"), "TRIALS", ())
