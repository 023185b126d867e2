"""Footnotes and endnotes, and the marks that tie them to the text.

Owns how a note is numbered and written. Invariants: a mark stands in brackets, so that its figure never runs into one of the text, and the note
begins with the same mark: （注1）. A note that nothing refers to is not printed, and not read.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from policy_qa.documents.numerals import numeral
from policy_qa.documents.word.markup import Element, number, qn, value

_KINDS = ("footnote", "endnote")
# Word counts endnotes i, ii, iii where a document says nothing.
_USUAL = {"footnote": "decimal", "endnote": "lowerRoman"}


@dataclass(frozen=True, slots=True)
class Note:
    """A note with its mark; without one where the author typed a mark of their own."""

    mark: str
    content: Element


@dataclass(slots=True)
class Notes:
    """The notes of a document. ``parts`` maps footnote and endnote to the parts that hold them, ``settings`` is the part of that name."""

    parts: dict[str, Element]
    settings: Element | None = None
    _by_id: dict[tuple[str, str], Element] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)
    _formats: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for kind in _KINDS:
            for note in self.parts[kind].findall(qn(f"w:{kind}")) if kind in self.parts else ():
                self._by_id[kind, note.get(qn("w:id"), "")] = note
            said = self.settings.find(qn(f"w:{kind}Pr")) if self.settings is not None else None
            self._formats[kind] = value(said, "w:numFmt") or _USUAL[kind]
            self._counts[kind] = number(value(said, "w:numStart"), 1) - 1

    def referred(self, kind: str, reference: Element) -> Note | None:
        """The note that a reference in the text names, counted; ``None`` where there is none."""
        content = self._by_id.get((kind, reference.get(qn("w:id"), "")))
        if content is None:
            return None
        if reference.get(qn("w:customMarkFollows")) in {"1", "true", "on"}:
            return Note("", content)
        self._counts[kind] += 1
        return Note(f"（注{numeral(self._counts[kind], self._formats[kind])}）", content)
