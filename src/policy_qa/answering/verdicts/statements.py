"""What documents state, one sentence, item or row at a time, with what stands around it that it cannot be understood without.

Owns that setting. Invariant: a statement is one passage; what stands above it (headings, the line that introduces its list, the question it
answers, the item it speaks of) says what it is about, never what it says of that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from policy_qa.answering.library import Library
from policy_qa.answering.passages.passages import Passage, announces, is_title, passages_of_document
from policy_qa.answering.verdicts.claim import Claim, plain
from policy_qa.answering.verdicts.stance import DENIES
from policy_qa.facts.eligibility.aspects import (
    ANNOUNCES,
    LIFTS,
    aspect_of_label,
    bare_label,
    is_legend,
    lets_in,
    shuts_out,
)
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.types import Aspect, Document, Fact

_QUESTION = re.compile(r"^(?:Q|問)\s*[0-9]*|[?？]$|(?:です|ます|せん|でしょう|た)か。?$")
_LIKE_A_QUESTION = re.compile(r"^(?:Q|問)\s*[0-9]|[?？]$|(?:です|ます|せん|でしょう)か。?$")
_EXCEPTION = re.compile(r"^(?:※ ?|(?:なお|また)、)?(?:ただし|但し)")
# What lets a case in right behind a rule that shuts out, without ただし: 「単体での購入は対象外です。会計ソフトとあわせて導入する場合に限り、対象となります。」
_LETS_A_CASE_IN = re.compile(
    r"(?P<case>[^。]+?)(?:場合|とき|方|者|もの)(?:に限り|に限って|は|も|であれば|には)、?[^。]*(?:対象(?:と(?:し|なり|する|なる)|に(?:し|なり|なる)|です)|でき(?:ます|る)|認め(?:ます|る)|受け付け(?:ます|る)|(?:支給|交付|補助|助成)し(?:ます|$))"
)
# A heading or a line before a list that says when what was granted ends.
_ENDS = re.compile(
    r"(?:られ|れ|対象で|対象と|資格が|資格を)なくな[るり]|を失[うい]|取り?消[しす]|(?:支給|支援|交付|給付)を?(?:停止|打ち?切)|返還を(?:命|求)"
)
_FORBIDS = re.compile(
    r"(?:ては|(?<!忘れ)ないで)(?:いけない|いけません|ならない|なりません|ください)|禁止|遠慮(?!な)|お断り|できないこと"
)
_REMARK = re.compile(r"^(?:※|注|ただし|但し|なお)")
_ORDINAL = re.compile(r"第[0-9]+[回次期号]")
_OWN_EXCEPTION = re.compile(r"(?<=.)(?:ただし|但し)")
_REFERS = re.compile(
    r"(?P<mark>[ア-ン]|[①-⑳]|[(（][0-9ア-ン]{1,2}[)）])(?:の場合|に(?:つい|該当)|は、|については|のうち)"
)
# A cell that only says whether what its row names is covered.
_MARKS = (
    ("in", re.compile(r"(?:[○〇◯◎●]|対象(?:となる|とする|です)?|可|認める)(?:$|[ 　(※])")),
    ("out", re.compile(r"(?:[×✕✖☓]|対象外|対象と(?:ならない|しない)|不可|認めない)(?:$|[ 　(※])")),
    ("need", re.compile(r"(?:[△▲]|要相談|条件付き?(?:で対象)?)(?:$|[ 　(※])")),
)
_ONE_OF = re.compile(r"いずれか")
_FARTHEST = 3  # passages behind a rule in which its exceptions stand
_MOST_ITEMS = 12


_LETTING_IN = frozenset({"applicant", "project", "cost"})  # aspects of the columns that say what a programme is for


@dataclass(frozen=True, slots=True)
class Statement:
    """A passage as a statement.

    ``above`` is what stands over it, ``question`` the one it answers, ``exceptions`` are the statements right behind it that take cases
    out of it. ``is_out`` says that its list or heading shuts out, ``one_of`` which list of alternatives (次のいずれか) it is an item of, 0 for none,
    ``beside`` is its whole block.
    """

    passage: Passage
    text: str
    above: str
    question: str = ""
    aspect: Aspect | None = None
    case: str = ""
    is_out: bool = False
    exceptions: tuple[Statement, ...] = ()
    one_of: int = 0
    programs: frozenset[str] = frozenset()
    beside: str = ""

    def without(self, names: Sequence[str]) -> Statement:
        """The statement with names blanked: what only names the programme says nothing of a case."""
        if not any(name in text for name in names for text in (self.text, self.question)):
            return self
        text, question = self.text, self.question
        for name in names:
            text, question = (said.replace(name, " " * len(name)) for said in (text, question))
        exceptions = tuple(exception.without(names) for exception in self.exceptions)
        return replace(self, text=text, question=question, exceptions=exceptions)

    def mark(self, claim: Claim) -> str | None:
        """What the mark in its row does with what the row names: ``in`` for ○, ``out`` for ×, ``need`` for △; of several, the column a claim says.

        ``open`` where the columns differ and the claim says none of them.
        """
        marked = [
            (cell.label, does)
            for cell in self.passage.cells
            for does, pattern in _MARKS
            if pattern.match(normalize(cell.text).text.strip())
        ]
        weights = [
            sum(point.weight for point in claim.points if point.is_in(label))
            + sum(case in label for case in claim.cases)
            + sum(ordinal in claim.text for ordinal in _ORDINAL.findall(label))
            for label, _ in marked
        ]
        said = {does for (_, does), weight in zip(marked, weights, strict=True) if weight == max(weights)}
        return said.pop() if len(said) == 1 else "open" if said else None

    def column(self, claim: Claim) -> str | None:
        """What the column that a claim is told in does with it, where one of its row's shuts out (対象とならないもの): ``out``, ``in``, or ``open``.

        ``None`` where no column shuts out.
        """
        cells = [(_shuts_out_label(cell.label), cell) for cell in self.passage.cells]
        if not any(is_shut for is_shut, _ in cells):
            return None
        told = {True: 0.0, False: 0.0}
        for is_shut, cell in cells:
            if is_shut or aspect_of_label(normalize(cell.label).text) in _LETTING_IN:
                text = normalize(cell.text).text
                told[is_shut] += sum(point.weight for point in claim.points if point.is_in(text))
        return "open" if told[True] == told[False] else "out" if told[True] > told[False] else "in"

    @property
    def is_legend(self) -> bool:
        """Whether it only says what marks stand for: 「○：対象　△：条件により対象　×：対象外」."""
        return is_legend(self.text)

    @property
    def is_exception(self) -> bool:
        """Whether it only takes cases out of the statement before it."""
        if LIFTS.search(self.text) and not _OWN_EXCEPTION.search(self.text):
            return True
        return bool(_EXCEPTION.match(self.text))

    @property
    def case_let_in(self) -> str:
        """The case that it lets in, of which it says so itself; empty where it does not."""
        return case_let_in(self.text)

    @property
    def is_title(self) -> bool:
        """Whether it only names what is below it, or its document."""
        names_below = self.passage.block.kind == "heading" and (
            self.passage.block.level == 1 or fold(self.text) in fold(self.passage.title)
        )
        return names_below or is_title(self.passage)

    @property
    def introduces(self) -> bool:
        """Whether it only says that a list follows."""
        return announces(self.text) and bool(ANNOUNCES.search(self.text))


def case_let_in(text: str) -> str:
    """The case that a sentence lets in, of which it says so itself; empty where it does not, or is an exception by its own words."""
    match = _LETS_A_CASE_IN.match(text) if not _EXCEPTION.match(text) else None
    return match["case"] if match is not None and not shuts_out(text) else ""


def statements_of(path: str, library: Library) -> tuple[Statement, ...]:
    """The statements of a document in its order."""
    return library.statements(path, _read)


def _read(document: Document, facts: Sequence[Fact]) -> tuple[Statement, ...]:
    return tuple(_with_exceptions(list(_statements(document, facts))))


def _statements(document: Document, facts: Sequence[Fact]) -> Iterator[Statement]:
    asked, before = "", ""
    section: tuple[str, ...] = ()
    items: dict[str, str] = {}
    for passage in passages_of_document(document):
        text = plain(passage.text)
        if passage.section[: len(section)] != section or (
            passage.block.kind == "heading" and len(passage.section) <= len(section)
        ):
            asked, section, items = "", passage.section, {}
        section = passage.section
        heading = plain(normalize(passage.section[-1]).text) if passage.section else ""
        if _LIKE_A_QUESTION.search(text) and passage.block.kind != "table":
            asked = text
            if passage.block.kind == "heading":
                continue
        question = heading if _LIKE_A_QUESTION.search(heading) or re.match(r"Q|問[0-9]", heading) else asked
        if question == text:
            continue
        own = [fact for fact in facts if fact.start < passage.span.end and passage.span.start < fact.end]
        aspect = own[0].aspect if own else None
        lead = plain(passage.lead).rstrip("。").split("。")[-1]
        labels = " ".join(cell.label for cell in passage.cells)
        is_out = (
            aspect == "excluded"
            or shuts_out(lead)
            or (announces(lead) and bool(_ENDS.search(lead)))
            or (announces(lead) and bool(DENIES.search(lead)))
            or any(_shuts_out_label(title) for title in passage.section[-1:])
        )
        referred = " ".join(items.get(match["mark"].strip("()（）"), "") for match in _REFERS.finditer(text))
        if passage.block.marker:
            items[passage.block.marker.strip(" 　()（）")] = text
        leant_on = plain(normalize(passage.before.quote).text) if passage.before else ""
        if not leant_on and _REMARK.match(text):
            leant_on = before
        if not _REMARK.match(text):
            before = text
        above = " ".join((*passage.section, passage.title, lead, labels, question, referred, leant_on))
        yield Statement(
            passage, text, plain(normalize(above).text), question, aspect, (own[0].subject or "") if own else "",
            is_out and not (lets_in(text) and not own), (), _group(passage, lead),
            frozenset(fact.program for fact in own if fact.program),
            plain(normalize(passage.block.span.of(document.text)).text) if passage.block.kind != "table" else "",
        )  # fmt: skip


def _group(passage: Passage, lead: str) -> int:
    """Which list of alternatives a passage is an item of: where the line that introduces it starts, 0 for none."""
    if passage.introduced_by is None or not _ONE_OF.search(lead):
        return 0
    return passage.introduced_by.start + 1


def _shuts_out_label(title: str) -> bool:
    text = normalize(title).text
    return (
        aspect_of_label(text) == "excluded"
        or bool(_ENDS.search(text))
        or bool(_FORBIDS.search(text))
        or (shuts_out(text) and not _QUESTION.search(bare_label(text)))
    )


def _is_item_of(item: Statement, statement: Statement) -> bool:
    """Whether a statement is an item of the list that another's block introduces."""
    introduced_by, block = item.passage.introduced_by, statement.passage.block
    return introduced_by is not None and block.span.start <= introduced_by.start < block.span.end


def _with_exceptions(statements: list[Statement]) -> list[Statement]:
    found = []
    for number, statement in enumerate(statements):
        behind = []
        if not statement.is_exception:
            for other in statements[number + 1 : number + 1 + _FARTHEST]:
                if not other.is_exception:
                    is_turn = other is statements[number + 1] and other.passage.order == statement.passage.order
                    if is_turn and other.case_let_in and shuts_out(statement.text):
                        behind.append(other)
                    if other.passage.order != statement.passage.order:
                        break
                    continue
                behind.append(other)
                if announces(other.text):
                    behind += [item for item in statements[number + 2 :][:_MOST_ITEMS] if _is_item_of(item, statement)]
        found.append(replace(statement, exceptions=tuple(behind)) if behind else statement)
    return found
