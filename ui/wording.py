"""Every word a user sees on the screens, in Japanese and English: one table, one row per place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from policy_qa.types import Aspect, DecisionStatus, FactKind, PageTrouble, Stage
from ui.language import Language


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language. A field with ``{}`` places is filled in where it is shown."""

    chat_name: str
    tagline: str
    documents_held: str
    files_failed: str
    pages_troubled: str
    conversation: str
    welcome: str
    welcome_detail: str
    examples: str
    empty_title: str
    empty_steps: tuple[str, ...]
    question_label: str
    question_placeholder: str
    question_hint: str
    send: str
    new_conversation: str
    you_asked: str
    working: str
    assumptions: str
    sources: str
    open_source: str
    abstained_title: str
    related: str
    clarify_title: str
    clarify_next: str
    error_title: str
    unexpected: str
    confidence: Mapping[str, str]
    took: str
    panel: str
    panel_empty: str
    panel_position: str
    panel_previous: str
    panel_next: str
    panel_back: str
    panel_section: str
    panel_page: str
    panel_page_value: str
    place_printed: str
    place_slide: str
    place_sheet: str
    page_recognised: str
    page_troubled: str
    page_troubles: Mapping[PageTrouble, str]
    page_trouble_join: str
    panel_picture: str
    panel_picture_alt: str
    panel_picture_open: str
    panel_date: str
    panel_publisher: str
    panel_type: str
    panel_file: str
    panel_quote: str
    panel_changed: str
    example_budget: str
    example_program: str
    example_eligibility: str
    example_decision: str
    example_target: str
    example_title: str
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


