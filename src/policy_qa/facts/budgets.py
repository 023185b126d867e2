"""Budget lines: programme × fiscal year × stage × amount.

Owns the reading of one line (or table row) as budget figures. How such lines are written:

    地域○○交付金 1,600億円（R7当初：2,000億円）         name, amount, comparison in brackets
    令和7年度補正予算額 23.2億円 <R6補正予算額：9.5億円、R7当初予算額：- >   the programme stands in the heading
    ・○○事業（23.2億円）                               year and stage stand in the heading
    令和4年度概算要求額（百万円）: 542632               the unit stands in the label
    | 事業名 | 令和7年度当初 | 令和8年度要求 |              a table with the years in its header

Invariant: a figure becomes a fact only when its fiscal year and stage are written in the line, its table header or a heading above
it; ceilings, unit prices and shares (上限, 1件当たり, うち) are not budget figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from policy_qa.facts.programs import clean_name, is_program_like, program_name, program_of_title
from policy_qa.japanese.amounts import AmountMention, find_amounts, find_unit
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.stages import find_stages
from policy_qa.japanese.vocabulary import LABEL_LINE
from policy_qa.types import Block, Document, Fact, Span, Stage

_OPEN, _CLOSE = "（(＜<〔[【〈", "）)＞>〕]】〉"
_DELIMITER = re.compile(rf"[、;；{re.escape(_OPEN + _CLOSE)}]")
_OF_A_BUDGET = re.compile(
    r"[\s　]*(?:(?:概算要求|当初予算|補正予算|予算)(?:額|案)?(?:\(案\))?の?)(?:概要|ポイント|総括表?|骨子|全体像|主要事項|全体)$"
)
_NOT_A_BUDGET = re.compile(
    r"上限|限度|下限|最大|当たり|あたり|1件|1人|1団体|1社|1世帯|単価|補助額|補助率|売上|消費額|輸出額|投資額|出荷額|(?<!算)(?<!案の)(?<!算の)規模|うち"
)
_NOT_A_BUDGET_BEHIND = re.compile(
    r"\s*(?:/|の?[増減]|以[内上下]|未満|程度|を[上下超]|の(?:うち|補助|支援)|まで|ずつ|[×x])"
)
_BUDGET_WORDS = re.compile(
    r"(?:令和|平成|昭和|FY)?[0-9元〇一二三四五六七八九十]+年度?|[RHrh][0-9]{1,2}(?![0-9])|年度|一般会計|特別会計|政府|国費|事業費|概算|決定|要求|要望|当初|補正|第[0-9]+[次号]|"
    r"予算|決算|執行|見込|総額|金額|合計|小計|総計|計|額|案|円|千|百万|億|約|[（）()\[\]【】:：・\s,、/\-＝=]"
)
_TOTAL = re.compile(r"(?:合計|総額|小計|総計|^計$|計$|規模$|予算$|予算案$|予算\(案\)$|全体)")
# 事項要求: asked for without an amount; 新規: there was none the year before.
_ITEM_REQUEST = re.compile(r"(?<=[\s　:：])(?P<dash>事項要求)(?=[\s　（(、)]|$)")
_YEAR_BEFORE = re.compile(r"(?:対)?前年度?(?:の|当初|予算|額|$|[\s:：])|前年度?$")
# Where the money comes from is no programme.
_FUNDING = re.compile(
    r"(?:財源|債務負担行為|\(?(?:国庫支出金|国庫補助金|国費|県債|市債|地方債|一般財源|特定財源|基金繰入金)[\s:：])"
)
_COMPARED = re.compile(r"対?前年度?|増減|差引|伸び|対予算|比較")
_NO_FIGURE = re.compile(r"[\s　]*(?:事項要求|新規|皆増|皆減|新設)[\s　]*$")
_BRACKET_REMARK = re.compile(
    r"(?:[（(][\s　]*[）)]|括弧|カッコ|かっこ)(?:内|書き)?(?:の金額)?は、?(?P<label>[^\n。）)]{2,30})"
)
_SUM = re.compile(r"^(?:合|小|総)?計")
_DASH = re.compile(r"[:：]\s*(?P<dash>[-－―–ー‐])(?=[\s、,）)＞>〕]|$)")
_UNIT_IN_LABEL = re.compile(r"[（(](?:単位[:：])?(?P<unit>千円|百万円|億円|兆円|万円|円)[）)]")
_UNITS = {"円": 1, "千円": 10**3, "万円": 10**4, "百万円": 10**6, "億円": 10**8, "兆円": 10**12}
_PROSE = re.compile(r"(?:を(?:計上|措置|確保|盛り込)|が(?:計上|措置))")
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class _Slot:
    """Year and stage as far as a label or heading names them."""

    year: int | None = None
    stage: Stage | None = None

    def filled_from(self, other: _Slot) -> _Slot:
        return _Slot(self.year if self.year is not None else other.year, self.stage or other.stage)

    @property
    def complete(self) -> bool:
        return self.year is not None and self.stage is not None


def budget_facts(document: Document) -> Iterator[Fact]:
    """The budget figures of a document in the order they stand; a programme printed twice (再掲) comes twice."""
    unit: int | None = None
    own_program = program_of_title(document.metadata.title)
    remarks = _remarks(document)
    for block in document.blocks:
        text = block.span.of(document.text)
        caption = find_unit(text)
        if block.kind == "heading":
            unit = caption
        elif caption is not None:
            unit = caption
        context = _context((document.metadata.title, *block.heading_path), document.metadata.date)
        if block.kind == "table":
            yield from _table_facts(document, block, context, unit)
            continue
        above: str | None = None
        for span in _line_spans(document.text, block.span):
            remark = min(remarks, key=lambda found: abs(found[0] - span.start), default=(0, None))[1]
            yield from _line_facts(document, block, span, context, own_program, remark, above)
            above = program_name(span.of(document.text)) or above


def _remarks(document: Document) -> list[tuple[int, _Slot]]:
    """What bare figures in brackets mean, where a remark says so: 「（ ）内は令和８年度予算額」, with the remark's place."""
    found = []
    for match in _BRACKET_REMARK.finditer(document.text):
        label = normalize(match["label"]).text
        slot = (
            _Slot(None, _slot(label, None).stage) if _YEAR_BEFORE.match(label) else _slot(label, document.metadata.date)
        )
        if slot.complete or _YEAR_BEFORE.match(label):
            found.append((match.start(), slot))
    return found


