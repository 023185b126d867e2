"""Lists found by what heads them: the heading, the caption or the sentence that announces the items says what is asked for.

Owns the tie between the noun a question asks for and the entries below or behind its name. Invariant: what heads a list, with the headings
above it, says nearly all of the question; entries are whole, in the document's order; a list of what is excluded never answers for one of
what is included, nor the other way round.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from policy_qa.answering.draft import Draft, Evidence, Statement
from policy_qa.answering.library import Library
from policy_qa.answering.passages.asking import Asked, asked_phrase, denies
from policy_qa.answering.passages.entries import (
    entries_behind,
    entries_below,
    entries_pointed_to,
    is_caption,
    parent_of,
    told_item,
    with_own_words,
)
from policy_qa.answering.passages.focus import is_said_around
from policy_qa.answering.passages.nearness import measure
from policy_qa.answering.passages.passages import plain
from policy_qa.answering.passages.relevance import Fit, Weighed
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.japanese.tokens import term_set
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.words import content_words
from policy_qa.types import Document, Span

_ASKS = frozenset({"text", "definition", "person", "office", "place", "method"})
_CONSIDERED = 30
_NEAREST = 5  # fits whose documents are looked through for the asked heading
_MOST_BLOCKS = 20_000
_NEEDED = 0.8  # of what the question says, by weight
_SHORT = 200
_MOST = 40
_STEPS = re.compile(r"流れ|手順|方法|手続|進め方|仕方")
# What may be asked of anything; documents tell it without the word.
_OF_ANYTHING = re.compile(
    r"(?:設置|制定|策定|実施|導入|改正|見直し|廃止|開設|創設|交付|支給)?(?:根拠|目的|ねらい|原因|要因|理由|背景|経緯|現状|課題|効果|結果|状況|特徴|違い|関係|対応|影響|意義|趣旨|ポイント|(?:取り?)?扱い|結論|行方|経過)"
)
_IDENTITY = re.compile(r"(?:誰々?|だれ|どなた|どこ)(?:です|でしょう|か|[?？。]|$)|教え|挙げ|一覧|列挙")
_LAST_CLAUSE = re.compile(r"[一-鿿々]+[ぁ-ん]+$")
_CALLED_TOO = r"分担|一覧|名簿|等|案|リスト|表|の一覧|の名簿|について"
_DAY = re.compile(r"[0-9]{1,2}月(?:[0-9]{1,2}日)?")
_QUESTION = re.compile(r"[?？]\s*$|(?:です|ます)か。?\s*$")
_PROPERTY = frozenset({"所属", "該当", "対象", "委員", "関係"})
_BRACKETS = re.compile(r"[(（〔\[].*?[)）〕\]]")
_NUMBERING = re.compile(
    r"^(?:第?[0-9一二三四五六七八九十]{1,3}[章節条]?[.．、)）\s]*|[(（][0-9]{1,2}[)）]|[①-⑳]|■|【)+|】$"
)


@dataclass(frozen=True, slots=True)
class _Anchor:
    """What heads a list: its own text, the headings above it, and the list's entries."""

    document: Document
    span: Span
    text: str
    path: tuple[str, ...]
    entries: tuple[Span, ...]
    page: int | None
    is_heading: bool


def headed_list(question: Question, fits: Sequence[Fit], words: Sequence[Weighed], library: Library) -> Draft | None:
    """The list whose heading or announcing sentence is what the question asks for; ``None`` where none is."""
    asked = asked_phrase(question)
    wanted = question.asks in _ASKS or question.wants_list or question.intent == "list"
    if asked is None or not wanted or question.is_check or question.operation is not None or not words:
        return None
    of_names = question.asks == "person" or asked.of_people
    places = _places(fits[:_CONSIDERED], asked, library)
    anchors = list(_anchors(places, of_names=of_names, called=asked.heads))
    for reading in asked.readings():
        measured = [(fit, anchor) for anchor in anchors if (fit := _fit(anchor, reading, question, words)) > 0]
        if measured:
            return _draft(max(measured, key=lambda pair: pair[0])[1], reading, question)
    return None


def _places(fits: Sequence[Fit], asked: Asked, library: Library) -> Iterator[tuple[Document, int]]:
    """The blocks near the question, then the headings that are called what is asked for, in the documents nearest."""
    for fit in fits:
        yield library.document(fit.passage.path), fit.passage.order
    for path in dict.fromkeys(fit.passage.path for fit in fits[:_NEAREST]):
        document = library.document(path)
        for order, block in enumerate(document.blocks[:_MOST_BLOCKS]):
            if block.kind == "heading" and any(head in block.span.of(document.text) for head in asked.heads):
                yield document, order


