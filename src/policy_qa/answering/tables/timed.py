"""The years of a table's columns, and the two figures of a row that a question sets against one another.

Owns the choice of the two: by years, by 「現行」 and 「改定案」, by what was counted the first and the second time. Invariant: the older one comes first; where a
question names years, none of another year is taken, and where two columns fit alike, none is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.answering.tables.view import TableFigure, TableView
from policy_qa.facts.targets.tables import kind_of
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.retrieval.question import Question

_BRACKET = re.compile(r"\([^()]*\)")
_YEAR_BEFORE = re.compile(r"前年|昨年|前の年|去年|前回")
_OF_YEAR_BEFORE = re.compile(r"(?:前年度?|昨年度?|前回)(?:予算|当初|実績|決算|配分)?額?$")
_YEAR_BEFORE_OF = re.compile(r"(?:前年度?|昨年度?|前回)の(?P<measure>.+)")
_OF_THIS_YEAR = re.compile(r"(?:合|総)?計|合計額|総額|(?:本|今|当)年度(?:予算|当初)?額?|配分額|交付額|予算額")
# The columns, or the rows, of what holds now and of what will: 「現行｜改定案」, 「これまで（8月まで）｜保護者が払う額（9月から）」.
_OLD = re.compile(r"現行|改定前|変更前|見直し前|これまで|従来|今まで|現在|^旧|まで\)$")
_NEW = re.compile(r"改定(?!前)|変更後|見直し後|^新(?!規)|から\)$|今後|^案")
_SINCE = re.compile(r"年度?(?:末|実績|の実績)?(?:から|より|に比べ|と比べ)")
_NOW_ASKED = re.compile(r"今より|今と|いまより|現在より|現行より|現行と|今の|現在の|現行の")
_ORDINAL = re.compile(r"第(?P<number>[0-9]+)(?P<unit>[回次期])")
_AIMED = re.compile(r"目標|目指|めざ|までに|計画では")


def _with_year_before(columns: Sequence[int], text: str, view: TableView) -> tuple[int, int] | None:
    """The column of the year before and the one it is compared with: the only other, the one named, or the sum beside it."""
    before = [
        column
        for column in columns
        if _OF_YEAR_BEFORE.match(view.table.labels[column]) or _YEAR_BEFORE_OF.match(view.table.labels[column])
    ]
    if len(before) != 1:
        return None
    others = [column for column in columns if column != before[0]]
    of = _YEAR_BEFORE_OF.match(view.table.labels[before[0]])
    if of is not None:  # 「前年度の県交付金」 beside 「県交付金」
        same = [column for column in others if fold(view.table.labels[column]) == fold(of["measure"])]
        return (before[0], same[0]) if len(same) == 1 else None
    named = [column for column in others if _is_named(view.table.labels[column], text)]
    sums = [column for column in others if _OF_THIS_YEAR.fullmatch(view.table.labels[column])]
    chosen = others if len(others) == 1 else named if len(named) == 1 else sums
    return (before[0], chosen[0]) if len(chosen) == 1 else None


def pair_asked(question: Question, text: str, row: int, view: TableView) -> tuple[TableFigure, TableFigure] | None:
    """The two figures of a row that the question sets against one another, the earlier or the first one first.

    Where it names years, none of another year.
    """
    pair = _pair(question, text, row, view)
    asked = set(years_asked(question, text))
    own = {year for figure in pair or () for year in years_at(figure, view)}
    if pair is not None and own and len(asked) > 1 and not {min(asked), max(asked)} <= own:
        return None
    return pair


def years_at(figure: TableFigure, view: TableView) -> list[int]:
    """The years of a figure: those behind it in its cell, else those of its column."""
    return list(figure.years) or years_of(view.table.labels[figure.column]) or _years_of_heading(figure.column, view)


def _pair(question: Question, text: str, row: int, view: TableView) -> tuple[TableFigure, TableFigure] | None:
    by_year = by_years(question, text, row, view)
    if len(by_year) == 2:
        return by_year[0], by_year[1]
    since = _since(question, text, row, view)
    if since is not None:
        return since
    columns = [column for column in view.columns() if (row, column) in view.cells]
    kinds = {column: kind_of(view.table.labels[column]) for column in columns}
    if _AIMED.search(text) and "目標値" in kinds.values():
        present = [column for column, kind in kinds.items() if kind == "現状値"]
        present = [column for column in present if set(years_of(view.table.labels[column])) & set(years_asked(question, text))] or present  # fmt: skip
        aimed = [column for column, kind in kinds.items() if kind == "目標値"]
        asked = set(years_asked(question, text))
        dated = [column for column in aimed if asked & set(years_of(view.table.labels[column]))]
        aimed = (dated or aimed)[-1:]
        if len(present) == 1 and len(aimed) == 1:
            return view.cells[row, present[0]], view.cells[row, aimed[0]]
    if _YEAR_BEFORE.search(text) and (pair := _with_year_before(columns, text, view)) is not None:
        return view.cells[row, pair[0]], view.cells[row, pair[1]]
    old_and_new = _old_and_new(text, columns, view)
    if old_and_new is not None:
        return view.cells[row, old_and_new[0]], view.cells[row, old_and_new[1]]
    of_times = _by_ordinal(text, columns, view)
    if of_times is not None:
        return view.cells[row, of_times[0]], view.cells[row, of_times[1]]
    named = [column for column in columns if _is_named(view.table.labels[column], text)]
    if len(named) == 2:
        return view.cells[row, named[0]], view.cells[row, named[1]]
    timed = [column for column in columns if len(years_of(view.table.labels[column])) == 1]
    first, second = sorted(timed, key=lambda column: years_of(view.table.labels[column])) if len(timed) == 2 else (0, 0)
    asked = set(years_asked(question, text))
    if second and (not asked or asked == set(years_of(view.table.labels[second]))):
        return view.cells[row, first], view.cells[row, second]
    return None


def _since(question: Question, text: str, row: int, view: TableView) -> tuple[TableFigure, TableFigure] | None:
    """From the one year that a question names to the only later one of the same measure: 「令和５年から何％増えましたか」."""
    asked = years_asked(question, text)
    if len(asked) != 1 or not _SINCE.search(text):
        return None
    by_measure: dict[str, dict[int, TableFigure]] = {}
    for column in view.columns():
        years = years_of(view.table.labels[column])
        if (row, column) in view.cells and len(years) == 1:
            by_measure.setdefault(_measure(view.table.labels[column]), {})[years[0]] = view.cells[row, column]
    both = [
        own for own in by_measure.values() if asked[0] in own and len([year for year in own if year > asked[0]]) == 1
    ]
    if len(both) != 1:
        return None
    return both[0][asked[0]], both[0][max(both[0])]


def _old_and_new(text: str, columns: Sequence[int], view: TableView) -> tuple[int, int] | None:
    """The column of what holds now and the one of what will, of the several there may be the one that the question names."""
    old = [column for column in columns if _OLD.search(normalize(view.table.labels[column]).text)]
    new = [column for column in columns if column not in old and _NEW.search(normalize(view.table.labels[column]).text)]
    new = [column for column in new if fold(view.table.labels[column]) in fold(text)] or new
    return (old[0], new[0]) if len(old) == 1 and len(new) == 1 else None


def now_and_named(text: str, row: int, view: TableView) -> int | None:
    """The row of what holds now, where a question sets another row against it: 「案２になると今よりいくら高く」."""
    if not _NOW_ASKED.search(text):
        return None
    now = [
        index for index, name in enumerate(view.names) if _OLD.search(normalize(_BRACKET.sub("", name).strip()).text)
    ]
    return now[0] if len(now) == 1 and now[0] != row else None


def _by_ordinal(text: str, columns: Sequence[int], view: TableView) -> tuple[int, int] | None:
    """The columns of one measure for the two times that a question counts (第2回, 第3回); what a label does not count its heading does."""
    asked = sorted({int(match["number"]) for match in _ORDINAL.finditer(text)})
    if len(asked) != 2:
        return None
    over = [
        int(match["number"]) for title in view.block.heading_path for match in _ORDINAL.finditer(normalize(title).text)
    ]
    found: dict[str, dict[int, int]] = {}
    for column in columns:
        label = normalize(view.table.labels[column]).text
        own = [int(match["number"]) for match in _ORDINAL.finditer(label)] or over[-1:]
        measure = fold(_BRACKET.sub("", _ORDINAL.sub("", label)))
        if len(own) == 1 and own[0] in asked and measure and measure in fold(text):
            found.setdefault(measure, {})[own[0]] = column
    both = [by_number for by_number in found.values() if len(by_number) == 2]
    return (both[0][asked[0]], both[0][asked[1]]) if len(both) == 1 else None


def by_years(question: Question, text: str, row: int, view: TableView) -> list[TableFigure]:
    """The figures of a row in the years that the question asks for, oldest first; of a span of years its ends, but for a sum."""
    asked = sorted(years_asked(question, text))
    wanted = set(asked) if question.operation == "sum" or len(asked) <= 2 else {asked[0], asked[-1]}
    if len(wanted) == 1 and _YEAR_BEFORE.search(text):
        wanted |= {asked[0] - 1}
    found: dict[int, TableFigure] = {}
    beside = _of_fewer_years(row, wanted, view)
    for column in view.columns():
        years = years_at(view.cells[row, column], view) if (row, column) in view.cells else []
        if len(years) == 1 and years[0] in wanted and column not in beside:
            kinds = (
                [kind_of(view.table.labels[own]) for own in (column, found[years[0]].column)]
                if years[0] in found
                else []
            )
            if kinds and not _AIMED.search(text) and "目標値" in kinds and kinds[0] != kinds[1]:
                if kinds[0] == "目標値":
                    continue  # what was reached, where no target is asked for
            elif kinds:
                return []  # two columns of one year: which of them is meant is not said
            found[years[0]] = view.cells[row, column]
    return [found[year] for year in sorted(found)]


def _of_fewer_years(row: int, wanted: set[int], view: TableView) -> set[int]:
    """The columns of what is counted in some of the wanted years only, where one measure has all of them: R8の取崩し beside R6末 and R8末."""
    by_measure: dict[str, dict[int, int]] = {}
    for column in view.columns():
        years = years_of(view.table.labels[column])
        if (row, column) in view.cells and len(years) == 1 and years[0] in wanted:
            by_measure.setdefault(_measure(view.table.labels[column]), {})[column] = years[0]
    whole = [own for own in by_measure.values() if set(own.values()) == wanted]
    if (
        len(whole) != 1
        or len(wanted) < 2
        or any(kind_of(view.table.labels[c]) for own in by_measure.values() for c in own)
    ):
        return set()  # what was reached and what is aimed at are of one measure
    return {column for own in by_measure.values() if own is not whole[0] for column in own}


def _measure(label: str) -> str:
    """What a dated column counts: its label without year and brackets."""
    return fold(bare_label(label)).strip("のは・")


def _years_of_heading(column: int, view: TableView) -> list[int]:
    """The year that the heading gives a column beside one of the same measure that names its own: 「交付額｜令和６年度の交付額」 in 「令和７年度の実績」."""
    measure = fold(view.table.labels[column])
    if measure not in {_measure(label) for label in view.table.labels if years_of(label)}:
        return []
    return next((years for title in reversed(view.block.heading_path) if (years := years_of(title))), [])


def years_of(label: str) -> list[int]:
    """The years that a column's header names, fiscal or of the calendar."""
    found = [year for time in find_times(label) for year in (time.fiscal_years[:1] or (time.first.year,))]
    return list(dict.fromkeys(found))


