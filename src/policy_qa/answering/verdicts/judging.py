"""What one statement says of a claim: yes, no, or nothing.

Owns the comparison. Invariant: a statement decides only what it speaks of. It has to say every telling point of the claim, itself or in what
stands above it, or, where it shuts out, the claim has to say all that it asks for; figures decide only against a bound of their own kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policy_qa.answering.verdicts.claim import ANYONE, DENIED, MOST, TELLING, Claim, Point
from policy_qa.answering.verdicts.figures import figures_in, meets_bounds
from policy_qa.answering.verdicts.kinds import KINDS, SUFFIX
from policy_qa.answering.verdicts.stance import DENIES, LETS_IN, NEEDS, NEEDS_NOT, UNDECIDED, WAIVES
from policy_qa.answering.verdicts.statements import Statement
from policy_qa.facts.eligibility.aspects import CASE_NAME, IN_BRACKETS, LIFTS, shuts_out
from policy_qa.japanese.vocabulary import PROGRAM_ENDING
from policy_qa.retrieval.words import Word, content_words, informativeness

_TURNS = re.compile(r"(?<=[るたいすん])が、|ものの、|けれども、| \| |\|")
_LEFT_OUT = re.compile(r"を除(?:く|き|いた)|は除(?:く|き)|以外")
_CAUSE = re.compile(r"(?:により|によって|のために|を理由に)")
_HAS_A_VERB = re.compile(
    r"[ぁ-ん]を|[一-鿿ァ-ヴ]を|[うくすつむるた](?:者|もの|経費|費用|場合|方|人|子|とき|世帯)|より前|から"
)
_MARK = re.compile(
    r"^(?:[(（][0-9ア-ン]{1,2}[)）]|[①-⑳]|[ア-ン](?=[ 　])|第?[0-9]{1,2}(?:条|項)?(?=[ 　.．、]))[ 　.．、]*"
)
_LABEL = re.compile(r"^[^:：、。]{2,10}[:：]\s*")
_CONTRAST = re.compile(r"(?P<what>[^、。]{1,12})では(?:なく|ありませんが)、?")
_EXCEPTED = re.compile(r"[^、。]*(?:を除き|以外の?(?=[^、。]))、?")
_PREDICATE_END = re.compile(r"。|$|[)）]")
_BETWEEN_CASES = re.compile(r"(?<=もの)、|(?<=者)、|(?<=方)、|(?<=場合)、|又は|または|若しくは|もしくは")
_LISTED_OBJECTS = re.compile(
    r"^(?P<topic>[^、。]{1,24}?(?:に)?は、)?(?P<items>[^。]*[一-鿿ァ-ヴー」])(?P<verb>(?:を|に|が)(?:[^、。]*[うくすつむるた][^、。]*|[^、。]{0,12}))$"
)
_ALTERNATIVES = re.compile(r"、|及び|又は|または|並びに|若しくは|もしくは|・|その他の?|や|等|など")
_OR = re.compile(r"\s*(?:又は|または|若しくは|もしくは|及び|や|、|・)\s*")
_TAIL = re.compile(
    r"(?:は|も|について(?:は)?|に(?:は)?)?、?(?:補助|助成|交付|支給)?(?:金)?(?:の)?(?:対象|交付)?(?:外(?:です|とする|とします)?|(?:と(?:し|なり|なら)|に(?:なり|なら)|から除"
    r"|(?:は|を)?(?:受け付け|行[わい]|認め|支給し|交付し|補助し|利用でき|申請でき|受けられ|使え|でき))[^、。:]{0,10})。?$"
)
_SAYS_NOTHING = re.compile(
    r"もの|こと|者|方|人|場合|経費|費用|購入費?|対象外?|補助金?|助成金?|支給|交付|申請|事業|係る|要する|等|費|料|品|受ける|該当|次|各号|上記|本|お?申し?込み?|利用|使用|受付|参加|区分|工事|額|金額|機械|設備|機器|装置|物品|製品|備品|日|前|後|日前|決定|以内|以上|者等|とき|世帯|住宅|途中|内|親等|相手方?|不可|可能?|禁止|認める|本補助金|条|制度|全額|相当|取得|理由|提出|年度"
)
_WHO = re.compile(r"者|方(?![法針向式面])|人|世帯")
_MOST_MISSING = 0.4
_MOST_OF_QUESTION = 0.5
_WIDER_SHARE = 0.7
_ENTAILED = 0.65
ENOUGH = 5.0
_NARROW = tuple((kind, wider) for kind, wider in KINDS if not kind.search("会社") and not kind.search("市町村"))


@dataclass(frozen=True, slots=True)
class Said:
    """How much of a claim a statement says: ``own`` itself, ``missing`` points neither it nor what stands above it says."""

    own: float
    above: float
    missing: tuple[Point, ...]
    share: float
    fits: bool | None  # the claim's figures against its bounds

    @property
    def is_all(self) -> bool:
        """Whether no telling point is missing, and it says something of the claim itself."""
        return self.own > 0 and not any(point.is_required for point in self.missing) and self.share >= 1 - _MOST_MISSING


def said_by(claim: Claim, statement: Statement) -> Said:
    """How much of a claim a statement says."""
    own = above = lacking = 0.0
    missing = []
    for point in claim.points:
        if point.is_in(statement.text):
            own += point.weight if point.surface in statement.text else _WIDER_SHARE * point.weight
        elif point.is_in(statement.above) or (ANYONE.fullmatch(point.surface) and _WHO.search(statement.text)):
            above += point.weight
        elif PROGRAM_ENDING.search(point.surface) and point.is_in(statement.beside):
            above += point.weight  # a speech or paragraph goes on about the programme it has named
        else:
            missing.append(point)
            lacking += point.weight
    fits = _fits(claim, statement) if claim.figures else None
    return Said(own + (ENOUGH if fits else 0), above, tuple(missing), 1 - lacking / claim.weight, fits)


def _fits(claim: Claim, statement: Statement) -> bool | None:
    """Whether the claim's figures are within the bounds of a statement; within one of them where it says that one is enough."""
    if "いずれか" in statement.above and statement.passage.cells:
        results = [meets_bounds((figure,), statement.text) for figure in claim.figures]
        return None if all(result is None for result in results) else any(results)
    return meets_bounds(claim.figures, statement.text)