def _anchors(places: Iterable[tuple[Document, int]], *, of_names: bool, called: Sequence[str]) -> Iterator[_Anchor]:
    """Each heading over the places, and each of their blocks that announces entries, once."""
    seen: set[tuple[str, int]] = set()
    for document, start in places:
        order: int | None = start
        while order is not None and (document.path, order) not in seen:
            seen.add((document.path, order))
            block = document.blocks[order]
            if block.kind == "heading":
                entries = entries_below(document, order, of_names=of_names, called=called)
                is_top = fold(plain(block.span.of(document.text))) in fold(document.metadata.title)
                if is_top and any(_is_heading(document, entry) for entry in entries):
                    entries = []  # the parts of a whole document are no list of what its title says
                span = block.span
            else:
                span, entries = entries_behind(document, order, of_names=of_names, called=called)
                if not entries:
                    span, entries = entries_pointed_to(document, order)
            if len(entries) >= 2 and not any(_QUESTION.search(entry.of(document.text)) for entry in entries):
                text = normalize(plain(span.of(document.text))).text
                yield _Anchor(
                    document,
                    span,
                    text,
                    block.heading_path,
                    tuple(entries),
                    block.page,
                    block.kind == "heading" or is_caption(document, order),
                )
            order = parent_of(document, order)


def _is_heading(document: Document, span: Span) -> bool:
    order = bisect_right(document.blocks, span.start, key=lambda block: block.span.start) - 1
    return document.blocks[order].kind == "heading" and document.blocks[order].span == span


def _fit(anchor: _Anchor, asked: Asked, question: Question, words: Sequence[Weighed]) -> float:
    """How well what heads the list says what is asked; 0 where it does not."""
    if denies(anchor.text) != asked.is_denied:
        return 0.0
    name = fold(_NUMBERING.sub("", _BRACKETS.sub("", anchor.text)))
    is_named = anchor.is_heading and (_is_called(name, asked) or _call_themselves(anchor, asked))
    if not _heads(anchor, name, asked, question, is_named=is_named):
        return 0.0
    owner = fold(re.sub(r"の?[^の]*$", "", asked.phrase))
    entries = [fold(plain(span.of(anchor.document.text))) for span in anchor.entries]
    if owner and not _DAY.search(owner) and owner in entries:
        return 0.0  # the question is about one of the entries
    said, near = measure(
        words,
        anchor.text,
        anchor.path,
        anchor.document,
        counts=lambda weighed: weighed.word.surface in asked.phrase and weighed.word.surface not in asked.head,
    )
    if said < _NEEDED:
        return 0.0
    owners = re.findall(r"[一-鿿々ァ-ヴー]{2,}", fold(asked.phrase))
    whole = any(re.search(rf"(?<![一-鿿々ァ-ヴー]){re.escape(owner)}(?![一-鿿々ァ-ヴー])", name) for owner in owners)
    return near + 0.5 * is_named + 0.2 * whole + 0.01


def _heads(anchor: _Anchor, name: str, asked: Asked, question: Question, *, is_named: bool) -> bool:
    """Whether the noun that is asked for is what the heading or the sentence gives a list of."""
    if question.asks in {"person", "office", "place"}:
        return (is_named or _is_led(anchor, asked)) and bool(_IDENTITY.search(question.text))
    if question.asks == "method" and not _STEPS.search(asked.head):
        return bool(_STEPS.search(name))
    if not asked.head:  # 収集しないもの: the last thing said of them
        last = content_words(asked.phrase)[-1:]
        clause = _LAST_CLAUSE.search(asked.phrase)
        return bool(last) and (
            last[0].surface in anchor.text
            or last[0].lemma in term_set(anchor.text)
            or (clause is not None and clause[0] in anchor.text)
        )
    if is_named or (anchor.path and _is_called(fold(_NUMBERING.sub("", _BRACKETS.sub("", anchor.path[-1]))), asked)):
        return True
    return not anchor.is_heading and any(
        re.search(rf"{re.escape(fold(head))}(?![一-鿿々ァ-ヴー])", fold(anchor.text)) for head in asked.heads
    )


