"""The words of a follow-up and of the question it leans on, as one question.

Owns the text that is searched for in a conversation. Invariant: what the follow-up names takes the place of its like in the earlier
question (a row for a row, an age for an age, a year for a year); what the earlier question asked for is left out where another thing is asked.
"""

from __future__ import annotations

import re

from policy_qa.japanese.dates import find_times
from policy_qa.japanese.stages import find_stages
from policy_qa.japanese.tokens import analyze
from policy_qa.japanese.vocabulary import EVENT, LABEL_LINE, LABELS
from policy_qa.retrieval.attributes import attribute, attribute_of
from policy_qa.retrieval.audience import is_audience
from policy_qa.retrieval.phrases import Phrase, phrases, subject_end
from policy_qa.retrieval.question import SLOT_WORDS, Question, without_opening
from policy_qa.retrieval.topics import key
from policy_qa.retrieval.words import ORDINAL, content_words, informativeness

# Years that count from the conversation's.
RELATIVE = re.compile(r"(?:その)?(?:前年度?|昨年度?|去年|前の年度?|翌年度?|来年度|次の年度?)")
# One of a programme's cases, which may be listed among the programmes.
CASE = re.compile(r"[一-鿿々ァ-ヴーA-Za-z0-9]{1,10}(?:枠|型|コース|タイプ|類型)")
_FIRST_OF_REIWA = 2019
_BARE = re.compile(
    r"[^はがをに]{0,12}(?:は|って|だと|なら|ほうは|方は|については)?(?:どう(?:です|でしょう|なります)?か?|いくら(?:です)?か?)?[?？。]*"
)
# What is set in the place of its like, the word that sets it there, and what little is asked of it.
_CONDITION = re.compile(
    r"(?P<noun>[^、。がをに?？]{1,24}?)(?:だと|だったら|でしたら|ならば|なら|では|(?P<when>の?(?:場合|とき|時|ケース))(?:は|だと|では|には)?|の?(?:方|ほう)(?:は|だと|では|も)?|については|に関しては|って|も|は)"
    r"(?P<asked>どう(?:です|でしょう|なります|なる|なの|変わります)?か?|いくら[^、は]{0,12}|何[^、は]{0,10}|いつ[^、は]{0,10}|どこ[^、は]{0,10}|どの?(?:くらい|れくらい|れだけ)[^、は]{0,10}|(?:同じ|おなじ)(?:です|なの|でしょう)?か?|)[?？。]*"
)
# A case told in a clause: 「小学生の子がいる世帯の場合は？」.
_CASE_ALONE = re.compile(
    r"(?P<case>[^、。?？]*[がをに][^、。?？]*?(?:場合|とき|ケース))(?:に?は|だと|なら|だったら)?(?:どう(?:です|でしょう|なります|なる)?か?|いくら(?:です|になります)?か?)?[?？。]*"
)
# The one before what was asked about: 「その前の第8期は？」.
_BEFORE_IT = re.compile(r"^(?:その|一つ|ひとつ)?(?:前|次|後)の(?=第?[0-9一二三四五六七八九十])")
# 「利用者数は公立で何人」: what the asked figure is of, between は and the asking.
_ROW_BEFORE_ASKING = re.compile(
    r"(?<=は)(?P<row>[^、。はがをにで0-9]{2,16})(?=(?:で|では|だと|から|に|が)、?(?:何|いくら|いくつ|どれ|どの|いつ|誰|どこ))"
)
_IN_ORDER = re.compile(r"第?[0-9一二三四五六七八九十]+(?:人|子|回|台|件|年|個|着)目?(?:以降|以上)?")
# What takes the place of its like wherever it stands: days, hours, places, kinds of askers.
_IN_KIND = tuple(
    re.compile(kind)
    for kind in (
        r"平日|土日祝日?|土日|土曜日?|日曜日?|祝日|休日|週末", r"午前中?|午後|夜間|日中|終日|早朝|昼間", r"(?:市|町|村|県|区|管|圏|府|都|道)[内外](?:の(?:人|方))?",
        r"個人|法人", r"新規|更新|継続", r"往復|片道", r"大人|子ども|こども|小児", r"夏[季期]|冬[季期]|通年", r"男性|女性", r"新築|中古|既存|改修",
    )
)  # fmt: skip
_WHEN = re.compile(r"[^、でがは\s]+?(?:とき|場合|ケース)")
_INTERROGATIVE = re.compile(
    r"いくらまで|いくら|いつ(?:まで|から|ごろ|頃)?|どこ(?:で|に|が|の)?|誰が?|だれが?|何(?:です|ですか|か)?(?=[?？。]|$)|なぜ|どうして|どれ(?:くらい|だけ|ほど)|どの(?:くらい|程度)|どうなり(?:ます|まし)(?:た)?か?|どう"
)
_POLITE_END = re.compile(
    r"(?:(?:を|について|に関して|のことを?)?(?:教えて|知りたい|聞きたい|説明して|示して)(?:ください|下さい|です|ほしい|欲しい)?(?:のですが|んですが)?|でしょうか|ですか|ますか|ましたか|なの|のですか|んですか|か)?[。?？]*$"
)
_POINTING = re.compile(r"^(?:それ|これ|その|この|あの|そちら|こちら)(?:は|が|を|の)?(?!他|ほか)")
_PART = re.compile(r"(?:その|この)?うち(?=[^のに])")  # a part of what was asked: all that was said of it counts
# What comes of what was asked about (結果, 通知) is asked of the same.
_OUTCOME = re.compile(rf"(?:{EVENT.pattern}|審査|選考|抽選)?の?(?:結果|発表|通知|入金|振込|支払い?)")
# A count that takes the place of another in its unit: 「2年なら？」 after 「半年で」.
_COUNT = re.compile(r"(?P<count>半年|[0-9]+(?P<unit>年|か月|日|人|歳|回|台|件|社|世帯|泊|時間|階|級|種))(?P<rest>.*)")
_HALF = {"年": "半年", "か月": "半年", "日": "半日"}
# What is asked of a row or a kind of people, so that these stay: figures and conditions.
_OF_A_ROW = frozenset({"ceiling", "floor", "unit_amount", "rate", "amount", "kpi", "excluded"})
_ASKED_OF_A_ROW = frozenset({"money", "rate", "quantity", "duration", "frequency"})
_WHY = re.compile(r"(?:それは|では)?(?:なぜ|何故|どうして|理由は)")
_MEASURE = re.compile(r"(?:費|額|率|料|数|量|期間|期限|日|先|目標|方法)$")
# What every programme has is no row of one: 「補助の上限額は？」.
_OF_ANY = re.compile(r"(?:その|この)?(?:補助|助成|交付|支給|給付|支援|貸付|融資|事業|制度|申請|1件|1人|一人)(?:金|額)?")
_TELLING = 0.6  # of the most telling one
_SAYS_LITTLE = re.compile(
    r"(?:の|その)?(?:目的|概要|内容|対象|理由|額|金額|料金|人数|件数|期間|時期|差|差額|合計|割合|違い)$"
)