def answers(claim: Claim, statement: Statement) -> bool:
    """Whether the question a statement answers says the whole claim, or it does so together with the answer: a FAQ's own answer to it."""
    if not statement.question:
        return False
    missing = [point for point in claim.points if not point.is_in(f"{statement.question} {statement.text}")]
    in_question = sum(point.weight for point in claim.points if point.is_in(statement.question))
    return in_question >= _MOST_OF_QUESTION * claim.weight and not any(point.is_required for point in missing)


def polarity(statement: Statement, claim: Claim) -> str:
    """What a statement does with what it speaks of: ``out`` (shuts out, denies), ``waive``, ``need``, ``in``, or leaves it ``open``."""
    clause = _clause_of(statement.text, claim)
    bare = IN_BRACKETS.sub("", clause)
    if LIFTS.search(bare):
        return "in"
    if UNDECIDED.search(bare):
        return "open"
    contrast = _CONTRAST.search(bare)
    if contrast and any(end == contrast.end("what") for point in claim.points for _, end in point.places_in(bare)):
        return "out"
    bare = _CONTRAST.sub("", bare)
    if WAIVES.search(bare):
        return "waive"
    if NEEDS_NOT.search(bare) and not statement.is_out and not shuts_out(bare):
        return "need"
    if shuts_out(bare) or DENIES.search(bare):
        return "out"
    if statement.is_out and not (statement.is_exception and LETS_IN.search(bare)):
        return "out"
    if NEEDS.search(bare) or statement.aspect in {"requirement", "application"}:
        return "need"
    return "in"


def _clause_of(text: str, claim: Claim) -> str:
    """The part of a text between its turns (…が、…ものの) that says most of a claim, its exception behind ただし left out."""
    text = re.split(r"(?<=.)(?:ただし|但し)", text)[0]
    brackets = [bracket.strip("()（）") for bracket in IN_BRACKETS.findall(text)]
    clauses: list[str] = [part for part in brackets if DENIES.search(part) and not _LEFT_OUT.search(part)]
    clauses += [part for part in _TURNS.split(text) if part and part.strip()] or [text]
    said = [
        (sum(point.weight for point in claim.points if point.is_in(part)), bool(meets_bounds(claim.figures, part)))
        for part in clauses
    ]
    return clauses[said.index(max(said))]


def shut_out(statement: Statement) -> Iterator[str]:
    """The parts of a statement that shut out or deny: cells, sentences, clauses between its turns; all of it where its list does."""
    text = re.split(r"(?<=.)(?:ただし|但し)", statement.text)[0] if not statement.is_exception else statement.text
    clauses = [part for clause in _TURNS.split(text) if clause for part in clause.split("。") if part.strip()]
    brackets = [bracket.strip("()（）") for bracket in IN_BRACKETS.findall(text)]
    for clause in (*clauses, *(bracket for bracket in brackets if not _LEFT_OUT.search(bracket))):
        bare = _CONTRAST.sub("", IN_BRACKETS.sub("", clause))
        if (shuts_out(bare) or DENIES.search(bare)) and not WAIVES.search(bare) and not NEEDS_NOT.search(bare):
            yield clause
    if (
        statement.is_out
        and (len(clauses) == 1 or not statement.passage.cells)
        and not LETS_IN.search(IN_BRACKETS.sub("", text))
    ):
        yield text


