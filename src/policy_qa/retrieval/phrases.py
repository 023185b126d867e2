"""The phrases a question's subject is made of: 「ひのタク」「大人」「料金」 of 「ひのタクの大人の料金はいくらですか」.

Owns where one phrase ends and the next begins. Invariant: phrases are in order, do not overlap, and a corpus name is never cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policy_qa.japanese.tokens import Token, analyze

_PARTS = ("助詞-格助詞", "助詞-係助詞", "助詞-副助詞")
_SIGNS = frozenset("、。「」『』()?")
_ENDS_SUBJECT = frozenset({"は", "って", "とは"})
_ALONE = 1  # a name such as ひのタク begins with one letter and の


@dataclass(frozen=True, slots=True)
class Phrase:
    """A run of words between particles at ``start``..``end`` of a text."""

    text: str
    start: int
    end: int


def subject_end(text: str, names: Sequence[str] = ()) -> int:
    """Where the subject of a question ends: at the last 「は」 that is a particle, else at its end."""
    whole = _spans(text, names)
    return max(
        (token.start for token in analyze(text) if _marks_subject(token) and not _inside(token, whole)),
        default=len(text),
    )


def phrases(text: str, names: Sequence[str] = ()) -> list[Phrase]:
    """The phrases of ``text`` in order; ``names`` stay whole."""
    return list(_phrases(text, names))


def _phrases(text: str, names: Sequence[str]) -> Iterator[Phrase]:
    whole = _spans(text, names)
    start = 0
    for token in analyze(text):
        parts = token.part_of_speech.startswith(_PARTS) or token.surface in _SIGNS
        parts = parts and not _inside(token, whole)
        if parts and token.start - start > _ALONE:
            yield Phrase(text[start : token.start], start, token.start)
            start = token.end
        elif parts and token.start == start:
            start = token.end
    if start < len(text):
        yield Phrase(text[start:], start, len(text))


def _marks_subject(token: Token) -> bool:
    return token.surface in _ENDS_SUBJECT and token.part_of_speech.startswith("助詞")


def _spans(text: str, names: Sequence[str]) -> list[tuple[int, int]]:
    return [match.span() for name in names for match in re.finditer(re.escape(name), text)]


def _inside(token: Token, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= token.start < end for start, end in spans)
