"""Whose terms a question asks about: from its names to the eligibility facts of one programme.

Owns that choice. Invariant: a programme is taken by its own name, by the only name that has a long piece in common with the question, or as
the only one there is; where two fit alike, none is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.answering.library import Library
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.topics import key
from policy_qa.retrieval.words import content_words, informativeness
from policy_qa.types import Fact

# What stands around the part of a name that people use: 「白樺県○○資金融資制度」.
_PLACE = re.compile(r"^[^\s]{1,6}?(?:都|道|府|県|市|区|町|村)(?=.{4})")
_KIND = re.compile(r"(?<=.{4})(?:融資制度|制度|事業費補助金|補助金|事業|助成金|交付金|支援金)$")
_KIND_WORDS = re.compile(r"支援|推進|整備|促進|対策|活用|補助|助成|給付|交付|奨励|事業|制度|金|費|の|等")
_LEAST_OF_TAIL = 2
_SHORTEST_CORE = 4
_SHORTEST_RUN = 5
_COMMON = 3.5
_ENOUGH = 9.0
_NEXT_BEST = 0.6


def of_programmes(facts: Sequence[Fact], question: Question, library: Library) -> list[Fact]:
    """Those of ``facts`` that are of the programmes a question names."""
    wanted = {key(name) for name in question.programs}
    own = [fact for fact in facts if fact.program and key(fact.program) in wanted]
    if own:
        return own
    by_name = _by_name(facts, question)
    if by_name:
        return by_name
    # A budget names the cases of a programme as if they were some: 通常枠　4,500万円.
    wanted -= {key(piece) for fact in facts for piece in (fact.subject or "").split()}
    if not wanted:
        by_words = _by_words(facts, question, library)
        return by_words or ([] if question.unknown_programs else _of_only_document(facts, question))
    titles = {summary.path: fold(summary.metadata.title) for summary in library.summaries}
    return [
        fact for fact in facts if fact.program is None and any(name in titles.get(fact.path, "") for name in wanted)
    ]


def _by_name(facts: Sequence[Fact], question: Question) -> list[Fact]:
    """Facts of the one programme whose name, or its core, the question writes; the newest turn before earlier ones."""
    programs = {fact.program: key(fact.program) for fact in facts if fact.program}
    for text in (question.text, question.search_text):
        asked = fold(text)
        named = {program: name for program, name in programs.items() if name in asked}
        if not named:
            cores = {program: _core(name) for program, name in programs.items()}
            named = {program: core for program, core in cores.items() if len(core) >= _SHORTEST_CORE and core in asked}
        if not named:
            runs = {program: longest_shared(name, asked) for program, name in programs.items()}
            named = {
                program: run
                for program, run in runs.items()
                if len(run) >= max(_SHORTEST_RUN, len(programs[program]) // 2)
            }
        if not named:
            tails = {program: _tail_in(name, asked) for program, name in programs.items()}
            named = {program: tail for program, tail in tails.items() if tail}
        longest = {
            program
            for program, name in named.items()
            if not any(name != other and name in other for other in named.values())
        }
        if len(longest) == 1:
            return [fact for fact in facts if fact.program in longest]
    return []


def _tail_in(name: str, asked: str) -> str:
    """The end of a name that a question calls it by (家賃補助 of 若者世帯家賃補助), if it says more than what kind of programme it is."""
    for start in range(1, len(name) - _SHORTEST_CORE + 1):
        if name[start:] in asked:
            return name[start:] if len(_KIND_WORDS.sub("", name[start:])) >= _LEAST_OF_TAIL else ""
    return ""


def longest_shared(name: str, text: str) -> str:
    """The longest run of characters that a text shares with a name."""
    best = ""
    for start in range(len(name)):
        while start + len(best) < len(name) and name[start : start + len(best) + 1] in text:
            best = name[start : start + len(best) + 1]
    return best


def _core(name: str) -> str:
    return _KIND.sub("", _PLACE.sub("", name))


def _by_words(facts: Sequence[Fact], question: Question, library: Library) -> list[Fact]:
    """Facts of the one programme that shares far more telling words with the question than any other: 「汐見市の空き家の補助」."""
    titles = {summary.path: summary.metadata.title for summary in library.summaries}
    names = {(fact.path, fact.program): f"{fact.program} {titles.get(fact.path, '')}" for fact in facts if fact.program}
    scores: dict[tuple[str, str | None], float] = {}
    asked = words_of(question.search_text)
    for place, name in names.items():
        scores[place] = sum(map(informativeness, asked & words_of(name)))
    best = max(scores, key=scores.__getitem__, default=None)
    if best is None or scores[best] < _ENOUGH:
        return []
    if any(score > _NEXT_BEST * scores[best] for place, score in scores.items() if place != best):
        return []
    return [fact for fact in facts if (fact.path, fact.program) == best]


def title_and_programmes(facts: Sequence[Fact], library: Library) -> list[str]:
    """What the programme of some facts is called, and the title of its document."""
    paths = {fact.path for fact in facts}
    titles = [summary.metadata.title for summary in library.summaries if summary.path in paths]
    return [*titles, *dict.fromkeys(fact.program for fact in facts if fact.program)]


def words_of(text: str) -> set[str]:
    """The telling nouns of a text, by lemma; a place stands without 県 or 市."""
    return {
        word.lemma
        for word in content_words(normalize(text).text)
        if word.is_noun and informativeness(word.lemma) >= _COMMON
    }


def _of_only_document(facts: Sequence[Fact], question: Question) -> list[Fact]:
    """For a question without a programme: the facts of the one document that has its case, or has such facts at all."""
    asked = fold(question.search_text)
    named = {
        fact.path for fact in facts if fact.subject and all(fold(piece) in asked for piece in fact.subject.split())
    }
    paths = named or {fact.path for fact in facts}
    return [fact for fact in facts if fact.path in paths] if len(paths) == 1 else []
