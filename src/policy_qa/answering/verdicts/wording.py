"""What a verdict on a case says: はい or いいえ, what it rests on, the conditions, and what is shut out besides.

Owns the wording of verdicts on cover. Invariant: a verdict never stands alone: what decides it is quoted, and exclusions of the same programme
are shown with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from policy_qa.answering.draft import Draft, place_of_fact
from policy_qa.answering.draft import Statement as Said
from policy_qa.answering.eligibility.wording import fact_text, told
from policy_qa.answering.library import Library
from policy_qa.answering.passages.passages import announces, lead_of, place_of, plain, statement_of_passage
from policy_qa.answering.verdicts.claim import asked_sentence
from policy_qa.answering.verdicts.statements import Statement, statements_of
from policy_qa.facts.eligibility.aspects import ANNOUNCES, CASE_NAME, LIFTS
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.japanese.tokens import term_set
from policy_qa.retrieval.asking import asking_sentence
from policy_qa.retrieval.question import Question
from policy_qa.types import Aspect, Fact

_OUT_OF_TIME = r"(?:早い|早すぎ|遅い|遅すぎ|無理|むり)"
_SPEAKS_OF_COVER = re.compile(
    r"対象|(?:に|と)なれ(?:ます|る)|入(?:れ|居でき)(?:る|ます|ません)|(?:申請|応募|利用|活用|参加|登録|購入|受給|支給|併用|提出|受け取り?|予約|契約|変更|延長|再任)(?:は|が|を|も|する(?:こと)?(?:は|が|も)?|して(?:も)?)?(?:でき|可能|され|も?らえ|OK|いい|よい|かまい|構い)|もら(?:え|う|って)|受け(?:ら|る(?:こと)?が?でき|取)|使(?:え|う|って)"
    r"|買(?:え|って)|借り(?:ら|る)|該当|資格|(?:申し?込|持ち込|出|乗|頼|選|預|泊|払|譲|売)(?:め|え|せ|れ|べ|け)(?:られ)?(?:る|ます|ない|ません)|出(?:して|ます|る)(?:も|か|の|$)|(?:補助|助成|支援|お金)(?:は|が|も)?出(?:る|ます)|要件を満た|条件を満た|に当た(?:る|り)|含(?:ま|め)|認め(?:ら|て)|(?:補助|助成|支給|交付)(?:され|して|が出|は出)|(?<![くに])でき(?:ます|る|ません|ない)(?:か|の|[?？])|間に合|だめ|ダメ|不可|大丈夫(?:です|でしょう|か)|(?:安く|無料に|ただに|半額に|割引に?|減額|減免|免除)(?:に)?(?:な(?:る|り)|され|して)|[てで]も?(?:いい|よい|良い|大丈夫|平気|あり|かまわ|構わ|かまい|構い)|規模です"
    rf"|(?<=[はがも、。])(?:まだ)?{_OUT_OF_TIME}|(?:外さ|取り消さ)れ(?:る|ます)|(?:入れ|し)られ(?:る|ます)|に乗(?:る|り)|止ま(?:る|り)|打ち切|なくな(?:る|り)"
)
_ASKS_ELSE = re.compile(
    r"いくら(?!でも)|いくつ|いつ(?!でも)|誰(?!でも)|だれ(?!でも)|どこ(?!でも)|(?<!な)どの|どれ|どんな(?!.*ても)|どう(?!して)|なぜ|何(?!でも|ら|か(?!月|所|国))|なに|教え|一覧|挙げ"
)
_ASKS_WHETHER = re.compile(
    r"(?:です|ます|ません|でしょう|の|ない|え?る|だめ|ダメ|無理|早い|遅い|あり|いい|よい|良い|大丈夫|可能|OK)(?:か(?:ね|な)?|の)?[?？。]*$|対象(?:外)?[?？]$"
)
_IS_QUESTION = re.compile(r"(?:か|の|よね|っけ|[るたい]|[?？])[。?？\s]*$")
_NOT_COVERED = re.compile(
    r"対象外|対象(?:に|と)(?:は)?なら(?:ない|ず)|(?:でき|もらえ|使え|受けられ|申し込め|買え)(?:ない|ません)(?!か[?？。]*$)|だめ|ダメ|不可|除外|(?:外さ|取り消さ)れ(?:る|ます)|(?:止ま|打ち切)(?:る|り|ら)|(?:もらえ|使え|受けられ|出)なくな(?:る|り)"
    rf"|{_OUT_OF_TIME}[ぁ-ん]{{0,6}}[。?？]*$"
)
_ASKS_OF_COVER = re.compile(
    r"対象|該当|資格|要件|条件|もらえ|受けられ|受給|(?:補助|助成|支援|お金|費)(?:金)?(?:は|が|も)?出|使え|含|支給|交付|申請(?:は|が)?(?:でき|可能)|応募(?:は|が)?(?:でき|可能)|申し?込め|認め|買え|利用でき"
)
_CONDITIONS: tuple[Aspect, ...] = ("requirement", "applicant")
_FOR_ALL = re.compile(
    r"(?:全て|すべて|いずれにも|各号に(?:該当|掲げる要件))[^。]{0,12}(?:満た|該当|備え|当てはま)|要件を満た"
)
_IS_A_CONDITION = ("こと", "ている者", "ている方")
_LEFT_OUT = "除外"
_MOST_CONDITIONS = 4
_MOST_BESIDE = 2
# What a FAQ's answer asks for or limits behind its yes.
_LIMITS = re.compile(
    r"限(?:り|る|られ)|必要|(?:持ち|提出し|添え|添付し|届け?出|連絡し|相談し|申請し|確認し)[^。]*ください|ただし|但し|まで(?:です|と)|対象外|できません"
)
_MOST_SHOWN = 2
_LONGEST = 90


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether the case is covered, and the statements that say so, the deciding one first."""

    is_covered: bool
    statements: tuple[Statement, ...]
    is_conditional: bool = False


