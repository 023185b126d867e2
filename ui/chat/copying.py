"""An answer with its sources as text: to paste into a mail, or into an official document.

Invariant: what is quoted is the document's own text; nothing is said here that the answer or its citations do not say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policy_qa.types import Answer, Citation, Metadata
from ui.chat.turns import MARKER
from ui.dates import japanese_date

_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def plain(answer: Answer, documents: Mapping[str, Metadata]) -> str:
    """Question, answer, what was assumed, and each source with its quote; markers stay as ``[1]``."""
    lines = [f"質問：{answer.question}", f"回答：{answer.answer}"]
    lines += [f"※{assumption}" for assumption in answer.assumptions]
    if answer.citations:
        lines.append("出典：")
    for citation in answer.citations:
        lines.append(f"[{citation.marker}] {_source(citation, documents)}")
        lines += [f"    {line}" for line in citation.quote.splitlines() if line.strip()]
    return "\n".join(lines)


def official(answer: Answer, documents: Mapping[str, Metadata]) -> str:
    """The same as a reply to an inquiry is set out in official documents: numbered 記, notes, grounds, 以上.

    The order 「１、⑴」 and the full-width numerals are those of 「公用文作成の考え方」 (文化審議会, 2022).
    """
    noted = {citation.marker for citation in answer.citations}
    said = MARKER.sub(lambda match: f"（根拠({match[1]})）" if int(match[1]) in noted else match[0], answer.answer)
    parts = [
        ["照会事項", f"　{answer.question}"],
        ["回答", *(f"　{line}" for line in said.splitlines() if line.strip())],
    ]
    if answer.assumptions:
        parts.append(["前提", *(f"　{assumption}" for assumption in answer.assumptions)])
    if answer.citations:
        parts.append(["根拠", *_grounds(answer, documents)])
    lines = ["記", ""]
    for number, (title, *content) in enumerate(parts, start=1):
        lines += [f"{str(number).translate(_WIDE)}　{title}", *content, ""]
    return "\n".join([*lines, "以上"])


def _grounds(answer: Answer, documents: Mapping[str, Metadata]) -> Iterator[str]:
    for citation in answer.citations:
        yield f"　({citation.marker})　{_source(citation, documents)}"
        yield from (f"　　　「{line.strip()}」" for line in citation.quote.splitlines() if line.strip())


def _source(citation: Citation, documents: Mapping[str, Metadata]) -> str:
    """「題名」（発行者、日付）見出し、ページ."""
    known = documents.get(citation.path)
    about = [*(known.publishers if known else ()), japanese_date(known.date) if known and known.date else ""]
    said = "、".join(part for part in about if part)
    place = [citation.section[-1] if citation.section else "", f"{citation.page}ページ" if citation.page else ""]
    where = "、".join(part for part in place if part)
    return f"「{citation.title}」{f'（{said}）' if said else ''}{where}"