def bare_label(label: str) -> str:
    """A label without its years and what stands in brackets."""
    plain = _BRACKET.sub(" ", label)
    for time in reversed(find_times(plain)):
        plain = plain[: time.start] + " " + plain[time.end :]
    return plain.strip()


def is_other_year(question: Question, view: TableView) -> bool:
    """Whether the table has columns by year, and none is of a year that the question asks for."""
    years = {year for column in view.columns() for year in years_of(view.table.labels[column])}
    years |= {year for figure in view.cells.values() for year in figure.years}
    return bool(years) and bool(question.fiscal_years) and years.isdisjoint(question.fiscal_years)


def years_asked(question: Question, text: str) -> list[int]:
    """The years that a question names: fiscal ones, or else those of the calendar."""
    if question.fiscal_years:
        return list(dict.fromkeys(question.fiscal_years))
    dated = [time for time in find_times(text) if not time.printed.startswith(("前", "昨", "去"))]
    return list(dict.fromkeys(year for time in dated for year in (time.fiscal_years or (time.first.year,))))


def _is_named(label: str, text: str) -> bool:
    """Whether a header says, beside years and units, nothing but words that the question has."""
    bare = _BRACKET.sub("", label)
    parts = [part for part in bare.split() if len(part) >= 2]
    return bool(parts) and any(fold(part) in fold(text) for part in parts)
