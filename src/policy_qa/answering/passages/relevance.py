"""How well a passage fits a question.

Owns the measure. ``coverage`` says whether the passage (with its headings) speaks of what is asked, weighing words by how much they say
in general; ``score`` orders passages, weighing words by how rare they are in this corpus. Invariant: words that only give a year, a
stage or the type of answer count for neither.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from policy_qa.answering.library import Library
from policy_qa.answering.passages.answer_types import Value, is_person_name, values
from policy_qa.answering.passages.cells import asked_cell
from policy_qa.answering.passages.passages import Passage
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.negation import NEGATING_PREFIXES, says_plainly
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.japanese.stages import find_stages
from policy_qa.japanese.terms import COMPOUND
from policy_qa.japanese.tokens import index_terms, term_set
from policy_qa.retrieval.asking import asked_from
from policy_qa.retrieval.attributes import attribute
from policy_qa.retrieval.everyday import everyday_phrases
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.topics import key
from policy_qa.retrieval.words import Word, content_words, informativeness

_HEADING_SHARE = 0.75  # a word in the headings counts this much of one in the passage
TITLE_SHARE = 0.35  # the title says what the whole document is about
EVERYDAY_SHARE = 0.8  # an official word found for an everyday one
ONE_OFFICIAL_SHARE = 0.6  # one of several official words alone
_VERB_SHARE = 0.5  # documents put actions in their own words
_NAMING_SHARE = 0.2  # what says which document is meant tells none of its passages from another
_CIRCUMSTANCE_SHARE = 0.3  # what is set out before the question
_COUNT_SHARE = 0.5  # a number tells little of what a line is about
_OF_ASKER_SHARE = 0.2
# Of the asker's own life: people, what they live in and do, money in general.
OF_ASKER = re.compile(
    r"母親?|父親?|両親|祖[父母]|夫|妻|主人|息子(?:さん)?|娘(?:さん)?|孫|家族|自宅|実家|うち|人|ひと|自分|私|友人|知人|近所|地元|会社|社長|お店|店|商店|お金|代金|代わり|仕事|心配"
)
_MOST_OF_CASE = 3.0  # an age is a case of the asker's: documents give bounds, see ``focus.meets_case``
_FIGURE_CELL = r"[^0-9]{0,5}(?:[0-9]|[一二三四五六七八九十]|[½⅓⅔¼¾]|[-－—]+$)"
_BRACKET = re.compile(r"[(（]")
# What a cell must have to be of a type: 3分の2 is no time.
_CELL_OF_TYPE = {
    "quantity": re.compile(rf"^{_FIGURE_CELL}"), "duration": re.compile(rf"^{_FIGURE_CELL}"),
    "frequency": re.compile(r"回|毎|随時|ごと"),
    "date": re.compile(r"[年月日期時週頃末旬随未]|[0-9]+[./][0-9]+[./]|以降|完了|から|まで|令和|平成|昭和"),
}  # fmt: skip
_SEARCH_SHARE = 0.45
_SHORTEST_END = 3
_WRITTEN_WHOLE = re.compile(r"[一-鿿0-9].*[一-鿿]|[0-9]")  # katakana and kana also stand inside other words
_STEM = re.compile(r"[一-鿿]{2,}(?=[ぁ-ん])")  # of a verb: nouns are written with the same letters
_NEAREST_HEADING_SHARE = 0.25
_FAQ_SHARE = 0.7  # a heading that is a question is answered below it
QUESTION_HEADING = re.compile(r"^(?:問|Q)[0-9]|[?？]$|(?:です|ます|せん|でしょう)か。?$|か。$|伺う。$")
_NUMBERING = re.compile(r"^(?:第?[0-9]{1,2}[章節]?[.．、)）]?|[(（][0-9]{1,2}[)）]|[①-⑳]|[ア-ン][.．)）])+")
_ROLE = re.compile(
    r"(?P<role>[一-鿿々ァ-ヴー]*(?:長|大臣|知事|監|官|代表|委員|責任者|担当者|理事|役))(?:の(?:お?名前|氏名))?(?:は|って|を)?(?:誰|だれ|どなた|何(?:という|です|でしょう)|教え|[?？。]|$)"
)
# 「欠席した委員」: one of many, who is told by what he did.
_ANY_MEMBER = re.compile(r"(?<=[たるいう])(?:委員|構成員|議員|出席者|メンバー)")
_MONEY_WORD = re.compile(
    r"^(?:予算|額|金額|円|年度|当初|補正|概算|要求|決定|決算|総額|合計|令和|平成|年|月|日|人数|数|値|率)$"
)


# The question, titles and headings come again with every passage.
_fold = lru_cache(maxsize=4096)(fold)


@dataclass(frozen=True, slots=True)
class Weighed:
    """A content word with the terms it may stand as, official ones for it, and its two weights.

    ``is_circumstance`` where the question sets it out before it asks: it guides the search, but need not stand in the answer.
    ``names_document`` where it is part of a name that whole documents are named after (松浜町): all their lines are of that.
    """

    word: Word
    terms: tuple[str, ...]
    official: frozenset[str]
    says: float
    rarity: float
    is_circumstance: bool = False
    names_document: bool = False


@dataclass(frozen=True, slots=True)
class Fit:
    """A passage measured against a question. ``coverage`` is 0..1; ``values`` are of the type asked for."""

    passage: Passage
    coverage: float
    score: float
    values: tuple[Value, ...] = ()


def weigh(question: Question, library: Library) -> list[Weighed]:
    """The content words of a question with their weights, each once."""
    text = question.search_text
    phrases = everyday_phrases(text)
    slots = [(time.start, time.end) for time in find_times(text)] if not question.claimed_times else []
    if question.attribute is not None:
        # What is asked for is looked for in the documents' own wording of it, see ``attributes``.
        slots += [match.span() for match in attribute(question.attribute).asked.finditer(text)]
    slots += [(stage.start, stage.end) for stage in find_stages(text)]
    weighed: dict[str, Weighed] = {}
    asking = asked_from(text)
    for word in content_words(text):
        in_slot = any(start <= word.start < end for start, end in slots)
        if in_slot or _MONEY_WORD.match(word.lemma) or word.lemma in weighed:
            continue
        terms = _terms(word, library)
        if not terms or (_is_in_topic(word, question) and not any(map(library.knows, terms))):
            continue
        official = frozenset(
            term
            for phrase in phrases
            if phrase.start <= word.start and word.end <= phrase.end
            for term in phrase.terms
            if library.knows(term)
        )
        is_circumstance = word.start < asking
        share = (1.0 if word.is_noun else _VERB_SHARE) * (_CIRCUMSTANCE_SHARE if is_circumstance else 1.0)
        says = max(map(informativeness, terms))
        if word.surface[0].isdigit():
            says = min(says, _MOST_OF_CASE)
        names_document = any(fold(word.surface) in name for name in question.scope_names)
        rarity = share * max(map(library.rarity, terms)) * (_NAMING_SHARE if names_document else 1.0)
        if word.surface[0].isdigit():
            rarity *= _COUNT_SHARE
        weighed[word.lemma] = Weighed(
            word, terms, official - set(terms),
            share * says, rarity, is_circumstance, names_document,
        )  # fmt: skip
    return list(weighed.values())


def _is_in_topic(word: Word, question: Question) -> bool:
    """Whether a word is a part of a name that the corpus has: what MeCab cuts it into (あさ, ぎ, 号) may differ, the name is looked for whole."""
    return question.search_text == normalize(question.text).text and any(
        match.start <= word.start and word.end <= match.end for match in question.topics
    )


def _terms(word: Word, library: Library) -> tuple[str, ...]:
    """The index terms of a word: by its lemma in the question when a document has that, else as it is written."""
    if library.knows(word.lemma):
        return (word.lemma,)
    terms = [term for term in index_terms(word.surface) if ":" not in term]
    pairs = [term for term in terms if COMPOUND in term]
    return tuple(
        dict.fromkeys(pairs if word.is_compound and pairs else (term for term in terms if COMPOUND not in term))
    )


def measured(question: Question, passages: Sequence[Passage], words: Sequence[Weighed]) -> list[Fit]:
    """All passages with how much of the question's words they say; the best first."""
    return sorted((_fit(passage, question, words) for passage in passages), key=lambda fit: -fit.score)