def _dated(slot: _Slot, main: _Slot) -> _Slot:
    """A slot that says only 「前年度」 with its year, counted from the line's own; without a stage it is the initial budget."""
    if slot.year is not None and slot.stage is not None:
        return slot
    return _Slot(None if main.year is None else main.year - 1, slot.stage or "initial")


def _line_spans(text: str, span: Span) -> Iterator[Span]:
    start = span.start
    for line in span.of(text).split("\n"):
        if line.strip():
            yield Span(start, start + len(line))
        start += len(line) + 1


def _context(path: Sequence[str], reference: str | None) -> _Slot:
    """Year and stage the headings name, the innermost first; both must come from a heading about a budget."""
    slot = _Slot()
    for title in reversed(path):
        if re.search(r"予算|要求|補正|当初|決算|決定額", title):
            slot = slot.filled_from(_slot(title, reference))
    return slot


def _slot(label: str, reference: str | None) -> _Slot:
    years = [year for mention in find_times(label, reference) for year in mention.fiscal_years[:1]]
    if not years:
        short = re.search(r"(?<![A-Za-z0-9])[Rr]([0-9]{1,2})(?![0-9.])", label)
        years = [2018 + int(short[1])] if short else []
    stages: list[Stage] = [mention.stage for mention in find_stages(label)]
    stage: Stage | None = stages[0] if stages else None
    if stage is None and "予算" in label:
        stage = "initial"  # 予算額 without more means the initial budget
    return _Slot(years[-1] if years else None, stage)


# -- one line ---------------------------------------------------------------------------------------------------------


