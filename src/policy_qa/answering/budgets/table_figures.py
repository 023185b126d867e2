"""Answers calculated over the cells of one table that is no budget line: shares, differences, growth, sums, the largest, sums of plans.

Owns the choice of table, rows and columns. Invariant: a cell is used only when the words of the question tell its row and its column from the
others; the answer cites the row, the header and the caption of the unit, and shows its calculation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from policy_qa.answering.budgets import figures
from policy_qa.answering.budgets.coverage import NOT_A_SUBJECT
from policy_qa.answering.budgets.table_view import TableFigure, TableView, view_of
from policy_qa.answering.draft import Draft, Statement
from policy_qa.answering.library import Library
from policy_qa.answering.passages.passages import Passage
from policy_qa.answering.wording import abstain
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.japanese.tokens import index_terms, term_set
from policy_qa.retrieval.question import Question, operation_of
from policy_qa.retrieval.words import content_words

_LARGEST = re.compile(r"(?:最も|一番|いちばん)[^。]{0,8}(?:多|大き|高|かかる|掛かる)|最(?:多|大|高)")
_SMALLEST = re.compile(r"(?:最も|一番|いちばん)[^。]{0,8}(?:少|小さ|低|安)|最(?:少|小|低|安)")
_GROWTH = re.compile(r"何[%％割][^。]{0,4}(?:増|減|伸び)|(?:増減|伸び|増加|減少|変化)率")
_TOTAL_ROW = re.compile(r"(?:合|総|小)?計|総額|全体")
_TOTAL_ASKED = re.compile(r"総額|全体|合計|総計|全部で")
_SPAN_OF_YEARS = re.compile(r"(?P<count>[0-9]+)(?:年間?|か年|ヶ年|カ年)(?!度|[0-9])")
_RATE_OF_SPENDING = re.compile(r"執行率|消化率|執行額[^。]{0,8}何[%％割]|何[%％割][^。]{0,6}(?:使|執行)|使い切")
_BUDGET = re.compile(r"(?:歳出)?予算(?:現)?額?")
_SPENT_ROW = re.compile(r"執行(?:済)?額|支出済額|決算額")
_WHOLE_ROW = re.compile(r"(?:合)?計(?:\(.*\))?|(?:歳出)?予算現額")
_BRACKET = re.compile(r"\([^()]*\)")
_TELLING = re.compile(r"[0-9a-z]+|.{2,}")
_ENOUGH = 0.65
_MOST_TABLES = 6


def answer_from_tables(question: Question, passages: Sequence[Passage], library: Library) -> Draft | None:
    """The figure that a question asks for out of a table, calculated where it asks for that; ``None`` where no table surely has it."""
    text = normalize(question.search_text).text
    operation = _operation(text)
    asks_money = question.asks == "money" or "事業費" in text or bool(_RATE_OF_SPENDING.search(text))
    if question.is_check or (operation is None and not asks_money):
        return None
    blocks = list(dict.fromkeys((passage.path, passage.order) for passage in passages if passage.cells))
    for path, order in blocks[:_MOST_TABLES]:
        view = view_of(library.document(path), order)
        if view is not None and _coverage(text, view, library) >= _ENOUGH:
            draft = _answer(question, text, operation, view)
            if draft is not None:
                return draft
    return None


def _operation(text: str) -> str | None:
    if _LARGEST.search(text):
        return "largest"
    if _SMALLEST.search(text):
        return "smallest"
    return "growth" if _GROWTH.search(text) else operation_of(text)


# -- what is asked of it ----------------------------------------------------------------------------------------------------


def _coverage(text: str, view: TableView, library: Library) -> float:
    """How much of what the question names is written in or over the table, in its rows or on the document's cover."""
    about = view.document.metadata
    beside = fold(" ".join((about.title, *about.publishers, *view.block.heading_path, *view.table.labels, *view.names)))
    # A form names its programme once, at its top: the figures of its tables know it.
    span = view.block.span
    own = (fact for fact in library.budgets if fact.path == view.document.path and span.start <= fact.start < span.end)
    beside += fold(" ".join({fact.program or "" for fact in own}))
    terms = frozenset().union(*view.texts)
    said = around = 0.0
    for word in content_words(text):
        if (
            len(word.surface) < 2
            or not word.is_noun
            or NOT_A_SUBJECT.search(word.surface)
            or word.surface in "お金費用資料"
        ):
            continue
        weight = library.rarity(word.lemma)
        said += weight
        around += weight if fold(word.surface) in beside or {word.lemma, word.surface} & terms else 0
    return around / said if said else 0.0


