"""The programmes a document names: headings, list items and budget lines that are a programme's name.

Owns what counts as a programme's name. Invariant: a name is a noun phrase that ends as programmes do (交付金, 事業, 制度 …); a
sentence that speaks of one is not a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from policy_qa.japanese.normalize import fold, normalize
from policy_qa.japanese.tokens import analyze
from policy_qa.japanese.vocabulary import LABEL_LINE, OFFICE_ENDING, PROGRAM_ENDING, PROGRAM_ENDINGS
from policy_qa.types import Document, Fact, Span

_LONGEST_NAME = 60
_TITLE_BLOCKS = 8
_ITEM_LABEL = re.compile(r"^(?:事項|事業名|施策名|制度名|名称|補助金名)\s*[:：]\s*")
_MARK = re.compile(
    r"^(?:[#\-*+○●◯◎・•■□◆◇▼▽▶※\s]|[0-9]{1,2}(?:-[0-9]{1,2})?[\s　]+(?=[^\s0-9])|[(（]?[0-9]{1,2}[)）.．、]|[①-⑳]|[ア-ン](?:[.．、]|[\s　]+(?=\S))|[A-ZＡ-Ｚ][.．][\s　]+(?=[^\sA-Za-z])|第[0-9]+(?=\s)"
    r"|[【〔\[（(](?:新|拡|継|新規|拡充|継続|重点|再掲|参考|廃止|組替|一部(?:新規|拡充|廃止))[】〕\]）)])+"
)
_LINE = 200  # what is longer is no heading, and asked for once
_BRACKETS = re.compile(r"^[【《«≪〈＜<［\[](.+?)[】》»≫〉＞>］\]]$")
_QUOTED = re.compile(r"[「『](.+?)[」』]")
_TAIL = re.compile(
    r"\s*(?:[（(＜<〈【〔\[][^（）()]*[）)＞>〉】〕\]]\s*|等|ほか|など|の創設|の新設|の概要|の展開|の推進|の実施|について|[:：])+$"
)
_AMOUNT_BEHIND = re.compile(r"[\s（(]*(?:約|計)?[▲△]?[0-9][0-9,.]*(?:兆|億|万|千|百)*円.*$")
_SENTENCE = re.compile(r"[。、．]|(?:する|した|れる|いる|ある|ため|おいて|として)(?!の)")
# What only says which of a budget's programmes are meant: a heading over them, no name of one.
KIND_ALONE = re.compile(
    r"(?:(?:別紙|別表|別添|参考|資料)[0-9]*\s*)?(?:(?:主要|主な|重点|新規|継続|拡充|既存|個別|関連|計画|対象|総|全体|年度別|その他)(?:の|な)?)*(?:事業費?|施策|制度|経費)(?:等|一覧|の?内訳)?"
)
_OF_MANY = re.compile(r"主な|主要(?:な|事業|施策|経費)|その他の|対象となる|今後の")
_LIST_OF_MANY = re.compile(r"の(?:主な|主要な?)(?:事業|施策|経費)$")  # 令和７年度９月補正予算の主な事業
_PARTICLES = frozenset("をはがも")  # as words of their own: こども, がん and かすみがうら are none


def program_facts(document: Document) -> Iterator[Fact]:
    """Every place where a heading or a list item is a programme's name; a name once for each place."""
    own = program_of_title(document.metadata.title)
    title = _place_of_title(document, own) if own else None
    if own is not None and title is not None:
        quote = title.of(document.text)
        yield Fact("program", document.path, title.start, title.end, quote, quote, own)
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


def _place_of_title(document: Document, name: str) -> Span | None:
    """The line near the top of the document that has its programme's name."""
    wanted = fold(name)
    for block in document.blocks[:_TITLE_BLOCKS]:
        start = block.span.start
        for line in block.span.of(document.text).split("\n"):
            if wanted in fold(line):
                return Span(start, start + len(line))
            start += len(line) + 1
    return None


