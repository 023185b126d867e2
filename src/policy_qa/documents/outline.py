"""The headings that stand above each block.

Owns the order of headings. Japanese office documents number their levels in a few fixed ways (章 above １． above （１） above ①)
and mix them freely with brackets and unmarked lines, so only part of the order is fixed; the rest follows from which style
was seen inside which. Invariant: a path never holds two headings of the same style.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from policy_qa.documents.markers import DEEPEST_DECLARED

_DECLARED = tuple(f"atx{level}" for level in range(1, DEEPEST_DECLARED + 1))
# Smaller stands outside. A style that is not here (brackets, squares, word numbers) nests wherever it is first met.
_RANK = {
    **{style: level / 100 for level, style in enumerate(_DECLARED, 1)},
    "title": 10, "budget": 11, "card": 12, "part": 13, "chapter": 14, "appendix": 14, "section": 15, "clause": 16, "article": 17, "roman": 18, "ordinal": 19,
    "number": 20, "numbers2": 21, "numbers3": 22, "paren_number": 23, "circled": 24, "kana": 25, "paren_kana": 26,
    "name": 40, "label": 50, "bullet_circle": 60, "bullet_dot": 61, "bullet_dash": 62, "lone": 70, "exchange": 80, "follow_up": 81,
}  # fmt: skip
_NUMBERINGS = frozenset(
    {"roman", "ordinal", "number", "numbers2", "numbers3", "paren_number", "circled", "kana", "paren_kana"}
)


def is_deeper(style: str, than: str) -> bool:
    """Whether one style of numbering stands inside another by custom: （１） inside １．, ① inside （１）."""
    return style in _NUMBERINGS and than in _NUMBERINGS and _RANK[style] > _RANK[than]


@dataclass(slots=True)
class Outline:
    """The headings open at the current place, outermost first."""

    _open: list[tuple[str, str]] = field(default_factory=list)
    _fresh: bool = False

    @property
    def path(self) -> tuple[str, ...]:
        """The titles open here, outermost first."""
        return tuple(title for _, title in self._open)

    def enter(self, style: str, title: str) -> int:
        """Opens a heading at its place and closes what it ends; the depth it got (1 is outermost)."""
        self._close_for(style)
        self._open.append((style, title))
        self._fresh = True
        return len(self._open)

    def leave(self, style: str) -> None:
        """Closes the heading of a style, and all inside it, without opening another."""
        styles = [open_style for open_style, _ in self._open]
        if style in styles:
            del self._open[styles.index(style) :]

    def leave_for(self, style: str) -> None:
        """Closes what a heading of this style ends, before it is opened: the line that will own others belongs to its parent."""
        self._close_for(style)

    def content(self) -> None:
        """Notes that something other than a heading stood here."""
        self._fresh = False

    def _close_for(self, style: str) -> None:
        styles = [open_style for open_style, _ in self._open]
        if style in styles:
            # A caption right below a heading belongs to it, not beside an earlier caption.
            directly_below = self._fresh and style == "lone" and styles[-1] != style
            if not directly_below:
                del self._open[styles.index(style) :]
                return
            self._open.pop(styles.index(style))
            return
        rank = _RANK.get(style)
        while self._open:
            last = _RANK.get(self._open[-1][0])
            if style in _DECLARED:
                # What is declared stands under nothing that only looks like a heading.
                if last is not None and rank is not None and last < rank:
                    return
            elif rank is None:
                # Nests under whatever is open, but never under a mere caption or list head.
                if last is None or last < _RANK["bullet_circle"]:
                    return
            elif (last is not None and last < rank) or (
                last is None and not any((_RANK.get(open_style) or 0) > rank for open_style, _ in self._open)
            ):
                return
            self._open.pop()
