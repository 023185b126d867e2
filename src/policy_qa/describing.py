"""What a person writes of a document into a form -> what can be written into ``corpus.toml``.

Owns the bounds of titles, names, dates and labels. Invariant: every text is one line of what can be seen, a date is reduced ISO, and a viewer gives
and takes labels of their own only.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import PurePosixPath

from policy_qa.errors import NotChanged
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.visible import visible_line
from policy_qa.types import Metadata, Viewer

_LONGEST = 300  # characters of what is said of a document
_MOST_LISTED = 20  # publishers, labels
_REDUCED = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")


def described(said: Metadata, name: str, viewer: Viewer, before: Metadata | None = None) -> Metadata:
    """What was said of a document, as it can be written. Raises ``NotChanged`` for a date that is none, or labels that this viewer cannot give.

    Labels that a document has and this viewer does not have stay.
    """
    labels = frozenset(filter(None, map(_line, said.labels)))
    if not viewer.owner:
        labels &= viewer.labels
        if not labels:
            raise NotChanged(
                name, "閲覧ラベルがありません。", "自分のラベルを1つ以上選んでください（ないと誰にも見えません）。"
            )
        labels |= before.labels - viewer.labels if before else frozenset()
    publishers = tuple(filter(None, map(_line, said.publishers)))
    if max(len(labels), len(publishers)) > _MOST_LISTED:
        raise NotChanged(name, "発行者かラベルが多すぎます。", f"{_MOST_LISTED}個までにしてください。")
    return replace(
        said,
        title=_line(said.title) or PurePosixPath(name).stem,
        publishers=publishers,
        date=_date(said.date, name),
        document_type=_line(said.document_type or "") or None,
        terms=_line(said.terms or "") or None,
        labels=labels,
    )


def _line(text: str) -> str:
    return visible_line(text)[:_LONGEST].strip()


def _date(said: str | None, name: str) -> str | None:
    """A date in any writing as a reduced ISO date."""
    text = visible_line(said or "")
    if not text:
        return None
    if _REDUCED.fullmatch(text):
        try:
            date.fromisoformat(text + "-01-01"[len(text) - 4 :])
        except ValueError:
            pass
        else:
            return text
    mentions = find_times(text)
    length = {"day": 10, "month": 7, "year": 4}.get(mentions[0].precision) if len(mentions) == 1 else None
    if length is None:
        raise NotChanged(
            name, f"日付「{text[:30]}」を読み取れません。", "2026-04-01、2026-04、令和8年4月 のように書いてください。"
        )
    return mentions[0].first.isoformat()[:length]
