"""Which facts a question names: the meeting of its words with a fact's subject.

Owns the certainty of that meeting. Invariant: every content word of the question that does not ask is found with the fact (its subject, the
headings and the title above it), and the question says enough of the subject to mean no other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from policy_qa.answering.draft import Evidence, place_of_fact
from policy_qa.answering.library import Library
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.retrieval.words import Word, content_words, informativeness
from policy_qa.types import Fact

_ENOUGH = 0.5
_ENOUGH_OF_TITLE = 0.25
_SHORTEST_TITLE = 5
_SHORTEST_TAIL = 4
_MOST_OF_WORDS = 0.35
_UNITS = {"パーセント": "%", "グラム": "g", "キロ": "kg", "ヘクタール": "ha", "キロワット": "kW"}
_COUNTED = re.compile(r"何(?P<unit>%|[^\s0-9をにがはでとまかのな、。?？]{1,4})")
_BRACKET = re.compile(r"[(〔（][^()（）〔〕]*[)）〕]|[~〜～].*$")


def asked_words(text: str, asking: re.Pattern[str]) -> list[Word]:
    """The content words of a question without its times and without the words that only ask (``asking``)."""
    normal = normalize(text).text
    left_out = [(mention.start, mention.end) for mention in find_times(normal)]
    left_out += [match.span() for match in asking.finditer(normal)]
    return [
        word
        for word in content_words(normal)
        if not any(start < word.end and word.start < end for start, end in left_out)
    ]


def best_named(
    words: Sequence[Word], question: str, facts: Sequence[Fact], library: Library
) -> tuple[list[Fact], bool]:
    """The facts whose subject the question names best, and whether it names that subject whole; nothing when it is not sure."""
    asked = fold(question)
    scored: list[tuple[float, int, Fact]] = []
    for fact in facts:
        subject = fact.subject or ""
        if not _covers(words, fact, library):
            continue
        core = fold(_BRACKET.sub("", subject))
        whole = len(core) >= 3 and core in asked
        share = 1.0 if whole else _share(subject, _without_title(asked, core, fact, library), words)
        if share >= _ENOUGH:
            scored.append((share, len(core) if whole else 0, fact))
    if not scored:
        return _of_own_text(words, facts, library), False
    best = max((share, length) for share, length, _ in scored)
    chosen = [fact for share, length, fact in scored if (share, length) == best]
    subjects = {fold(_BRACKET.sub("", fact.subject or "")) for fact in chosen}
    return (chosen, best[1] > 0) if len(subjects) == 1 else ([], False)


def _of_own_text(words: Sequence[Word], facts: Sequence[Fact], library: Library) -> list[Fact]:
    """The facts of the one text whose own title has every asked word and enough of them: 「○○市の空き家補助金の要綱」."""
    own = [
        fact
        for fact in facts
        if fold(_BRACKET.sub("", fact.subject or "")) in fold(library.document(fact.path).metadata.title)
        and _share(fact.subject or "", fold("、".join(word.surface for word in words)), words) >= _ENOUGH_OF_TITLE
        and all(fold(word.surface) in fold(fact.subject or "") for word in words)
    ]
    return own if len({fold(fact.subject or "") for fact in own}) == 1 else []


def described(words: Sequence[Word], question: str, facts: Sequence[Fact], library: Library) -> list[Fact]:
    """The facts of the one subject that a question describes in part: by its last words, or by most words and the unit that it counts in."""
    asked = fold(question)
    found: dict[str, float] = {}
    counted = _COUNTED.search(normalize(question).text)
    unit = _UNITS.get(counted["unit"], counted["unit"]) if counted else None
    is_only = len({fold(_BRACKET.sub("", fact.subject or "")) for fact in facts if fact.unit == unit}) == 1
    for fact in facts:
        core = fold(_BRACKET.sub("", fact.subject or ""))
        title = fold(library.document(fact.path).metadata.title)
        own = [word for word in words if fold(word.surface) in core or fold(word.surface) not in title]
        met = [word for word in own if fold(word.surface) in core]
        tail = next(
            (core[-length:] for length in range(len(core), _SHORTEST_TAIL - 1, -1) if core[-length:] in asked), ""
        )
        if tail and len(met) == len(own):
            found[core] = max(found.get(core, 0), len(tail))
        elif unit and fact.unit == unit:
            weight = sum(informativeness(word.lemma) for word in met)
            total = sum(informativeness(word.lemma) for word in own)
            if (len(met) > 1 or is_only) and met and weight >= _MOST_OF_WORDS * total:
                found[core] = max(found.get(core, 0), weight)
    best = max(found.values(), default=0)
    subjects = [core for core, score in found.items() if score > best - 1]
    return (
        [fact for fact in facts if fold(_BRACKET.sub("", fact.subject or "")) in subjects] if len(subjects) == 1 else []
    )


def _without_title(asked: str, core: str, fact: Fact, library: Library) -> str:
    """The question without the name of the text that a fact stands in: what it names is that, not what it speaks of."""
    for title in (library.document(fact.path).metadata.title, *fact.section):
        name = fold(_BRACKET.sub("", title))
        if len(name) > _SHORTEST_TITLE and name != core:
            asked = asked.replace(name, "")
    return asked


def _covers(words: Sequence[Word], fact: Fact, library: Library) -> bool:
    around = _around(fact.subject or "", fact.body or "", fact.section, library.document(fact.path).metadata.title)
    return bool(words) and all(fold(word.surface) in around or fold(word.lemma) in around for word in words)


@lru_cache(maxsize=4096)
def _around(subject: str, body: str, section: tuple[str, ...], title: str) -> str:
    return fold("\n".join((subject, body, *section, title)))


def _share(subject: str, asked: str, words: Sequence[Word]) -> float:
    """How much of what a subject says the question says too, by the weight of its words."""
    own = content_words(normalize(_BRACKET.sub("", subject)).text)
    total = sum(informativeness(word.lemma) for word in own)
    lemmas = {word.lemma for word in words if fold(word.surface) in asked}
    said = sum(informativeness(word.lemma) for word in own if fold(word.surface) in asked or word.lemma in lemmas)
    return said / total if total else 0.0


def evidence_of(fact: Fact, library: Library, *, with_header: bool = False) -> tuple[Evidence, ...]:
    """The place of a fact; then the heading or title line that gives it its subject, and the header of its table."""
    document = library.document(fact.path)
    places = [place_of_fact(fact)]
    block = next((block for block in document.blocks if block.span.start <= fact.start < block.span.end), None)
    if with_header and block is not None and block.kind == "table":
        header = document.text[block.span.start : block.span.end].split("\n")[0]
        if block.span.start + len(header) <= fact.start:
            end = block.span.start + len(header)
            places.append(Evidence(fact.path, block.span.start, end, header, block.heading_path, block.page))
    if with_header and block is not None and block.kind != "table":  # a line under a header that is set with blanks
        above = next(
            (
                other
                for other in reversed(document.blocks)
                if other.span.end <= block.span.start and other.kind == "table"
            ),
            None,
        )
        if above is not None and above.heading_path == block.heading_path and re.search(r"\S {2,}\S", fact.quote):
            text = above.span.of(document.text)
            places.append(Evidence(fact.path, above.span.start, above.span.end, text, above.heading_path, above.page))
    core = fold(_BRACKET.sub("", fact.subject or ""))
    if core and core not in fold(fact.quote):
        for other in document.blocks:
            text = other.span.of(document.text)
            if other.span.start <= fact.start and len(text) < 400 and core in fold(text):
                places.append(
                    Evidence(fact.path, other.span.start, other.span.end, text, other.heading_path, other.page)
                )
                break
    return tuple(dict.fromkeys(places))
