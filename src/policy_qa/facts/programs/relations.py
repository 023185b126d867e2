"""What documents say around a programme's name: its other names and the office in charge.

Owns the reading of brackets behind a name (以下「…」という, 旧…, 通称…) and of lines that name an office (担当：, お問合せ先). Invariant: another name is
taken only where the document says that it is one; an office only under the programme's own heading, in its bracket or by its number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from policy_qa.facts.decisions.names import name_before
from policy_qa.facts.programs.names import program_facts, program_name, program_of_title
from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.vocabulary import OFFICE_ENDING, PROGRAM_ENDING
from policy_qa.types import Block, Document, Fact, Span

_GLANCE = re.compile(r"以下|旧|通称|略称|愛称|呼称|正式名称|[金業度ムト]）?（[^（）\n]{3,40}[金業度ムト]）")
_CALLED = re.compile(
    r"[(]以下、?(?:単に)?「(?P<name>[^「」]{2,30})」(?:と(?:いう|する|呼ぶ|略す|略称する|記載する))[^()]{0,6}[)]"
)
_SAID_TO_BE = re.compile(
    r"[(](?:以下)?(?P<how>旧称|旧|通称|略称|愛称|呼称|正式名称|従来の名称|前身)[:：は]?\s*「?(?P<name>[^「」()]{3,40}?)」?[)]"
)
_BESIDE = re.compile(r"[(]「?(?P<name>[^「」()。、]{4,40})」?[)]")
_NO_NAME = re.compile(
    r"(?:本|当該|同|この|補助|交付|対象|公募|市|県|国|当)?(?:事業|補助金|交付金|制度|助成金|給付金|支援金|要綱|要領|計画|事業者|補助事業|補助対象経費|経費|基金|負担金|奨励金)"
)
_DENOMINATION = re.compile(
    r"^(?:旧|通称|略称|愛称|呼称|正式)|[0-9]|新規|拡充|継続|再掲|公共|仮称|内数|一部|予算|補正|当初|案$"
)
_LABELLED = re.compile(
    r"^[\s・○●■□◆◇【\[(（<＜※\-*#]*(?:本件|本事業の?|事業の?|制度の?)?(?P<label>担当部局庁?|担当課室?|担当部署|担当省庁|担当府省庁?|担当|所管課|所管部局|所管府省庁?|所管省庁|所管|主管課|主務課|お?問い?合わ?せ先?|照会先|連絡先|事務局)"
    r"[\]】)）>＞]*\s*(?:[:：は]|\s)\s*(?P<rest>\S.*)$"
)
_OFFICE = re.compile(
    r"(?P<office>[一-鿿々ァ-ヴーぁ-ゖA-Za-z・]{0,30}?(?:(?<!政)府|省|庁|局|課|室|本部|(?<![学全一内外])部|委員会|事務局|機構|官房|センター|グループ|チーム|係|班)(?:[ 　・]?[一-鿿々ァ-ヴーぁ-ゖ・]{1,24}?(?:局|課|室|部|係|班|グループ|センター|担当|チーム))*)(?=[\s　(（、,:：。/]|$|です|が|とする|TEL|電話)"
)
_BY_NUMBER = re.compile(
    r"(?P<number>[0-9]{1,2}|[①-⑳])の?(?:事業|施策|制度)?(?:について)?[\s　:：]+(?P<office>[一-鿿々ァ-ヴー・]{1,24}(?:課|室|局|係|班|グループ|センター))(?![一-鿿])"
)
_NUMBERED = re.compile(r"^[\s#]*(?P<number>[0-9０-９]{1,2}|[①-⑳])[\s　.．、)）]*")
_GLANCE_OFFICE = re.compile(r"担当|所管|主管|主務|合せ|合わせ|照会先|連絡先|事務局")
# The office behind the name of a heading: 「…　【担当：環境部資源循環課】」.
_IN_CHARGE = re.compile(
    r"^[\s#◆◇■□●○▼・*]*(?P<name>[^【】\[\]:：。]{3,50}?)\s*[【\[(]\s*(?:主)?(?:担当|所管|主管)(?:課|部署|部局)?\s*[:：]\s*(?P<office>[^【】\[\]()。]{2,40})[】\])]\s*$"
)
_LONGEST_HEADING = 120
_ENTRUSTED = re.compile(
    r"【(?P<how>再?委託)[^】\n]{0,24}】[ 　]*[→⇒][ 　]*(?:[Ａ-ＺA-Z][．.][ 　]*)?(?P<name>(?:[（(][^（）()\n]{1,4}[）)])?[^（）()\s　0-9０-９]{2,40})"
    r"[^\n]*(?:\n[^\n（(→A-Za-zＡ-Ｚ]*[（(](?P<what>[^（）()\n→]{3,80})[）)])?"
)
_CHARGE = re.compile(r"所管は(?P<rest>[^。]{2,40}?)と(?:する|し)|(?P<rest2>[^。、]{2,40}?)が所管する")


def programme_facts(document: Document) -> Iterator[Fact]:
    """Every place that names a programme, then its other names and the offices in charge."""
    yield from program_facts(document)
    own = program_of_title(document.metadata.title)
    for block in document.blocks:
        yield from other_names(document, block)
        yield from offices(document, block, own)


def other_names(document: Document, block: Block) -> Iterator[Fact]:
    """Short, former and common names of programmes, each at the place that gives it."""
    raw = block.span.of(document.text)
    if not _GLANCE.search(raw):
        return
    normal = normalize(raw)
    text = normal.text
    found: list[tuple[int, int, str, str, str]] = []
    for pattern in (_CALLED, _SAID_TO_BE, _BESIDE):
        for match in pattern.finditer(text):
            program = _named_before(text, match.start())
            written = match["name"].strip()
            other = re.sub(r"\s*\n\s*", "", written)  # 「補助／金」 at the end of a line
            if program is None or _NO_NAME.fullmatch(other) or other == program:
                continue
            if pattern is _BESIDE and (
                not PROGRAM_ENDING.search(other) or _DENOMINATION.search(other) or program_name(other) is None
            ):
                continue
            if pattern is not _BESIDE and len(other) < 3 and not re.search(r"[ァ-ヴA-Za-z]", other):
                continue
            found.append((match.start() - len(program), match.end(), program, other, written))
    for start, end, program, other, written in found:
        place = normal.to_original(max(0, start), end)
        quote = place.of(raw)
        first = text.rindex(written, 0, end)
        printed = normal.to_original(first, first + len(written)).of(raw)
        if printed not in quote:
            continue
        yield Fact(
            "program", document.path, block.span.start + place.start, block.span.start + place.end, quote, printed, program,
            section=block.heading_path, other_names=(other,),
        )  # fmt: skip


def _named_before(text: str, end: int) -> str | None:
    line = text[max(text.rfind("\n", 0, end), text.rfind("|", 0, end)) + 1 : end]
    if (whole := program_name(line)) is not None:
        return whole
    name = name_before(text, end)
    return program_name(name) if name is not None else None


def offices(document: Document, block: Block, own: str | None) -> Iterator[Fact]:
    """The office in charge of the programme that a block stands under, or whose number it gives."""
    raw = block.span.of(document.text)
    if block.kind == "heading":
        yield from _in_heading(document, block, raw)
    if "委託" in raw and ("→" in raw or "⇒" in raw):
        yield from _entrusted(document, block, raw)
    if not _GLANCE_OFFICE.search(raw):
        return
    yield from _of_measures(document, block, raw)
    start = block.span.start
    for line in raw.split("\n"):
        span = Span(start, start + len(line))
        start += len(line) + 1
        if not _GLANCE_OFFICE.search(line) or len(line) > 160:
            continue
        normal = normalize(line).text
        numbered = list(_BY_NUMBER.finditer(normal))
        if numbered:
            for match in numbered:
                program, section = _of_number(document, normalize(match["number"]).text)
                if program is not None:
                    yield _office(document, span, line, program, match["office"], section)
            continue
        labelled = _LABELLED.match(normal)
        charge = _CHARGE.search(normal)
        rest = labelled["rest"] if labelled else (charge["rest"] or charge["rest2"]) if charge else None
        office = _OFFICE.match(rest.strip(" 　「")) if rest else None
        program = next((name for title in reversed(block.heading_path) if (name := program_name(title))), None) or own
        if office is not None and program is not None and len(office["office"]) >= 2:
            yield _office(document, span, line, program, office["office"], block.heading_path)


def _in_heading(document: Document, block: Block, raw: str) -> Iterator[Fact]:
    """「○○交付金（内閣府○○室）」, 「(4) ○○補助　1,500万円（900万円）【まちづくり課】」."""
    program = program_name(raw)
    match = re.search(r"[(【\[]([^()【】\[\]]{2,60})[)】\]]\s*$", normalize(raw).text) if program else None
    if match and program and OFFICE_ENDING.search(match[1]) and not re.search(r"[0-9。]", match[1]):
        yield _office(document, block.span, raw, program, match[1], (*block.heading_path, program))


def _of_measures(document: Document, block: Block, raw: str) -> Iterator[Fact]:
    """「基本方針２　資源が循環するくらし　【担当：環境部資源循環課】」: the office of the measures that stand under a heading that is no programme."""
    start = block.span.start
    for line in raw.split("\n"):
        match = _IN_CHARGE.match(normalize(line).text)
        if match and len(line) < _LONGEST_HEADING and program_name(line[: line.rfind("担当") - 1]) is None:
            office = match["office"].strip()
            fact = _office(document, Span(start, start + len(line)), line, "", office, block.heading_path)
            yield replace(fact, program=None, subject=match["name"].strip())
        start += len(line) + 1


def _entrusted(document: Document, block: Block, raw: str) -> Iterator[Fact]:
    """「【委託】→ Ａ．（一財）○○センター　524百万円」 of a review sheet, with what it is paid for in the brackets below."""
    for match in _ENTRUSTED.finditer(raw):
        name = match["name"].strip(" 　")
        what = re.sub(r"[ 　]*[0-9０-９,，.]+(?:百万円|千円|円)?", "", match["what"] or "")
        span = Span(block.span.start + match.start(), block.span.start + match.end())
        yield Fact(
            "program", document.path, span.start, span.end, match[0], name, section=block.heading_path, subject=what or None,
            body=name, form=match["how"],
        )  # fmt: skip


def _of_number(document: Document, number: str) -> tuple[str | None, tuple[str, ...]]:
    """The programme under the heading with that number."""
    for block in document.blocks:
        if block.kind == "heading":
            title = block.span.of(document.text)
            match = _NUMBERED.match(title)
            if match and normalize(match["number"]).text == number and (name := program_name(title)):
                return name, (*block.heading_path, name)
    return None, ()


def _office(document: Document, span: Span, line: str, program: str, office: str, section: tuple[str, ...]) -> Fact:
    stripped = Span(span.start + len(line) - len(line.lstrip()), span.end - (len(line) - len(line.rstrip())))
    quote = stripped.of(document.text)
    normal = normalize(quote)
    place = normal.text.find(office)
    printed = normal.to_original(place, place + len(office)).of(quote) if place >= 0 else quote
    return Fact(
        "program", document.path, stripped.start, stripped.end, quote, printed, program, section=section, body=office
    )
