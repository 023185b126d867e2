"""Budget figures in one line of text. How such lines are written:

    地域○○交付金 1,600億円（R7当初：2,000億円）         name, amount, comparison in brackets
    令和7年度補正予算額 23.2億円 <R6補正予算額：9.5億円、R7当初予算額：- >   the programme stands in the heading
    ・○○事業（23.2億円）                               year and stage stand in the heading
    １ ○○事業費 148,200千円（前年度 96,500千円）        the year before, counted from the line's own
    令和4年度概算要求額（百万円）: 542632               the unit stands in the label
    うち○○ 500百万円／財源内訳：国庫支出金 3億円、…      parts of the line above

Owns the reading of one line. Invariant: a figure becomes a fact only when its fiscal year and stage are written in the line or a heading
above it; ceilings, unit prices and commitments (上限, 1件当たり, 債務負担行為) are no budget figures, a part is never a programme's whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from policy_qa.facts.budgets.figures import Figure, depth, figures_of, in_prose
from policy_qa.facts.budgets.names import (
    MEANS,
    PART,
    SHARE,
    SOURCE,
    group_of,
    is_noun_phrase,
    is_phrase_of_nouns,
    is_purpose,
    is_source,
    is_sum,
    is_total,
    kind_of_figure,
    name_in,
    owner_of,
    says_total,
    source_of_revenue,
    sum_name,
)
from policy_qa.facts.budgets.periods import YEAR_BEFORE, Period, label_period
from policy_qa.facts.budgets.sources import bare_sources, listed_sources
from policy_qa.facts.programs.names import clean_name, is_program_like, program_name
from policy_qa.japanese import counters
from policy_qa.japanese.normalize import unwrapped
from policy_qa.types import Block, Document, Fact, Span

_NOT_A_BUDGET = re.compile(
    r"上限|限度|下限|最大|反映額|縮減|削減|当たり|あたり|1件|1人|1団体|1社|1世帯|単価|補助額|補助率|売上|消費額|輸出額|投資額|出荷額|(?<!算)(?<!案の)(?<!算の)規模(?:は|が|で|[:：])?\s*$|残高|現在高|年度末(?:見込み?|現在)?\s*$"
)
_NO_FIGURE = re.compile(r"[\s　]*(?:事項要求|新規|皆増|皆減|新設)[\s　]*$")
_UNITS = rf"(?:{counters.PRICED}|[校回]|kW|㎡|ha|km|m)"
# 「家庭用蓄電池　1台15万円（R7：10万円）　600台・90,000千円」: a price for one, then what so many come to.
_OF_ONE = rf"(?<![0-9.,])1{_UNITS}(?:当たり|あたり|につき|[:：\s])*"
_PRICE_OF_ONE = re.compile(rf"{_OF_ONE}$")
_PRICED = re.compile(rf"{_OF_ONE}[0-9][0-9,.]*[億万千百]*円[^()（）0-9]{{0,4}}$")
_SO_MANY = re.compile(rf"[）)\s]*[0-9][0-9,]*{_UNITS}(?:分|程度)?[・×x、\s]*")
_ENTRY = re.compile(r"[・○◯\-\s]*(?P<name>[^0-9（(）)、。:：\s][^0-9（(）)、。:：]{1,29}?)[\s:：]*(?=[0-9])")
_COMMITMENT = re.compile(r"[\s(（・※○]*(?:債務負担行為|継続費)")
_FUNDING = re.compile(r"[\s(（・※○]*(?:財源(?:内訳)?|(?P<source>[一-鿿]{2,7}))(?=[\s:：(（【】）)])")
_PROSE = re.compile(r"。|(?:です|ます|ました|でした|である|おり|した)$")
_MEANS = re.compile(rf"{MEANS}$")
_STAGE_ALONE = re.compile(r"(?:[(（]?[0-9]+[)）.．]?\s*)?(?:当初|補正|予算|要求|決算)(?:予算)?額(?:は|が|として)?、?")
_FUNDING_INSIDE = re.compile(r"[(（【]財源(?:内訳)?[:：]")
# 「県債の新規発行額は412億円（前年度435億円）とし、」: what stands beside the year before is a figure of the budget.
_BESIDE_YEAR_BEFORE = re.compile(r"\s*[(（](?:対?前年度?|昨年度|同)(?:の|当初|予算|額|比|同期)*[\s:：は]*[▲△]?[0-9]")
_AFTERWARDS = re.compile(r"(?P<kind>補正後|補正前)(?:の額|予算額|の予算額)?[\s:：]*")
_REVENUE = re.compile(r"歳入|収入|[県市町村国]税|[県市]債|公債|財政|規模|総括")
_DESCRIBES = re.compile(r"[・○※\-]|このほか|なお|うち")
# 「令和７年度の予算は3,240万円、前年度は2,780万円であった」
_YEAR_BEFORE_IS = re.compile(r"(?:前|昨)年度(?:の予算|の当初予算|当初予算)?(?:額)?[はが]")
_OF_STAGES = re.compile(r"^[=＝]|[=＝]\s*$")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around a line.

    Its block, the period of its headings, the programme its document is about, what bare brackets of each kind mean there (``remark``), the lines of
    the block before it, the last whole figure before it (``last``), and the unit of the caption in force.
    """

    document: Document
    block: Block
    period: Period
    own_program: str | None = None
    remark: Mapping[str, Period] = field(default_factory=dict)
    earlier: tuple[Span, ...] = ()
    last: Fact | None = None
    unit: int | None = None

    def owner(self) -> tuple[str | None, bool]:
        """Whom a figure without a name belongs to, and whether that is a total: a name in a line above it, else a heading."""
        for span in reversed(self.earlier):
            name = program_name(span.of(self.document.text))
            if name:
                return name, False
        name, sums = owner_of(self.block, self.own_program)
        last = self.last.program if self.last and self.last.section == self.block.heading_path else None
        if sums and is_program_like(last or "") and _DESCRIBES.match(self.document.text, self.block.span.start):
            return last, False  # ・このほか令和６年度補正予算で6,300百万円を措置済み
        return name, sums

    def whole(self) -> Fact | None:
        """The figure that parts printed in this line are parts of."""
        return self.last if self.last is not None and owner_before(self.last, self.block) else None


