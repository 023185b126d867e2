"""Eligibility facts: for whom and what a programme is, on which terms.

    ３ 補助対象者 / (1) 県内に主たる事業所を有する者        the heading says the aspect, each item is one fact
    補助率：２分の１以内／上限額：500万円                   a line of labels and values
    第３条　補助の対象となる者は、次の各号の…者とする。      the sentence says it itself
    | 枠 | 補助率 | 補助上限額 |                             a column says it, the row says of which case (``subject``)

Owns the reading of aspects. Invariant: an aspect is taken from a label, a column, a heading or the sentence's own words, never from the
mere neighbourhood; a sentence that shuts out (ただし, 対象外, を除く) is never read as one that lets in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from policy_qa.facts.aspects import aspect_of_label, aspect_of_sentence, shuts_out
from policy_qa.facts.programs import clean_name, is_program_like, program_of_title
from policy_qa.japanese.amounts import find_amounts, find_quantities
from policy_qa.japanese.dates import TimeMention, find_times
from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.sentences import sentences
from policy_qa.tables import line_spans, table_of
from policy_qa.types import Aspect, Block, Document, Fact, Span

_RATE_UNIT = "割合"
_LABELLED = re.compile(
    r"(?P<label>[^\s:：、。／/「」]{1,16})[ 　]*[:：][ 　]*(?P<value>[^\n／]+?)(?=[ 　]*(?:／|\n|$))"
)
# (1) 受付期間　令和８年５月11日から…: set off by a blank; only what is an aspect is taken for a label there.
_SPACED = re.compile(
    r"^(?:[(（]?[0-9０-９ア-ン①-⑳]{1,2}[)）.．]?|[・○●■◆])?[ 　]*(?P<label>[^\s:：、。（）()]{2,10})[ 　]+(?P<value>\S.*)$"
)
_CASE = re.compile(
    r"^[\s　・●○■◆▶*\-]*(?:【(?P<bracket>[^】\n]{1,16})】|(?P<plain>[^\s:：、。]{1,16}[枠型類])[ 　]*[:：])"
)
_STARTS_EXCLUSION = re.compile(r"[×✕✖]")
_FIXED = re.compile(r"定額|全額|10/10|実費")
_SHOWS_SOMETHING = re.compile(r"[ァ-ヴ一-鿿0-9０-９]")
# 「はい。」「できます。」: the answer to the question above it, without a statement of its own.
_BARE_ANSWER = re.compile(
    r"\**(?:答|A|回答)?\**[\s:：.．]*(?:はい|いいえ|(?:対象(?:と|に))?(?:なり|あり|でき|申請でき|利用でき)(?:ます|ません))。?"
)
_WORTH_READING = re.compile(
    r"対象|要件|条件|資格|補助率|助成率|交付率|負担率|上限|限度|下限|期限|期間|締|必着|申請|応募|提出|除[くき]|ただし|できません|できない|実施主体|資金の流れ|負担割合|ません|いただけます|使えます|乗れます|申し込めます"
)
_QUESTION = re.compile(r"[?？]$|(?:です|ます|せん|でしょう)か。?$")
_WITHIN_DAYS = re.compile(r"[0-9]+(?:日|か月|週間|年)以内")
_DOCUMENTS_FOLLOW = re.compile(r"(?:次に掲げる|次の|以下の|下記の)(?:書類|もの)を(?:添え|添付|提出)|次の書類")
_LEAFLET = re.compile(
    r"[\s]*(?:の|について|に関する)?[\s]*(?:よくある(?:ご)?質問(?:と回答)?|FAQ|Q&A|Q&A集|のご?案内|利用案内|ご?利用の手引き?|手引き?|パンフレット|のしおり|ガイド(?:ブック)?)(?:[（(].*)?$"
)
_LONGEST_SUBJECT = 30
_MOST_LINES = 40


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a statement stands: its document and block, and whose it is."""

    document: Document
    block: Block
    program: str | None


@dataclass(frozen=True, slots=True)
class _Lead:
    """A sentence that says what the items behind it are: the aspect, and how the sentence's own block is marked."""

    path: tuple[str, ...] = ()
    aspect: Aspect | None = None
    style: str = ""

    def covers(self, block: Block) -> bool:
        """Whether a block is one of those items; one that is marked as the sentence itself is its brother."""
        return (
            self.aspect is not None
            and block.kind == "item"
            and block.heading_path == self.path
            and _style(block) != self.style
        )