def is_aligned(claim: Claim, statement: Statement) -> bool:
    """Whether a statement denies the same points of the claim as the claim does; those it does not say count for nothing."""
    return all(
        _is_denied(statement.text, end) == point.is_denied
        for point in claim.points
        for _, end in point.places_in(statement.text)
        if point.weight >= TELLING and point.is_in(statement.text)
    )


def _is_denied(text: str, end: int) -> bool:
    """Whether a text denies what ends there in passing: 滞納がないこと; what its predicate denies is its polarity."""
    match = DENIED.match(text, end)
    return match is not None and not _PREDICATE_END.match(text, match.end())


def is_violated(claim: Claim, statement: Statement) -> bool:
    """Whether the claim denies what a statement asks for, or has what it must not have: 滞納がある and 滞納がないこと."""
    is_not = bool(NEEDS_NOT.search(statement.text))
    for point in claim.points:
        match = point.said.search(statement.text)
        if match is None or point.weight < TELLING:
            continue
        behind = bool(DENIED.match(statement.text, match.end()))
        if behind != point.is_denied and (point.is_denied or (is_not and behind)):
            return True
    return False


def defines_another(text: str, claim: Claim) -> bool:
    """Whether a statement only says what a word means that the claim does not say: 「小規模企業者」とは…をいう."""
    match = re.match(
        r"(?:※ ?)?[^「、。]{0,4}「?(?P<word>[^「」、。]{2,20})」?とは、?.*(?:いう|いいます|指す|指します)。?$", text
    )
    return match is not None and not any(point.surface in match["word"] for point in claim.points)


# -- what a claim entails -------------------------------------------------------------------------------------------------


def entails(claim: Claim, text: str, *, least: float = ENOUGH) -> bool:
    """Whether a claim says all that a phrase, or one of the things it lists, asks for; it may say more besides.

    「中古品の購入費」 is entailed by 「中古の機械を買う」, 「県税に未納がある者」 by 「県税に未納がある会社」.
    """
    text = _LABEL.sub("", text)
    text = _CONTRAST.sub("", _TAIL.sub("", _MARK.sub("", IN_BRACKETS.sub("", text)).strip(" 　-・*※○×")))
    text = _EXCEPTED.sub("", text)
    return any(
        all(_is_entailed(claim, part, least, is_whole=parts == (text,)) for part in parts)
        for parts in dict.fromkeys(_alternatives(text))
    )


def _alternatives(text: str) -> Iterator[tuple[str, ...]]:
    """A phrase, and what it lists each by itself: 「中古品、リース料」, 「役員を…し、又は…した者」, 「市営住宅、社宅に入居した場合」.

    What a list is of (従業員の数には、…を含めない) has to be entailed beside the item.
    """
    yield (text,)
    if not _HAS_A_VERB.search(text):
        yield from ((part,) for part in _ALTERNATIVES.split(text))
        return
    yield from ((part,) for part in _CAUSE.split(text)[:1])
    yield from ((part,) for part in _BETWEEN_CASES.split(text) if _HAS_A_VERB.search(part))
    listed = _LISTED_OBJECTS.match(text)
    if listed:
        items = [item for item in re.split(r"、|及び|又は|または|並びに|若しくは|もしくは|・", listed["items"]) if item]
        topic = (listed["topic"],) if listed["topic"] else ()
        if len(items) > 1:
            yield from ((*topic, f"{item}{listed['verb']}") for item in items)


def _is_entailed(claim: Claim, text: str, least: float, *, is_whole: bool) -> bool:
    figures = [figure for figure in figures_in(text) if figure.value.unit not in {"親等", "つ"}]
    words = [
        word
        for word in content_words(text)
        if (word.is_noun or not re.fullmatch("[ぁ-ん]+", word.surface))
        and not _SAYS_NOTHING.fullmatch(word.surface)
        and not _SAYS_NOTHING.fullmatch(word.lemma)
        and word.lemma not in claim.known
        and not any(figure.start <= word.start < figure.end for figure in figures)
    ]
    spans = list(_spans(claim, text))
    if figures and meets_bounds(claim.figures, text) is not True:
        return False
    says = sum(informativeness(word.lemma) for word in words if word.is_noun) + (ENOUGH if figures else 0)
    if says < least or not (words or figures):
        return False
    groups = _any_of([word for word in words if word.is_noun], text)
    if not groups:
        return bool(figures) and is_whole and (bool(spans) or all(figure.is_of_its_own for figure in figures))
    weighed = [(max(map(_weight, group)), group) for group in groups]
    total = sum(weight for weight, _ in weighed)
    said = sum(
        weight
        for weight, group in weighed
        if any(all(_is_said(word, text, claim, spans) for word in compound) for compound in group)
    )
    return said >= _ENTAILED * total and said >= min(least, total)