def is_bare(question: Question) -> bool:
    """Whether the question is only slots, or one noun: 「では令和6年度補正は？」「キュウリは？」."""
    rest = question.search_text
    for match in question.topics:
        rest = rest.replace(match.name, "")
        rest = rest.replace(key(match.name), "") if match.name not in question.search_text else rest
    rest = SLOT_WORDS.sub("", rest)
    return question.asks in {"text", "money"} and bool(_BARE.fullmatch(rest.strip()))


def asks_the_same(question: Question, previous: Question) -> bool:
    """Whether a follow-up asks what the question before asked, of another year, stage, programme, row or kind of people."""
    if question.is_check or (question.intent not in {"other", previous.intent} and previous.intent != "other"):
        return False
    own = without_opening(question.search_text)
    return (
        _is_only_slots(question)
        or _condition(question, previous, own) is not None
        or bool(re.fullmatch(r"[^はがをに]{0,20}[?？。]*", own))
    )


def merged_text(question: Question, previous: Question, names_topic: bool) -> str:
    """What to search for when a question leans on the one before."""
    own = without_opening(question.search_text)
    if not question.topics and _is_only_slots(question):
        return _with_slots(question, previous)
    noun = _condition(question, previous, own)
    if noun is not None:
        return _with_noun(noun, previous, is_topic=bool(question.topics))
    if names_topic:
        is_named = bool(question.topics or question.unknown_programs)
        return own if is_named or not previous.programs else f"{_topic_of(previous)} {own}"
    if _PART.match(own):
        return f"{_subject_of(previous)}の{own}"
    own = _POINTING.sub("", own)
    has_own_words = question.intent == "eligibility" or bool(content_words(_INTERROGATIVE.sub("", own)))
    if not has_own_words:
        return f"{_statement_of(previous, question)} {own}"
    end = subject_end(own)
    of_a_row = question.attribute in _OF_A_ROW or question.asks in _ASKED_OF_A_ROW or bool(_WHY.match(own))
    of_a_row = of_a_row or (question.asks == "text" and _is_label(own[:end]))
    names_row = (
        end < len(own) and len([phrase for phrase in phrases(own[:end]) if not _OF_ANY.fullmatch(phrase.text)]) > 1
    )
    # What a yes/no question put forward is no row: 「車は対象？」「書類は？」
    keeps_row = of_a_row and not names_row and not previous.is_check
    before = _subject_of(previous) if keeps_row else _topic_of(previous)
    is_owned = _is_label(own[:end]) or LABEL_LINE.match(own) or attribute_of(own) is not None or names_row
    return f"{before}の{own}" if is_owned else f"{before} {own}"


