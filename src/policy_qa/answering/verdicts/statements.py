"""What documents state, one sentence, item or row at a time, with what stands around it that it cannot be understood without.

Owns that setting. Invariant: a statement is one passage; what stands above it (headings, the line that introduces its list, the question it
answers, the item it speaks of) says what it is about, never what it says of that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from policy_qa.answering.library import Library
from policy_qa.answering.passages.passages import Passage, announces, passages_of_document
from policy_qa.answering.verdicts.claim import plain
from policy_qa.answering.verdicts.stance import DENIES
from policy_qa.facts.eligibility.aspects import ANNOUNCES, aspect_of_label, bare_label, lets_in, shuts_out
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.types import Aspect, Document, Fact

_QUESTION = re.compile(r"^(?:Q|問)\s*[0-9]*|[?？]$|(?:です|ます|せん|でしょう|た)か。?$")
_LIKE_A_QUESTION = re.compile(r"^(?:Q|問)\s*[0-9]|[?？]$|(?:です|ます|せん|でしょう)か。?$")
_EXCEPTION = re.compile(r"^(?:※ ?|(?:なお|また)、)?(?:ただし|但し)")
_REMARK = re.compile(r"^(?:※|注|ただし|但し|なお)")
_REFERS = re.compile(
    r"(?P<mark>[ア-ン]|[①-⑳]|[(（][0-9ア-ン]{1,2}[)）])(?:の場合|に(?:つい|該当)|は、|については|のうち)"
)
_ONE_OF = re.compile(r"いずれか")
_FARTHEST = 3  # passages behind a rule in which its exceptions stand
_MOST_ITEMS = 12


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

    @property
    def is_exception(self) -> bool:
        """Whether it only takes cases out of the statement before it."""
        return bool(_EXCEPTION.match(self.text))

    @property
    def is_title(self) -> bool:
        """Whether it only names what is below it, or its document."""
        return self.passage.block.kind == "heading" and (
            self.passage.block.level == 1 or fold(self.text) in fold(self.passage.title)
        )

    @property
    def introduces(self) -> bool:
        """Whether it only says that a list follows."""
        return announces(self.text) and bool(ANNOUNCES.search(self.text))


def statements_of(path: str, library: Library) -> list[Statement]:
    """The statements of a document in its order."""
    document = library.document(path)
    facts = [fact for fact in library.eligibility if fact.path == path]
    return _with_exceptions(list(_statements(document, facts)))


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
    return aspect_of_label(text) == "excluded" or (shuts_out(text) and not _QUESTION.search(bare_label(text)))


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
                    if other.passage.order != statement.passage.order:
                        break
                    continue
                behind.append(other)
                if announces(other.text):
                    behind += [item for item in statements[number + 2 :][:_MOST_ITEMS] if _is_item_of(item, statement)]
        found.append(replace(statement, exceptions=tuple(behind)) if behind else statement)
    return found
