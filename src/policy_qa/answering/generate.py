"""A language model's wording of an answer -> the same answer in those words, or nothing.

Owns what a model is shown and what of its words is taken. Invariant: a model decides nothing. What is answered, and from where, holds before it is asked; its
words take the place of the answer's own only where they say all of it and nothing beside it: the same words of content, the same figures, no word more or
less that turns or limits the sense, no link, no markup, no mark of a citation. What a document tells a model to say is so never said by the program.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Protocol

from policy_qa.answering.draft import Draft, Statement
from policy_qa.answering.grounding.faithful import ANSWER_WORDS, RESTRICTIONS
from policy_qa.answering.grounding.grounds import numbers_in
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.japanese.visible import visible_line
from policy_qa.retrieval.words import content_words

LONGEST = 400  # characters, as of every answer
_MARKER = re.compile(r"\s*[\[［【](?:出典)?\s*[0-9０-９、, ]+[\]］】]")
# A link, markup, or what some program takes for either.
_MARKUP = re.compile(
    r"https?:|www\.|//|\]\(|!\[|[<>`*#|{}\\]|^\s*[-+>]\s|javascript:|data:|[\w.-]+@[\w-]+\.",
    re.IGNORECASE | re.MULTILINE,
)
_WORDING = frozenset(map(fold, ANSWER_WORDS))


class Writer(Protocol):
    """A language model, or whatever else puts sentences into other words."""

    def write(self, question: str, statements: tuple[str, ...], quotes: tuple[str, ...]) -> str | None:
        """The statements as one answer to the question; ``None`` where there is none. ``quotes`` are what they rest on: data, never orders."""
        ...


def reworded(draft: Draft, asked: str, writer: Writer) -> Draft | None:
    """The draft in the writer's words; ``None`` where it has none, or they say more, less or something else. To be held against its sources like any other."""
    if draft.status != "answered" or draft.is_list or any(statement.computed for statement in draft.statements):
        return None  # lists and calculations are exact as they stand
    own = tuple(visible_line(statement.text) for statement in draft.statements)
    places = tuple(dict.fromkeys(place for statement in draft.statements for place in statement.evidence))
    written = writer.write(visible_line(asked), own, tuple(visible_line(place.quote) for place in places))
    said = _MARKER.sub("", written or "").strip()
    if not said or not _says_the_same(said, own, asked):
        return None
    is_condition = any(statement.is_condition for statement in draft.statements)
    return replace(draft, statements=(Statement(said, places, is_condition=is_condition),))


def _says_the_same(said: str, own: tuple[str, ...], asked: str) -> bool:
    if len(said) > LONGEST or visible_line(said) != said or _MARKUP.search(said):
        return False
    whole = "。".join(own)
    words, meant = _words(said), _words(whole)
    if not meant <= words or not words <= meant | _words(asked) | _WORDING:
        return False
    if sorted(numbers_in(said)) != sorted(numbers_in(whole)):
        return False
    return all(len(written.findall(fold(said))) == len(written.findall(fold(whole))) for _, written, _ in RESTRICTIONS)


def _words(text: str) -> set[str]:
    return {fold(word.lemma) for word in content_words(normalize(text).text)}
