"""The aspects of eligibility, as documents call them in labels, headings and sentences.

Owns these words. Invariant: the special aspects are looked for before the general ones (対象外 before 対象, 提出期限 before 提出), and a label is
one only when it says nothing else.
"""

from __future__ import annotations

import re
from functools import lru_cache

from policy_qa.japanese.glances import Glanced
from policy_qa.types import Aspect

_NUMBERING = re.compile(
    r"^(?:第?[0-9]{1,3}(?:[章節条]\s*|[.．、)）\s-]+|(?=[^0-9次年月日人件分]))|第[一二三四五六七八九十]{1,3}[章節条]?\s*|[一二三四五六七八九十]{1,3}[章節条、.．\s]+"
    r"|[(（][0-9ア-ン]{1,2}[)）]\s*|[①-⑳⑴-⒇]\s*|[ア-ン][.．\s]\s*|(?:問|A|Q)[0-9]+[.．\s]*|(?:問|A|Q)[.．\s]+)+"
)
_DECORATION = re.compile(r"^[\s　・●○■◆▶*\-#【「『(（※×✕]+|[\s　】」』)）？?。]+$")
_LONGEST_LABEL = 24

# The first that fits wins.
_LABELS: tuple[tuple[Aspect, re.Pattern[str]], ...] = tuple(
    (aspect, re.compile(pattern))  # type: ignore[misc]
    for aspect, pattern in (
        ("excluded", r"対象外|対象と(?:なら|し)ない|対象にな(?:らない|りません)|対象となりません|補助しない|交付しない|除外|使えない|利用できない|申請できない|応募できない|認められない"),
        ("rate", r"(?:補助|助成|交付|負担|支援|補填|利子補給)(?:金の)?(?:率|割合)"),
        ("floor", r"下限"),
        ("ceiling", r"上限|限度額|補助(?:金)?額$|助成(?:金)?額$|支給額$|交付額$|(?:補助|助成|支援|給付)金の額|融資額|貸付額|いくら(?:補助|助成|支給|もら)"),
        ("period", r"(?:申請|応募|受付|募集|公募|提出|申込み?|申し込み|参加|登録|届出|予約|事業|補助|実施|支給|利用|対象)(?:の|書の|書類の|受付)?(?:期間|期限|締切日?|締め切り|〆切|期日|時期)|締切日?$|^期限$|^期間$|いつまで"),
        ("flow", r"資金の流れ|(?:事業)?スキーム|実施主体|事業主体|(?:事業)?実施者|流れ$"),
        ("cost", r"対象(?:[とに](?:なる|する))?(?:経費|費用)|経費$|使途$"),
        ("applicant", r"(?:補助|助成|交付|支給|支援|申請|応募|利用|参加|募集|貸付)?対象(?:[とに](?:なる|する))?(?:者|方|人|団体|事業者|世帯|法人|企業|児童|校)|(?:申請|応募|参加|利用|受給)(?:の)?(?:資格|できる(?:方|者|人))|(?:補助|間接補助|申請|応募|受給)(?:事業)?者$|こんな方|利用できる|乗れる人|誰が"),
        ("application", r"(?:申請|応募|提出|申込|申し込み|手続)(?:の)?(?:先|方法|書類|手続き?|窓口)|必要書類|必要な書類|添付書類|提出する書類|に必要なもの$|持ち物$|^(?:申請|申込み?|受付|提出)?窓口$|^取扱(?:金融機関|窓口|店)$|^手続き?$|申込み?$|申し込み$|(?:申請|予約)のしかた"),
        ("project", r"対象(?:[とに](?:なる|する))?(?:事業|取組|工事|機器|設備|施設|住宅|地域|分野|活動|品目|物件)|支援(?:内容|対象)|(?:補助|助成|交付|支給|支援)対象(?!外|期間|地|額)[一-鿿ァ-ヴー]{2,8}$|対象[とに]なる(?:もの|[一-鿿ァ-ヴー]{2,8})$|^(?:補助|助成|交付|支援)の?対象$"),
        ("requirement", r"要件|条件(?:等|一覧)?$|資格(?:要件|等)?$|所得(?:制限|基準|要件)|交付決定の基準"),
        ("applicant", r"^対象$"),
    )
)  # fmt: skip
_SENTENCES: tuple[tuple[Aspect, re.Pattern[str]], ...] = tuple(
    (aspect, re.compile(pattern))  # type: ignore[misc]
    for aspect, pattern in (
        ("cost", r"対象(?:と(?:なる|する))?経費は"),
        ("applicant", r"(?:対象(?:と(?:なる|する))?(?:こと(?:の|が)できる)?|(?:申請|応募|利用|参加|受け)(?:ることが|を?することが|られる|)(?:できる)?|交付を受ける(?:ことができる)?)(?:者|方|団体|法人|事業者|世帯|の)は|補助事業者は[^。]*(?:者|法人|団体|企業)と(?:する|します)。?$|(?:方|者|人|世帯|団体|法人|事業者|企業)が(?:補助|助成|支給|利用|申請)?(?:の)?対象(?:です|となり|になり|とな|とする)|(?:方|者|人|世帯|団体|法人|事業者|企業)(?:は|が|も)[^。]{0,30}(?:申請|申し?込み?|応募|利用)(?:が|は)?(?:でき|いただけ)ます"),
        ("applicant", r"(?:方|人|者|世帯|お子さん|生徒|学生|家庭)(?:が|は|なら|も)、?[^。]{0,40}(?:対象(?:です|となります|になります)|(?:申し込|乗|買|使)[めれえ](?:ます|る)|(?:利用|参加|申請|応募)でき(?:ます|る)|いただけます)|は、?(?:例外として|[^、。]{0,8})(?:お申し込み|ご利用|お使い)いただけます"),
        ("project", r"対象(?:と(?:なる|する))?(?:事業|取組|工事|機器|設備|施設|住宅|地域)は"),
        ("rate", r"(?:経費|費用|額|費)の.{0,8}(?:分の|割|%|[0-9]/[0-9]).{0,10}(?:以内|を(?:補助|助成|交付|支給)|とする|に相当)|(?:補助|助成|交付|負担)率は"),
        ("ceiling", r"円(?:を|が)(?:上限|限度)|(?:上限額?|限度額)は|円以内(?:とする|で|を)"),
        ("period", r"(?:申請|応募|受付|提出|募集|公募|申込|報告書|完了).{0,40}(?:まで(?:に|と|の|。|$)|必着|期限|期間)|[0-9]+(?:日|か月|週間)以内に.{0,100}(?:提出|届け?出|申請(?:し|を行))"),
        ("requirement", r"(?:要件|条件)(?:と|は|を満た)|でなければならない|に限(?:る|ります|られ)"),
        ("application", r"(?:申請書|応募書|届出書|書類).{0,40}(?:提出|添えて|送付)"),
    )
)  # fmt: skip
_SHUTS_OUT = Glanced(
    "除|不可|ない(?<=[しらりれきめけえま]ない)|ません(?<=[しらりれきめけえみ]ません)|外",
    r"対象(?:者|経費|事業|工事|世帯|団体|設備)?(?:外|と(?:は)?(?:し|なら|なり)(?:ない|ません)|に(?:は)?(?:なら|なり)(?:ない|ません)|から除)|を除く(?=[。)）]|$|もの|こと)|除外|(?:交付|補助|支給|助成)(?:し|され)(?:ない|ません)"
    r"|(?:申請|応募|利用|使用|充当|受け(?:取)?る?こと|参加)(?:する(?:こと)?)?(?:は|が|も|に(?:は)?)?(?:でき|認め(?:られ)?)(?:ない|ません)|不可|認め(?:ない|られ(?:ない|ません))|(?:お?申し?込み|(?:ご)?利用|お使い|お受け|受け取り|ご?参加)(?:は|が|も|に|を)?(?:お受け)?(?:いただけ|なれ|でき)(?:ない|ません)|(?:乗車|購入)(?:は|が|に)?(?:いただけ|でき)(?:ない|ません)|(?:申し込め|もらえ|使え|乗れ|買え|借りられ|受け(?:られ|取れ)|充てられ)(?:ない|ません)|含(?:まない|みません|めない|めません|まれ(?:ない|ません))",
)
_ALLOWS = re.compile(r"(?:でき|[らけめせえれ]|なり)ます。?$|(?:ことができる|対象とする|妨げない)。?$")
# What makes a question of a label: 「支給額はいくらですか」.
_ASKING_TAIL = re.compile(r"(?:は|が|を|って)?(?:いくら|何|なん|どこ|どう|どの|どん|どれ|教え|知りたい).*$")
# An exception to what stands before it: 「ただし、…は、この限りでない」.
LIFTS = re.compile(r"この限りで(?:は)?(?:ない|ありません)")
# What only says that a list follows.
ANNOUNCES = re.compile(r"次[のに]|各号|(?<![0-9歳人円年月日件社名級度%℃㎡])以下の|下記")
# The case of a programme (枠, 型) that terms are of.
CASE_NAME = re.compile(r"[一-鿿ァ-ヴーA-Za-z0-9]{1,12}(?:枠|型|類型|コース)")
_LEGEND = re.compile(r"[○〇◯◎×✕✖△▲―-] ?[:：…=は]")
IN_BRACKETS = re.compile(r"\([^()]*\)|（[^（）]*）")


