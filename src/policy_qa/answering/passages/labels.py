"""What stands behind a label: 「- 必要なもの：本人確認書類、母子健康手帳」, 「ウ　使い道　農地の借地料」.

Owns the tie between the noun that a question asks for and a line that begins with it. Invariant: the label is what is asked for, in its own
or another office's word; the headings over the line say nearly all else of the question; of two lines that fit alike none is given.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.answering.draft import Draft, Evidence, Statement
from policy_qa.answering.library import Library
from policy_qa.answering.passages.asking import Asked, asked_phrase
from policy_qa.answering.passages.nearness import measure
from policy_qa.answering.passages.passages import Passage, place_of, plain
from policy_qa.answering.passages.relevance import Fit, Weighed
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.retrieval.question import Question
from policy_qa.types import Span

_ASKS = frozenset({"text", "definition", "method"})
_CONSIDERED = 40
_NEEDED = 0.8
_LONGEST = 330
_LONGEST_SHORT = 80
_LABEL = re.compile(
    r"(?:[(（]?[0-9ア-ン]{1,2}[)）.．、]?[ 　]*|[①-⑳][ 　]*)?[【〔＜<「]?(?P<label>[一-鿿々ァ-ヴーぁ-んA-Za-z・]{2,16})[】〕＞>」]?(?:[ 　]*[:：][ 　]*|[ 　]+)(?P<value>\S.*)",
    re.DOTALL,
)
_BEARER = re.compile(r"(?P<deed>[^の]{2,12}[うくぐすつぬぶむるたい])(?:方|かた|人|ひと|者|もの|とき|日|場所|ところ)")
_BEARERS = frozenset({"人", "方", "者", "もの"})
_COLUMNS = re.compile(r"\S {2,}\S")
# What is said of how the thing is used or applied for tells no line from another.
_IN_PASSING = re.compile(r"申請|応募|申込|申し込み|申込み|利用|手続|交付|受ける|出す")


def label_of(passage: Passage) -> tuple[str, str] | None:
    """The label that a line begins with, folded, and what stands behind it."""
    match = _LABEL.match(passage.text) if not passage.cells and passage.block.kind != "heading" else None
    if match is None or _COLUMNS.search(match["value"]):
        return None  # the row of a table set with blanks
    return fold(match["label"]), match["value"].strip()


def is_label_asked(label: str, asked: Asked) -> bool:
    """Whether a label is the noun that a question asks for: its last word, or what offices write for that."""
    phrase = fold(asked.phrase)
    bearer = _BEARER.fullmatch(label)
    if bearer is not None and phrase.endswith(bearer["deed"]):
        return True  # 「カードをつくれるのはどんな人」: つくれる方
    if phrase.endswith(label):
        return not re.search(r"[一-鿿々ァ-ヴー]$", phrase.removesuffix(label)) or fold(asked.head) == label
    return label in map(fold, asked.heads)


def labelled_draft(question: Question, fits: Sequence[Fit], words: Sequence[Weighed], library: Library) -> Draft | None:
    """The line under the asked label; ``None`` where there is none, or two that fit alike."""
    asked = asked_phrase(question)
    wanted = question.asks in _ASKS or question.wants_list
    if asked is None or not wanted or question.is_check or question.operation is not None:
        return None
    found: list[tuple[float, Passage, str]] = []
    for fit in fits[:_CONSIDERED]:
        labelled = label_of(fit.passage)
        if labelled is None or not is_label_asked(labelled[0], asked):
            continue
        passage, label = fit.passage, labelled[0]

        def counts(weighed: Weighed, label: str = label) -> bool:
            word = weighed.word
            said_by_label = fold(word.surface) in label or (word.surface in asked.head and len(word.surface) > 1)
            said_by_label = said_by_label or (bool(_BEARER.fullmatch(label)) and word.surface in _BEARERS)
            return not said_by_label and not _IN_PASSING.fullmatch(word.surface)

        said, near = measure(words, passage.text, passage.section, library.document(passage.path), counts=counts)
        if said >= _NEEDED:
            found.append((near, passage, labelled[1]))
    best = max((near for near, _, _ in found), default=0.0)
    chosen = [(passage, value) for near, passage, value in found if near == best]
    if len(chosen) != 1:
        return None
    return _draft(*chosen[0], question, library)


def _draft(passage: Passage, value: str, question: Question, library: Library) -> Draft:
    """The line with the sentences behind it in its block, where there is room."""
    text = library.document(passage.path).text
    span = Span(passage.span.start, passage.block.span.end)
    if span.end - span.start > _LONGEST:
        span = passage.span
    quote = span.of(text)
    own = Evidence(passage.path, span.start, span.end, quote, passage.section, passage.block.page)
    is_whole = span == passage.span and len(value) <= _LONGEST_SHORT
    return Draft(
        "answered",
        (Statement(f"{plain(quote).rstrip('。')}。{place_of(passage)}", (own,)),),
        normalize(value).text.rstrip("。") if is_whole else None,
        assumptions=question.assumptions,
        confidence="medium",
    )