def _line_facts(
    document: Document,
    block: Block,
    span: Span,
    context: _Slot,
    own_program: str | None,
    remark: _Slot | None,
    above: str | None,
) -> Iterator[Fact]:
    """``above`` is the programme that an earlier line of the block is the name of."""
    line = normalize(span.of(document.text).replace("**", "  "))
    text = line.text
    if not re.search(r"[0-9〇一二三四五六七八九十百千万億兆]", text):
        return
    in_label = _UNIT_IN_LABEL.search(text)
    if _FUNDING.match(text.strip()):
        return
    amounts = find_amounts(text, _UNITS[in_label["unit"]] if in_label else None)
    amounts = [amount for amount in amounts if not _is_counted_year(text, amount)]
    dashes = [*_DASH.finditer(text), *_ITEM_REQUEST.finditer(text)]
    if not amounts and not dashes:
        return
    quote = span.of(document.text)
    reference = document.metadata.date
    main: Fact | None = None
    main_slot = _Slot()
    previous_end = 0
    for start, end, amount in sorted(
        [(amount.start, amount.end, amount) for amount in amounts]
        + [(match.start("dash"), match.end("dash"), None) for match in dashes],
        key=lambda item: item[0],
    ):
        bracketed = _depth(text, start) > 0
        label = _label(text, previous_end, start)
        previous_end = end
        outer = _before_bracket(text, start) if bracketed and not label else label
        if _NOT_A_BUDGET.search(outer) or (
            amount
            and (amount.qualifier in {"以内", "以上", "以下", "未満", "上限"} or _NOT_A_BUDGET_BEHIND.match(text[end:]))
        ):
            continue
        slot = _slot(outer, reference)
        if bracketed and not label and (main is not None or _NO_FIGURE.search(outer)):
            # A bare comparison: which year it is of is said in a remark, if at all.
            if remark is None:
                continue
            name = _name(_NO_FIGURE.sub("", outer)) if main is None else main.program
            program, is_total = name or _subject(block, own_program)[0], bool(main and main.is_total)
            slot = _dated(remark, main_slot.filled_from(context))
        elif bracketed and label:
            if slot == _Slot() and not _YEAR_BEFORE.match(label):
                continue  # a remark such as （国費 3億円） or （うち …）
            slot = _dated(slot, main_slot.filled_from(context)) if _YEAR_BEFORE.match(label) else slot
            slot = slot.filled_from(main_slot).filled_from(context)
            program, is_total = (
                (main.program, main.is_total) if main else (above, False) if above else _subject(block, own_program)
            )
        else:
            said_here = slot.complete
            slot = slot.filled_from(context)
            if amount is None and slot.stage != "request":
                continue
            if amount is not None and not said_here and not _is_line_of_figures(text, start, end, bracketed):
                continue
            name = _name(outer)
            if name is None:
                continue
            if name:
                program, is_total = name, bool(_TOTAL.search(name))
            else:  # a second figure of the line is of the same programme as the first
                program, is_total = (
                    (main.program, main.is_total) if main else (above, False) if above else _subject(block, own_program)
                )
            if _SUM.search(outer) or (amount and text[:start].rstrip().endswith("計")):
                program, is_total = None, True
        if not slot.complete:
            continue
        printed_span = line.to_original(start, end)
        fact = Fact(
            "budget", document.path, span.start, span.end, quote, printed_span.of(quote), program, slot.year, slot.stage,
            amount.yen if amount else None, block.heading_path, is_total,
        )  # fmt: skip
        if main is None:
            main, main_slot = fact, slot
        yield fact


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
        elif depth == 0 and character in "、;；" and _depth(text, start + index) == _depth(text, end):
            # A comma inside a programme's name stays with it; between figures it parts them.
            if start > 0 or _depth(text, end) > 0:
                cut = index + 1
                break
    return piece[cut:].strip(" 　:：…・.")


def _before_bracket(text: str, place: int) -> str:
    opening = max(text.rfind(character, 0, place) for character in _OPEN)
    return text[:opening].strip()


def _is_line_of_figures(text: str, start: int, end: int, bracketed: bool) -> bool:
    """Whether the figure ends its line (but for brackets and remarks), as budget lines do, or is said to be budgeted."""
    rest = text[end:]
    if bracketed:
        rest = re.sub(r"^[^（(）)＞>]*[）)＞>〕\]]", "", rest, count=1)
    rest = re.sub(r"[（(＜<〔\[【].*?[）)＞>〕\]】]", "", rest).strip(" 　。、*＊")
    return (
        not rest
        or bool(_PROSE.match(rest))
        or bool(re.match(r"[(（＜<〔\[]|\+|－|→|⇒|となる|です$|の内数|\[?再掲", rest))
        or bool(find_amounts(rest))
    )


def _name(label: str) -> str | None:
    """The programme a label names; "" when it only says year, stage and 「予算額」; ``None`` when it is a sentence."""
    label = re.sub(r"^(?:答|回答|A[0-9]*)[\s:：.]+", "", label.strip())
    name = clean_name(re.sub(r"[（(](?:単位[:：])?(?:千|百万|億|万)?円[）)]", "", label))
    name = re.sub(r"(?:は|が|を|に|で|として|約|:|：|、|\s)+$", "", _without_year(name))
    name = re.sub(r"の(?:当初|補正|概算|決定|要求)?予算(?:額|案)?$", "", name)
    if _COMPARED.match(name):
        return None
    name = re.sub(r"^(?:このほか|ほかに?|なお|また|および|及び)、?", "", name)
    if not _BUDGET_WORDS.sub("", name):
        return ""
    name = (
        re.sub(r"(?:の)?(?:(?:当初|補正|概算|決定|要求)?予算)?(?:額|案)?(?:は|として|に|が|を|:|：|約|、)*$", "", name)
        if re.search(r"(?:は|として|に|が|を|額|、)$", name)
        else name
    )
    if LABEL_LINE.fullmatch(name) or re.search(r"対象(?:と|経費|事業|者)|残高", name):
        return None
    if not 2 <= len(name) <= _LONGEST_NAME or "。" in name or re.search(r"(?:する|した|れる|および|ことで)$", name):
        return None
    return name


