"""Yes/no questions about what documents say, other than budget figures.

Owns the verdict. Invariant: 「はい」 needs a passage that has every content word of the question and its figures; 「いいえ」 needs a passage
about the same thing that states another figure, denies it, or gives a list without it; otherwise the documents do not decide it.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from typing import Any

from policy_qa.answering.draft import Draft, Statement
from policy_qa.answering.library import Library
from policy_qa.answering.passages import Passage, announces, place_of, statement_of_passage
from policy_qa.answering.relevance import TITLE_SHARE, Weighed, covers
from policy_qa.answering.wording import abstain
from policy_qa.japanese.amounts import QuantityMention, find_amounts, find_quantities
from policy_qa.japanese.dates import TimeMention, find_times
from policy_qa.japanese.normalize import normalize
from policy_qa.retrieval.attributes import attribute
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.words import Word

_DENIES = re.compile(
    r"^(?:答 ?)?いいえ|(?:では|で)(?:なく|ない|ありません)|(?:ない|ません|ず)(?:もの|こと)?(?:とする)?[。)）]*$|対象外|対象とな(?:らない|りません)|対象としない|含(?:まない|みません|まれない|まれません)|除く|除外|(?:でき|認められ|受けられ|行わ)(?:ない|ません)|禁止|不可"
)
_BOUNDS: dict[str, Callable[[Any, Any], bool]] = {
    "以下": operator.le, "以内": operator.le, "未満": operator.lt, "以上": operator.ge, "超": operator.gt, "最大": operator.le, "上限": operator.le,
}  # fmt: skip
_EXCEPTION = ("ただし", "なお")  # an exception never decides before its rule was heard
_ONLY = re.compile(r"だけ|のみ|しか|限(?:る|定)")
_MEMBERSHIP = re.compile(r"含ま|入って|入り|該当|対象|指定|選ば|挙げ")
_NEGATIVE_QUESTION = re.compile(r"(?<!間違い)(?<!相違)(?:ない|ません)(?:です|でしょう)?か?[?？。]*$|対象外")
# Words of a question that do not have to stand in the passage for a yes.
_LOOSE = re.compile(
    r"^(?:含む|含まれる|入る|対象|指定|場合|場所|期限|目標|導入|整備|利用|活用|申請|応募|置く|決定|認める|成る|増える|減る)$"
)


def verdict_draft(question: Question, passages: Sequence[Passage], words: Sequence[Weighed], library: Library) -> Draft:
    """はい or いいえ with the passage that decides it, or an abstention."""
    for passage in sorted(passages[:8], key=lambda passage: passage.text.startswith(_EXCEPTION)):
        verdict = _verdict(question, passage, words, library)
        if verdict is not None:
            return Draft(
                "answered",
                (
                    Statement(
                        f"{verdict}、資料の記載は次のとおりです。{statement_of_passage(passage)}{place_of(passage)}",
                        passage.evidence(),
                    ),
                ),
                verdict,
                assumptions=question.assumptions,
                confidence="medium",
            )
    return abstain("attribute_missing", "資料の記載からは、はい・いいえを判断できません。", question)


def _verdict(question: Question, passage: Passage, words: Sequence[Weighed], library: Library) -> str | None:
    if announces(passage.quote):
        return None  # what introduces a list says nothing without it
    by_figure = _by_figure(question, passage, library)
    if (
        by_figure == "いいえ"
        and question.attribute not in {None, "amount", "kpi"}
        and not attribute(question.attribute).written.search(passage.text)
    ):
        return None  # another figure of another attribute corrects nothing
    missing = [
        weighed.word
        for weighed in words
        if covers(weighed, passage, with_block=False) < TITLE_SHARE and not _LOOSE.match(weighed.word.lemma)
    ]
    if by_figure is not None:
        # A figure of something else corrects nothing: for a no, all that is asked about has to stand there.
        allowed = max(1, len(words) // 3) if by_figure == "はい" else 0
        return by_figure if len(missing) <= allowed else None
    if find_quantities(normalize(question.text).text) or (
        question.claimed_times and not _figures_in_headings(question, passage)
    ):
        return None
    denied = bool(_DENIES.search(passage.text) or (passage.lead and _DENIES.search(passage.lead)))
    negative = bool(_NEGATIVE_QUESTION.search(question.text))
    if not missing:
        return "はい" if denied == negative else "いいえ"
    if len(missing) <= max(1, len(words) // 2) and len(missing) < len(words):
        limited = re.search(
            rf"(?:{'|'.join(re.escape(word.surface) for word in missing)}).{{0,2}}(?:だけ|のみ|しか)", question.text
        )
        if limited and not _ONLY.search(passage.text):
            return "いいえ"
        if _MEMBERSHIP.search(question.text) and _is_enumeration(passage) and all(_is_name(word) for word in missing):
            return "いいえ"
    return None


def _by_figure(question: Question, passage: Passage, library: Library) -> str | None:
    """The verdict on the dates and quantities a question puts forward, when the passage has some of the same kind."""
    reference = next((summary.metadata.date for summary in library.summaries if summary.path == passage.path), None)
    text = passage.text
    asked = [
        claim
        for claim in question.claimed_times
        if not any(year in question.fiscal_years for year in claim.fiscal_years)
    ]
    found = find_times(text, reference)
    quantities = find_quantities(normalize(question.text).text)
    if quantities:
        printed = find_quantities(text)
        comparable = [asked for asked in quantities if any(asked.unit == other.unit for other in printed)]
        if not comparable:
            return None
        fits = all(any(_satisfies(asked, other) for other in printed) for asked in comparable)
        return "はい" if fits else "いいえ"
    if asked:
        if not found:
            return None
        return "はい" if all(any(_within(mention, claim) for mention in found) for claim in asked) else "いいえ"
    if question.claims:
        amounts = {mention.yen for mention in find_amounts(text)}
        if not amounts:
            return None
        return "はい" if all(claim.yen in amounts for claim in question.claims) else "いいえ"
    return None


def _satisfies(asked: QuantityMention, written: QuantityMention) -> bool:
    """Whether a quantity meets what the document writes: the same number, or inside its bound (300人以下, 1件以上)."""
    if asked.unit != written.unit:
        return False
    if asked.qualifier is None and written.qualifier in _BOUNDS:
        return _BOUNDS[written.qualifier](asked.value, written.value)
    return asked.value == written.value or (
        written.value_to is not None and written.value <= asked.value <= written.value_to
    )


def _within(found: TimeMention, claimed: TimeMention) -> bool:
    """Whether what the document dates lies inside what the question says."""
    return (claimed.first <= found.first and found.last <= claimed.last) or (
        found.first <= claimed.first and claimed.last <= found.last and found.precision == claimed.precision
    )


def _figures_in_headings(question: Question, passage: Passage) -> bool:
    headings = " ".join(passage.section)
    return all(claim.printed in headings or claim.fiscal_years for claim in question.claimed_times)


def _is_enumeration(passage: Passage) -> bool:
    return len(re.findall(r"[・、]", passage.text)) >= 1 or passage.block.kind == "item"


def _is_name(word: Word) -> bool:
    return bool(re.fullmatch(r"[一-鿿々ァ-ヴーA-Za-z0-9]{2,}", word.surface))
