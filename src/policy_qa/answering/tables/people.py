"""Whom a price list calls what: 大人 is asked for where a table has 一般（高校生以上）, 小学生 where it has 小・中学生.

Owns these names. Invariant: a person is of a class when the class says the same word, one that holds it, or ages that theirs lies in; of two classes the one
that says the word itself comes first.
"""

from __future__ import annotations

import re

from policy_qa.japanese.normalize import fold, normalize

# How people are spoken of -> how price lists call the class they belong to.
_CLASSES: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(spoken), re.compile(written))
    for spoken, written in (
        ("大人|おとな|成人|両親|父母|夫婦", r"一般|大人|おとな|成人|(?:高校生|中学生|1[5-9]歳|20歳)以上"),
        ("小学生", r"小学生|小・?中学生|小中|児童|子ども|子供|こども|小人"),
        ("中学生", r"(?<!小学生・)中学生(?!以上)|小・?中学生|小中|生徒|小人|子ども|子供|こども"),
        ("子ども|子供|こども", r"子ども|子供|こども|小人|小・?中学生|小中学生"),
        ("高校生", r"高校生|高等学校|一般|大人"),
        ("高齢者|お年寄り|シニア|祖父母|おじいさん|おばあさん", r"高齢者|シニア|敬老|(?:6[05]|70|75)歳以上"),
        ("幼児|未就学児|赤ちゃん|乳幼児", r"幼児|未就学|乳幼児|[0-6]歳"),
        ("大学生|(?<![小中大])学生", r"大学生|(?<![小中])学生|一般|大人"),
    )
)
_AGE = re.compile(r"(?P<age>[0-9]{1,3})歳(?!以上|未満|以下|から|まで)")
_FROM_AGE = re.compile(r"(?P<age>[0-9]{1,3})歳(?:以上|から)")
_TO_AGE = re.compile(r"(?P<age>[0-9]{1,3})歳(?P<word>未満|以下|まで)")
_SAYS_IT, _HOLDS_IT, _IN_BRACKETS = 3, 2, 1


def is_person(name: str) -> bool:
    """Whether a word, normalised, is one by which people are spoken of in classes."""
    return bool(_AGE.search(name)) or any(spoken.search(name) for spoken, _ in _CLASSES)


def fits_class(name: str, label: str) -> int:
    """How surely the people called ``name`` are of the class of a label: 3 where it says the word, 2 where it holds them, 1 where its brackets do, else 0."""
    label, folded = normalize(label).text, fold(name)
    head = re.split(r"[(（]", label)[0]
    age = _AGE.search(name)
    if age is not None:
        return _HOLDS_IT if _holds_age(int(age["age"]), label) else 0
    if len(folded) > 1 and folded in fold(head):
        return _SAYS_IT
    own = [written for spoken, written in _CLASSES if spoken.search(name)]
    if any(written.search(head) for written in own):
        return _HOLDS_IT
    return _IN_BRACKETS if any(written.search(label) for written in own) else 0


def _holds_age(age: int, label: str) -> bool:
    least, most = _FROM_AGE.search(label), _TO_AGE.search(label)
    if least is None and most is None:
        return False
    if least is not None and age < int(least["age"]):
        return False
    return most is None or age < int(most["age"]) + (most["word"] != "未満")
