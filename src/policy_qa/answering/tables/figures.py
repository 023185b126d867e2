"""Answers calculated over the cells of one table or list that is no budget line: looked up, compared, added up, the largest.

Owns which calculation a question wants of a table. Invariant: a cell is used only when the words of the question tell its row and its column
from the others; the answer cites the row, the header and the caption of the unit, and shows its calculation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from policy_qa.answering.budgets.subjects import source_asked
from policy_qa.answering.draft import Draft, Statement
from policy_qa.answering.library import Library
from policy_qa.answering.passages.answer_types import values
from policy_qa.answering.passages.passages import Passage
from policy_qa.answering.tables.asked import (
    TOTAL_ASKED,
    TOTAL_ROW,
    columns_asked,
    coverage,
    row_asked,
    row_named,
    rows_asked,
    total_rows,
)
from policy_qa.answering.tables.cell import RATES, cell_asked
from policy_qa.answering.tables.movers import WHICH, movers
from policy_qa.answering.tables.said import answer_from_sentences
from policy_qa.answering.tables.timed import by_years, is_other_year, now_and_named, pair_asked, years_of
from policy_qa.answering.tables.view import TableFigure, TableView, list_view_of, view_of
from policy_qa.answering.tables.wording import COUNTER, compared, divided, extreme, label_of, per_one, summed, without
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.japanese.numerals import parse_number
from policy_qa.retrieval.question import Question, operation_of

_LARGEST = re.compile(r"(?:最も|一番|いちばん)[^。]{0,8}(?:多|大き|高|かかる|掛かる|長)|最(?:多|大|高|長)")
_SMALLEST = re.compile(r"(?:最も|一番|いちばん)[^。]{0,8}(?:少|小さ|低|安|短)|最(?:少|小|低|安|短)")
_GROWTH = re.compile(r"何[%％割][^。]{0,4}(?:増|減|伸び|上が|下が)|(?:増減|伸び|増加|減少|変化)率")
_HOW_MUCH = re.compile(r"何|いくら|いくつ|どれ|どの(?:くらい|程度)|どこまで")
_ROSE = re.compile(r"増え|増や|増加|増し|上が|上げ|上昇|伸び|伸ば|高くな|多くな|延び|引き?上げ|値上げ|改善")
_FELL = re.compile(
    r"減っ|減ら|減り|減る|減少|下が|下げ|低下|落ち|少なくな|低くな|安くな|値下げ|縮|短く|短縮|引き?下げ|悪化|削減"
)
# 「値上げ分のうち」: a change that is only named.
_PART_OF_CHANGE = re.compile(r"(?:値上げ|引き?[上下]げ|増[加額]|減[少額])分(?:の)?(?:うち|内)")
_APART = re.compile(r"[上下]回|差が|差は|どれ(?:だけ|くらい)(?:の)?(?:差|違)")
# 「何路線まで増やす」 asks what it becomes, not by how much.
_TO_WHAT = re.compile(
    r"(?:何[^、。増減引上下伸高]{1,6}?|どこ|いくつ|いくら)(?:まで|[にへ])(?:増|減|引|上げ|下げ|伸ば|高め)"
)
_RATE_OF_SOME = re.compile(r"(?:採択|合格|当選|交付決定|成立|参加|受験|回答)(?:率|され(?:た|る)割合)")
# 「値上げ幅」, 「増加額」: by how much, in a noun.
_CHANGE_NAMED = re.compile(
    r"(?:値上げ|値下げ|引き?上げ|引き?下げ|上げ|下げ|増加|減少|上昇|伸び|変化)の?(?:幅|額)(?:は|を|が|って|[?。]|$)"
)
_HOW = re.compile(r"どう(?:なり|なっ|変わ|変化|推移)|どのように(?:変わ|変化|推移)")
_EACH = re.compile(rf"1?(?:{COUNTER})(?:当たり|あたり|につき)")
_FORM_WIDTH = 2
_RATIO = re.compile(r"何倍")
_EXCEPT = re.compile(r"を除[いくけ]|以外|を(?:差し)?引[いく]|の残り")
_TAKEN_FROM = re.compile(r"(?<!全体)(?<!合計)から[^、。]{2,16}を(?:差し)?引い?[いくた][^。]{0,4}差")
_RATE_OF_SPENDING = re.compile(r"執行率|消化率|執行額[^。]{0,8}何[%％割]|何[%％割][^。]{0,6}(?:使|執行)|使い切")
_BUDGET = re.compile(r"(?:歳出)?予算(?:現)?額?")
_SPENT_ROW = re.compile(r"執行(?:済)?額|支出済額|決算額")
_WHOLE_ROW = re.compile(r"(?:合)?計(?:\(.*\))?|(?:歳出)?予算現額")
_AIMED = re.compile(r"目指[しすそ]|めざ[しす]|目標")
_UNIT_OF_LABEL = re.compile(r"[(（][^()（）]*[)）]$")
# Where money comes from, as it is spoken of beside another: 「国と県のお金」.
_SOURCES = tuple(
    (spoken, re.compile(written))
    for spoken, written in (
        ("国と", r"国庫(?:支出金|補助金)?|国"), ("と国", r"国庫(?:支出金|補助金)?|国"),
        ("県と", r"県支出金|県補助金|県"), ("と県", r"県支出金|県補助金|県"),
        ("と市債", r"市債|地方債|町債|県債"), ("借金", r"市債|地方債|町債|県債"), ("一般財源", r"一般財源"),
    )
)  # fmt: skip
_NO_FIGURE = frozenset({"reason", "date", "person", "office", "place", "method", "definition", "frequency"})
_OF_ONE_CASE = frozenset({"ceiling", "floor", "unit_amount"})
_ENOUGH = 0.65
_ENOUGH_FOR_CELL = 0.9
_COUNT_OF_ALL = re.compile(
    r"(?P<count>[2-9二三四五六七八九])(?:つ|者|社|件|人|か所|事業|取組|項目|団体|地区|校|館|路線|区分|種類|類型|か年|年間?)"
)
_OVER_ROWS = frozenset({"largest", "smallest"})
_MOST_TABLES = 6
_MOST_SUMMED = 6


def answer_from_tables(question: Question, passages: Sequence[Passage], library: Library) -> Draft | None:
    """The figure that a question asks for out of a table or list, calculated where it asks for that; ``None`` where none surely has it."""
    text = normalize(question.search_text).text
    if question.is_check:
        return _trend(question, text, passages, library)
    operation = _operation(text)
    if operation is None:
        for view in _views(passages, library, with_lists=False):
            named = cell_asked(question, text, view) if coverage(text, view, library) >= _ENOUGH_FOR_CELL else None
            if named is not None:
                return _told(question, named, view)
    if operation in {None, "difference"} and WHICH.search(text):
        for view in _views(passages, library, with_lists=False):
            moved = movers(question, text, view) if coverage(text, view, library) >= _ENOUGH else None
            if moved is not None:
                return moved
    if question.asks in _NO_FIGURE and (question.asks == "reason" or operation not in {"largest", "smallest"}):
        return None
    if operation is None and _AIMED.search(text) and question.fiscal_years:
        return None  # what is aimed at stands among the targets
    if question.attribute in _OF_ONE_CASE and operation in {None, "largest", "smallest", "share"}:
        return None  # how far one case goes is a term of the programme, no figure of a table of sums
    asks_money = question.asks == "money" or "事業費" in text or bool(_RATE_OF_SPENDING.search(text))
    if operation is None and not (asks_money or _asks_figure(question)) and not _RATE_OF_SOME.search(text):
        return None
    views = [view for view in _views(passages, library, with_lists=True) if coverage(text, view, library) >= _ENOUGH]
    named_there = [view for view in views if row_named(text, view) is not None]
    for view in views:
        # Where a row has the very name that is asked, no row of another table that has words of it stands in for it.
        if not named_there or view in named_there or len(rows_asked(text, view)) > 1 or operation in _OVER_ROWS:
            draft = _answer(question, text, operation, view)
            if draft is not None:
                return draft
    kind = "share" if _RATE_OF_SOME.search(text) else operation
    return answer_from_sentences(question, text, kind, passages, library) if kind is not None else None


def _views(passages: Sequence[Passage], library: Library, *, with_lists: bool) -> Iterator[TableView]:
    """The tables among the passages, best first, then the lists of figures."""
    blocks = list(dict.fromkeys((passage.path, passage.order) for passage in passages if passage.cells))
    for path, order in blocks[:_MOST_TABLES]:
        view = view_of(library.document(path), order)
        if view is not None:
            yield view
    seen: set[tuple[str, tuple[str, ...]]] = set()
    budgeted = {(fact.path, fact.start) for fact in library.budgets} if with_lists else set()
    for passage in passages if with_lists else ():
        where = (passage.path, passage.section)
        if passage.cells or where in seen or len(seen) >= _MOST_TABLES:
            continue
        seen.add(where)
        view = list_view_of(library.document(passage.path), passage.order)
        # What the lines of a budget say is said from its facts, or not at all.
        if view is not None and not any((passage.path, row.span.start) in budgeted for row in view.table.rows):
            yield view


def _operation(text: str) -> str | None:
    text = _PART_OF_CHANGE.sub("", text)
    if _LARGEST.search(text):
        return "largest"
    if _SMALLEST.search(text):
        return "smallest"
    if _RATIO.search(text):
        return "ratio"
    if _GROWTH.search(text):
        return "growth"
    if _EXCEPT.search(text):
        return "difference" if _TAKEN_FROM.search(text) else "except"
    if _TO_WHAT.search(text):
        return None
    if _HOW.search(text):
        return "difference"
    found = "difference" if _APART.search(text) or _CHANGE_NAMED.search(text) else operation_of(text)
    if found is None and _HOW_MUCH.search(text) and (_ROSE.search(text) or _FELL.search(text)):
        return "difference"
    return found


def _answer(question: Question, text: str, operation: str | None, view: TableView) -> Draft | None:
    columns = columns_asked(question, text, view)
    if operation in {"largest", "smallest"}:
        return _extreme(question, operation, columns, view)
    if operation == "except":
        return _rest(question, text, columns, view)
    spent = _execution(question, text, view)
    if spent is not None:
        return spent
    row = row_asked(text, view)
    if row is not None and is_other_year(question, view):
        return without(question, row, view)
    if row is not None and operation in {"growth", "difference", "ratio"} and not _TAKEN_FROM.search(text):
        pair = pair_asked(question, text, row, view)
        if pair is not None:
            return compared(question, operation or "", pair, view, is_change=True)
    now = now_and_named(text, row, view) if row is not None and operation in {"growth", "difference", "ratio"} else None
    if now is not None and row is not None and columns:
        both = view.cells.get((now, columns[0])), view.cells.get((row, columns[0]))
        if both[0] is not None and both[1] is not None:
            return compared(question, operation or "", (both[0], both[1]), view, is_change=True)
    if operation == "sum" and row is not None and len(of_row := _columns_added(text, row, view)) > 1:
        return summed(question, of_row, view)
    if operation in {"sum", "difference", "ratio"} and columns:
        found = [view.cells.get((index, columns[0])) for index in rows_asked(text, view)]
        whole = [figure for figure in found if figure is not None]
        if 2 <= len(whole) == len(found) <= _MOST_SUMMED:
            if operation == "sum":
                return summed(question, whole, view)
            return compared(question, operation, (whole[1], whole[0]), view, is_change=False) if len(whole) == 2 else None  # fmt: skip
    if operation == "sum" and columns and (of_rows := _all_rows(text, columns[0], view)):
        return summed(question, of_rows, view)
    if operation == "share" and len(rows := rows_asked(text, view)) == 2 and columns:
        pair_of_rows = [view.cells.get((index, columns[0])) for index in rows]
        if pair_of_rows[0] and pair_of_rows[1] and pair_of_rows[0].fits(pair_of_rows[1]):
            part, whole_figure = sorted((pair_of_rows[0], pair_of_rows[1]), key=lambda figure: figure.value)
            return divided(question, part, whole_figure, view)
    if row is None:
        return None
    if _EACH.search(text) and (
        each := per_one(question, text, view.cells.get((row, columns[0])) if columns else None, view)
    ):
        return each
    of_years = by_years(question, text, row, view) if operation == "sum" else []
    if len(of_years) >= 2:
        return summed(question, of_years, view)
    if operation == "sum" and TOTAL_ASKED.search(text):
        operation = None  # 「全部でいくら」 of one row: what the row says
    if operation == "share" and not _RATE_OF_SPENDING.search(text):
        return _share(question, text, row, columns, view)
    figure = view.cells.get((row, columns[0])) if columns else None
    is_money = figure is not None and figure.unit == "円"
    is_form = len(view.table.labels) == _FORM_WIDTH and fold(view.names[row]) in fold(text)
    says_so = bool(view.caption or not view.table.header or question.fiscal_years or is_form)
    is_asked = figure is not None and _is_of_type(figure, question) if _asks_figure(question) else is_money
    if operation is None and figure is not None and is_asked and says_so:
        return _told(question, figure, view)
    return None


def _told(question: Question, figure: TableFigure, view: TableView) -> Draft:
    statement = Statement(f"{label_of(figure, view)}は{figure.shown}です。", view.evidence(figure))
    return Draft(
        "answered", (statement,), figure.shown, assumptions=question.assumptions, facts=view.facts(figure), confidence="medium",
    )  # fmt: skip


def _asks_figure(question: Question) -> bool:
    """Whether a question asks for a rate or a count of a year: which of a table's figures that is its column tells."""
    return question.asks in {"rate", "quantity"} and bool(question.fiscal_years) and question.attribute is None


