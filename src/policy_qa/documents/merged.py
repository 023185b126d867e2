"""What a cell merged over several says of each of them.

Owns the rules, one for all formats. A label holds for every row and column it reaches over and is given in each; so do a rate (「1/2」), a year, and whatever stands
under a column's name that bounds or prices one case (上限額, 単価). Any other amount or count is one for all of them together, and given twice it would be counted
twice. In Word and on slides a text that is too long to be a name is given once.
"""

from __future__ import annotations

import re

from policy_qa.japanese.normalize import normalize

_COUNTED = re.compile(
    r"[(\[]?(?:約|計)?\s*[▲△\-−+±]?\s*(?:[0-9]{1,3}(?:,\s?[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?\s*[兆億万千百十]*(?:円|人|名|件|台|戸|世帯|回|箇所|か所|ヶ所|ha|km|㎡)?(?:の?内数)?[)\]]?"
)
_LONGEST_REPEATED = 100
# A column of this name says what holds for each case, and nobody adds it up.
_OF_EACH = re.compile(
    r"上限|下限|限度|単価|基準額|(?:補助|助成|支給|給付|交付|利用|使用|手数)(?:金額|額|料)|料金|[1一](?:人|件|世帯|戸|台|回|団体|箇所|か所)(?:当|あ)たり|あたり|当たり"
)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


def counts_once(text: str, head: str = "") -> bool:
    """Whether a merged cell with ``text`` is given in the first of its places only: an amount or a number alone, and no year or rate.

    ``head`` is what the header says of its columns, as far as it is known.
    """
    written = normalize(text).text.strip()
    is_counted = _COUNTED.fullmatch(written) is not None and _YEAR.fullmatch(written) is None
    return is_counted and _OF_EACH.search(normalize(head).text) is None


def repeated(text: str, head: str = "") -> str:
    """What a cell of Word or of a slide says in those of its places that are not the first: a name again, a long text or what counts once nothing."""
    return text if len(text) <= _LONGEST_REPEATED and not counts_once(text, head) else ""
