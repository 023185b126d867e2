"""A run as a table and as a page of Markdown, in Japanese as all files that the screens hand out.

Invariant: what people and documents wrote is text there too (``ui.markdown``, ``policy_qa.spreadsheet``).
"""

from __future__ import annotations

from collections.abc import Iterator

from policy_qa.types import EvaluationRun
from ui.evaluation.results import answer_text, condition, moment, percent, shortcomings, wanted_of
from ui.evaluation.wording import evaluation_words
from ui.markdown import markdown_text

_SAID = evaluation_words("ja")
_HEAD = (
    "ID", "種類", "前の質問", "質問", "正誤", "結果", "回答", "正しい答え", "誤りの理由", "根拠の引用", "出典", "回答時間（ms）",
)  # fmt: skip


def as_rows(run: EvaluationRun) -> Iterator[list[str]]:
    """The head and a row for each question in the order they were asked."""
    yield list(_HEAD)
    for record in run.records:
        question, verdict, answer = record.question, record.verdict, record.answer or {}
        yield [
            question.id,
            _SAID.kinds.get(question.kind, question.kind),
            " → ".join(question.turns),
            question.question,
            _SAID.verdict_right if verdict.right else _SAID.verdict_wrong,
            _SAID.statuses.get(verdict.status, verdict.status),
            answer_text(record, _SAID),
            wanted_of(question.must),
            "　".join(shortcomings(record, _SAID)),
            {True: "あり", False: "なし", None: ""}[verdict.evidence_hit],
            "、".join(dict.fromkeys(str(cited["path"]) for cited in answer.get("citations", ()))),
            str(answer.get("elapsed_ms", "")),
        ]


def as_markdown(run: EvaluationRun) -> str:
    """The figures, the conditions, and every question that was answered wrongly."""
    summary, tally = run.summary, run.tally
    lines = [
        f"# 評価 {_SAID.run_of.format(number=summary.number)}",
        "",
        f"- 日時：{moment(summary.begun_at)}（{_SAID.states[summary.state]}）",
        f"- 正答：{percent(tally.overall)}（{_SAID.right_of.format(total=tally.overall.total, right=tally.overall.count)}）",
        f"- {_SAID.refused}：{tally.refused.count}問",
        f"- {_SAID.missed}：{tally.missed.count}問",
    ]
    lines += [
        f"- {_SAID.condition_names.get(name, name)}：{markdown_text(condition(name, value))}"
        for name, value in summary.conditions.items()
        if value
    ]
    lines += ["", "| 種類 | 正答 | 割合 |", "|---|---|---|"]
    lines += [
        f"| {_SAID.kinds.get(kind, kind)} | {share.count}／{share.total} | {percent(share)} |"
        for kind, share in tally.by_kind.items()
    ]
    wrong = [record for record in run.records if not record.verdict.right]
    lines += ["", f"## 誤答（{len(wrong)}問）"]
    for record in wrong:
        asked = " → ".join([*record.question.turns, record.question.question])
        lines += [
            "",
            f"### {markdown_text(asked)}",
            "",
            f"- ID：{markdown_text(record.question.id)}（{_SAID.kinds.get(record.question.kind, record.question.kind)}）",
            f"- 回答：{markdown_text(answer_text(record, _SAID))}",
        ]
        if record.question.must:
            lines.append(f"- 正しい答え：{markdown_text(wanted_of(record.question.must))}")
        lines += [f"- {markdown_text(line)}" for line in shortcomings(record, _SAID)]
    return "\n".join(lines) + "\n"