def _is_of_type(figure: TableFigure, question: Question) -> bool:
    """Whether a figure is a rate where a rate is asked, a count where a count is, in the unit that is asked."""
    if question.asks == "rate":
        return figure.unit in RATES
    asked = values("quantity", normalize(question.search_text).text, figure.shown)
    return question.asks == "quantity" and figure.unit not in RATES and figure.unit != "円" and bool(asked)


def _columns_added(text: str, row: int, view: TableView) -> list[TableFigure]:
    """The figures of a row in the columns that a question names to be added up: 「国と県のお金を合わせると」."""
    asked = fold(text)
    found = []
    for column in view.columns():
        label = fold(_UNIT_OF_LABEL.sub("", normalize(view.table.labels[column]).text))
        if f"{label}のうち" in asked:
            continue
        called = (label, *(word for word, written in _SOURCES if written.fullmatch(label)))
        if (row, column) in view.cells and any(len(word) > 1 and word in asked for word in called):
            found.append(view.cells[row, column])
    return found if found and all(figure.fits(found[0]) for figure in found) else []


def _all_rows(text: str, column: int, view: TableView) -> list[TableFigure]:
    """The figures of a column that has no total, where a question counts as many rows as there are: 「上位3者の支出額の合計」."""
    counted = _COUNT_OF_ALL.search(text)
    own = [view.cells[row, column] for row in range(len(view.names)) if (row, column) in view.cells]
    if counted is None or total_rows(view) or int(parse_number(counted["count"]) or 0) != len(own) or len(own) < 2:
        return []
    return own if all(figure.fits(own[0]) for figure in own) and len(own) == len(view.names) else []


