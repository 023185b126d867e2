"""How a figure out of a table, and what is calculated from several, is put into words.

Owns the showing of calculations over cells. Invariant: a result stands beside its calculation, in the unit in which its operands are written;
values are exact until they are printed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from policy_qa.answering.budgets import figures
from policy_qa.answering.draft import Draft, Statement
from policy_qa.answering.tables.asked import TOTAL_ROW
from policy_qa.answering.tables.view import TableFigure, TableView
from policy_qa.answering.wording import abstain
from policy_qa.facts.programs.names import clean_name
from policy_qa.retrieval.question import Question

_MOST_PLACES = 3
_FORM_WIDTH = 2
_PLAIN_LABEL = re.compile(r"内容|記載内容|金額|概要|記入欄")
COUNTER = "台|人|件|か所|校|基|回|戸|世帯|施設|社|団体|本|枚"
_COUNTED = re.compile(rf"(?P<count>[0-9][0-9,]*)(?P<unit>{COUNTER})")
_UNIT_IN_LABEL = re.compile(
    r"\s*[(（][^()（）]{0,4}(?:円|人|件|[%％]|台|回|戸|校|社|ha|km|t)[)）]$"
)  # the figure has it
_MARK = re.compile(r"^(?:[・○●◯※]\s*|[①-⑳]\s*|[(（]?[0-9]{1,2}[)）.．]\s*|[ア-ン](?:[.．)）]|\s)\s*)")


def label_of(figure: TableFigure, view: TableView) -> str:
    """「石渡線の令和6年度」; in a list of one column the item alone."""
    name, label = view.names[figure.row], figure.when or view.table.labels[figure.column]
    if _PLAIN_LABEL.fullmatch(label) and len(view.table.labels) == _FORM_WIDTH:
        return name
    if not label and TOTAL_ROW.fullmatch(name) and view.block.heading_path:
        return f"{clean_name(view.block.heading_path[-1])}の{name}"
    label = _UNIT_IN_LABEL.sub("", label) or label
    return f"{name}の{label}" if label else name


def compared(
    question: Question,
    operation: str,
    pair: tuple[TableFigure, TableFigure],
    view: TableView,
    *,
    is_change: bool,
    verdict: str | None = None,
    lead: str = "差は",
) -> Draft | None:
    """How far two figures are apart: by how much or by what share the second rose or fell, or how many times the first it is."""
    older, newer = pair
    if not older.fits(newer) or older.value < 0 or newer.value < 0:
        return None
    more, less = (newer, older) if newer.value >= older.value else (older, newer)
    change = _result(more, less)
    difference = f"{label_of(more, view)} {more.shown} − {label_of(less, view)} {less.shown} = {change}"
    if is_change and newer is less and newer.unit == "円":  # budgets write a fall as ▲
        difference = f"{label_of(newer, view)} {newer.shown} − {label_of(older, view)} {older.shown} = ▲{change}"
    word = "増" if newer.value > older.value else "減"
    if operation == "ratio":
        if not less.value:
            return None
        top, bottom = (newer, older) if is_change else (more, less)
        times = f"{decimal(top.value / bottom.value, 1)}倍"
        formula = f"{label_of(top, view)} {top.shown} ÷ {label_of(bottom, view)} {bottom.shown} = {times}"
        return computed(question, times, times, formula, view, older, newer)
    if newer.value == older.value:
        return _same(question, pair, view, verdict)
    if operation == "growth" and older.unit != "割合":
        if not older.value:
            return None
        rate = percent(abs(newer.value - older.value) / older.value)
        formula = f"{difference}、{change} ÷ {older.shown} = {rate}"
        return computed(question, f"{rate}{word}", rate, formula, view, older, newer)
    said = f"{change}の{word}" if is_change else change
    if verdict is not None:
        return computed(question, f"{verdict}、{said}", verdict, difference, view, older, newer)
    return computed(question, said if is_change else f"{lead}{change}", said, difference, view, older, newer)


def summed(question: Question, found: Sequence[TableFigure], view: TableView) -> Draft | None:
    """The sum of some figures of one unit; rates are not added."""
    first = found[0]
    if not all(figure.fits(first) for figure in found) or first.unit == "割合":
        return None
    value = written(sum((figure.number for figure in found), Fraction(0)), first)
    formula = " + ".join(f"{label_of(figure, view)} {figure.shown}" for figure in found) + f" = {value}"
    return computed(question, value, value, formula, view, *found)


def divided(question: Question, part: TableFigure, whole: TableFigure, view: TableView) -> Draft | None:
    """What share the one figure is of the other."""
    if part.value <= 0 or whole.value <= 0:
        return None
    rate = percent(part.value / whole.value)
    formula = f"{label_of(part, view)} {part.shown} ÷ {label_of(whole, view)} {whole.shown} = {rate}"
    return computed(question, rate, rate, formula, view, part, whole)


def per_one(question: Question, text: str, figure: TableFigure | None, view: TableView) -> Draft | None:
    """What one costs of the things that a row's name counts: 「蓄電池の購入（30台）　1,800万円」."""
    counted = _COUNTED.search(view.names[figure.row]) if figure is not None else None
    if figure is None or counted is None or figure.unit != "円" or counted["unit"] not in text:
        return None
    each = figure.value / int(counted["count"].replace(",", ""))
    value = figures.yen(int(each)) if each.denominator == 1 else f"約{figures.yen(int(each + Fraction(1, 2)))}"
    formula = f"{label_of(figure, view)} {figure.shown} ÷ {counted[0]} = {value}"
    return computed(question, value, value, formula, view, figure)


