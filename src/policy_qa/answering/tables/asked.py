"""Which rows and columns of a table a question asks for.

Owns the choice of cells. Invariant: a row or a column is chosen only when the words of the question tell it from the others; where two fit
alike, none is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.answering.budgets.coverage import NOT_A_SUBJECT, pieces_of
from policy_qa.answering.library import Library
from policy_qa.answering.tables.timed import years_asked, years_of
from policy_qa.answering.tables.view import TableView
from policy_qa.facts.programs.names import clean_name
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import fold
from policy_qa.japanese.numerals import parse_number
from policy_qa.japanese.tokens import index_terms, term_set
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.words import content_words, informativeness

TOTAL_ROW = re.compile(r"(?:合|総|小)?計(?:\(.*\))?|総額|全体|合計額|総計")
_ACCOUNT = re.compile(r"[一-鿿]{1,10}会計")
TOTAL_ASKED = re.compile(r"総額|全体|合計|総計|全部で|総事業費|(?<![一-鿿])計[はのがをで、]")
_TOP = 200  # characters at the beginning of a form that say what it is about
OF_CHANGE = re.compile(r"増減|差引|比較")
_OF_YEAR_BEFORE = re.compile(r"前年度?の|昨年度?の|前の年")
_YEAR_BEFORE_ASKED = re.compile(r"前年|昨年|前の年|去年|前回|比べ|増|減|差|変")
_CHANGE_ASKED = re.compile(r"増|減|差|比べ|比較|伸び")
_SHORTEST_LABEL = 3
_SPAN_OF_YEARS = re.compile(r"(?P<count>[0-9]+)(?:年間?|か年|ヶ年|カ年)(?!度|[0-9])")
_COUNT_OF_ROWS = re.compile(r"(?P<count>[2-9二三四五六七八九])(?:つの|事業|項目|者|部門|路線|区分|種類)")
_HALF = 0.5
_BRACKET = re.compile(r"\([^()]*\)")
_TELLING = re.compile(r"[0-9a-z]+|.{2,}")
# What is asked of all rows together, not which share of all one is: 「第3回全体の採択率」.
_OF_ALL = re.compile(r"(?:全体|全部|合計|総計|すべて|全て)(?!の(?:何|うち|どの)|に占め|で(?:何|いく|は))")
# Words of a calculation, and for money in general: they name no row and no table.
_NO_WORDS = re.compile(
    r"類型|区分|種類|項目|団体|地区|どれ|お金|費用|資料|残り|差額?|倍|割合|比率|増減|増加|減少|合計|両方|現状値?|実績値?|目標値?|基準値?|見込み?|計画値?"
)


def coverage(text: str, view: TableView, library: Library) -> float:
    """How much of what the question names is written in or over the table, in its rows or on the document's cover: 0 to 1."""
    about = view.document.metadata
    over = (about.title, *about.publishers, *view.block.heading_path, view.above)
    beside = fold(" ".join((*over, *view.table.labels, *view.names)))
    # A form names its programme once, at its top: so do the facts of its tables.
    beside += fold(view.document.text[:_TOP])
    span = view.block.span
    own = (fact for fact in library.budgets if fact.path == view.document.path and span.start <= fact.start < span.end)
    beside += fold(" ".join({fact.program or "" for fact in own}))
    terms = frozenset().union(*view.texts)
    said = around = 0.0
    for word in content_words(text):
        is_plain = NOT_A_SUBJECT.search(word.surface) or _NO_WORDS.fullmatch(word.surface)
        if len(word.surface) < 2 or not word.is_noun or is_plain:
            continue
        weight = library.rarity(word.lemma)
        said += weight
        around += weight if fold(word.surface) in beside or {word.lemma, word.surface} & terms else 0
    if said:
        return around / said
    labels = [fold(label) for label in view.table.labels if len(label) >= _SHORTEST_LABEL and not years_of(label)]
    if any(label in fold(text) for label in labels):
        return 1.0
    return float(_is_over(text, view))


def _is_over(text: str, view: TableView) -> bool:
    """Whether the heading over the figures says what is asked for: 「事業費は全部でいくら」 under 「事業費の見通し」."""
    over = fold(" ".join((*view.block.heading_path[-1:], *view.table.labels)))
    words = (word.surface for word in content_words(text) if not TOTAL_ASKED.search(word.surface))
    return any(len(word) > 1 and fold(word) in over for word in words)


