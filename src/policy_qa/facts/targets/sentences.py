"""Targets that a sentence or a line of a list states.

Owns the way from a figure to its indicator and its year. Invariant: a figure is a target only where the words around it aim at it (までに…に引き上げる,
を目指す, 目標), or where the heading or the label over its list says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from policy_qa.facts.programs.names import clean_name, is_program_like
from policy_qa.facts.targets.figures import Figure, When, figures_of, target_fact, whens_of
from policy_qa.japanese.normalize import Normalized, normalize, unwrapped
from policy_qa.japanese.sentences import sentences
from policy_qa.japanese.tokens import analyze
from policy_qa.types import Block, Document, Fact, Span

_REACH = re.compile(
    r"(?:[増減]?[にへ]?まで|[にへ])?、?(?:引き?上げ|引き?下げ|増や|減ら|高め|下げ|上げ|伸ば|増加|減少|削減|拡大|縮小|短縮|抑え|抑制|向上|低減|到達|達成|確保|育成|整備|設置|創出|配置|普及|再生|(?:と|に)?す(?:る|べ)|(?:と|に)し(?!て(?:い|お|き)))"
)
_AIM = re.compile(
    r"(?:の(?:達成|実現|確保))?(?:を|と|に)(?:目指|めざ|目標|達成|実現|目標値|超えることを目標|する目標|することを目標)|の?達成を目|に向け|を超えることを目標|を目途|とする(?:こと)?を?目"
)
_UNTIL = re.compile(r"まで(?:に|の)|末までに|時点で|には?|において|の目標")
_AIMS = re.compile(r"目標|目指|めざ|までに|KPI|指標|に向け|[にへ](?:引き?上げ|引き?下げ|増や|減ら|高め)")
_CHANGE = re.compile(
    r"(?:程度|以上)?(?:を)?(?P<change>削減|減少|増加|縮小|拡大|向上|低減|抑制|短縮|引き?上げ|引き?下げ|増や|減ら)"
)
_CHANGES = {"増や": "増加", "減ら": "減少", "引上げ": "引き上げ", "引下げ": "引き下げ"}
CHANGES = frozenset({"削減", "減少", "増加", "縮小", "拡大", "向上", "低減", "抑制", "短縮", *_CHANGES.values()})
"""Qualifiers of a figure that says how much something changes, not what it becomes."""
_EDGE = re.compile(
    r"[。、,:：;()（）「」\[\]|\n】>〉]|までに|において|として|により|によって|ため|ことで|ともに|とともに"
)
_LEADING = re.compile(
    r"^(?:[\s・○●◯■□◆◇\-*※①-⑳]+|[(（]?[0-9]{1,2}[)）.．][ 　]*|(?:は|を|に|の|も|で|が|と|年間|毎年|新たに|累計で?|全国で))+"
)
_LABEL = re.compile(r"(?:の)?(?:目標値?|KPI|成果目標|数値目標)(?:は|として|:|：)?$")
_LABELLED = re.compile(r"(?P<name>[^:：。]{2,40}?)の?(?:数値)?目標値?[:：]")
_BESIDE = 12  # characters that the year of a figure stands before it at most
_ARROW = re.compile(r"→|⇒|➡")
_NOT_INDICATOR = re.compile(
    r"する|した|れる|予算|万円|補助|交付額|上限|期限|電話|条|(?:年度?|月|日|回|これ|それ|もの|こと)$"
)
# 「【目標】」「＜成果目標＞」 before the target itself.
GOAL_LABEL = re.compile(
    r"^\W*[\[【<〈(（〔《](?:成果|数値|達成|事業)?(?:の?目標値?|KPI|目標・?KPI|アウトカム)[\]】>〉)）〕》][\s:：]*"
)
_AIM_ALONE = re.compile(
    r"^\W*(?:成果|数値)?目標値?[:：\s]+(?:(?:令和|平成)[0-9元]+年度?末?|20[0-9]{2}年度?末?)までに(?:累計で?|合計で?|約)?(?=[0-9])"
)
_FAR_ABOVE = 6  # blocks that a programme's line stands above its description at most
_OF_MARK = re.compile(r"^[※\s(（]*(?:注[0-9]*[)）]?\s*)?(?P<mark>[①-⑳]|[ア-ン])(?:の|は)")
_ACTUAL = re.compile(r"実績|現状|現在の?値")
_BRACKET_BEHIND = re.compile(r"^\s*[(（\[][^()（）\[\]]*[)）\]]")
# 「令和6年度62人を、令和10年度に90人とし」: the first figure is where it stands.
_FROM = re.compile(r"(?:から|を)、?$")
_MEASURED = re.compile(r"(?:率|割合|数|量|額|面積|人口|比|指数|満足度|シェア|時間)$")
_CHAIN = re.compile(r"[・、]|及び|並びに|と")
_FROM_TO = re.compile(r"[0-9][^、。]{0,8}(?:を|から)、?[^、。]{0,10}年度?末?(?:まで)?に[0-9]")
_PAST = re.compile(
    r"(?:し|しま|ました|となった|であった|だった|された|なった|達した|増えた|減った|いる|います|いた)(?:。|$)|実績|見込み?ま"
)


def sentence_targets(document: Document, block: Block, span: Span, topic: str | None = None) -> Iterator[Fact]:
    """The targets of one sentence: 「2030年度末までに耐震化率を70％に引き上げる」, 「年間1,200人を目指す」, with where it stands now.

    ``topic`` is what the sentence before speaks of, for one that names no indicator itself.
    """
    normal = unwrapped(span.of(document.text))
    text = normal.text
    if not (_AIMS.search(text) or topic or _FROM_TO.search(text)):
        return
    figures = figures_of(text)
    whens = whens_of(text, document.metadata.date)
    position = 0
    aimed: set[int] = set()
    for number in reversed(
        range(len(figures))
    ):  # 「旅行者数6,000万人・消費額15兆円に向けて」: the aim is said once, at the end
        joined = number + 1 in aimed and _CHAIN.match(text, figures[number].end) is not None
        if _AIM.match(text[figures[number].end :]) or (joined and figures[number + 1].start - figures[number].end < 16):
            aimed.add(number)
    for number, figure in enumerate(figures):
        before, behind = text[position : figure.start], text[figure.end : figure.end + 24]
        beside = _BRACKET_BEHIND.match(text[figure.end :])
        behind = text[figure.end + beside.end() :][:24] if beside else behind
        reaches = _REACH.match(behind)
        aims = number in aimed
        until = _by_when(text, whens, figure)
        if until is None and aims and len(whens) == 1 and whens[0].end <= figure.start:
            until = whens[0]
        if not aims and not (reaches and (until or re.search(r"目標|目指|めざ", text))):
            continue
        if _PAST.search(text[figure.end :].split("、")[0]) and not aims:
            continue
        now = _stands_at(text, figures, number, whens)
        head = (
            before
            if now is None or now[0] > number
            else text[position : now[1].start if now[1] else figures[now[0]].start]
        )
        subject = _indicator(head, text, figure, whens) or topic
        if subject is None:
            continue
        position = figure.end
        change = _CHANGE.match(behind)
        changed = figure
        if change and figure.bound is None:  # 「25％削減」 is how much it changes, not what it becomes
            word = _CHANGES.get(change["change"], change["change"])
            changed = replace(figure, bound=word)
        if now is not None:
            yield _fact(document, block, span, normal, subject, "現状値", figures[now[0]], now[1])
        yield _fact(document, block, span, normal, subject, "目標値", changed, until)


def aim_of_owner(document: Document, block: Block, span: Span) -> Iterator[Fact]:
    """A target that names no indicator, as that of the programme whose description it stands in: 「目標：令和12年度末までに累計400基」."""
    normal = unwrapped(span.of(document.text))
    aim = _AIM_ALONE.match(normal.text)
    owner = _owner_of(document, block) if aim else None
    if aim is None or owner is None:
        return
    figures, whens = figures_of(normal.text), whens_of(normal.text, document.metadata.date)
    ahead = [figure for figure in figures if figure.start >= aim.end()]
    if not ahead:
        return
    number = figures.index(ahead[0])
    until = _by_when(normal.text, whens, ahead[0])
    now = _stands_at(normal.text, figures, number, whens)
    if now is not None:
        yield _fact(document, block, span, normal, owner, "現状値", figures[now[0]], now[1])
    if until is not None:
        yield _fact(document, block, span, normal, owner, "目標値", ahead[0], until)


def remark_targets(document: Document, block: Block, marks: Mapping[str, str]) -> Iterator[Fact]:
    """What a remark says of numbered indicators: 「※①の令和４年度の実績は46.3万ｔ。②は中間年の令和10年度に20か所とする。」"""
    for span in sentences(document.text, block.span.start, block.span.end):
        normal = unwrapped(span.of(document.text))
        said = _OF_MARK.match(normal.text)
        figures = figures_of(normal.text)
        whens = whens_of(normal.text, document.metadata.date)
        if said is None or said["mark"] not in marks or len(figures) != 1 or len(whens) != 1:
            continue
        kind = "現状値" if _ACTUAL.search(normal.text) else "中間値" if "中間" in normal.text else "目標値"
        if kind == "目標値" and not _REACH.match(normal.text[figures[0].end :]):
            continue
        yield _fact(document, block, span, normal, marks[said["mark"]], kind, figures[0], whens[0])


def _owner_of(document: Document, block: Block) -> str | None:
    """The programme that a block describes: that of its heading, else of the line above it under the same heading."""
    named = next((clean_name(title) for title in reversed(block.heading_path) if is_program_like(title)), None)
    if named is not None:
        return named
    above = [
        other
        for other in document.blocks
        if other.span.end <= block.span.start and other.heading_path == block.heading_path
    ]
    lines = [re.split(r"[ 　]{2,}", other.span.of(document.text).strip(" 　・○"))[0] for other in above[-_FAR_ABOVE:]]
    return next((clean_name(line) for line in reversed(lines) if is_program_like(line)), None)


def _stands_at(
    text: str, figures: Sequence[Figure], number: int, whens: Sequence[When]
) -> tuple[int, When | None] | None:
    """The figure that says where an indicator stands, with its year: 「62人を、…90人に」, 「850本（令和7年度末 540本）」."""
    own = figures[number]
    if number and figures[number - 1].unit == own.unit:
        before = figures[number - 1]
        between = text[before.end : own.start]
        for when in whens:
            between = between.replace(text[when.start : when.end], "")
        if _FROM.search(re.sub(r"(?:末|度)?(?:まで)?[にの]?(?:約|累計で?)?$", "", between)):
            dated = [when for when in whens if when.end <= before.start]
            return number - 1, dated[-1] if dated else None
    bracket = _BRACKET_BEHIND.match(text[own.end :])
    if bracket and number + 1 < len(figures) and figures[number + 1].end <= own.end + bracket.end():
        dated = [when for when in whens if own.end <= when.start < figures[number + 1].start]
        until = _by_when(text, whens, own)
        if dated and until and figures[number + 1].unit == own.unit and _year_of(dated[-1]) < _year_of(until):
            return number + 1, dated[-1]
    return None


def _year_of(when: When) -> int:
    return when.fiscal_year if when.fiscal_year is not None else int((when.iso or "0")[:4])


def line_targets(document: Document, block: Block, span: Span, *, listed: bool) -> Iterator[Fact]:
    """The values of a line of a list of targets: 「下水道普及率　78％ → 90％（令和12年度）」, 「…の目標：令和9年度 320ha（令和8年度 250ha）」."""
    normal = normalize(span.of(document.text).replace("\n", " "))
    text = normal.text.strip()
    offset = normal.text.find(text)
    label = GOAL_LABEL.match(text)
    if label:
        text, offset, listed = text[label.end() :], offset + label.end(), True
    labelled = _LABELLED.match(text)
    if not listed and not labelled:
        return
    if text.endswith("。") or re.search(r"予算|百万円|(?:ない|ません)(?:。|$)", text):
        return
    figures = figures_of(text)
    whens = whens_of(text, document.metadata.date)
    if len(figures) > 1 and len(re.findall(r"\S {2,}(?=\S)", text)) > 1 and not _ARROW.search(text):
        return  # a row of a table whose header is not known
    if not figures:
        yield from _in_words(document, block, span, normal, whens)
        return
    arrow = _ARROW.search(text)
    if arrow:  # 「1,240地区のうち解消済みの数　令和６年度末 420地区 → …」: figures of the name itself stand before the present one
        present = [figure for figure in figures if figure.end <= arrow.start()][-1:]
        figures = present + [figure for figure in figures if figure.start >= arrow.end()]
        whens = [when for when in whens if not present or when.end > present[0].start - _BESIDE]
    first = min([figures[0].start, *(when.start for when in whens)])
    subject = labelled["name"] if labelled else text[:first]
    subject = _clean(re.sub(r"[:：]\s*.*$", "", subject))
    if subject is None:
        return
    aimed: list[tuple[Figure, str]] = []
    for number, figure in enumerate(figures):
        if arrow:
            kind = "現状値" if figure.start < arrow.start() else "目標値"
        elif re.search(r"実績|現状|現在|基準", text[figures[number - 1].end if number else 0 : figure.start]):
            kind = "現状値"
        elif number == 0:
            kind = "目標値"
        else:
            kind = "参考値" if _in_bracket(text, figure.start) else ""
        if kind:
            aimed.append((figure, kind))
    if sum(kind == "目標値" for _, kind in aimed) != 1:
        return
    for figure, kind in aimed:
        when = _beside(text, whens, figure, figures)
        shifted = Figure(figure.start + offset, figure.end + offset, figure.value, figure.unit, figure.bound)
        yield _fact(document, block, span, normal, subject, kind, shifted, when)


def _in_words(
    document: Document, block: Block, span: Span, normal: Normalized, whens: Sequence[When]
) -> Iterator[Fact]:
    """A target without a figure: 「労働生産性の伸び率：東京圏以上（2029年）」."""
    match = re.fullmatch(
        r"\s*(?P<name>[^:：]{4,80})[:：]\s*(?P<aim>[^:：()（）]{2,30})[(（](?P<when>[^()（）]+)[)）]\s*", normal.text
    )
    subject = _clean(match["name"]) if match else None
    if match is None or subject is None or len(whens) != 1:
        return
    printed = normal.to_original(*match.span("aim")).of(normal.original)
    yield target_fact(document, block, span, subject, "目標値", Figure(0, 0, "", ""), whens[0], printed)


def _by_when(text: str, whens: Sequence[When], figure: Figure) -> When | None:
    """The year a figure is to be reached by: the last one named before it with 「までに」 or the like; else one in brackets behind it."""
    before = [when for when in whens if when.end <= figure.start and _UNTIL.match(text, when.end)]
    if before:
        return before[-1]
    behind = re.match(r"[(（\[]", text[figure.end : figure.end + 1])
    after = [when for when in whens if behind and 0 < when.start - figure.end <= 2]
    return after[0] if after else None


def _beside(text: str, whens: Sequence[When], figure: Figure, figures: Sequence[Figure]) -> When | None:
    """The year of a figure in a line: the one before it since the last figure, else the one in brackets behind it, else the line's only one."""
    own = next((when for when in whens if _is_alone_behind(text, figure.end, when)), None)
    if own is not None:
        return own
    last = max((other.end for other in figures if other.end <= figure.start), default=0)
    # What stands alone in brackets behind the figure before belongs to that one; behind an arrow, to this one.
    arrow = max((match.end() for match in _ARROW.finditer(text, last, figure.start)), default=last)
    before = [when for when in whens if arrow <= when.start and when.end <= figure.start]
    before = [when for when in before if not (last and _is_alone_behind(text, last, when))]
    return before[-1] if before else None