def eligibility_facts(document: Document) -> Iterator[Fact]:
    """The aspects a document states of its programmes, in the order they stand."""
    own = program_of_title(document.metadata.title) or _subject_of_title(document.metadata.title)
    lead = _Lead()
    for block in document.blocks:
        if block.kind == "heading":
            continue
        heading = _aspect_of_headings(block)
        text = block.span.of(document.text)
        if heading is None and not lead.covers(block) and not _WORTH_READING.search(text):
            continue
        place = _Place(document, block, _program_over(block, own))
        if block.kind == "table":
            yield from _of_table(place, heading)
            continue
        yield from _of_block(place, lead.aspect if lead.covers(block) else heading)
        announced = _announced(text)
        if announced is not None or not lead.covers(block):
            lead = _Lead(block.heading_path, announced, _style(block))


def _style(block: Block) -> str:
    """What the marks of one list have in common."""
    return re.sub(r"[0-9０-９]+|[①-⑳ア-ンa-z]", "0", block.marker) + "_" * block.level


def _subject_of_title(title: str) -> str | None:
    """What a leaflet or FAQ is about, where its title says that it is one: 「○○パス　よくあるご質問」."""
    name = normalize(title).text.strip()
    about = _LEAFLET.sub("", name).strip(" 「」")
    return about if about != name and 2 <= len(about) <= _LONGEST_SUBJECT else None


def _program_over(block: Block, own: str | None) -> str | None:
    """The innermost heading that names a programme, else the programme the whole document is about."""
    titles = (clean_name(title) for title in reversed(block.heading_path) if is_program_like(title))
    return next((title for title in titles if aspect_of_label(title) is None), own)


def _aspect_of_headings(block: Block) -> Aspect | None:
    """The aspect of the innermost heading that has one; a question as a heading has that of its words."""
    for title in reversed(block.heading_path[-2:]):
        aspect, is_question = _read_title(title)
        if aspect is not None or is_question:
            return aspect
    return None


@lru_cache(maxsize=4096)
def _read_title(title: str) -> tuple[Aspect | None, bool]:
    """The aspect of a heading, and whether it is a question; kept, because every block below asks again."""
    name = normalize(title).text
    is_question = bool(_QUESTION.search(name))
    if not is_question and name.endswith("。"):
        return "excluded" if shuts_out(name) else aspect_of_sentence(name), False
    return aspect_of_label(name), is_question


def _announced(text: str) -> Aspect | None:
    """The aspect of the items that follow a sentence: 「補助の対象となる者は、次の各号のいずれかに該当する者とする。」"""
    last = normalize(text).text.rstrip("。").split("。")[-1]
    if not re.search(r"次の|以下の|下記|各号|とおり|掲げる", last):
        return None
    if shuts_out(last):
        return "excluded"
    return "application" if _DOCUMENTS_FOLLOW.search(last) else aspect_of_sentence(last)


def _of_block(place: _Place, heading: Aspect | None) -> Iterator[Fact]:
    text = place.document.text
    lines = list(line_spans(text, place.block.span))[:_MOST_LINES]
    labelled = [list(_labels_of(text, line)) for line in lines]
    if any(labelled):
        for line, found in zip(lines, labelled, strict=True):
            yield from _of_labels(place, line, found, heading)
        return
    for span in sentences(text, place.block.span.start, place.block.span.end):
        sentence = normalize(span.of(text)).text
        if not _SHOWS_SOMETHING.search(sentence) or _BARE_ANSWER.fullmatch(sentence):
            continue
        if (
            "。" not in sentence
            and span == place.block.span
            and place.block.kind == "paragraph"
            and aspect_of_label(sentence)
        ):
            continue  # a label alone
        if shuts_out(sentence):
            aspect: Aspect | None = "excluded" if heading or place.program else None
        else:
            aspect = (aspect_of_sentence(sentence) if place.program else None) or heading
        if aspect is not None:
            yield from _facts(place, aspect, span, span, _case_of(sentence))


