"""What a meeting made of an item of its agenda: approved, rejected, put off.

Owns the reading of outcomes in minutes. Invariant: the subject is the item's own heading, the outcome a word of the quoted sentence; what a
speaker asks for, proposes or asks the meeting is no outcome.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from policy_qa.facts.decisions.writing import Place, Told, fact_of
from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.sentences import sentences
from policy_qa.types import Block, Document, Fact, Span

_MINUTES = re.compile(
    r"議事(?:録|概要|要旨|の概要|の要旨|要録)|会議(?:録|概要|結果|の概要|要旨)|審議(?:結果|概要|経過)|委員会記録"
)
_RESULT = (
    r"継続(?:して)?(?:協議|審議|審査|検討)|次回(?:に|へ|以降)?(?:継続|持ち越し|改めて(?:協議|審議|検討))|持ち越し|保留|見送(?:り|る|られ)|"
    r"原案可決|修正可決|可決|否決|不採択|採択|不承認|承認|了承|了解|同意|取り下げ|取下げ|撤回|廃案|議決|決定"
)
# One of these is in every outcome: looked for before anything is normalised.
_GLANCE = re.compile(r"承認|了承|了解|可決|採択|否決|同意|継続|次回|持ち越し|保留|見送|取り?下げ|撤回|廃案|議決|決定")
_IN_SENTENCE = re.compile(
    rf"(?P<form>{_RESULT})(?:する(?:こと)?(?:と(?:し|され|決)|で|。)|とする(?:こと|。|$)|(?:すること)?と?(?:され|なっ|し)(?:た|ました)|された|しました|を得た|を得ました|(?<!決定)(?:[。（(]|$))"
)
_LABEL = re.compile(
    r"^[\s　]*(?:[→⇒➡]|[【〔（(\[](?:(?:審議|協議|採決|議決)(?:の)?)?(?:結果|結論)[】〕）)\]]|(?:(?:審議|協議|採決|議決)(?:の)?)?(?:結果|結論)[\s　:：]|決定[:：])"
)
_AS_LINE = re.compile(rf"{_LABEL.pattern}[\s　:：]*[^。\n]{{0,24}}?(?P<form>{_RESULT})")
_LATER = re.compile(
    r"[0-9年月日春夏秋冬]の?[一-鿿]{0,20}(?:会|会議|議会)(?:において|にて|で)|次回[^。]*(?:において|にて|で)|[0-9]月(?:[0-9]+日)?に"
)
_NO_OUTCOME = re.compile(
    r"(?:か|たい|べき(?:だ|である)?|ほしい|いかが|よろしい|たとき|場合|もの)[。？?]?$|てよいか|(?:た|の)(?:場合|ときは|とき、|後に?、)"
)
_NUMBER = re.compile(
    r"^(?:[#\s　]|第?[(（]?[0-9一二三四五六七八九十]{1,3}[)）]?(?:号(?:議案)?|議案|[.．、\s　]|(?<=[)）]))|[①-⑳○●・◇◆■□]|議案第?[0-9一二三四五六七八九十]+号?|議題[0-9一二三四五六七八九十]*|[:：、])+"
)
_TAIL = re.compile(
    r"(?:について|に関する(?:こと|件)|に係る件|の件)(?=$|[（(])|[（(](?:議案|資料|協議|審議|報告|諮問|第)[^（）()]*[)）]$|[【〔\[][^【】〔〕\[\]]{1,8}[】〕\]]$"
)
_FRAME = re.compile(
    r"^(?:議事|議題|審議(?:事項)?|協議(?:事項)?|報告(?:事項)?|決定事項|議決事項|結果|開会|閉会|その他|概要|主な意見|質疑(?:応答)?|意見(?:交換)?|出席者?|日時|場所|まとめ|本日の取りまとめ|.*(?:経緯|経過|沿革|日程|予定))$"
)


def agenda_facts(document: Document) -> Iterator[Fact]:
    """The outcomes under each item heading of a document that is minutes: those called its result, else the last."""
    titles = (document.metadata.title, *(block.span.of(document.text) for block in document.blocks[:2]))
    if not any(_MINUTES.search(normalize(title).text) for title in titles):
        return
    outcomes: dict[tuple[str, ...], list[Fact]] = {}
    for block in document.blocks:
        if not block.heading_path or block.kind in {"table", "heading"}:
            continue
        if not _GLANCE.search(document.text, block.span.start, block.span.end):
            continue
        subject = subject_of(block.heading_path[-1])
        if subject is None:
            continue
        found = list(_outcomes(document, block, subject))
        if found:
            # 「【結果】Ａは了承した。Ｂは次回に改めて審議する。」: all that is said to be the result; of a debate what it came to.
            is_result = _LABEL.match(normalize(block.span.of(document.text)).text) is not None
            outcomes[block.heading_path] = found if is_result else found[-1:]
    yield from sorted((fact for found in outcomes.values() for fact in found), key=lambda fact: fact.start)


def subject_of(heading: str) -> str | None:
    """What an agenda item's heading is about, without number, 「について」 and the number of its bill; ``None`` for a part of the minutes."""
    name = _NUMBER.sub("", normalize(heading).text.strip())
    while (shorter := _TAIL.sub("", name).strip()) != name:
        name = shorter
    return None if len(name) < 3 or _FRAME.match(name) else name


def _outcomes(document: Document, block: Block, subject: str) -> Iterator[Fact]:
    for span in sentences(document.text, block.span.start, block.span.end):
        normal = normalize(span.of(document.text))
        text = normal.text.strip()
        if _NO_OUTCOME.search(text):
            continue
        match = _AS_LINE.search(normal.text) or _last(normal.text)
        if match is not None and not _is_still_to_come(normal.text, match):
            printed = normal.to_original(*match.span("form")).of(normal.original)
            told = Told(subject, None, match["form"], "decided", None, None, printed)
            yield fact_of(Place(document, block, Span(span.start, span.end)), told)


def _is_still_to_come(text: str, match: re.Match[str]) -> bool:
    """Whether a later meeting is to decide: 「2026年3月の教育委員会会議で計画を決定する。」; what this one puts off is its outcome."""
    decides = re.match(r"する(?:。|$)", text[match.end("form") :])
    return bool(decides) and bool(_LATER.search(text[: match.start("form")]))


def _last(text: str) -> re.Match[str] | None:
    return max(_IN_SENTENCE.finditer(text), key=lambda match: match.end(), default=None)
