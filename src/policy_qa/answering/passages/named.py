"""Who, which office, where: the name that the form of a line or a sentence ties to what is asked.

Owns four forms: a label before its value (「場所　第３会議室」, 「座長：山名教授」), a name before its role (倉持会長), a mark with its legend
(「◎は座長」 and 「◎ 久住 慎一郎」), and the noun before the particle that the question asks with (「どこに委託」: 「支部に委託して」).
Invariant: the line, its headings and the top of its document are about what the question is about; the name stands in the cited line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policy_qa.answering.draft import Draft, Evidence, Statement
from policy_qa.answering.library import Library
from policy_qa.answering.passages.asking import asked_phrase
from policy_qa.answering.passages.deeds import deed_asked
from policy_qa.answering.passages.doers import doers
from policy_qa.answering.passages.focus import is_said_around
from policy_qa.answering.passages.nearness import measure
from policy_qa.answering.passages.passages import Passage, place_of, plain, statement_of_passage
from policy_qa.answering.passages.relevance import TITLE_SHARE, Fit, Weighed, asked_role, covers, is_row_of
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.japanese.sentences import sentences
from policy_qa.japanese.tokens import analyze, term_set
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.words import content_words
from policy_qa.tables import line_spans
from policy_qa.types import Document, Span

_ASKS = frozenset({"person", "office", "place"})
_CONSIDERED = 25
_NEEDED = 0.75
_FARTHEST = 30  # blocks between a mark and its legend
_LONGEST_LINE = 160
_LONGEST_VALUE = 60
_NUMBERED = r"(?:[0-9０-９]{1,2}[.．、)）\s　]+|[(（][0-9０-９]{1,2}[)）])?"
_LABEL = re.compile(
    _NUMBERED
    + r"[\s　(（【〔・○●◯■□*\-]*(?P<label>[一-鿿々ァ-ヴーぁ-んA-Z]{2,14})[】〕)）*]*(?:[\s　]*[:：][\s　]*|[\s　]+)(?P<value>\S.*)"
)
_SPACED = re.compile("^(" + _NUMBERED + r"[\s　(（【〔・○●◯■□]*[一-鿿])[ 　]+([一-鿿])(?=[\s　:：】)）])")
_INLINE = re.compile(r"(?P<label>[一-鿿々ァ-ヴー]{2,8})[:：]\s*(?P<value>[^)）、。;；]{2,40})")
# 「欠席３名（木梨委員、外山委員）」
_COUNTED = re.compile(
    r"(?P<label>[一-鿿]{2,6})(?:者|委員)?[ 　]*[0-9０-９]+[名人][(（](?P<value>[^)）0-9０-９]{2,60})[)）]"
)
_LEGEND = re.compile(r"(?P<mark>[◎○●◯☆★※△▲□■])(?:印)?(?:は|:|：|=|＝|…|\s)?\s*(?P<role>[一-鿿々]{2,8})")
_WHERE = re.compile(r"(?:開催)?(?:場所|会場|地)|所在地")
_BEARER = re.compile(r"(?:した)?(?:者|委員|構成員|先|人|団体|会社|業者|機関|事業者)$")
_HELD = re.compile(r"開(?:か|催|い|き)|行(?:わ|い)|会場|場所|集ま")
_PARTICLE = re.compile(
    r"(?:どこ|誰|だれ|どなた|どの[一-鿿々]{1,6}|何(?:省|庁|局|課))(?P<particle>が|に|で|へ|から|と|の)(?!す)(?P<said>[^。?？]+)"
)
_SAME_PARTICLE = {
    "が": r"が|(?<!又)(?<!若しく)は|により|によって|において|で",
    "に": "に|へ",
    "で": "で|において|にて",
    "へ": "へ|に",
    "から": "から|より",
    "と": "と",
    "の": "の",
}
_NOUN = r"(?P<name>(?:[一-鿿々ァ-ヴーA-Za-z0-9]+の)?[一-鿿々ァ-ヴーA-Za-z0-9・][一-鿿々ァ-ヴーA-Za-z0-9・ 　の]*?)"
_DEED = re.compile(
    r"(?P<verb>(?![受行使得当出成])[一-鿿])(?![にがをはのでとへも])[ぁ-ん]{0,4}(?:た|る|う|く|ぐ|む|ぶ|す|つ|ぬ)のは(?:誰|だれ|どなた|どこ)"
)
_VERBAL = re.compile(
    r"(?:を)?(?:し|す|さ|せ|でき)"
)  # 所管している: what is done, which documents say in their own words
_DOER = re.compile(r"を(?P<said>[一-鿿]{1,4})(?:し|す)?[ぁ-ん]{0,4}のは(?:どこ|誰|だれ|どなた)")
_ACT = re.compile(r"[るたうくすつむぬぶいれらせ]*(?:こと|の|か(?:どうか)?)[はをが]")
_SAME_DEED = (r"決[めま]|決定|議決", r"選[ばびぶん]|選定|選任|選出", r"作[るらり成]|策定|作成", r"配[るらり]|配布|交付")
_TELLING = 3.0
_NO_NAME = re.compile(r"(?:次|以下|これ|それ|ここ|何|誰|どこ|[0-9]+|年度?|月|日|同?一)$|誰|どこ|いずれ")


@dataclass(frozen=True, slots=True)
class _Line:
    document: Document
    span: Span
    path: tuple[str, ...]
    page: int | None
    order: int
    text: str


@dataclass(frozen=True, slots=True)
class _Found:
    name: str
    line: _Line
    near: float
    legend: Evidence | None = None


def named_draft(question: Question, fits: Sequence[Fit], words: Sequence[Weighed], library: Library) -> Draft | None:
    """The name that is asked for with the line it stands in; ``None`` where no line has it in one of these forms."""
    if question.asks not in _ASKS or question.is_check or question.wants_list:
        return None
    found = list(_by_form(question, fits, words, library))
    if found:
        best = max(found, key=lambda one: one.near)
        rivals = {fold(one.name) for one in found if one.near >= best.near}
        if len(rivals) == 1 or all(fold(best.name) in rival or rival in fold(best.name) for rival in rivals):
            return _draft_of(best, question)
        return None
    return _by_deed(question, fits, words) or _by_particle(question, fits, words, library)


def _by_form(question: Question, fits: Sequence[Fit], words: Sequence[Weighed], library: Library) -> Iterator[_Found]:
    role = asked_role(question) if question.asks == "person" else None
    asked = normalize(question.text).text
    for line in _lines(fits, library):
        for name, label, legend in (*_labelled(line), *_titled(line, role), *_marked(line, role)):
            if not _answers(label, asked, role, question.asks):
                continue

            def counts(weighed: Weighed, label: str = label) -> bool:
                return weighed.word.surface not in label and not _HELD.match(weighed.word.surface)

            said, near = measure(words, line.text, line.path, line.document, counts=counts)
            if said >= _NEEDED:
                yield _Found(name, line, near, legend)


def _answers(label: str, asked: str, role: str | None, asks: str) -> bool:
    """Whether a label is what is asked for: the role, the place of a meeting, or a noun right before the question's interrogative."""
    if asks == "place" and _WHERE.fullmatch(label):
        return bool(_HELD.search(asked))
    did = _BEARER.sub("", label)  # 欠席委員 for 「欠席したのは誰」, 委託先 for 「どこに委託」
    if len(did) >= 2 and (
        did != label or re.search(rf"{re.escape(did)}(?:した|している|する)(?:の|人|方|者|委員)", asked)
    ):
        return bool(re.search(rf"{re.escape(did)}(?:し|さ|を|す)", asked))
    if role is not None:
        return role.endswith(label)
    return bool(
        re.search(
            rf"(?<![一-鿿々ァ-ヴー]){re.escape(label)}(?:は|って|を|が)?(?:どこ|誰|だれ|どなた|どの|教え|[?？。]*$)",
            asked,
        )
    )


