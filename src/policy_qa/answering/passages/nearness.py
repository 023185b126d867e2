"""Whether a place in a document is about what a question is about, its headings and the top of the document included.

Owns the measure for answers that are found by their form (a list's heading, a label, a mark in a list of names) and not by their words.
Invariant: verbs count for nothing against a place, only for it; the words that the answer's form stands for are left out by the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from policy_qa.answering.passages.relevance import TITLE_SHARE, Weighed
from policy_qa.japanese.tokens import term_set
from policy_qa.types import Document

_PATH_SHARE = 0.7
_OPENING = 150  # characters on top of a document that say what it is about


def share(weighed: Weighed, text: str, path: Sequence[str], document: Document) -> float:
    """Where a word of the question stands: 1 in the text, less in the headings above it, least on top of the document, 0 nowhere."""
    if term_set(text).issuperset(weighed.terms):
        return 1.0
    if term_set("\n".join(path)).issuperset(weighed.terms):
        return _PATH_SHARE
    top = f"{document.metadata.title}\n{document.text[:_OPENING]}"
    return TITLE_SHARE if term_set(top).issuperset(weighed.terms) or weighed.word.surface in top else 0.0


def measure(
    words: Sequence[Weighed],
    text: str,
    path: Sequence[str],
    document: Document,
    *,
    counts: Callable[[Weighed], bool] = lambda _: True,
) -> tuple[float, float]:
    """How much of the words' weight is said at all, and how near to the text, both 0..1; 1 and 0 where no word counts."""
    total = said = near = 0.0
    for weighed in filter(counts, words):
        found = share(weighed, text, path, document)
        total += weighed.says
        said += weighed.says * (found > 0 or not weighed.word.is_noun)
        near += weighed.says * found
    return (said / total, near / total) if total else (1.0, 0.0)
