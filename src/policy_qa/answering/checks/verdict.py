"""Yes/no questions about what documents say, other than budget figures.

Owns the verdict. Invariant: 「はい」 needs a passage that has what the question speaks of and what it says of it, figures included; 「いいえ」 needs
a passage about the same thing that states another figure or name, denies it, says the opposite, or gives a list without it; otherwise the
documents do not decide it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.answering.checks.claims import Claim, claim_of, is_bounded, meets
from policy_qa.answering.checks.trends import rose
from policy_qa.answering.draft import Draft, Statement
from policy_qa.answering.library import Library
from policy_qa.answering.passages.answer_types import values
from policy_qa.answering.passages.passages import Passage, announces, place_of, statement_of_passage
from policy_qa.answering.passages.relevance import TITLE_SHARE, Weighed, covers
from policy_qa.answering.verdicts.wording import speaks_of_cover
from policy_qa.answering.wording import abstain
from policy_qa.japanese.normalize import normalize
from policy_qa.retrieval.attributes import attribute
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.words import Word

_DENIES = re.compile(
    r"^(?:答 ?)?いいえ|(?:では|で)(?:なく|ない|ありません)|(?<!しなければなら)(?<!なければなり)(?<!かもしれ)(?<!妨げ)(?<!差し支え)(?<!構わ)(?<!かまわ)(?:ない|ません)(?=もの|こと|場合|者|[。)）、]|$)|(?<=[しらきれ])ず|対象外"
    r"|除く|除き(?:ます)?|除外|禁止|不可|認めない|×"
)
_TURNS = re.compile(r"ただし|(?<=[るたいす])が、|ものの|一方")  # what follows speaks of another case
_EXCEPTION = ("ただし", "なお")  # an exception never decides before its rule was heard
_ONLY = re.compile(r"だけ|のみ|しか|限(?:る|定)")
_MEMBERSHIP = re.compile(r"含ま|入って|入り|該当|対象|指定|選ば|挙げ")
_NEGATIVE_QUESTION = re.compile(
    r"(?<!間違い)(?<!間違いあり)(?<!間違いござい)(?<!相違)(?<!相違あり)(?<!なければなら)(?<!なければいけ)(?:ない|ません)(?:の|ん)?(?:です|でしょう)?か?[?？。]*$|対象外|だめ|ダメ|禁止"
)
# Words of a question that do not have to stand in the passage.
_LOOSE = re.compile(
    r"^(?:含む|含まれる|入る|対象|指定|場合|場所|期限|目標|導入|整備|利用|活用|申請|申し込む|応募|提出|置く|決定|認める|成る|増える|減る|以内|以上|以下|未満|構う|可能"
    r"|貰う|受け付ける|受ける|間違い|合う|本当|正しい|必要)$"
)
# What cannot both be said of one thing: the one denies the other.
_OPPOSITES = (
    ("廃止", "存続|継続|維持"), ("終了", "継続|延長"), ("中止", "実施|開催"), ("有料", "無料|無償|かかりません"), ("無料", "有料|[0-9]円"),
    ("必要", "不要|省略"), ("不要", "必要"), ("増加", "減少|減っ"), ("減少", "増加|増え"), ("上昇", "低下|下降|減少"), ("低下", "上昇|増加"),
    ("拡大", "縮小"), ("縮小", "拡大"), ("公開", "非公開"), ("可決", "否決"), ("新設", "廃止|統合"), ("延長", "短縮"), ("短縮", "延長"),
)  # fmt: skip
# One thing before or after another: 「買ったあとで申請しても」, 「購入前に申請が必要です」.
_AFTERWARDS = re.compile(r"(?:た|の|[一-鿿])(?:後(?!期|者|日|見|継|遺|援|方)|あと)(?=[にでのはもか、])|事後")
_BEFOREHAND = re.compile(
    r"(?:る|の|[一-鿿])(?<![午以])前(?!期|者|日|年|回|項|条|半)(?=[にでのはも、])|事前|あらかじめ|予め"
)
_IS_NAME = re.compile(
    r"は、?(?P<claimed>[^は、。]{2,24}?)(?:氏|さん|様)?(?:です|でしょう|でした|なの(?:です)?|で(?:合って|間違い|よろしい|いい)[^。]{0,12}?)(?:か|よね)[?？。]*$"
)
_NAMED_KINDS = ("person", "office", "place")
_FOCUS = re.compile(r"(?P<focus>[一-鿿々ァ-ヴーA-Za-z]{2,12})(?:で|に|から|へ|を)?も(?!の|し)")
_ALLOWS = re.compile(
    r"可(?!能性|決)|認め(?:る|ます)|でき(?:る|ます)|受け付け(?:る|ます)|対象と(?:する|なる|なります)|含(?:む|みます)"
)
_AT_ONCE = 14
_HALF = 0.5
_DIRECTION = re.compile(r"増|減|上が|下が|上昇|低下|伸び|改善|悪化|年度|前年")
_MOST_MISSING = 0.2
_TELLING = 3.5
_CONSIDERED = 12


def verdict_draft(question: Question, passages: Sequence[Passage], words: Sequence[Weighed], library: Library) -> Draft:
    """はい or いいえ with the passage that decides it, or an abstention."""
    claim = claim_of(question)
    if speaks_of_cover(question):
        return abstain("attribute_missing", "資料の記載からは、はい・いいえを判断できません。", question)
    for passage in sorted(passages[:_CONSIDERED], key=lambda passage: passage.text.startswith(_EXCEPTION)):
        verdict = _verdict(question, claim, passage, words, library)
        if verdict is not None:
            said = f"{verdict}、資料の記載は次のとおりです。{statement_of_passage(passage)}{place_of(passage)}"
            return Draft(
                "answered",
                (Statement(said, passage.evidence()),),
                verdict,
                assumptions=question.assumptions,
                confidence="medium",
            )
    return abstain("attribute_missing", "資料の記載からは、はい・いいえを判断できません。", question)


def _verdict(
    question: Question, claim: Claim, passage: Passage, words: Sequence[Weighed], library: Library
) -> str | None:
    if announces(passage.quote) and claim.is_empty:
        return None  # what introduces a list says nothing without it
    named = _claimed_name(question)
    needed = [weighed for weighed in words if _is_needed(weighed.word, claim, named)]
    leans = passage.text.startswith(_EXCEPTION) and passage.before is not None  # what it is about stands before it
    missing = [weighed for weighed in needed if covers(weighed, passage, with_block=leans) < TITLE_SHARE]
    order = _by_order(question, passage)
    if order is not None:
        return order if order and _is_about(needed, missing) else None
    risen = rose(question, passage)
    if risen is not None and _is_about(
        needed, [weighed for weighed in missing if not _DIRECTION.search(weighed.word.surface)]
    ):
        return "はい" if risen != _is_negative(question) else "いいえ"
    if not claim.is_empty:
        # The other sentences of a block say what a figure is of.
        missing = [weighed for weighed in missing if covers(weighed, passage) < TITLE_SHARE]
        met = _figures_meet(question, claim, passage, library)
        if met is None or not _is_about(needed, missing):
            return None
        if not met and not _is_of_attribute(question, passage):
            return None  # another figure of another attribute corrects nothing
        denied = not claim.is_enough and _is_denied(passage, needed) and is_bounded(claim, passage.text)
        return "はい" if (met != denied) != _is_negative(question) else "いいえ"
    if named is not None and _is_about(needed, missing):
        by_name = _by_name(named, passage)
        if by_name is not None:
            return by_name
    denied = _is_denied(passage, needed)
    negative = _is_negative(question)
    if not missing:
        return "はい" if denied == negative else "いいえ"
    opposite = _says_opposite(missing, needed, passage)
    if opposite:
        return "はい" if negative else "いいえ"
    if denied and not negative and _is_about(needed, missing):
        return "いいえ"
    return _by_focus(question, passage, needed, missing) or _by_membership(question, passage, missing, words)


def _is_needed(word: Word, claim: Claim, named: str | None) -> bool:
    """Whether a passage has to have a word: all but those of the claimed figure or name, and those that only ask."""
    in_claim = any(start <= word.start < end for start, end in claim.places)
    return not in_claim and not _LOOSE.match(word.lemma) and not (named is not None and word.surface in named)


def _is_about(needed: Sequence[Weighed], missing: Sequence[Weighed]) -> bool:
    """Whether a passage speaks of the question's thing: no telling noun is missing, and little altogether."""
    total = sum(weighed.says for weighed in needed)
    lacking = sum(weighed.says for weighed in missing)
    return (
        bool(needed)
        and lacking <= _MOST_MISSING * total
        and not any(weighed.word.is_noun and weighed.says >= _TELLING for weighed in missing)
    )


