"""One run as markup: how much is right, by kind, under which conditions, and its questions with what was answered.

Invariant: every function returns ``Markup`` built with ``Markup.format``; questions, answers and quotes are shown as text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from markupsafe import Markup

from policy_qa.types import EvaluationRun, RunRecord, RunSummary, Share
from ui.evaluation.asked import Asked
from ui.evaluation.wording import EvaluationWords
from ui.render import join, prose
from ui.shell import fields, pieces
from ui.source.passage import place_value

ALTERNATIVES = 4  # of a group that are shown
_UNANSWERABLE = "unanswerable"
_SHORT = 12  # characters of a digest
_DIGESTS = {"index"}


def result(run: EvaluationRun, said: EvaluationWords) -> Markup:
    """The figures of a run, and what can be done with it."""
    summary = run.summary
    return Markup(
        '<section class="sheet result" id="result" tabindex="-1" aria-label="{title}"><div class="over"><h2>{title}</h2>'
        '<p class="meta">{when} <span class="tag{warn}">{state}</span></p></div>'
        '<div class="figures"><div class="share"><p class="value">{share}</p><p>{right_of}</p><p class="hint">{spread}</p>'
        '<ul class="faults">{faults}</ul></div>{kinds}</div>'
        "<details><summary>{conditions_label}</summary>{conditions}</details>"
        '<div class="ends"><p class="exports">{export}{csv}{markdown}</p>{delete}</div></section>'
    ).format(
        title=said.run_of.format(number=summary.number),
        when=prose(moment(summary.begun_at)),
        warn="" if summary.state == "done" else " warn",
        state=said.states[summary.state],
        share=percent(run.tally.overall),
        right_of=prose(said.right_of.format(total=run.tally.overall.total, right=run.tally.overall.count)),
        spread=_spread(run, said),
        faults=_faults(run, said),
        kinds=_by_kind(run.tally.by_kind, said),
        conditions_label=said.conditions,
        conditions=_conditions(summary.conditions, said),
        export=said.export,
        csv=_export(summary, "csv", said.csv),
        markdown=_export(summary, "md", said.markdown),
        delete=pieces.button(
            said.delete_run, "click", {"delete_run": summary.number}, "quiet", data_confirm=said.confirm_delete
        ),
    )


def moment(iso: str) -> str:
    """A time to the minute."""
    return iso[:16].replace("T", " ")


def percent(share: Share) -> str:
    """A share in percent; a dash of nothing."""
    return "―" if share.value is None else f"{share.value:.1%}"


def _spread(run: EvaluationRun, said: EvaluationWords) -> Markup:
    if run.spread is None:
        return Markup("")
    low, high = (f"{bound:.0%}" for bound in run.spread)
    return prose(said.spread.format(low=low, high=high))


def _faults(run: EvaluationRun, said: EvaluationWords) -> Markup:
    verdicts = [record.verdict for record in run.records]
    wrong = sum(one.status == "answered" and not one.right and one.kind != _UNANSWERABLE for one in verdicts)
    counts = (
        (said.wrong, wrong),
        (said.refused, run.tally.refused.count),
        (said.missed, run.tally.missed.count),
        (said.clarified, run.tally.clarified.count),
        (said.errors, run.tally.errors.count),
        (said.ungrounded, sum(bool(one.ungrounded) for one in verdicts)),
    )
    times = [float(record.answer["elapsed_ms"]) for record in run.records if record.answer is not None]
    lines = [(name, str(count)) for name, count in counts]
    lines += [(said.time, f"{median(times):.0f} ms")] if times else []
    return join(
        Markup("<li><span>{}</span><strong>{}</strong></li>").format(name, prose(figure)) for name, figure in lines
    )


def _by_kind(shares: Mapping[str, Share], said: EvaluationWords) -> Markup:
    rows = [
        [
            said.kinds.get(kind, kind),
            Markup('<span class="number">{}／{}</span>').format(share.count, share.total),
            Markup('<span class="number">{}</span>').format(percent(share)),
            bar(share),
        ]
        for kind, share in shares.items()
    ]
    return pieces.table(said.by_kind, said.kind_columns, rows, "kinds")


def bar(share: Share) -> Markup:
    """A share as a length; what it says stands beside it."""
    return Markup(
        '<span class="share-bar" aria-hidden="true"><span style="inline-size: {:.1f}%"></span></span>'
    ).format(100 * (share.value or 0.0))


def _conditions(conditions: Mapping[str, str], said: EvaluationWords) -> Markup:
    rows = join(
        Markup("<dt>{}</dt><dd>{}</dd>").format(said.condition_names.get(name, name), prose(condition(name, value)))
        for name, value in conditions.items()
        if value
    )
    return Markup('<dl class="conditions">{}</dl>').format(rows)


def condition(name: str, value: str) -> str:
    """The value of a condition as people compare it: digests by their beginning."""
    return value[:_SHORT] if name in _DIGESTS else value


def _export(summary: RunSummary, form: str, called: str) -> Markup:
    return Markup('<a href="api/evaluation/runs/{}.{}" download>{}</a>').format(summary.number, form, called)


def listing(run: EvaluationRun, asked: Asked, said: EvaluationWords) -> Markup:
    """The questions of a run with what was answered: the wrong ones, or all."""
    chosen = [
        record
        for record in run.records
        if (asked.everything or not record.verdict.right) and asked.kind in {"", record.question.kind}
    ]
    shown = chosen[: asked.limit]
    kinds = [("", said.every_kind), *((kind, said.kinds.get(kind, kind)) for kind in run.tally.by_kind)]
    boxes = (
        fields.check("all", value, called, checked=asked.everything == bool(value), kind="radio")
        for value, called in (("", said.only_wrong), ("1", said.all_questions))
    )
    return Markup(
        '<section class="records"><div class="over"><h2>{title}<span class="count" role="status">{count}</span></h2>'
        '<form data-event="input" data-live="input" class="fields narrowing">{which}{kind}</form></div>{records}{more}</section>'
    ).format(
        title=said.listed,
        count=said.listed_count.format(shown=len(chosen)),
        which=fields.checks("all", said.which, boxes),
        kind=fields.choice_field("kind", said.kind, kinds, asked.kind),
        records=join(record_card(record, said) for record in shown) or pieces.notice(said.nothing_wrong, "hint"),
        more=pieces.button(said.more, "click", {"more": True}, "action") if len(shown) < len(chosen) else "",
    )


def record_card(record: RunRecord, said: EvaluationWords) -> Markup:
    """A question with what was answered, what is right, and why it counts as it does."""
    question, verdict = record.question, record.verdict
    return Markup(
        '<article class="judgement {css}"><p class="about"><span class="tag {tag}">{right}</span>'
        '<span class="tag">{kind}</span><span class="meta">{id}</span></p>{turns}<h3>{question}</h3>'
        "<dl>{rows}</dl>{why}{cited}<p>{edit}</p></article>"
    ).format(
        css="right" if verdict.right else "wrong",
        tag="good" if verdict.right else "warn",
        right=said.verdict_right if verdict.right else said.verdict_wrong,
        kind=said.kinds.get(question.kind, question.kind),
        id=question.id,
        turns=Markup('<p class="hint">{}</p>').format(prose(said.turns_before.format(turns=" → ".join(question.turns))))
        if question.turns
        else "",
        question=prose(question.question),
        rows=_rows(record, said),
        why=_why(record, said),
        cited=_cited(record.answer, said),
        edit=pieces.button(
            said.edit, "click", {"view": "questions", "edit": question.id}, "quiet",
            aria_label=f"{question.question}：{said.edit}",
        ),
    )  # fmt: skip


def _rows(record: RunRecord, said: EvaluationWords) -> Markup:
    wanted = wanted_of(record.question.must, ALTERNATIVES)
    return join(
        Markup("<dt>{}</dt><dd>{}</dd>").format(name, prose(text))
        for name, text in ((said.answered, answer_text(record, said)), (said.wanted, wanted))
        if text
    )


def answer_text(record: RunRecord, said: EvaluationWords) -> str:
    """What was said, or what happened instead."""
    if record.answer is None:
        return said.why_error.format(error=record.verdict.why)
    return str(record.answer.get("answer", ""))


def wanted_of(must: Sequence[Sequence[str]], most: int | None = None) -> str:
    """What a right answer holds, as one line; of each group at most so many alternatives."""
    return "　＋　".join(_alternatives(group, most) for group in must)


def _alternatives(group: Sequence[str], most: int | None) -> str:
    return " | ".join([*group[:most], *(["…"] if most is not None and len(group) > most else [])])


def shortcomings(record: RunRecord, said: EvaluationWords) -> Iterator[str]:
    """Why an answer is wrong, a line each; nothing for a right one."""
    verdict = record.verdict
    if verdict.right:
        return
    if verdict.status == "error":
        yield said.why_error.format(error=verdict.why)
    elif record.question.kind == _UNANSWERABLE:
        yield said.why_not_abstained
    elif verdict.status == "abstained":
        yield said.why_refused
    elif verdict.status == "clarify":
        yield said.why_clarified
    elif not (verdict.missing or verdict.forbidden):
        yield said.why_not_clarified
    for group in verdict.missing:
        yield said.why_missing.format(words=wanted_of([group], ALTERNATIVES))
    if verdict.forbidden:
        yield said.why_forbidden.format(words="、".join(verdict.forbidden))


def _why(record: RunRecord, said: EvaluationWords) -> Markup:
    lines = [*shortcomings(record, said), *([said.no_evidence] if record.verdict.evidence_hit is False else [])]
    if not lines:
        return Markup("")
    return Markup('<ul class="why">{}</ul>').format(join(Markup("<li>{}</li>").format(prose(line)) for line in lines))


def _cited(answer: Mapping[str, Any] | None, said: EvaluationWords) -> Markup:
    """The sources of an answer; each opens in the panel, as far as whoever looks sees the document."""
    buttons = (
        pieces.button(
            f"[{cited['marker']}] {cited['title']}{' › ' + cited['section'][-1] if cited['section'] else ''}",
            "select",
            place_value(cited["path"], cited["start"], cited["end"], str(cited["marker"])),
            "opens",
        )
        for cited in (answer or {}).get("citations", ())
    )
    return _list(buttons)


def _list(items: Iterable[Markup]) -> Markup:
    listed = join(Markup("<li>{}</li>").format(item) for item in items)
    return Markup('<ul class="cited">{}</ul>').format(listed) if listed else Markup("")