def extreme(question: Question, operation: str, found: Sequence[TableFigure], view: TableView) -> Draft:
    """The rows that have the largest or smallest figure of a column."""
    names = "、".join(_MARK.sub("", view.names[figure.row]) for figure in found)
    word = "最も多い" if operation == "largest" else "最も少ない"
    label = view.table.labels[found[0].column]
    text = f"{f'{label}が' if label else ''}{word}のは{names}で、{found[0].shown}です。"
    statement = Statement(text, view.evidence(*found), computed=True)
    return Draft(
        "answered", (statement,), names, assumptions=question.assumptions, facts=view.facts(*found), confidence="medium"
    )


def without(question: Question, row: int, view: TableView) -> Draft:
    """That a row has no figure of the asked years."""
    years = "・".join(map(figures.fiscal_year, question.fiscal_years))
    found = [view.cells[row, column] for column in view.columns() if (row, column) in view.cells]
    message = f"「{view.names[row]}」の{years}の額は資料にありません。"
    return abstain("year_missing", message, question, view.evidence(*found[:1])[:2])


def computed(question: Question, lead: str, value: str, formula: str, view: TableView, *found: TableFigure) -> Draft:
    """A calculated answer beside its calculation."""
    statement = Statement(f"{lead}です（{formula}）。", view.evidence(*found), computed=True)
    return Draft(
        "answered", (statement,), value, assumptions=question.assumptions, facts=view.facts(*found), confidence="medium"
    )


def written(number: Fraction, like: TableFigure) -> str:
    """A number in the unit in which a figure is written."""
    return figures.yen(int(number)) if like.unit == "円" else f"{decimal(number, _MOST_PLACES)}{like.suffix}"


def percent(value: Fraction) -> str:
    """A share with one decimal, which is dropped when it is nought; rounded half up."""
    return f"{decimal(value * 100, 1)}%"


def decimal(value: Fraction, places: int) -> str:
    """A number with so many decimals at most; rounded half up."""
    scaled = int(abs(value) * 10**places + Fraction(1, 2))
    whole, rest = divmod(scaled, 10**places)
    digits = f"{rest:0{places}d}".rstrip("0")
    sign = "▲" if value < 0 and scaled else ""
    return f"{sign}{whole:,}.{digits}" if digits else f"{sign}{whole:,}"


def _result(more: TableFigure, less: TableFigure) -> str:
    number = more.number - less.number
    if more.unit == "割合":
        return f"{decimal(number, _MOST_PLACES)}ポイント" if re.search(r"[%％]", more.suffix) else written(number, more)
    return written(number, more)


def _same(
    question: Question, pair: tuple[TableFigure, TableFigure], view: TableView, verdict: str | None
) -> Draft | None:
    if verdict is None:
        return None
    older, newer = pair
    text = f"{verdict}、{label_of(older, view)}も{view.table.labels[newer.column]}も{newer.shown}です。"
    statement = Statement(text, view.evidence(older, newer))
    return Draft("answered", (statement,), verdict, assumptions=question.assumptions, facts=view.facts(older, newer), confidence="medium")  # fmt: skip