def _trend(question: Question, text: str, passages: Sequence[Passage], library: Library) -> Draft | None:
    """Whether the figure of a row rose or fell as the question says, with the change."""
    up, down = bool(_ROSE.search(text)), bool(_FELL.search(text))
    if up == down or question.claims:
        return None
    for view in _views(passages, library, with_lists=False):
        row = row_asked(text, view) if coverage(text, view, library) >= _ENOUGH else None
        pair = pair_asked(question, text, row, view) if row is not None else None
        if pair is not None and pair[0].fits(pair[1]):
            verdict = "はい" if (pair[1].value > pair[0].value) == up and pair[0].value != pair[1].value else "いいえ"
            return compared(question, "difference", pair, view, is_change=True, verdict=verdict)
    return None


def _execution(question: Question, text: str, view: TableView) -> Draft | None:
    """What was spent of the budget in a year, where one row of the table gives each."""
    if not _RATE_OF_SPENDING.search(text):
        return None
    row = row_asked(text, view)
    columns = {
        pattern: [c for c in view.columns() if pattern.fullmatch(view.table.labels[c])]
        for pattern in (_SPENT_ROW, _BUDGET)
    }
    if row is not None and all(len(found) == 1 for found in columns.values()):
        both = [view.cells.get((row, found[0])) for found in columns.values()]
        return divided(question, both[0], both[1], view) if both[0] and both[1] else None
    if len(question.fiscal_years) != 1:
        return None
    rows = {name: index for index, name in enumerate(view.names) if _SPENT_ROW.fullmatch(name)}
    wholes = [
        index for index, row in enumerate(view.table.rows) if any(_WHOLE_ROW.fullmatch(c.text) for c in row.cells[:2])
    ]
    if len(rows) != 1 or len(wholes) != 1:
        return None
    pair = [by_years(question, text, row, view) for row in (*rows.values(), *wholes)]
    if not all(len(found) == 1 for found in pair):
        return None
    return divided(question, pair[0][0], pair[1][0], view)


