"""Rules that write a question in another way without asking anything else.

Owns the rules of part (a) of the perturbation runs. Invariant: a rule follows from how Japanese is written, never from a document or a question
set; it gives ``None`` where it has nothing to change.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import TypeAlias

Rule: TypeAlias = Callable[[str, Random, Sequence[str]], str | None]

_HALF = "".join(map(chr, range(0x21, 0x7F)))
_TO_FULL = str.maketrans({character: chr(ord(character) + 0xFEE0) for character in _HALF if character.isalnum()})
_TO_HALF = str.maketrans({chr(ord(character) + 0xFEE0): character for character in _HALF if character.isalnum()})
_ERA = re.compile(r"令和(?P<number>[0-9０-９]{1,2})(?P<unit>年度)")
_WEST = re.compile(r"(?<![0-9０-９])(?P<number>20[0-9]{2}|２０[０-９]{2})(?P<unit>年度)")
_CODE = re.compile(r"(?<![A-Za-zＡ-Ｚ0-9])[RＲ](?P<number>[0-9０-９]{1,2})(?P<unit>年度)?(?![0-9０-９.])")
_LAST_OF_REIWA = 12

# Endings, the polite and the plain, each as a pattern and what may stand there instead.
_ENDINGS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(r"はいくら(?:ですか|でしょうか|になりますか|なのですか|か)?[。？?]?$"), ("はいくらですか。", "はいくら？", "はいくらでしょうか。", "はいくらか。")),
    (re.compile(r"は?いつ(?:ですか|でしょうか)[。？?]?$"), ("はいつですか。", "はいつ？", "はいつでしょうか。")),
    (re.compile(r"(?<=まで)ですか[。？?]?$"), ("ですか。", "？", "でしょうか。")),
    (re.compile(r"は(?:誰|だれ)ですか[。？?]?$"), ("は誰？", "は誰でしょうか。", "はだれですか。")),
    (re.compile(r"はどこですか[。？?]?$"), ("はどこ？", "はどこでしょうか。")),
    (re.compile(r"は何ですか[。？?]?$"), ("は何？", "は何でしょうか。", "は何か。")),
    (re.compile(r"(?<![にすま])ですか[。？?]?$"), ("ですか？", "でしょうか。")),
    (re.compile(r"ますか[。？?]?$"), ("ますか？", "ますでしょうか。", "るのでしょうか。")[:2]),
    (re.compile(r"は[？?]$"), ("を教えてください。", "は", "はどうなっていますか。")[:2]),
    (re.compile(r"を教えて(?:ください|下さい|ほしい|くれますか|いただけますか)?[。？?]?$"), ("を教えてください。", "を教えて。", "は？")),
)  # fmt: skip

# The frame of a question; what is asked stays.
_FRAMES: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(r"を(?:教えて|示して)(?:ください|下さい)?[。]?$"), ("を知りたいです。", "をお聞かせください。", "を示してください。", "について、教えてください。")[:3]),
    (re.compile(r"いくら(?:ですか|でしょうか)?[。？?]?$"), ("何円ですか。", "どのくらいの金額ですか。", "おいくらですか。")),
    (re.compile(r"予算額は[？?]$"), ("予算はいくら？", "予算の額は？", "予算額はいくらですか。")),
    (re.compile(r"いつまで(?:ですか)?[。？?]?$"), ("何日までですか。", "いつまででしょうか。")),
    (re.compile(r"^"), ("すみません、", "教えてください。")[:1]),
)  # fmt: skip

# A sentence behind the question that tells the case.
_TELLS = re.compile(r"[。？?][^。？?]*(?:です|ます|でした|ました|ません)[。]?$")

_STAGE = r"(?:の?(?:当初予算|補正予算|概算要求|決算)(?:案|額|[（(]案[)）])*)?"
_PERIOD = rf"(?P<year>(?:令和|平成|[RＲ])?[0-9０-９]{{1,4}}年度{_STAGE})"
_HOW_MUCH = r"(?P<tail>いくら[^、。]{0,8}。?|[？?])"
_YEAR_FIRST = re.compile(rf"^{_PERIOD}(?:の|における)(?P<rest>[^、。はが？?]{{4,50}})は、?{_HOW_MUCH}$")
_YEAR_INSIDE = re.compile(
    rf"^(?P<rest>[^、。はが？?]{{4,50}}?)(?:の予算額|の予算)?は、?{_PERIOD}(?:に|で|では|において|の額は|は)?、?{_HOW_MUCH}$"
)
_YEAR_BETWEEN = re.compile(
    rf"^(?P<rest>[^、。はが？?]{{4,50}}?)の{_PERIOD}(?P<what>額|の額|の予算額|の予算)?は、?{_HOW_MUCH}$"
)


def width(question: str, rng: Random, names: Sequence[str]) -> str | None:
    """Digits and letters in the other width."""
    changed = question.translate(_TO_FULL)
    return (
        changed
        if changed != question and rng.random() < 0.8
        else _other(question, question.translate(_TO_HALF), changed)
    )


def era(question: str, rng: Random, names: Sequence[str]) -> str | None:
    """A fiscal year in another calendar: 令和8年度, 2026年度, R8年度."""
    form = rng.choice(["令和{0}年度", "{1}年度", "R{0}年度"])

    def written(match: re.Match[str]) -> str:
        number = int(match["number"])
        reiwa = number - 2018 if number > 1900 else number
        return form.format(reiwa, reiwa + 2018) if 1 <= reiwa <= _LAST_OF_REIWA else match[0]

    for pattern in (_ERA, _WEST, _CODE):
        if pattern.search(question):
            return _other(question, pattern.sub(written, question))
    return None


def ending(question: str, rng: Random, names: Sequence[str]) -> str | None:
    """Polite for plain, plain for polite, a noun phrase for a sentence."""
    return _replaced(question, _ENDINGS, rng)


def frame(question: str, rng: Random, names: Sequence[str]) -> str | None:
    """Another way to ask: 何円ですか for いくらですか."""
    return _replaced(question, _FRAMES, rng)


def typo(question: str, rng: Random, names: Sequence[str]) -> str | None:
    """One character of a programme's name lost, doubled or changed places with the next: never one that tells it from a brother."""
    inside = [name for name in names if len(name) >= 8 and name in question]
    if not inside:
        return None
    name = max(inside, key=len)
    place = rng.randrange(1, len(name) - 3)
    kind = rng.choice(["lost", "doubled", "swapped"])
    if name[place].isdecimal() or name[place + 1].isdecimal():
        return None
    slips = {
        "lost": name[:place] + name[place + 1 :],
        "doubled": name[:place] + name[place] + name[place:],
        "swapped": name[:place] + name[place + 1] + name[place] + name[place + 2 :],
    }
    slipped = slips[kind]
    return None if slipped in names else _other(question, question.replace(name, slipped))


