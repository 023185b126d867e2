"""Questions that documents ask of themselves: the same corpus without them, and each with the passage it stood over.

The question of an FAQ (asked with the subject of its document before it), the heading of a section and the title of an article say what is below them in other words. As long as they stand
there a search finds them by the letter, so that nothing is measured; here they are taken out, and asked.

Invariant: of what is asked no line is left in the document it came from; all else is as it was. Which headings are taken follows from
their text alone, whatever the order of the files.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from eval.retrieval.corpora import Layout
from policy_qa.judging.comparison import folded

HEADINGS = 300
ARTICLES = 300

_HEADING = re.compile(r"(?P<mark>#{1,6}[ \t]+)(?P<said>\S.*)")
# «Q1 …», «**Ｑ3　…**», «### 問2 …», «問１：…»; a heading that asks needs no such mark.
_NUMBERED = re.compile(
    r"(?P<mark>(?:#{1,6}[ \t]+)?(?:\*\*)?(?:質問|問い?|[QＱ])[ 　]*(?P<number>[0-9０-９]*)[-－.．:：、)）\] 　]*)(?P<said>[^|]*?\S)(?:\*\*)?"
)
_ASKS = re.compile(r"(?:[?？]|か|は|ください|下さい|たい)。?$")
_ANSWER = re.compile(r"^(?:\*\*)?(?:回答|答え?|[AＡ])[ 　]*[0-9０-９]*[-－.．:：、)）\] 　]*(?:\*\*)?[ 　]*")
_NUMBER = re.compile(
    r"^(?:第[0-9０-９一二三四五六七八九十]+[章節条項編部回][ 　]*|[（(]?[0-9０-９一二三四五六七八九十ア-ン]{1,3}[)）.．、]+[ 　]*|(?:[0-9０-９]+[.．\-－])*[0-9０-９]+[.．]?[ 　]+|[①-⑳■●◆○◇□・][ 　]*)+"
)
_CONTENTS = re.compile(r"\s*(?:[-*]|\d+\.)\s*\[.*\]\(#.*\)\s*")
_COMMENT = re.compile(r"<!--.*?-->")
_DECORATION = re.compile(r"[〔【［\[（(][^〕】］\]）)]*[〕】］\]）)]|[!！?？☆★♪~～〜]")

_TITLE = re.compile(r"^#[ \t]+(\S.*)$", re.MULTILINE)
# What a title says of its being an FAQ, and of its edition: what is left is what the questions are about.
_EDITION = re.compile(
    r"よくある(?:ご?質問|お問い?合わせ)|FAQ|ＦＡＱ|Q ?& ?A|Ｑ＆Ａ|[（(][^（()）]*版[)）]|[ 　・:：]+$"
)
_CUT = re.compile(r"[0-9０-９,，.．年百千万億兆]+$")
_JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龥]")

_LEAST_HEADING = 6  # characters: a shorter one (「目的」「その他」) stands over many sections
_LEAST_ANSWER = 12
_LEAST_SECTION = 60
_EVIDENCE = 30


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the place that answers it: a document and strings, one of which the right passages hold."""

    id: str
    kind: str
    question: str
    path: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """A line that asks: ``masked`` takes its place. ``line`` counts from 0."""

    path: str
    line: int
    kind: str
    question: str
    masked: str
    evidence: str


def masked(layout: Layout, bulletins: str = "bulletin-csv/") -> tuple[Layout, list[Asked]]:
    """The corpus without what is asked, and what is asked: kinds ``faq``, ``heading`` and ``article``."""
    texts = {path: _text(content) for path, content in layout.files.items() if path.endswith((".md", ".txt"))}
    found = [item for path, text in texts.items() for item in _in_text(path, text)]
    counts = Counter(folded(item.question) for item in found)
    alone = [item for item in found if counts[folded(item.question)] == 1]
    chosen = [item for item in alone if item.kind == "faq"]
    chosen += _drawn([item for item in alone if item.kind == "heading"], HEADINGS)
    files = dict(layout.files)
    for path in sorted({item.path for item in chosen}):
        files[path] = _without(texts[path], {item.line: item.masked for item in chosen if item.path == path})
    tables = {
        path: list(csv.reader(io.StringIO(_text(content))))
        for path, content in layout.files.items()
        if path.startswith(bulletins)
    }
    articles = _articles(tables)
    for path in sorted({item.path for item in articles}):
        rows = [list(row) for row in tables[path]]
        for item in articles:
            if item.path == path:
                rows[item.line][rows[0].index("記事タイトル")] = item.masked
        files[path] = _as_csv(rows)
    asked = [
        Asked(f"{item.kind}:{item.path}:{item.line}", item.kind, item.question, item.path, (item.evidence,))
        for item in (*chosen, *articles)
    ]
    return Layout(files, layout.entries), asked


