"""Whose figures a budget line gives: the name in its label, or the heading it stands under.

Owns the separation of a programme's name from the year, stage and kind of figure written around it. Invariant: a name is a noun
phrase; a sentence, a label, a source of funds or a comparison names nothing.
"""

from __future__ import annotations

import re

from policy_qa.facts.programs import clean_name, is_program_like
from policy_qa.japanese.vocabulary import LABEL_LINE
from policy_qa.types import Block

_OF_A_BUDGET = re.compile(
    r"[\s　]*(?:(?:概算要求|当初予算|補正予算|予算)(?:額|案)?(?:\(案\))?の?)(?:概要|ポイント|総括表?|骨子|全体像|主要事項|全体)$"
)
_BUDGET_WORDS = re.compile(
    r"(?:令和|平成|昭和|FY)?[0-9元〇一二三四五六七八九十]+年度?|[RHrh][0-9]{1,2}(?![0-9])|年度|一般会計|特別会計|政府|国費|事業費|概算|決定|要求|要望|当初|補正|第[0-9]+[次号]|"
    r"予算|決算|執行|見込|総額|金額|合計|小計|総計|計|額|案|円|千|百万|億|約|[（）()\[\]【】:：・\s,、/\-＝=]"
)
_TOTAL = re.compile(r"(?:合計|総額|小計|総計|^計$|計$|規模$|予算$|予算案$|予算\(案\)$|全体)")
_SUM = re.compile(r"^(?:合|小|総)?計")
_COMPARED = re.compile(r"対?前年度?|増減|差引|伸び|対予算|比較")
_YEAR = r"(?:(?:令和|平成|昭和)[0-9元〇一二三四五六七八九十]+年度|[0-9]{4}年度|(?<![A-Za-z0-9])[RH][0-9]{1,2}(?:年度)?)"
_STAGE_WORDS = r"(?:当初|補正|概算|要求|決算|決定|予算|額|案|[（(](?:案|第[0-9]+[号次])[)）])+"
_LONGEST_NAME = 60


def is_total(name: str) -> bool:
    """Whether a name is that of a sum over several programmes."""
    return bool(_TOTAL.search(name))


def is_sum(label: str) -> bool:
    """Whether a label says only that its figure is a sum: 計, 合計, 小計."""
    return bool(_SUM.search(label))


def name_in(label: str) -> str | None:
    """The programme a label names; "" when it only says year, stage and 「予算額」; ``None`` when it is a sentence."""
    label = re.sub(r"^(?:答|回答|A[0-9]*)[\s:：.]+|^[→⇒]\s*", "", label.strip())
    name = clean_name(re.sub(r"[（(](?:単位[:：])?(?:千|百万|億|万)?円[）)]", "", label))
    name = re.sub(r"(?:は|が|を|に|で|として|約|:|：|、|\s)+$", "", _without_year(name))
    name = re.sub(r"の(?:当初|補正|概算|決定|要求)?予算(?:額|案)?$", "", name)
    if _COMPARED.match(name):
        return None
    name = re.sub(r"^(?:このほか|ほかに?|なお|また|および|及び)、?", "", name)
    if not _BUDGET_WORDS.sub("", name):
        return ""
    name = (
        re.sub(r"(?:の)?(?:(?:当初|補正|概算|決定|要求)?予算)?(?:額|案)?(?:は|として|に|が|を|:|：|約|、)*$", "", name)
        if re.search(r"(?:は|として|に|が|を|額|、)$", name)
        else name
    )
    if LABEL_LINE.fullmatch(name) or re.search(r"対象(?:と|経費|事業|者)|残高", name):
        return None
    if not 2 <= len(name) <= _LONGEST_NAME or "。" in name or re.search(r"(?:する|した|れる|および|ことで)$", name):
        return None
    return name


def owner_of(block: Block, own_program: str | None) -> tuple[str | None, bool]:
    """Whom a figure without a name of its own belongs to, and whether that is a total.

    The innermost heading that names a programme, else the innermost that is more than a label, taken as a total when the figure
    stands alone below it. ``own_program`` is the programme the whole document is about: figures under nothing but labels are its own.
    """
    titles = [title for title in reversed(block.heading_path) if not LABEL_LINE.fullmatch(clean_name(title))]
    for title in titles:
        if is_program_like(title):
            return clean_name(title), False
        if re.search("予算|要求", title):
            break
    for title in titles:
        name = _without_year(clean_name(title))
        if re.fullmatch(r"[0-9.\s]*", name):
            continue
        if not _BUDGET_WORDS.sub("", name):
            return None, True
        if own_program:
            return own_program, False
        whole = _OF_A_BUDGET.sub("", name).strip()
        return whole or None, bool(_TOTAL.search(name)) or block.kind != "item" or whole != name
    return own_program, own_program is None


def _without_year(name: str) -> str:
    """A label without the year and stage in front of the name (令和8年度当初予算の…) or behind it (… R8当初)."""
    name = re.sub(
        rf"^{_YEAR}\s*の?(?:{_STAGE_WORDS}(?:の|においては?、?|により、?|では、?|は、?|に、?|で、?))?", "", name
    )
    return re.sub(rf"[\s:：]*{_YEAR}\s*(?:{_STAGE_WORDS})?$", "", name).strip()
