"""Labels with their values, as lines of guidelines, leaflets and slides print them.

    補助率：２分の１以内／上限額：500万円        behind a colon
    (1) 受付期間　令和８年５月11日から            set off by a blank
    【対象】市内に住所を有する方                   in brackets, in bold
    ×対象にならないもの                           alone, above the items it is of

Owns the reading of such lines. Invariant: what is set off by a blank or in brackets, or stands alone, is a label only when it names an aspect.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from policy_qa.facts.eligibility.aspects import aspect_of_label, bare_label
from policy_qa.facts.programs.names import clean_name
from policy_qa.japanese.normalize import normalize
from policy_qa.tables import line_spans
from policy_qa.types import Aspect, Block, Span

_MARK = r"(?:[(（]?[0-9０-９ア-ン①-⑳]{1,2}[)）.．]?|[・○●■◆◇▶※\-*])?[ 　]*"
_AFTER_COLON = re.compile(
    r"(?P<label>[^\s:：、。／/「」]{1,16})[ 　]*[:：](?!//)[ 　]*(?P<value>[^\n／]+?)(?=[ 　]*(?:／|\n|$))"
)
_AFTER_BLANK = re.compile(rf"^{_MARK}(?P<label>[^\s:：、。（）()*【】]{{2,10}})[ 　]+(?P<value>\S.*)$")
_IN_BRACKETS = re.compile(
    rf"^[ 　]*{_MARK}(?:【(?P<bracket>[^】\n]{{2,16}})】|\*\*(?P<bold>[^*\n]{{2,16}})\*\*|〈(?P<angle>[^〉\n]{{2,16}})〉)[ 　:：]*(?P<value>\S.*)$"
)
_CASE = re.compile(
    r"^[\s　・●○■◆▶*\-]*(?:【(?P<bracket>[^】\n]{1,16})】|(?P<plain>[^\s:：、。]{1,16}[枠型類])[ 　]*[:：])"
)
# What every label of an aspect has in it: looked for before anything is normalised.
_SPEAKS_OF_TERMS = re.compile(
    r"対象|[率額期限締〆先者方]|要件|条件|資格|制限|基準|主体|実施者|流れ|スキーム|経費|費用|使途|書類|手続|窓口|申込|申し込|必要なもの|持ち物|取扱|いくら|いつ|誰|できない|できる|除外|補助しない|交付しない|認められない|使えない|支援|のしかた|品目|物件|活動|分野|地域|住宅|施設|設備|機器|工事|取組|事業"
)
_LONGEST_ALONE = 40
_OPENS = re.compile(r"^[\s　]*[【〈《*#■◆●○◇▼▶×✕✖◎※〇☆★]")


def labels_of(text: str, line: Span) -> Iterator[tuple[Aspect | None, str, Span]]:
    """The labels of a line with their aspects and the places of their values."""
    written = line.of(text)
    found = _IN_BRACKETS.match(written) or _AFTER_BLANK.match(written)
    if found:
        label = next(
            found[name] for name in ("bracket", "bold", "angle", "label") if found.groupdict().get(name) is not None
        )
        if _SPEAKS_OF_TERMS.search(label) and (aspect := aspect_of_label(normalize(label).text)):
            yield (
                aspect,
                clean_name(label),
                Span(line.start + found.start("value"), line.start + found.end("value")),
            )
            return
    if ":" not in written and "：" not in written:
        return
    for match in _AFTER_COLON.finditer(written):
        label = clean_name(match["label"])
        yield aspect_of_label(label), label, Span(line.start + match.start("value"), line.start + match.end("value"))


def label_alone(text: str, block: Block) -> tuple[Aspect, int] | None:
    """The aspect that the last line of a block names and does nothing else, with the place where that line starts.

    The last of several lines has to open as a label does (【, ■, ×), a block of its own only to be one.
    """
    if len(block.span) > _LONGEST_ALONE and "\n" not in block.span.of(text):
        return None
    lines = list(line_spans(text, block.span))
    if not lines or len(lines[-1]) > _LONGEST_ALONE or not _SPEAKS_OF_TERMS.search(lines[-1].of(text)):
        return None
    last = lines[-1]
    written = last.of(text)
    if len(lines) == 1 and block.kind != "paragraph":
        return None
    if len(lines) > 1 and not _OPENS.match(written):
        return None
    label = normalize(written).text.strip(" 　*")
    if re.search(r"\S[\s、]\S", bare_label(label)):
        return None  # a label and its value
    aspect = aspect_of_label(label)
    return None if aspect is None else (aspect, last.start)


def case_of(line: str) -> str | None:
    """The case a normalised line is of: 【施設型】, 通常枠：."""
    match = _CASE.match(line)
    return next((name for name in match.groups() if name and aspect_of_label(name) is None), None) if match else None