def _in_text(path: str, text: str) -> Iterator[_Found]:
    lines = text.splitlines()
    subject = _subject(text)
    for number, line in enumerate(lines):
        match = _NUMBERED.fullmatch(line.strip()) or _HEADING.fullmatch(line.strip())
        if match is None:
            continue
        said = _COMMENT.sub("", match["said"]).strip()
        numbered = match.re is _NUMBERED
        question = said if numbered else _NUMBER.sub("", said)
        asks = bool(_ASKS.search(question))
        if numbered and not (asks and (match["number"] or match["mark"].startswith("#"))):
            continue
        below = list(_below(lines, number))
        if asks:
            evidence = next((answer for line in below if len(answer := _answer(line)) >= _LEAST_ANSWER), "")
            if evidence:
                kept = match["mark"] if numbered else match["mark"] + said.removesuffix(question)
                yield _Found(
                    path, number, "faq", f"{subject} {question}".strip(), kept.rstrip() or "…", _beginning(evidence)
                )
        elif _is_said(match["mark"], question) and sum(map(len, below)) >= _LEAST_SECTION:
            evidence = next((line for line in below if len(line) >= _LEAST_ANSWER and not line.startswith("|")), "")
            if evidence:
                yield _Found(path, number, "heading", question, f"{match['mark']}{number}", _beginning(evidence))


def _subject(text: str) -> str:
    """What a document is about, by its first heading. 「対象は？」 asks nothing as long as nobody says of what."""
    title = _TITLE.search(text)
    said = _COMMENT.sub("", title[1]) if title else ""
    return " ".join(_EDITION.sub("", said).split())


def _is_said(mark: str, heading: str) -> bool:
    """Whether a heading below the title says enough to be asked."""
    return mark.count("#") > 1 and len(heading) >= _LEAST_HEADING and bool(_JAPANESE.search(heading))


def _below(lines: list[str], number: int) -> Iterator[str]:
    """What stands under a line, up to the next heading or question, without marks of emphasis."""
    for line in lines[number + 1 :]:
        stripped = line.strip()
        if _HEADING.fullmatch(stripped) or (_NUMBERED.fullmatch(stripped) and _ASKS.search(stripped.rstrip("*"))):
            return
        if stripped and not stripped.startswith(("<", "!", "```")):
            yield stripped


def _answer(line: str) -> str:
    return re.split(r"\*\*|[<\[`]", _ANSWER.sub("", line))[0].strip()


def _beginning(text: str) -> str:
    """The first characters of a text that cut no number or fiscal year in two, which would be another."""
    return _CUT.sub("", text[:_EVIDENCE]) if len(text) > _EVIDENCE else text


def _drawn(found: list[_Found], most: int) -> list[_Found]:
    return sorted(found, key=lambda item: sha256(folded(item.question).encode()).digest())[:most]


def _without(text: str, masks: Mapping[int, str]) -> str:
    lines = [masks.get(number, line) for number, line in enumerate(text.splitlines())]
    return "\n".join(line for line in lines if not _CONTENTS.fullmatch(line)) + "\n"


def _articles(tables: Mapping[str, list[list[str]]]) -> list[_Found]:
    found = []
    for path, rows in tables.items():
        title, body = rows[0].index("記事タイトル"), rows[0].index("記事本文")
        for number, row in enumerate(rows[1:], start=1):
            question = _DECORATION.sub("", row[title]).strip()
            sentence = next((line.strip() for line in row[body].splitlines() if len(line.strip()) >= _LEAST_ANSWER), "")
            if len(question) >= _LEAST_HEADING and len(row[body]) >= _LEAST_SECTION and sentence:
                found.append(_Found(path, number, "article", question, f"記事{number}", _beginning(sentence)))
    counts = Counter(folded(item.question) for item in found)
    return _drawn([item for item in found if counts[folded(item.question)] == 1], ARTICLES)


def _as_csv(rows: list[list[str]]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows)
    return written.getvalue()


def _text(content: Path | str) -> str:
    return content if isinstance(content, str) else content.read_text(encoding="utf-8-sig")
