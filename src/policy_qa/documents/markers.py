"""What a line of a Japanese office document begins with: numbering, bullets, brackets, notes.

Owns the recognition of one line by itself. Invariant: looks at one line only; what the line means among its neighbours
(heading or item, how deep) is ``outline`` and ``text``'s decision.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from policy_qa.japanese.vocabulary import LABEL_LINE, OFFICE_ENDING, PROGRAM_ENDING, SPEAKER_TITLE

_DIGIT = r"[0-9０-９]"
_KANJI_NUMBER = r"[一二三四五六七八九十百〇]"
_ORDINAL = rf"(?:{_DIGIT}+|{_KANJI_NUMBER}+)"

# Who speaks in minutes: a name with its title.
_SPEAKER = rf"(?:[一-鿿々ァ-ヴーヶ][一-鿿々ァ-ヴーヶ・]{{0,9}}?)?{SPEAKER_TITLE}"

# style -> pattern. The first that matches wins; the group `marker` is the mark, what follows is the body.
_STYLES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (style, re.compile(pattern))
    for style, pattern in (
        ("part", rf"(?P<marker>第{_ORDINAL}[編部])(?=[\s　（(:：]|$)"),
        ("chapter", rf"(?P<marker>第{_ORDINAL}章(?:の{_ORDINAL})*)"),
        ("section", rf"(?P<marker>第{_ORDINAL}節(?:の{_ORDINAL})*)"),
        ("clause", rf"(?P<marker>第{_ORDINAL}款(?:の{_ORDINAL})*)"),
        ("article", rf"(?P<marker>第{_ORDINAL}条(?:の{_ORDINAL})*)(?=[\s　（(])"),
        ("ordinal", rf"(?P<marker>第{_ORDINAL})(?=[\s　])"),
        ("note", r"(?P<marker>[※＊](?:[0-9０-９]{1,2}|[①-⑳])?|[（(]注[0-9０-９]*[）)]|注[0-9０-９]*[）)：:]|(?:出典|出所|資料)[：:])"),
        ("question", rf"(?P<marker>(?:[QＱ]{_DIGIT}*|問{_DIGIT}+(?:[-－]{_DIGIT}+)*)[.．:：\s　])"),
        ("answer", rf"(?P<marker>(?:[AＡ]{_DIGIT}*[.．:：]|[AＡ]{_DIGIT}+[\s　]|答[\s　:：]|回答[:：]))"),
        ("speaker", rf"(?P<marker>[○●◯◎◇◆□■]?[\s　]*{_SPEAKER}[：:]|[（(]{_SPEAKER}[）)])(?=.{{8,}})"),
        ("roman", r"(?P<marker>[Ⅰ-Ⅻ](?:[.．、]|[\s　]*)|[IVX]{1,4}[.．])"),
        ("numbers3", rf"(?P<marker>{_DIGIT}+(?:[.．\-－‐]{_DIGIT}+){{2}}[.．]?)(?=[\s　]|[^\s0-9０-９%％.,，円])"),
        ("numbers2", rf"(?P<marker>{_DIGIT}+[.．\-－‐]{_DIGIT}+[.．]?)(?=[\s　])"),
        ("number", rf"(?P<marker>{_DIGIT}{{1,2}}(?:[.．、](?!{_DIGIT})|[）)]|[\s　]+(?=[^\s0-9０-９(（〜～~\-－年月日億万千円%％]|日[\s　]*[時程])))"),
        ("kanji_number", rf"(?P<marker>{_KANJI_NUMBER}{{1,3}}[\s　]+(?=[^\s一二三四五六七八九十百]))"),
        ("paren_number", rf"(?P<marker>[（(]{_DIGIT}{{1,2}}[）)]|[⑴-⒇])"),
        ("circled", r"(?P<marker>[①-⑳㉑-㉟❶-❿])"),
        ("paren_kana", r"(?P<marker>[（(][ア-ンｱ-ﾝa-zａ-ｚ][）)])"),
        ("kana", r"(?P<marker>[ア-ンａ-ｚ][.．、\s　)）](?=\S))"),
        ("square", r"(?P<marker>[■□◆◇▼▽▶▷★☆])"),
        ("bullet_circle", r"(?P<marker>[○●◯◎〇])"),
        ("bullet_dot", r"(?P<marker>[・･•‣➢➤✓☑](?=\S|[\s　]))"),
        ("bullet_dash", r"(?P<marker>[-*+－–—][\s　]+(?=\S))"),
    )
)  # fmt: skip
_ATX = re.compile(r"(?P<marker>#{1,6})(?:[ \t　]+|$)(?P<title>.*?)[ \t#]*$")
_BRACKETED = (
    ("corner", re.compile(r"【[^【】]{1,40}】")),
    ("double_angle", re.compile(r"《[^《》]{1,40}》|«[^«»]{1,40}»|≪[^≪≫]{1,40}≫|『[^『』]{1,40}』$")),
    ("angle", re.compile(r"＜[^＜＞]{1,40}＞|<[^<>/!]{1,40}>|〈[^〈〉]{1,40}〉|［[^［］]{1,40}］")),
)
# 政策目標①, 施策１, ステップ2, 別紙３: a word with a number is a numbering of its own.
_WORD_NUMBER = re.compile(
    rf"(?P<word>[^\W\d_]{{2,8}}?)[\s　]?(?P<number>[①-⑳]|{_DIGIT}{{1,2}}|[Ⅰ-Ⅻ])(?:[\s　:：.．]|(?=[^\W\d_年月日名人件]))"
)
_WORD_NUMBERED = {"政策目標", "基本目標", "目標", "施策", "柱", "視点", "論点", "方針", "重点", "ステップ", "フェーズ", "別紙", "別添", "別表", "様式", "参考", "資料", "事例", "議題", "タイプ", "パターン", "STEP", "Step"}  # fmt: skip
_RULE = re.compile(r"[\s　]*(?:[=＝]{3,}|[-－‐—―ー─━_＿]{3,}|[*＊]{3,}|[・･.．…]{5,})[\s　]*")
_OFFICE_TAIL = re.compile(r"[（(](?P<office>[^（）()]{2,40})[）)]$")
_TITLE_ENDING = re.compile(
    r"(?:について|概要|方針|構想|戦略|計画|要綱|要領|骨子|内容|予算|予算案)(?:[（(][^（）()]{1,8}[）)])?$"
)
_BUDGET_TITLE = re.compile(r"(?:年度|[RＲ]\d).*(?:予算|要求|補正|決算|決定額)")
EMPHASIS = re.compile(r"\*\*|__")

DEEPEST_DECLARED = 10  # Word's nine below the title

BULLETS = frozenset({"bullet_circle", "bullet_dot", "bullet_dash"})
NUMBERED = frozenset(
    {
        "ordinal",
        "roman",
        "numbers3",
        "numbers2",
        "number",
        "kanji_number",
        "paren_number",
        "circled",
        "paren_kana",
        "kana",
    }
)
DIVISIONS = frozenset({"part", "chapter", "section", "clause"})
BRACKETED = frozenset({"corner", "double_angle", "angle", "square"})


@dataclass(frozen=True, slots=True)
class Marker:
    """How a line begins. ``style`` names the kind of mark, ``text`` is the mark itself, ``body`` the line behind it."""

    style: str
    text: str
    body: str


def marker_of(line: str) -> Marker | None:
    """The mark a line begins with; ``None`` for running text. A Markdown bullet in front of another mark is passed over."""
    content = EMPHASIS.sub("", line).strip(" \t　")
    heading = _ATX.fullmatch(content)
    if heading:
        return Marker(f"atx{len(heading['marker'])}", heading["marker"], heading["title"].strip())
    for style, pattern in _BRACKETED:
        match = pattern.match(content)
        if match:
            return Marker(style, match[0], content[match.end() :].strip())
    for style, pattern in _STYLES:
        match = pattern.match(content)
        if match:
            body = content[match.end() :].lstrip(" \t　")
            if style == "bullet_dash":
                inner = marker_of(body)
                if inner and not inner.style.startswith("atx"):
                    return Marker(inner.style, match["marker"] + inner.text, inner.body)
            return Marker(style, match["marker"], body)
    match = _WORD_NUMBER.match(content)
    if match and match["word"] in _WORD_NUMBERED:
        return Marker(f"word:{match['word']}", match[0].strip(), content[match.end() :].strip())
    return None


def is_rule(line: str) -> bool:
    """Whether the line is only drawn: ``----``, ``＝＝＝``, ``━━━``."""
    return bool(_RULE.fullmatch(line))


def lone_style(title: str) -> str:
    """The style of an unmarked line that stands alone: ``title``, ``card``, ``name``, ``label`` or ``lone``.

    ``title`` heads a part of the document (…について, 令和8年度当初予算（案）), ``card`` a programme with the office in charge
    behind it, ``name`` a programme, ``label`` a part of a description (事業概要・目的); ``lone`` is any other (often a caption).
    ``title`` is expected normalised and without amounts.
    """
    office = _OFFICE_TAIL.search(title)
    if office and OFFICE_ENDING.search(office["office"]):
        return "card"
    if _BUDGET_TITLE.search(title):
        return "title"
    if LABEL_LINE.fullmatch(title.strip("()（）")):
        return "label"
    bare = re.sub(r"[【（(<〈].*$", "", title).strip()
    if PROGRAM_ENDING.search(bare):
        return "name"
    return "title" if _TITLE_ENDING.search(title) else "lone"
