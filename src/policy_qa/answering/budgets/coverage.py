"""Which budget line a question means that names none as the documents write it.

Owns the matching of shortened names (応急給水拠点) and of descriptions (給水車を配る事業) with the names, parts and texts of budget lines. Invariant:
a line is chosen only when it covers what the question says and no other line does so nearly as well; otherwise none is.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from policy_qa.answering.library import Library
from policy_qa.facts.budgets.names import PARTS, SOURCE
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.japanese.tokens import analyze
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.topics import key
from policy_qa.retrieval.words import Word, content_words
from policy_qa.types import Document, Fact

# Words of a question about money that name no programme.
NOT_A_SUBJECT = re.compile(
    r"関係|一番|予算|金額|総額|合計|額|全体|総計|国|政府|資料|年度|当初|補正|概算|要求|決定|決算|執行|案|規模|前年|今年|昨年|昨|来|本|第|号|次|以外|事業|事項|経費|施策|"
    r"計上|措置|推移|一覧|差|増減|増|減|比較|割合|倍|最大|最小|令和|平成|円|億|万|兆|今回|全部|全て|それぞれ|分|年|上位|下位|件|番目|順|平均|新規|拡充|以上|以下|未満|"
    r"トップ|主要|主な|交付金|補助金|項目|内訳|もの|名前|名|財源|かかる|多い|少ない|大きい|小さい|高い|低い|超える|下回る|比べる|並べる|教える|示す|挙げる|載る|ある|なる|する|いる|どちら|どれ|どの|どんな|何|いくら|いくつ|計"
)
_COVER = 300
_TEXT = 400
_ENOUGH = 0.7
_MARGIN = 0.15
# A line that nothing else comes near may leave more of the question open: who describes a programme uses words of his own.
_WELL_ENOUGH = 0.55
_FAR = 0.4
_VERB = 0.3
_IN_TEXT = 0.9
_SHORTEST = 5
_MOST_KEPT = 256
_SHORTEST_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class _Line:
    """A name that budget lines have: with what they belong to, the text beside them, and what says whose document it is."""

    name: str
    parents: frozenset[str]
    named: str
    text: str
    cover: str


_kept: dict[tuple[str, str, str], tuple[_Line, ...]] = {}


def covered(question: Question, library: Library) -> list[str]:
    """The names of the budget lines that a question means by shortened names, else by describing one."""
    short = shortened(fold(question.search_text), library)
    if short:
        return short
    best = _described(question, library)
    return [best] if best else []


def cover_of(fact: Fact, library: Library) -> str:
    """What says whose document a fact stands in: its title and publishers, the headings over it, the first lines."""
    document = library.document(fact.path)
    about = document.metadata
    return fold(" ".join((about.title, *about.publishers, *fact.section, fact.program or "", document.text[:_COVER])))


def part_named(text: str, parts: Sequence[Fact]) -> str | None:
    """The only one of some parts whose name shares a word with a text that says what part is meant."""
    asked = {word.surface for word in content_words(normalize(text).text) if word.is_noun and len(word.surface) > 1}
    names = {key(fact.program or ""): fact.program or "" for fact in parts}
    found = [name for folded, name in names.items() if any(fold(word) in folded for word in asked)]
    return found[0] if len(found) == 1 else None


def shortened(asked: str, library: Library) -> list[str]:
    """The names of which a folded question has a piece that no other name has, in the order of the question."""
    lines = _lines(library)
    found: dict[str, int] = {}
    for line in lines:
        own = fold(line.name)
        piece = next((piece for piece in pieces_of(line.name) if piece in asked), None)
        if piece is None or any(piece in fold(other.name) and fold(other.name) != own for other in lines):
            continue
        found.setdefault(line.name, asked.find(piece))
    return sorted(found, key=lambda name: found[name])


@lru_cache(maxsize=4096)
def pieces_of(name: str) -> tuple[str, ...]:
    """The runs of words of a name that are long enough to stand for it, longest first."""
    tokens = analyze(normalize(name).text)
    shortest = max(_SHORTEST, round(len(name) * _SHORTEST_SHARE))
    runs = {
        fold(normalize(name).text[first.start : last.end])
        for number, first in enumerate(tokens)
        for last in tokens[number:]
        if last.end - first.start >= shortest
        and not first.part_of_speech.startswith(("助詞", "接尾辞", "補助記号"))
        and not last.part_of_speech.startswith(("助詞", "接頭辞", "補助記号"))
    }
    return tuple(sorted(runs, key=len, reverse=True))


def _described(question: Question, library: Library) -> str | None:
    words = [word for word in content_words(question.search_text) if _names(word)]
    scored: list[tuple[float, _Line]] = []
    for line in _lines(library):
        own = [word for word in words if fold(word.surface) not in line.cover]
        weights = [library.rarity(word.lemma) * (1 if word.is_noun else _VERB) for word in own]
        total = sum(weights)
        values = [weight * _hit(word, line) for word, weight in zip(own, weights, strict=True)]
        hits = [word for word, value in zip(own, values, strict=True) if value and word.is_noun]
        in_name = [word for word in hits if _hit(word, line) == 1]
        if total and in_name and (len(hits) >= 2 or len(hits[0].surface) >= 3):
            scored.append((sum(values) / total, line))
    if not scored:
        return None
    scored.sort(key=lambda item: -item[0])
    score, best = scored[0]
    others = [own for own, line in scored if fold(line.name) != fold(best.name) and fold(line.name) not in best.parents]
    margin = score - max(others, default=0)
    sure = score >= _ENOUGH and margin >= _MARGIN
    return best.name if sure or (score >= _WELL_ENOUGH and margin >= _FAR) else None


def _names(word: Word) -> bool:
    return len(word.surface) > 1 and not NOT_A_SUBJECT.search(word.surface) and not NOT_A_SUBJECT.fullmatch(word.lemma)


def _hit(word: Word, line: _Line) -> float:
    forms = {fold(word.surface), fold(word.lemma)}
    if any(form in line.named for form in forms):
        return 1
    return _IN_TEXT if any(form in line.text for form in forms) else 0


def _lines(library: Library) -> list[_Line]:
    """Every name that budget lines have, with what is written around it, each once for its document."""
    by_path: dict[str, list[Fact]] = {}
    for fact in library.budgets:
        if fact.program and fact.qualifier != SOURCE:
            by_path.setdefault(fact.path, []).append(fact)
    return [line for path, facts in by_path.items() for line in _lines_of(library.document(path), facts)]


def _lines_of(document: Document, facts: Sequence[Fact]) -> tuple[_Line, ...]:
    """The lines of one document, kept: libraries of a few documents are made for one question."""
    identity = (document.path, document.sha256, document.metadata.title)
    if identity not in _kept:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        _kept[identity] = tuple(_read(document, facts))
    return _kept[identity]


def _read(document: Document, facts: Sequence[Fact]) -> Iterator[_Line]:
    by_name: dict[str, list[Fact]] = {}
    for fact in facts:
        by_name.setdefault(key(fact.program or ""), []).append(fact)
    about = document.metadata
    cover = fold(" ".join((about.title, *about.publishers)))
    for own in by_name.values():
        name = own[0].program or ""
        parents = frozenset(fold(fact.parent) for fact in own if fact.parent)
        is_part = all(fact.qualifier in PARTS for fact in own)
        named = fold(name) + (" " + " ".join(parents) if is_part else "")
        text = fold(" ".join(dict.fromkeys(_text_at(fact, document) for fact in own)))
        yield _Line(name, parents, named, text, cover)


def _text_at(fact: Fact, document: Document) -> str:
    """The text of the item that a fact stands in: below its name stands what it is for; of a table only its row."""
    place = bisect_right(document.blocks, fact.start, key=lambda block: block.span.start) - 1
    block = document.blocks[place]
    if block.kind in {"table", "heading"} or not block.span.start <= fact.start < block.span.end:
        return fact.quote
    return block.span.of(document.text)[:_TEXT]
