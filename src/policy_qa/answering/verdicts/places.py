"""Where somebody lives, held against where a text wants them to: 「隣の市に住んで」, and 「市内に住所を有する」, 「住所は、市の内外を問わない」.

Owns that comparison. Invariant: only a place that a claim says somebody lives in is held against a text, and never one whose other ties (在勤, 在学)
the text takes too.
"""

from __future__ import annotations

import re

from policy_qa.answering.verdicts.claim import Claim
from policy_qa.answering.verdicts.stance import WAIVES

_LIVES_IN = re.compile(
    r"(?P<place>隣の?(?:市|町|村|県|区)|(?:よそ|他|ほか|別)の?(?:市|町|村|県|区|ところ)|[一-鿿ァ-ヴー]{2,6}[市町村県区]|東京|大阪|京都)(?:の[^、。]{0,6})?に(?:は)?(?:住ん|住み|住む|居住|在住|住民票|家が)"
)
# Whom somebody buys from or has do it.
_SELLERS = r"(?:業者|店|会社|工務店|病院|医院|医療機関|施工者|事業者)"
_SELLER_IN = re.compile(
    rf"(?P<place>隣の?(?:市|町|村|県|区)|(?:よそ|他|ほか|別)の?(?:市|町|村|県|区)|[市町村県区]外|東京|大阪|京都)の[^、。]{{0,6}}{_SELLERS}"
)
_TOWN = re.compile(r"[市町村区]")
_WANTS_SELLER = re.compile(rf"(?P<area>[都道府市町村県区])内[にの][^、。()]{{0,12}}{_SELLERS}")
_LIVES = re.compile(r"住所|居住|住民|お住まい|住んで")
_WANTS_INSIDE = re.compile(r"[都道府県市区町村域]内に?(?:[^、。()]{0,12})?(?:住|居住)")
_INSIDE_WAIVED = re.compile(rf"{_WANTS_INSIDE.pattern}[^。、()]{{0,8}}、?(?:{WAIVES.pattern})")
_ANYWHERE = re.compile(r"内外を?(?:問わ|問い)|[市町村県]外(?:の|に|から|在住)")
_TIES = (re.compile(r"勤め|在勤|勤務|働|就業|就労"), re.compile(r"通[っいう勤学]|在学|学校"))


def is_elsewhere(claim: Claim, text: str) -> bool:
    """Whether a claim says that somebody lives in another place than the one that a text wants them to: 「隣の市に住んで」, 「市内に住所を有する」.

    A text that takes other ties beside (在勤, 在学) decides nothing where the claim says one of them.
    """
    seller = _SELLER_IN.search(claim.text)
    wanted = _WANTS_SELLER.search(text)
    if seller is not None and wanted is not None and not _ANYWHERE.search(text):
        # Another town may well be in the same prefecture.
        is_outside = wanted["area"] not in "都道府県" or not _TOWN.search(seller["place"])
        return is_outside and seller["place"] not in text
    match = _LIVES_IN.search(claim.text)
    if match is None or not _WANTS_INSIDE.search(text) or _ANYWHERE.search(text) or _INSIDE_WAIVED.search(text):
        return False
    place = match["place"]
    if place in text or any(word and word in place for word in claim.known if len(word) > 1):
        return False
    return not any(tie.search(claim.text) and tie.search(text) for tie in _TIES)


def waives_place(claim: Claim, text: str) -> bool:
    """Whether a text asks of nobody to live where a claim says that somebody does not: 「住所は、市の内外を問わない」."""
    if not _LIVES_IN.search(claim.text) or not _LIVES.search(text):
        return False
    return bool(_ANYWHERE.search(text) and WAIVES.search(text)) or bool(_INSIDE_WAIVED.search(text))