def _rows_asked(text: str, view: TableView) -> dict[int, int]:
    """The rows of which the question has words that not all rows have, with the number of these."""
    plain = text
    for time in reversed(find_times(text)):
        plain = plain[: time.start] + " " + plain[time.end :]
    about = view.document.metadata
    # What names the document or the section names no row of it.
    beside = index_terms(" ".join((about.title, *about.publishers, *view.block.heading_path)))
    asked = term_set(_SPAN_OF_YEARS.sub(" ", plain)) - {term for term in beside if not term.isdigit()}
    asked = frozenset(term for term in asked if _TELLING.fullmatch(term))
    own = [index for index, name in enumerate(view.names) if not _TOTAL_ROW.fullmatch(name)]
    if not own:
        return {}
    common = frozenset.intersection(*(view.texts[index] for index in own)) if len(own) > 1 else frozenset()
    return {index: count for index in own if (count := len((asked & view.texts[index]) - common))}


def _row_asked(text: str, view: TableView) -> int | None:
    rows = _rows_asked(text, view)
    names = [_BRACKET.sub("", name).strip() for name in view.names]
    named = [index for index, name in enumerate(names) if len(name) >= 2 and fold(name) in fold(text)]
    named = [index for index in named if not _TOTAL_ROW.fullmatch(names[index])]
    if named:
        longest = max(named, key=lambda index: len(names[index]))
        inside = all(names[index] in names[longest] for index in named)
        return longest if inside and names.count(names[longest]) == 1 else None
    if not rows:
        totals = [index for index, name in enumerate(view.names) if _TOTAL_ROW.fullmatch(name)]
        return totals[0] if len(totals) == 1 and _TOTAL_ASKED.search(text) else None
    best = [index for index, count in rows.items() if count == max(rows.values())]
    return best[0] if len(best) == 1 else None


def _columns_asked(question: Question, text: str, view: TableView) -> list[int]:
    """The columns that fit the question best, best first; the first two alike when it does not tell them apart."""
    columns = view.columns()
    labels = [view.table.labels[column] for column in columns]
    terms = [term_set(label) for label in labels]
    common = frozenset.intersection(*terms) if len(terms) > 1 else frozenset()
    asked = term_set(text)
    counted = _SPAN_OF_YEARS.search(text)
    scores = []
    for label, own in zip(labels, terms, strict=True):
        score = 0.5 * len((own - common) & asked)
        score += max(
            (1 + len(part) / 10 for part in label.split() if len(part) >= 2 and fold(part) in fold(text)), default=0
        )
        years = {year for time in find_times(label) for year in time.fiscal_years}
        span = _SPAN_OF_YEARS.search(label)
        if counted and span and counted["count"] == span["count"]:
            score += 2
        if years:
            score += 2 if years & set(question.fiscal_years) else -2
        scores.append(score)
    ordered = sorted(range(len(columns)), key=lambda index: -scores[index])
    if len(columns) > 1 and scores[ordered[0]] <= 0:
        return []
    return [columns[index] for index in ordered if scores[index] > 0 or len(columns) == 1]


def _is_other_year(question: Question, view: TableView) -> bool:
    """Whether the table has columns by year, and none is of a year that the question asks for."""
    years = {
        year
        for column in view.columns()
        for time in find_times(view.table.labels[column])
        if len(time.fiscal_years) == 1
        for year in time.fiscal_years
    }
    return bool(years) and bool(question.fiscal_years) and years.isdisjoint(question.fiscal_years)


