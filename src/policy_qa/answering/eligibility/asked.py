"""What a question about cover asks about: its phrases, its figures and its case, without the programme's name and the words that only ask.

Owns the reading of that. Invariant: a phrase is written together in the question; nothing is a phrase that names the programme.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from policy_qa.answering.eligibility.bounds import Figure, figures_in
from policy_qa.answering.eligibility.owners import longest_shared, title_and_programmes, words_of
from policy_qa.answering.library import Library
from policy_qa.facts.eligibility.aspects import CASE_NAME
from policy_qa.japanese.normalize import normalize
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.words import content_words
from policy_qa.types import Fact

# Words that only ask, or stand for the programme's own things.
_FRAME = re.compile(
    r"対象外?|申請|応募|利用|活用|参加|補助金?|助成金?|支給|交付金?|支援金?|給付金?|事業|制度|場合|購入|経費|費用|資格|該当|可能|方|者|人|等|場|資金|こと|契約|登録|申込み?|[0-9]+|年|月|歳|円|%|割|級|以上|以下|未満|後|目|間|代|条件|要件|ほか|他|購入費|機会|今回|日本|内|外"
)
_RUN = re.compile(r"[一-鿿々ァ-ヴー]{2,}")
_ADVERB = re.compile(r"直接|実際|現在|今後|今回|全部|一部|結局|普段|時々|毎[日週月年]|多少|本当|大丈夫|別途|一応|既に")
_EXAMPLE = re.compile(r"[^、。]{1,12}(?:など|等|とか)の(?=[一-鿿ァ-ヴ])")
_DENIED_BEHIND = r"[^、。]{0,10}?(?:ない|なく|ません|いず|なかった)"
_SHARED = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks about: phrases, each as the parts it is written with, and figures."""

    phrases: tuple[tuple[str, ...], ...]
    figures: tuple[Figure, ...]
    is_denied: bool
    text: str = ""
    cases: tuple[str, ...] = ()


def asked_of(question: Question, text: str, facts: Sequence[Fact], library: Library) -> Asked:
    """What a question asks about, given the terms of its programme."""
    body = _EXAMPLE.sub(lambda match: " " * len(match[0]), _without_programme(question, text, facts))
    figures = tuple(figures_in(body))
    phrases: list[list[str]] = []
    end = -1
    named = words_of(" ".join(title_and_programmes(facts, library)))
    for word in content_words(body):
        is_in_figure = any(figure.start <= word.start < figure.end for figure in figures)
        if (
            not word.is_noun
            or is_in_figure
            or re.fullmatch("[ぁ-ん]{1,3}", word.surface)
            or _FRAME.fullmatch(word.surface)
            or word.lemma in named
        ):
            continue
        if word.start == end:
            phrases[-1].append(word.surface)
        else:
            phrases.append([word.surface])
        end = word.end
    phrases += [[match[0]] for match in _RUN.finditer(body) if not _is_read(match, body, figures)]
    phrases = [phrase for phrase in phrases if not any("".join(phrase) in name for name in _names(question, facts))]
    last = phrases[-1][-1] if phrases else ""
    denied = bool(last and re.search(re.escape(last) + _DENIED_BEHIND + r"(?![^、。]*[?？]?$)", body))
    written = " ".join(normalize(f"{fact.subject or ''} {fact.quote}").text for fact in facts)
    cases = tuple(dict.fromkeys(match[0] for match in CASE_NAME.finditer(text) if match[0] in written))
    phrases = [phrase for phrase in phrases if not any("".join(phrase) in case for case in cases)]
    return Asked(tuple(dict.fromkeys(map(tuple, phrases))), figures, denied, body, cases)


def _is_read(run: re.Match[str], body: str, figures: Sequence[Figure]) -> bool:
    """Whether a run of characters is a word, a figure or a word of asking already."""
    if _FRAME.match(run[0]) or _ADVERB.match(run[0]):
        return True
    if any(figure.start < run.end() and run.start() < figure.end for figure in figures):
        return True
    return any(run.start() <= word.start < run.end() for word in content_words(body))


def _names(question: Question, facts: Sequence[Fact]) -> set[str]:
    return {match.name for match in question.topics if match.is_program} | {
        fact.program for fact in facts if fact.program
    }


def _without_programme(question: Question, text: str, facts: Sequence[Fact]) -> str:
    """A question without the names of its programme, blanked so that places stay."""
    names = [name for match in question.topics for name in (match.written, match.name) if name]
    names += [fact.program for fact in facts if fact.program]
    for name in sorted(dict.fromkeys(names), key=len, reverse=True):
        text = text.replace(name, " " * len(name))
    for name in {fact.program for fact in facts if fact.program}:
        shared = longest_shared(name, text)
        if len(shared) >= _SHARED:
            text = text.replace(shared, " " * len(shared))
    return text