def subject_of(previous: Question) -> str:
    """What a question is about, without what it asks of it."""
    return _subject_of(previous)


# -- slots ---------------------------------------------------------------------------------------------------------------


def _is_only_slots(question: Question) -> bool:
    """Whether a question names nothing but years and stages."""
    if not (question.fiscal_years or question.stages or RELATIVE.search(question.search_text)):
        return False
    rest = SLOT_WORDS.sub("", RELATIVE.sub("", without_opening(question.search_text)))
    return not any(word.is_noun for word in content_words(rest) if word.lemma != "年度")


def _with_slots(question: Question, previous: Question) -> str:
    """The question before with other years and stages in the place of its own."""
    own = without_opening(question.search_text)
    mentions = [(time.start, time.end) for time in find_times(own)] + [
        (stage.start, stage.end) for stage in find_stages(own)
    ]
    mentions += [match.span() for match in RELATIVE.finditer(own)]
    if not mentions:
        return f"{previous.search_text} {own}"
    slot = own[min(start for start, _ in mentions) : max(end for _, end in mentions)]
    if len(question.fiscal_years) == 1 and question.fiscal_years[0] >= _FIRST_OF_REIWA:
        slot = RELATIVE.sub(f"令和{question.fiscal_years[0] - _FIRST_OF_REIWA + 1}年度", slot)
    text = previous.search_text
    spans = [(stage.start, stage.end) for stage in find_stages(text)]
    if RELATIVE.search(own) or any(not find_stages(own[start:end]) for start, end in mentions):
        spans += [(time.start, time.end) for time in find_times(text) if time.fiscal_years]
    if not spans:
        return _inserted(slot, previous)
    for start, end in sorted(spans, reverse=True)[:-1]:
        text = text[:start] + text[end + (text[end : end + 1] == "の") :]
    start, end = min(spans)
    return f"{text[:start]}{slot}{text[end:]}"


# -- another row, another kind of people ------------------------------------------------------------------------------------


