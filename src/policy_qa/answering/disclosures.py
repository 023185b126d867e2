"""What has to be said of the documents an answer rests on, before the answer itself.

Owns the status of cited documents, and the warning that a yes on eligibility has no terms beside it. Invariant: an answer that rests on a draft, on
a document that is no longer in force, or on one of which a newer version is in the corpus, read or not, says so; what ``corpus.toml``, a document's
title, its first lines and the corpus' dates do not show is not claimed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from policy_qa.answering.draft import Draft
from policy_qa.answering.library import Library
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.types import Document, DocumentSummary

_HEAD_LINES = 6
_SHOWS_TERMS = re.compile(r"(?:条件|対象外|例外)：")
# 提案, 立案 and 議案 are no drafts; （案）, 素案 and 計画案 are.
_DRAFT = re.compile(r"(?:(?<![提立発起答議法])案|たたき台)[)）]?\s*$")
# What tells two versions of one document apart; a fiscal year does not: each year has a document of its own.
_VERSION = re.compile(
    r"[（(](?:(?:素|原|骨子)?案|(?:令和|平成)?[0-9元]+年[^（()）]{0,12}|改[定訂正]版?|第[0-9]+版|最終版?|暫定版?|更新版?|旧|新)[)）]"
    r"|第[0-9]+(?:\.[0-9]+)?版|[Vv]er(?:sion)?\.? ?[0-9.]+|改[定訂]版|(?:素|骨子)案$|\s+"
)


def disclosures(draft: Draft, library: Library) -> tuple[str, ...]:
    """What to say of the documents that a draft cites, each once."""
    paths = dict.fromkeys(place.path for statement in draft.statements for place in statement.evidence)
    said = dict.fromkeys(said for path in paths for said in _of_document(path, library))
    if draft.short_answer == "対象です" and not any(
        _SHOWS_TERMS.search(statement.text) for statement in draft.statements
    ):
        said["要件や対象外の記載は資料に見つかりません。申請の前に、所管の窓口に確かめてください"] = None
    return tuple(said)


def _of_document(path: str, library: Library) -> Iterator[str]:
    document = library.document(path)
    title = document.metadata.title
    if is_draft_document(document):
        yield f"出典の「{title}」は案の段階の文書です"
    if document.metadata.status == "abolished":
        yield f"出典の「{title}」は廃止された文書です"
    if path in library.outdated:
        yield f"出典の「{title}」は前の版です（新しい版のファイルを読み取れていません）"
    newer = _newer_version(path, library)
    if newer is not None:
        yield f"出典の「{title}」（{document.metadata.date}）より新しい版（{newer.metadata.date}、「{newer.path}」）があります"


def is_draft_document(document: Document) -> bool:
    """Whether it is said to be a draft; where nobody says, whether the title, or a line at the top that repeats it, ends in 「（案）」, 「素案」 …."""
    if document.metadata.status is not None:
        return document.metadata.status == "draft"
    title = normalize(document.metadata.title).text
    if _DRAFT.search(title) and "予算" not in title:  # a budget is a draft by its stage, which its figures say
        return True
    wanted = fold(_VERSION.sub("", title))
    head = [line for line in normalize(document.text[:2000]).text.split("\n") if line.strip()][:_HEAD_LINES]
    return "予算" not in title and any(wanted in fold(line) and _DRAFT.search(line.strip()) for line in head)


def _newer_version(path: str, library: Library) -> DocumentSummary | None:
    """The newest other document of the same title, when it is newer than the one at ``path``."""
    own = next(summary for summary in library.summaries if summary.path == path)
    if own.metadata.date is None:
        return None
    name = _name(own)
    others = [
        summary
        for summary in library.summaries
        if summary.path != path
        and summary.metadata.date is not None
        and summary.metadata.date > own.metadata.date
        and _name(summary) == name
    ]
    return max(others, key=lambda summary: summary.metadata.date or "", default=None)


def _name(summary: DocumentSummary) -> str:
    return fold(_VERSION.sub("", normalize(summary.metadata.title).text))
