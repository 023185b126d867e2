"""What a form is filled with before a person looks at it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policy_qa.documents.about import said_of_itself
from policy_qa.types import Metadata
from tests.texts import document_of


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        (
            "みなと市交通計画（案）",
            "みなと市交通計画（案）\n令和8年3月\nみなと市 企画部 交通政策課\n\n本文です。\n",
            (("みなと市 企画部 交通政策課",), "2026-03", "計画", "draft"),
        ),
        (
            "観光振興基本計画",
            "観光振興基本計画\n令和7年10月1日　閣議決定\n（令和8年3月31日　一部変更）\n",
            ((), "2026-03-31", "基本計画", "revised"),
        ),
        (
            "住宅改修補助金交付要綱について（令和8年度版）",
            "住宅改修補助金交付要綱について（令和8年度版）\n令和8年4月1日施行\n産業省\n観光庁\n",
            (("産業省", "観光庁"), "2026-04-01", "交付要綱", "decided"),
        ),
        ("令和8年度予算（案）の概要", "令和8年度予算（案）の概要\n", ((), None, "概要", None)),
        ("令和8年度予算（案）", "令和8年度予算（案）\n財政課\n", (("財政課",), None, "予算", None)),
        (
            "窓口の案内",
            "窓口の案内\n\n令和8年4月1日から受付を始める。国が補助する。企画課に提出すること。\n",
            ((), None, None, None),
        ),
        ("住民からの提案", "住民からの提案\n", ((), None, None, None)),
        ("旧奨学金規則の廃止", "旧奨学金規則の廃止\n2026年4月1日\n", ((), "2026-04-01", None, "abolished")),
    ],
)
def test_what_stands_at_the_top_is_proposed_and_nothing_else(
    title: str, text: str, expected: tuple[tuple[str, ...], str | None, str | None, str | None]
) -> None:
    found = said_of_itself(document_of(text, title=title, date=None))
    assert (found.publishers, found.date, found.document_type, found.status) == expected


def test_what_somebody_said_goes_before_what_the_text_says_and_labels_are_never_proposed() -> None:
    document = document_of("交通計画（案）\n令和8年3月\n企画課\n", title="交通計画（案）", date=None)
    assert said_of_itself(document).labels == document.metadata.labels
    known = Metadata("交通計画（案）", ("市長室",), "2025", "方針", None, frozenset({"staff"}), "decided")
    assert said_of_itself(replace(document, metadata=known)) == known