def _lines(fits: Sequence[Fit], library: Library) -> Iterator[_Line]:
    """The short lines of the blocks near the question, each once, and the sections' other lines of names."""
    seen: set[tuple[str, int]] = set()
    for fit in fits[:_CONSIDERED]:
        document = library.document(fit.passage.path)
        path = fit.passage.section
        first = last = fit.passage.order
        while first > 0 and document.blocks[first - 1].heading_path == path and fit.passage.order - first < 8:
            first -= 1
        while last + 1 < len(document.blocks) and document.blocks[last + 1].heading_path == path and last - first < 16:
            last += 1
        for order, block in enumerate(document.blocks[first : last + 1], first):
            if (document.path, block.span.start) in seen or block.kind == "heading":
                continue
            seen.add((document.path, block.span.start))
            for span in line_spans(document.text, block.span):
                if span.end - span.start <= _LONGEST_LINE:
                    yield _Line(document, span, block.heading_path, block.page, order, span.of(document.text))


def _labelled(line: _Line) -> Iterator[tuple[str, str, Evidence | None]]:
    text = _SPACED.sub(r"\1\2", line.text)
    match = _LABEL.match(text)
    if match and "。" not in match["value"] and len(match["value"]) <= _LONGEST_VALUE:
        yield match["value"].strip(), fold(match["label"]), None
    for inline in (*_INLINE.finditer(line.text), *_COUNTED.finditer(line.text)):
        yield inline["value"].strip(), fold(inline["label"]), None