def _figures_meet(question: Question, claim: Claim, passage: Passage, library: Library) -> bool | None:
    reference = next((summary.metadata.date for summary in library.summaries if summary.path == passage.path), None)
    if passage.cells and claim.weekdays:
        met = meets(claim, question, _asked_cells(question, passage), reference)
        if met is not None:
            return met
    found = meets(claim, question, passage.text, reference)
    if found is None and passage.section:
        headings = " ".join(passage.section)
        return True if meets(claim, question, headings, reference) else None
    return found


def _asked_cells(question: Question, passage: Passage) -> str:
    """The cells of a row under the columns that the question names, or all of them."""
    asked = normalize(question.text).text
    under = [cell.text for cell in passage.cells if cell.label and cell.label in asked]
    return " ".join(under) or passage.text


def _is_of_attribute(question: Question, passage: Passage) -> bool:
    if question.attribute in {None, "amount", "kpi"}:
        return True
    return bool(attribute(question.attribute or "").written.search(" ".join((passage.text, passage.lead))))


def _is_negative(question: Question) -> bool:
    return bool(_NEGATIVE_QUESTION.search(normalize(question.text).text))


def _is_denied(passage: Passage, needed: Sequence[Weighed]) -> bool:
    """Whether a passage denies what the words say: behind them, before the sentence turns to another case."""
    if passage.lead and not passage.cells and _DENIES.search(passage.lead):
        return True
    text = passage.text
    places = [text.rfind(weighed.word.surface) for weighed in needed if weighed.word.surface in text]
    start = min(places, default=0)
    turn = _TURNS.search(text, max(places, default=0))
    return bool(_DENIES.search(text, start, turn.start() if turn else len(text)))


