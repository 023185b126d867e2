"""Answers quoted from passages: the best lines first, a short answer of the asked type out of them, or nothing.

Owns the choice of evidence for everything that is not a budget figure. Invariant: an answer is given only when the passage (with its
headings) has what the question is about, and a value of the asked type where one is asked for; otherwise it is an abstention that says
what was missing. Scores alone never decide: documents' own words fill unanswerable questions too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.answering.draft import Draft
from policy_qa.answering.library import Library
from policy_qa.answering.passages.alike import alike_lines
from policy_qa.answering.passages.answer_types import is_typed
from policy_qa.answering.passages.asking import asks_by_nouns
from policy_qa.answering.passages.by_row import by_row
from policy_qa.answering.passages.deeds import says_deed_asked
from policy_qa.answering.passages.explaining import asks_reason, explained_first, gives_reason
from policy_qa.answering.passages.focus import says_what_happens
from policy_qa.answering.passages.headed import headed_list, says_owner
from policy_qa.answering.passages.labels import labelled_draft
from policy_qa.answering.passages.listing import list_draft
from policy_qa.answering.passages.meant import is_left_out, is_remark
from policy_qa.answering.passages.missing import is_stranger, missing, no_value, not_told
from policy_qa.answering.passages.named import is_asked_above, named_draft, tells_of_deed
from policy_qa.answering.passages.passages import announces
from policy_qa.answering.passages.quoting import counted_entries, enumerating, quoted_draft, tells_something
from policy_qa.answering.passages.relevance import Fit, Weighed, asked_role, says_heading
from policy_qa.answering.passages.rows import explained_row, of_named_rows, which_first
from policy_qa.answering.passages.speakers import said_by
from policy_qa.answering.passages.typed import only_value, typed_draft
from policy_qa.answering.verdicts.told import verdict_on_told
from policy_qa.answering.verdicts.wording import asks_whether, speaks_of_cover
from policy_qa.answering.wording import abstain, clarify
from policy_qa.japanese.normalize import normalize
from policy_qa.retrieval.question import Question, asks_existence, asks_outcome

_STRONG = 0.85
_OUTCOME = re.compile(
    r"決[しまめ]|決定|可決|否決|採択|承認|了承|継続|見送|撤回|とする|ことと|認め|変[わえ更]|[増減]や?[しすらやっ]|引き?[上下]げ|廃止|延[長期ば]|拡[大充]|縮小|外[しす]|改め|なった|なります|従来|[→⇒]|から[^。]{1,20}[にへ]"
)
_NAME_ASKED = re.compile(r"(?:団体|会社|企業|法人|業者|事業者|機関|大学|者|員|長)の(?:お?名前|名称|氏名)")
_KIND_OF_BODY = re.compile(
    r"(?:本|各)?[国都道府県市区町村]|.{0,8}(?:事業者|業者|会社|団体|企業|機関|法人|事業所|自治体|市町村|住民|関係者)等?"
)
_SAYS_WHERE = re.compile(
    r"[一-鿿ァ-ヴー][)）」]?(?:で(?!す|あ)|にて|に|へ|において|から|まで|内|の(?:[一-鿿]+))(?![一-鿿]{0,2}関|つい|対|よ[りっ]|基)|(?:場所|会場|所在地|住所)|(?:所|館|室|場|庁|園|駅|地|町|村|市)(?:です|とする|。|$)"
)
_WHAT_THERE_IS = re.compile(
    r"(?:どんな|どのような|どういう|何の)[一-鿿ァ-ヴー]{2,8}(?:を|が|は)|(?:は|には)(?:何|どんなもの|どのようなもの)が(?:あ|含)|全部|すべて|全て"
)
_NEAR_IN_COVERAGE = 0.25
_NEAR_ENOUGH = 0.75
_LONGEST = 330


def answer_from_passages(
    question: Question, ordered: Sequence[Fit], words: Sequence[Weighed], library: Library
) -> Draft:
    """The answer quoted from passages, which are measured and ordered by how well they answer, best first; or an abstention."""
    if not words and not question.topics and not question.unknown_programs:
        return only_value(question, ordered, library) or clarify(
            "何についてのご質問かが分かりません。事業名や年度などを補って、もう一度質問してください。", (), question
        )
    fits = of_named_rows([fit for fit in ordered if not is_left_out(fit.passage, question)], question)
    speaker = said_by(question, fits, words, library)
    if speaker is not None:
        return speaker
    if question.is_check and fits and not speaks_of_cover(question):
        near = [fit.passage for fit in fits if fit.coverage >= fits[0].coverage - _NEAR_IN_COVERAGE]
        verdict = verdict_on_told(question, near, library)
        if verdict is not None:
            return verdict
    absent = missing(question, fits, words, library)
    # What has the form of the answer says little of the question in words; a stranger no form makes up for.
    is_known = bool(fits) and not any(is_stranger(weighed, question, library) for weighed in words)
    if absent is None or (is_known and not question.unknown_programs):
        by_form = (
            labelled_draft(question, fits, words, library)
            or by_row(question, fits, library)
            or headed_list(question, fits, words, library)
            or (named_draft(question, fits, words, library) if absent is not None else None)
        )
        if by_form is not None:
            return by_form
    if absent is not None:
        return absent
    is_open = asks_existence(normalize(question.search_text).text)  # what there is may be told where it is not denied
    if (asks_whether(question) and not is_open) or (question.is_check and speaks_of_cover(question)):
        return abstain("attribute_missing", "資料の記載からは、はい・いいえを判断できません。", question, is_open=True)
    has_value = is_typed(question.asks) and bool(fits[0].values)
    counted = counted_entries(question, fits)
    if counted is not None:
        return quoted_draft(question, [counted])
    if not has_value and _WHAT_THERE_IS.search(question.search_text):
        enumerated = enumerating(question, fits)
        if enumerated is not None:
            return quoted_draft(question, [enumerated])
    if (question.wants_list or question.intent == "list") and not has_value:
        floor = max(fit.coverage for fit in fits) - 0.2
        near_fits = [fit for fit in fits if fit.coverage >= floor and says_owner(question, fit, fits, words)]
        listed = list_draft(question, near_fits, words, library) if near_fits else None
        listed = alike_lines(question, fits, instead_of=listed) or listed
        if listed is not None:
            return listed
    named = named_draft(question, fits, words, library)
    if named is not None:
        return named
    if is_typed(question.asks):
        told = [fit for fit in fits if tells_of_deed(question, fit, fits, words)]
        if _NAME_ASKED.search(question.text):
            told = _with_names(told)
        typed = typed_draft(question, told, words)
        if typed is not None:
            return typed
        strong = any(
            fit.coverage >= _STRONG
            and fit.passage.block.kind != "heading"
            and not fit.passage.cells  # a row says who and where in a cell of that, or not at all
            and says_what_happens(fit, question, words)
            for fit in fits[:8]
        )
        by_name = bool(_NAME_ASKED.search(question.text))
        if (
            question.asks not in {"place", "person", "office"}
            or not strong
            or not told
            or asked_role(question)
            or by_name
        ):
            return no_value(question)
        told = [fit for fit in told if not fit.passage.cells and says_deed_asked(fit.passage, question)]
        if question.asks == "place":
            floor = _NEAR_ENOUGH * max(fit.coverage for fit in fits)
            told = [
                fit for fit in told if fit.coverage >= floor and (fit.values or _SAYS_WHERE.search(fit.passage.text))
            ]
        if not told:
            return no_value(question)
        fits = [fit for fit in told if "。" in fit.passage.text and fit.passage.block.kind != "heading"] or told
        fits = sorted(fits, key=lambda fit: not is_asked_above(question, fit))  # a FAQ's own answer first
    return _told(question, fits, words, library)


def _with_names(fits: Sequence[Fit]) -> list[Fit]:
    """The fits that name a body; of a table whose best row names none, no other row names it either."""
    nameless = {
        (fit.passage.path, fit.passage.order)
        for fit in fits
        if fit.values and not any(_is_name(value.text) for value in fit.values)
    }
    return [fit for fit in fits if (fit.passage.path, fit.passage.order) not in nameless]


def _is_name(text: str) -> bool:
    """Whether a body is called by a name, not by its kind alone: 「市、タクシー事業者」 is none."""
    return not all(_KIND_OF_BODY.fullmatch(piece.strip()) for piece in re.split(r"[、,・/]|及び|と", text))


def _told(question: Question, fits: Sequence[Fit], words: Sequence[Weighed], library: Library) -> Draft:
    """The lines that tell what is asked in no short form: what something is, why, how it came out."""
    telling = [fit for fit in fits if fit.passage.block.kind == "heading" or tells_something(fit.passage, question)]
    fits = which_first(question, explained_first(question, telling or fits))
    row = explained_row(question, fits)
    if row is not None:
        return row
    owned = [fit for fit in fits if says_owner(question, fit, fits, words)] if asks_by_nouns(question) else list(fits)
    if not owned:
        return not_told(question)
    fits = owned
    if asks_outcome(question.search_text):
        floor = _NEAR_ENOUGH * max(fit.coverage for fit in fits)
        fits = [fit for fit in fits if fit.coverage >= floor and _OUTCOME.search(fit.passage.text)] or fits
    if question.asks == "reason" and asks_reason(question):
        fits = [fit for fit in fits if gives_reason(question, fit, words)]
        if not fits:
            return abstain(
                "attribute_missing", "お尋ねの理由を述べた記載は資料に見つかりません。", question, is_open=True
            )
    top = fits[0].passage
    is_listed = (top.block.kind == "item" and not is_remark(top)) or announces(top.quote)
    if is_listed and (question.intent in {"eligibility", "definition", "list"} or says_heading(top, question)):
        listed = list_draft(question, fits[:1], words, library)
        if listed is not None and len(listed.statements[0].text) <= _LONGEST:
            return listed
    return quoted_draft(question, fits)
