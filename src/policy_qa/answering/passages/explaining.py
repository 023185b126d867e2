"""Which passage explains: defines the term that is asked for, or gives the reason.

Owns the forms of definitions (「Xとは、…」「XをYという」「X：…」「一　X　…をいう」) and of reasons (ため, により, 要因は, を目的として). Invariant: a passage
is moved to the front only for such a form, and a definition only for the very term that is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.answering.passages.relevance import TITLE_SHARE, Fit, Weighed, covers
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.japanese.tokens import term_set
from policy_qa.retrieval.question import Question

_TERM = re.compile(
    r"(?P<term>.{2,40}?)(?:とは|って|というのは|の(?:意味|定義|内容|概要)(?:は|を|って)?|は、?(?=何を(?:指|い|言)|どういう(?:意味|こと)|どんな意味))"
)
_REASON_ASKED = re.compile(
    r"なぜ|何故|どうして|なんで(?!す|しょ)|何の(?:おかげ|ため)|(?:理由|わけ|要因|原因|背景|目的|ねらい)(?:は|を|って|に?つ|[?？。]*$)"
)
_GIVES_REASON = re.compile(
    r"ため(?:、|に|で|である|です|。|$)|(?<=[たるいなの])ため(?=[一-鿿ァ-ヴ])|に伴[いっう]|(?:(?<![日月年時分度])から|ので|ことから)(?:、|である|です|。|$)|によ(?:り|る|って)|(?:理由|要因|原因|背景|目的|ねらい)(?:は|[:：]|と(?:して|する))|おかげ|(?<!議論を)(?<!意見を)(?<!審議を)(?<!検討を)踏まえ|を目指"
)
_BASIS_ASKED = re.compile(r"根拠(?:は|を|に|と|法|規定|[?？。]*$)|何に基づ|どの(?:法律|条例|計画)に基づ")
_GIVES_BASIS = re.compile(r"に基づ|を根拠|の規定によ|を受けて")
_LEANS_BACK = re.compile(r"(?:ため|から)(?:である|です|だ)。?$|(?:理由|要因|原因|背景)(?:は|に|と)")
_DEED = re.compile(
    r"(?P<verb>(?![行使受得])[一-鿿])(?![にがをはのでとへも])[ぁ-ん]{1,4}(?:のは|理由|要因|原因|背景|わけ)"
)
_WHY_DEED = re.compile(
    r"(?:なぜ|どうして)、?(?P<verb>(?![行使受得])[一-鿿])(?![にがをはのでとへも])[ぁ-ん]{1,4}[^。]{0,8}(?:の|ん)(?:です)?か?"
)
_FOR_A_REASON = re.compile(r"趣旨|背景|目的|理由|経緯|ねらい|なぜ|必要性")
_MARKS = re.compile(
    r"^(?:[0-9一二三四五六七八九十]{1,3}[\s　.．、)）]+|[(（][0-9一二三四五六七八九十ア-ン]{1,3}[)）]\s*|[①-⑳・●○■□◆*\-]\s*|A[0-9]*[ .．:：])+"
)
_OF_TERMS = re.compile(r"用語|定義|語句|解説|注釈|コラム|とは")
_ENDS_AS_WHAT = re.compile(
    r"(?:をいう|のこと(?:です|である|をいう|をいいます)?|もの(?:です|である|をいう|とする)?|事業|制度|仕組み|取組|計画|である|です)。?$"
)
_POINTS_BACK = re.compile(r"(?:この|本|当該)[^、。はが]{1,8}は")
_AIM_ASKED = re.compile(r"目的|趣旨|ねらい|狙い")
_TELLS_AIM = re.compile(
    r"(?:を図る|図り|に資する|資し|を目的と|を目指|促進|向上|確保|推進|支え)[^。]{0,40}(?:ため|目的)|を目的と(?:する|し)|ことを目的|に資するため"
)
_ASKS_WHAT = re.compile(r"(?:どんな|どういう|何の)[^?？]{1,8}[?？]?$|とは[?？]?$|って何")
_NEAR = 0.55
_STRONG_BONUS = 1.5
_BONUS = 0.35


def explained_first(question: Question, fits: Sequence[Fit]) -> list[Fit]:
    """The fits with those in front that define the asked term or give the asked reason, or what something is based on."""
    bonus = _reason if asks_reason(question) else _basis if _BASIS_ASKED.search(question.text) else None
    if bonus is not None:
        floor = _NEAR * max((fit.coverage for fit in fits), default=0.0)
        return sorted(fits, key=lambda fit: -fit.score - (bonus(fit, question) if fit.coverage >= floor else 0.0))
    term = asked_term(question)
    if term is None or question.asks not in {"definition", "text"}:
        return list(fits)
    return sorted(fits, key=lambda fit: -fit.score - _definition(fit, term))


def asks_reason(question: Question) -> bool:
    """Whether a reason or an aim is asked for, not only mentioned (正当な理由なく)."""
    return bool(_REASON_ASKED.search(question.text))


def asked_term(question: Question) -> str | None:
    """The term whose meaning is asked for, folded: 「空き店舗」 in 「空き店舗とは何ですか」."""
    text = re.sub(r"[「」『』]", "", normalize(question.search_text).text.strip())
    match = _TERM.match(text)
    return fold(match["term"].split("、")[-1]) if match else None


def _definition(fit: Fit, term: str) -> float:
    named = re.escape(term)
    if re.search(rf"[「『]{named}[」』]とは", fold(fit.passage.text)):
        return _STRONG_BONUS
    text = fold(re.sub(r"[「」『』]", "", _MARKS.sub("", fit.passage.text)))
    if fit.passage.block.kind == "heading":
        return 0.0
    if re.search(rf"(?:^|[。、)）]){named}(?:\([^)]*\))?とは|を(?:、)?{named}と(?:いう|呼)", text):
        return _STRONG_BONUS
    if re.match(rf"{named}(?:\([^)]*\))?は、?", text) and _ENDS_AS_WHAT.search(text):
        return (
            _STRONG_BONUS if text.rstrip("。").endswith(("をいう", "のこと", "のことです", "のことである")) else _BONUS
        )
    around = fold(" ".join((fit.passage.lead, *fit.passage.section)))
    if term in around and _POINTS_BACK.search(text) and _ENDS_AS_WHAT.search(text):
        return _STRONG_BONUS  # 「この補助金は、…ものである」, asked about by its name
    asks_above = fit.passage.section and _ASKS_WHAT.search(fit.passage.section[-1])
    if asks_above and term in fold(" ".join(fit.passage.section)) and not fit.passage.cells:
        return _STRONG_BONUS  # 「どんな交通？」 under the name of what is asked about
    is_told = fit.passage.block.kind == "paragraph" and "。" in fit.passage.text
    if is_told and fit.passage.section and term in fold(fit.passage.section[-1]):
        return _BONUS  # what stands right below the name of what is asked about
    own = re.match(rf"{named}(?:\([^)]*\))?[:：]?(?P<rest>.{{8,}})$", text)
    if own is None or re.match(r"[はがをにのでと]", own["rest"]):
        return 0.0
    among_terms = any(_OF_TERMS.search(title) for title in fit.passage.section[-1:])
    return (
        _STRONG_BONUS
        if among_terms or _ENDS_AS_WHAT.search(text)
        else _BONUS
        if fit.passage.block.kind == "item"
        else 0.0
    )


def _reason(fit: Fit, question: Question) -> float:
    if fit.passage.block.kind == "heading":
        return 0.0
    bonus = _BONUS if _GIVES_REASON.search(fit.passage.text) else 0.0
    if _AIM_ASKED.search(question.text) and _TELLS_AIM.search(fit.passage.text):
        bonus += _BONUS
    return bonus + (_BONUS / 2 if any(_FOR_A_REASON.search(title) for title in fit.passage.section[-1:]) else 0.0)


def _basis(fit: Fit, _: Question) -> float:
    return _BONUS if fit.passage.block.kind != "heading" and _GIVES_BASIS.search(fit.passage.text) else 0.0


def gives_reason(question: Question, fit: Fit, words: Sequence[Weighed]) -> bool:
    """Whether a passage gives a reason, or stands under a heading that asks for one, and says the question's most telling noun."""
    passage = fit.passage
    under_why = any(_FOR_A_REASON.search(title) for title in passage.section[-2:])
    if not under_why and not _GIVES_REASON.search(passage.text):
        return False
    nouns = [weighed for weighed in words if weighed.word.is_noun]
    if not nouns:
        return True
    key = max(nouns, key=lambda weighed: weighed.says)
    own = [weighed for weighed in nouns if not passage.title_terms.issuperset(weighed.terms)]
    if own and not any(covers(weighed, passage) > TITLE_SHARE for weighed in own):
        return False  # what only the title says is true of every reason in the document
    before = term_set(passage.before.quote) if passage.before else frozenset()
    leans = bool(_LEANS_BACK.search(passage.text))  # 「…ためである。」 says of the sentence before why
    said = covers(key, passage, with_block=leans) > 0 or before.issuperset(key.terms)
    deed = _DEED.search(question.text) or _WHY_DEED.search(question.text)
    around = " ".join((passage.text, *passage.section, passage.before.quote if passage.before else ""))
    return said and (deed is None or leans or deed["verb"] in around)