def cases_in(question: Question, facts: Sequence[Fact]) -> tuple[str, ...]:
    """The cases of a programme (枠, 型) that a question names and its facts write."""
    written = fold(" ".join(f"{fact.subject or ''} {fact.quote}" for fact in facts))
    text = normalize(question.text).text
    return tuple(dict.fromkeys(match[0] for match in CASE_NAME.finditer(text) if fold(match[0]) in written))


def speaks_of_cover(question: Question) -> bool:
    """Whether a question asks if something is covered or allowed, and nothing else."""
    text = asking_sentence(asked_sentence(question))
    last = re.split(r"[。!！、]", text.rstrip("。?？ "))[-1]
    if not question.is_check and not _ASKS_WHETHER.search(text):
        return False
    return bool(_SPEAKS_OF_COVER.search(last)) and not _ASKS_ELSE.search(last)


def asks_whether(question: Question) -> bool:
    """Whether a question asks if something is so, and not for a thing; a name alone («…事業です») puts nothing forward."""
    last = asking_sentence(asked_sentence(question)).rstrip("。?？ ")
    is_question = bool(_IS_QUESTION.search(asking_sentence(question.text))) or bool(question.claims)
    return question.is_check and is_question and not _ASKS_ELSE.search(last)


def asks_whether_not(question: Question) -> bool:
    """Whether a yes/no question asks if something is shut out: the verdict then turns its yes, never its meaning."""
    return bool(_NOT_COVERED.search(asked_sentence(question)))


def draft_on_cover(question: Question, decided: Decision, facts: Sequence[Fact], library: Library) -> Draft:
    """The verdict, the statements that decide it, then conditions and exclusions of the same programme."""
    first, *more = decided.statements
    more += _beside(decided, library)
    own = [fact for fact in facts if fact.path == first.passage.path]
    others = [fact for fact in own if not any(_is_within(fact, statement) for statement in decided.statements)]
    others = _of_programs(others, first)
    yes_no = "はい" if decided.is_covered != asks_whether_not(question) else "いいえ"
    is_of_cover = bool(_ASKS_OF_COVER.search(normalize(question.text).text)) and first.aspect != "application"
    conditions: list[Fact] = []
    exclusions: list[Fact] = []
    if decided.is_covered and is_of_cover:
        conditions = _conditions(first, others, question)
        exclusions = _fitting(_nearest(others, first), ("excluded",), question)
    if not is_of_cover:
        said = yes_no
    elif not decided.is_covered:
        said = "対象外です"
    else:
        said = "条件付きで対象です" if conditions or more or decided.is_conditional else "対象です"
    verdict = yes_no if said == yes_no else f"{yes_no}、{said}"
    lead = f"{verdict}。資料の記載は次のとおりです。{_quoted(first)}{place_of(first.passage)}"
    statements = [Said(lead, first.passage.evidence())]
    statements += [Said(_quoted(statement), statement.passage.evidence()) for statement in more]
    labelled = [("条件", fact) for fact in conditions[:_MOST_SHOWN]]
    labelled += [(_LEFT_OUT, fact) for fact in exclusions]
    labelled += [("条件", fact) for fact in conditions[_MOST_SHOWN:]]
    statements += [_of_fact(fact, label, library, statements) for label, fact in labelled]
    shown = (
        [fact for fact in own if _is_within(fact, first) and fact.aspect != "excluded"] if decided.is_covered else []
    )
    if not decided.is_covered:
        shown = [fact for fact in own if _is_within(fact, first)]
    shown += [fact for _, fact in labelled]
    return Draft(
        "answered", tuple(statements), said, assumptions=question.assumptions, confidence="medium",
        facts=tuple((fact, place_of_fact(fact)) for fact in shown),
    )  # fmt: skip