def _is_of_account(text: str, view: TableView) -> bool:
    """Whether a table is of the account (一般会計, 国民健康保険特別会計) that is asked for, as far as one is: a department's total is none of its."""
    caption = [view.caption.quote] if view.caption else []
    around = fold(" ".join((view.document.metadata.title or "", *view.block.heading_path, *caption, *view.names)))
    return all(fold(account) in around for account in _ACCOUNT.findall(text))


def row_named(text: str, view: TableView) -> int | None:
    """The one row whose whole name, or whose time, the question says."""
    named = _named(text, view)
    if not named:
        dated = _rows_of_times(text, view)
        return dated[0] if len(dated) == 1 else None
    longest = max(named, key=lambda index: len(_plain(view.names[index])))
    alike = [index for index in named if _plain(view.names[index]) == _plain(view.names[longest])]
    inside = all(_plain(view.names[index]) in _plain(view.names[longest]) for index in named)
    return longest if inside and len(alike) == 1 else None


def row_asked(text: str, view: TableView) -> int | None:
    """The one row that the question names or has the words of; the total where it names none and asks for all."""
    named = _named(text, view)
    if named:
        longest = max(named, key=lambda index: len(_plain(view.names[index])))
        inside = all(_plain(view.names[index]) in _plain(view.names[longest]) for index in named)
        alike = [index for index in named if _plain(view.names[index]) == _plain(view.names[longest])]
        if inside and len(alike) > 1:  # rows of one name, told apart by the cell behind it: ホール 平日, ホール 土日祝
            asked = _words_of(text, view, heading=True)
            common = frozenset.intersection(*(view.texts[index] for index in alike))
            return _best({index: count for index in alike if (count := len((asked & view.texts[index]) - common))})
        return longest if inside else None
    if not _is_of_account(text, view):
        return None
    if _OF_ALL.search(text) and len(totals := total_rows(view)) == 1:
        return totals[0]
    rows = _rows_by_words(_words_of(text, view), view) or _rows_by_words(_words_of(text, view, heading=True), view)
    dated = _rows_of_times(text, view)
    if dated and (len(dated) == 1 or not rows):
        return dated[0] if len(dated) == 1 else None
    if not rows:
        totals = [index for index in total_rows(view) if "小計" not in view.names[index] or "小計" in text]
        return totals[0] if len(totals) == 1 and TOTAL_ASKED.search(text) and _is_over(text, view) else None
    return _best(rows)


def rows_asked(text: str, view: TableView) -> list[int]:
    """The rows that a question names, or else the two that it has the words of, each by words that the other has not."""
    named = _named(text, view)
    alone = [
        index
        for index in named
        if not any(_plain(view.names[index]) in _plain(view.names[other]) and index != other for other in named)
    ]
    alone = sorted({*alone, *_shortened(text, view)})
    counted = _COUNT_OF_ROWS.search(text)
    if counted and int(parse_number(counted["count"]) or 0) != len(alone):
        return []  # one of those that are counted is not found
    if len(alone) >= 2:
        return alone
    if len(dated := _rows_of_times(text, view)) == 2:
        return dated
    words = _words_of(text, view)
    first = alone[0] if alone else _best(_rows_by_words(words, view))
    if first is None:
        return []
    others = _rows_by_words(words - view.texts[first], view)
    second = _best({index: count for index, count in others.items() if index != first})
    return [first] if second is None else sorted([first, second])


def columns_asked(question: Question, text: str, view: TableView) -> list[int]:
    """The columns that fit the question, best first; none where no word of it tells the first from the second."""
    columns = [c for c in view.columns() if _CHANGE_ASKED.search(text) or not OF_CHANGE.search(view.table.labels[c])]
    if not _YEAR_BEFORE_ASKED.search(text):  # what was in the year before is no part of what is asked of this one
        columns = [c for c in columns if not _OF_YEAR_BEFORE.match(view.table.labels[c])] or columns
    if len(columns) == 1 or not any(view.table.labels):
        return columns[:1]
    labels = [view.table.labels[column] for column in columns]
    terms = [term_set(label) for label in labels]
    common = frozenset.intersection(*terms) if terms else frozenset()
    asked = term_set(text)
    counted = _SPAN_OF_YEARS.search(text)
    scores = []
    for label, own in zip(labels, terms, strict=True):
        score = 0.5 * len((own - common) & asked)
        score += max(
            (1 + len(part) / 10 for part in label.split() if len(part) >= 2 and fold(part) in fold(text)), default=0
        )
        score += any(_is_head(part, text) for part in label.split() if len(part) >= 2)
        span = _SPAN_OF_YEARS.search(label)
        if counted and span and counted["count"] == span["count"]:
            score += 2
        if years := set(years_of(label)):
            score += 2 if years & set(years_asked(question, text)) else -2
        scores.append(score)
    ordered = sorted(range(len(columns)), key=lambda index: -scores[index])
    if scores[ordered[0]] <= 0:
        # Where no column is named, the sum of the others speaks for the row.
        return [column for column in columns if TOTAL_ROW.fullmatch(view.table.labels[column])][:1]
    return [columns[index] for index in ordered if scores[index] > 0]


