"""Budget figures in one line of text. How such lines are written:

    地域○○交付金 1,600億円（R7当初：2,000億円）         name, amount, comparison in brackets
    令和7年度補正予算額 23.2億円 <R6補正予算額：9.5億円、R7当初予算額：- >   the programme stands in the heading
    ・○○事業（23.2億円）                               year and stage stand in the heading
    １ ○○事業費 148,200千円（前年度 96,500千円）        the year before, counted from the line's own
    令和4年度概算要求額（百万円）: 542632               the unit stands in the label

Owns the reading of one line. Invariant: a figure becomes a fact only when its fiscal year and stage are written in the line or a heading
above it; ceilings, unit prices, sources of funds and shares (上限, 1件当たり, 財源内訳, うち) are no budget figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from policy_qa.facts.budget_names import is_sum, is_total, name_in, owner_of
from policy_qa.facts.budget_tables import unit_of
from policy_qa.facts.periods import YEAR_BEFORE, Period, period_of
from policy_qa.japanese.amounts import AmountMention, find_amounts
from policy_qa.japanese.normalize import normalize
from policy_qa.types import Block, Document, Fact, Span

_OPEN, _CLOSE = "（(＜<〔[【〈", "）)＞>〕]】〉"
_NOT_A_BUDGET = re.compile(
    r"上限|限度|下限|最大|当たり|あたり|1件|1人|1団体|1社|1世帯|単価|補助額|補助率|売上|消費額|輸出額|投資額|出荷額|(?<!算)(?<!案の)(?<!算の)規模|うち"
)
_NOT_A_BUDGET_BEHIND = re.compile(
    r"\s*(?:/|の?[増減]|以[内上下]|未満|程度|を[上下超]|の(?:うち|補助|支援)|まで|ずつ|[×x])"
)
# 事項要求: asked for without an amount; 新規: there was none the year before.
_ITEM_REQUEST = re.compile(r"(?<=[\s　:：])(?P<dash>事項要求)(?=[\s　（(、)]|$)")
_NO_FIGURE = re.compile(r"[\s　]*(?:事項要求|新規|皆増|皆減|新設)[\s　]*$")
# Where the money comes from is no programme.
_FUNDING = re.compile(
    r"(?:財源|債務負担行為|\(?(?:国庫支出金|国庫補助金|国費|県債|市債|地方債|一般財源|特定財源|基金繰入金)[\s:：])"
)
_DASH = re.compile(r"[:：]\s*(?P<dash>[-－―–ー‐])(?=[\s、,）)＞>〕]|$)")
_PROSE = re.compile(r"(?:を(?:計上|措置|確保|盛り込)|が(?:計上|措置))")
_IN_LABEL = re.compile(r"[（(](?:単位[:：])?(?:千円|百万円|億円|兆円|万円|円)[）)]")
# 3,250（2,980）百万円: the unit of the figures before it, no amount of its own.
_UNIT_ALONE = re.compile(r"[百千万億兆]+円")
_BOUNDS = frozenset({"以内", "以上", "以下", "未満", "上限"})


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around a line.

    Its block, the period of its headings, the programme its document is about, what bare brackets mean there (``remark``), and the
    programme that an earlier line of the block is the name of (``above``).
    """

    document: Document
    block: Block
    period: Period
    own_program: str | None = None
    remark: Period | None = None
    above: str | None = None

    def owner(self) -> tuple[str | None, bool]:
        """Whom a figure without a name belongs to, and whether that is a total."""
        return (self.above, False) if self.above else owner_of(self.block, self.own_program)


@dataclass(frozen=True, slots=True)
class _Figure:
    """An amount, or a dash in its place (``amount`` is ``None``), with what is written before it."""

    start: int
    end: int
    amount: AmountMention | None
    bracketed: bool
    label: str
    outer: str


def line_facts(span: Span, around: Surroundings) -> Iterator[Fact]:
    """The budget figures of the line at ``span``, the line's own before those it is compared with."""
    document = around.document
    line = normalize(span.of(document.text).replace("**", "  "))
    if _FUNDING.match(line.text.strip()):
        return
    main: Fact | None = None
    for figure in _figures(line.text):
        found = _read(figure, line.text, main, around)
        if found is None:
            continue
        program, sums, period = found
        if not period.complete:
            continue
        quote = span.of(document.text)
        fact = Fact(
            "budget", document.path, span.start, span.end, quote, line.to_original(figure.start, figure.end).of(quote), program,
            period.year, period.stage, figure.amount.yen if figure.amount else None, around.block.heading_path, sums,
        )  # fmt: skip
        main = main or fact
        yield fact


def _figures(text: str) -> Iterator[_Figure]:
    """The amounts and dashes of a line in order, without those that are plainly no budgets."""
    unit = unit_of(text) if _IN_LABEL.search(text) else None
    amounts = [
        amount
        for amount in find_amounts(text, unit)
        if not _is_counted_year(text, amount) and not _UNIT_ALONE.fullmatch(amount.printed)
    ]
    dashes = [*_DASH.finditer(text), *_ITEM_REQUEST.finditer(text)]
    places: list[tuple[int, int, AmountMention | None]] = [(amount.start, amount.end, amount) for amount in amounts]
    places += [(*match.span("dash"), None) for match in dashes]
    previous_end = 0
    for start, end, amount in sorted(places, key=lambda place: place[0]):
        bracketed = _depth(text, start) > 0
        label = _label(text, previous_end, start)
        previous_end = end
        outer = _before_bracket(text, start) if bracketed and not label else label
        bounded = amount is not None and (amount.qualifier in _BOUNDS or _NOT_A_BUDGET_BEHIND.match(text[end:]))
        if not bounded and not _NOT_A_BUDGET.search(outer):
            yield _Figure(start, end, amount, bracketed, label, outer)