def _is_alone_behind(text: str, end: int, when: When) -> bool:
    """Whether a year is all that stands in the brackets right behind a place: 「2.1兆円（2023年）」, not 「（2023年 2.1兆円）」."""
    return bool(
        when.start >= end
        and re.fullmatch(r"\s*[(\[〔]\s*", text[end : when.start])
        and re.match(r"(?:末|度末|まで|時点|実績|見込み?|目標|\s)*[)\]〕]", text[when.end :])
    )


def _indicator(before: str, text: str, figure: Figure, whens: Sequence[When]) -> str | None:
    """What a figure is a figure of: the phrase before 「を」, 「は」 or the figure itself, back to the last punctuation or 「までに」."""
    head = before
    for when in reversed([when for when in whens if when.end <= figure.start]):
        printed = text[when.start : when.end]
        if head.endswith(printed) or printed in head[-24:]:
            tail = head.rpartition(printed)
            if re.fullmatch(r"(?:末|度)?(?:まで)?(?:に|の|には)?(?:累計で?|年間|約)?、?", tail[2]):
                head = tail[0]
    head = head.rstrip(" 　:：、")
    # 「2024年の71％から」: where it comes from is no part of the name
    head = re.sub(r"、?[^、。をは]{0,24}から$", "", head)
    head = re.sub(r"(?:現状|現在)の$", "", head)
    match = re.search(r"(?P<name>[^。、:：「」\n]{2,60}?)(?:を|は|が|について|の目標を?は?)[^をは。]{0,20}$", head)
    name = match["name"] if match else head
    cleaned = _clean(_EDGE.split(name)[-1])
    return cleaned if cleaned and _is_noun_phrase(cleaned) else None