def bare_label(label: str) -> str:
    """A normalised label without numbering, marks and brackets around it."""
    return _DECORATION.sub("", _NUMBERING.sub("", _DECORATION.sub("", label)))


def without_number(label: str) -> str:
    """A normalised label without the number before it."""
    return _NUMBERING.sub("", label.strip())


@lru_cache(maxsize=8192)
def aspect_of_label(label: str) -> Aspect | None:
    """The aspect a normalised label, column or heading names, or ``None``."""
    text = bare_label(label)
    if not 2 <= len(text) <= _LONGEST_LABEL or (label.rstrip().endswith("。") and not label.rstrip().endswith("か。")):
        return None
    return next((aspect for aspect, pattern in _LABELS if pattern.search(text)), None)


def aspect_of_question(title: str) -> Aspect | None:
    """The aspect that a question as a heading asks for, or ``None``: 「いつまでに申請できますか」, 「支給額はいくらですか」."""
    return aspect_of_label(title) or aspect_of_label(_ASKING_TAIL.sub("", title))


def _without_brackets(text: str) -> str:
    """``text`` without the remarks in brackets."""
    return IN_BRACKETS.sub("", text) if "(" in text or "（" in text else text


def aspect_of_sentence(sentence: str) -> Aspect | None:
    """The aspect a normalised sentence states of itself, or ``None``; a remark in brackets states nothing of it."""
    sentence = _without_brackets(sentence)
    return next((aspect for aspect, pattern in _SENTENCES if pattern.search(sentence)), None)


def is_legend(text: str) -> bool:
    """Whether a normalised line only says what marks stand for: 「○：対象　△：条件により対象　×：対象外」."""
    return len(_LEGEND.findall(text)) > 1


def lets_in(text: str) -> bool:
    """Whether a normalised sentence ends by allowing something: 「…なら乗れます」, also under a heading of what is shut out."""
    return bool(_ALLOWS.search(text))


def shuts_out(text: str) -> bool:
    """Whether a normalised text takes something out of what is covered (対象としない, 申請できません); a remark in brackets does not."""
    return bool(_SHUTS_OUT.search(_without_brackets(text)))
