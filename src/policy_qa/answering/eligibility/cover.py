"""Whether a programme covers a case: the verdict out of its eligibility facts.

Owns the matching of a case («72歳の母», «中古の機械», «従業員120人») with what a programme lets in, asks for and shuts out. Invariant: what shuts out is
heard before what lets in; an exception (ただし…) counts only where the case is the exception; a figure decides only against a bound of its own
unit; where nothing matches there is no verdict.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from policy_qa.answering.checks.claims import Counted, counted, satisfies
from policy_qa.answering.draft import Draft
from policy_qa.answering.eligibility.owners import of_programmes
from policy_qa.answering.eligibility.wording import fact_text, speaks_of_cover, verdict_by_facts
from policy_qa.answering.library import Library
from policy_qa.facts.eligibility.aspects import shuts_out
from policy_qa.japanese.amounts import find_amounts, find_quantities
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.retrieval.everyday import everyday_phrases
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.topics import key
from policy_qa.retrieval.words import content_words, informativeness
from policy_qa.types import Aspect, Fact

_OPEN_ASPECTS: frozenset[Aspect] = frozenset({"applicant", "project", "cost", "requirement"})
# Words that say that something is covered, not what.
_GENERAL = re.compile(
    r"^(?:国|県|市|町|村|区|補助金|助成金|交付金|支援金|者|方|もの|こと|人|場合|とき|経費|費用|費|額|補助|助成|交付|支給|支援|対象|金|事業|制度|申請|応募|利用|提出|要する|係る|当該|同一|他|等|号|条|項|区分|規定|該当|必要|受ける|行う|有する|満たす|次|者等|市長|知事|年度|日|前|後|内|外|上|下|以上|以下|以内|未満|第)$"
)
_DEFINITION = re.compile(r"とは、?.*(?:をいう|をいいます)|をいう")
_TELLING = 3.5
_SURE = 5.0  # of what is shut out, more than one common word has to be said
_TELLS_MUCH = 6.0
_HIT = 0.7
_NAMED_HIT = 0.45
_EXCEPTION_HIT = 0.5
_ALTERNATIVES = re.compile(r"[、,・/]|又は|若しくは|及び|並びに|その他の?")
_FIRST_PHRASE = re.compile(r"により|によって|[をがにで](?=[^ぁ-ん])")
_PREDICATE = re.compile(r"(?:は|も|について(?:は)?)、(?!.*(?:は|も)、).*$")
_ALL_OTHERS = re.compile(r"、?その他の?[^、。]*$|、?(?:など|等)の.*$")
_EXCEPTION = re.compile(r"ただし、?(?P<case>.+?)(?:場合|とき|ときは|にあっては|については|であれば|に限り|のときは)")
_OWN_EXCEPTION = re.compile(
    r"[(（](?P<case>[^()（）]{2,60}?)(?:場合)?(?:を除[くき]|に限り、?[^()（）]*(?:できる|対象とする)[^()（）]*|は除く)[^()（）]{0,8}[)）]|(?P<beside>[^、。]{2,16}?)(?:の場合)?を除き"
)
_NOT_HAD = re.compile(
    r"(?P<what>[^、。はがもを]{2,16})(?:は|が|も|を)?(?:持ってい|あり|受けてい|もってい|して(?:い)?)?(?:ません|ない|なし)"
)
_KIN = re.compile(r"父|母|親(?!会社|子会社|族|権)|祖父|祖母|兄|弟|姉|妹|息子|娘|孫|おじ|おば|叔父|叔母|夫|妻|配偶者")
_KIN_WORDS = ("親族", "親等")


@dataclass(frozen=True, slots=True)
class _Case:
    """What a question puts forward: its words as folded lemmas and surfaces, and the official words for everyday ones."""

    text: str
    lemmas: frozenset[str]
    surfaces: tuple[str, ...]
    official: frozenset[str]
    denied: str

    def has(self, surface: str, lemma: str) -> bool:
        """Whether the case says a word, in whatever form, and does not deny it."""
        surface, lemma = _plain(surface), _plain(lemma)
        if surface in self.denied:
            return False
        if lemma in self.lemmas or surface in self.text or lemma in self.official:
            return True
        if any(len(term) > 1 and term in surface for term in self.official):
            return True
        if surface in _KIN_WORDS or any(surface.endswith(word) for word in _KIN_WORDS):
            return bool(_KIN.search(self.text))
        return len(surface) > 1 and any(surface in own or (len(own) > 1 and own in surface) for own in self.surfaces)


def _plain(text: str) -> str:
    return text.replace("障がい", "障害").replace("障碍", "障害")


def answer_on_cover(question: Question, library: Library) -> Draft | None:
    """The verdict on a case, or ``None`` where the question puts forward none or the facts do not decide it."""
    if not speaks_of_cover(question):
        return None
    facts = _scope(question, library)
    if not facts:
        return None
    case = _case_of(question, facts)
    found = _decide(question, case, facts)
    if found is None:
        return None
    verdict, deciding = found
    return verdict_by_facts(question, verdict, deciding, facts, library)


def _decide(question: Question, case: _Case, facts: Sequence[Fact]) -> tuple[str, tuple[Fact, ...]] | None:
    """はい or いいえ with the facts that decide it."""
    fitting = [fact for fact in facts if _is_of_case(fact, case)]
    for fact in fitting:
        text = normalize(fact_text(fact)).text
        if fact.aspect == "excluded" and _is_shut_out(text, case, question):
            behind = _exception_behind(fact, facts, case)
            if behind is not None:
                return "はい", (fact, behind)
            if _is_own_exception(text, case):
                return "はい", (fact,)
            return "いいえ", (fact,)
    met: list[Fact] = []
    for fact in fitting:
        if fact.aspect in _OPEN_ASPECTS:
            fits = _figures_fit(normalize(fact_text(fact)).text, case, question)
            if fits is False:
                return "いいえ", (fact,)
            if fits or _says(normalize(fact_text(fact)).text, case) >= _needed(normalize(fact_text(fact)).text, case):
                met.append(fact)
    lets_in = [
        fact
        for fact in met
        if fact.aspect != "requirement" or _figures_fit(normalize(fact_text(fact)).text, case, question)
    ]
    return ("はい", tuple(lets_in[:2])) if lets_in else None


def _needed(text: str, case: _Case) -> float:
    """The share that has to be said: less where a name in the text (of a town, a school) is the case's own."""
    shares_name = any(word.is_name and case.has(word.surface, word.lemma) for word in content_words(text))
    return _NAMED_HIT if shares_name else _HIT