def owner_before(last: Fact | None, block: Block) -> str | None:
    """The programme of the last figure where a block still speaks of it: below its heading, or beside it."""
    if last is None or last.program is None:
        return None
    path = block.heading_path
    if path == last.section:
        return last.program
    below = path[len(last.section) :]
    inside = path[: len(last.section)] == last.section and any(last.program in clean_name(title) for title in below)
    return last.program if inside else None


def line_facts(span: Span, around: Surroundings) -> Iterator[Fact]:
    """The budget figures of the line at ``span``, the line's own before those it is compared with."""
    document = around.document
    quote = span.of(document.text)
    line = unwrapped(quote.replace("**", "  "))
    text = line.text
    if _COMMITMENT.match(text):
        return
    figures = list(figures_of(text, around.unit))
    funding = _FUNDING.match(text)
    by_name = funding is not None and funding["source"] is not None
    if funding is None or (by_name and (not is_source(funding["source"]) or _is_revenue(around))):
        funding = _FUNDING_INSIDE.search(text)
    if funding:
        behind = [figure for figure in figures if figure.start > funding.start()]
        behind = list(bare_sources(text, funding.end(), around.unit)) or behind
        yield from listed_sources(behind, line, span, around.document, around.block, around.whole())
        figures = [figure for figure in figures if figure.start < funding.start()]
    main: Fact | None = None
    is_part = bool(PART.match(text))
    whole = around.whole() if is_part else None
    for figure in figures:
        share = not is_part and _names_a_part(figure)
        found = _share(figure, main) if share else _read(figure, text, main, around, is_part=is_part)
        if found is None or not found.period.complete:
            continue
        printed = line.to_original(figure.start, figure.end).of(quote)
        parent, qualifier = _belonging(found, figure, main, whole, around, is_part=is_part)
        if is_part and whole is None:
            continue
        fact = Fact(
            "budget", document.path, span.start, span.end, quote, printed, found.program, found.period.year, found.period.stage,
            figure.amount.yen if figure.amount else None, around.block.heading_path, found.is_total and not is_part, qualifier,
            parent, is_repeated="再掲" in text, confidence="medium" if _PROSE.search(text) else "high",
        )  # fmt: skip
        if main is None or (found.is_named and not figure.bracketed and found.program != main.program):
            main = main if share else fact
        yield fact


@dataclass(frozen=True, slots=True)
class _Reading:
    """Programme, whether it is a total, and period of a figure; ``is_named`` where the line itself names it, ``is_entry`` as what so many of it cost."""

    program: str | None
    is_total: bool
    period: Period
    is_source: bool = False
    is_named: bool = False
    kind: str | None = None
    is_entry: bool = False


