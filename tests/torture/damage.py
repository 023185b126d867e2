"""Damage to the files of an index: bits that flipped, files cut short, files in the place of others.

Each damaged copy is opened in a process of its own, forked from one that has everything imported, so that a death by a signal is seen. What
it then says about documents, search, answers, facts, labels, counts and the log is held against what the whole index says: the same, or one
line that names the damaged file and what to do. A catalog that is refused must be the catalog that was damaged; derived files must be whole
again afterwards.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import signal
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from policy_qa.errors import IndexProblem
from policy_qa.history.head import HEAD_NAME
from policy_qa.models.embedding import Encoder, open_encoder
from policy_qa.retrieval.everyday import official_terms
from policy_qa.service import PolicyQA
from policy_qa.settings import Settings
from policy_qa.storage import seal
from policy_qa.types import DecisionDraft, Viewer, to_json
from policy_qa.wiring import open_policy_qa
from tests.answering import offices
from tests.torture.trial import Attempt, Trial

_OWNER = Viewer.local_owner()
_STAFF = Viewer("staff", frozenset({"staff"}))
_QUESTIONS = ("港湾再生交付金の令和8年度予算額はいくらですか。", "漁村担い手育成補助金の補助率は？")
_TEXTS = {path: text for path, text in offices.TEXTS.items() if path != "corpus.toml"}
_MANIFEST = (
    '[[document]]\nfiles = ["{hidden}"]\nlabels = ["office"]\n\n[[document]]\nfiles = ["*"]\nlabels = ["staff"]\n'
)
_DEADLINE_S = 300  # of one process; a hang is a loss too
_LOG, _CATALOG = "answers.sqlite", "catalog.sqlite"
_ADVICE = ("policy-qa sync", "別の場所へ移して")
_LOADED_ONCE = ("faiss", "numpy.ma", "tantivy")  # by the first search; no process has to do it again
_ANYWHERE = 0.3  # of the flips; the others are where something stands: much of a page is empty
_ONE_IN = 8  # indexes damaged under a service that has answered already


@dataclass(frozen=True, slots=True)
class _House:
    """A whole index with what it says, and two others to take files from: an earlier state of it, and one of other documents."""

    encoder: Encoder
    corpus: Path
    whole: Path
    others: tuple[Path, ...]
    said: dict[str, Any]

    def open(self, index: Path) -> PolicyQA:
        return open_policy_qa(Settings(corpus=self.corpus, index=index), encoder=self.encoder)


Damage = Callable[[Path, Random], str]
"""Damages an index folder and says which file, below the folder."""


def _flip(folder: Path, dice: Random) -> str:
    file = _some_file(folder, dice)
    data = bytearray(file.read_bytes())
    places = range(len(data)) if dice.random() < _ANYWHERE else [place for place, value in enumerate(data) if value]
    data[dice.choice(places)] ^= 1 << dice.randrange(8)
    _overwrite(file, bytes(data))
    return file.relative_to(folder).as_posix()


def _cut(folder: Path, dice: Random) -> str:
    file = _some_file(folder, dice)
    os.truncate(file, dice.choice((0, dice.randrange(file.stat().st_size))))
    return file.relative_to(folder).as_posix()


def _swap(others: tuple[Path, ...], folder: Path, dice: Random) -> str:
    """Another file in the place of one: of the same part in another index or an earlier state, or of another part of this one."""
    file = _some_file(folder, dice)
    alike = [path for other in others for path in _files(other) if _part(path) == _part(file)]
    strange = [path for path in _files(folder) if path != file]
    data = file.read_bytes()
    found = [path for path in (dice.choice(alike), dice.choice(strange)) if path.read_bytes() != data]
    shutil.copyfile(dice.choice(found or strange), file)
    return file.relative_to(folder).as_posix()


def _overwrite(file: Path, data: bytes) -> None:
    """In place: whoever has the file open, or mapped into memory, sees it."""
    with file.open("r+b") as opened:
        opened.write(data)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size)


def _part(file: Path) -> str:
    """What a file is for, whatever its generation and its segment are called."""
    return f"{file.suffix or file.name}{file.name if file.suffix in {'.sqlite', '.json'} else ''}"


def _some_file(folder: Path, dice: Random) -> Path:
    """The catalog twice in five times, the log once in five, else any file."""
    return dice.choice([folder / _CATALOG] * 2 + [folder / _LOG] + [dice.choice(_files(folder))] * 2)


def _observed(service: PolicyQA) -> dict[str, Any]:
    """What a service says, by what was asked of it: a value, or ``{"error": line}``."""
    calls: dict[str, Callable[[], Any]] = {}
    for viewer, question in zip((_STAFF, _OWNER), _QUESTIONS, strict=True):
        calls[f"ask {question} {viewer.name}"] = partial(service.ask, question, viewer=viewer, log=False)
        calls[f"search {viewer.name}"] = partial(service.search, "交付金 補助", viewer=viewer, limit=5)
        calls[f"facts {viewer.name}"] = partial(service.facts, viewer=viewer)
        calls[f"status {viewer.name}"] = partial(service.status, viewer=viewer)
        calls[f"history {viewer.name}"] = partial(service.history, viewer=viewer)
        calls[f"decisions {viewer.name}"] = partial(service.recorded_decisions, viewer=viewer)
    for path in _TEXTS:
        calls[f"document {path}"] = partial(service.document, path, viewer=_OWNER)
        calls[f"versions {path}"] = partial(service.versions, path, viewer=_OWNER)
    said: dict[str, Any] = {}
    for name, call in calls.items():
        try:
            said[name] = json.loads(json.dumps(to_json(call())))
        except IndexProblem as problem:
            said[name] = {"error": str(problem)}
        if name.startswith("ask"):
            said[name].pop("elapsed_ms", None)
    return said


def _fill(house: _House, index: Path) -> dict[str, Any]:
    """An index over the corpus as it is now, with a log."""
    with house.open(index) as service:
        assert not service.sync().failed
        for number, viewer in enumerate((_STAFF, _OWNER, _STAFF, _OWNER, _STAFF, _STAFF)):
            service.ask(_QUESTIONS[number % 2], viewer=viewer, id=f"asked-{number}")
        service.give_feedback("asked-0", viewer=_STAFF, useful=True, comment="役に立った")
        service.record_decision(
            DecisionDraft("decision", "交付の可否", "交付する", reason="要件を満たす"), viewer=_OWNER
        )
    with house.open(index) as service:
        return _observed(service)


def _in_child(work: Callable[[], Any]) -> tuple[int, Any]:
    """The signal that ended a forked process (0: none) and what ``work`` gave in it; a text where it raised."""
    receiving, sending = os.pipe()
    child = os.fork()
    if child == 0:
        signal.alarm(_DEADLINE_S)
        os.close(receiving)
        try:
            value = {"value": work()}
        except BaseException:
            value = {"raised": traceback.format_exc()}
        with suppress(OSError), os.fdopen(sending, "w") as pipe:
            json.dump(value, pipe)
        os._exit(0)
    os.close(sending)
    with os.fdopen(receiving) as pipe:
        content = pipe.read()
    _, status = os.waitpid(child, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, json.loads(content) if content else {}


def _house(folder: Path) -> _House:
    """Three indexes, made in processes of their own: this one must have no threads, to be forked from."""
    corpus = folder / "corpus"
    corpus.mkdir()
    house = _House(open_encoder(None), corpus, folder / "whole", (folder / "former", folder / "other"), {})

    def make(index: Path, texts: dict[str, str], hidden: str) -> Any:
        for path, text in texts.items():
            (corpus / path).write_text(text, encoding="utf-8")
        (corpus / "corpus.toml").write_text(_MANIFEST.format(hidden=hidden), encoding="utf-8")
        ended, told = _in_child(partial(_fill, house, index))
        assert not ended, ended
        assert "value" in told, told
        return told["value"]

    paths = list(_TEXTS)
    other = {path: text.replace("000", "001").replace("令和8", "令和7") for path, text in _TEXTS.items()}
    make(house.others[1], other, paths[-1])
    make(house.whole, {path: text.replace("30,000", "31,000") for path, text in _TEXTS.items()}, paths[-1])
    shutil.copytree(house.whole, house.others[0])
    house.said.update(make(house.whole, _TEXTS, paths[0]))
    for library in _LOADED_ONCE:
        import_module(library)
    for question in _QUESTIONS:
        official_terms(question)
    return house


@dataclass(frozen=True, slots=True)
class _Case:
    """One damaged index in a process of its own; ``trusting`` lets the program believe its catalog, to see that this is noticed here."""

    house: _House
    folder: Path
    damage: Damage
    dice: Random
    running: bool
    trusting: bool

    def run(self) -> dict[str, Any]:
        if self.trusting:
            seal.check = lambda *_, **__: False
        damaged = "" if self.running else self.damage(self.folder, self.dice)
        with self.house.open(self.folder) as service:
            if self.running:
                assert _observed(service) == self.house.said
                damaged = self.damage(self.folder, self.dice)
            said = _observed(service)
            lost = [line for name in said for line in _judged(name, said[name], self.house.said[name], damaged)]
            if damaged not in {_CATALOG, _LOG}:
                named = [check.detail for check in service.verify() if not check.ok]
                # What is kept apart to compare with cannot be made from what it is compared with; search files can.
                apart = damaged in {seal.SEAL_NAME, HEAD_NAME}
                lost += [f"{damaged}: not healed: {detail}" for detail in named if not (apart and damaged in detail)]
        refused = any("error" in value for value in said.values() if isinstance(value, dict))
        part = damaged if damaged in {_CATALOG, _LOG} else "derived files"
        return {"outcome": f"{part} {'refused' if refused else 'the same'}", "lost": lost[:3]}


def _judged(name: str, said: Any, expected: Any, damaged: str) -> list[str]:
    """What is wrong with what was said, in a line."""
    if said == expected:
        return []
    error = said.get("error") if isinstance(said, dict) else None
    if error is None:
        return [f"{damaged}: {name} silently says otherwise"]
    if "\n" in error or damaged not in error or not any(advice in error for advice in _ADVICE):
        return [f"{damaged}: {name} does not name the file, or what to do: {error}"]
    return []


def _tried(house: _House, damage: Damage, times: int, dice: Random, trusting: bool) -> tuple[Counter[str], list[str]]:
    """How many cases came out how, and what was lost."""
    outcomes: Counter[str] = Counter()
    lost: list[str] = []
    for number in range(times):
        folder = house.whole.with_name("damaged")
        shutil.copytree(house.whole, folder)
        case = _Case(house, folder, damage, Random(dice.random()), number % _ONE_IN == 0, trusting)
        ended, told = _in_child(case.run)
        if ended:
            lost.append(f"death by signal {ended} ({signal.Signals(ended).name})")
        elif "value" not in told:
            lost.append(told.get("raised", "nothing said").strip().splitlines()[-1])
        else:
            outcomes[told["value"]["outcome"]] += 1
            lost += told["value"]["lost"]
        shutil.rmtree(folder)
    return outcomes, lost


def _serve(orders: Connection, folder: Path) -> None:
    """The fork server: makes the indexes once, then carries out what it is told."""
    house = _house(folder)
    damages: dict[str, Damage] = {"flip": _flip, "cut": _cut, "swap": partial(_swap, house.others)}
    while True:
        try:
            kind, times, dice, trusting = orders.recv()
        except EOFError:
            return
        orders.send(_tried(house, damages[kind], times, dice, trusting))


@cache
def _server() -> Connection:
    """The line to a fork server of this process: without threads, whatever this process has."""
    memory = Path("/dev/shm")  # noqa: S108 -- real files, without the wait for a disk
    kept = TemporaryDirectory(prefix="torture-damage-", dir=memory if os.access(memory, os.W_OK) else None)
    spawning = get_context("spawn")
    here, there = spawning.Pipe()
    spawning.Process(target=_serve, args=(there, Path(kept.name)), daemon=True).start()
    there.close()
    atexit.register(kept.cleanup)
    return here


def damaged(attempt: Attempt, kind: str, *, trusting: bool = False) -> None:
    """Tries one kind of damage."""
    line = _server()
    line.send((kind, attempt.times, attempt.dice, trusting))
    outcomes, lost = line.recv()
    attempt.tried += attempt.times
    attempt.note(", ".join(f"{what}: {count:,}" for what, count in sorted(outcomes.items())))
    for one in lost:
        attempt.loss(one)


TRIALS = tuple(
    Trial(name, tried, times, quick, partial(damaged, kind=kind))
    for name, kind, tried, times, quick in (
        ("damage-flips", "flip", "a bit of an index file flips", 2_000, 10),
        ("damage-cuts", "cut", "an index file is cut short", 500, 6),
        ("damage-swaps", "swap", "a file of another index, state or name in the place of one", 100, 6),
    )
)