def _extreme(question: Question, operation: str, columns: Sequence[int], view: TableView) -> Draft | None:
    timed = [column for column in view.columns() if len(years_of(view.table.labels[column])) == 1]
    if not columns and timed and len(timed) == len(view.columns()):
        columns = sorted(timed, key=lambda column: years_of(view.table.labels[column]))[-1:]  # the newest of its years
    if not columns:
        return None
    own = [
        figure
        for (row, column), figure in view.cells.items()
        if column == columns[0] and not TOTAL_ROW.fullmatch(view.names[row]) and not view.names[row].startswith("うち")
    ]
    if len(own) < 2 or not all(figure.fits(own[0]) for figure in own):
        return None
    value = (max if operation == "largest" else min)(figure.value for figure in own)
    return extreme(question, operation, [figure for figure in own if figure.value == value], view)


def _rest(question: Question, text: str, columns: Sequence[int], view: TableView) -> Draft | None:
    """The total without one row."""
    row, totals = row_asked(text, view), total_rows(view)
    if row is None or len(totals) != 1 or not columns or row == totals[0]:
        return None
    part, whole = view.cells.get((row, columns[0])), view.cells.get((totals[0], columns[0]))
    if part is None or whole is None or not part.fits(whole) or part.value > whole.value:
        return None
    return compared(question, "difference", (part, whole), view, is_change=False, lead="残りは")