def _labels_of(text: str, line: Span) -> Iterator[tuple[Aspect | None, str, Span]]:
    """The labels of a line with their aspects and the places of their values."""
    written = line.of(text)
    spaced = _SPACED.match(written)
    if spaced and (aspect := aspect_of_label(normalize(spaced["label"]).text)):
        yield (
            aspect,
            clean_name(spaced["label"]),
            Span(line.start + spaced.start("value"), line.start + spaced.end("value")),
        )
        return
    if ":" not in written and "：" not in written:
        return
    for match in _LABELLED.finditer(written):
        label = clean_name(match["label"])
        yield aspect_of_label(label), label, Span(line.start + match.start("value"), line.start + match.end("value"))


def _of_labels(
    place: _Place, line: Span, found: list[tuple[Aspect | None, str, Span]], heading: Aspect | None
) -> Iterator[Fact]:
    written = line.of(place.document.text)
    case = _case_of(normalize(written).text)
    for aspect, label, value in found:
        if aspect is None and heading is not None:
            is_excluded = _STARTS_EXCLUSION.search(written) or shuts_out(normalize(label).text)
            yield from _facts(place, "excluded" if is_excluded else heading, line, value, case or label)
        elif aspect is not None:
            yield from _facts(place, aspect, line, value, case)
    if not found and heading is not None and _SHOWS_SOMETHING.search(written):
        is_excluded = _STARTS_EXCLUSION.search(written) or shuts_out(normalize(written).text)
        yield from _facts(place, "excluded" if is_excluded else heading, line, line, case)


def _of_table(place: _Place, heading: Aspect | None) -> Iterator[Fact]:
    table = table_of(place.document.text, place.block.span)
    for row in table.rows if table else ():
        first = row.cells[0] if row.cells else None
        if first is None:
            continue
        of_row = aspect_of_label(first.text)
        for cell in row.cells[1:]:
            aspect = aspect_of_label(cell.label) or of_row
            if aspect is None and heading in {"rate", "ceiling", "period"}:
                aspect = heading
            if aspect is None or not cell.text:
                continue
            subject = cell.label if of_row is not None and aspect_of_label(cell.label) is None else first.text
            yield from _facts(place, aspect, row.span, cell.span, subject or None)


def _case_of(line: str) -> str | None:
    """The case a line is of: 【施設型】, 通常枠：."""
    match = _CASE.match(line)
    return next((name for name in match.groups() if name and aspect_of_label(name) is None), None) if match else None


def _facts(place: _Place, aspect: Aspect, quote: Span, value: Span, subject: str | None) -> Iterator[Fact]:
    """The fact of one value, typed as its aspect asks; a rate or an amount that stands beside another gives one each."""
    text = place.document.text
    fact = Fact(
        "eligibility", place.document.path, quote.start, quote.end, quote.of(text), value.of(text), place.program,
        section=place.block.heading_path, aspect=aspect, subject=subject,
        confidence="high" if place.program else "medium",
    )  # fmt: skip
    written = value.of(text)
    if aspect in {"rate", "ceiling", "floor"}:
        typed = list(_typed(fact, aspect, written))
        if typed or aspect != "rate" or not _FIXED.search(normalize(written).text):
            yield from typed
            return
    if aspect == "period":
        ends = find_times(written, place.document.metadata.date)
        if ends or _WITHIN_DAYS.search(normalize(written).text):
            yield replace(fact, date=_iso(ends[-1]) if ends else None)
        return
    yield fact


def _typed(fact: Fact, aspect: Aspect, written: str) -> Iterator[Fact]:
    """Rates of a rate, amounts of a ceiling or floor; an amount behind a rate is its ceiling."""
    for rate in find_quantities(written) if aspect == "rate" else ():
        if rate.unit == _RATE_UNIT:
            yield replace(fact, printed=rate.printed, value=str(rate.value), qualifier=rate.qualifier)
    for amount in find_amounts(written):
        if amount.qualifier == "未満" and "端数" in written:
            continue
        bounds = aspect != "rate" or amount.qualifier in {"上限", "以内", "最大"}
        if bounds:
            kind: Aspect = "ceiling" if aspect == "rate" else aspect
            yield replace(fact, aspect=kind, printed=amount.printed, amount_yen=amount.yen, qualifier=amount.qualifier)


def _iso(time: TimeMention) -> str:
    """The end of a time, as exactly as it was said."""
    last: date = time.last
    if time.precision in {"day", "range"}:
        return last.isoformat()
    return last.isoformat()[: 7 if time.precision == "month" else 4 if time.precision == "year" else 10]
