"""Run files: what a program answered, and everything needed to say later under which conditions.

A run file is JSON lines: one header (``{"run": …}``), then one record a question. Invariant: a record is written as
soon as it is known, so that a stopped run keeps what it has; scoring needs nothing but this file and the questions.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

# What a run keeps of a budget fact: enough to say whose figure an answer gave.
FACT_FIELDS = ("path", "program", "fiscal_year", "stage", "amount_yen", "printed", "is_total", "is_repeated")

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Header:
    """The conditions of a run. ``warm_up_ms`` is the first call, which loads the model and is in no latency figure.

    ``facts`` are the budget facts of the corpus as the program had them, with the fields of ``FACT_FIELDS``.
    """

    name: str
    command: str
    mode: str
    questions: str
    questions_sha256: str
    corpus: str
    started: str
    revision: str
    machine: Mapping[str, Any]
    settings: Mapping[str, str] = field(default_factory=dict)
    sync_ms: float | None = None
    warm_up_ms: float | None = None
    facts: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """One question as the program met it.

    ``answer`` is the JSON of an Answer, or ``None`` with the ``error``. ``hits`` are the JSON of the search for the
    bare question, ``None`` where it was not run. ``verbatim`` says of each citation whether its quote is the text at
    its span, ``rejected`` why drafts were not shown on the way to the answer.
    """

    id: str
    question: str
    answer: Mapping[str, Any] | None = None
    error: str | None = None
    hits: tuple[Mapping[str, Any], ...] | None = None
    verbatim: tuple[bool, ...] = ()
    elapsed_ms: float | None = None
    rejected: tuple[str, ...] = ()


class RunFileError(ValueError):
    """The file is no run file, or a line of it is broken. Carries the path and the line, counted from 1."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path}, line {line}: {reason}")
        self.path = path
        self.line = line


def write_header(file: TextIO, header: Header) -> None:
    """Puts the header, the first line, into ``file``."""
    _write(file, {"run": asdict(header)})


def write_record(file: TextIO, record: Record) -> None:
    """Puts one record into ``file`` and through to the disk."""
    _write(file, asdict(record))


def read_run(path: Path) -> tuple[Header, dict[str, Record]]:
    """The header and the records by question id. Raises ``RunFileError``."""
    lines = _lines(path)
    number, first = next(lines, (1, None))
    if not isinstance(first, Mapping) or "run" not in first:
        raise RunFileError(path, number, "the first line is not the header of a run")
    try:
        header = Header(**first["run"])
    except TypeError as error:
        raise RunFileError(path, number, str(error)) from error
    records: dict[str, Record] = {}
    for number, value in lines:
        try:
            record = _record(value)
        except (KeyError, TypeError) as error:
            raise RunFileError(path, number, str(error)) from error
        records[record.id] = record
    return header, records


def sha256_of(path: Path) -> str:
    """The hash of a file's bytes, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def now() -> str:
    """The local time with its offset, in whole seconds."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def revision() -> str:
    """The git revision of this checkout, with ``+changes`` when files differ from it; ``unknown`` outside git."""
    commit = _git("rev-parse", "--short=12", "HEAD")
    if not commit:
        return "unknown"
    return commit + ("+changes" if _git("status", "--porcelain", "--untracked-files=no") else "")


def machine() -> dict[str, Any]:
    """The machine a figure was measured on."""
    return {
        "system": platform.platform(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }


def _record(value: Mapping[str, Any]) -> Record:
    hits = value["hits"]
    return Record(
        **{
            **value,
            "hits": None if hits is None else tuple(hits),
            "verbatim": tuple(value["verbatim"]),
            "rejected": tuple(value.get("rejected", ())),
        }
    )


def _write(file: TextIO, value: Mapping[str, Any]) -> None:
    file.write(json.dumps(value, ensure_ascii=False) + "\n")
    file.flush()


def _lines(path: Path) -> Iterator[tuple[int, Any]]:
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            try:
                yield number, json.loads(line)
            except ValueError as error:
                raise RunFileError(path, number, f"not JSON ({error})") from error


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603  fixed program and arguments
            ["git", *arguments],  # noqa: S607  git is where the user has it
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=10,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _processor() -> str:
    try:
        described = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    models = (line.partition(":")[2].strip() for line in described if line.startswith("model name"))
    return next(models, platform.machine())