def _is_led(anchor: _Anchor, asked: Asked) -> bool:
    """Whether a sentence announces the entries as what is asked for: 「候補地は、次の３地区とする」."""
    called = "|".join(re.escape(fold(head)) for head in asked.heads)
    return (
        bool(called)
        and not anchor.is_heading
        and bool(
            re.search(
                rf"(?:{called})は、?(?:次|以下|下記)|(?:次|以下|下記)の[^。、]{{0,12}}(?:{called})", fold(anchor.text)
            )
        )
    )


def _call_themselves(anchor: _Anchor, asked: Asked) -> bool:
    """Whether the entries are numbered by the asked noun: 「基本方針１ …」「基本方針２ …」."""
    if not asked.heads:
        return False
    called = re.compile(rf"(?:{'|'.join(re.escape(fold(head)) for head in asked.heads)})[0-9一二三四五六七八九①-⑨]")
    named = [called.match(fold(plain(span.of(anchor.document.text)))) for span in anchor.entries]
    return len(named) >= 2 and all(named)


def _is_called(name: str, asked: Asked) -> bool:
    """Whether a heading is called what is asked for (審査の観点, 役割分担), or is a question about it (どんな自転車が対象に…)."""
    called = "|".join(re.escape(fold(head)) for head in asked.heads)
    if not called:
        return False
    return bool(re.search(rf"(?:{called})(?:{_CALLED_TOO})?$", name)) or bool(
        _QUESTION.search(name) and re.search(rf"(?:{called})[がはをに]", name)
    )


def _draft(anchor: _Anchor, asked: Asked, question: Question) -> Draft | None:
    text = anchor.document.text
    worded = [(span, with_own_words(anchor.document, span, asked.heads)) for span in anchor.entries]
    told = [(whole, told_item(anchor.document, span, whole)) for span, whole in worded]
    entries = _narrowed(told, asked)[:_MOST]
    items = [item for _, item in entries]
    if not items:
        return None
    place = Span(min(span.start for span, _ in entries), max(span.end for span, _ in entries))
    path = (*anchor.path, plain(anchor.span.of(text))) if anchor.is_heading else anchor.path
    own = Evidence(anchor.document.path, place.start, place.end, place.of(text), path, anchor.page)
    quote = anchor.span.of(text)
    lead = Evidence(anchor.document.path, anchor.span.start, anchor.span.end, quote, anchor.path, anchor.page)
    listed = "".join(f"\n・{item}" for item in items)
    joined = "、".join(items)
    return Draft(
        "answered",
        (Statement(f"{plain(quote).rstrip('：:')}：{listed}", (own, lead)),),
        joined if len(joined) <= _SHORT and not any(item.endswith("。") for item in items) else None,
        assumptions=question.assumptions,
        confidence="medium",
        is_list=True,
    )


def _narrowed(entries: list[tuple[Span, str]], asked: Asked) -> list[tuple[Span, str]]:
    """The entries of the day or with the property that the question names; all where it names neither."""
    if asked.part:
        nouns = [term for term in re.findall(r"[一-鿿々ァ-ヴーA-Za-z0-9]{2,}", asked.part) if term not in _PROPERTY]
        kept = [entry for entry in entries if all(fold(noun) in fold(entry[1]) for noun in nouns)]
        return kept if nouns else []
    owner = fold(re.sub(r"の?[^の]*$", "", asked.phrase))
    of_case = [entry for entry in entries if owner and fold(entry[1]).startswith(owner) and ":" in fold(entry[1])]
    if of_case:
        return of_case  # 「津波のとき：高台」
    for day in _DAY.findall(asked.phrase):
        kept = [entry for entry in entries if re.search(rf"(?<![0-9]){day}", normalize(entry[1]).text)]
        entries = kept or entries
    return entries


def says_owner(question: Question, fit: Fit, fits: Sequence[Fit], words: Sequence[Weighed]) -> bool:
    """Whether a passage, or one beside it, says of what and whose the list is: 定員 and 研修船 in 「研修船の定員の一覧」."""
    asked = asked_phrase(question)
    *before, head = asked.phrase.split("の") if asked is not None else [""]
    if not before:
        return True
    compounds = [
        [weighed for weighed in words if weighed.word.is_noun and weighed.word.surface in part]
        for part in (*before, "" if _OF_ANYTHING.fullmatch(head) else head)
        if part
    ]
    return all(not compound or is_said_around(compound, fit, fits) for compound in compounds)