def _is_shut_out(text: str, case: _Case, question: Question) -> bool:
    fits = _figures_fit(text, case, question)
    if fits is not None:
        return fits and (shuts_out(text) or _says(text, case) > 0)
    return _says(text, case) >= _HIT


def _figures_fit(text: str, case: _Case, question: Question) -> bool | None:
    """Whether the case's figures lie inside the bounds of a text; ``None`` where none has its unit and its noun."""
    if _DEFINITION.search(text):
        return None
    results = []
    printed = [_in_months(counted(mention)) for mention in find_quantities(text)]
    for mention in find_quantities(case.text):
        asked = counted(mention)
        same = [other for other in printed if other.unit == asked.unit and (other.bound or other.value_to is not None)]
        if same and asked.unit not in {"割合", "つ", "回"} and _shares_word(text, case):
            results.append(any(satisfies(asked, other) for other in same))
    for amount in find_amounts(case.text):
        bounds = [
            other
            for other in find_amounts(text)
            if other.qualifier in {"以上", "以下", "未満", "以内"} or "満たない" in text
        ]
        for other in bounds[:1]:
            below = other.qualifier in {"以下", "以内", "未満"} or "満たない" in text
            inside = (
                amount.yen < other.yen if other.qualifier == "未満" or "満たない" in text else amount.yen <= other.yen
            )
            results.append(inside if below else amount.yen >= other.yen)
    return all(results) if results else None


def _in_months(quantity: Counted) -> Counted:
    """Years as months, so that 8か月 can be held against 1年以上."""
    if quantity.unit != "年":
        return quantity
    to = None if quantity.value_to is None else quantity.value_to * 12
    return Counted(quantity.value * 12, "月", quantity.bound, to)


def _shares_word(text: str, case: _Case) -> bool:
    """Whether a text says a telling word of the case beside the figure, or bounds ages, which need none."""
    return "歳" in text or any(
        case.has(word.surface, word.lemma) and informativeness(word.lemma) >= _TELLING
        for word in content_words(text)
        if word.is_noun and not _GENERAL.match(word.surface)
    )


def _says(text: str, case: _Case, *, sure: float = _SURE) -> float:
    """How much of what a text names the case says: of its best alternative (門、塀、車庫その他の…), 0..1 by weight.

    Of a list with a common end (就学又は転勤により…する者) what stands before the first particle is enough where it tells much.
    """
    best = 0.0
    plain = re.sub(r"[(（][^()（）]*[)）]", "", text)
    if shuts_out(plain):
        plain = _PREDICATE.sub("", plain)  # whom it shuts out, not that it does
    alternatives = _ALTERNATIVES.split(_ALL_OTHERS.sub("", plain))
    for part in (plain, *alternatives):
        share, weight = _share(part, case)
        if weight >= sure:
            best = max(best, share)
    for part in alternatives if len(alternatives) > 1 else ():
        share, weight = _share(_FIRST_PHRASE.split(part)[0], case)
        if weight >= _TELLS_MUCH and share >= _HIT:
            best = max(best, share)
    if any(word in plain for word in _KIN_WORDS) and _KIN.search(case.text) and _share(plain, case)[1] >= _TELLS_MUCH:
        best = 1.0  # 父 is 親族
    return best


