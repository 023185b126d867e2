"""Decisions that documents state, decisions that people recorded, and answers that were given, on one time line.

Invariant: pure. A decision that several lines of the documents state alike stands there once, and so does an answer that was given several
times; what has no date comes last. Answers are many, and no decisions: they are on the line only where they are asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from policy_qa.japanese.normalize import fold
from policy_qa.storage.access import within
from policy_qa.types import Decision, DecisionSource, DecisionTimeline, Fact, LoggedAnswer, RecordedDecision

_MOST_NAMES = 200  # that a filter offers


def timeline(
    facts: Sequence[Fact],
    records: Sequence[RecordedDecision],
    titles: Mapping[str, str],
    answers: Sequence[LoggedAnswer] = (),
    *,
    query: str | None = None,
    sources: Collection[DecisionSource] = (),
    body: str | None = None,
    form: str | None = None,
    program: str | None = None,
    since: str | None = None,
    until: str | None = None,
) -> DecisionTimeline:
    """The decisions inside the filters. ``query``: every word; ``program``: a part of a name; ``since`` and ``until``: reduced ISO dates.

    ``records`` and ``answers`` are those that have the words already, newest first. Without ``sources`` decisions of every kind are shown.
    """
    entries = [*map(_of_record, records), *_of_facts(facts, titles)]

    def is_inside(entry: Decision) -> bool:
        return (
            _is(body, entry.body)
            and _is(form, entry.form)
            and (not program or fold(program) in fold(entry.program or ""))
            and within(entry.date, since or None, until or None)
            and _says(entry, query)
        )

    answered = [entry for entry in _of_answers(answers) if is_inside(entry)]
    shown = [entry for entry in entries if (not sources or entry.source in sources) and is_inside(entry)]
    if "answer" in sources:
        shown += answered
    return DecisionTimeline(
        tuple(sorted(shown, key=lambda entry: entry.date or "", reverse=True)),
        _names(entry.body for entry in entries),
        _names(entry.form for entry in entries),
        _names(entry.program for entry in entries),
        len(answered),
    )


def _of_facts(facts: Sequence[Fact], titles: Mapping[str, str]) -> Iterable[Decision]:
    seen: set[tuple[str, ...]] = set()
    for fact in facts:
        subject = fact.subject or fact.program or fact.printed
        key = (fold(subject), fact.date or "", fold(fact.body or ""), fold(fact.form or ""), fact.status or "")
        if fact.path in titles and key not in seen:
            seen.add(key)
            yield Decision(
                "document", fact.date, subject, fact.body, fact.form, fact.status,
                program=fact.program, title=titles[fact.path], fact=fact,
            )  # fmt: skip


def _of_record(kept: RecordedDecision) -> Decision:
    """A record stands at the day it was decided on, else at the day it was written down."""
    record = kept.record
    return Decision(
        record.kind, record.decided_on or kept.recorded_at[:10], record.subject, record.body, record.form,
        outcome=record.outcome, program=record.program, recorded=kept,
    )  # fmt: skip


def _of_answers(answers: Sequence[LoggedAnswer]) -> Iterable[Decision]:
    """What was answered, at the day it was last answered so; what was refused or asked back is no answer."""
    seen: set[tuple[str, str]] = set()
    for logged in answers:
        answer = logged.answer
        key = (fold(logged.question), str(answer.get("answer")))
        if answer.get("status") == "answered" and key not in seen:
            seen.add(key)
            programs = answer.get("understood", {}).get("programs", ())
            yield Decision(
                "answer", logged.logged_at[:10], logged.question, outcome=answer.get("short_answer"),
                program="、".join(programs) or None, logged=logged,
            )  # fmt: skip


def _is(wanted: str | None, name: str | None) -> bool:
    return not wanted or fold(wanted) == fold(name or "")


def _says(entry: Decision, query: str | None) -> bool:
    """Whether every word stands in the entry. Records and answers were looked through as a whole before."""
    fact = entry.fact
    if not (query or "").split() or fact is None:
        return True
    said = (entry.subject, entry.body, entry.form, entry.program, entry.title, fact.quote, fact.basis)
    text = fold(" ".join(part for part in said if part))
    return all(fold(word) in text for word in (query or "").split())


def _names(names: Iterable[str | None]) -> tuple[str, ...]:
    """The names, most frequent first, each once however it is written."""
    counted = Counter(name for name in names if name)
    kept: dict[str, str] = {}
    for name, _ in counted.most_common():
        kept.setdefault(fold(name), name)
    return tuple(kept.values())[:_MOST_NAMES]