def _any_of(words: Sequence[Word], text: str) -> list[list[list[Word]]]:
    """The compounds of a phrase, those joined by 「又は」 together: one of them is enough."""
    groups: list[list[list[Word]]] = []
    for word in words:
        between = text[groups[-1][-1][-1].end : word.start] if groups else "."
        if not between:
            groups[-1][-1].append(word)
        elif _OR.fullmatch(between):
            groups[-1].append([word])
        else:
            groups.append([[word]])
    return groups


def _weight(compound: Sequence[Word]) -> float:
    return min(sum(informativeness(word.lemma) for word in compound), MOST)


def _spans(claim: Claim, text: str) -> Iterator[tuple[int, int, Point]]:
    for point in claim.points:
        yield from ((start, end, point) for start, end in point.places_in(text))


def _is_said(word: Word, text: str, claim: Claim, spans: Sequence[tuple[int, int, Point]]) -> bool:
    """Whether a claim says a word of a text, and denies it only where the text does."""
    for start, end, point in spans:
        if start < word.end and word.start < end:
            return point.is_denied == bool(DENIED.match(text, max(end, word.end)))
    denied = bool(DENIED.match(text, word.end))
    ways = [re.escape(word.surface), rf"{re.escape(SUFFIX.sub('', word.surface))}(?:費|代|金|者|品)?(?![一-鿿ァ-ヴ])"]
    ways += [kind.pattern for kind, wider in _NARROW if re.search(wider, word.surface)]
    found = re.search("|".join(ways), claim.text)
    return found is not None and bool(DENIED.match(claim.text, found.end())) == denied


# -- what lifts a statement -----------------------------------------------------------------------------------------------


def left_out(text: str) -> Iterator[str]:
    """What a text leaves out of itself: in brackets that say so, or before 「を除く」."""
    for bracket in IN_BRACKETS.findall(text):
        if _LEFT_OUT.search(bracket) or (LETS_IN.search(bracket) and not DENIES.search(bracket)):
            yield _LEFT_OUT.sub("", bracket.strip("()（）"))
    outside = IN_BRACKETS.sub("", text).strip("。 ")
    for piece in re.split(r"[、。]", outside):
        match = _LEFT_OUT.search(piece)
        if match and match.start() and not outside.endswith(piece):
            yield piece[: match.start()]


def touches(claim: Claim, text: str) -> bool:
    """Whether a claim speaks of a telling thing that a phrase names, and does not deny it."""
    spans = list(_spans(claim, text))
    return any(
        word.is_noun
        and not _SAYS_NOTHING.fullmatch(word.surface)
        and informativeness(word.lemma) >= TELLING
        and _is_said(word, text, claim, spans)
        for word in content_words(text)
    )


def exception_of(claim: Claim, statement: Statement) -> tuple[bool, Statement] | None:
    """The exception from a statement that the claim is a case of, and whether it lets the claim in; ``None`` where none is.

    An exception with a bound of its own (食料品製造業にあっては50人以下) lets in whom that bound does.
    """
    for part, place in _exceptions(statement):
        named = [match[0].lstrip("①②③④⑤⑥⑦⑧⑨") for match in CASE_NAME.finditer(part)]
        if named and claim.cases:
            is_case = any(case in name or name in case for name in named for case in claim.cases)
        else:
            is_case = not named and entails(claim, condition_of(part), least=TELLING)
        if is_case:
            is_out = place is not statement and polarity(place, claim) == "out" and not LIFTS.search(part)
            return not is_out and meets_bounds(claim.figures, part) is not False, place
    return None


def _exceptions(statement: Statement) -> Iterator[tuple[str, Statement]]:
    """The exceptions from a statement, each with the statement it stands in: behind it, behind its own ただし, in its brackets."""
    yield from ((exception.text, exception) for exception in statement.exceptions)
    yield from ((part, statement) for part in re.split(r"(?<=.)(?=ただし|但し)", statement.text)[1:])
    yield from ((part, statement) for part in left_out(statement.text) if part)


def condition_of(text: str) -> str:
    """The case that an exception is of, everything for what is none: 「ただし、食料品製造業にあっては50人以下とする」."""
    if not re.match(r"(?:※ ?|なお、?)?(?:ただし|但し)", text):
        return text
    text = re.sub(r"^(?:※ ?|なお、?)?(?:ただし|但し)、?", "", text)
    match = re.match(
        r"(?P<case>.+?)(?:の)?(?:場合|とき|にあって|につい|であれば|に限り|は、|も、|ならば|なら|には|を除)", text
    )
    return match["case"] if match else LIFTS.sub("", text)