def _claimed_name(question: Question) -> str | None:
    """The name that a question puts forward behind 「は」: 石動 in 「座長は石動氏ですか」."""
    match = _IS_NAME.search(normalize(question.text).text)
    if match is None or re.search(r"[0-9]", match["claimed"]):
        return None
    claimed = match["claimed"]
    return claimed if any(values(kind, "", claimed) for kind in _NAMED_KINDS) or question.asks == "person" else None


def _by_name(claimed: str, passage: Passage) -> str | None:
    """はい where the passage has the claimed name, いいえ where it has another of that kind."""
    if claimed in passage.text:
        return "いいえ" if _DENIES.search(passage.text) else "はい"
    kinds = [kind for kind in _NAMED_KINDS if values(kind, "", claimed)] or ["person"]
    return "いいえ" if any(values(kind, "", passage.text) for kind in kinds) else None


def _says_opposite(missing: Sequence[Weighed], needed: Sequence[Weighed], passage: Passage) -> bool:
    """Whether all that is missing is a word whose opposite the passage says: 廃止 where it says 存続."""
    lacking = [weighed for weighed in missing if weighed.word.is_noun]
    if not lacking or len(lacking) == len(needed):
        return False
    return all(
        any(word in weighed.word.surface and re.search(opposite, passage.text) for word, opposite in _OPPOSITES)
        for weighed in lacking
    )


def _by_order(question: Question, passage: Passage) -> str | None:
    """いいえ where the question asks of doing something after what the passage wants it done before, or the reverse.

    Empty where the passage says nothing of the order that is asked about; ``None`` where none is asked about, or the passage speaks of the same.
    """
    asked = normalize(question.text).text
    after, before = bool(_AFTERWARDS.search(asked)), bool(_BEFOREHAND.search(asked))
    if after == before:
        return None
    own, other = (_AFTERWARDS, _BEFOREHAND) if after else (_BEFOREHAND, _AFTERWARDS)
    if own.search(passage.text):
        return None
    return ("はい" if _is_negative(question) else "いいえ") if other.search(passage.text) else ""


def _by_focus(
    question: Question, passage: Passage, needed: Sequence[Weighed], missing: Sequence[Weighed]
) -> str | None:
    """The verdict on the one thing a question puts forward with 「も」, where the passage says at once what is with it: 郵送は不可."""
    focus = _FOCUS.search(normalize(question.text).text)
    if focus is None or sum(weighed.says for weighed in missing) > _HALF * sum(weighed.says for weighed in needed):
        return None
    said = re.search(rf"{re.escape(focus['focus'])}(?P<behind>[^。]{{0,{_AT_ONCE}}})", passage.text)
    if said is None:
        return None
    denied, allowed = _DENIES.search(said["behind"]), _ALLOWS.search(said["behind"])
    if not denied and not allowed:
        return None
    return "はい" if bool(denied) == _is_negative(question) else "いいえ"


def _by_membership(
    question: Question, passage: Passage, missing: Sequence[Weighed], words: Sequence[Weighed]
) -> str | None:
    """いいえ where the question asks whether something is in a list, or the only one, and the passage is that list without it."""
    if not len(missing) <= max(1, len(words) // 2) or len(missing) == len(words):
        return None
    surfaces = "|".join(re.escape(weighed.word.surface) for weighed in missing)
    if re.search(rf"(?:{surfaces}).{{0,2}}(?:だけ|のみ|しか)", question.text) and not _ONLY.search(passage.text):
        return "いいえ"
    if (
        _MEMBERSHIP.search(question.text)
        and _is_enumeration(passage)
        and all(re.fullmatch(r"[一-鿿々ァ-ヴーA-Za-z0-9]{2,}", weighed.word.surface) for weighed in missing)
    ):
        return "いいえ"
    return None


def _is_enumeration(passage: Passage) -> bool:
    return len(re.findall(r"[・、]", passage.text)) >= 1 or passage.block.kind == "item"
