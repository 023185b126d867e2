"""What an office is in charge of: 「地域振興課が担当する事業」.

Owns the list of the things that lines of charge (お問い合わせ先, 担当, 【担当：環境部】) or a column of offices give to one office. Invariant: a thing is
listed only for the office its own line or row names; a question for an office that none names is left to others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from policy_qa.answering.draft import Draft, Evidence, Statement
from policy_qa.answering.library import Library
from policy_qa.answering.passages.passages import Passage, passages_of_document, plain
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.japanese.vocabulary import LABEL_LINE
from policy_qa.retrieval.question import Question

_ASKED = re.compile(
    r"(?P<office>[一-鿿々ァ-ヴーぁ-んA-Za-z0-9・]{1,20}?(?:課|室|係|部|局|班|センター))(?:が|の|で)(?:担当|所管|主管|受け持)(?:して(?:い)?る|する|つ|の)?(?P<what>事業|補助(?:金|制度)?|助成|支援|制度|施策|取組|もの|業務|手当)"
)
_IN_CHARGE = re.compile(r"お?問い?合わ?せ先?|担当|所管|主管|申請先|窓口|連絡先")
_MOST_DOCUMENTS = 4
_MOST_LISTED = 30


def names_office(question: Question) -> bool:
    """Whether a question asks what an office is in charge of."""
    return bool(_ASKED.search(normalize(question.search_text).text))


def answer_from_offices(question: Question, passages: Sequence[Passage], library: Library) -> Draft | None:
    """Everything that the documents found give an office charge of; ``None`` where no such list is asked for, or nothing names the office."""
    asked = _ASKED.search(normalize(question.search_text).text)
    if asked is None or question.is_check or question.asks in {"money", "date", "person", "rate"}:
        return None
    office = fold(asked["office"])
    found: dict[str, Statement] = {}
    for path in list(dict.fromkeys(passage.path for passage in passages))[:_MOST_DOCUMENTS]:
        for name, evidence in _in_charge_of(office, path, library):
            found.setdefault(fold(name), Statement(f"・{name}", (evidence,)))
    if not found:
        return None
    lines = list(found.values())[:_MOST_LISTED]
    short = "、".join(line.text.removeprefix("・") for line in lines)
    return Draft(
        "answered", tuple(lines), short if len(short) <= 100 else None, assumptions=question.assumptions, is_list=True
    )


def _in_charge_of(office: str, path: str, library: Library) -> Iterator[tuple[str, Evidence]]:
    """The things of a document that an office is in charge of, each with the line that says so."""
    for passage in passages_of_document(library.document(path)):
        own = passage.evidence()[0]
        if passage.cells:
            named = [cell for cell in passage.cells[1:] if _IN_CHARGE.search(cell.label) and _names(office, cell.text)]
            if named and passage.cells[0].text:
                yield passage.cells[0].text, own
            continue
        text = normalize(plain(passage.quote)).text
        label = _IN_CHARGE.search(text)
        if label is None or not _names(office, text[label.end() :]) or len(text) > 2 * len(office) + 60:
            continue
        if passage.block.kind == "heading":
            yield (
                re.sub(r"\s*[【（(][^【】（）()]*(?:担当|所管)[^【】（）()]*[】）)]", "", plain(passage.quote)).strip(),
                own,
            )
            continue
        telling = [title for title in passage.section if not _is_label(title)]
        if telling:
            yield telling[-1], own


def _is_label(title: str) -> bool:
    bare = re.sub(r"^[＜<【［\[「]|[＞>】］\]」].*$", "", title.strip())
    return bool(LABEL_LINE.fullmatch(normalize(bare).text)) or title.strip().startswith(("＜", "<", "［", "["))


def _names(office: str, text: str) -> bool:
    return bool(re.search(rf"(?<![一-鿿々ァ-ヴー]){re.escape(office)}(?![一-鿿々ァ-ヴー])", fold(text)))
