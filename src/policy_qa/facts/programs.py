"""The programmes a document names: headings, list items and budget lines that are a programme's name.

Owns what counts as a programme's name. Invariant: a name is a noun phrase that ends as programmes do (交付金, 事業, 制度 …); a
sentence that speaks of one is not a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.vocabulary import LABEL_LINE, OFFICE_ENDING, PROGRAM_ENDING
from policy_qa.types import Document, Fact

_LONGEST_NAME = 60
_MARK = re.compile(
    r"^(?:[#\-*+○●◯◎・•■□◆◇▼▽▶※\s]|[(（]?[0-9]{1,2}[)）.．、]|[①-⑳]|[ア-ン][.．、]|第[0-9]+(?=\s))+"
)
_BRACKETS = re.compile(r"^[【《«≪〈＜<［\[](.+?)[】》»≫〉＞>］\]]$")
_QUOTED = re.compile(r"[「『](.+?)[」』]")
_TAIL = re.compile(r"\s*(?:[（(＜<〈【〔\[][^（）()]*[）)＞>〉】〕\]]\s*|等|ほか|など|の創設|の新設|の概要|の展開|の推進|の実施|について|[:：])+$")
_SENTENCE = re.compile(r"[。、．]|(?:する|した|れる|いる|ある|ため|おいて|として)(?!の)|[をはがも](?![ぁ-ん]*[くみりちえ])")


def program_facts(document: Document) -> Iterator[Fact]:
    """Every place where a heading or a list item is a programme's name; a name once for each place."""
    for block in document.blocks:
        if block.kind not in {"heading", "item", "paragraph"}:
            continue
        quote = block.span.of(document.text)
        if "\n" in quote:
            continue
        name = program_name(quote)
        if name is not None:
            section = (*block.heading_path, name) if block.kind == "heading" else block.heading_path
            yield Fact("program", document.path, block.span.start, block.span.end, quote, quote, name, section=section)


def program_name(line: str) -> str | None:
    """The programme a line names and does nothing else: without mark, brackets, office and amount; else ``None``."""
    name = clean_name(line)
    if not 4 <= len(name) <= _LONGEST_NAME or _SENTENCE.search(name):
        return None
    if LABEL_LINE.fullmatch(name) or PROGRAM_ENDING.fullmatch(name):
        return None
    return name if PROGRAM_ENDING.search(name) else None


def clean_name(text: str) -> str:
    """``text`` as a name: normalised, without list mark, enclosing brackets, emphasis, amount, office or 「の創設」 behind it."""
    name = _MARK.sub("", normalize(text.replace("**", "")).text.strip()).strip()
    enclosing = _BRACKETS.match(name)
    if enclosing:
        name = enclosing[1].strip()
    quoted = _QUOTED.fullmatch(name)
    if quoted:
        name = quoted[1]
    name = re.sub(r"[\s（(]*(?:約|計)?[▲△]?[0-9][0-9,.]*(?:兆|億|万|千|百)*円.*$", "", name)
    while (shorter := _TAIL.sub("", name).strip()) != name:
        name = shorter
    return name.strip(" 　:：・")


def is_program_like(title: str) -> bool:
    """Whether a heading names a programme (…事業) or carries the office in charge behind it (…（内閣府○○室））."""
    office = re.search(r"[（(]([^（）()]{2,40})[）)]$", title)
    if office and OFFICE_ENDING.search(office[1]):
        return True
    return bool(PROGRAM_ENDING.search(clean_name(title)))