def _condition(question: Question, previous: Question, own: str) -> str | None:
    """The noun that takes the place of its like, when the question asks the same of it as the one before."""
    of_case = _CASE_ALONE.fullmatch(own)
    if of_case is not None and not question.is_check:
        return of_case["case"]
    match = _CONDITION.fullmatch(own)
    if match is None or question.is_check:
        return None
    noun = _BEFORE_IT.sub("", match["noun"])
    asks_same = question.asks in {"text", previous.asks} and question.intent in {"other", previous.intent}
    asks_same = asks_same or previous.asks == "text"
    if not asks_same or _is_label(noun) or attribute_of(f"{noun}は") is not None:
        return None
    if len(phrases(noun)) > 1 and not question.topics and not match["when"]:
        return None  # 「北部エリアの運行時間は？」 asks for another thing
    if not (content_words(noun) or ORDINAL.fullmatch(noun) or is_audience(noun) or _IN_ORDER.fullmatch(noun)):
        return None
    return f"{noun}{match['when'] or ''}"


def _is_label(noun: str) -> bool:
    """Whether a noun heads a part of every programme's description: 対象, 書類."""
    return bool(LABEL_LINE.fullmatch(noun)) or (len(noun) > 1 and any(label.endswith(noun) for label in LABELS))


def _with_noun(noun: str, previous: Question, *, is_topic: bool) -> str:
    """The previous question with ``noun`` in the place of what it is set beside: 「キュウリは？」 after 「ナスの収量は？」."""
    asked = previous.search_text
    counted = _with_count(noun, asked)
    if counted is not None:
        return counted
    row = _ROW_BEFORE_ASKING.search(asked)
    if row is not None and not is_topic and row.end() > subject_end(asked, _names(previous)):
        return f"{asked[: row.start()]}{noun}{asked[row.end() :]}"
    if re.search(r"[がをに]", noun) and not is_topic:
        return _WHEN.sub(noun, asked, count=1) if _WHEN.search(asked) else f"{noun}、{asked}"
    for kind in _IN_KIND:
        if kind.fullmatch(noun) and kind.search(asked):
            return kind.sub(noun, asked, count=1)
    brother = _like(noun, phrases(asked, _names(previous))) if is_topic and CASE.fullmatch(noun) else None
    if brother is not None and CASE.search(brother.text):
        return f"{asked[: brother.start]}{noun}{asked[brother.end :]}"
    if is_topic:
        for match in previous.topics:
            for written in (match.name, match.written):
                if written and written in asked:
                    return asked.replace(written, noun)
    if ORDINAL.fullmatch(noun):
        return re.sub(r"第?[0-9一二三四五六七八九十]+" + noun[-1], noun, asked, count=1)
    if _WHEN.search(noun) and _WHEN.search(asked):
        return _WHEN.sub(noun, asked, count=1)
    noun = re.sub(r"の?(?:場合|とき|時|ケース)$", "", noun)
    of_subject = phrases(asked, _names(previous))
    like = _like(noun, of_subject)
    if like is not None:
        return f"{asked[: like.start]}{noun}{asked[like.end :]}"
    if _WHEN.search(asked):
        return _WHEN.sub(f"{noun}の場合", asked, count=1)
    if is_audience(noun):
        return _inserted(noun, previous)
    end = subject_end(asked, _names(previous))
    if _OUTCOME.fullmatch(noun) and of_subject[1:] and end < len(asked):
        last = [phrase for phrase in of_subject if phrase.end <= end][-1]
        return (
            f"{asked[: last.start]}{noun}{asked[end:]}"
            if EVENT.search(last.text)
            else f"{asked[:end]}の{noun}{asked[end:]}"
        )
    if EVENT.fullmatch(noun) and end < len(asked):
        return f"{_topic_of(previous)}の{noun}{asked[end:]}"
    giving_way = _giving_way([phrase for phrase in of_subject if phrase.end <= end], previous)
    if giving_way is not None:
        return f"{asked[: giving_way.start]}{noun}{asked[giving_way.end :]}"
    return _inserted(noun, previous) if previous.programs else f"{noun}{asked[end:]}"


