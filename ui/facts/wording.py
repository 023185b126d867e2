"""The words of the page of facts, in Japanese and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from policy_qa.types import Aspect, DecisionStatus, FactKind, Stage
from ui.language import Language


@dataclass(frozen=True, slots=True)
class FactsWords:
    """The words of one language."""

    facts_name: str
    facts_title: str
    facts_tagline: str
    facts_none: str
    facts_count: str
    fact_kind: str
    fact_program: str
    fact_program_hint: str
    fact_year: str
    fact_year_hint: str
    fact_year_unread: str
    fact_year_value: str
    fact_stage: str
    fact_apply: str
    fact_all: str
    fact_total: str
    fact_source: str
    fact_unverified: str
    fact_columns: tuple[str, ...]
    fact_kinds: Mapping[FactKind, str]
    fact_stages: Mapping[Stage, str]
    fact_aspects: Mapping[Aspect, str]
    fact_statuses: Mapping[DecisionStatus, str]


_JA = FactsWords(
    facts_name="事実",
    facts_title="読み取った事実",
    facts_tagline="予算額、対象・要件、決定、目標を、文書に書かれている行とともに一覧します。",
    facts_none="該当する事実はありません。条件を減らしてください。",
    facts_count="{total}件のうち{shown}件を表示しています。",
    fact_kind="種類",
    fact_program="事業名（一部でもよい）",
    fact_program_hint="例：交付金",
    fact_year="年度",
    fact_year_hint="例：令和8年度、R8、2026",
    fact_year_unread="年度を読み取れません。「令和8年度」「R8」「2026」のように入力してください。",
    fact_year_value="{year}年度",
    fact_stage="予算の段階",
    fact_apply="絞り込む",
    fact_all="すべて",
    fact_total="（合計）",
    fact_source="原文",
    fact_unverified="（OCR・未確認）",
    fact_columns=("事業・対象", "年度・期日", "内容", "記載", "出典"),
    fact_kinds=MappingProxyType(
        {"budget": "予算", "eligibility": "対象・要件", "decision": "決定", "target": "目標", "program": "事業名"}
    ),
    fact_stages=MappingProxyType(
        {"request": "概算要求", "initial": "当初", "supplementary": "補正", "settled": "決算", "other": "その他"}
    ),
    fact_aspects=MappingProxyType(
        {
            "applicant": "対象者", "project": "対象事業", "cost": "対象経費", "requirement": "要件", "excluded": "対象外",
            "rate": "補助率", "ceiling": "上限額", "floor": "下限額", "period": "期限・期間", "application": "申請先・手続",
            "flow": "実施主体・資金の流れ",
        }
    ),
    fact_statuses=MappingProxyType({"draft": "案・予定", "decided": "決定", "revised": "改定", "abolished": "廃止"}),
)  # fmt: skip


_EN = FactsWords(
    facts_name="Facts",
    facts_title="Facts read from the documents",
    facts_tagline="Budgets, eligibility, decisions and targets, each with the line that states it.",
    facts_none="No such fact. Try fewer conditions.",
    facts_count="Showing {shown} of {total}.",
    fact_kind="Kind",
    fact_program="Programme (or a part of its name)",
    fact_program_hint="e.g. 交付金",
    fact_year="Fiscal year",
    fact_year_hint="e.g. 令和8年度, R8, 2026",
    fact_year_unread="This is no fiscal year. Write it as 令和8年度, R8 or 2026.",
    fact_year_value="FY{year}",
    fact_stage="Budget stage",
    fact_apply="Filter",
    fact_all="All",
    fact_total="(total)",
    fact_source="Original",
    fact_unverified=" (OCR, unverified)",
    fact_columns=("Programme or subject", "Year or date", "What", "As printed", "Source"),
    fact_kinds=MappingProxyType(
        {"budget": "Budget", "eligibility": "Eligibility", "decision": "Decision", "target": "Target", "program": "Programme"}
    ),
    fact_stages=MappingProxyType(
        {"request": "requested", "initial": "initial", "supplementary": "supplementary", "settled": "settled", "other": "other"}
    ),
    fact_aspects=MappingProxyType(
        {
            "applicant": "who", "project": "projects", "cost": "costs", "requirement": "requirements", "excluded": "excluded",
            "rate": "rate", "ceiling": "ceiling", "floor": "floor", "period": "period", "application": "application",
            "flow": "flow of funds",
        }
    ),
    fact_statuses=MappingProxyType({"draft": "draft", "decided": "decided", "revised": "revised", "abolished": "abolished"}),
)  # fmt: skip


_WORDS: Mapping[Language, FactsWords] = MappingProxyType({"ja": _JA, "en": _EN})


def facts_words(language: Language) -> FactsWords:
    """The words of ``language``."""
    return _WORDS[language]