def _is_head(part: str, text: str) -> bool:
    """Whether a question asks for what a header's word says, and does not only name it on the way: 「更新費用の不足額は」."""
    return bool(re.search(rf"{re.escape(fold(part))}(?:の?額)?(?:は|を|が|って|いくら|何|[?。]|$)", fold(text)))


def total_rows(view: TableView) -> list[int]:
    """The rows that add up the others."""
    return [index for index, name in enumerate(view.names) if TOTAL_ROW.fullmatch(name)]


def _plain(name: str) -> str:
    return fold(_BRACKET.sub("", clean_name(name)).strip())


def _named(text: str, view: TableView) -> list[int]:
    """The rows, totals apart, whose whole name the question has."""
    asked = fold(text)
    names = [_plain(name) for name in view.names]
    return [
        index
        for index, name in enumerate(names)
        if len(name) >= 2 and name in asked and not TOTAL_ROW.fullmatch(view.names[index]) and _has_figures(index, view)
    ]


def _rows_of_times(text: str, view: TableView) -> list[int]:
    """The rows that are named by a time which the question names: 「令和６年度末残高」, 「令和13年度～令和17年度」."""
    asked = {year for time in find_times(text) for year in (time.fiscal_years or (time.first.year,))}
    own = [
        {year for time in find_times(name) for year in (time.fiscal_years or (time.first.year,))} for name in view.names
    ]
    if sum(map(bool, own)) < len(own) or not asked:
        return []
    return [index for index, years in enumerate(own) if years <= asked or (len(years) > 1 and years & asked)]


def _shortened(text: str, view: TableView) -> list[int]:
    """The rows of whose names the question has a piece that no other row has: 返還サポート補助 for 奨学金返還サポート補助."""
    asked = fold(text)
    names = [_plain(name) for name in view.names]
    found = []
    for index, name in enumerate(names):
        piece = next((piece for piece in pieces_of(name) if piece in asked), None)
        others = (other for place, other in enumerate(names) if place != index)
        if piece and not TOTAL_ROW.fullmatch(view.names[index]) and not any(piece in other for other in others):
            found.append(index)
    return found


def _words_of(text: str, view: TableView, *, heading: bool = False) -> frozenset[str]:
    """The terms of a question that can tell rows apart: not those of years, nor those that name the document or (without ``heading``) the section."""
    plain = text
    for time in reversed(find_times(text)):
        plain = plain[: time.start] + " " + plain[time.end :]
    about = view.document.metadata
    titles = view.block.heading_path[:-1] if heading else view.block.heading_path
    beside = index_terms(" ".join((about.title, *about.publishers, *titles)))
    asked = term_set(_SPAN_OF_YEARS.sub(" ", plain)) - {term for term in beside if not term.isdigit()}
    return frozenset(term for term in asked if _TELLING.fullmatch(term))


def _rows_by_words(asked: frozenset[str], view: TableView) -> dict[int, int]:
    """The rows of which the question has words that not all rows have, with the number of these."""
    own = [
        index for index, name in enumerate(view.names) if not TOTAL_ROW.fullmatch(name) and _has_figures(index, view)
    ]
    if not own:
        return {}
    common = frozenset.intersection(*(view.texts[index] for index in own)) if len(own) > 1 else frozenset()
    found = {index: count for index in own if (count := len((asked & view.texts[index]) - common))}
    if view.table.header is None:  # an item of a list is named, not only touched on: 国庫補助金 by 補助
        found = {index: count for index, count in found.items() if _share_said(asked, view.texts[index]) >= _HALF}
    return found


def _share_said(asked: frozenset[str], terms: frozenset[str]) -> float:
    """How much of what a name says a question says."""
    weights = {term: informativeness(term) for term in terms if not term.isdigit()}
    return sum(weight for term, weight in weights.items() if term in asked) / (sum(weights.values()) or 1.0)


def _has_figures(row: int, view: TableView) -> bool:
    return any(own == row for own, _ in view.cells)


def _best(rows: dict[int, int]) -> int | None:
    best: Sequence[int] = [index for index, count in rows.items() if count == max(rows.values(), default=0)]
    return best[0] if len(best) == 1 else None
