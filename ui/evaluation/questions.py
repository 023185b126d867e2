"""The kept questions as markup: the answers one can be made from, the form to write one, question files, the list.

Invariant: as of ``results``. No field and no button carries a ``path``: Gradio would take it for an uploaded file.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from policy_qa.types import JudgedAnswer, KeptQuestion, Question
from ui.evaluation.asked import Asked
from ui.evaluation.results import ALTERNATIVES, moment, wanted_of
from ui.evaluation.wording import EvaluationWords
from ui.evaluation.writing import as_line, as_lines
from ui.render import join, prose
from ui.shell import fields, pieces

_LONGEST = 160  # characters of an answer in a list


def judged_answers(judged: Sequence[JudgedAnswer], said: EvaluationWords) -> Markup:
    """The judged answers that no question was made of yet: those that were not useful, and the others below."""
    waiting = [one for one in judged if one.question is None and one.logged.feedback is not None]
    bad = [one for one in waiting if one.logged.feedback is not None and not one.logged.feedback.useful]
    good = [one for one in waiting if one not in bad]
    parts = []
    if bad:
        parts.append(
            Markup('<h2>{}</h2><p class="hint">{}</p>{}').format(
                f"{said.form.judged}（{len(bad)}）", said.form.judged_hint, _judged(bad, said.form.judged, said)
            )
        )
    if good:
        title = said.form.useful_ones.format(count=len(good))
        parts.append(Markup("<details><summary>{}</summary>{}</details>").format(title, _judged(good, title, said)))
    return Markup('<section class="sheet judged">{}</section>').format(join(parts)) if parts else Markup("")


def _judged(judged: Sequence[JudgedAnswer], title: str, said: EvaluationWords) -> Markup:
    rows = [
        [
            prose(moment(one.logged.logged_at)),
            Markup("<strong>{}</strong><br>{}").format(
                prose(one.logged.question), prose(_short(str(one.logged.answer.get("answer", ""))))
            ),
            prose(one.logged.feedback.comment if one.logged.feedback is not None else ""),
            pieces.button(
                said.form.make, "click", {"view": "questions", "answer": one.logged.number}, "action",
                aria_label=f"{one.logged.question}：{said.form.make}",
            ),
        ]
        for one in judged
    ]  # fmt: skip
    return pieces.table(title, said.form.judged_columns, rows)


def question_form(
    question: Question,
    documents: Sequence[str],
    said: EvaluationWords,
    *,
    replaces: bool = False,
    rests_on: JudgedAnswer | None = None,
    trouble: str = "",
    opened: bool = False,
) -> Markup:
    """The form in which a question is written, filled with what there is of it. ``documents`` are the paths that are offered."""
    kinds = list(said.kinds.items())
    identity = (
        Markup('<input type="hidden" name="replaces" value="{}">').format(question.id)
        if replaces
        else fields.text_field("id", said.form.identifier, question.id, hint=said.form.identifier_hint)
    )
    return Markup(
        '<details class="record-question sheet" id="question-form"{opened}><summary>{title}</summary><p class="hint">{hint}</p>{trouble}{then}'
        '<form data-event="submit" class="fields">{fields}'
        '<div class="ends"><button type="submit" class="primary-action">{keep}</button>{cancel}</div></form></details>'
    ).format(
        opened=Markup(" open") if opened else "",
        title=said.form.change.format(id=question.id) if replaces else said.form.add,
        hint=said.form.add_hint,
        trouble=Markup('<p class="box error" role="alert">{}</p>').format(trouble) if trouble else "",
        then=_rests_on(rests_on, said) if rests_on is not None else "",
        fields=join(
            [
                Markup('<input type="hidden" name="answer" value="{}">').format(rests_on.logged.number)
                if rests_on is not None
                else Markup(""),
                fields.long_field("question", said.form.question, question.question, hint=said.form.question_hint),
                fields.choice_field("kind", said.kind, kinds, question.kind),
                identity,
                fields.long_field("must", said.form.must, "\n".join(map(as_line, question.must))),
                Markup('<p class="hint wide">{}</p>').format(said.form.must_hint),
                fields.long_field(
                    "must_not", said.form.must_not, as_lines(question.must_not), hint=said.form.must_not_hint
                ),
                fields.long_field("turns", said.form.turns, as_lines(question.turns), hint=said.form.turns_hint),
                fields.long_field(
                    "evidence", said.form.evidence, as_lines(question.evidence), hint=said.form.evidence_hint
                ),
                fields.text_field("document", said.form.document, question.path or "", offers=documents),
                fields.text_field("page", said.form.page, str(question.page or ""), kind="number"),
            ]
        ),
        keep=said.form.keep,
        cancel=pieces.button(said.form.cancel, "click", {"view": "questions"}, "action"),
    )


def _rests_on(judged: JudgedAnswer, said: EvaluationWords) -> Markup:
    logged = judged.logged
    comment = logged.feedback.comment if logged.feedback is not None else ""
    rows = join(
        Markup("<dt>{}</dt><dd>{}</dd>").format(name, prose(text))
        for name, text in ((said.form.said_then, str(logged.answer.get("answer", ""))), (said.form.comment, comment))
        if text
    )
    return Markup('<div class="box notice"><h3>{}</h3><dl class="then">{}</dl></div>').format(said.form.rests_on, rows)


def question_file(said: EvaluationWords, *, any_kept: bool, told: Markup | str = "", opened: bool = False) -> Markup:
    """Taking in and saving question files."""
    save = Markup('<a href="api/evaluation/questions.jsonl" download>{}</a>').format(said.form.save_file)
    return Markup(
        '<details class="sheet" id="question-file"{opened}><summary>{file}</summary><p class="hint">{hint}</p>{told}'
        '<form data-event="submit" class="fields"><div class="field"><label for="field-file">{choose}</label>'
        '<input id="field-file" type="file" name="file" accept=".jsonl,.json,.ndjson,.txt"></div>'
        '<button type="submit" class="action">{take}</button></form>{save}</details>'
    ).format(
        opened=Markup(" open") if opened else "",
        file=said.form.file,
        hint=said.form.file_hint,
        told=told,
        choose=said.form.choose_file,
        take=said.form.take_in,
        save=Markup("<p>{}</p>").format(save) if any_kept else "",
    )


def question_list(kept: Sequence[KeptQuestion], asked: Asked, said: EvaluationWords) -> Markup:
    """The kept questions; of many the first, and more when they are asked for."""
    if not kept:
        return pieces.empty(said.form.questions_none, said.form.questions_none_steps)
    shown = kept[: asked.limit]
    rows = [
        [
            one.question.id,
            said.kinds.get(one.question.kind, one.question.kind),
            _asked(one, said),
            prose(wanted_of(one.question.must, ALTERNATIVES)) or said.statuses[_wanted_status(one.question)],
            join(
                [
                    pieces.button(
                        said.edit, "click", {"view": "questions", "edit": one.question.id}, "quiet",
                        aria_label=f"{one.question.question}：{said.edit}",
                    ),
                    pieces.button(
                        said.form.delete, "click", {"delete": one.question.id}, "quiet",
                        aria_label=f"{one.question.question}：{said.form.delete}", data_confirm=said.confirm_delete,
                    ),
                ]
            ),
        ]
        for one in shown
    ]  # fmt: skip
    return Markup('<section class="kept-questions"><h2>{}<span class="count">{}</span></h2>{}{}</section>').format(
        said.form.questions,
        said.listed_count.format(shown=len(kept)),
        pieces.table(said.form.questions, said.form.question_columns, rows),
        pieces.button(said.more, "click", {"more": True}, "action") if len(shown) < len(kept) else "",
    )


def _asked(one: KeptQuestion, said: EvaluationWords) -> Markup:
    question = one.question
    turns = said.turns_before.format(turns=" → ".join(question.turns)) if question.turns else ""
    return Markup("{}{}{}").format(
        prose(question.question),
        Markup('<span class="note">{}</span>').format(prose(turns)) if turns else "",
        Markup('<span class="tag">{}</span>').format(said.form.from_answer) if one.answer is not None else "",
    )


def _wanted_status(question: Question) -> str:
    return "clarify" if question.answerable else "abstained"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
