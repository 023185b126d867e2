"""A question said again with another programme, year or stage, or without one: what a reader changes in what was understood.

Owns the places of slots in a question's own words. Invariant: everything that does not say the changed slot stays as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import fold
from policy_qa.japanese.stages import find_stages
from policy_qa.retrieval.topics import Topics
from policy_qa.types import Change, Span

_REIWA = 2018
_STAGES = {"request": "概算要求", "initial": "当初予算", "supplementary": "補正予算", "settled": "決算", "other": ""}
# What joins a slot to the words behind it.
_PARTICLE = re.compile(r"(?:における|において|について|では|には|とは|の|は|が|で|に|を|、)")
_BARE = re.compile("事業(?![一-鿿])")
# 「補正予算の予算額」 says its noun twice.
_TWICE = re.compile(r"予算の予算")


def reworded(question: str, change: Change, topics: Topics) -> str | None:
    """The question with the change made where its words say the slot; ``None`` where they do not, or nothing would be left."""
    spans = sorted(_said(question, change, topics), key=lambda span: span.start, reverse=True)
    if not spans:
        return None
    said = called(change)
    text = question
    for number, span in enumerate(spans, start=1):
        # Said twice, it is asked once: the other places only lose what no longer holds.
        there = said if said and number == len(spans) else ""
        end = span.end if there else _behind_particle(text, span.end)
        text = text[: span.start] + there + text[end:]
    text = _TWICE.sub("予算", text).strip(" 　、")
    return text if re.search(r"[^\W_]", text) and text != question else None


def called(change: Change) -> str:
    """What a question calls the new value of a slot; empty where the slot is taken away."""
    if change.new is None:
        return ""
    if change.slot == "fiscal_year":
        year = int(change.new)
        return f"令和{year - _REIWA}年度" if year > _REIWA + 1 else f"{year}年度"
    return _STAGES[change.new] if change.slot == "stage" else change.new


def _said(question: str, change: Change, topics: Topics) -> Iterator[Span]:
    match change.slot:
        case "fiscal_year":
            yield from (
                Span(time.start, time.end)
                for time in find_times(question)
                if time.precision == "fiscal_year" and time.fiscal_years == (int(change.old),)
            )
        case "stage":
            yield from (Span(found.start, found.end) for found in find_stages(question) if found.stage == change.old)
        case "program":
            lengths = [len(fold(question[:end])) for end in range(len(question) + 1)]
            for found in topics.find(question):
                if found.name == change.old:
                    start = max(place for place, length in enumerate(lengths) if length <= found.start)
                    end = min(place for place, length in enumerate(lengths) if length >= found.end)
                    # A name is found without the bare 「事業」 behind it.
                    bare = _BARE.match(question, end)
                    yield Span(start, bare.end() if bare else end)


def _behind_particle(text: str, place: int) -> int:
    particle = _PARTICLE.match(text, place)
    return particle.end() if particle else place