def _share(question: Question, text: str, row: int, columns: Sequence[int], view: TableView) -> Draft | None:
    """Of two columns that the question names, the smaller of the larger; else the row of the total row."""
    source = source_asked(question)
    if source is not None and not any(fold(source) in fold(label) for label in (view.names[row], *view.table.labels)):
        return None  # where the money of the row comes from is not what share it is
    pair: list[TableFigure] = [view.cells[row, column] for column in columns[:2] if (row, column) in view.cells]
    pair = pair if len(pair) == 2 and columns[1:] and pair[0].unit else []
    totals = total_rows(view)
    named = [column for column in columns[:2] if fold(_UNIT_OF_LABEL.sub("", view.table.labels[column])) in fold(text)]
    if len(named) == 1 and named == columns[:1] and len(totals) == 1 and row != totals[0]:
        pair = []  # 「県交付金のうち、沖島町の割合」: of its total, and of no other column
    if not pair and columns and len(totals) == 1 and (whole := view.cells.get((totals[0], columns[0]))) is not None:
        part = view.cells.get((row, columns[0])) if _adds_up(view, columns[0], whole) else None
        pair = [part, whole] if part is not None and row != totals[0] else []
    if len(pair) != 2 or not pair[0].fits(pair[1]):
        return None
    part, whole = sorted(pair, key=lambda figure: figure.value)
    return divided(question, part, whole, view)


def _adds_up(view: TableView, column: int, whole: TableFigure) -> bool:
    """Whether the other rows of a column add up to its total: then a row is a share of it."""
    parts = {row: figure.value for (row, own), figure in view.cells.items() if own == column and row != whole.row}
    above = [value for row, value in parts.items() if row < whole.row]
    below = [value for row, value in parts.items() if row > whole.row]
    return any(len(group) >= 2 and sum(group) == whole.value for group in (above, below))
