"""Lines of a budget that own what follows: a programme with its figures, over what describes it.

Owns when a line is such an owner, and its name. Invariant: an owner names more than a year's budget, and what stands right below it is set deeper and has
no figures of its own kind: lines with figures are its parts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.documents.lines import COLUMN_GAP, SENTENCE_END, Line, closed_up
from policy_qa.documents.markers import BULLETS, NUMBERED

# The figures of a budget line, set off behind its name: 「　　　18,900［14,200］」, 「　　部計　202,440　（119,180）」.
_FIGURES_BEHIND = re.compile(
    r"(?:[ 　\t]{2,}|　|[…‥・.．]{3,})(?:[部局課小合]?計|計)?[\s　]*[▲△\-－]?[0-9０-９][0-9０-９,，.．]*(?:[兆億万千百]|円)*"
    r"(?:[\s　]*[（(［\[＜<〔][^（(［\[＜<〔]{0,24}[）)］\]＞>〕]|[\s　]+[▲△\-－]?[0-9０-９,，.．％%]+)*$"
)
# 【新】, 【拡充】 before or behind a name.
_STATUS_MARK = re.compile(r"[【〔\[（(](?:新|拡|継|新規|拡充|継続|重点|再掲|組替|一部(?:新規|拡充))[】〕\]）)]")
_OF_FIGURES = re.compile(
    r"(?:令和|平成|昭和)?[0-9元]+年度|[RＲ][0-9]+|当初|補正|概算|要求|要望|決定|決算|予算|金額|総額|合計|対?前年度?比?|増減|内訳|うち|このほか|[額計案（）()・\s]"
)
_OWNER_LENGTH = 40


def owner_at(lines: Sequence[Line], index: int) -> tuple[str, str] | None:
    """The style and the name of a line with figures behind it whose description is set deeper right below it.

    «（１）○○事業【拡充】　　　18,900［14,200］» over «・補助率は１／２…»: a line of a budget, and the heading of what describes it.
    """
    line = lines[index]
    if not _FIGURES_BEHIND.search(line.text) or index + 1 >= len(lines) or not _is_set_below(lines, index):
        return None
    if line.marker is not None and line.marker.style in BULLETS | {"note", "question", "answer"}:
        return None
    is_numbered = line.marker is not None and line.marker.style in NUMBERED
    name = without_figures(line.marker.body if is_numbered and line.marker else line.text)
    if len(name) > _OWNER_LENGTH or not names_something(name) or SENTENCE_END.search(name) or name.count("、") > 1:
        return None
    return (line.marker.style if is_numbered and line.marker else "name"), name


def is_budget_line(line: Line) -> bool:
    """Whether a numbered line has figures set off behind it."""
    return line.marker is not None and line.marker.style in NUMBERED and bool(_FIGURES_BEHIND.search(line.text))


def without_figures(title: str) -> str:
    """A title without the figures set off behind it, and then also without what is said of its standing (【新】); as it is where it has none."""
    name = _FIGURES_BEHIND.sub("", title)
    return title if name == title else closed_up(_STATUS_MARK.sub("", name)).strip()


def _is_set_below(lines: Sequence[Line], index: int) -> bool:
    """Whether the line under this one describes it: a bullet or a label that is no brother of it, or a programme of a division."""
    line, below = lines[index], lines[index + 1]
    own = line.marker.style if line.marker is not None else ""
    if below.marker is not None and below.marker.style in BULLETS | {"angle"}:
        return below.marker.style != own and not _FIGURES_BEHIND.search(below.text)  # lines with figures are its parts
    if own in NUMBERED and below.marker is None and below.blank_before and not COLUMN_GAP.search(below.text):
        return True  # a paragraph of its own, in formats that set every paragraph apart
    owned = owner_at(lines, index + 1) if own in NUMBERED else None
    return owned is not None and owned[0] == "name"


def names_something(title: str) -> bool:
    """Whether a title over or before figures names more than that they are a year's budget."""
    return len(_OF_FIGURES.sub("", title)) >= 2