def program_of_title(title: str) -> str | None:
    """The programme a document's title names, when the whole document is about one: 公募要領, 交付要綱, 概要 and the year left out."""
    name = normalize(title).text.strip()
    name = re.sub(r"^(?:(?:令和|平成)[0-9元]+年度|[0-9]{4}年度)\s*の?", "", name)
    name = re.sub(
        r"[\s]*(?:に(?:係る|関する))?(?:の)?(?:公募要領|募集要領|募集要項|応募要領|交付要綱|交付規則|交付規程|実施要綱|実施要領|補助金要綱|要綱|要領|公募|募集|の?概要|について|よくある(?:ご)?質問|質疑応答集?|FAQ|の?ポイント|Q&A集?|(?:申請の|利用の|事務の)?(?:手引き?|てびき)|(?:申請|募集|利用)?のご?案内|(?:募集|申請|利用)?案内|の?しおり|ガイド(?:ブック)?|(?:事務)?取扱要領|概要版|パンフレット|リーフレット|チラシ)(?:[（(].*)?$",
        "",
        name,
    )
    pieces = [name, *reversed(name.split())]  # 「○○県 △△補助金」: the office's name in front is not the programme's
    return next((found for piece in pieces if " " not in piece and (found := program_name(piece))), None)


def program_name(line: str) -> str | None:
    """The programme a line names and does nothing else: without mark, brackets, office and amount; else ``None``."""
    return _kept_program_name(line) if len(line) <= _LINE else _program_name(line)


@lru_cache(maxsize=4096)
def _kept_program_name(line: str) -> str | None:
    return _program_name(line)


def _program_name(line: str) -> str | None:
    written = _written(line)
    if not any(ending in written for ending in PROGRAM_ENDINGS):
        return None
    name = clean_name(line)
    if not 4 <= len(name) <= _LONGEST_NAME or not PROGRAM_ENDING.search(name) or _SENTENCE.search(name):
        return None
    if (
        _OF_MANY.match(name)
        or LABEL_LINE.fullmatch(name)
        or PROGRAM_ENDING.fullmatch(name)
        or KIND_ALONE.fullmatch(name)
    ):
        return None
    return (
        None
        if any(token.surface in _PARTICLES and token.part_of_speech.startswith("助詞") for token in analyze(name))
        else name
    )


def clean_name(text: str) -> str:
    """``text`` as a name: normalised, without list mark, enclosing brackets, emphasis, amount, office or 「の創設」 behind it.

    Those of lines are kept for a while: every block asks for the headings over it again.
    """
    return _kept_name(text) if len(text) <= _LINE else _clean_name(text)


@lru_cache(maxsize=8192)
def _kept_name(line: str) -> str:
    return _clean_name(line)


def _written(text: str) -> str:
    return normalize(text.replace("**", "")).text


def _clean_name(text: str) -> str:
    name = _MARK.sub("", _written(text).strip()).strip()
    name = _ITEM_LABEL.sub("", name)
    enclosing = _BRACKETS.match(name)
    if enclosing:
        name = enclosing[1].strip()
    quoted = _QUOTED.fullmatch(name)
    if quoted:
        name = quoted[1]
    name = _AMOUNT_BEHIND.sub("", name) if "円" in name else name
    while (shorter := _TAIL.sub("", name).strip()) != name:
        name = shorter
    return name.strip(" 　:：・")


@lru_cache(maxsize=4096)
def is_program_like(title: str) -> bool:
    """Whether a heading names a programme (…事業) or carries the office in charge behind it (…（内閣府○○室））."""
    office = re.search(r"[（(]([^（）()]{2,40})[）)]$", title)
    if office and OFFICE_ENDING.search(office[1]):
        return True
    name = clean_name(title)
    return bool(PROGRAM_ENDING.search(name)) and not (
        KIND_ALONE.fullmatch(name) or _OF_MANY.match(name) or _LIST_OF_MANY.search(name)
    )
