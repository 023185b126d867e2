"""The attributes a programme can be asked about, and how documents write them.

Owns the two wordings of each attribute: the question's and the document's. Invariant: an attribute asked for counts as found only
where the document's wording for it stands in the evidence; a neighbour attribute never answers for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute: ``label`` for messages, ``asked`` in questions, ``written`` in documents; ``called`` are its labels there."""

    name: str
    label: str
    asked: re.Pattern[str]
    written: re.Pattern[str]
    called: str


def _attribute(name: str, label: str, asked: str, written: str) -> Attribute:
    return Attribute(name, label, re.compile(asked), re.compile(written), _CALLED.get(name, label))


# What to search for beside the question's own words, which documents may not use of it.
_CALLED = {
    "ceiling": "上限 限度額", "floor": "下限", "rate": "補助率 助成率 交付率", "deadline": "申請期限 受付期間 募集期間 提出期限 期日", "start": "開始 予定 日程",
    "contact": "問合せ先 連絡先 窓口 担当", "submission": "申請先 提出先 窓口", "documents": "提出書類 必要書類 添付書類", "excluded": "対象外 対象とならない",
    "amount": "",
}  # fmt: skip
_DECIDING = re.compile(r"決め|決ま")
# The same for the types of answers, where no attribute is asked for.
_CALLED_BY_TYPE = {"office": "担当 所管 窓口 問合せ先"}


# The first that a question asks for wins: the special ones stand before the general ones.
ATTRIBUTES: tuple[Attribute, ...] = (
    _attribute("ceiling", "上限額", r"上限|限度額|いくらが限度|限度は?いくら|最大(?:で)?いくら|いくらまで|最高(?:で)?いくら", r"上限|限度額|を限度|最大(?:で)?[0-9]|円以[内下]|[円万億]まで"),
    _attribute("floor", "下限額", r"下限", r"下限|最低"),
    _attribute("unit_amount", "1件当たりの額", r"単価|(?:1|一)?(?:件|人|世帯|団体|自治体|社|戸|か所|名|トン|t|kg|kW|頭|羽|床|台|枚|本|個|袋|回|か月|月|日|時間|食|区画|施設|校|棟|室|事業者|法人|社員|㎡|平方メートル|ha|ヘクタール|経営体)(?:当たり|あたり|につき)", r"単価|円/[一-鿿]|当たり|あたり|につき|[0-9]件|[0-9]人|一人|1世帯|上限"),
    _attribute("rate", "補助率", r"(?:補助|助成|交付|負担|利子補給)率|何分の何|何割(?:補助|負担)", r"(?:補助|助成|交付|負担|補給)率|(?:[0-9]/[0-9]+|分の[0-9一二三四五])(?!以上|未満|を超)|[0-9](?:割|%)(?:以内|を(?:補助|助成|交付|負担))|(?<![決予内固])定額"),
    _attribute("deadline", "申請期限", r"(?:申請|応募|提出|受付|募集|公募|参加|回答|申し?込み?)(?:の)?(?:期限|締切|締め切り|〆切|期間|期日)|締切|締め切り|〆切|いつまでに?(?:申請|応募|提出|出|申し?込)|(?:申請|応募|提出|申し?込み?|受付|募集|公募|書類)(?:[はをもが]|の(?:ほう|書類)?は)?、?(?:毎年)?いつまで", r"期限|締切|締め?切|〆切|必着|[0-9日時頃末旬)]まで|[0-9][日月][〜～~]|(?:受付|募集|公募|申請|応募|提出|申込)期間|(?:日|月|年|週間)(?:以内|前まで)"),
    _attribute("start", "開始時期", r"(?:運用|事業|制度|受付|募集|供用|利用)(?:の)?開始(?:日|時期|はいつ)|いつ(?:から|始ま|開始|スタート)", r"開始|から|始[まめ]|スタート|施行|以降|[0-9]日より|実施|導入|供用|オープン|開[設業]|運行|創設|広げ|拡大"),
    _attribute("email_address", "メールアドレス", r"メールアドレス", r"@"),
    _attribute("phone_number", "電話番号", r"電話番号|内線(?:番号)?は|何番に(?:かけ|掛け|電話)|どこ(?:に|へ)(?:お?電話|かけ)|電話は(?:どこ|何番)", r"(?:電話|TEL|Tel|ダイヤル|内線)[^0-9。]{0,12}[0-9]{3,}|(?<![0-9])[0-9]{2,5}[-(][0-9]{1,4}[-)][0-9]{3,4}"),
    _attribute("email", "メールアドレス", r"(?:メール|e-?mail)(?!で|に(?:よ[るっり]|て))", r"@|メール"),
    _attribute("phone", "電話番号", r"電話番号|電話(?:[はを]|で(?:も|の)?お?問い?合わ?せ)|内線", r"電話|TEL|Tel|内線|[0-9]{2,4}-[0-9]{2,4}-[0-9]{3,4}"),
    _attribute("contact", "問合せ先", r"問い?合わ?せ先|連絡先|窓口は", r"問い?合わ?せ|連絡先|電話|TEL|Tel|@|窓口"),
    _attribute("submission", "申請先", r"(?:申請|提出|応募)先", r"(?:申請|提出|応募)先|(?:に|へ|宛て?に?)(?:申請|提出|応募)"),
    _attribute("documents", "提出書類", r"(?:提出|必要|申請)書類", r"書類|様式|申請書|計画書|添付"),
    _attribute("excluded", "対象外", r"対象外|対象になら|対象とならない|除外|使えない", r"対象外|対象とな(?:らない|りません)|対象としない|除[くきか]|認められ(?:ない|ません)"),
    _attribute("contractor", "委託先", r"委託先|受託|請負|受注|落札", r"委託|受託|請負|受注|落札"),
    _attribute("population", "人口", r"人口(?:は|が|を)", r"人口"),
    _attribute("kpi", "KPI・目標", r"KPI|kpi|目標(?:値|は|を)|指標(?:は|を)", r"KPI|目標|指標|目指|向け|向上|達成"),
    _attribute("amount", "予算額", r"予算(?:額|規模)?|要求額|決定額|決算額|執行額", r"円"),
)  # fmt: skip
_BY_NAME = {attribute.name: attribute for attribute in ATTRIBUTES}


def attribute_of(normal_question: str) -> str | None:
    """The name of the attribute a normalised question asks for, or ``None``."""
    return next((attribute.name for attribute in ATTRIBUTES if attribute.asked.search(normal_question)), None)


def attribute(name: str) -> Attribute:
    """The attribute called ``name``. Raises ``KeyError``."""
    return _BY_NAME[name]


def sought_for(name: str | None, asks: str, normal_question: str) -> str:
    """The words that documents call an attribute by, or what answers a type of question; empty where there are none."""
    called = attribute(name).called if name is not None else _CALLED_BY_TYPE.get(asks, "")
    return f"{called} 決定 議決 了承".strip() if _DECIDING.search(normal_question) else called