def _with_count(noun: str, asked: str) -> str | None:
    """The question with another count in the place of its own in that unit; ``None`` where the noun counts nothing or more than that."""
    match = _COUNT.match(re.sub(r"の?(?:場合|とき|時|ケース)$", "", noun))
    if match is None or any(word.is_noun for word in content_words(match["rest"].removeprefix("目"))):
        return None
    unit = match["unit"] or "年"
    place = re.search(rf"(?<![0-9.和成正昭治第])[0-9]+{unit}(?!度)|{_HALF.get(unit, '(?!)')}", asked)
    return f"{asked[: place.start()]}{match['count']}{asked[place.end() :]}" if place else None


def _giving_way(of_subject: list[Phrase], previous: Question) -> Phrase | None:
    """The phrase of a subject that another noun can stand in the place of: the last that says much, between its topic and what is asked of it."""
    owners = [
        phrase
        for phrase in of_subject[:-1]
        if not (find_times(phrase.text) or find_stages(phrase.text) or _MEASURE.search(phrase.text))
    ]
    named = set(_names(previous))
    inner = [phrase for phrase in owners[1:] if phrase.text not in named] or [
        phrase
        for phrase in owners[:1]
        if phrase.text not in named and not any(word.is_name for word in content_words(phrase.text))
    ]
    telling = {
        phrase: max((informativeness(word.lemma) for word in content_words(phrase.text)), default=0.0)
        for phrase in inner
    }
    most = max(telling.values(), default=0.0)
    return next((phrase for phrase in reversed(inner) if telling[phrase] >= _TELLING * most), None)


def _like(noun: str, of_subject: list[Phrase]) -> Phrase | None:
    """The phrase that ``noun`` is a brother of: another age, another kind of people, a word that ends alike (通常枠, 賃上げ枠)."""
    if is_audience(noun):
        return next((phrase for phrase in of_subject if is_audience(phrase.text)), None)
    ending = analyze(noun)[-1].surface
    return next(
        (phrase for phrase in of_subject if phrase.text.endswith(ending) and phrase.text not in {noun, ending}), None
    )


def _inserted(noun: str, previous: Question) -> str:
    """The question with ``noun`` as one more owner of what is asked: ゆずのりの70歳以上の運賃は."""
    asked = previous.search_text
    end = subject_end(asked, _names(previous))
    of_subject = [phrase for phrase in phrases(asked, _names(previous)) if phrase.end <= end]
    if len(of_subject) < 2:
        return f"{asked[:end]}の{noun}{asked[end:]}" if end < len(asked) else f"{asked} {noun}"
    last = of_subject[-1]
    return f"{asked[: last.start]}{noun}の{asked[last.start :]}"


def _names(question: Question) -> list[str]:
    return [name for match in question.topics for name in (match.name, match.written) if name]


# -- what a question is about ---------------------------------------------------------------------------------------------------


def _subject_of(previous: Question) -> str:
    text = _up_to_asking(previous.search_text)
    subject = text[: subject_end(text, _names(previous))]
    subject = _POLITE_END.sub("", subject)
    if previous.attribute is not None:
        subject = attribute(previous.attribute).asked.sub("", subject)
    subject = _SAYS_LITTLE.sub("", subject).strip("、 のをが")
    return subject or previous.search_text


def _topic_of(previous: Question) -> str:
    """The first thing a question names: the programme, the document, the body."""
    for name in _names(previous):
        if name in previous.search_text:
            return name
    of_subject = phrases(_subject_of(previous), _names(previous))
    return of_subject[0].text if of_subject else _subject_of(previous)


def _up_to_asking(text: str) -> str:
    asking = _INTERROGATIVE.search(text)
    return text[: asking.start()] if asking and asking.start() > 1 else text


def _statement_of(previous: Question, question: Question) -> str:
    """The question before as a statement: what it asks left out, so that 「なぜ？」 asks it of the same."""
    end = subject_end(previous.search_text, _names(previous))
    predicate = _INTERROGATIVE.sub("", _POLITE_END.sub("", previous.search_text[end + 1 :]))
    if not any(content_words(predicate)):
        return _subject_of(previous)
    return f"{_subject_of(previous)}は{predicate.strip()}" if question.asks != previous.asks else previous.search_text
