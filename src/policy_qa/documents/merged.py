"""What a cell merged over several says of each of them.

Owns the rules. In PDF, HTML and workbooks: a label holds for every row and column it reaches over and is given in each; an amount or a count is one for all of
them together, and given twice it would be counted twice. A rate (「1/2」) and a year hold for each. In Word and on slides: a name is
said in each, an amount too, and a text that is too long to be a name once.
"""

from __future__ import annotations

import re

from policy_qa.japanese.normalize import normalize

_COUNTED = re.compile(
    r"[(\[]?(?:約|計)?\s*[▲△\-−+±]?\s*(?:[0-9]{1,3}(?:,\s?[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?\s*[兆億万千百十]*(?:円|人|名|件|台|戸|世帯|回|箇所|か所|ヶ所|ha|km|㎡)?(?:の?内数)?[)\]]?"
)
_LONGEST_REPEATED = 100
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


def counts_once(text: str) -> bool:
    """Whether a merged cell with ``text`` is given in the first of its places only: an amount or a number alone, and no year or rate."""
    written = normalize(text).text.strip()
    return _COUNTED.fullmatch(written) is not None and _YEAR.fullmatch(written) is None


def repeated(text: str) -> str:
    """What a cell of Word or of a slide says in those of its places that are not the first: a name again, a long text nothing."""
    return text if len(text) <= _LONGEST_REPEATED else ""
