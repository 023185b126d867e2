"""By what means something is sent in or paid: 「郵送でも申請できますか」 where applications are taken 「電子申請のみ」.

Owns the kinds of means that stand for one another. Invariant: いいえ needs a statement of the same deed that says of other means of the kind that
only they are taken; a statement that merely names other means denies nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from policy_qa.answering.draft import Draft
from policy_qa.answering.draft import Statement as Said
from policy_qa.answering.library import Library
from policy_qa.answering.passages.passages import Passage, place_of, statement_of_passage
from policy_qa.answering.verdicts.claim import Claim, Point, asked_sentence, claim_of
from policy_qa.answering.verdicts.scope import scope_of
from policy_qa.answering.verdicts.statements import Statement
from policy_qa.answering.verdicts.wording import asks_whether, speaks_of_cover
from policy_qa.japanese.normalize import fold
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.topics import key


@dataclass(frozen=True, slots=True)
class _Kind:
    """Means of one kind, and the deed they are means of."""

    means: re.Pattern[str]
    deed: re.Pattern[str]
    object: re.Pattern[str]  # what the deed is done to, which every statement of it is of


_KINDS = (
    _Kind(
        re.compile(r"電子(?:申請|メール|システム)(?:システム)?|郵[送便]|窓口|持参|(?:電子)?メール|FAX|ファ(?:ック|クシミリ)ス?|ファクシミリ|オンライン|インターネット|ネット|ウェブ|web|電話|アプリ|LINE|対面|紙|書面|はがき|ハガキ|葉書"),
        re.compile(r"申請|申し?込|応募|提出|予約|届|受付|受け付|手続|送|出[しすせ]"),
        re.compile(r"(?:申請|申し?込み?|応募|提出|届出?)?(?:書類?|用紙|手続き?|様式)?|市?役所|役場"),
    ),
    _Kind(
        re.compile(r"(?:クレジット)?カード(?:払い|決済)?|現金|口座振替|(?:銀行|口座)?振り?込み?|納付書|コンビニ(?:エンスストア)?|電子マネー|(?:QR|バーコード|スマホ|キャッシュレス)(?:コード)?決済|キャッシュレス|PayPay|ペイペイ|証紙|為替|引き?落とし"),
        re.compile(r"支払|払[いうえっわ]|納付|納め|決済|徴収|返還|返済|返納"),
        re.compile(r".{0,6}(?:料金?|費用?|代金?|税|使用料|手数料)"),
    ),
)  # fmt: skip
_BY = r"(?:で(?:も|の|は)?|による|により|に(?:よって)?|払い)"
_ONLY = re.compile(r"のみ|だけ|に限[るりっ定]|限定")
_BEFORE_ONLY = 12  # characters from the means to what shuts the others out
_MOST_CONSIDERED = 12


def names_means(question: Question) -> bool:
    """Whether a yes/no question asks of a means at all."""
    return question.is_check and any(kind.means.search(asked_sentence(question)) for kind in _KINDS)


def verdict_on_means(question: Question, passages: Sequence[Passage], library: Library) -> Draft | None:
    """いいえ with the statement that takes other means only; ``None`` where none does, or the question asks of no means."""
    if not (asks_whether(question) or speaks_of_cover(question)):
        return None
    asked = asked_sentence(question)
    for kind in _KINDS:
        named = re.search(rf"(?P<means>{kind.means.pattern}){_BY}", asked)
        if named is None or not kind.deed.search(asked, named.end()):
            continue
        scope = scope_of(question, passages[:_MOST_CONSIDERED], library)
        claim = claim_of(question, scope.names, scope.known)
        others = _others(claim, kind, named.span("means"))
        for statement in scope.statements:
            is_taken = _listed(statement, named["means"], question)
            if is_taken is None:
                if not (_takes_only_others(statement, kind, named["means"]) and _is_of(statement, others, kind)):
                    continue
                is_taken = False
            verdict = "はい" if is_taken else "いいえ"
            said = f"{verdict}。資料の記載は次のとおりです。{statement_of_passage(statement.passage)}{place_of(statement.passage)}"
            shown = (Said(said, statement.passage.evidence()),)
            return Draft("answered", shown, verdict, assumptions=question.assumptions, confidence="medium")
    return None


def _others(claim: Claim, kind: _Kind, means: tuple[int, int]) -> list[Point]:
    """What the question says besides the means and the deed."""
    return [
        point
        for point in claim.required
        if not (point.start < means[1] and means[0] < point.end)
        and not kind.object.fullmatch(point.surface)
        and not kind.deed.search(point.surface)
    ]


def _listed(statement: Statement, means: str, question: Question) -> bool | None:
    """Whether a statement that takes a means for some programmes only (「郵送は、AとBに限り受け付けます」) names the asked one."""
    match = re.search(
        rf"{re.escape(means)}[^。、]{{0,12}}?は、?(?P<list>[^。]+?)(?:に限[りっる]|のみ|だけ)", statement.passage.text
    )
    if match is None or not question.programs:
        return None
    names = [key(name) for name in question.programs]
    return any(name in fold(match["list"]) for name in names)


def _takes_only_others(statement: Statement, kind: _Kind, means: str) -> bool:
    """Whether a statement says of means of the kind that only they are taken, and the asked one is not among them."""
    text = statement.text
    if means in text or (means.endswith("便") and "郵送" in text):
        return False
    return any(_ONLY.search(text, match.end(), match.end() + _BEFORE_ONLY) for match in kind.means.finditer(text))


def _is_of(statement: Statement, others: Sequence[Point], kind: _Kind) -> bool:
    """Whether a statement is of the deed, and of all that the question says besides."""
    around = f"{statement.text} {statement.above} {statement.beside}"
    return bool(kind.deed.search(around)) and all(point.is_in(around) for point in others)
