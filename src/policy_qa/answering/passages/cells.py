"""The cell of a table row that a question asks for.

Owns the choice of the column. Invariant: a cell is given only when its header, or its being the only value of its row, says that it is
what is asked for; where two columns fit alike, none is.
"""

from __future__ import annotations

import re

from policy_qa.answering.passages.answer_types import Value
from policy_qa.answering.passages.passages import Passage
from policy_qa.japanese.amounts import find_amounts
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.tokens import term_set
from policy_qa.retrieval.attributes import attribute
from policy_qa.retrieval.question import Question
from policy_qa.tables import Cell, unit_of

_BARE = re.compile(r"[▲△\-−+]?[0-9][0-9,]*(?:\.[0-9]+)?[^0-9%]*")
_COUNTER = re.compile(r"何(?P<unit>件|人|社|台|戸|世帯|回|校|施設|団体|路線|地区|か所)")
_OTHER_UNIT = re.compile(r"[0-9][0-9,.]*(?:[兆億万千百]*円|[%％]|人|名|件|回|社|台|戸|世帯|校|年|か月|日|時間|トン|kg)")
_MONEY = re.compile(r"額|円|予算|決算|費|当初|補正|要求")
_RATE = re.compile(r"率|割合|比|シェア|[%％]")
_BOUNDED = re.compile(r"円(?:以上|以下|未満|超|を超え)|世帯$")
_DASH = re.compile(r"[-−－―—–ー]+")
_IS_TIME = re.compile(r"[0-9](?:時|分(?!の)|日|年|円|か月)")
_SHARE = re.compile(r"[0-9]+(?:分の[0-9]|/[0-9]|\.?[0-9]*[%％割倍])")
_BODY = re.compile(
    r"(?:者|主体|先|窓口|会社|機関|団体|[部課室局係]|部署|部局|事務局|省庁|長|委員|主催|共催|後援|協力|名|組織|人)[)）]?$|担当|所管|問い?合わ?せ"
)
_NO_BODY = re.compile(r"(?:日|時間|時期|期間|期限|額|費|料金?|運賃|率|数|方法|内容|予約|条件|要件|区域)$")
# What columns are called that hold what is asked for: where, who, which office, when.
_OF_TYPE = {
    "place": re.compile(r"場所|会場|開催地|所在地|住所|地区$|区域|エリア"),
    "person": re.compile(r"氏名|名前|講師|担当者|委員|代表者|責任者"),
    "office": re.compile(r"担当|所管|主管|[部課室局]名?$|部署|窓口|実施主体|事業主体|実施機関|問い?合わ?せ"),
    "date": re.compile(r"日時|日程|期日|時期|期限|年月日?|開始|実施日|開催日"),
}
_TYPE = 0.75
_YEAR = 2.0
_ATTRIBUTE = 1.5


def asked_cell(passage: Passage, question: Question) -> Value | None:
    """The cell of the row that the question asks for, with its place in the passage's text; ``None`` where the columns do not decide."""
    cells = [cell for cell in passage.cells[1:] if cell.text]
    if not cells or not any(cell.label for cell in cells):
        return None
    asked = term_set(question.search_text)
    fits = [_fit(cell, asked, question) for cell in cells]
    if question.asks == "money" and find_amounts(question.search_text):
        # The column that the asker's own amount lies in tells the row, and is not asked for.
        fits = [0.0 if _BOUNDED.search(cell.text) else fit for cell, fit in zip(cells, fits, strict=True)]
    if question.asks == "rate":
        name = " ".join(cell.text for cell in passage.cells if not _BARE.fullmatch(cell.text))
        fits = [fit if _is_rate(cell, passage, name) else 0.0 for cell, fit in zip(cells, fits, strict=True)]
    if question.asks == "money":  # a rate or a share is no sum, whatever its column is called
        fits = [0.0 if _is_share(cell) else fit for cell, fit in zip(cells, fits, strict=True)]
    counter = _COUNTER.search(question.search_text) if question.asks == "quantity" else None
    if counter:  # 「何件」 is no sum of money, nor people
        fits = [fit if _counts(cell, passage, counter["unit"]) else 0.0 for cell, fit in zip(cells, fits, strict=True)]
    best = max(fits)
    if best <= 0:
        is_only = len(passage.cells) == 2 and len(cells) == 1
        is_only = is_only and (counter is None or _counts(cells[0], passage, counter["unit"]))
        return _value(passage, cells[0]) if is_only and not _is_other_kind(passage, question) else None
    chosen = cells[fits.index(best)]
    is_nobody = question.asks in {"person", "office", "place"} and _DASH.fullmatch(chosen.text)
    return _value(passage, chosen) if fits.count(best) == 1 and not is_nobody else None


def _is_share(cell: Cell) -> bool:
    """Whether a cell of figures gives a part of something: 2分の1, 3/4, 50%, or a bare factor under a column of rates."""
    return not find_amounts(cell.text) and bool(
        _SHARE.match(cell.text) or (_BARE.fullmatch(cell.text) and re.search("率", cell.label))
    )


def _is_other_kind(passage: Passage, question: Question) -> bool:
    """Whether the row of a form gives no person or body where one is asked for: 運行日・時間, or what the question has no word of."""
    if question.asks not in {"person", "office"}:
        return False
    is_told = _BODY.search(passage.name) or term_set(passage.name) & term_set(question.search_text)
    is_prose = any("。" in cell.text for cell in passage.cells)
    return is_prose or bool(_NO_BODY.search(passage.name)) or not is_told


def _counts(cell: Cell, passage: Passage, unit: str) -> bool:
    """Whether a cell can be so many of a unit: it is written with it, or is a bare number that its header does not call money or a rate."""
    if not _BARE.fullmatch(cell.text):
        return unit in cell.text or not _IS_TIME.search(cell.text)  # 午前8時から（第2クラブを除く） for 何人
    if _OTHER_UNIT.fullmatch(cell.text) and unit not in cell.text:
        return False  # 6,000人 for 何回
    written = f"{cell.text}{unit_of(cell, passage.cells)}"
    return unit in written or unit in cell.label or not (_MONEY.search(cell.label) or _RATE.search(cell.label))


def _fit(cell: Cell, asked: frozenset[str], question: Question) -> float:
    """How much of the question the header over a cell says: its words, the attribute, the year; less than 0 for another year."""
    fit = float(len(asked & term_set(cell.label)))
    if question.attribute is not None:
        wanted = attribute(question.attribute)
        if wanted.asked.search(cell.label) or wanted.written.search(cell.label):
            fit += _ATTRIBUTE
    of_type = _OF_TYPE.get(question.asks)
    if of_type is not None and of_type.search(cell.label):
        fit += _TYPE
    years = {year for time in find_times(cell.label) for year in (time.fiscal_years or (time.first.year,))}
    wanted_years = set(question.fiscal_years) or {
        time.first.year for time in find_times(question.search_text) if time.precision != "day"
    }
    if years and wanted_years:
        fit += _YEAR if years & wanted_years else -_YEAR
    return fit


def _is_rate(cell: Cell, passage: Passage, name: str) -> bool:
    """Whether a cell can be a rate: no bare number is, where nothing calls its row or its column one."""
    written = f"{cell.text}{unit_of(cell, passage.cells)}"
    return not _BARE.fullmatch(written) or bool(_RATE.search(f"{cell.label} {name}"))


def _value(passage: Passage, cell: Cell) -> Value:
    start = max(0, passage.text.find(cell.text))
    return Value(f"{cell.text}{unit_of(cell, passage.cells)}", start, start + len(cell.text))