def _read(
    figure: _Figure, text: str, main: Fact | None, around: Surroundings
) -> tuple[str | None, bool, Period] | None:
    """Programme, whether it is a total, and period of a figure; ``None`` where it is no budget figure."""
    if figure.bracketed and not figure.label and (main is not None or _NO_FIGURE.search(figure.outer)):
        return _bare_comparison(figure, main, around)
    if figure.bracketed and figure.label:
        return _comparison(figure, main, around)
    return _own_figure(figure, text, main, around)


def _bare_comparison(
    figure: _Figure, main: Fact | None, around: Surroundings
) -> tuple[str | None, bool, Period] | None:
    """「○○事業 86億円（72億円）」: which year the second is of is said in a remark, if at all."""
    if around.remark is None:
        return None
    period = around.remark.before(_period(main).filled_from(around.period))
    if main is not None:
        return main.program, main.is_total, period
    return name_in(_NO_FIGURE.sub("", figure.outer)) or around.owner()[0], False, period


def _comparison(figure: _Figure, main: Fact | None, around: Surroundings) -> tuple[str | None, bool, Period] | None:
    """「（R7当初：2,000億円）」「（前年度 96,500千円）」: of the line's programme, at another time."""
    period = period_of(figure.outer, around.document.metadata.date)
    year_before = YEAR_BEFORE.match(figure.label)
    if period == Period() and not year_before:
        return None  # a remark such as （国費 3億円） or （うち …）
    if year_before:
        period = Period(None, period.stage).before(_period(main).filled_from(around.period))
    period = period.filled_from(_period(main)).filled_from(around.period)
    program, sums = (main.program, main.is_total) if main else around.owner()
    return program, sums, period


def _own_figure(
    figure: _Figure, text: str, main: Fact | None, around: Surroundings
) -> tuple[str | None, bool, Period] | None:
    """A figure that the line itself is about."""
    named = period_of(figure.outer, around.document.metadata.date)
    period = named
    if main is not None and _PROSE.match(text[figure.end :]):
        period = period.filled_from(_period(main))  # ○○に12億円、△△に15億円を計上した
    period = period.filled_from(around.period)
    if figure.amount is None and period.stage != "request":
        return None
    if figure.amount is not None and not named.complete and not _ends_its_line(text, figure):
        return None
    name = name_in(figure.outer)
    if name is None:
        return None
    if is_sum(figure.outer) or (figure.amount is not None and text[: figure.start].rstrip().endswith("計")):
        return None, True, period
    if name:
        return name, is_total(name), period
    program, sums = (
        (main.program, main.is_total) if main else around.owner()
    )  # a second figure is of the same programme
    return program, sums, period


def _period(main: Fact | None) -> Period:
    return Period() if main is None else Period(main.fiscal_year, main.stage)


def _is_counted_year(text: str, amount: AmountMention) -> bool:
    """With a unit in the label every bare number looks like money: those of a date are none."""
    return bool(re.match(r"\s*(?:年|月|日|年度|次|号|件|人|%)", text[amount.end :])) or bool(
        re.search(r"(?:令和|平成|昭和|R|H|第|FY)\s*$", text[: amount.start])
    )


def _depth(text: str, place: int) -> int:
    return sum((character in _OPEN) - (character in _CLOSE) for character in text[:place])


def _label(text: str, start: int, end: int) -> str:
    """What stands between the last figure or delimiter and the figure at ``end``."""
    piece = text[start:end]
    cut = 0
    depth = 0
    for index in range(len(piece) - 1, -1, -1):
        character = piece[index]
        if character in _CLOSE:
            depth += 1
        elif character in _OPEN:
            if depth == 0:
                cut = index + 1
                break
            depth -= 1
        elif depth == 0 and character == "。":
            cut = index + 1
            break
        elif (
            depth == 0
            and character in "、;；"
            and _depth(text, start + index) == _depth(text, end)
            and (start > 0 or _depth(text, end) > 0)
        ):
            # A comma inside a programme's name stays with it; between figures it parts them.
            cut = index + 1
            break
    return piece[cut:].strip(" 　:：…・.")


def _before_bracket(text: str, place: int) -> str:
    opening = max(text.rfind(character, 0, place) for character in _OPEN)
    return text[:opening].strip()


def _ends_its_line(text: str, figure: _Figure) -> bool:
    """Whether the figure ends its line (but for brackets and remarks), as budget lines do, or is said to be budgeted."""
    rest = text[figure.end :]
    if figure.bracketed:
        rest = re.sub(r"^[^（(）)＞>]*[）)＞>〕\]]", "", rest, count=1)
    rest = re.sub(r"[（(＜<〔\[【].*?[）)＞>〕\]】]", "", rest).strip(" 　。、*＊")
    return (
        not rest
        or bool(_PROSE.match(rest))
        or bool(re.match(r"[(（＜<〔\[]|\+|－|→|⇒|となる|です$|の内数|\[?再掲", rest))
        or bool(find_amounts(rest))
    )
