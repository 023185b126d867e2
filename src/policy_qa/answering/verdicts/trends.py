"""Whether a figure of a table rose or fell between two years.

Owns the comparison of two cells of one row. Invariant: both cells stand under headers that name the compared years, and hold one figure of
one unit each.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from policy_qa.answering.passages.passages import Passage
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.numerals import parse_number
from policy_qa.retrieval.question import Question
from policy_qa.tables import BARE_FIGURE, Cell

_ROSE = re.compile(r"増え|増加|上が|上昇|伸び|高くな|多くな|改善")
_FELL = re.compile(r"減っ|減り|減少|下が|低下|落ち|少なくな|悪化")
_TARGET = re.compile(r"目標|計画|見込|予測|推計")


def rose(question: Question, passage: Passage) -> bool | None:
    """Whether what the question says of the direction is so; ``None`` where it says none or the row does not tell."""
    text = normalize(question.text).text
    up, down = _ROSE.search(text), _FELL.search(text)
    if bool(up) == bool(down) or not passage.cells:
        return None
    years = sorted({year for time in find_times(text) for year in (time.fiscal_years or (time.first.year,))})
    cells = [cell for cell in passage.cells if not _TARGET.search(cell.label)]
    pair = [_cell_of(year, cells) for year in years[-2:]]
    if len(pair) < 2 or pair[0] is None or pair[1] is None:
        return None
    before, after = _figure(pair[0]), _figure(pair[1])
    if before is None or after is None:
        return None
    return after > before if up else after < before


def _cell_of(year: int, cells: Sequence[Cell]) -> Cell | None:
    under = [
        cell
        for cell in cells
        if year in {named for time in find_times(cell.label) for named in (time.fiscal_years or (time.first.year,))}
    ]
    return under[0] if len(under) == 1 else None


def _figure(cell: Cell) -> Decimal | None:
    numbers = BARE_FIGURE.findall(cell.text)
    if len(numbers) != 1:
        return None
    value = parse_number(numbers[0].lstrip("▲△−-"))
    return -value if value is not None and numbers[0][0] in "▲△−-" else value