def _titled(line: _Line, role: str | None) -> Iterator[tuple[str, str, Evidence | None]]:
    """A name written before or behind the role: 倉持会長, みどり推進課長　仁科."""
    if role is None:
        return
    for match in re.finditer(
        rf"(?<![一-鿿々ァ-ヴー])(?P<name>[一-鿿々ァ-ヴー]{{1,5}}){re.escape(role)}(?![一-鿿々])", line.text
    ):
        if _is_name(match["name"]):
            yield match[0], role, None
    for match in re.finditer(
        rf"{re.escape(role)}[\s　]+(?P<name>[一-鿿々ァ-ヴー]{{1,5}}(?:[ 　][一-鿿々ァ-ヴーぁ-ん]{{1,5}})?)(?=[\s　、,，）)]|$)",
        line.text,
    ):
        if _is_name(match["name"]):
            yield match["name"], role, None


def _is_name(text: str) -> bool:
    """Whether a text is a person's name: proper nouns, none of them a place's suffix or an office."""
    tokens = [token for token in analyze(text) if token.surface.strip()]
    return bool(tokens) and all(token.part_of_speech.startswith("名詞-固有名詞") for token in tokens)


def _marked(line: _Line, role: str | None) -> Iterator[tuple[str, str, Evidence | None]]:
    """A line that opens with a mark, where the heading or a note of the section says that the mark is for the role."""
    mark = line.text.strip()[:1]
    if role is None or not re.match(r"[◎○●◯☆★※△▲□■]", mark):
        return
    sources: list[tuple[str, Evidence | None]] = [(title, None) for title in line.path[-1:]]
    document = line.document
    for block in document.blocks[max(0, line.order - _FARTHEST) : line.order + _FARTHEST]:
        if block.heading_path == line.path and block.kind != "heading":
            quote = block.span.of(document.text)
            if re.match(r"\s*[(（※]", quote):
                evidence = Evidence(
                    document.path, block.span.start, block.span.end, quote, block.heading_path, block.page
                )
                sources.append((quote, evidence))
    for text, told_by in sources:
        for legend in _LEGEND.finditer(text):
            if legend["mark"] == mark and role.endswith(legend["role"]):
                name = re.split(r"[\s　]{2,}", line.text.strip()[1:].strip())[0]
                yield name, legend["role"], told_by


def _asked_with(text: str) -> tuple[str, str] | None:
    """The particle that a question asks with and the stem of what is done, as a pattern; 「派遣するのはどこ」 asks with が."""
    doer = _DOER.search(text)
    if doer is not None:
        return "が", re.escape(doer["said"])
    asking = _PARTICLE.search(text)
    if asking is None:
        return None
    words = content_words(asking["said"])
    stem = words[0].surface if words else re.sub(r"[ぁ-ん].*$", "", asking["said"])
    same = next((verbs for verbs in _SAME_DEED if stem and re.match(verbs, stem)), None)
    return (asking["particle"], f"(?:{same})" if same else re.escape(stem)) if stem else None


def _by_deed(question: Question, fits: Sequence[Fit], words: Sequence[Weighed]) -> Draft | None:
    """Who does the asked deed, to whom or where, in the sentence that says most of what it is done to."""
    deed = deed_asked(question)
    if deed is None:
        return None
    asked = fold(question.search_text)
    things = [
        weighed
        for weighed in words
        if weighed.word.is_noun and not (deed.start <= weighed.word.start < deed.end) and not weighed.names_document
    ]
    # 「閉じることは誰が決めますか」: a line that decides of this act stands before one that decides of another.
    acts = [
        weighed for weighed in words if not weighed.word.is_noun and _ACT.match(question.search_text, weighed.word.end)
    ]
    found: list[tuple[float, float, Passage, str]] = []
    for fit in fits[:_CONSIDERED]:
        if fit.passage.block.kind == "heading" or fit.passage.cells:
            continue
        said, own = _says_things(things, fit.passage)
        act = _says_things(acts, fit.passage)[1] if acts else 0.0
        named = [one for one in doers(deed, fit.passage.text) if not _is_asker(one.name, asked)]
        # Of several in a sentence the one whose clause says the thing: 「団長は町長が、分団長は団長が任命する」.
        name = (
            max(named, key=lambda one: _said_in(things, fit.passage.text[slice(*one.clause)])).name if named else None
        )
        if name is not None and said >= _NEEDED and (own or act):
            found.append((act, own, fit.passage, name))
    if not found:
        return None
    _, _, passage, name = max(found, key=lambda one: one[:2])
    return _sentence_draft(name, passage, question)


