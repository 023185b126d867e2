"""Every word of the page of past decisions, in Japanese and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from policy_qa.types import DecisionSource, DecisionStatus, RecordKind
from ui.language import Language


@dataclass(frozen=True, slots=True)
class DecisionWords:
    """The words of one language."""

    name: str
    title: str
    tagline: str
    query: str
    query_hint: str
    source: str
    sources: Mapping[DecisionSource, str]
    body: str
    form: str
    program: str
    since: str
    until: str
    everything: str
    send: str
    found: str
    found_first: str
    timeline: str
    undated: str
    nothing: str
    nothing_steps: tuple[str, ...]
    search_for: str
    statuses: Mapping[DecisionStatus, str]
    open_source: str
    answers_too: str
    show_answers: str
    judged: Mapping[bool, str]
    record_answer: str
    record: str
    record_hint: str
    correct: str
    withdraw: str
    kind: str
    kinds: Mapping[RecordKind, str]
    subject: str
    outcome: str
    outcomes: tuple[str, ...]
    reason: str
    own_body: str
    own_form: str
    own_program: str
    note: str
    note_hint: str
    decided_on: str
    decided_on_hint: str
    shared: str
    from_answer: str
    no_answer: str
    question: str
    answer: str
    keep: str
    cancel: str
    kept: str
    corrected: str
    withdrawn: str
    recorded_by: str
    more: str


_JA = DecisionWords(
    name="過去の決定",
    title="過去の決定と回答",
    tagline="文書に書かれた決定と、職員が記録した決定・回答を、新しい順に並べます。これまでの回答も探せます。",
    query="言葉",
    query_hint="例：減免　要綱",
    source="種類",
    sources=MappingProxyType(
        {"document": "文書の決定", "decision": "記録した決定", "reply": "記録した回答", "answer": "これまでの回答"}
    ),
    body="決定した機関",
    form="決定の形式",
    program="事業",
    since="いつから",
    until="いつまで",
    everything="すべて",
    send="絞り込む",
    found="{count}件",
    found_first="{count}件のうち、新しい{shown}件",
    timeline="決定の年表",
    undated="日付のないもの",
    nothing="あてはまる決定はありません",
    nothing_steps=(
        "条件を減らすか、期間を広げてください。",
        "会議の結論や窓口での回答は、「決定・回答を記録する」から残せます。次からここで探せます。",
    ),
    search_for="「{words}」を文書から検索する",
    statuses=MappingProxyType({"draft": "案・予定", "decided": "決定", "revised": "改定", "abolished": "廃止"}),
    open_source="原文を開く",
    answers_too="これまでの回答（相談で尋ねた質問）にも、あてはまるものが{count}件あります。",
    show_answers="回答も表示する",
    judged=MappingProxyType({True: "役に立ったと評価", False: "役に立たなかったと評価"}),
    record_answer="決定・回答として記録",
    record="決定・回答を記録する",
    record_hint="会議の結論や、住民・事業者への回答を残します。あとから言葉や期間で探せます。",
    correct="訂正する",
    withdraw="取り消す",
    kind="種類",
    kinds=MappingProxyType({"decision": "決定", "reply": "回答"}),
    subject="件名（必須）",
    outcome="結果（必須）",
    outcomes=("認める", "認めない", "条件付きで認める", "継続して検討する", "回答した", "対象外と回答した"),
    reason="理由",
    own_body="決めた人・機関",
    own_form="決め方",
    own_program="関係する事業",
    note="案件のメモ",
    note_hint="例：受付番号、相手方、次にすること",
    decided_on="決定・回答した日",
    decided_on_hint="例：令和8年4月1日",
    shared="ほかの閲覧者にも見せる（出典の文書をすべて見られる人だけ）",
    from_answer="もとにする回答",
    no_answer="（なし）",
    question="もとの質問",
    answer="もとの回答",
    keep="記録する",
    cancel="やめる",
    kept="記録しました（記録番号 {number}）。",
    corrected="訂正しました（記録番号 {number}）。訂正前の記録も保存されています。",
    withdrawn="記録 {number} を取り消しました。",
    recorded_by="{viewer} が {when} に記録（番号 {number}）",
    more="続きを表示",
)

_EN = DecisionWords(
    name="Past decisions",
    title="Past decisions and replies",
    tagline="What documents say was decided, and what officials recorded, newest first. Past answers can be searched too.",
    query="Words",
    query_hint="e.g. 減免 要綱",
    source="Kind",
    sources=MappingProxyType(
        {
            "document": "In a document",
            "decision": "Recorded decision",
            "reply": "Recorded reply",
            "answer": "Answer given",
        }
    ),
    body="Decided by",
    form="Form",
    program="Programme",
    since="From",
    until="Until",
    everything="All",
    send="Filter",
    found="{count} found",
    found_first="The newest {shown} of {count}",
    timeline="Time line",
    undated="Without a date",
    nothing="No such decision",
    nothing_steps=(
        "Use fewer conditions, or a longer period.",
        "“Record a decision or reply” keeps the outcome of a meeting or a reply. It is found here from then on.",
    ),
    search_for="Search the documents for “{words}”",
    statuses=MappingProxyType({"draft": "draft", "decided": "decided", "revised": "revised", "abolished": "abolished"}),
    open_source="Open the original",
    answers_too="{count} answer(s) given on the page Ask fit too.",
    show_answers="Show answers too",
    judged=MappingProxyType({True: "judged useful", False: "judged not useful"}),
    record_answer="Record as a decision or reply",
    record="Record a decision or reply",
    record_hint="Keeps the outcome of a meeting, or what somebody was told. Found again by words and period.",
    correct="Correct",
    withdraw="Withdraw",
    kind="Kind",
    kinds=MappingProxyType({"decision": "Decision", "reply": "Reply"}),
    subject="Subject (required)",
    outcome="Outcome (required)",
    outcomes=("認める", "認めない", "条件付きで認める", "継続して検討する", "回答した", "対象外と回答した"),
    reason="Reason",
    own_body="Who decided",
    own_form="How it was decided",
    own_program="Programme concerned",
    note="Case note",
    note_hint="e.g. case number, who asked, what comes next",
    decided_on="Decided or replied on",
    decided_on_hint="e.g. 2026-04-01, 令和8年4月1日",
    shared="Show it to others who see every document it cites",
    from_answer="Answer it rests on",
    no_answer="(none)",
    question="Question",
    answer="Answer",
    keep="Record",
    cancel="Cancel",
    kept="Recorded (number {number}).",
    corrected="Corrected (number {number}). The record before it is kept too.",
    withdrawn="Record {number} was withdrawn.",
    recorded_by="Recorded by {viewer}, {when} (number {number})",
    more="Show more",
)

_WORDS: Mapping[Language, DecisionWords] = MappingProxyType({"ja": _JA, "en": _EN})


def decision_words(language: Language) -> DecisionWords:
    """The words of ``language``."""
    return _WORDS[language]