def covers(weighed: Weighed, passage: Passage, *, with_block: bool = True) -> float:
    """How much of a word a passage has, 0..1: in itself, in its headings, or by the official word for it.

    ``with_block`` counts the other sentences of its block too: they say what it is about, but not what it says of it.
    """
    everywhere = passage.terms | passage.section_terms
    if with_block:
        everywhere |= passage.block_terms
    own = share_of(weighed, passage.terms)
    if _WRITTEN_WHOLE.search(weighed.word.surface) and weighed.word.surface in passage.text:
        own = 1.0
    if has_stem(weighed, passage):
        own = 1.0
    in_title = TITLE_SHARE * share_of(weighed, passage.title_terms)
    with_headings = share_of(weighed, everywhere)
    official = 0.0
    if weighed.official:
        found = len(weighed.official & passage.terms) + _HEADING_SHARE * len(
            (weighed.official - passage.terms) & passage.section_terms
        )
        official = EVERYDAY_SHARE if found >= 2 else ONE_OFFICIAL_SHARE if found else 0.0
    return max(own, _HEADING_SHARE * with_headings, official, in_title)


def share_of(weighed: Weighed, terms: frozenset[str]) -> float:
    """The share, 0..1, of what a word may stand as that is among ``terms``."""
    return sum(term in terms for term in weighed.terms) / len(weighed.terms)


def has_stem(weighed: Weighed, passage: Passage) -> bool:
    """Whether a passage has the stem of a verb: 支払 of 支払われる, 見込 of 見込まれる."""
    stem = _STEM.match(weighed.word.surface)
    return stem is not None and stem[0] in passage.text


