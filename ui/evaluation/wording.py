"""The words of the page of the evaluation for runs and their results, in Japanese and English; those for questions are in ``question_words``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from policy_qa.types import RunState
from ui.evaluation.question_words import QuestionWords, question_words
from ui.language import Language


@dataclass(frozen=True, slots=True)
class EvaluationWords:
    """The words of one language."""

    name: str
    title: str
    tagline: str
    views: Mapping[str, str]
    views_label: str
    start: str
    start_hint: str
    no_questions_hint: str
    stop: str
    working: str
    progress: str
    finished: str
    was_stopped: str
    show_result: str
    none: str
    none_steps: tuple[str, ...]
    no_run: str
    no_run_steps: tuple[str, ...]
    to_questions: str
    run_of: str
    states: Mapping[RunState, str]
    right_of: str
    spread: str
    refused: str
    missed: str
    wrong: str
    clarified: str
    errors: str
    ungrounded: str
    time: str
    by_kind: str
    kind_columns: tuple[str, ...]
    kinds: Mapping[str, str]
    conditions: str
    condition_names: Mapping[str, str]
    export: str
    csv: str
    markdown: str
    delete_run: str
    confirm_delete: str
    deleted_run: str
    listed: str
    listed_count: str
    which: str
    only_wrong: str
    all_questions: str
    kind: str
    every_kind: str
    nothing_wrong: str
    verdict_right: str
    verdict_wrong: str
    statuses: Mapping[str, str]
    answered: str
    wanted: str
    why_missing: str
    why_forbidden: str
    why_refused: str
    why_clarified: str
    why_not_abstained: str
    why_not_clarified: str
    why_error: str
    no_evidence: str
    turns_before: str
    edit: str
    more: str
    runs: str
    run_columns: tuple[str, ...]
    show: str
    shown: str
    compare: str
    compare_with: str
    compared: str
    uncompare: str
    became_wrong: str
    became_right: str
    none_became: str
    before: str
    difference: str
    difference_clear: str
    difference_unclear: str
    difference_none: str
    compared_columns: tuple[str, ...]
    altered: str
    only_one: str
    conditions_changed: str
    conditions_same: str
    condition_columns: tuple[str, ...]
    form: QuestionWords


_JA = EvaluationWords(
    name="評価",
    title="評価",
    tagline="正しい答えの分かっている質問をまとめて尋ね、どれだけ正しく答えるかを確かめます。文書や設定を変えたあとの確認に使います。",
    views=MappingProxyType({"results": "結果", "questions": "質問"}),
    views_label="評価の表示",
    start="{count}問をすべて尋ねる",
    start_hint="相談の画面と同じ方法で、あなたが閲覧できる文書から答えます。終わるまで、ほかの画面も使えます。",
    no_questions_hint="質問を追加すると、まとめて尋ねられるようになります。",
    stop="中止する",
    working="始めています…",
    progress="{asked}／{total}問　正答{right}",
    finished="終わりました：{total}問のうち{right}問が正答です。",
    was_stopped="中止しました：{asked}問を尋ね、{right}問が正答です。",
    show_result="この結果を見る",
    none="まだ評価する質問がありません",
    none_steps=(
        "「質問」で、よく受ける質問と、正しい答えに含まれるはずの言葉（金額・期日・結論など）を登録します。",
        "相談で「役に立たなかった」とした回答からも、質問を作れます。手元の質問ファイル（JSON Lines）も取り込めます。",
        "「すべて尋ねる」を押すと、正答と誤答がここに並びます。文書や設定を変えたら、もう一度尋ねて前の結果と比べます。",
    ),
    no_run="まだ一度も尋ねていません",
    no_run_steps=(
        "上の「すべて尋ねる」を押します。1問あたり0.1秒ほどです。",
        "誤答があれば、何と答えたかと、足りなかった言葉をここで確かめます。",
        "文書や設定を変えたら、もう一度尋ねて前の結果と比べます。",
    ),
    to_questions="質問を登録する",
    run_of="結果 No.{number}",
    states=MappingProxyType(
        {"running": "実行中", "done": "完了", "stopped": "途中で中止", "broken_off": "途中で終了（プログラムの停止）"}
    ),
    right_of="{total}問のうち{right}問",
    spread="質問の選び方によるばらつきを見込むと{low}〜{high}（95%区間）",
    refused="答えられるはずなのに断った",
    missed="資料にないのに答えた",
    wrong="誤って答えた",
    clarified="不要な聞き返しをした",
    errors="エラーになった",
    ungrounded="出典にない金額を含む回答",
    time="回答時間の中央値",
    by_kind="質問の種類ごとの正答",
    kind_columns=("種類", "正答", "割合", ""),
    kinds=MappingProxyType(
        {
            "budget": "予算額", "programme": "事業の内容", "eligibility": "対象・要件", "decision": "決定・期日", "target": "目標",
            "list": "一覧", "paraphrase": "日常の言い方", "yesno": "はい・いいえ", "follow_up": "続きの質問", "calculation": "計算",
            "clarify": "聞き返すべき質問", "unanswerable": "資料にない質問",
        }
    ),
    conditions="実行したときの条件",
    condition_names=MappingProxyType(
        {
            "program": "プログラム", "index": "索引の版", "documents": "文書の数", "model": "埋め込みモデル", "reader": "ファイルの読み取り",
            "normaliser": "文字の正規化", "chunker": "文章の分割", "facts": "事実の読み取り", "dense_weight": "埋め込みの重み", "candidates": "検索の候補数",
            "reranker": "並べ直すモデル", "rerank_candidates": "並べ直す件数", "evidence": "読むチャンクの数",
        }
    ),
    export="書き出す：",
    csv="CSV",
    markdown="Markdown",
    delete_run="この結果を削除",
    confirm_delete="もう一度押すと削除します",
    deleted_run="結果 No.{number} を削除しました。",
    listed="質問と回答",
    listed_count="{shown}問",
    which="表示する質問",
    only_wrong="誤答だけ",
    all_questions="すべて",
    kind="種類",
    every_kind="すべての種類",
    nothing_wrong="ここに表示する質問はありません。",
    verdict_right="正答",
    verdict_wrong="誤答",
    statuses=MappingProxyType({"answered": "回答", "abstained": "資料にありません", "clarify": "聞き返し", "error": "エラー"}),
    answered="回答",
    wanted="正しい答え",
    why_missing="含まれていない言葉：{words}",
    why_forbidden="言ってはいけない言葉：{words}",
    why_refused="答えられるはずなのに「資料にありません」としました。",
    why_clarified="答えられるはずなのに聞き返しました。",
    why_not_abstained="資料にない質問なのに「資料にありません」としませんでした。",
    why_not_clarified="聞き返すべき質問に答えました。",
    why_error="エラー：{error}",
    no_evidence="正しい根拠は引用されていません",
    turns_before="前の質問：{turns}",
    edit="質問を直す",
    more="続きを表示",
    runs="これまでの結果",
    run_columns=("No.", "日時", "正答", "質問", "状態", "操作"),
    show="見る",
    shown="表示中",
    compare="比べる",
    compare_with="No.{shown} を No.{number} と比べる",
    compared="No.{earlier} から No.{later} への変化",
    uncompare="比較をやめる",
    became_wrong="誤答になった質問（{count}問）",
    became_right="正答になった質問（{count}問）",
    none_became="ありません。",
    before="No.{number}",
    difference="正答の割合の差：{mean}ポイント（両方にある{count}問）",
    difference_clear="質問の選び方によるばらつきでは説明しにくい差です（95%区間 {low}〜{high}ポイント）。",
    difference_unclear="質問の選び方による、たまたまの差かもしれません（95%区間 {low}〜{high}ポイント）。",
    difference_none="どの質問の正誤も変わっていません。",
    compared_columns=("種類", "No.{earlier}", "No.{later}", "差（問）"),
    altered="質問が書き直された",
    only_one="片方にしかない質問：No.{earlier} だけ{only_earlier}問、No.{later} だけ{only_later}問（比較に含めません）",
    conditions_changed="変わった条件",
    conditions_same="プログラム・索引・設定は同じです。",
    condition_columns=("条件", "No.{earlier}", "No.{later}"),
    form=question_words("ja"),
)  # fmt: skip

_EN = EvaluationWords(
    name="Evaluation",
    title="Evaluation",
    tagline="Asks questions whose right answer is known, all at once, and shows how many are answered rightly: after changes of documents or settings.",
    views=MappingProxyType({"results": "Results", "questions": "Questions"}),
    views_label="What is shown",
    start="Ask all {count} questions",
    start_hint="Answered as in the chat, from the documents you may see. Other pages can be used meanwhile.",
    no_questions_hint="Add questions to ask them all at once.",
    stop="Stop",
    working="Starting…",
    progress="{asked} of {total}, {right} right",
    finished="Done: {right} of {total} are right.",
    was_stopped="Stopped: {right} of {asked} asked are right.",
    show_result="Show this result",
    none="No questions to evaluate yet",
    none_steps=(
        "Under “Questions” write down what is often asked, and the words that a right answer holds (an amount, a date, a verdict).",
        "Answers that were judged not useful can be made into questions; a question file (JSON lines) can be taken in.",
        "Press “Ask all questions”: what is right and wrong is listed here. After changes ask again and compare.",
    ),
    no_run="Never asked yet",
    no_run_steps=(
        "Press “Ask all questions” above; a question takes about 0.1 seconds.",
        "Look here at what was answered wrongly, and which words were missing.",
        "After changes of documents or settings ask again and compare.",
    ),
    to_questions="Add questions",
    run_of="Run {number}",
    states=MappingProxyType(
        {"running": "running", "done": "done", "stopped": "stopped", "broken_off": "broken off (the program ended)"}
    ),
    right_of="{right} of {total} questions",
    spread="{low} to {high} allowing for the choice of questions (95% interval)",
    refused="Refused though answerable",
    missed="Answered though not in the documents",
    wrong="Answered wrongly",
    clarified="Asked back without need",
    errors="Errors",
    ungrounded="Answers with an amount that no quote holds",
    time="Median time of an answer",
    by_kind="Right by kind",
    kind_columns=("Kind", "Right", "Share", ""),
    kinds=MappingProxyType(
        {
            "budget": "Budget", "programme": "Programme", "eligibility": "Eligibility", "decision": "Decision, date", "target": "Target",
            "list": "List", "paraphrase": "Everyday wording", "yesno": "Yes or no", "follow_up": "Follow-up", "calculation": "Calculation",
            "clarify": "To be asked back", "unanswerable": "Not in the documents",
        }
    ),
    conditions="Conditions of the run",
    condition_names=MappingProxyType(
        {
            "program": "Program", "index": "State of the index", "documents": "Documents", "model": "Embedding model", "reader": "Reading of files",
            "normaliser": "Normalisation", "chunker": "Chunking", "facts": "Reading of facts", "dense_weight": "Weight of the embedding",
            "candidates": "Candidates", "reranker": "Reranker", "rerank_candidates": "Reranked candidates", "evidence": "Chunks read",
        }
    ),
    export="Export: ",
    csv="CSV",
    markdown="Markdown",
    delete_run="Delete this result",
    confirm_delete="Press again to delete",
    deleted_run="Run {number} was deleted.",
    listed="Questions and answers",
    listed_count="{shown} questions",
    which="Questions shown",
    only_wrong="Wrong ones",
    all_questions="All",
    kind="Kind",
    every_kind="All kinds",
    nothing_wrong="No question to show here.",
    verdict_right="right",
    verdict_wrong="wrong",
    statuses=MappingProxyType({"answered": "answered", "abstained": "not in the documents", "clarify": "asked back", "error": "error"}),
    answered="Answer",
    wanted="Right answer",
    why_missing="Words missing: {words}",
    why_forbidden="Words it must not say: {words}",
    why_refused="Said that it is not in the documents, though it is.",
    why_clarified="Asked back, though it could be answered.",
    why_not_abstained="Should have said that it is not in the documents.",
    why_not_clarified="Should have asked back.",
    why_error="Error: {error}",
    no_evidence="The right evidence is not cited",
    turns_before="Asked before: {turns}",
    edit="Edit the question",
    more="Show more",
    runs="All results",
    run_columns=("Run", "Time", "Right", "Questions", "State", "Actions"),
    show="Show",
    shown="shown",
    compare="Compare",
    compare_with="Compare run {shown} with run {number}",
    compared="From run {earlier} to run {later}",
    uncompare="Leave the comparison",
    became_wrong="Became wrong ({count})",
    became_right="Became right ({count})",
    none_became="None.",
    before="Run {number}",
    difference="Difference in the share that is right: {mean} points (of {count} questions in both)",
    difference_clear="Hard to explain by the choice of questions (95% interval {low} to {high} points).",
    difference_unclear="It may be due to the choice of questions (95% interval {low} to {high} points).",
    difference_none="No question became right or wrong.",
    compared_columns=("Kind", "Run {earlier}", "Run {later}", "Difference"),
    altered="question rewritten",
    only_one="In one run only: {only_earlier} in run {earlier}, {only_later} in run {later} (left out of the comparison)",
    conditions_changed="Conditions that changed",
    conditions_same="Program, index and settings are the same.",
    condition_columns=("Condition", "Run {earlier}", "Run {later}"),
    form=question_words("en"),
)  # fmt: skip

_WORDS: Mapping[Language, EvaluationWords] = MappingProxyType({"ja": _JA, "en": _EN})


def evaluation_words(language: Language) -> EvaluationWords:
    """The words of ``language``."""
    return _WORDS[language]
