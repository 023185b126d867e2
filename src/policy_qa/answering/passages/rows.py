"""The row of a table that a question names, and the cell that says what it is.

Owns the tie between a question and one row of many alike. Invariant: where the question names rows of a table, no other row of that table
answers; what a row is is told by the cell under 概要, 内容 or the like, without the figures beside it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from policy_qa.answering.draft import Draft, Statement
from policy_qa.answering.passages.focus import row_name
from policy_qa.answering.passages.passages import Passage, place_of, plain
from policy_qa.answering.passages.relevance import Fit
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.topics import key
from policy_qa.tables import Cell, is_figure

_SHORTEST_NAME = 5
_WHICH = re.compile(
    r"どの(?P<kind>[一-鿿々]{2,4}|[一-鿿々](?=[でにがをは])|[ァ-ヴー]{2,8})(?:で|に|が|を|は|の|から|まで|です|か|[?？。]|$)"
)
_NO_NAME = "0-9０-９一二三四五六七八九十数各両同全当本該他別"
_NEAR_BEST = 0.75
_SHORTEST_LABEL = 2
_LONGEST_SHORT = 80
_FORM_WIDTH = 2
_BRACKETED = re.compile(r"[(（][^()（）]*[)）]")
_TELLS_WHAT = re.compile(
    r"(?:.*[のな])?(?:事業|施策|制度|取組|支援|具体的)?の?(?:概要|内容|説明|趣旨|目的|事業内容|取組内容|解説|意味|定義|概略)(?:[(（・/].*)?"
)
_WHAT_ASKED = re.compile(
    r"とは|概要|内容|説明|どんな|どのような|どういう|何を(?:する|行う|して)|何(?:です|でしょう)|なん(?:です|でしょう)|って何|について(?:教え|知り|説明)|教えて"
)


def of_named_rows(fits: Sequence[Fit], question: Question) -> list[Fit]:
    """The fits without the rows of tables in which the question names another row."""
    asked = fold(normalize(question.search_text).text)
    topics = {key(match.name) for match in question.topics}
    tables: dict[tuple[str, int], list[Passage]] = defaultdict(list)
    for fit in fits:
        if len(fit.passage.cells) > _FORM_WIDTH and fit.passage.lead:
            tables[fit.passage.path, fit.passage.order].append(fit.passage)
    left_out: set[tuple[str, int]] = set()
    for rows in tables.values():
        names = {row.span.start: row_name(row) for row in rows}
        said = {
            name for name in names.values() if len(name) >= _SHORTEST_NAME and (name in asked or key(name) in topics)
        }
        longest = {name for name in said if not any(name != other and name in other for other in said)}
        if longest:
            left_out |= {(row.path, row.span.start) for row in rows if names[row.span.start] not in longest}
    return [fit for fit in fits if not fit.passage.cells or (fit.passage.path, fit.passage.span.start) not in left_out]


def explained_row(question: Question, fits: Sequence[Fit]) -> Draft | None:
    """What the row is that a question names, out of its cell that tells it, where that row fits the question best."""
    if not fits or question.asks not in {"definition", "text"} or question.is_check or question.wants_list:
        return None
    passage = fits[0].passage
    asked = fold(normalize(question.search_text).text)
    name = row_name(passage)
    is_named = name in asked or key(name) in {key(match.name) for match in question.topics}
    if len(passage.cells) <= _FORM_WIDTH or len(name) < _SHORTEST_LABEL or not is_named:
        return None
    called = plain(_written(passage, passage.cells[passage.named]))
    labelled = [cell for cell in _others(passage) if _is_asked(cell.label, asked)]
    if len(labelled) == 1:
        value = plain(_written(passage, labelled[0])).rstrip("。")
        text = f"{called}の{labelled[0].label.split()[-1]}：{value}。"
        short = value if len(value) <= _LONGEST_SHORT else None
    elif _WHAT_ASKED.search(question.search_text) and (telling := next(_telling(passage), None)) is not None:
        text, short = f"{called}：{plain(_written(passage, telling)).rstrip('。')}。", None
    else:
        return None
    statement = Statement(f"{text}{place_of(passage)}", passage.evidence())
    return Draft("answered", (statement,), short, assumptions=question.assumptions, confidence="high")


def which_first(question: Question, fits: Sequence[Fit]) -> list[Fit]:
    """The fits with those in front that name one of what the question asks which of: 奥谷地区 for 「どの地区」, 港線 for 「どの線」.

    Among those, what is of the month that the question names stands before what is of another.
    """
    text = normalize(question.search_text).text
    asked = _WHICH.search(text)
    if asked is None:
        return list(fits)
    named = re.compile(rf"(?<![{_NO_NAME}])[一-鿿々ァ-ヴーA-Za-z]{re.escape(asked['kind'])}(?!数|別)")
    floor = _NEAR_BEST * max((fit.coverage for fit in fits), default=0.0)
    months = {time.first for time in find_times(text) if time.precision != "year"}

    def rank(fit: Fit) -> tuple[bool, bool]:
        own = {time.first for time in find_times(fit.passage.text)}
        is_named = (
            fit.coverage >= floor and fit.passage.block.kind != "heading" and bool(named.search(fit.passage.text))
        )
        return not is_named, bool(months) and not months & own

    return sorted(fits, key=rank)


def shortened(passage: Passage, value: str) -> Passage:
    """A row of a wide table with its name and the cells that hold the value which is asked for."""
    kept = tuple(
        cell
        for number, cell in enumerate(passage.cells)
        if number == passage.named or (cell.text and fold(value).startswith(fold(cell.text))) or value in cell.text
    )
    return replace(passage, cells=kept, named=0) if len(kept) > 1 else passage


def _others(passage: Passage) -> Iterator[Cell]:
    """The cells under a header, but for the row's name."""
    for number, cell in enumerate(passage.cells):
        if number != passage.named and cell.label and cell.text:
            yield cell


def _telling(passage: Passage) -> Iterator[Cell]:
    """The cells that tell what a row is."""
    for cell in _others(passage):
        if _TELLS_WHAT.fullmatch(cell.label.split()[-1]) and not is_figure(cell.text):
            yield cell


def _is_asked(label: str, asked: str) -> bool:
    """Whether a column is called what the question asks for at its end: 「…の開始年度は？」."""
    name = fold(_BRACKETED.sub("", label.rsplit(maxsplit=1)[-1]))
    return len(name) >= _SHORTEST_LABEL and bool(
        re.search(rf"の{re.escape(name)}(?:は|を|って|が知り|[?？。]?$)", asked)
    )


def _written(passage: Passage, cell: Cell) -> str:
    """A cell as the document writes it; one that reaches down from another row as it is read."""
    start = cell.span.start - passage.span.start
    return passage.quote[start : cell.span.end - passage.span.start] if start >= 0 else cell.text
