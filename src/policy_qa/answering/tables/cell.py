"""The one figure of a table whose row and column a question names: 「山手線の令和６年度の利用者数は」, 「北浜線の収支率は」.

Owns the lookup of a cell by both its names. Invariant: the row is called by its whole name in the question, or is the only one with a figure in the
asked column; the column is the only one of the asked year and measure; and what the question asks for is what the table counts. Where one of
these is not so, no cell is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.answering.passages.answer_types import values
from policy_qa.answering.tables.asked import OF_CHANGE, row_named
from policy_qa.answering.tables.timed import bare_label, years_asked, years_at, years_of
from policy_qa.answering.tables.view import TableFigure, TableView
from policy_qa.facts.targets.tables import kind_of
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import fold
from policy_qa.retrieval.question import Question

RATES = frozenset({"%", "％", "割合"})
_TYPES = frozenset({"money", "quantity", "rate", "frequency", "text"})
# What a table of figures has columns of, as the last noun before は asks for it.
MEASURED = re.compile(
    r"(?:[率数額量費比値度高員者客計績]|面積|人口|実績|見込み?|残高|単価|料|時間|距離|点|定員|シェア|割合|収支|予算|決算|売上|利益|目標)(?:は|を|って|が?[?。]|$)"
)
_ASKED_PER_CENT = re.compile(r"何[%％割]|パーセント|[率比]は|割合は|構成比|達成度")


def cell_asked(question: Question, text: str, view: TableView) -> TableFigure | None:
    """The figure in the cell that a normalised question names; ``None`` where its words do not tell one cell alone."""
    if question.asks not in _TYPES or (question.asks == "text" and not MEASURED.search(text)):
        return None
    columns = _columns(question, text, view)
    row = row_named(text, view)
    if row is None and len(columns) == 1 and question.fiscal_years:
        filled = [index for index in range(len(view.names)) if (index, columns[0]) in view.cells]
        row = filled[0] if len(filled) == 1 else None
    if row is None and columns:
        wanted = "現状値" if re.search("実績|現状|基準", text) else "目標値" if re.search("目標|見込", text) else None
        alike = [index for index, name in enumerate(view.names) if wanted and kind_of(name) == wanted]
        row = alike[0] if len(alike) == 1 else None
    if row is None:
        return None
    found = [view.cells[row, column] for column in columns if (row, column) in view.cells]
    found = [figure for figure in found if _is_of_type(figure, question, text, view)]
    return found[0] if len(found) == 1 else None


def _columns(question: Question, text: str, view: TableView) -> list[int]:
    """The columns of the asked years that the question names best; all of those years where it names none."""
    columns = sorted({column for _, column in view.cells if not OF_CHANGE.search(view.table.labels[column])})
    asked = set(years_asked(question, text))
    dated = {column: set(years_of(view.table.labels[column])) for column in columns}
    own_years = any(figure.years for figure in view.cells.values())
    if asked and any(dated.values()):
        of_year = [column for column in columns if dated[column] and dated[column] <= asked]
        undated = [column for column in columns if not dated[column] and _names(column, text, view)]
        columns = of_year or (undated if asked <= _years_over(view) else [])
    elif asked and own_years:
        columns = [
            c for c in columns if any(set(years_at(f, view)) <= asked for f in view.cells.values() if f.column == c)
        ]
    elif asked and not asked <= _years_over(view) and not any(find_times(name) for name in view.names):
        return []
    scores = {column: _names(column, text, view) for column in columns}
    best = max(scores.values(), default=0)
    if not best:
        timed = [column for column in columns if dated[column]]
        plain = [column for column in timed if not bare_label(view.table.labels[column])]
        if asked:
            return plain or (timed if len(timed) == 1 else [])
        return columns if len(columns) == 1 or question.asks in {"money", "rate"} else []
    return [column for column in columns if scores[column] == best]


def _years_over(view: TableView) -> set[int]:
    """The years that stand over a table: in its caption, else in the nearest heading or the title that names any."""
    over = (view.above, *reversed(view.block.heading_path), view.document.metadata.title)
    named = (
        {year for time in find_times(title) for year in (time.fiscal_years or (time.first.year,))} for title in over
    )
    return next((years for years in named if years), set())


def _names(column: int, text: str, view: TableView) -> int:
    """How many characters of a column's label, beside years and units, the question says; 0 unless it says one whole word of it."""
    parts = bare_label(view.table.labels[column]).split()
    return sum(len(part) for part in parts if len(part) > 1 and fold(part) in fold(text))


def _is_of_type(figure: TableFigure, question: Question, text: str, view: TableView) -> bool:
    is_rate = figure.unit in RATES or bool(re.search(r"率|比|割合|[%％]", view.table.labels[figure.column]))
    if question.asks == "money":
        return figure.unit == "円"
    if question.asks == "rate":
        return is_rate
    if question.asks == "text":
        named = bool(_names(figure.column, text, view))
        return named or is_rate == bool(_ASKED_PER_CENT.search(text))
    asked: Sequence[object] = values("quantity", text.replace("回数", ""), figure.shown)
    return not is_rate and figure.unit != "円" and (bool(asked) or not figure.unit)
