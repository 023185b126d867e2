"""Which bounds of a condition are of what a case counts: 「8人の劇団」 and 「構成員が10人以上」, not the 10 people of another line.

Owns that relation. Invariant: a bound is related by a word of the case, by the thing that is counted, or by a unit that says itself what it counts.
"""

from __future__ import annotations

import re

from policy_qa.answering.verdicts.claim import Claim
from policy_qa.answering.verdicts.judging import Said, has_opposite
from policy_qa.answering.verdicts.statements import Statement

CONDITIONS = frozenset({"applicant", "requirement", "project"})
# How many a group has: 「8人の劇団」, 「5人で活動する会」.
_OF_MEMBERS = re.compile(
    r"人(?:だけ|しかいない|未満|以下)?(?:の|で|から成る)[^、。]{0,10}(?:団|会|グループ|サークル|チーム|クラブ|バンド|組織|楽団|ユニット)"
)
_MEMBERS = re.compile(
    r"(?:構成員|会員|団員|メンバー|部員)[^、。]{0,8}[0-9]+人|[0-9]+人以上[^、。]{0,10}(?:団体|グループ|組織|会)"
)
_IN_A_ROW = re.compile(r"続け|連続")
_CONDITIONS_FOLLOW = re.compile(r"要件|条件|(?:満た|該当|当てはま)[^、。]{0,6}(?:者|方|団体|もの|世帯|こと)")


def is_band_beside(statement: Statement, other: Statement, claim: Claim) -> bool:
    """Whether two statements divide one measure among them, as rows of a table or items of a list do: 65歳から69歳, 70歳以上."""
    one, two = statement.passage, other.passage
    if any(point.is_in(statement.text) and not point.is_in(other.text) for point in claim.required):
        return False  # another row's own measure
    return (
        other is not statement
        and one.path == two.path
        and one.section == two.section
        and (one.order == two.order if one.cells else statement.one_of == other.one_of != 0)
    )


def says_more(claim: Claim, statement: Statement, other: Statement) -> bool:
    """Whether a statement is of what the claim names and another one, beside it, is not: 医療法人 is bounded in its own line."""
    if statement.passage.section != other.passage.section:
        return False
    return any(point.is_in(statement.text) and not point.is_in(other.text) for point in claim.required)


def is_condition(statement: Statement) -> bool:
    """Whether a statement is one that a case has to meet, by its aspect, the line over its list, or its own words."""
    return (
        statement.aspect in CONDITIONS
        or bool(_CONDITIONS_FOLLOW.search(statement.passage.lead))
        or bool(
            re.search(
                r"必要|なければな|限[るり]|(?:方|者|世帯|人|団体)に(?:は)?、[^。]*(?:助成|支給|補助|交付|給付)",
                statement.text,
            )
        )
    )


def is_related(claim: Claim, statement: Statement, said: Said) -> bool:
    """Whether a bound is of what the claim counts: ages and levels where it is a condition, else where the statement says something of the claim."""
    if any(point.is_in(statement.text) or point.surface in statement.question for point in claim.points):
        return True
    lead = statement.passage.lead
    if _CONDITIONS_FOLLOW.search(lead) and any(point.is_in(lead) for point in claim.required):
        return True
    if not claim.points and is_condition(statement):
        return any(figure.value.unit != "yen" for figure in claim.figures)
    if any(figure.thing and figure.thing in statement.text for figure in claim.figures):
        return True
    if has_opposite(claim, statement.text) and said.above > 0:
        return True
    if any(figure.is_rate for figure in claim.figures):
        return True
    if _IN_A_ROW.search(claim.text) and _IN_A_ROW.search(statement.text):
        return True
    if _OF_MEMBERS.search(claim.text) and _MEMBERS.search(statement.text):
        return True
    return is_condition(statement) and any(figure.is_of_its_own for figure in claim.figures)


def defines_another(text: str, claim: Claim) -> bool:
    """Whether a statement only says what a word means that the claim does not say: 「小規模企業者」とは…をいう."""
    match = re.match(
        r"(?:※ ?)?(?:第[0-9]+条 )?(?:この(?:要綱|要領|条例|規則)において)?、?[^「、。]{0,4}「?(?P<word>[^「」、。]{2,20})」?とは、?.*(?:いう|いいます|指す|指します)。?$",
        text,
    )
    return match is not None and not any(point.surface in match["word"] for point in claim.points)
