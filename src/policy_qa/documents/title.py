"""The title of a document that nobody has given one: what stands at its top.

Owns the reading of title lines. Invariant: a title is put together from the document's own first lines; a date, an office, a note or a
sentence is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.vocabulary import OFFICE_ENDING
from policy_qa.types import Block

_LOOKED_AT = 6
_LONGEST = 80
_DATE_OR_NUMBER = re.compile(
    r"(?:明治|大正|昭和|平成|令和)[0-9元〇一二三四五六七八九十]+年(?:憲法|[^\s年]{0,12}(?:法律|令|規則|条例|告示|訓令)(?:第[0-9〇一二三四五六七八九十百千]+号)?)"
    r"|(?:(?:令和|平成|昭和)[0-9元]+年|[0-9]{4}年|[0-9]{1,2}月)[0-9年月日度]*(?:現在|版|公表)?|第?[0-9\-.]+号?|.{0,12}[発第][0-9]+(?:第[0-9]+)?号"
)
_FISCAL_YEAR = re.compile(r"(?:令和|平成)[0-9元]+年度|[0-9]{4}年度")
_NOT_A_TITLE = re.compile(
    r"[。]|^[※>|]|^https?:|^(?:目次|資料[0-9]*|別紙[0-9]*|参考|案|\(案\)|報道発表.*|Press Release)$"
)
# A title set on two lines breaks before the noun it is about: «政府情報システムに係る / IT資産管理の必要性について».
_GOES_ON = re.compile(
    r"(?:に係る|に関する|に向けた|に基づく|による|における|ための|可能な|の|及び|並びに|と|、|・|～|－)$"
)
# Collections of rules mark the name of each: 「○みどり町空き家改修補助金交付要綱」.
_RULE = re.compile(r"[○◯〇]\s*[^。\n]{4,70}(?:条例|規則|要綱|要領|規程|規約|細則|基準|告示|訓令|指針)")
_ONLY_A_PART = re.compile(r"(?:付録|附録|別冊|別添|本編|概要版?|資料編)[0-9]*")


def title_of(text: str, blocks: Sequence[Block]) -> str | None:
    """The title from the first heading or the first lines, up to two that belong together; ``None`` when none reads as one."""
    for number, block in enumerate(blocks[:_LOOKED_AT]):
        kept = _title_lines(text, block)
        if not kept or _FISCAL_YEAR.fullmatch(kept[-1]):
            continue
        below = _title_lines(text, blocks[number + 1]) if number + 1 < len(blocks) else []
        if _GOES_ON.search(kept[-1]) or _ONLY_A_PART.fullmatch(kept[-1]):
            kept += below
        title = kept[0]
        for before, line in pairwise(kept):
            title += line if _GOES_ON.search(before) else f" {line}"
        if len(title) <= _LONGEST:
            return title
    return None


def _title_lines(text: str, block: Block) -> list[str]:
    """The lines of a block that read as a title: up to two, and a fiscal year on a line of its own above them."""
    is_rule = block.kind == "item" and bool(_RULE.fullmatch(block.span.of(text).strip().split("\n")[0].strip()))
    if block.kind not in {"heading", "paragraph"} and not is_rule:
        return []
    lines = [_clean(line) for line in block.span.of(text).split("\n")[:4]]
    kept = []
    if len(lines) > 1 and _DATE_OR_NUMBER.fullmatch(lines[0]):
        del lines[0]  # 「昭和二十一年憲法」 over 「日本国憲法」
    if len(lines) > 1 and _FISCAL_YEAR.fullmatch(lines[0]):
        kept.append(lines.pop(0))  # 「令和8年度」 on a line of its own belongs to the title below it
    for line in lines[:2]:
        is_date = _DATE_OR_NUMBER.fullmatch(
            line.strip("()（）")
        )  # 「（令和5年3月27日規則第11号）」 below the name of a rule
        if not line or _NOT_A_TITLE.search(line) or is_date or is_office(line):
            break
        kept.append(line)
    return kept


def _clean(line: str) -> str:
    return re.sub(r"^[○◯〇]\s*|^#+\s*|\*\*|<!--.*?-->", "", normalize(line.strip()).text).strip(" 　=-")


def is_office(line: str) -> bool:
    """Whether a line names an office, or several, and nothing else: it says who speaks, and heads nothing."""
    return all(OFFICE_ENDING.search(part) for part in re.split(r"[\s・]+", line) if part)