def _is_noun_phrase(name: str) -> bool:
    """Whether a name begins and ends with nouns: what is spoken around a figure does not."""
    tokens = analyze(name)
    nouns = ("名詞", "接頭辞", "接尾辞", "形状詞", "記号")
    if not tokens or not tokens[0].part_of_speech.startswith(nouns) or "は" in {token.surface for token in tokens}:
        return False
    return tokens[-1].part_of_speech.startswith(nouns) and not re.fullmatch(r"(?:目標|今回|基本的|率)", name)


def _clean(name: str) -> str | None:
    name = _LABEL.sub("", _LEADING.sub("", name.strip(" 　、：:［[（("))).strip(" 　、：:")
    name = re.sub(r"^(?:(?:令和|平成)?[0-9元]{1,4}年度?末?[のに]?)", "", name)
    name = re.sub(r"(?:累計|年間|約|全国|新たに|平均)$", "", name).strip()
    name = re.sub(r"(?:について|に関して|の|を|は|が)$", "", name)
    if (
        not 2 <= len(name) <= 50
        or (_NOT_INDICATOR.search(name) and not _MEASURED.search(name))
        or not re.search(r"[一-鿿ァ-ヴA-Z]", name)
    ):
        return None
    return name


def _in_bracket(text: str, place: int) -> bool:
    return any(text.count(a, 0, place) > text.count(b, 0, place) for a, b in ("()", "[]"))


def _fact(
    document: Document,
    block: Block,
    span: Span,
    normal: Normalized,
    subject: str,
    kind: str,
    figure: Figure,
    when: When | None,
) -> Fact:
    printed = normal.to_original(figure.start, figure.end).of(normal.original)
    return target_fact(document, block, span, subject, kind, figure, when, printed)