def order(question: str, rng: Random, names: Sequence[str]) -> str | None:
    """The year behind the name or before it: 「○○の予算額は、令和8年度はいくら？」."""
    first = _YEAR_FIRST.match(question)
    if first:
        return f"{first['rest']}は、{first['year']}は{_full(first['tail'])}"
    other = _YEAR_INSIDE.match(question) or _YEAR_BETWEEN.match(question)
    if other is None:
        return None
    if rng.random() < 0.5:
        return _other(question, f"{other['year']}の{other['rest']}の額は{_full(other['tail'])}")
    return _other(question, f"{other['year']}では、{other['rest']}は{_full(other['tail'])}")


def _full(tail: str) -> str:
    return "いくら？" if tail in {"？", "?"} else tail


def blanks(question: str, rng: Random, names: Sequence[str]) -> str | None:
    """Blanks where hurried writers and copied tables have them: around numbers, before and behind particles."""
    blank = rng.choice([" ", "　"])
    places = [
        match.end()
        for match in re.finditer(
            r"(?<=[0-9０-９])(?=[^0-9０-９.,])|(?:年度|の)(?=[一-鿿ァ-ヴ])|は(?=[一-鿿い])", question
        )
    ]
    if not places:
        return None
    chosen = sorted(rng.sample(places, min(len(places), rng.choice([1, 2]))), reverse=True)
    for place in chosen:
        question = question[:place] + blank + question[place:]
    return question


def punctuation(question: str, rng: Random, names: Sequence[str]) -> str | None:
    """Another mark at the end, or none; a comma behind the topic."""
    mark = rng.choice(["。", "？", "?", "", "！？"[1:]])
    if mark in {"？", "?"} and _TELLS.search(question):
        return None  # 「夫の代わりでもいい？おでかけパスです？」 asks something else
    changed = re.sub(r"[。？?]$", "", question) + mark
    if rng.random() < 0.3:
        changed = re.sub(r"は(?=[いど何誰])", "は、", changed, count=1)
    return _other(question, changed)


RULES: Mapping[str, Rule] = {
    "width": width,
    "era": era,
    "ending": ending,
    "frame": frame,
    "typo": typo,
    "word order": order,
    "blanks": blanks,
    "punctuation": punctuation,
}


def _replaced(question: str, table: Sequence[tuple[re.Pattern[str], tuple[str, ...]]], rng: Random) -> str | None:
    for pattern, others in table:
        match = pattern.search(question)
        if match:
            choices = [other for other in others if other.rstrip("。？?") != match[0].rstrip("。？?")]
            if choices:
                return question[: match.start()] + rng.choice(choices) + question[match.end() :]
    return None


def _other(question: str, *changed: str) -> str | None:
    return next((text for text in changed if text != question), None)