def _belonging(
    found: _Reading, figure: Figure, main: Fact | None, whole: Fact | None, around: Surroundings, *, is_part: bool
) -> tuple[str | None, str | None]:
    """What the figure belongs to, and what bounds it or what kind of figure it is."""
    if found.kind:
        return (main.parent if main else None), found.kind
    if found.is_entry and (of := around.whole()) is not None:
        return of.program, SHARE
    if is_part:
        return (whole.program if whole else None), SOURCE if is_source(found.program or "") else SHARE
    if figure.names_part and main is not None:
        return main.program, SOURCE if found.is_source else SHARE
    if main is not None:
        return main.parent, figure.qualifier
    group = group_of(around.block.heading_path, found.program or "") if found.is_named and not found.is_total else None
    return group, figure.qualifier


def _names_a_part(figure: Figure) -> bool:
    return figure.bracketed and figure.names_part


def _share(figure: Figure, main: Fact | None) -> _Reading | None:
    """「12億円（うち国費 5億円）」: a part of the line's figure, of the same year and stage."""
    if main is None or main.program is None:
        return None
    label = re.sub(r"^(?:うち|内訳[:：]?)\s*", "", figure.label).strip(" :：は")
    source = is_source(label)
    name = label if source else name_in(label)
    if not name or re.search("年度", label):
        return None
    return _Reading(name, False, _period(main), source)


def _read(figure: Figure, text: str, main: Fact | None, around: Surroundings, *, is_part: bool) -> _Reading | None:
    """``None`` where the figure is no budget figure."""
    if _NOT_A_BUDGET.search(figure.outer) or _PRICE_OF_ONE.search(figure.outer) or _PRICED.search(figure.outer):
        return None
    if figure.bracketed and _PRICED.search(_before(text, figure)):
        return None  # （R7：10万円）: what one cost the year before
    if main is not None and not figure.bracketed and _YEAR_BEFORE_IS.fullmatch(figure.label):
        return _Reading(main.program, main.is_total, Period().before(_period(main)))
    if is_part and main is None:
        return _own_figure(figure, text, main, around, is_part=True)
    if figure.bracketed and not figure.label and (main is not None or _NO_FIGURE.search(figure.outer)):
        return _bare_comparison(figure, main, around)
    if figure.bracketed and figure.label:
        return _comparison(figure, text, main, around)
    return _own_figure(figure, text, main, around, is_part=is_part)


def _bare_comparison(figure: Figure, main: Fact | None, around: Surroundings) -> _Reading | None:
    """「○○事業 86億円（72億円）」: which year the second is of is said in a remark, if at all."""
    remark = around.remark.get(figure.opening)
    if remark is None:
        return None
    period = remark.before(_period(main).filled_from(around.period))
    if main is not None:
        return None if period == _period(main) else _Reading(main.program, main.is_total, period)
    return _Reading(name_in(_NO_FIGURE.sub("", figure.outer)) or around.owner()[0], False, period)


def _comparison(figure: Figure, text: str, main: Fact | None, around: Surroundings) -> _Reading | None:
    """「（R7当初：2,000億円）」「（前年度 96,500千円）」: of the line's programme, at another time."""
    now = _period(main).filled_from(around.period)
    if (kind := _AFTERWARDS.fullmatch(figure.label)) is not None:
        name, sums = (main.program, main.is_total) if main else around.owner()
        return _Reading(name, sums, Period(now.year, "other"), kind=kind["kind"]) if name else None
    period = label_period(figure.outer, now, around.document.metadata.date)
    is_as_before = figure.label == "同" and main is not None
    if period == Period() and not (YEAR_BEFORE.match(figure.label) or is_as_before):
        return None  # a remark such as （国費 3億円）
    if is_as_before:  # 「介護保険 158,300万円（同154,200万円）」 behind 「（前年度145,900万円）」
        period = Period().before(now)
    if not YEAR_BEFORE.search(figure.label) and name_in(figure.label):
        return None  # of something else: （R7当初：○○事業 3億円）
    period = period.filled_from(now)
    if main is not None:
        return None if period == _period(main) else _Reading(main.program, main.is_total, period)
    name = name_in(_before(text, figure))
    if name is None:
        return None
    program, sums = (name, is_total(name)) if name else around.owner()
    return _Reading(program, sums, period, is_named=bool(name))


