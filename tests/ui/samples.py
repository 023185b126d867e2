"""A service over two invented documents, one of them hostile, for the tests of the screens and the API."""

from __future__ import annotations

import hashlib

from policy_qa.errors import IndexDamaged
from policy_qa.history import History
from policy_qa.testing import FakePolicyQA
from policy_qa.types import (
    Answer,
    Block,
    Citation,
    CitedFact,
    Document,
    Fact,
    Metadata,
    Span,
    Understood,
    Viewer,
)

OWNER = Viewer.local_owner()

PLAN = """青葉県 海辺のまち振興計画（令和8年3月）

第1章 計画の目的
この計画は、海辺のまちの働く場を守り、若い世代が住み続けられる地域をつくることを目的とする。

第2章 令和8年度の予算
○海辺のまち支援事業 12億3,400万円（前年度：10億円）
　対象は、県内の市町村及び漁業協同組合とする。補助率は2分の1以内とする。
○港の環境改善交付金 4億5,000万円（前年度：4億円）
　対象は、港湾を管理する市町村とする。

第3章 進め方
計画の進み具合は、毎年度、海辺のまち振興会議で確かめる。
令和8年10月30日までに中間報告を取りまとめる。
"""

ATTACK = "<img src=x onerror=\"window.attacked='yes'\">"
TEMPLATE_ATTACK = "${window.attacked='yes'} {{value}} `"
HOSTILE_TEXT = f"前の行 {ATTACK} {TEMPLATE_ATTACK}\n悪意のある引用 {ATTACK} です。\n"
HOSTILE_TEXT += "後の行 <script>window.attacked='yes'</script>\n"

AMOUNT_QUESTION = "海辺のまち支援事業の令和8年度の予算額は？"
COMPARE_QUESTION = "二つの事業の予算額は？"
CLARIFY_QUESTION = "対象は？"
CHOICE = "港の環境改善交付金の対象"
HOSTILE_QUESTION = f"これは何ですか {ATTACK} {TEMPLATE_ATTACK}"
KNOWN_ERROR_QUESTION = "壊れた索引で質問"
UNEXPECTED_ERROR_QUESTION = "想定外の質問"


def document(path: str, title: str, text: str, labels: frozenset[str] = frozenset({"public"})) -> Document:
    """A document whose blocks are its lines."""
    blocks = []
    start = 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            blocks.append(Block("paragraph", Span(start, start + len(line.rstrip("\n"))), heading_path=(title,)))
        start += len(line)
    metadata = Metadata(title, ("青葉県 企画部",), "2026-03", "計画", None, labels)
    return Document(path, hashlib.sha256(text.encode()).hexdigest(), text, tuple(blocks), metadata)


PLAN_DOCUMENT = document("plans/umibe.md", "海辺のまち振興計画", PLAN)
HOSTILE_DOCUMENT = document(f"x{ATTACK}.txt", f"題名 {ATTACK} {TEMPLATE_ATTACK}", HOSTILE_TEXT)


def cite(marker: int, source: Document, quote: str, section: tuple[str, ...] = ()) -> Citation:
    """A citation of ``quote`` where it first stands in the document."""
    start = source.text.index(quote)
    return Citation(
        marker,
        source.path,
        source.metadata.title,
        section,
        3 if marker == 2 else None,
        start,
        start + len(quote),
        quote,
        source.sha256,
    )


_BUDGET_LINE = "海辺のまち支援事業 12億3,400万円（前年度：10億円）"
_HARBOUR_LINE = "港の環境改善交付金 4億5,000万円（前年度：4億円）"
_BUDGETS = ("第2章 令和8年度の予算",)


def sample_answers() -> dict[str, Answer | Exception]:
    """One answer of each kind."""
    budget = Understood("budget", ("海辺のまち支援事業",), (2026,), ("initial",), "amount")
    return {
        AMOUNT_QUESTION: Answer(
            question=AMOUNT_QUESTION,
            status="answered",
            short_answer="12億3,400万円",
            answer="令和8年度の海辺のまち支援事業の予算額は12億3,400万円です。[1]",
            assumptions=("令和8年度 = 2026年度、当初予算として回答",),
            understood=budget,
            citations=(cite(1, PLAN_DOCUMENT, _BUDGET_LINE, _BUDGETS),),
            facts=(CitedFact("budget", "海辺のまち支援事業", 2026, "initial", 1_234_000_000, "12億3,400万円", 1),),
            confidence="high",
            elapsed_ms=11.8,
        ),
        COMPARE_QUESTION: Answer(
            question=COMPARE_QUESTION,
            status="answered",
            answer="令和8年度の予算額は次のとおりです。\n・海辺のまち支援事業：12億3,400万円[1]\n・港の環境改善交付金：4億5,000万円[2]",
            understood=budget,
            citations=(
                cite(1, PLAN_DOCUMENT, _BUDGET_LINE, _BUDGETS),
                cite(2, PLAN_DOCUMENT, _HARBOUR_LINE, _BUDGETS),
            ),
            confidence="medium",
            elapsed_ms=14.1,
        ),
        CLARIFY_QUESTION: Answer(
            question=CLARIFY_QUESTION,
            status="clarify",
            reason="ambiguous",
            answer=f"どの事業についての質問ですか。\n・海辺のまち支援事業の対象\n・{CHOICE}",
            understood=Understood("eligibility"),
        ),
        HOSTILE_QUESTION: Answer(
            question=HOSTILE_QUESTION,
            status="answered",
            short_answer=f"値 {ATTACK}",
            answer=f"回答 {ATTACK} {TEMPLATE_ATTACK} です。[1]",
            assumptions=(f"前提 {ATTACK}",),
            understood=Understood("what"),
            citations=(cite(1, HOSTILE_DOCUMENT, f"悪意のある引用 {ATTACK} です。", (f"見出し {ATTACK}",)),),
        ),
        KNOWN_ERROR_QUESTION: IndexDamaged("index/vectors.faiss", "大きさが違います"),
        UNEXPECTED_ERROR_QUESTION: ZeroDivisionError("hidden detail"),
    }


def sample_service(history: History | None = None) -> FakePolicyQA:
    """The fake service over both documents."""
    start = PLAN.index(_BUDGET_LINE)
    fact = Fact(
        "budget",
        PLAN_DOCUMENT.path,
        start,
        start + len(_BUDGET_LINE),
        _BUDGET_LINE,
        "12億3,400万円",
        "海辺のまち支援事業",
        2026,
        "initial",
        1_234_000_000,
    )
    return FakePolicyQA(
        (PLAN_DOCUMENT, HOSTILE_DOCUMENT),
        sample_answers(),
        (fact,),
        originals={PLAN_DOCUMENT.path: PLAN.encode()},
        history=history,
    )