def is_said_negated(weighed: Weighed, question: Question, passage: Passage) -> bool:
    """Whether a passage has a word only behind 非, 未 or 不 where the question has it plain: 非課税世帯 is no 課税世帯."""
    surface, start = weighed.word.surface, weighed.word.start
    if surface not in passage.text or question.search_text.endswith(NEGATING_PREFIXES, 0, start):
        return False
    return not says_plainly(surface, passage.text)


def _fit(passage: Passage, question: Question, words: Sequence[Weighed]) -> Fit:
    total_rarity = sum(weighed.rarity for weighed in words) or 1.0
    shares = [
        (weighed, 0.0 if is_said_negated(weighed, question, passage) else covers(weighed, passage)) for weighed in words
    ]
    # Whom it is asked for and what it is asked in (母, 自宅, お金) documents say by 者 and 額, or not at all.
    total_says = (
        sum(
            weighed.says * (_OF_ASKER_SHARE if not share and OF_ASKER.fullmatch(weighed.word.surface) else 1.0)
            for weighed, share in shares
        )
        or 1.0
    )
    # For coverage it does not matter whether the word stands in the line or in the heading over it.
    coverage = (
        sum(
            weighed.says * (1.0 if share >= _HEADING_SHARE or share == TITLE_SHARE or weighed.names_document else share)
            for weighed, share in shares
        )
        / total_says
    )
    score = sum(weighed.rarity * share for weighed, share in shares) / total_rarity
    score += _SEARCH_SHARE * passage.score
    if passage.section:
        is_faq = bool(QUESTION_HEADING.search(passage.section[-1]))
        score += (_FAQ_SHARE if is_faq else _NEAREST_HEADING_SHARE) * share_said(passage.section[-1], words)
    return Fit(passage, coverage, score, _values(passage, question))


def share_said(title: str, words: Sequence[Weighed]) -> float:
    """The share, 0..1, by rarity, of the question's words that a heading says."""
    total = sum(weighed.rarity for weighed in words) or 1.0
    terms = term_set(title)
    return sum(weighed.rarity for weighed in words if terms.issuperset(weighed.terms)) / total


def _values(passage: Passage, question: Question) -> tuple[Value, ...]:
    """The values of the asked type in the passage; for a person also the heading, where it is a name and the passage has the role."""
    # Whether a follow-up (「大会議室の場合は？」) looks ahead or asks for a weekday the turn before it says.
    asked = normalize(question.search_text if question.asks == "date" else question.text).text
    if question.asks == "person":
        role = asked_role(question)
        if role is not None and role not in normalize(" ".join((passage.text, passage.lead))).text:
            return ()
        if role is not None and passage.section and is_person_name(passage.section[-1]):
            return (Value(passage.section[-1], 0, 0),)
    cell = asked_cell(passage, question)
    of_type = _CELL_OF_TYPE.get(question.asks)
    if cell is not None and (of_type is None or of_type.search(cell.text)):
        # 「300円（75歳以上は150円）」: which of them is asked for the words around them say.
        inside = values("money", asked, cell.text) if question.asks == "money" and _BRACKET.search(cell.text) else []
        if len(inside) > 1:
            return tuple(Value(own.text, cell.start + own.start, cell.start + own.end) for own in inside)
        return (cell,)
    return tuple(values(question.asks, asked, passage.text))


def asked_role(question: Question) -> str | None:
    """The office or function whose holder is asked for: 座長 in 「座長は誰ですか」."""
    text = normalize(question.text).text
    match = _ROLE.search(text)
    is_role = match is not None and not _ANY_MEMBER.fullmatch(text, *match.span("role"))
    return match["role"] if match and is_role else None


def says_heading(passage: Passage, question: Question) -> bool:
    """Whether the question says a heading right above the passage itself: 議題, 補助対象経費, 提出書類."""
    asked = _fold(question.search_text)
    titles = [_NUMBERING.sub("", _fold(title)) for title in passage.section[-2:]]
    return any(len(title) >= 2 and title in asked for title in titles)


def is_on_topic(passage: Passage, question: Question) -> bool:
    """Whether a passage, its headings or its lead-in name one of the things the question names; true when it names none."""
    if not question.topics:
        return True
    around = fold(" ".join((passage.text, passage.lead, passage.title, *passage.section)))
    return any(key(match.name) in around for match in question.topics) or is_row_of(passage, question)


def is_row_of(passage: Passage, question: Question) -> bool:
    """Whether a table row is named by the ends of several names, one of them the question's: 「出産応援金・医療費・家賃補助」."""
    parts = re.split(r"[・、,/]", fold(passage.cells[0].text)) if passage.cells else []
    names = [key(match.name) for match in question.topics]
    return len(parts) > 1 and any(
        len(part) >= _SHORTEST_END and name.endswith(part) for part in parts for name in names
    )
