"""Who said it in a meeting: the speaker before a remark.

Owns how minutes tie a remark to whom it is of: a name with a colon (「宇津木委員：…」), a name within the sentence (「大門委員から…との意見」), a mark with
its legend (「○：委員　●：事務局」). Invariant: the remark says nearly all that the question puts into the speaker's mouth, and the speaker
stands in the cited text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policy_qa.answering.draft import Draft, Evidence, Statement
from policy_qa.answering.library import Library
from policy_qa.answering.passages.passages import plain
from policy_qa.answering.passages.relevance import Fit, Weighed
from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.sentences import sentences
from policy_qa.japanese.tokens import term_set
from policy_qa.japanese.vocabulary import SPEAKER_TITLE
from policy_qa.retrieval.question import Question
from policy_qa.tables import line_spans
from policy_qa.types import Document, Span

_ASKS_WHO = re.compile(
    r"(?:言っ|述べ|話し|発言し|指摘し|主張し|提案し|求め|質問し|意見を(?:出|言|述)|反対し|賛成し|要望し|説明し|答え|回答し)[^。?？]{0,10}(?:は|が)?(?:誰|だれ|どなた|どの委員)"
    r"|(?:誰|だれ|どなた|どの委員)(?:が|から|の)[^。?？]*(?:言|述べ|話し|発言|指摘|主張|提案|求め|質問|意見|反対|賛成|要望|説明|答え)"
)
_SAYING = re.compile(r"言う|述べる|話す|発言|指摘|主張|提案|求める|質問|意見|要望|説明|答える|回答|委員|会議|出る|出す")
_REPLYING = re.compile(r"答え|回答|説明")
_BEFORE = re.compile(
    rf"[○●◯・◎◇◆■□\-\s　(（]*(?P<who>(?:[一-鿿々ァ-ヴー][一-鿿々ァ-ヴー・]{{0,9}}?)?{SPEAKER_TITLE})[)）]?(?:[:：]|[\s　]{{1,3}}(?=\S))"
)
_WITHIN = re.compile(
    rf"(?P<who>(?:[一-鿿々ァ-ヴー][一-鿿々ァ-ヴー・]{{0,9}}?)?{SPEAKER_TITLE})(?:から|より)(?=[^。]*(?:意見|指摘|質問|提案|要望|発言|説明|報告|回答|との|と述べ))"
)
_MARK = re.compile(r"[○●◯◎◇◆■□△▲]")
_NEEDED = 0.7
_CONSIDERED = 20
_FARTHEST = 60  # blocks between a mark and its legend


@dataclass(frozen=True, slots=True)
class _Remark:
    """What one speaker says without a break, in the block with that number."""

    document: Document
    order: int
    own: Evidence


def said_by(question: Question, fits: Sequence[Fit], words: Sequence[Weighed], library: Library) -> Draft | None:
    """The speaker of the remark that a question quotes in its own words; ``None`` where it asks for none or no remark fits."""
    if question.asks != "person" or question.is_check or not _ASKS_WHO.search(normalize(question.text).text):
        return None
    said = [weighed for weighed in words if not _SAYING.search(weighed.word.lemma)]
    places = dict.fromkeys((fit.passage.path, fit.passage.order) for fit in fits[:_CONSIDERED])
    remarks = [remark for path, order in places for remark in _remarks(library.document(path), order)]
    is_reply = bool(_REPLYING.search(question.text))
    remarks.sort(key=lambda remark: (remark.own.path, remark.own.start))
    before: list[_Remark | None] = [None, *remarks[:-1]] if is_reply else [None] * len(remarks)
    measured = sorted(
        ((_share(said, remark, after), remark) for remark, after in zip(remarks, before, strict=True)),
        key=lambda pair: -pair[0],
    )
    for share, remark in measured:
        speaker = _speaker(remark) if share >= _NEEDED else None
        if speaker is not None:
            who, evidence = speaker
            text = f"{who}です。{plain(remark.own.quote).rstrip('。')}。"
            return Draft(
                "answered", (Statement(text, evidence),), who, assumptions=question.assumptions, confidence="medium"
            )
    return None


def _remarks(document: Document, order: int) -> Iterator[_Remark]:
    """The remarks of a block: from each line that a speaker opens to the next, and each sentence that names its speaker."""
    block, text = document.blocks[order], document.text
    if block.kind == "heading":
        return
    starts = [line.start for line in line_spans(text, block.span) if _BEFORE.match(normalize(line.of(text)).text)]
    ends = [*starts[1:], block.span.end] if starts else []
    for start, end in zip(starts, ends, strict=True):
        yield _Remark(document, order, _evidence(document, order, Span(start, end)))
    first = starts[0] if starts else block.span.end
    spans = list(sentences(text, block.span.start, first)) if first > block.span.start else []
    yield from (_Remark(document, order, _evidence(document, order, span)) for span in spans)


def _evidence(document: Document, order: int, span: Span) -> Evidence:
    block = document.blocks[order]
    quote = span.of(document.text).rstrip()
    return Evidence(document.path, span.start, span.start + len(quote), quote, block.heading_path, block.page)


def _share(words: Sequence[Weighed], remark: _Remark, after: _Remark | None) -> float:
    """How much of the words a remark says, by weight; what its headings say, and what it replies to, counts as said."""
    text = normalize(remark.own.quote).text
    if after is not None and after.own.section == remark.own.section and after.document is remark.document:
        text = f"{normalize(after.own.quote).text}\n{text}"
    terms = term_set(text) | term_set("\n".join(remark.own.section))
    total = sum(weighed.says for weighed in words)
    met = sum(weighed.says for weighed in words if terms.issuperset(weighed.terms) or weighed.word.surface in text)
    return met / total if total else 0.0


def _speaker(remark: _Remark) -> tuple[str, tuple[Evidence, ...]] | None:
    """Whose a remark is, with the places that say both."""
    text = normalize(remark.own.quote).text
    found = _BEFORE.match(text) or _WITHIN.search(text)
    if found is not None:
        return found["who"], (remark.own,)
    mark = _MARK.match(text.lstrip())
    legend = _legend(mark[0], remark) if mark else None
    return (legend[0], (remark.own, legend[1])) if legend else None


def _legend(mark: str, remark: _Remark) -> tuple[str, Evidence] | None:
    """What a mark stands for, by the nearest heading or note above that explains it."""
    document = remark.document
    explained = re.compile(rf"{re.escape(mark)}\s*[:：=＝はが]\s*(?P<who>[一-鿿々]{{2,8}})")
    for order in range(remark.order - 1, max(-1, remark.order - _FARTHEST), -1):
        match = explained.search(document.blocks[order].span.of(document.text))
        if match is not None:
            return match["who"], _evidence(document, order, document.blocks[order].span)
    return None
