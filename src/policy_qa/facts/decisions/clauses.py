"""What joined or began when, in a sentence that tells several such things, each with its own date.

Owns the parting of 「平成31年4月に…で始まり、令和4年10月に…、令和6年4月に…が加わりました」. Invariant: a clause's date is the one that opens it; its
thing is what the clause itself names. Such a fact has neither form nor basis: nobody is said to have decided.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from policy_qa.facts.decisions.forms import days_of
from policy_qa.facts.decisions.writing import Place, Told, fact_of
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.sentences import sentences
from policy_qa.types import Block, Document, Fact

_GLANCE = re.compile(r"加わ|加え|追加|始ま|始め|開始|対象に|導入")
_OPENS = re.compile(r"(?:には?|から(?:は)?)、?")
_BECAME = re.compile(r"(?:が|を|も|は)?(?:新たに)?(?:加わ|加え|追加|始ま|始め|開始|対象に|導入)(?P<rest>[^。]*)$")
_THING = re.compile(r"[^はがをに。]{2,30}")
_DENIED = re.compile(r"ない|ません|予定|見込|検討|場合")


def clause_facts(document: Document, block: Block) -> Iterator[Fact]:
    """The dated clauses of a block's sentences, where a sentence has at least two."""
    text = document.text
    if text.count("年", block.span.start, block.span.end) < 2 or not _GLANCE.search(
        text, block.span.start, block.span.end
    ):
        return
    for span in sentences(text, block.span.start, block.span.end):
        normal = normalize(span.of(text))
        if not _GLANCE.search(normal.text) or _DENIED.search(normal.text):
            continue
        days = [
            day
            for day in days_of(normal.text, find_times(normal.text))
            if _OPENS.match(normal.text, day.end) and day.iso
        ]
        if len(days) < 2 or not any(map(_BECAME.search, _clauses(normal.text, [day.start for day in days]))):
            continue
        ends = [*(day.start for day in days[1:]), len(normal.text)]
        for day, end in zip(days, ends, strict=True):
            opens = _OPENS.match(normal.text, day.end)
            clause = normal.text[opens.end() if opens else day.end : end].strip(" 、。")
            thing = re.sub(r"(?:だけ|のみ)?(?:で|として)$", "", _BECAME.sub("", clause)).strip(" 、")
            if not _THING.fullmatch(thing.replace("障がい", "障害")):
                continue
            printed = normal.to_original(day.start, day.end).of(normal.original)
            yield fact_of(Place(document, block, span), Told(thing, None, None, "decided", day.iso, None, printed))


def _clauses(text: str, starts: list[int]) -> Iterator[str]:
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        yield text[start:end].strip(" 、。")
