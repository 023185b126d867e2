"""The words of the page of the evaluation for writing and keeping questions, in Japanese and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ui.language import Language


@dataclass(frozen=True, slots=True)
class QuestionWords:
    """The words of one language."""

    questions: str
    question_columns: tuple[str, ...]
    questions_none: str
    questions_none_steps: tuple[str, ...]
    from_answer: str
    delete: str
    deleted: str
    add: str
    change: str
    add_hint: str
    question: str
    question_hint: str
    must: str
    must_hint: str
    must_not: str
    must_not_hint: str
    turns: str
    turns_hint: str
    evidence: str
    evidence_hint: str
    document: str
    page: str
    identifier: str
    identifier_hint: str
    keep: str
    cancel: str
    kept: str
    changed: str
    rests_on: str
    said_then: str
    comment: str
    file: str
    file_hint: str
    choose_file: str
    take_in: str
    no_file: str
    not_utf8: str
    taken: str
    problems: str
    save_file: str
    judged: str
    judged_hint: str
    judged_columns: tuple[str, ...]
    useful_ones: str
    make: str
    unknown_question: str
    unknown_answer: str


_JA = QuestionWords(
    questions="登録した質問",
    question_columns=("ID", "種類", "質問", "正しい答え", "操作"),
    questions_none="登録した質問はまだありません",
    questions_none_steps=(
        "「質問を追加する」に、質問と、正しい答えに必ず含まれる言葉を書きます。",
        "質問ファイル（JSON Lines）があれば、「質問ファイル」から取り込みます。",
    ),
    from_answer="回答の評価から",
    delete="削除",
    deleted="質問「{id}」を削除しました。これまでの結果には残っています。",
    add="質問を追加する",
    change="質問「{id}」を直す",
    add_hint="この質問と正しい答えは、あなただけが見られます。",
    question="質問（必須）",
    question_hint="例：令和8年度の○○交付金の予算額は？",
    must="正しい答えに必ず含まれる言葉（「資料にない質問」「聞き返すべき質問」のほかは必須）",
    must_hint="1行に1つ。どれかが含まれればよいときは | で区切ります。例：1,600億円 | 160,000百万円。金額と日付は、書き方が違っても値が同じなら正答です。",
    must_not="答えに含まれてはいけない言葉",
    must_not_hint="1行に1つ。例：取り違えやすい前年度の額",
    turns="前の質問（続きの質問のとき）",
    turns_hint="1行に1つ、古い順",
    evidence="根拠となる原文",
    evidence_hint="1行に1つ。文書にある文字のまま。引用されるはずの箇所です。",
    document="根拠の文書",
    page="ページ",
    identifier="ID",
    identifier_hint="空けると自動で付きます",
    keep="登録する",
    cancel="やめる",
    kept="質問「{id}」を登録しました。",
    changed="質問「{id}」を直しました。",
    rests_on="もとにする回答",
    said_then="このときの回答",
    comment="コメント",
    file="質問ファイル",
    file_hint="1行に1問の JSON Lines（id, kind, question, turns, answerable, must, must_not, evidence, path, page）、文字コードは UTF-8。"
    "同じ id の質問は置き換わります。",
    choose_file="質問ファイルを選ぶ",
    take_in="取り込む",
    no_file="ファイルが選ばれていません。",
    not_utf8="UTF-8 のファイルではないようです。UTF-8 で保存し直してから取り込んでください。",
    taken="取り込みました：追加{added}、置き換え{changed}、変わらず{unchanged}",
    problems="取り込めなかった行（{count}）",
    save_file="質問ファイルとして保存",
    judged="「役に立たなかった」とされた回答",
    judged_hint="正しい答えを書き添えると、次から同じ誤りに気づけます。",
    judged_columns=("日時", "質問と回答", "コメント", "操作"),
    useful_ones="「役に立った」とされた回答（{count}件）",
    make="質問にする",
    unknown_question="質問「{id}」は見つかりません。削除された可能性があります。",
    unknown_answer="もとにする回答が見つかりません。一覧から選んでください。",
)  # fmt: skip

_EN = QuestionWords(
    questions="Your questions",
    question_columns=("ID", "Kind", "Question", "Right answer", "Actions"),
    questions_none="No questions yet",
    questions_none_steps=(
        "Write under “Add a question” the question and the words that a right answer holds.",
        "Take in a question file (JSON lines) under “Question file” if you have one.",
    ),
    from_answer="from a judged answer",
    delete="Delete",
    deleted="Question “{id}” was deleted. Results keep it.",
    add="Add a question",
    change="Edit question “{id}”",
    add_hint="Only you see your questions and their right answers.",
    question="Question (required)",
    question_hint="e.g. 令和8年度の○○交付金の予算額は？",
    must="Words that a right answer holds (required, but for questions to be refused or asked back)",
    must_hint="One a line; | between alternatives, e.g. 1,600億円 | 160,000百万円. Amounts and dates are compared by value.",
    must_not="Words that the answer must not hold",
    must_not_hint="One a line, e.g. the figure of another year",
    turns="Questions asked before (for a follow-up)",
    turns_hint="One a line, oldest first",
    evidence="Evidence in the document",
    evidence_hint="One a line, verbatim: what is to be cited.",
    document="Its document",
    page="Page",
    identifier="ID",
    identifier_hint="Left empty, it gets one",
    keep="Keep",
    cancel="Cancel",
    kept="Question “{id}” is kept.",
    changed="Question “{id}” was changed.",
    rests_on="Answer it is made from",
    said_then="What was answered",
    comment="Comment",
    file="Question file",
    file_hint="JSON lines, one question each (id, kind, question, turns, answerable, must, must_not, evidence, path, page), in UTF-8. "
    "A question of the same id is replaced.",
    choose_file="Choose a question file",
    take_in="Take in",
    no_file="No file was chosen.",
    not_utf8="This seems to be no UTF-8 file. Save it as UTF-8 first.",
    taken="Taken in: {added} added, {changed} replaced, {unchanged} as before",
    problems="Lines left out ({count})",
    save_file="Save as a question file",
    judged="Answers judged not useful",
    judged_hint="Write down the right answer, and the same mistake is noticed from then on.",
    judged_columns=("Time", "Question and answer", "Comment", "Actions"),
    useful_ones="Answers judged useful ({count})",
    make="Make a question",
    unknown_question="There is no question “{id}”. It may have been deleted.",
    unknown_answer="The answer is not there. Choose one from the list.",
)  # fmt: skip

_WORDS: Mapping[Language, QuestionWords] = MappingProxyType({"ja": _JA, "en": _EN})


def question_words(language: Language) -> QuestionWords:
    """The words of ``language``."""
    return _WORDS[language]