def _answer(question: Question, text: str, operation: str | None, view: TableView) -> Draft | None:
    columns = _columns_asked(question, text, view)
    if operation in {"largest", "smallest"}:
        return _extreme(question, operation, columns, view)
    if operation == "difference" and len(rows := _rows_asked(text, view)) == 2 and columns:
        pair = [view.cells.get((row, columns[0])) for row in rows]
        return _difference(question, pair, view)
    spent = _execution(question, text, view)
    if spent is not None:
        return spent
    row = _row_asked(text, view)
    if row is None:
        return None
    if _is_other_year(question, view):
        return _without_year(question, row, view)
    of_years = _by_year(question, row, view)
    if operation in {"growth", "difference"} and len(of_years) == 2:
        return _change(question, operation, of_years, view)
    if operation == "sum" and len(of_years) >= 2:
        return _sum(question, of_years, view)
    if operation == "sum" and _TOTAL_ASKED.search(text):
        operation = None  # 「全部でいくら」 of one row: what the row says
    if operation == "share" and not _RATE_OF_SPENDING.search(text):
        return _share(question, row, columns, view)
    figure = view.cells.get((row, columns[0])) if columns else None
    if operation is None and figure is not None and figure.unit == "円" and view.caption and len(columns) >= 1:
        statement = Statement(f"{_label(figure, view)}は{figure.shown}です。", view.evidence(figure))
        return Draft(
            "answered",
            (statement,),
            figure.shown,
            assumptions=question.assumptions,
            facts=view.facts(figure),
            confidence="medium",
        )
    return None


def _execution(question: Question, text: str, view: TableView) -> Draft | None:
    """What was spent of the budget in a year, where one row of the table gives each."""
    if not _RATE_OF_SPENDING.search(text):
        return None
    row = _row_asked(text, view)
    columns = {
        pattern: [c for c in view.columns() if pattern.fullmatch(view.table.labels[c])]
        for pattern in (_SPENT_ROW, _BUDGET)
    }
    if row is not None and all(len(found) == 1 for found in columns.values()):
        both = [view.cells.get((row, found[0])) for found in columns.values()]
        return _ratio(question, both[0], both[1], view) if both[0] and both[1] else None
    if len(question.fiscal_years) != 1:
        return None
    rows = {name: index for index, name in enumerate(view.names) if _SPENT_ROW.fullmatch(name)}
    wholes = [
        index for index, row in enumerate(view.table.rows) if any(_WHOLE_ROW.fullmatch(c.text) for c in row.cells[:2])
    ]
    if len(rows) != 1 or len(wholes) != 1:
        return None
    pair = [_by_year(question, row, view) for row in (*rows.values(), *wholes)]
    if not all(len(found) == 1 for found in pair):
        return None
    return _ratio(question, pair[0][0], pair[1][0], view)


def _by_year(question: Question, row: int, view: TableView) -> list[TableFigure]:
    """The figures of a row in the years that the question asks for, oldest first."""
    found = {}
    asked = sorted(question.fiscal_years)
    wanted = set(asked) if question.operation == "sum" or len(asked) <= 2 else {asked[0], asked[-1]}
    for column in view.columns():
        years = [year for time in find_times(view.table.labels[column]) for year in time.fiscal_years]
        if len(years) == 1 and years[0] in wanted and (row, column) in view.cells:
            found[years[0]] = view.cells[row, column]
    return [found[year] for year in sorted(found)]


# -- the answers --------------------------------------------------------------------------------------------------------------


def _label(figure: TableFigure, view: TableView) -> str:
    return f"{view.names[figure.row]}の{view.table.labels[figure.column]}"


def _computed(question: Question, lead: str, value: str, formula: str, view: TableView, *found: TableFigure) -> Draft:
    statement = Statement(f"{lead}です（{formula}）。", view.evidence(*found), computed=True)
    return Draft(
        "answered", (statement,), value, assumptions=question.assumptions, facts=view.facts(*found), confidence="medium"
    )


def _extreme(question: Question, operation: str, columns: Sequence[int], view: TableView) -> Draft | None:
    if not columns:
        return None
    own = [
        figure
        for (row, column), figure in view.cells.items()
        if column == columns[0] and not _TOTAL_ROW.fullmatch(view.names[row])
    ]
    if len(own) < 2 or len({figure.unit for figure in own}) > 1:
        return None
    value = (max if operation == "largest" else min)(figure.value for figure in own)
    found = [figure for figure in own if figure.value == value]
    names = "、".join(view.names[figure.row] for figure in found)
    word = "最も多い" if operation == "largest" else "最も少ない"
    lead = f"{view.table.labels[columns[0]]}が{word}のは{names}で、{found[0].shown}です。"
    statement = Statement(lead, view.evidence(*found), computed=True)
    return Draft(
        "answered", (statement,), names, assumptions=question.assumptions, facts=view.facts(*found), confidence="medium"
    )


