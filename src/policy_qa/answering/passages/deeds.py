"""The deed a question asks of: what is done, and in which part who or what is asked for has in it.

Owns the reading of 「誰が決めますか」, 「どこに申し込めば」, 「保管しているのはどこ」, and the deeds that people and offices call by different verbs (調べる:
確かめる, 点検). Invariant: what says nothing of a deed (する, 行う, ある) is none; a deed is said only by its own verb or by one of its kind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from policy_qa.answering.passages.passages import Passage
from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.tokens import Token, analyze
from policy_qa.retrieval.question import Question

_ASKS = frozenset({"person", "office", "place"})
WHO, TO, AT = "who", "to", "at"
_ASKED = r"(?:誰|だれ|どなた|どこ|どちら|どの[一-鿿ァ-ヴー]{1,6}|何(?:という)?[課係班局省庁室部館会])"
_BEHIND = re.compile(
    rf"(?P<asked>{_ASKED})(?P<particle>によって|により|において|が|を|に|へ|で|宛て?に?)(?!す(?:か|[。?？]|$))(?P<said>[^。?？]+)"
)
_BEFORE = re.compile(
    rf"(?P<said>[^。?？]*?[るたうくぐすつぬぶむい])(?P<bearer>の|人|方|者|所|ところ|場所|窓口|部署|[課係班])(?:は|って|が)、?(?P<asked>{_ASKED})"
)
_TIMED = re.compile(r"いつまでに、?(?P<said>[^。?？]+)")
# Told by a deadline or a period, whatever verb stands there.
_ENDS = re.compile(r"申し?込|応募|申請|出[せしす]|提出|頼|予約|借り|貸|言[いえっ]|連絡|届|相談")
_PARTS = {
    "が": (WHO,),
    "によって": (WHO,),
    "により": (WHO,),
    "において": (AT, WHO),
    "に": (TO, AT),
    "へ": (TO,),
    "を": (AT,),
    "で": (AT, WHO),
}
_OF_BEARER = {"人": (WHO,), "方": (WHO,), "者": (WHO,), "部署": (WHO,), "課": (WHO,), "係": (WHO,), "班": (WHO,)}
# Behind another verb: 保管している, 教えてくれる.
_HELPS = frozenset({"居る", "呉れる", "貰う", "下さる", "頂く", "仕舞う", "有る"})
_DO = frozenset({"為る", "する"})
_DOES = frozenset({"行う", "遣る"})
# Verbs that say of no deed which one it is.
_SAYS_NOTHING = frozenset(
    "する 為る 行う 有る 居る 成る 遣る 使う 受ける 出来る 貰う 行く 来る 良い 当たる 見る 思う 呉れる 下さる 頂く 置く 入る 掛かる 御座る 願う 付く 出る 乗る 住む 働く 買う 分かる 知る 利用 使用 担当 所管 実施 開催 開く 対象 該当 必要 予定 参加".split()  # noqa: SIM905
)
# How people say a deed, and how offices write it.
_DEEDS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(asked), re.compile(written))
    for asked, written in (
        (r"決め|決ま|決定|判断", r"決め|決ま|決定|定め|議決|可決|判断|判定|裁定|承認"),
        (r"選[ばびぶんべ]|選任|選出", r"選[ばびぶん]|選任|選出|選定|互選|選考|選挙"),
        (r"調べ|確かめ|確認|点検|検査|チェック", r"調べ|確かめ|確認|点検|検査|調査|判定|検分"),
        (r"審査", r"審査|選考|採点"),
        (r"言[いえっわ]|伝え|連絡|申し出|届け出|届け(?:る|れ)|相談|話[しせ]|聞[けくい]|尋ね|問い合わ", r"申し?出|連絡|届け?出|届け|相談|知らせ|伝え|問い?合わ?せ|申告|通報|電話"),
        (r"申し?込|応募|申請|出せ|出し|出す|提出|頼[めみむん]|予約", r"申し?込|応募|申請|提出|届け?出|予約|エントリー|持参|送付|郵送|出して|頼[みむん]"),
        (r"書[いくかけ]|作[るらりっ成]|つく[るらりっれ]|まとめ|策定", r"書[いくか]|作[るらりっ成]|つく[るりっ]|策定|起草|執筆|まとめ"),
        (r"教え(?!て(?:ください|下さい|欲しい|ほしい|[。?？]|$))", r"講師|指導|教え|講義|助言|応じ"),
        (r"預か|預け|保管|持って|管理|しま(?:って|う)", r"保管|預か|管理|保存|保持|所持"),
        (r"運[ばびぶんべ]|連れて|送迎|搬送|移送", r"運[ばびぶん]|移送|搬送|運搬|輸送|送迎"),
        (r"配[らりるっれ]|配布|渡[さしすせ]|手渡", r"配[らりるっ]|配布|配付|渡[しすさ]|手渡|交付"),
        (r"掃除|そうじ|片付け|きれいに|清掃|草刈", r"清掃|掃除|片付け|除草|草刈"),
        (r"払[うっいわえ]|負担|支払", r"負担|支払|払[いうっわ]|納付|納め"),
        (r"世話|面倒を|見守", r"世話|見守|介助|飼育"),
        (r"主催|催[しす]", r"主催|共催|催[しす]|開催"),
        (r"借り|貸", r"借り|貸|利用"),
        (r"見張|監督|監視", r"監督|監視|見張"),
        (r"集め|引き取|回収|取りに", r"集め|引き?取|回収|収集"),
        (r"あげ[たるて]|譲|ゆず", r"譲[っりるら]|贈[っりるら]|寄贈|譲渡|無償"),
    )
)  # fmt: skip


# Times that stand beside others of the same programme: when money comes, when one hears of it. A day of applying answers for neither.
_EVENTS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(asked), re.compile(written))
    for asked, written in (
        (
            r"振り?込|入金|(?:お?金|手当|報酬|謝礼|代金|一時金)(?:は|が|って)?[^。?？、]{0,10}(?:もらえ|受け取れ|届[くき]|入[るり]|払われ|支給さ)|(?:支払い?|支給)(?:日|時期)?(?:は|が)?いつ|いつ[^。?？]{0,8}(?:払われ|支給され)",
            r"振り?込|入金|支払|払[いうっわ]|払い?込|納め|納付|納入|支給|口座|[算前後]払|受け取|お渡し|交付(?!決定|申請|要綱|対象)",
        ),
        (
            r"(?:結果|採否|合否|当落)[^。?？]{0,12}(?:いつ|分か|わか)|(?:通っ|受か|選ばれ|採択され|当たっ)た(?:か|の)[^。?？]{0,14}(?:いつ|分か|わか)",
            r"結果|通知|発表|公表|採択|決定|合否|知らせ|連絡|当選",
        ),
        (r"次回|この次|次の[一-鿿]{0,8}(?:会議|会合|委員会|協議会|審議会|検討会|話し合い)", r"次回|この次|次の会|次は|第[0-9]+回"),
        (r"いつ(?:ごろ|頃)?(?:まで)?に?[^。?？、]{0,6}(?:知らさ|知らせ|通知さ)", r"知らせ|通知|連絡|公表|お伝え"),
    )
)  # fmt: skip


_TIME_OF_APPLYING = re.compile(r"(?:申請|申込み?|申し込み|応募|募集|受付|提出|届出)の?(?:期[限間日]|締め?切り?)|必着")


@dataclass(frozen=True, slots=True)
class Deed:
    """What is done: ``lemma`` of its verb or verbal noun, how it is ``written``, and the ``parts`` that can be asked for (``WHO``, ``TO``, ``AT``).

    ``start`` and ``end`` are where the question says it.
    """

    lemma: str
    written: re.Pattern[str]
    parts: tuple[str, ...]
    start: int
    end: int


def deed_asked(question: Question) -> Deed | None:
    """The deed whose doer, addressee or place a question asks for; ``None`` where its verb says of none."""
    return deed_in(normalize(question.search_text).text)


def says_deed_asked(passage: Passage, question: Question) -> bool:
    """Whether a passage, the line that leads it or the heading right above says the deed whose doer or place is asked; true where none is."""
    asked = normalize(question.search_text).text
    deed = deed_in(asked) if question.asks in _ASKS else deed_timed(asked) if question.asks == "date" else None
    if deed is None:
        return True
    around = normalize(" ".join((passage.text, passage.lead, *passage.section[-1:]))).text
    return bool(deed.written.search(around)) or any(token.lemma == deed.lemma for token in analyze(around))


def is_of_another_event(passage: Passage, question: Question) -> bool:
    """Whether the time of a payment or of a result is asked for, and a passage, or what stands around one that names no time by itself, speaks of none."""
    if question.asks != "date" or question.attribute == "deadline":
        return False
    written = _written_event(normalize(question.search_text).text)
    if written is None or written.search(normalize(passage.text).text):
        return False
    around = " ".join((passage.lead, *passage.section[-1:]))
    return bool(_TIME_OF_APPLYING.search(passage.text)) or not written.search(normalize(around).text)


@lru_cache(maxsize=256)
def _written_event(text: str) -> re.Pattern[str] | None:
    return next((written for asked, written in _EVENTS if asked.search(text)), None)


@lru_cache(maxsize=256)  # asked for with every passage
def deed_in(text: str) -> Deed | None:
    """The same of a normalised question by itself."""
    before, behind = _BEFORE.search(text), _BEHIND.search(text)
    if behind is not None and (before is None or behind.start() < before.start("asked")):
        verbs = [token for token in _verbs(text) if behind.start("said") <= token.start < behind.end("said")]
        verb = next(iter(verbs), None)
        if verb is None or verb.lemma in _DOES:
            verb = _done(text, behind.start("asked"))
        parts = _PARTS.get(behind["particle"], (TO,))
    elif before is not None:
        verbs = [token for token in _verbs(text) if before.start("said") <= token.start < before.end("said")]
        verb = next((token for token in reversed(verbs) if token.lemma not in _HELPS), None)
        parts = _OF_BEARER.get(before["bearer"], (AT, TO) if before["bearer"] != "の" else (WHO, TO, AT))
    else:
        return None
    if verb is None or verb.lemma in _SAYS_NOTHING:
        return None
    written = _kind(text, verb) or re.compile(re.escape(_stem(verb)))
    return Deed(verb.lemma, written, parts, verb.start, verb.end)


@lru_cache(maxsize=256)
def deed_timed(text: str) -> Deed | None:
    """The deed whose time a normalised question asks for, where it is of a kind that is known: 「いつまでに決めますか」."""
    asking = _TIMED.search(text)
    verbs = [token for token in _verbs(text) if asking is not None and token.start >= asking.start("said")]
    verb = next(iter(verbs), None)
    written = _kind(text, verb) if verb is not None else None
    if verb is None or written is None or _ENDS.match(text, verb.start):
        return None
    return Deed(verb.lemma, written, (), verb.start, verb.end)


def _kind(text: str, verb: Token) -> re.Pattern[str] | None:
    """How offices write a deed of a kind that is known."""
    said = text[verb.start : verb.end + 2]
    return next((written for asked, written in _DEEDS if asked.match(said)), None)


def _done(text: str, asked: int) -> Token | None:
    """The noun that is done, before what asks who does it: 管理 in 「掲示板の管理は誰がしますか」."""
    before = [token for token in analyze(text) if token.end <= asked]
    is_topic = len(before) > 1 and before[-1].surface in {"は", "を"}
    return before[-2] if is_topic and before[-2].part_of_speech.startswith("名詞") else None


def _verbs(text: str) -> list[Token]:
    """The verbs of a text and the nouns that する makes verbs of (保管して)."""
    tokens = analyze(text)
    following = [token.lemma for token in tokens[1:]] + [""]
    return [
        token
        for token, after in zip(tokens, following, strict=True)
        if token.part_of_speech.startswith("名詞" if after in _DO else "動詞") and token.lemma not in _DO
    ]


def _stem(verb: Token) -> str:
    """What all forms of a verb are written with: its kanji, or all of a verb in kana."""
    return re.match(r"[一-鿿]+", verb.surface)[0] if re.match(r"[一-鿿]", verb.surface) else verb.surface  # type: ignore[index]
