"""Where a blank, a dash or an emphasis mark is typesetting and not a boundary, in text whose characters are normal.

Invariant: an edit only deletes blanks and ``**`` or exchanges a dash or tilde between numbers. Line breaks
stay, and words in Latin letters are never joined (``New Stories``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

Edit = tuple[int, int, str]

KANJI = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff々〇〆ヶ\U00020000-\U0003ffff"
_JAPANESE = f"ぁ-ゖァ-ヺー{KANJI}"
_WORD = f"0-9A-Za-z{_JAPANESE}"

# Between numbers every dash and tilde is the same sign; elsewhere ー, ― and - are different things.
_DASH = re.compile(r"[−‐–—―](?<=[0-9].)(?=[0-9])")  # the sign first: it is rarer than what has to stand before it
_TILDE = re.compile(r"(?<=[0-9年月日円人件%万億兆])~(?=[0-9])")
_EMPHASIS = re.compile(r"(?<!\*)\*{2,3}(?!\*)")

# K P I, S D G s: three letters or more, or two capitals; a neighbouring Latin word means it is a sentence.
_SPACED_LATIN = re.compile(
    r"(?<![0-9A-Za-z])(?<![A-Za-z][ .,'])(?:[A-Z](?: [A-Za-z]){2,}|[A-Z] [A-Z])(?![0-9A-Za-z])(?! [A-Za-z]{2})"
)
_SPACED_LATIN_HINT = re.compile(r"[A-Z] [A-Za-z]")
# 令 和 8 年 度: one character each, all the way to something that is no word.
_SPACED_JAPANESE = re.compile(
    rf"(?<![{_WORD}])(?<![{_WORD}] )(?:[{_JAPANESE}]|[0-9]+)(?: (?:[{_JAPANESE}]|[0-9]+|[.,](?= [0-9])))+(?![{_WORD}])"
)
_SPACED_LEAD = re.compile(rf"(?<![{_WORD}])(?:[{_JAPANESE}] ){{2,}}[0-9]+(?= (?:年|月|日|億|兆|万))")
_SPACED_LINE = re.compile(
    rf"^[^\S\n]*(?![一二三四五六七八九十イロハニホヘト] )[{_JAPANESE}](?: {{1,4}}[{_JAPANESE}])+[^\S\n]*$", re.MULTILINE
)
# ・運 賃: — a label of two letters set to the width of its neighbours, before its colon.
_SPACED_LABEL = re.compile(
    rf"^[^\S\n]*(?:[・○●◯◎□■◇◆*\-]|[(]?(?:[0-9]{{1,2}}|[ア-ン])[).．]?|[①-⑳])?[^\S\n]*(?![一二三四五六七八九十])(?P<label>[{KANJI}] {{1,4}}[{KANJI}])(?=[^\S\n]*:)",
    re.MULTILINE,
)
_TWO_JAPANESE = re.compile(rf"(?:^| )[{_JAPANESE}] [{_JAPANESE}](?: |$)")
# A quick look before the two patterns above: single characters between blanks are rare.
_SPACED_HINT = re.compile(rf" [{_JAPANESE}](?![{_WORD}])", re.MULTILINE)

_PREFIX = "令和|平成|昭和|大正|明治|西暦|約|概ね|おおむね|およそ|第|全|計|延べ|各"
_BEFORE_NUMBER = re.compile(rf"(?:{_PREFIX})( )(?=[0-9])")
_DATE_PART = re.compile(r"(?:[0-9元]年(?:度)?)( )(?=[0-9]{1,2} ?月)|[0-9]月( )(?=[0-9]{1,2} ?日)")
# A blank between a number and its unit. At the start of a line the number may be that of an item (2 市町村の責務), so
# what could begin a sentence is told apart as a noun.
_NOUNS = (
    r"人(?![口材事間権工件的])|名(?![称前刺簿義])|件(?!数|名)|[社者校戸棟台基隻冊枚](?![一-鿿])"
    r"|(?:団体|市町村|都道府県|市区町村|自治体|地域|分野|事業|項目|種類|世帯|施設|機関|区分|段階)(?![一-鿿])"
)
_AFTER_NUMBER = re.compile(
    r"[0-9]( )(?="
    r"年度|年代|年(?:前|後|間|以内|以上|未満|以下|程度|頃|分|目|末|春|夏|秋|冬| ?[0-9元]|[^一-鿿]|$)"
    r"|月(?:[分末頃以中上下まか期号]| ?[0-9]|[^一-鿿]|$)|日(?:間|付|以[内上]|[^一-鿿]|$)"
    r"|兆|億|万(?![博一能葉国])|千(?![葉代歳鳥])|百万"
    r"|円(?![滑形高安卓])|ドル|[%‰℃㎡㎢㎥]|割(?![引合り当])|回線|時間|分間|週間|[か箇カヶヵ]年(?![一-鿿])"
    r"|[かヵヶカ箇個](?:所|国|月|年|条)|回(?![復答収顧路線])|つ(?=[のがをにでは、。])|倍|歳|号(?![令泣])|t(?![A-Za-z])"
    rf"|(?P<noun>{_NOUNS})"
    r")",
    re.MULTILINE,
)
_ONLY_A_NUMBER = re.compile(r"(?:^|\n)[^\S\n]*[0-9]{1,3}$")
_NUMBER_HINT = re.compile(r"[0-9年月第約全計延各割和成治正暦ねそ] ")


def _blanks(match: re.Match[str]) -> Iterator[Edit]:
    start, end = match.span()
    text = match.string
    while start < end and text[start].isspace():
        start += 1  # the indent of a line is not letter-spacing
    while end > start and text[end - 1].isspace():
        end -= 1
    for index in range(start, end):
        if text[index] == " ":
            yield index, index + 1, ""


def _spaced_japanese(text: str) -> Iterator[Edit]:
    if not _SPACED_HINT.search(text):
        return
    for match in _SPACED_JAPANESE.finditer(text):
        if match.group().count(" ") >= 2 and _TWO_JAPANESE.search(match.group()):
            yield from _blanks(match)
    for pattern in (_SPACED_LEAD, _SPACED_LINE):
        for match in pattern.finditer(text):
            yield from _blanks(match)
    for match in _SPACED_LABEL.finditer(text) if ":" in text else ():
        yield from ((index, index + 1, "") for index in range(*match.span("label")) if text[index] == " ")


def _numbers(text: str) -> Iterator[Edit]:
    if not _NUMBER_HINT.search(text):
        return
    for pattern in (_AFTER_NUMBER, _BEFORE_NUMBER, _DATE_PART):
        for match in pattern.finditer(text):
            if pattern is _AFTER_NUMBER and match["noun"] and _ONLY_A_NUMBER.search(_line_before(match)):
                continue
            group = 1 if match.group(1) is not None else 2
            yield match.start(group), match.end(group), ""


def _line_before(match: re.Match[str]) -> str:
    text = match.string[max(0, match.start() - 8) : match.start() + 1]
    return text if match.start() > 8 else "\n" + text


def _signs(text: str) -> Iterator[Edit]:
    if "**" in text:
        for match in _EMPHASIS.finditer(text):
            around = text[match.start() - 1 : match.start()] + text[match.end() : match.end() + 1]
            if not (len(around) == 2 and around.isascii() and around.isalnum()):  # 2**3 is a power
                yield match.start(), match.end(), ""
    for match in _DASH.finditer(text):
        yield match.start(), match.end(), "-"
    if "~" in text:
        for match in _TILDE.finditer(text):
            yield match.start(), match.end(), "〜"


def _latin(text: str) -> Iterator[Edit]:
    if not _SPACED_LATIN_HINT.search(text):
        return
    for match in _SPACED_LATIN.finditer(text):
        yield from _blanks(match)


# Each deletes blanks, and is asked only where there are any.
_OF_BLANKS: tuple[Callable[[str], Iterator[Edit]], ...] = (_latin, _spaced_japanese, _numbers)


def spacing_edits(text: str) -> list[Edit]:
    """The edits that one pass makes, in order and without overlap: replace ``text[start:end]`` by the string."""
    edits = set(_signs(text))
    if " " in text:
        edits.update(edit for rule in _OF_BLANKS for edit in rule(text))
    return sorted(edits)
