"""Answers from decision facts: when, by whom, in which form, on what basis; the newest change; lists; confirmations.

Owns which of these a question about a decision wants. Invariant: a step that is not sure gives ``None``, and the passages answer; what is
planned is said to be planned, never as done.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass

from policy_qa.answering.draft import Draft, Statement, draft_of_facts, place_of_fact
from policy_qa.answering.library import Library
from policy_qa.answering.lookups.decision_wording import has_time, label_of, sentence_of, statement_of, time_of
from policy_qa.answering.lookups.naming import asked_words, best_named, evidence_of
from policy_qa.answering.wording import abstain
from policy_qa.japanese.dates import TimeMention, find_times
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.retrieval.question import Question
from policy_qa.types import Fact


@dataclass(frozen=True, slots=True)
class _Deed:
    """One thing that is done to plans and laws: as questions ask for it, as facts have it."""

    name: str
    asked: re.Pattern[str]
    forms: re.Pattern[str]
    instead: re.Pattern[str] | None = None


def _deed(name: str, asked: str, forms: str, instead: str | None = None) -> _Deed:
    return _Deed(name, re.compile(asked), re.compile(forms), re.compile(instead) if instead else None)


# The first that a question asks for wins: the particular ones stand before the general ones.
_DEEDS = (
    _deed("番号", r"(?:法律|告示|条例|規則)番号|第?何号", r"第.+号"),
    _deed("閣議決定", r"閣議(?:で)?(?:の)?決定|閣議で(?:正式に)?決", r"閣議決定"),
    _deed("閣議了解", r"閣議了解", r"閣議了解"),
    _deed("改正", r"改正|改定|改訂|変更|見直し", r"改正|改定|改訂|変更"),
    _deed("廃止", r"廃止|失効|効力を失|(?:いつ|何年).{0,12}(?:終わ|終了|なくな|有効)|いつまで(?:の|で|続く)?(?:制度|事業|要綱|仕組み)", r"廃止|失効"),
    _deed("公布", r"公布", r"公布"),
    _deed("施行", r"施行|効力を(?:も[ったちつ]|持[ったちつ]|生)|効き(?:始|はじ)|いつから(?:適用|有効)", r"施行"),
    _deed("成立", r"成立", r"成立|可決"),
    _deed("可決", r"可決|議決|議会(?:を|で)(?:通|認め|決)", r"可決|議決"),
    _deed("答申", r"答申", r"答申"),
    _deed("諮問", r"諮問|意見を求め", r"諮問"),
    _deed("了承", r"了承", r"了承"),
    _deed("承認", r"承認", r"承認"),
    _deed("公表", r"公表|発表|公に(?:した|され)", r"公表|発表"),
    _deed("採択", r"採択", r"採択"),
    _deed("告示", r"告示", r"告示"),
    _deed("制定", r"制定", r"制定|第.+号", r"公布|決定"),
    _deed("策定", r"策定|取りまとめ|とりまとめ", r"策定|まとめ", r"決定"),
    _deed("決定", r"決定|決め|決ま", r"決定", r"策定|可決|議決"),
)  # fmt: skip
_ASKING = re.compile(
    r"閣議|決定|了解|改正|改定|改訂|変更|見直し|廃止|失効|効力(?:を(?:失[いうっわ]?|も[ったちつ]|持[ったちつ]|生じ?[たる]?))?|適用|有効|終わ[るりっ]|終了|なくな[るっ]|続く|制度(?=[なはのでか])|いつまで|公布|施行|成立|可決|議決|議会|通[っるりす]|答申|諮問|意見を求め[たる]?|了承|承認|公表|発表|告示|制定|策定|取りまとめ|とりまとめ|決め|決ま|"
    r"いつ(?:ごろ|頃)?|年月日|日付|時期|何年|何月|何日|次回?(?:の|は)|最新|直近|最後|最近|前回|一番新しい|最初に?|はじめ(?:て|に)|もともと|当初|初めて|正式に?|政府として|予定|見込み?|間違い|相違|正しい|合って|本当|誰|だれ|どこ|どの(?:会議|機関|府省|省庁|法律|よう)?|どんな|形式?|根拠(?:法令?|規定)?|何に|基づ[くいきけ]?|法的|"
    r"法律番号|番号|第?何号|もの|一覧|全て|すべて|挙げ|教え|まとめ|文書|決(?:ま)?った|された|日(?=は|[?？]|$)|案(?=[のがはを])|行われ|出され|受け|なる|なっ|する|した"
)
# Deeds that are a part of a name: 「○○法の一部を改正する法律」.
_IN_NAME = re.compile(r"の(?:一部|全部)を改正する(?:法律|条例|政令|[府省]令|規則|告示)案?|改正法|変更案")
_PLANNED_ASKED = re.compile(
    r"予定|見込み?|これから|今後|される(?:の|見)|いつ(?:ごろ|頃)?.{0,6}(?:される|されます|決ま(?:る|り)|公表)"
)
_DONE_ASKED = re.compile(r"(?:した|された|れた|ました|でした|めた|まった|済み)")
_NEWEST = re.compile(r"最新|直近|最後|最近|一番新しい|いちばん新しい")
_OLDEST = re.compile(r"最初|はじめて|もともと|当初|元々|初めて|制定当時")
_BODY = re.compile(
    r"誰|だれ|どこ(?:の|が|で)|どの(?:会議|機関|府省|省庁|組織|大臣|本部)|何会議|どなた|決定(?:者|機関|主体)"
)
_BASIS = re.compile(r"根拠(?:法|と|は|に|規定|法令)|何に基づ|どの法律|(?:どの|何の)(?:法律|計画|条例)に|法的根拠")
_NUMBER = re.compile(r"法律番号|告示番号|第?何号|番号は")
_FORM = re.compile(r"どのような(?:形|形式|手続)で|どんな形で|決定の形式|決定形式|何決定")
_LIST = re.compile(
    r"もの(?:は|を|が)|一覧|挙げ|列挙|(?:決定|計画|戦略|方針|法律|条例)(?:は|を|には)?(?:何|どのような|どんな)|全て|すべて|(?:決定|計画|戦略|方針)(?:は)?[?？。]*$|どの(?:計画|戦略|方針|法律)"
)
_KINDS = re.compile(r"計画|戦略|方針|構想|大綱|法律|条例|要綱|指針|規則|プラン|ビジョン")
_DENIED = re.compile(
    r"(?<!間違い)(?<!相違)(?<!違い)(?<!まちがい)(?:ない|ません|なかった)(?:です|でしょう)?(?:か|よね)?[?？。]*$"
)
_FORMAL = {"閣議決定", "公布", "施行", "成立", "可決", "廃止", "改正"}
_SINCE = re.compile(
    r"いつ(?:から|の|に)?.{0,8}(?:追加|加わ|加え|始ま|でき|引き?上げ|引き?下げ|延長|導入|新設|拡大|適用)[^。、?？]*|いつから"
)
# 「…のある人も買えるようになったのは」: who or what it is counts, not what they can do since.
_MADE_POSSIBLE = re.compile(
    r"(?:の(?:ある|いる))?(?:人|方|者)?(?:たち)?(?:も|が|を)?(?:新たに|追加で)?(?:対象に(?:な|加|含)|[一-鿿]{0,3}[えけせてねべめれ]るように|加わ|加え|追加|入)[^、。]*"
)
_REMARK = re.compile(r"[(](?P<what>[^()]+)[)]$")
_SAME = (
    ("上乗せ", "加算"), ("引き上げ", "引上げ", "増額"), ("引き下げ", "引下げ", "減額"), ("追加", "新設", "創設"), ("上限", "上限額", "限度額"),
    ("片付け", "家財", "処分"), ("対象者", "対象"), ("延長", "延ばす"), ("障害", "障がい", "障碍"), ("子供", "子ども", "こども"),
)  # fmt: skip
_MOST_LISTED = 20
_MOST_OTHERS = 3


def answer_from_decisions(question: Question, library: Library) -> Draft | None:
    """The answer from decision facts; ``None`` when the question is not surely about one."""
    text = normalize(question.search_text).text
    if question.asks in {"money", "quantity", "rate", "reason", "frequency", "duration"} or question.stages:
        return None
    if _BASIS.search(text):
        return _basis(question, text, library)
    of_change = _of_change(question, text, library)
    if of_change is not None:
        return of_change
    done = _IN_NAME.sub("", text)
    deed = next((deed for deed in _DEEDS if deed.asked.search(done)), None)
    if deed is None or not library.decisions:
        return None
    facts = [fact for fact in library.decisions if fact.form and deed.forms.search(fact.form)]
    if deed.instead and not facts:
        facts = [fact for fact in library.decisions if fact.form and deed.instead.search(fact.form)]
    words = asked_words(text, _ASKING)
    if not question.is_check and _LIST.search(text) and question.asks not in {"date", "person", "office"}:
        listed = _list(question, text, deed, facts, words, library)
        if listed is not None:
            return listed
    named, whole = best_named(words, text, facts, library)
    if not named and deed.instead:
        others = [fact for fact in library.decisions if fact.form and deed.instead.search(fact.form)]
        named, whole = best_named(words, text, others, library)
    if not named and not words and (_NEWEST.search(text) or _OLDEST.search(text)):
        named = facts if len({fold(fact.subject or "") for fact in facts}) == 1 else []
    if not named:
        return _without(question, text, deed, words, library)
    if question.is_check:
        return _check(question, text, deed, named, whole, library)
    if _NUMBER.search(text):
        return _one(question, next((fact for fact in named if "第" in (fact.form or "")), None), "form", library)
    if _FORM.search(text):
        return _one(question, named[0], "form", library)
    if question.asks == "date":
        return _when(question, text, deed, named, library)
    if question.asks in {"person", "office", "place"} and _BODY.search(text):
        return _one(question, next((fact for fact in _newest(named) if fact.body), None), "body", library)
    return None


def _of_change(question: Question, text: str, library: Library) -> Draft | None:
    """Since when a part of a measure holds that an amendment brought: its entry into force, whose bracket says what it changed."""
    if question.asks != "date" or question.is_check or not _SINCE.search(text):
        return None
    scored: list[tuple[int, Fact]] = []
    bare = _MADE_POSSIBLE.sub("", _SINCE.sub("", text))
    for fact in library.decisions:
        remark = _REMARK.search(normalize(fact.quote).text) if fact.form == "施行" and fact.basis else None
        is_clause = fact.form is None and fact.basis is None and fact.date is not None
        if remark is None and not is_clause:
            continue
        document = library.document(fact.path)
        said = fold(remark["what"] if remark else fact.subject or "")
        around = fold("\n".join(("" if is_clause else fact.subject or "", document.metadata.title)))
        words = [word for word in asked_words(bare, _ASKING) if fold(word.surface) not in around]
        met = [word for word in words if any(fold(name) in said for name in _names_of(word.surface))]
        others = [word for word in words if word not in met]
        if len(met) > 2 * len(others) and all(fold(word.surface) in fold(document.text) for word in others):
            scored.append((len(met), fact))
    best = max((met for met, _ in scored), default=0)
    found = [fact for met, fact in scored if met == best]
    if len({fact.date for fact in found}) != 1:
        return None
    fact = found[0]
    place = (place_of_fact(fact),)
    said_so = Statement(f"{time_of(fact)}です（{fact.subject}）。{sentence_of(fact)}", place)
    return draft_of_facts(
        [statement_of(fact, library) if fact.form else said_so], time_of(fact), [fact], question.assumptions
    )


def _names_of(word: str) -> tuple[str, ...]:
    """A word with those that ordinances write for it."""
    return next((same for same in _SAME if word in same), (word,))


def _newest(facts: Sequence[Fact]) -> list[Fact]:
    return sorted(facts, key=lambda fact: (fact.date or "", fact.confidence == "high", -fact.start), reverse=True)


def _when(question: Question, text: str, deed: _Deed, facts: Sequence[Fact], library: Library) -> Draft | None:
    """The day of a decision: of the text itself before its changes, the newest where several are stated, with the others named."""
    dated = [fact for fact in facts if has_time(fact)]
    if _PLANNED_ASKED.search(text):
        dated = [fact for fact in dated if fact.qualifier == "予定"] or dated
    elif any(fact.qualifier != "予定" for fact in dated):
        dated = [fact for fact in dated if fact.qualifier != "予定"]
    if not dated:
        return None
    if {"office", "place"} & set(question.also_asks) and not any(fact.body for fact in dated):
        return None  # 「どの会議でいつ」: a day without who decided is the half of it
    ordered = _newest(dated)
    if _OLDEST.search(text):
        ordered.reverse()
    elif deed.name in {"施行", "公布"} and not (_NEWEST.search(text) or "改" in text):
        ordered = [fact for fact in reversed(ordered) if fact.status == "decided"] or ordered
    first = ordered[0]
    others = [fact for fact in ordered[1:] if not _same_time(fact, first)]
    both = [fact for fact in library.decisions if question.also_asks and fact == first and fact.body]
    statements = [statement_of(first, library, with_body=bool(both) or bool(_BODY.search(text)))]
    unsure = any(fact.date is None and fact.fiscal_year is None for fact in ordered)  # a day without its year
    if others and (unsure or not (_OLDEST.search(text) or _NEWEST.search(text))):
        shown = others[:_MOST_OTHERS]
        named = "、".join(f"{time_of(fact)}（{label_of(fact)}）" for fact in shown)
        places = tuple(place for fact in shown for place in evidence_of(fact, library))
        statements.append(Statement(f"ほかに{named}の記載があります。", tuple(dict.fromkeys(places))))
    return draft_of_facts(statements, time_of(first), [first], question.assumptions)


def _one(question: Question, fact: Fact | None, slot: str, library: Library) -> Draft | None:
    """Who decided, or in which form."""
    if fact is None:
        return None
    value = fact.body if slot == "body" else fact.form
    if value is None or fold(value) not in fold(fact.quote):
        return None
    text = f"{value}です。{sentence_of(fact)}"
    return draft_of_facts([Statement(text, evidence_of(fact, library))], value, [fact], question.assumptions)


def _basis(question: Question, text: str, library: Library) -> Draft | None:
    facts = [fact for fact in library.decisions if fact.basis and fold(fact.basis) in fold(fact.quote)]
    named, _ = best_named(asked_words(text, _ASKING), text, facts, library)
    if not named or named[0].basis is None:
        return None
    fact = next((fact for fact in named if fact.form is None), named[0])
    basis = fact.basis or ""
    said = Statement(f"{basis}です。{sentence_of(fact)}", evidence_of(fact, library))
    return draft_of_facts([said], basis, [fact], question.assumptions)


def _list(
    question: Question, text: str, deed: _Deed, facts: Sequence[Fact], words: Sequence[object], library: Library
) -> Draft | None:
    """Every decision of the asked form, year and kind: 「2025年の閣議決定」, 「令和7年度に決定された計画」."""
    kinds = set(_KINDS.findall(text))
    rest = [
        word
        for word in words
        if not _KINDS.fullmatch(str(getattr(word, "surface", "")))
        and str(getattr(word, "surface", "")) not in {"政府", "国", "主な"}
    ]
    times = find_times(text, library.reference_date)
    if rest:
        return None
    chosen = [
        fact
        for fact in facts
        if fact.qualifier != "予定"
        and (not kinds or any(kind.replace("法律", "法") in (fact.subject or "") for kind in kinds))
        and (not times or any(_within(fact, time) for time in times))
    ]
    unique = {(fold(fact.subject or ""), fact.date, fact.fiscal_year): fact for fact in reversed(chosen)}
    listed = sorted(unique.values(), key=lambda fact: (fact.path, fact.start))
    if not listed:
        return None
    lines = [
        Statement(
            f"・{fact.subject}（{time_of(fact) + ' ' if has_time(fact) else ''}{label_of(fact)}）",
            evidence_of(fact, library),
        )
        for fact in listed[:_MOST_LISTED]
    ]
    assumptions = list(question.assumptions)
    if len(listed) > len(lines):
        assumptions.append(f"資料にある{len(listed)}件のうち{len(lines)}件を示しています")
    return Draft(
        "answered", tuple(lines), "、".join(fact.subject or "" for fact in listed) if len(listed) == 1 else None,
        assumptions=tuple(assumptions), confidence="high", is_list=True,
        facts=tuple((fact, place_of_fact(fact)) for fact in listed[:_MOST_LISTED]),
    )  # fmt: skip


def _check(
    question: Question, text: str, deed: _Deed, facts: Sequence[Fact], whole: bool, library: Library
) -> Draft | None:
    """Whether it was decided so, then: confirmed or corrected with the printed day."""
    if _DENIED.search(text) or question.intent == "eligibility":
        return None
    claimed = [
        time for time in find_times(text, library.reference_date) if time.printed not in (facts[0].subject or "")
    ]
    # 「廃止されますか」 asks about what is to come, 「廃止されましたか」 about what is done.
    planned_asked = bool(_PLANNED_ASKED.search(text)) or not _DONE_ASKED.search(text)
    if claimed:
        dated = [fact for fact in facts if fact.date or fact.fiscal_year is not None]
        agreeing = [fact for fact in dated if any(_within(fact, time) or _contains(fact, time) for time in claimed)]
        if not dated or not (whole or agreeing):
            return None
        fact = _newest(agreeing or dated)[0]
        verdict = "はい" if agreeing and (fact.qualifier != "予定" or planned_asked) else "いいえ"
    else:
        if not whole and len(facts) > 1:
            return None
        done = [fact for fact in facts if fact.qualifier is None]
        fact = _newest(done or facts)[0]
        verdict = "はい" if done or planned_asked else "いいえ"
        if fact.qualifier == "案":
            return None
    said = statement_of(fact, library)
    return draft_of_facts([Statement(f"{verdict}、{said.text}", said.evidence)], verdict, [fact], question.assumptions)


def _without(question: Question, text: str, deed: _Deed, words: Sequence[object], library: Library) -> Draft | None:
    """What is missing, with what is nearest, where the subject is sure and no document of it writes of such a deed at all."""
    if question.asks != "date" or deed.name not in _FORMAL or question.is_check:
        return None
    others = [fact for fact in library.decisions if fact.form and has_time(fact)]
    named, whole = best_named(asked_words(text, _ASKING), text, others, library)
    if not named or not whole:
        return None
    if any(deed.asked.search(library.document(fact.path).text) for fact in named):
        return None
    subject = named[0].subject or ""
    there = "、".join(dict.fromkeys(f"{label_of(fact)}（{time_of(fact)}）" for fact in _newest(named)[:_MOST_OTHERS]))
    nearest = tuple(map(place_of_fact, named[:_MOST_OTHERS]))
    return abstain(
        "attribute_missing",
        f"「{subject}」の{deed.name}の日は資料にありません。記載があるのは{there}です。",
        question,
        nearest,
    )


def _same_time(one: Fact, other: Fact) -> bool:
    """Whether two facts can state one day, one more exactly than the other."""
    if one.date is None or other.date is None:
        return one.fiscal_year == other.fiscal_year and one.printed == other.printed
    return one.date.startswith(other.date) or other.date.startswith(one.date)


def _within(fact: Fact, time: TimeMention) -> bool:
    """Whether a fact's day lies in a time."""
    if fact.date is None:
        return fact.fiscal_year is not None and fact.fiscal_year in time.fiscal_years
    first, last = _period(fact.date)
    return time.first.isoformat() <= first and last <= time.last.isoformat()


def _contains(fact: Fact, time: TimeMention) -> bool:
    """Whether a time lies in the month or year that a fact states; a day is not confirmed by its month alone."""
    return (
        bool(fact.date)
        and time.precision == {4: "year", 7: "month"}.get(len(fact.date or ""), "day")
        and _within(fact, time)
    )


def _period(date: str) -> tuple[str, str]:
    if len(date) == 4:
        return f"{date}-01-01", f"{date}-12-31"
    if len(date) == 7:
        return f"{date}-01", f"{date}-{monthrange(int(date[:4]), int(date[5:]))[1]}"
    return date, date
