"""What people decided: records that officials keep beside the log, and the time line they form with the decisions of the documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from policy_qa.types.answers import Citation
from policy_qa.types.documents import DecisionStatus, Fact
from policy_qa.types.index import LoggedAnswer

# What an official records: what was decided, or what somebody who asked was told.
RecordKind = Literal["decision", "reply"]
# Where an entry of the time line comes from: a document, one of the two kinds of record, or the log of answers.
DecisionSource = Literal["document", "decision", "reply", "answer"]


@dataclass(frozen=True, slots=True)
class DecisionDraft:
    """What an official writes down. ``subject`` is what it is about, ``outcome`` how it was decided or answered; both are needed.

    ``reason`` says why, ``note`` is for the case (its number, who asked). ``decided_on`` is an ISO date, whole or reduced. ``question``,
    ``answer`` and ``citations`` are those of the answer it was recorded from. ``shared`` shows it to everybody who sees every
    document it cites; else only to who recorded it and the owner.
    """

    kind: RecordKind
    subject: str
    outcome: str
    reason: str = ""
    note: str = ""
    program: str | None = None
    body: str | None = None
    form: str | None = None
    decided_on: str | None = None
    question: str | None = None
    answer: str | None = None
    citations: tuple[Citation, ...] = ()
    shared: bool = False


@dataclass(frozen=True, slots=True)
class RecordedDecision:
    """A record as it is kept: ``recorded_at`` is an ISO time with offset, ``replaces`` the number of the record it corrects."""

    number: int
    recorded_at: str
    viewer: str
    replaces: int | None
    record: DecisionDraft


@dataclass(frozen=True, slots=True)
class Decision:
    """An entry of the time line: a decision that a document states, one that was recorded, or an answer that was given.

    ``date`` is an ISO date, whole or reduced, ``None`` where nothing tells it. Exactly one of ``fact``, ``recorded`` and ``logged`` is there;
    ``title`` is that of the fact's document.
    """

    source: DecisionSource
    date: str | None
    subject: str
    body: str | None = None
    form: str | None = None
    status: DecisionStatus | None = None
    outcome: str | None = None
    program: str | None = None
    title: str | None = None
    fact: Fact | None = None
    recorded: RecordedDecision | None = None
    logged: LoggedAnswer | None = None


@dataclass(frozen=True, slots=True)
class DecisionTimeline:
    """The entries, newest first, undated ones last; ``bodies``, ``forms`` and ``programs`` are those there are without filters.

    ``answers`` is how many answers of the log are inside the filters, whether they are among the entries or not.
    """

    entries: tuple[Decision, ...]
    bodies: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    answers: int = 0
