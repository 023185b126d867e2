"""What a document says of itself at its top: whose it is, of when, of what kind, how far it got.

Owns what a form is filled with before a person looks at it. Invariant: everything proposed stands in the title or in the first lines; where they
do not say it, nothing is proposed. Labels never are: who may see a document is said by people.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.japanese.dates import TimeMention, find_times
from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.vocabulary import OFFICE_ENDING
from policy_qa.types import DecisionStatus, Document, Metadata

_HEAD_LINES = 12
_LONGEST_LINE = 40
_MOST_PUBLISHERS = 3
# Kinds of documents as their titles end; the longest that fits is meant.
_KINDS = (
    "基本計画", "実施計画", "総合計画", "総合戦略", "行動計画", "計画", "戦略", "大綱", "基本方針", "方針", "ビジョン", "構想", "指針", "ガイドライン",
    "交付要綱", "実施要綱", "要綱", "公募要領", "募集要項", "要領", "要項", "条例", "規則", "規程", "告示", "通知", "通達", "法律", "政令", "省令", "答申",
    "提言", "意見書", "白書", "年次報告書", "調査報告書", "報告書", "報告", "議事録", "会議録", "議事要旨", "議事概要", "決算書", "予算書", "予算の概要", "予算案の概要",
    "予算", "説明資料", "概要", "手引き", "手引", "マニュアル", "Q&A", "FAQ", "協定書", "仕様書", "一覧", "要覧",
)  # fmt: skip
_KIND = re.compile(f"(?:{'|'.join(sorted(map(re.escape, _KINDS), key=len, reverse=True))})$", re.IGNORECASE)
_BEHIND_TITLE = re.compile(r"(?:\s*[(（〔][^()（）〔〕]{1,16}[)）〕]|(?:素|原|骨子)?案|について|\s+)$")
_STATUSES: tuple[tuple[re.Pattern[str], DecisionStatus], ...] = (
    (re.compile(r"(?:(?<![提立発起答議法])案|たたき台)[)）]?$"), "draft"),
    (re.compile(r"廃止[)）]?$"), "abolished"),
    (re.compile(r"(?:改定|改訂|改正|一部変更)[)）]?$"), "revised"),
    (re.compile(r"(?:決定|策定|制定|議決|可決|告示|公布|施行)[)）]?$"), "decided"),
)
_SAID_OF_A_DAY = {"現在", "版", "公表", "作成", "発行"}


def said_of_itself(document: Document) -> Metadata:
    """The document's metadata, with what its title and first lines say where nobody has said anything. Labels stay as they are."""
    about = document.metadata
    title = normalize(about.title).text.strip()
    lines = [line.strip() for line in normalize(document.text[:4_000]).text.split("\n") if line.strip()][:_HEAD_LINES]
    return Metadata(
        about.title,
        about.publishers or _publishers(lines),
        about.date or _date(lines),
        about.document_type or _kind(title),
        about.terms,
        about.labels,
        about.status or _status(title, lines),
    )


def _publishers(lines: Sequence[str]) -> tuple[str, ...]:
    """Lines that are the name of an office, as they stand at the top of documents."""
    offices = [line for line in lines if len(line) <= _LONGEST_LINE and OFFICE_ENDING.search(line)]
    return tuple(line for line in dict.fromkeys(offices) if not re.search(r"[。、:：0-9]", line))[:_MOST_PUBLISHERS]


def _date(lines: Sequence[str]) -> str | None:
    """The date on a line of its own, or the last one that something was decided on."""
    dated = [(mention, line) for line in lines for mention in find_times(line) if _is_dated(line, mention)]
    if not dated:
        return None
    mention = max((mention for mention, _ in dated), key=lambda mention: mention.first)
    iso = mention.first.isoformat()
    return {"day": iso, "month": iso[:7], "year": iso[:4]}[mention.precision]


def _is_dated(line: str, mention: TimeMention) -> bool:
    """Whether a line gives a day, and at most what happened on it: «令和8年3月31日 閣議決定», «（令和8年3月）»."""
    if mention.precision not in {"day", "month", "year"} or not re.search(r"[年/.\-]", mention.printed):
        return False
    rest = (line[: mention.start] + line[mention.end :]).strip("()（） 　")
    return not rest or rest in _SAID_OF_A_DAY or (len(rest) <= 12 and _status_of(rest) is not None)


def _kind(title: str) -> str | None:
    name = title
    while (shorter := _BEHIND_TITLE.sub("", name)) != name:
        name = shorter
    found = _KIND.search(name)
    return found[0] if found else None


def _status(title: str, lines: Sequence[str]) -> DecisionStatus | None:
    """How far the title says that it got; else what happened on the last of the days at the top."""
    found = _status_of(title)
    if found == "draft" and "予算" in title:  # a budget is a draft by its stage, which its figures say
        found = None
    if found is not None:
        return found
    happened = [
        (times[-1].first, said)
        for line in lines
        if (times := find_times(line)) and _is_dated(line, times[-1])
        if (said := _status_of(line[times[-1].end :].strip())) is not None
    ]
    return max(happened, key=lambda one: one[0])[1] if happened else None


def _status_of(text: str) -> DecisionStatus | None:
    return next((status for pattern, status in _STATUSES if pattern.search(text)), None)