def _difference(question: Question, pair: Sequence[TableFigure | None], view: TableView) -> Draft | None:
    found = sorted((figure for figure in pair if figure), key=lambda figure: -figure.value)
    if len(found) != 2 or found[0].unit != "円" or found[1].unit != "円":
        return None
    more, less = found
    value = figures.yen(int(more.value - less.value))
    formula = f"{_label(more, view)} {more.shown} − {_label(less, view)} {less.shown} = {value}"
    return _computed(question, f"差は{value}", value, formula, view, more, less)


def _change(question: Question, operation: str, found: Sequence[TableFigure], view: TableView) -> Draft | None:
    older, newer = found
    if older.unit != newer.unit or older.value <= 0:
        return None
    change = newer.value - older.value
    word = "増" if change > 0 else "減"
    if operation == "growth":
        rate = _percent(abs(change) / older.value)
        more, less = (newer, older) if change >= 0 else (older, newer)
        amount = figures.yen(int(abs(change))) if newer.unit == "円" else f"{int(abs(change)):,}"
        formula = f"{_label(more, view)} {more.shown} − {_label(less, view)} {less.shown} = {amount}、{amount} ÷ {older.shown} = {rate}"
        return _computed(question, f"{rate}{word}", rate, formula, view, older, newer) if change else None
    if newer.unit != "円":
        return None
    value = figures.yen(int(change))
    formula = f"{_label(newer, view)} {newer.shown} − {_label(older, view)} {older.shown} = {value}"
    return (
        _computed(question, f"{figures.yen(int(abs(change)))}の{word}", value, formula, view, older, newer)
        if change
        else None
    )


def _sum(question: Question, found: Sequence[TableFigure], view: TableView) -> Draft | None:
    if any(figure.unit != "円" for figure in found):
        return None
    value = figures.yen(int(sum(figure.value for figure in found)))
    formula = " + ".join(f"{_label(figure, view)} {figure.shown}" for figure in found) + f" = {value}"
    return _computed(question, value, value, formula, view, *found)


def _share(question: Question, row: int, columns: Sequence[int], view: TableView) -> Draft | None:
    """Of two columns that the question names, the smaller of the larger; else the row of the total row."""
    pair = [view.cells[row, column] for column in columns[:2] if (row, column) in view.cells]
    pair = pair if len(pair) == 2 and columns[1:] and pair[0].unit else []
    totals = [index for index, name in enumerate(view.names) if _TOTAL_ROW.fullmatch(name)]
    if not pair and columns and len(totals) == 1 and (whole := view.cells.get((totals[0], columns[0]))) is not None:
        part = view.cells.get((row, columns[0])) if _adds_up(view, columns[0], whole) else None
        pair = [part, whole] if part is not None and row != totals[0] else []
    if len(pair) != 2 or pair[0].unit != pair[1].unit:
        return None
    part, whole = sorted(pair, key=lambda figure: figure.value)
    return _ratio(question, part, whole, view)


def _ratio(question: Question, part: TableFigure, whole: TableFigure, view: TableView) -> Draft | None:
    if part.value <= 0 or whole.value <= 0:
        return None
    rate = _percent(part.value / whole.value)
    formula = f"{_label(part, view)} {part.shown} ÷ {_label(whole, view)} {whole.shown} = {rate}"
    return _computed(question, rate, rate, formula, view, part, whole)


def _adds_up(view: TableView, column: int, whole: TableFigure) -> bool:
    """Whether the other rows of a column add up to its total: then a row is a share of it."""
    parts = [figure.value for (row, own), figure in view.cells.items() if own == column and row != whole.row]
    return len(parts) >= 2 and sum(parts) == whole.value


def _without_year(question: Question, row: int, view: TableView) -> Draft:
    years = "・".join(map(figures.fiscal_year, question.fiscal_years))
    found = [view.cells[row, column] for column in view.columns() if (row, column) in view.cells]
    return abstain(
        "year_missing",
        f"「{view.names[row]}」の{years}の額は資料にありません。",
        question,
        view.evidence(*found[:1])[:2],
    )


def _percent(value: Fraction) -> str:
    tenths = int(value * 1000 + Fraction(1, 2))
    whole, tenth = divmod(tenths, 10)
    return f"{whole:,}.{tenth}%" if tenth else f"{whole:,}%"