def _own_figure(
    figure: Figure, text: str, main: Fact | None, around: Surroundings, *, is_part: bool
) -> _Reading | None:
    """A figure that the line itself is about."""
    if _OF_STAGES.search(figure.outer) or (main is not None and is_sum(figure.outer)):
        return None  # the sum of what stands before it in the line, over stages or programmes
    named = label_period(figure.outer, around.period, around.document.metadata.date)
    period = named
    sentence = in_prose(text, figure.start)
    if sentence is not None:
        period = period.filled_from(_said_before(sentence, around))
    period = period.filled_from(around.period)
    if figure.amount is None and period.stage != "request" and not (named.complete and figure.is_labelled):
        return None
    beside = bool(figure.amount is not None and _BESIDE_YEAR_BEFORE.match(text[figure.end :]))
    if figure.amount is not None and not named.complete and not figure.ends_line and not beside:
        return None
    outer = re.sub(r"^\W*うち[\s　]*", "", figure.outer) if is_part else figure.outer
    entry = _ENTRY.match(text) if _SO_MANY.fullmatch(outer) else None
    if entry is not None and around.whole() is not None and (of_entry := name_in(entry["name"])):
        return _Reading(of_entry, False, period, is_named=True, is_entry=True)
    name = outer if is_part and is_source(outer) else _revenue(outer, around) or name_in(outer)
    if sentence is not None and name:
        name = _MEANS.sub("", name)  # 「○○に要する経費として」
    is_said = not _PROSE.search(text) or (beside and bool(name) and is_phrase_of_nouns(name or ""))
    if name is None or not (is_said or _is_said(figure, name, named, period, sentence, around)):
        return None
    if not is_part and (is_sum(figure.outer) or (figure.amount is not None and _counted_up(text, figure))):
        return _Reading(sum_name(figure.outer) or None, True, period)
    if name:
        return _Reading(name, is_total(name) or says_total(figure.outer), period, is_named=sentence is None)
    program, sums = (main.program, main.is_total) if main else around.owner()
    kind = kind_of_figure(figure.outer) if sentence is None else None
    if kind is not None:  # 「予算現額　24,000千円　　決算額　21,350千円」
        return _Reading(program, sums, Period(period.year, "other"), kind=kind)
    return _Reading(program, sums, period)  # a second figure is of the same programme


def _revenue(label: str, around: Surroundings) -> str | None:
    """The source of funds that a line of a budget's revenue is about."""
    return source_of_revenue(label) if _is_revenue(around) else None


def _is_revenue(around: Surroundings) -> bool:
    """Whether lines are about what a budget takes in; below a programme they say where that one's money comes from."""
    about = " ".join(around.block.heading_path)
    return bool(_REVENUE.search(about)) and not is_program_like(around.owner()[0] or "")


def _is_said(
    figure: Figure, name: str, named: Period, period: Period, sentence: str | None, around: Surroundings
) -> bool:
    """Whether a running sentence says for certain whose budget of which year a figure is; speech names much that is none."""
    by_itself = named.complete or (sentence is not None and _said_before(sentence, around).complete)
    if (
        name
        and not is_noun_phrase(name)
        and not (sentence is not None and by_itself and is_purpose(name, figure.outer))
    ):
        return False
    if says_total(figure.outer):
        return is_total(name) or not name
    if not name:
        if is_sum(figure.outer):
            return False
        program, _ = around.owner()
        if program is not None and _STAGE_ALONE.fullmatch(figure.outer):
            return True
        label = re.sub("(?:は|が)$" if program else "(?:として|で|に)$", "", figure.outer)
        ends_in_budget = bool(re.search(r"(?:予算|決算|補正|要求)(?:額|案|[（(]案[）)])*$", label))
        return by_itself and (ends_in_budget or (program is not None and sentence is not None))
    return by_itself and (sentence is not None or named.complete)


def _said_before(sentence: str, around: Surroundings) -> Period:
    """The period that a sentence gives before its figure: 「令和8年度当初予算では、○○に12億円、△△に15億円を計上した」."""
    found = Period()
    for clause in reversed(sentence.split("、")):
        found = found.filled_from(label_period(clause, around.period, around.document.metadata.date))
        if found.complete:
            break
    return found


def _counted_up(text: str, figure: Figure) -> bool:
    return bool(re.search(r"(?<![会統設家時推累])計$", text[: figure.start].rstrip(" 　:：")))


def _before(text: str, figure: Figure) -> str:
    """What stands before the bracket that a figure stands in."""
    place = figure.start
    while place > 0 and depth(text, place) > 0:
        place -= 1
    return text[:place].strip()


def _period(main: Fact | None) -> Period:
    return Period() if main is None else Period(main.fiscal_year, main.stage)
