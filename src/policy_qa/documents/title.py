"""The title of a document that nobody has given one: what stands at its top.

Owns the reading of title lines. Invariant: a title is put together from the document's own first lines; a date, an office, a note or a
sentence is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.vocabulary import OFFICE_ENDING
from policy_qa.types import Block

_LOOKED_AT = 6
_LONGEST = 80
_DATE_OR_NUMBER = re.compile(
    r"(?:(?:令和|平成|昭和)[0-9元]+年|[0-9]{4}年|[0-9]{1,2}月)[0-9年月日度]*(?:現在|版|公表)?|第?[0-9\-.]+号?|.{0,12}[発第][0-9]+(?:第[0-9]+)?号"
)
_FISCAL_YEAR = re.compile(r"(?:令和|平成)[0-9元]+年度|[0-9]{4}年度")
_NOT_A_TITLE = re.compile(
    r"[。]|^[※>|]|^https?:|^(?:目次|資料[0-9]*|別紙[0-9]*|参考|案|\(案\)|報道発表.*|Press Release)$"
)


def title_of(text: str, blocks: Sequence[Block]) -> str | None:
    """The title from the first heading or the first lines, up to two that belong together; ``None`` when none reads as one."""
    for block in blocks[:_LOOKED_AT]:
        if block.kind not in {"heading", "paragraph"}:
            continue
        lines = [_clean(line) for line in block.span.of(text).split("\n")[:4]]
        kept = []
        if len(lines) > 1 and _FISCAL_YEAR.fullmatch(lines[0]):
            kept.append(lines.pop(0))  # 「令和8年度」 on a line of its own belongs to the title below it
        for line in lines[:2]:
            if not line or _NOT_A_TITLE.search(line) or _DATE_OR_NUMBER.fullmatch(line) or _is_office(line):
                break
            kept.append(line)
        if kept and not _FISCAL_YEAR.fullmatch(kept[-1]) and len(" ".join(kept)) <= _LONGEST:
            return " ".join(kept)
    return None


def _clean(line: str) -> str:
    return re.sub(r"^#+\s*|\*\*|<!--.*?-->", "", normalize(line.strip()).text).strip(" 　=-")


def _is_office(line: str) -> bool:
    return all(OFFICE_ENDING.search(part) for part in re.split(r"[\s・]+", line) if part)
