"""The words of the page 相談, in Japanese and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from policy_qa.types import Aspect, Stage
from ui.language import Language


@dataclass(frozen=True, slots=True)
class ChatWords:
    """The words of one language. A field with ``{}`` places is filled in where it is shown."""

    chat_name: str
    tagline: str
    documents_held: str
    files_failed: str
    pages_troubled: str
    conversation: str
    welcome: str
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
    working_on: str
    preparing: str
    joined: str
    assumptions: str
    sources: str
    open_source: str
    abstained_title: str
    related: str
    clarify_title: str
    clarify_next: str
    error_title: str
    confidence: Mapping[str, str]
    took: str
    example_budget: str
    example_program: str
    example_eligibility: str
    example_decision: str
    example_target: str
    example_title: str
    follow_change: str
    follow_aspect: str
    follow_ups: str
    understood: str
    understood_hint: str
    slots: Mapping[str, str]
    stages: Mapping[Stage, str]
    aspects: Mapping[Aspect, str]
    asked_of: Mapping[str, str]
    year_value: str
    year_western: str
    not_said: str
    take_away: str
    take_away_of: str
    elapsed: str
    stop: str
    stopped: str
    tools: str
    copy: str
    copy_official: str
    useful: str
    not_useful: str
    comment: str
    send_comment: str
    judged: str
    commented: str
    record: str
    keep: str
    conversations: str
    no_conversations: str
    conversation_turns: str
    conversation_menu: str
    rename: str
    rename_label: str
    renamed: str
    export_markdown: str
    export_json: str
    delete: str
    delete_sure: str
    deleted: str
    not_kept: str
    kept_note: str
    earlier_turns: str


_JA = ChatWords(
    chat_name="相談",
    tagline="登録された政策文書だけを根拠に、出典をつけて答えます。資料にないことは「資料にありません」とお伝えします。",
    documents_held="登録文書 {count}件",
    files_failed="読み取れないファイル {count}件",
    pages_troubled="正しく読めていない可能性のあるページ {count}件",
    conversation="会話",
    welcome="知りたいことを、ふだんの言葉で質問してください",
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
    working_on="{read} について、文書を調べています…",
    preparing="閲覧できる文書の検索を準備しています（はじめてのときと、文書が変わったあとだけです）…",
    joined="・",
    assumptions="この回答の前提",
    sources="出典",
    open_source="出典{marker}を開く",
    abstained_title="資料にありません",
    related="関係しそうな箇所",
    clarify_title="確認させてください",
    clarify_next="当てはまるものを選ぶか、条件を補って質問してください。",
    error_title="お答えできませんでした",
    confidence=MappingProxyType({"high": "確からしさ：高", "medium": "確からしさ：中", "low": "確からしさ：低"}),
    took="{seconds}秒",
    example_budget="{year}年度の{program}の予算額は？",
    example_program="{program}とは何ですか？",
    example_eligibility="{program}の対象は？",
    example_decision="{program}はいつ決定されましたか？",
    example_target="{program}の目標は？",
    example_title="「{title}」の目的は？",
    follow_change="{program}の予算額は前年度からいくら増減しましたか？",
    follow_aspect="{program}の{aspect}は？",
    follow_ups="続けて質問する",
    understood="質問の読み取り",
    understood_hint="選び直すか外すと、その条件でもう一度質問します。",
    slots=MappingProxyType({"program": "事業名", "fiscal_year": "年度", "stage": "段階", "attribute": "観点"}),
    stages=MappingProxyType(
        {"request": "概算要求", "initial": "当初", "supplementary": "補正", "settled": "決算", "other": "その他"}
    ),
    aspects=MappingProxyType(
        {
            "applicant": "対象者", "project": "対象事業", "cost": "対象経費", "requirement": "要件", "excluded": "対象外",
            "rate": "補助率", "ceiling": "上限額", "floor": "下限額", "period": "申請期限", "application": "申請先",
            "flow": "実施主体",
        }
    ),
    asked_of=MappingProxyType(
        {
            "amount": "予算額", "ceiling": "上限額", "floor": "下限額", "unit_amount": "1件当たりの額", "rate": "補助率・割合",
            "deadline": "期限", "start": "開始時期", "email": "メールアドレス", "phone": "電話番号", "contact": "問合せ先",
            "submission": "申請先", "documents": "提出書類", "excluded": "対象外", "contractor": "委託先", "population": "人口",
            "kpi": "KPI・目標", "budget": "予算", "calculation": "計算", "check": "正しいかどうか", "eligibility": "対象・要件",
            "list": "一覧", "reason": "理由", "frequency": "頻度", "duration": "期間", "money": "金額", "date": "日付・時期",
            "quantity": "数量", "who": "担当・人", "place": "場所", "definition": "概要", "method": "方法",
        }
    ),
    year_value="令和{year}年度",
    year_western="{year}年度",
    not_said="指定なし",
    take_away="外す",
    take_away_of="{slot}「{value}」を外して質問し直す",
    elapsed="{seconds}秒経過",
    stop="中止",
    stopped="質問を取りやめました。",
    tools="この回答の操作",
    copy="出典つきでコピー",
    copy_official="公文書の形でコピー",
    useful="役に立った",
    not_useful="役に立たなかった",
    comment="どこがよかったか、何が違うか（任意）",
    send_comment="コメントを送る",
    judged="評価を記録しました。",
    commented="コメントを記録しました。ありがとうございます。",
    record="決定・回答として記録",
    keep="評価用の質問にする",
    conversations="これまでの会話",
    no_conversations="まだありません。質問すると、ここに残ります。",
    conversation_turns="{when}　質問{count}件",
    conversation_menu="「{title}」の操作",
    rename="名前を変える",
    rename_label="会話の名前",
    renamed="名前を変えました。",
    export_markdown="書き出す（Markdown）",
    export_json="書き出す（JSON）",
    delete="削除",
    delete_sure="本当に削除する",
    deleted="会話を一覧から削除しました。回答の記録は、管理者が見る記録に残ります。",
    not_kept="この会話は保存できませんでした。画面を閉じると消えます。",
    kept_note="会話はこの端末のブラウザーからだけ開けます。",
    earlier_turns="これより前の{count}件は表示していません。会話の一覧の「⋯」から書き出すと、すべて読めます。",
)  # fmt: skip


_EN = ChatWords(
    chat_name="Ask",
    tagline="Answers in Japanese from the registered documents alone, with sources, and says when they do not say.",
    documents_held="{count} document(s)",
    files_failed="{count} unreadable file(s)",
    pages_troubled="{count} page(s) that may be misread",
    conversation="Conversation",
    welcome="Ask in everyday Japanese",
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
    working_on="Looking through the documents for {read} …",
    preparing="Preparing the search of the documents you may see (only the first time, and after they changed) …",
    joined=", ",
    assumptions="Assumed for this answer",
    sources="Sources",
    open_source="Open source {marker}",
    abstained_title="Not in the documents",
    related="Possibly related",
    clarify_title="Which one do you mean?",
    clarify_next="Choose one, or add what is missing to your question.",
    error_title="No answer could be given",
    confidence=MappingProxyType({"high": "Confidence: high", "medium": "Confidence: medium", "low": "Confidence: low"}),
    took="{seconds} s",
    example_budget=_JA.example_budget,
    example_program=_JA.example_program,
    example_eligibility=_JA.example_eligibility,
    example_decision=_JA.example_decision,
    example_target=_JA.example_target,
    example_title=_JA.example_title,
    follow_change=_JA.follow_change,
    follow_aspect=_JA.follow_aspect,
    follow_ups="Ask next",
    understood="How the question was read",
    understood_hint="Choose another value or take one away to ask again.",
    slots=MappingProxyType({"program": "Programme", "fiscal_year": "Fiscal year", "stage": "Stage", "attribute": "Asked"}),
    stages=MappingProxyType(
        {"request": "requested", "initial": "initial", "supplementary": "supplementary", "settled": "settled", "other": "other"}
    ),
    aspects=_JA.aspects,
    asked_of=MappingProxyType(
        {
            "amount": "budget", "ceiling": "ceiling", "floor": "floor", "unit_amount": "amount per case", "rate": "rate",
            "deadline": "deadline", "start": "start", "email": "e-mail", "phone": "telephone", "contact": "contact",
            "submission": "where to apply", "documents": "papers to hand in", "excluded": "exclusions", "contractor": "contractor",
            "population": "population", "kpi": "targets", "budget": "budget", "calculation": "calculation", "check": "whether it is so",
            "eligibility": "eligibility", "list": "list", "reason": "reason", "frequency": "frequency", "duration": "duration",
            "money": "amount", "date": "date", "quantity": "quantity", "who": "who", "place": "place", "definition": "overview",
            "method": "method",
        }
    ),
    year_value="令和{year}年度",
    year_western="FY{year}",
    not_said="not said",
    take_away="Remove",
    take_away_of="Ask again without {slot} “{value}”",
    elapsed="{seconds} s",
    stop="Stop",
    stopped="The question was withdrawn.",
    tools="What to do with this answer",
    copy="Copy with sources",
    copy_official="Copy as an official document",
    useful="Useful",
    not_useful="Not useful",
    comment="What was good or wrong (optional)",
    send_comment="Send the comment",
    judged="Your judgement was kept.",
    commented="Your comment was kept. Thank you.",
    record="Record as a decision or reply",
    keep="Make it a question for evaluation",
    conversations="Conversations",
    no_conversations="None yet. What you ask stays here.",
    conversation_turns="{when}, {count} question(s)",
    conversation_menu="What to do with “{title}”",
    rename="Rename",
    rename_label="Name of the conversation",
    renamed="Renamed.",
    export_markdown="Export (Markdown)",
    export_json="Export (JSON)",
    delete="Delete",
    delete_sure="Really delete",
    deleted="The conversation is off the list. Its answers stay in the administrator's log.",
    not_kept="This conversation could not be kept. It is lost when the page is closed.",
    kept_note="Conversations can be opened from this browser only.",
    earlier_turns="{count} earlier answers are not shown. Export the conversation (⋯ in the list) to read all of them.",
)  # fmt: skip


_WORDS: Mapping[Language, ChatWords] = MappingProxyType({"ja": _JA, "en": _EN})


def chat_words(language: Language) -> ChatWords:
    """The words of ``language``."""
    return _WORDS[language]