def _share(part: str, case: _Case) -> tuple[float, float]:
    """The share of a phrase's nouns that the case says, by weight, and the weight of those; 0 where none of them is telling."""
    words = [word for word in content_words(part) if word.is_noun and not _GENERAL.match(word.surface)]
    total = sum(informativeness(word.lemma) for word in words)
    said = [word for word in words if case.has(word.surface, word.lemma)]
    weight = sum(informativeness(word.lemma) for word in said)
    return (weight / total, weight) if any(informativeness(word.lemma) >= _TELLING for word in said) else (0.0, 0.0)


def _exception_behind(fact: Fact, facts: Sequence[Fact], case: _Case) -> Fact | None:
    """The fact right behind one that opens with ただし and names the case."""
    own = _EXCEPTION.search(normalize(fact.quote).text)
    if own and _says(own["case"], case, sure=0) >= _EXCEPTION_HIT:
        return fact
    following = [other for other in facts if other.path == fact.path and 0 <= other.start - fact.end <= 8]
    for other in following:
        match = _EXCEPTION.match(normalize(fact_text(other)).text)
        if match and _says(match["case"], case, sure=0) >= _EXCEPTION_HIT:
            return other
    return None


def _is_own_exception(text: str, case: _Case) -> bool:
    """Whether a remark inside the sentence takes the case out of it: 「県税に未納がある者（徴収猶予を受けている場合を除く。）」."""
    return any(
        _says(match["case"] or match["beside"] or "", case, sure=0) >= _EXCEPTION_HIT
        for match in _OWN_EXCEPTION.finditer(text)
    )


def _is_of_case(fact: Fact, case: _Case) -> bool:
    """Whether a fact of one 枠 or 類型 is of the one that the question names, if it names one."""
    return (
        fact.subject is None
        or not re.search(r"[枠型類コース]$", fact.subject)
        or fold(fact.subject) in case.text
        or not re.search(r"[枠型類]", case.text)
    )


def _case_of(question: Question, facts: Sequence[Fact]) -> _Case:
    """The case without the programme's own name: that it is spoken of says nothing about what is covered."""
    text = _plain(normalize(question.search_text).text)
    programs = {fact.program for fact in facts if fact.program}
    for match in question.topics:
        if any(key(match.name) == key(program) for program in programs):
            text = text.replace(match.written or match.name, " ")
    for program in programs:
        text = text.replace(program, " ")
    words = content_words(text)
    denied = " ".join(match["what"] for match in _NOT_HAD.finditer(text))
    return _Case(
        text,
        frozenset(word.lemma for word in words if word.is_noun),
        tuple(word.surface for word in words if word.is_noun),
        frozenset(term for phrase in everyday_phrases(text) for term in phrase.terms),
        denied,
    )


def _scope(question: Question, library: Library) -> list[Fact]:
    """The eligibility facts of the programme or document that the question names; of the only one there is, when it names none."""
    facts = library.eligibility
    wanted = {key(name) for name in question.programs}
    own = [fact for fact in facts if fact.program and key(fact.program) in wanted]
    if own:
        paths = {fact.path for fact in own}
        return [fact for fact in facts if fact.path in paths and (fact.program is None or key(fact.program) in wanted)]
    names = {
        summary.path: fold(" ".join((summary.metadata.title, *summary.metadata.publishers)))
        for summary in library.summaries
    }
    asked = [
        word
        for word in content_words(normalize(question.search_text).text)
        if word.is_noun and informativeness(word.lemma) >= _TELLING
    ]
    scores = {
        path: sum(
            informativeness(word.lemma)
            for word in asked
            if fold(word.surface) in names.get(path, "") or fold(word.surface) in _programs_of(path, facts)
        )
        for path in {fact.path for fact in facts}
    }
    if not scores:
        return []
    best = max(scores.values())
    named = [path for path, score in scores.items() if score == best]
    if len(named) != 1 or (best == 0 and len(scores) > 1):
        return []
    found = [fact for fact in facts if fact.path == named[0]]
    # A guide to many programmes: what one of them shuts out says nothing of another.
    return found if len({fact.program for fact in found}) == 1 else of_programmes(found, question, library)


def _programs_of(path: str, facts: Iterable[Fact]) -> str:
    return fold(" ".join({fact.program for fact in facts if fact.path == path and fact.program}))