def _beside(decided: Decision, library: Library) -> list[Statement]:
    """What stands right behind the deciding statement and has to be known with it.

    Its exceptions; in a FAQ's answer what limits or has to be done for what is let in, and the case that is let in after all.
    """
    first = decided.statements[0]
    shown = {statement.passage.span for statement in decided.statements}
    behind = [statement for statement in first.exceptions if statement.is_exception and not announces(statement.text)]
    if first.question:
        own = [one for one in statements_of(first.passage.path, library) if one.question == first.question]
        place = first.passage.span.start
        behind += [
            one
            for one in own
            if one.passage.span.start > place
            and one.passage.order - first.passage.order <= 1
            and (_LIMITS.search(one.text) if decided.is_covered else one.case_let_in)
        ]
    found: dict[int, Statement] = {}
    for statement in behind:
        if statement.passage.span not in shown and len(statement.text) <= _LONGEST:
            found.setdefault(statement.passage.span.start, statement)
    return list(found.values())[:_MOST_BESIDE]


def _quoted(statement: Statement) -> str:
    """A statement with what it leans on; an exception stands for itself, what it is from is cited with it."""
    passage = statement.passage
    return f"{passage.shown.rstrip('。')}。" if statement.is_exception else statement_of_passage(passage)


def _of_programs(facts: Sequence[Fact], statement: Statement) -> list[Fact]:
    """The facts of a statement's own programme, where it has one; of the only one there is otherwise."""
    if statement.programs:
        return [fact for fact in facts if fact.program in statement.programs]
    for depth in range(len(statement.passage.section), 0, -1):
        under = [fact for fact in facts if fact.section[:depth] == statement.passage.section[:depth]]
        if under:
            return under if len({fact.program for fact in under}) == 1 else []
    return []


def _of_fact(fact: Fact, label: str, library: Library, before: Sequence[Said]) -> Said:
    """A fact as a line behind its label, with the sentence that introduces its list where that was not shown yet."""
    document = library.document(fact.path)
    order = next(number for number, block in enumerate(document.blocks) if fact.start < block.span.end)
    lead = lead_of(document, order)
    shown = plain(lead.quote).rstrip("。:：") if lead else ""
    introduced = f"{shown}：" if shown and label == _LEFT_OUT and not any(shown in said.text for said in before) else ""
    places = (place_of_fact(fact), lead) if lead else (place_of_fact(fact),)
    return Said(f"{label}：{introduced}{told(fact)}。", places, is_condition=True)


def _conditions(first: Statement, others: Sequence[Fact], question: Question) -> list[Fact]:
    """What has to be met besides: requirements, and of those who may apply what all of them have to be.

    A list of alternatives (…の方, …の方) is none: who is one of them need not be the others.
    """
    applicants = [fact for fact in others if fact.aspect == "applicant"]
    is_for_all = any(_FOR_ALL.search(normalize(fact.quote).text) for fact in applicants) or bool(
        _FOR_ALL.search(first.text)
    )
    stated = [fact for fact in applicants if not ANNOUNCES.search(fact.quote)]
    is_only = first.aspect != "applicant" and len(stated) == 1
    required = [
        fact
        for fact in others
        if fact.aspect == "requirement"
        or (fact in stated and (is_for_all or is_only or fact_text(fact).endswith(_IS_A_CONDITION)))
    ]
    return _fitting(required, _CONDITIONS, question, most=_MOST_CONDITIONS)


def _nearest(facts: Sequence[Fact], first: Statement) -> list[Fact]:
    """The exclusions under the same heading as a statement, or all where there are none."""
    own = [fact for fact in facts if fact.section == first.passage.section and fact.aspect == "excluded"]
    return own or list(facts)


def _is_within(fact: Fact, statement: Statement) -> bool:
    cited = [(statement.passage.span.start, statement.passage.span.end)]
    cited += [(place.start, place.end) for place in statement.passage.evidence()]
    return any(start < fact.end and fact.start < end for start, end in cited)


def _fitting(
    facts: Sequence[Fact], aspects: Sequence[Aspect], question: Question, *, most: int = _MOST_SHOWN
) -> list[Fact]:
    """The first facts of some aspects, those that speak of what is asked before others, each wording once."""
    asked = term_set(normalize(question.search_text).text)
    found: dict[str, Fact] = {}
    for fact in facts:
        text = fact_text(fact)
        if fact.aspect in aspects and len(text) <= _LONGEST and not ANNOUNCES.search(text) and not LIFTS.search(text):
            found.setdefault(fold(text), fact)
    ranked = sorted(found.values(), key=lambda fact: (-len(asked & term_set(fact_text(fact))), fact.start))
    return sorted(ranked[:most], key=lambda fact: fact.start)