_JA = Words(
    chat_name="相談",
    tagline="登録された政策文書だけを根拠に、出典をつけて答えます。資料にないことは「資料にありません」とお伝えします。",
    documents_held="登録文書 {count}件",
    files_failed="読み取れないファイル {count}件",
    pages_troubled="正しく読めていない可能性のあるページ {count}件",
    conversation="会話",
    welcome="知りたいことを、ふだんの言葉で質問してください",
    welcome_detail="予算額、対象、期限、決定の経緯などを、文書の原文とともに確かめられます。",
    examples="質問の例",
    empty_title="まだ文書が登録されていません",
    empty_steps=(
        "文書フォルダー（corpus）に、政策文書（PDF、Word、Excel、PowerPoint、HTML、CSV、テキストなど）を置きます。",
        "コマンド「policy-qa sync」を実行します。文書が読み取られ、検索できるようになります。",
        "この画面を再読み込みして、質問を入力します。",
    ),
    question_label="質問",
    question_placeholder="例：令和8年度の予算額は？",
    question_hint="Enterで送信、Shift＋Enterで改行します。",
    send="質問する",
    new_conversation="新しい会話",
    you_asked="あなたの質問",
    working="文書を調べています…",
    assumptions="この回答の前提",
    sources="出典",
    open_source="出典{marker}を開く",
    abstained_title="資料にありません",
    related="関係しそうな箇所",
    clarify_title="確認させてください",
    clarify_next="当てはまるものを選ぶか、条件を補って質問してください。",
    error_title="お答えできませんでした",
    unexpected="予期しないエラーが発生しました（受付番号 {reference}）。"
    "もう一度お試しください。続くときは、受付番号を添えて管理者に連絡してください。",
    confidence=MappingProxyType({"high": "確からしさ：高", "medium": "確からしさ：中", "low": "確からしさ：低"}),
    took="{seconds}秒",
    panel="出典の確認",
    panel_empty="回答の番号を選ぶと、文書の該当箇所がここに表示されます。",
    panel_position="出典 {position}／{total}",
    panel_previous="前の出典",
    panel_next="次の出典",
    panel_back="回答へ戻る",
    panel_section="見出し",
    panel_page="位置",
    panel_page_value="{page}ページ",
    place_printed="{page}ページ（印刷 p.{printed}）",
    place_slide="スライド{page}",
    place_sheet="シート{page}",
    page_recognised="このページは画像から文字認識（OCR）で読み取りました。金額・数字は原本で確かめてください。",
    page_troubled="{page}：このページは正しく読めていない可能性があります（{troubles}）",
    page_troubles=MappingProxyType({"garbled": "文字化け", "fragmented": "文字が細切れ", "empty": "文字がない"}),
    page_trouble_join="・",
    panel_picture="原本のページ",
    panel_picture_alt="{page}の画像。引用箇所を枠で囲んでいます。",
    panel_picture_open="大きく表示する",
    panel_date="日付",
    panel_publisher="発行者",
    panel_type="文書種別",
    panel_file="ファイル",
    panel_quote="引用箇所（原文のまま）",
    panel_changed="この文書は回答のあとに更新されました。回答時の引用だけを表示しています。",
    example_budget="{year}年度の{program}の予算額は？",
    example_program="{program}とは何ですか？",
    example_eligibility="{program}の対象は？",
    example_decision="{program}はいつ決定されましたか？",
    example_target="{program}の目標は？",
    example_title="「{title}」の目的は？",
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

_EN = Words(
    chat_name="Ask",
    tagline="Answers in Japanese from the registered documents alone, with sources, and says when they do not say.",
    documents_held="{count} document(s)",
    files_failed="{count} unreadable file(s)",
    pages_troubled="{count} page(s) that may be misread",
    conversation="Conversation",
    welcome="Ask in everyday Japanese",
    welcome_detail="Budgets, eligibility, deadlines, decisions: each answer comes with the original text.",
    examples="Example questions",
    empty_title="No documents yet",
    empty_steps=(
        "Put policy documents (PDF, Word, Excel, PowerPoint, HTML, CSV, text …) into the document folder (corpus).",
        "Run the command “policy-qa sync”. The documents are read and become searchable.",
        "Reload this page and ask.",
    ),
    question_label="Question",
    question_placeholder="e.g. 令和8年度の予算額は？",
    question_hint="Enter sends, Shift+Enter starts a new line.",
    send="Ask",
    new_conversation="New conversation",
    you_asked="You asked",
    working="Looking through the documents…",
    assumptions="Assumed for this answer",
    sources="Sources",
    open_source="Open source {marker}",
    abstained_title="Not in the documents",
    related="Possibly related",
    clarify_title="Which one do you mean?",
    clarify_next="Choose one, or add what is missing to your question.",
    error_title="No answer could be given",
    unexpected="An unexpected error occurred (reference {reference}). "
    "Please try again; if it persists, give this reference to the administrator.",
    confidence=MappingProxyType({"high": "Confidence: high", "medium": "Confidence: medium", "low": "Confidence: low"}),
    took="{seconds} s",
    panel="Source",
    panel_empty="Choose a number in an answer to see the passage of the document here.",
    panel_position="Source {position} of {total}",
    panel_previous="Previous",
    panel_next="Next",
    panel_back="Back to the answer",
    panel_section="Section",
    panel_page="Place",
    panel_page_value="p. {page}",
    place_printed="p. {page} (printed p. {printed})",
    place_slide="Slide {page}",
    place_sheet="Sheet {page}",
    page_recognised="This page was read from a picture (OCR). Check amounts and figures in the original.",
    page_troubled="{page}: this page may be misread ({troubles})",
    page_troubles=MappingProxyType({"garbled": "garbled", "fragmented": "fragmented text", "empty": "no text"}),
    page_trouble_join=", ",
    panel_picture="The page itself",
    panel_picture_alt="{page} as a picture, the quoted passage boxed",
    panel_picture_open="Show it large",
    panel_date="Date",
    panel_publisher="Publisher",
    panel_type="Type",
    panel_file="File",
    panel_quote="Quoted passage (verbatim)",
    panel_changed="This document changed after the answer. Only the quote of that time is shown.",
    example_budget=_JA.example_budget,
    example_program=_JA.example_program,
    example_eligibility=_JA.example_eligibility,
    example_decision=_JA.example_decision,
    example_target=_JA.example_target,
    example_title=_JA.example_title,
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

_WORDS: Mapping[Language, Words] = MappingProxyType({"ja": _JA, "en": _EN})


def words(language: Language) -> Words:
    """The words of ``language``."""
    return _WORDS[language]