def _is_asker(name: str, asked: str) -> bool:
    """Whether a name stands by itself in a folded question: what is asked of is no answer, but 団長 is no 分団長."""
    return bool(re.search(rf"(?<![一-鿿ァ-ヴー]){re.escape(fold(name))}(?![一-鿿ァ-ヴー])", asked))


def _said_in(things: Sequence[Weighed], text: str) -> float:
    return sum(weighed.says for weighed in things if weighed.word.surface in text)


def _says_things(things: Sequence[Weighed], passage: Passage) -> tuple[float, float]:
    """How much of what a deed is done to is said with a passage at all, and by itself or right above it; both 0..1."""
    total = sum(weighed.says for weighed in things)
    if not total:
        return 1.0, 1.0
    near = passage.terms | term_set("\n".join((passage.lead, *passage.section[-1:])))
    said = sum(weighed.says for weighed in things if covers(weighed, passage) >= TITLE_SHARE)
    own = sum(
        weighed.says
        for weighed in things
        if near.issuperset(weighed.terms) or weighed.official & near or weighed.word.surface in passage.text
    )
    return said / total, own / total


def _by_particle(question: Question, fits: Sequence[Fit], words: Sequence[Weighed], library: Library) -> Draft | None:
    """The noun before the asked particle, in the passage whose verb is the question's: どこに委託 — 支部に委託して."""
    text = normalize(question.search_text).text
    asking = _asked_with(text)
    if asking is None:
        return None
    with_particle, stem = asking
    particle = _SAME_PARTICLE[with_particle]
    things = [weighed for weighed in words if weighed.word.is_noun and not weighed.names_document]
    apart = "" if with_particle == "の" else "、?[^。、]{0,12}?"
    pattern = re.compile(
        rf"(?:^|[、。はがで(（「])\s*{_NOUN}(?:{particle}){apart}{stem}(?![一-鿿]?(?:を受け|の|前|後|日))(?![^。、]{{0,8}}(?:ない|ません))"
    )
    for fit in fits[:_CONSIDERED]:
        passage = fit.passage
        if passage.block.kind == "heading":
            continue
        match = pattern.search(passage.text)
        if match is None or _NO_NAME.search(match["name"]):
            continue
        name = match["name"].strip()
        if fold(name) in fold(text):
            continue
        said, _ = measure(words, passage.text, passage.section, library.document(passage.path))
        if said >= _NEEDED and _says_things(things, passage)[1]:
            return _sentence_draft(name, passage, question)
    return None


def _sentence_draft(name: str, passage: Passage, question: Question) -> Draft:
    statement = f"{name}です。{statement_of_passage(passage)}{place_of(passage)}"
    return Draft(
        "answered",
        (Statement(statement, passage.evidence()),),
        name,
        assumptions=question.assumptions,
        confidence="medium",
    )


def _draft_of(found: _Found, question: Question) -> Draft:
    line = found.line
    text = line.document.text
    span = next(
        (one for one in sentences(text, line.span.start, line.span.end) if found.name in one.of(text)), line.span
    )
    if not span.of(text).strip() or found.name not in span.of(text):
        span = line.span
    own = Evidence(line.document.path, span.start, span.end, span.of(text), line.path, line.page)
    evidence = (own,) if found.legend is None else (own, found.legend)
    place = f"（{line.path[-1]}）" if line.path else ""
    statement = f"{plain(found.name)}です。{plain(span.of(text)).rstrip('。')}。{place}"
    return Draft(
        "answered",
        (Statement(statement, evidence),),
        plain(found.name),
        assumptions=question.assumptions,
        confidence="medium",
    )


def tells_of_deed(question: Question, fit: Fit, fits: Sequence[Fit], words: Sequence[Weighed]) -> bool:
    """For who, which office and where: whether a passage, or one beside it, says each telling noun of the question, and itself the deed."""
    if question.asks not in _ASKS or is_row_of(fit.passage, question):
        return True
    asked = asked_phrase(question)
    text = question.search_text
    nouns = [
        weighed
        for weighed in words
        if weighed.word.is_noun
        and weighed.says >= _TELLING
        and not _VERBAL.match(text, weighed.word.end)
        and (asked is None or (weighed.word.surface in asked.phrase and weighed.word.surface not in asked.head))
    ]
    if not all(is_said_around([weighed], fit, fits) for weighed in nouns):
        return False
    deed = _DEED.search(normalize(question.text).text)
    return deed is None or deed["verb"] in normalize(" ".join((fit.passage.text, *fit.passage.section))).text


def is_asked_above(question: Question, fit: Fit) -> bool:
    """Whether the heading right above a passage asks with the question's own interrogative: 「どこに申請すればよいですか」."""
    asking = re.search(r"どこ|誰|だれ|どなた", question.text)
    return asking is not None and any(asking[0] in title for title in fit.passage.section[-1:])
