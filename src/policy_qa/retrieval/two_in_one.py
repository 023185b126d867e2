"""A question that asks for two things at once, as two questions.

Owns the parting: 「○○補助の補助率と上限額は？」, 「何を燃料にするのですか。担当課もあわせて教えてください。」. Invariant: only what is told by lines of
its own is parted (rates, ceilings, dates, offices …), never two things that are compared or added up.
"""

from __future__ import annotations

import re

from policy_qa.japanese.normalize import normalize
from policy_qa.retrieval.question import operation_of

_THING = (
    r"(?:(?:1|一)(?:回|件|人|か所)(?:当たり|あたり)の)?(?:最大の?)?"
    r"(?:(?:補助|助成|交付|負担|支給|給付)?(?:率|割合|限度額|上限額?|下限額?)|利率|(?:補助|支給|助成|給付|交付|貸付)額|料金|運賃|利用料|使用料|定員|募集人員|"
    r"対象(?:者|経費|地域|期間)?|(?:申請|申し?込み?|応募|募集|受付|提出|公募|実施|計画|事業|利用|開館|運行|開催)?(?:期限|期間|時期|締切|時間)|日時|日程|場所|会場|時給|日給|参加費|受講料|家賃|持ち物|講師|"
    r"担当(?:課|部署|部局)?|所管(?:課|部署)?|窓口|電話番号|(?:問合せ|問い合わせ|連絡|申請|提出)先|実施主体|事業主体|目的|趣旨|(?:必要|提出|添付)書類|(?:予算|要求)額)"
)
_PAIR = re.compile(
    rf"^(?P<of>.+?の)(?P<one>{_THING})(?:と、?|、|及び|ならびに|並びに)(?P<other>{_THING})(?P<asking>(?:は|を|について)?[^、。?？]{{0,14}}[。?？]*)$"
)
_BESIDES = re.compile(
    r"^(?P<first>.+[。?？])\s*(?P<thing>[^、。?？]{2,24}?)(?:も|について(?:も)?)、?(?:(?:あわ|併|合わ)せて|一緒に)?(?:教えて|知りたい|示して|お願い|お聞)[^。?？]*[。?？]*$"
)
# 「休館日はどう変わり、いつから施行されますか」: two deeds of one thing, each asked of by itself.
_TWO_DEEDS = re.compile(
    r"^(?P<of>[^、。?？]{2,40}?は)、?(?P<one>[^、。?？]*(?:どう|いつ|誰|だれ|どこ|いくら|何)[^、。?？]+[りえしきみちれい])て?、(?P<other>[^、。?？]*(?:どう|いつ|誰|だれ|どこ|いくら|何)[^、。?？]{2,}[?？]?)[。]*$"
)
# 「いつ、どこで開かれますか」, 「どこが何年間保管しますか」: one deed, asked for twice.
_ASKED = r"いつ(?:まで|から|ごろ|頃)?に?|どこ[がでにへ]|(?:誰|だれ)[がにと]|どの[課係室局][がにで]|何時(?:から|まで)?に?|何(?:年|か月|日|週間)間?|いくらで"
_TWO_ASKED = re.compile(
    rf"^(?P<of>[^。?？]*?(?:は|が|も|を|って|とき|には|、))、?(?P<one>{_ASKED})(?:と、?|、)?(?P<other>{_ASKED})(?P<rest>(?!行|実施)[^、。?？]+)[。?？]*$"
)
_TWO_SENTENCES = re.compile(r"^(?P<first>[^。?？]{6,}(?:[?？]|か。))\s*(?P<second>[^。?？]{4,}(?:[?？]|か。))$")
_HAS_TOPIC = re.compile(r"[^、どいだ何誰]{1,12}は")
_ASKS_MORE = re.compile(r"差|比|増|減|合計|違い|関係|それぞれ")


def asked_apart(text: str, turns: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The two questions of one with the turns before each; empty where it is one question."""
    normal = normalize(text).text.strip()
    if operation_of(normal) is not None or _ASKS_MORE.search(normal):
        return ()
    besides = _BESIDES.match(normal)
    if besides is not None:
        first = besides["first"]
        return (first, turns), (f"{besides['thing']}は?", (*turns, first))
    two = _TWO_DEEDS.match(normal)
    if two is not None:
        # 「審査は誰が行い、結果はいつ通知されますか」 asks of the 結果 of the 審査.
        of_other = f"{two['of'][:-1]}の" if _HAS_TOPIC.match(two["other"]) else two["of"]
        return (f"{two['of']}{two['one']}ますか?", turns), (f"{of_other}{two['other']}", turns)
    twice = _TWO_ASKED.match(normal)
    if twice is not None and not (twice["one"][:2] == "いつ" == twice["other"][:2]):
        return tuple((f"{twice['of']}{asked}{twice['rest']}?", turns) for asked in (twice["one"], twice["other"]))
    sentences = _TWO_SENTENCES.match(normal)
    if sentences is not None:
        return (sentences["first"], turns), (sentences["second"], (*turns, sentences["first"]))
    pair = _PAIR.match(normal)
    if pair is not None:
        asking = pair["asking"] or "は?"
        return tuple((f"{pair['of']}{thing}{asking}", turns) for thing in (pair["one"], pair["other"]))
    return ()
