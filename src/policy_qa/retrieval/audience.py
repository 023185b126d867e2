"""Whom a question asks for: 「75歳以上だと」, 「小規模な自治体は」, 「株式会社でも」.

Owns the kinds of people and bodies that official text sets conditions for. Invariant: an audience is a phrase of the question as it is
written, found only where the question speaks of it as of one to whom something applies.
"""

from __future__ import annotations

import re

_AGE = (
    r"(?:満)?[0-9]{1,3}(?:歳|才)(?:以上|以下|未満|まで|から[0-9]{1,3}(?:歳|才)まで)?(?:の(?:方|人|者|子(?:ども|供)?))?"
)
_SIZE = r"(?:従業員|職員|人口)(?:数)?が?[0-9,万]+(?:人|名)(?:以上|以下|未満)の(?:会社|企業|事業者|自治体|市町村|法人)"
_KIND = (
    r"(?:[一-鿿々ァ-ヴーA-Za-z]*(?:株式会社|有限会社|会社|企業|事業者|法人|団体|組合|協会|協議会|自治体|市町村|都道府県|商店|農家|大学|学校|病院|世帯|家庭)"
    r"|NPO|個人(?:事業主)?|高齢者|お年寄り|子ども|子供|こども|小学生|中学生|高校生|大学生|学生|幼児|乳児|未就学児|妊婦|大人|若者|女性|男性"
    r"|障害者(?:手帳を(?:持つ|持っている)(?:方|人))?|外国人|留学生|住民|市民|県民|町民|村民|保護者|親子|夫婦|ひとり親|移住者|転入者|所有者|会員|職員|社員|従業員|フリーランス)"
)
_KIND_OF = re.compile(rf"(?:[一-鿿ァ-ヴー]{{1,6}}(?:な|い)|[一-鿿ァ-ヴー]{{1,8}}の)?{_KIND}(?:の(?:方|人|場合))?")
_MARKED = (
    r"(?=だと|だったら|でしたら|ならば|なら|でも|の場合|のとき|には|として|向け|にとって|のため|の(?:方|ほう)|では|は[、?？]|は$|の(?:料金|運賃|会費|補助|上限|限度|金額|額)|"
    r"[はがも](?:[^、。]{0,12}(?:もら|使え|申請|応募|対象|受けら|利用|参加|乗れ|入れ|払|いくら|無料)))"
)
_AUDIENCE = re.compile(rf"(?P<who>{_AGE}|{_SIZE}|{_KIND_OF.pattern}){_MARKED}")


def audiences(normal_question: str) -> tuple[str, ...]:
    """The people or bodies a normalised question asks for, as it writes them, each once."""
    return tuple(dict.fromkeys(re.sub("の場合$", "", match["who"]) for match in _AUDIENCE.finditer(normal_question)))


def is_audience(phrase: str) -> bool:
    """Whether a phrase by itself is a kind of people or bodies."""
    return bool(re.fullmatch(f"{_AGE}|{_SIZE}|{_KIND_OF.pattern}", phrase))
