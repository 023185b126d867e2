"""Which rows of a table rose or fell between two of its years: 「令和６年度に利用者が前年度より減った路線はどれですか」.

Owns that list. Invariant: the two columns are of one measure and of the asked year and the one before it, or the only two there are; a row is listed with
both its figures, and where none moved so, the answer says that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.answering.draft import Draft, Statement
from policy_qa.answering.tables.asked import TOTAL_ROW
from policy_qa.answering.tables.timed import bare_label, years_asked, years_of
from policy_qa.answering.tables.view import TableFigure, TableView
from policy_qa.answering.tables.wording import label_of
from policy_qa.japanese.normalize import fold
from policy_qa.retrieval.question import Question

WHICH = re.compile(r"どれ|どの|どこ|何(?:線|市|町|村|校|科|地区|地域|部門|品目)|もの(?:は|を)")
_ROSE = re.compile(r"(?:増え|増加し|上がっ|上昇し|伸び|上回っ)た")
_FELL = re.compile(r"(?:減っ|減少し|下がっ|低下し|落ち|下回っ)た")
_MOST = 20


def movers(question: Question, text: str, view: TableView) -> Draft | None:
    """The rows that rose, or fell, as a normalised question asks; ``None`` where its words do not tell two columns and a direction."""
    rose, fell = bool(_ROSE.search(text)), bool(_FELL.search(text))
    if rose == fell or not WHICH.search(text):
        return None
    pair = _columns(question, text, view)
    if pair is None:
        return None
    moved: list[tuple[TableFigure, TableFigure]] = []
    for row, name in enumerate(view.names):
        older, newer = (view.cells.get((row, column)) for column in pair)
        if older is None or newer is None or not older.fits(newer) or TOTAL_ROW.fullmatch(name):
            continue
        if newer.value != older.value and (newer.value > older.value) == rose:
            moved.append((older, newer))
    if not moved or len(moved) > _MOST:
        return None
    names = [view.names[newer.row] for _, newer in moved]
    lines = [
        Statement(
            f"{label_of(newer, view)}は{newer.shown}（{view.table.labels[older.column]}は{older.shown}）です。",
            view.evidence(newer),
        )
        for older, newer in moved
    ]
    first = Statement(f"{'、'.join(names)}です。{lines[0].text}", lines[0].evidence)
    return Draft(
        "answered", (first, *lines[1:]), "、".join(names), assumptions=question.assumptions, confidence="medium", is_list=len(lines) > 1,
    )  # fmt: skip


def _columns(question: Question, text: str, view: TableView) -> tuple[int, int] | None:
    """The columns of the year before and the year asked for, of one measure that the question names, or that is the only one."""
    timed: dict[str, dict[int, int]] = {}
    for column in view.columns():
        years = years_of(view.table.labels[column])
        if len(years) == 1:
            timed.setdefault(bare_label(view.table.labels[column]), {})[years[0]] = column
    measured = {label: own for label, own in timed.items() if len(own) >= 2}
    named = {label: own for label, own in measured.items() if any(part in fold(text) for part in _parts(label))}
    chosen = list((named or measured).values())
    if len(chosen) != 1:
        return None
    own = chosen[0]
    asked = sorted(year for year in years_asked(question, text) if year in own)
    newest = asked[-1] if asked else max(own)
    older = asked[0] if len(asked) > 1 else newest - 1
    return (own[older], own[newest]) if older in own and newest in own and older != newest else None


def _parts(label: str) -> Sequence[str]:
    """A label's words and their stems: 利用者数 is asked for as 利用者."""
    words = [fold(part) for part in label.split() if len(part) > 1]
    return [*words, *(word[:-1] for word in words if len(word) > 2 and word[-1] in "数額量率")]
