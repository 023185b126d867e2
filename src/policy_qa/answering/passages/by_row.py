"""One column of a table, row by row: 「分団ごとの車両」, 「地区別の利用者数」.

Owns such lists. Invariant: the table's rows are called what the question goes through and a column is called what it asks; every row that has the cell is given.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.answering.draft import Draft, Evidence, Statement
from policy_qa.answering.library import Library
from policy_qa.answering.passages.passages import plain
from policy_qa.answering.passages.relevance import Fit
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.retrieval.question import Question
from policy_qa.row_names import name_column_of
from policy_qa.tables import Row, table_of

_CONSIDERED = 20
_MOST = 40
_EACH = re.compile(
    r"(?P<each>[一-鿿ァ-ヴー]{1,10}?)(?:ごと|毎|別|それぞれ)の(?P<what>[一-鿿ァ-ヴー]{2,12})(?:は|を|が|について|[?？。]|$)"
)
_BRACKETED = re.compile(r"[(（][^()（）]*[)）]")


def by_row(question: Question, fits: Sequence[Fit], library: Library) -> Draft | None:
    """What a question asks of each row, out of the first table found that has that column; ``None`` where none has."""
    asked = _EACH.search(normalize(question.search_text).text)
    if asked is None or question.is_check or question.operation is not None:
        return None
    for fit in fits[:_CONSIDERED]:
        passage = fit.passage
        document = library.document(passage.path)
        table = table_of(document.text, passage.block.span) if passage.cells else None
        if table is None or not table.labels:
            continue
        named = name_column_of(table)
        if not _called(table.labels[named], asked["each"]):
            continue
        column = next((label for label in table.labels if _called(label, asked["what"])), None)
        rows = [row for row in table.rows if named < len(row.cells) and column is not None and _cell(row, column)]
        if len(rows) > 1 and column is not None:
            items = [f"{plain(row.cells[named].text)}：{plain(_cell(row, column))}" for row in rows[:_MOST]]
            span = passage.block.span
            place = Evidence(
                passage.path, span.start, span.end, span.of(document.text), passage.section, passage.block.page
            )
            listed = "".join(f"\n・{item}" for item in items)
            head = f"{passage.section[-1]}：" if passage.section else ""
            statement = Statement(f"{head}{listed}", (place,))
            return Draft(
                "answered", (statement,), None, assumptions=question.assumptions, confidence="medium", is_list=True
            )
    return None


def _called(label: str, name: str) -> bool:
    """Whether a column is called by a name, its last word at least: 車両 for 「配備車両」."""
    own = fold(_BRACKETED.sub("", label))
    return bool(own) and (own.endswith(fold(name)) or fold(name).endswith(own))


def _cell(row: Row, label: str) -> str:
    return next((cell.text for cell in row.cells if cell.label == label), "")