def _subject(block: Block, own_program: str | None) -> tuple[str | None, bool]:
    """Whom a figure without a name of its own belongs to: the innermost heading that names a programme, else the innermost
    that is more than a label, taken as a total when the figure stands alone below it. ``own_program`` is the programme that the whole
    document is about; figures under nothing but labels are its own."""
    titles = [title for title in reversed(block.heading_path) if not LABEL_LINE.fullmatch(clean_name(title))]
    for title in titles:
        if is_program_like(title):
            return clean_name(title), False
        if re.search("予算|要求", title):
            break
    for title in titles:
        name = _without_year(clean_name(title))
        if re.fullmatch(r"[0-9.\s]*", name):
            continue
        if not _BUDGET_WORDS.sub("", name):
            return None, True
        if own_program:
            return own_program, False
        whole = _OF_A_BUDGET.sub("", name).strip()
        return whole or None, bool(_TOTAL.search(name)) or block.kind != "item" or whole != name
    return own_program, own_program is None


_YEAR = r"(?:(?:令和|平成|昭和)[0-9元〇一二三四五六七八九十]+年度|[0-9]{4}年度|(?<![A-Za-z0-9])[RH][0-9]{1,2}(?:年度)?)"
_STAGE_WORDS = r"(?:当初|補正|概算|要求|決算|決定|予算|額|案|[（(](?:案|第[0-9]+[号次])[)）])+"


def _without_year(name: str) -> str:
    """A label without the year and stage in front of the name (令和8年度当初予算の…) or behind it (… R8当初)."""
    name = re.sub(
        rf"^{_YEAR}\s*の?(?:{_STAGE_WORDS}(?:の|においては?、?|により、?|では、?|は、?|に、?|で、?))?", "", name
    )
    return re.sub(rf"[\s:：]*{_YEAR}\s*(?:{_STAGE_WORDS})?$", "", name).strip()


# -- tables -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Cell:
    span: Span
    text: str


def _table_facts(document: Document, block: Block, context: _Slot, unit: int | None) -> Iterator[Fact]:
    """Facts of a table whose header (or heading) names years and stages and whose first columns name programmes."""
    rows = [_cells(document.text, span) for span in _line_spans(document.text, block.span)]
    rows = [row for row in rows if row and not all(re.fullmatch(r"[:\-\s]*", cell.text) for cell in row)]
    if len(rows) < 2:
        return
    header, *body = rows
    unit = next((found for cell in header if (found := _unit_of(cell.text))), unit)
    columns = [_slot(cell.text, document.metadata.date) for cell in header]
    skipped = [bool(re.search(r"増減|差引|対前年|伸び率|比較|比率|%|備考|区分", cell.text)) for cell in header]
    for row in body:
        name = next(
            (clean_name(cell.text) for cell in row if not find_amounts(cell.text, 1) and len(cell.text) > 1), None
        )
        if name is None:
            continue
        is_sum = bool(_SUM.search(name))
        quote_span = Span(row[0].span.start, row[-1].span.end)
        for index, cell in enumerate(row[: len(header)]):
            slot = columns[index].filled_from(context)
            if (
                skipped[index]
                or not slot.complete
                or (columns[index] == _Slot() and not re.search("額|予算|金額", header[index].text))
            ):
                continue
            amounts = find_amounts(cell.text, _unit_of(header[index].text) or unit)
            if len(amounts) != 1 and not re.fullmatch(r"[-－―–ー‐]", cell.text):
                continue
            yield Fact(
                "budget", document.path, quote_span.start, quote_span.end, quote_span.of(document.text),
                cell.span.of(document.text), None if is_sum else name, slot.year, slot.stage,
                amounts[0].yen if amounts else None, block.heading_path, is_sum or bool(_TOTAL.search(name)),
            )  # fmt: skip


def _unit_of(text: str) -> int | None:
    match = _UNIT_IN_LABEL.search(normalize(text).text)
    return find_unit(text) or (_UNITS[match["unit"]] if match else None)


def _cells(text: str, span: Span) -> list[_Cell]:
    line = span.of(text)
    pattern = r"[^|\n]+" if line.lstrip().startswith("|") else r"\S+(?:[ ]\S+)*"
    cells = []
    for match in re.finditer(pattern, line):
        content = match[0].strip()
        if content:
            start = span.start + match.start() + len(match[0]) - len(match[0].lstrip())
            cells.append(_Cell(Span(start, start + len(content)), normalize(content).text))
    return cells


def same_figure(first: Fact, second: Fact) -> bool:
    """Whether two budget facts say the same thing, at whatever place."""
    return replace(first, path="", start=0, end=0, quote="", printed="", section=(), is_total=False) == replace(
        second, path="", start=0, end=0, quote="", printed="", section=(), is_total=False
    )
