"""Past decisions as markup: the conditions, the time line, the form in which a decision or reply is recorded.

Invariant: every function returns ``Markup`` built with ``Markup.format``; what people wrote and what documents say is shown as text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from policy_qa.types import Citation, Decision, DecisionDraft, DecisionTimeline, LoggedAnswer, RecordedDecision
from ui.dates import calendar_year_name
from ui.decisions.asked import Asked
from ui.decisions.wording import DecisionWords
from ui.render import join, prose
from ui.shell import fields, pieces
from ui.source.passage import place_value

_LONGEST_QUESTION = 60  # characters in a list of answers


def conditions(asked: Asked, line: DecisionTimeline, said: DecisionWords) -> Markup:
    """The conditions as a form."""
    boxes = (
        fields.check("source", source, called, checked=source in asked.sources)
        for source, called in said.sources.items()
    )
    return Markup('<form data-event="submit" class="sheet fields">{}{}{}{}{}{}{}{}</form>').format(
        fields.text_field("query", said.query, asked.query, hint=said.query_hint, kind="search"),
        fields.choice_field("body", said.body, _offered(line.bodies, said), asked.body),
        fields.choice_field("form", said.form, _offered(line.forms, said), asked.form),
        fields.text_field("program", said.program, asked.program, offers=line.programs),
        fields.text_field("since", said.since, asked.since, kind="date"),
        fields.text_field("until", said.until, asked.until, kind="date"),
        fields.checks("source", said.source, boxes),
        Markup('<button type="submit" class="primary-action">{}</button>').format(said.send),
    )


def _offered(names: Sequence[str], said: DecisionWords) -> list[tuple[str, str]]:
    return [("", said.everything), *((name, name) for name in names)]


def time_line(line: DecisionTimeline, asked: Asked, said: DecisionWords, told: str = "") -> Markup:
    """The entries by year, newest first; ``told`` is what just happened."""
    shown = line.entries[: asked.limit]
    found = said.found if len(shown) == len(line.entries) else said.found_first
    count = found.format(count=f"{len(line.entries):,}", shown=f"{len(shown):,}")
    more = pieces.button(said.more, "click", {"more": True}, "action") if len(shown) < len(line.entries) else ""
    return Markup(
        '<div class="line" data-address="{}">{}<h2>{}<span class="count" role="status">{}</span></h2>{}{}{}</div>'
    ).format(
        asked.address(),
        pieces.notice(told, "good") if told else "",
        said.timeline,
        count,
        _answers_too(line, asked, said),
        join(_years(shown, said)) if shown else _nothing(asked, said),
        more,
    )


def _nothing(asked: Asked, said: DecisionWords) -> Markup:
    """What to do where there is no such decision: the words may stand in the documents all the same."""
    words = " ".join(part for part in (asked.query, asked.program) if part)
    steps: list[str | Markup] = [*said.nothing_steps]
    if words:
        search = Markup('<a href="./search?{}">{}</a>').format(
            urlencode({"q": words}), said.search_for.format(words=words)
        )
        steps.insert(0, search)
    return pieces.empty(said.nothing, steps)


def _answers_too(line: DecisionTimeline, asked: Asked, said: DecisionWords) -> Markup:
    """That there are answers too, where they are not shown and something was looked for."""
    looked_for = any((asked.query, asked.program, asked.since, asked.until))
    if not line.answers or "answer" in asked.sources or not looked_for:
        return Markup("")
    return Markup('<p class="hint answers-too">{} {}</p>').format(
        said.answers_too.format(count=f"{line.answers:,}"),
        pieces.button(said.show_answers, "click", {"answers": True}, "quiet"),
    )


def _years(entries: Sequence[Decision], said: DecisionWords) -> Iterable[Markup]:
    for year, group in groupby(entries, key=lambda entry: (entry.date or "")[:4]):
        called = calendar_year_name(int(year)) if year else said.undated
        yield Markup('<section class="year"><h3>{}</h3><ol>{}</ol></section>').format(
            called, join(_entry(entry, said) for entry in group)
        )


def _entry(entry: Decision, said: DecisionWords) -> Markup:
    status = said.statuses[entry.status] if entry.status else None
    about = dict.fromkeys((entry.body, entry.form, status, entry.program))
    return Markup(
        '<li class="entry {source}"><p class="when">{date}<span class="tag{strong}">{kind}</span></p>'
        '<div class="what"><h4>{subject}</h4>{outcome}<p class="about">{about}</p>{rest}</div></li>'
    ).format(
        source=entry.source,
        strong="" if entry.source == "document" else " strong",
        date=prose(_day(entry.date)),
        kind=said.sources[entry.source],
        subject=prose(entry.subject),
        outcome=Markup('<p class="outcome">{}</p>').format(prose(entry.outcome)) if entry.outcome else "",
        about=prose("　".join(part for part in about if part)),
        rest=_rest(entry, said),
    )


def _rest(entry: Decision, said: DecisionWords) -> Markup:
    """What else there is of an entry: its record, the answer that was given, or where a document states it."""
    if entry.recorded is not None:
        return _record(entry.recorded, said)
    return _answer(entry.logged, said) if entry.logged is not None else _stated(entry, said)


def _day(date: str | None) -> str:
    """A reduced date as people write it: 4月1日, 4月, nothing for a year alone."""
    parts = (date or "").split("-")[1:]
    return "".join(f"{int(part)}{unit}" for part, unit in zip(parts, "月日", strict=False))


def _stated(entry: Decision, said: DecisionWords) -> Markup:
    if entry.fact is None:
        return Markup("")
    value = place_value(entry.fact.path, entry.fact.start, entry.fact.end)
    return Markup('<p class="from">{}</p>').format(
        pieces.button(prose(entry.title or said.open_source), "select", value, "opens", title=said.open_source)
    )


def _record(kept: RecordedDecision, said: DecisionWords) -> Markup:
    record = kept.record
    rows = ((said.reason, record.reason), (said.note, record.note), (said.question, record.question))
    listed = join(Markup("<dt>{}</dt><dd>{}</dd>").format(name, prose(text)) for name, text in rows if text)
    by = said.recorded_by.format(viewer=kept.viewer, when=kept.recorded_at[:16].replace("T", " "), number=kept.number)
    correct, withdraw = (
        pieces.button(label, "click", {name: kept.number}, "quiet", aria_label=f"{record.subject}：{label}")
        for name, label in (("correct", said.correct), ("withdraw", said.withdraw))
    )
    return Markup('{listed}{cited}<p class="by">{by} {correct}{withdraw}</p>').format(
        listed=Markup("<dl>{}</dl>").format(listed) if listed else "",
        cited=_cited(record.citations),
        by=by,
        correct=correct,
        withdraw=withdraw,
    )


def _answer(logged: LoggedAnswer, said: DecisionWords) -> Markup:
    cited = tuple(citation_of(kept) for kept in logged.answer.get("citations", ()))
    judged = said.judged[logged.feedback.useful] if logged.feedback is not None else ""
    thought = "：".join(
        part for part in (judged, logged.feedback.comment if logged.feedback is not None else "") if part
    )
    return Markup('<p class="told">{}</p>{}<p class="by">{} <a class="quiet" href="./decisions?{}">{}</a></p>').format(
        prose(str(logged.answer.get("answer", ""))),
        _cited(cited),
        thought,
        urlencode({"record": logged.question}),
        said.record_answer,
    )


def citation_of(kept: Mapping[str, Any]) -> Citation:
    """A citation as the log keeps it."""
    return Citation(**(dict(kept) | {"section": tuple(kept["section"])}))


def _cited(citations: Sequence[Citation]) -> Markup:
    if not citations:
        return Markup("")
    buttons = (
        pieces.button(
            prose(f"{cited.title}{' › ' + cited.section[-1] if cited.section else ''}"),
            "select",
            place_value(cited.path, cited.start, cited.end),
            "opens",
        )
        for cited in citations
    )
    return Markup('<ul class="cited">{}</ul>').format(join(Markup("<li>{}</li>").format(one) for one in buttons))


def record_form(
    draft: DecisionDraft,
    answers: Sequence[LoggedAnswer],
    line: DecisionTimeline,
    said: DecisionWords,
    *,
    replaces: int | None = None,
    answer: int | None = None,
    trouble: str = "",
    opened: bool = False,
) -> Markup:
    """The form in which a decision or reply is written down, filled with a draft. ``answer`` is the number of the answer it rests on."""
    kinds = (
        fields.check("kind", kind, called, checked=kind == draft.kind, kind="radio")
        for kind, called in said.kinds.items()
    )
    listed = [("", said.no_answer), *((str(logged.number), _asked(logged)) for logged in answers)]
    return Markup(
        '<details class="recording sheet" id="record"{opened}><summary>{record}</summary><p class="hint">{hint}</p>{trouble}'
        '<form data-event="submit" class="fields">{hidden}{fields}'
        '<div class="ends"><button type="submit" class="primary-action">{keep}</button>{cancel}</div></form></details>'
    ).format(
        opened=Markup(" open") if opened else "",
        record=said.record if replaces is None else said.correct,
        hint=said.record_hint,
        trouble=Markup('<p class="box error" role="alert">{}</p>').format(trouble) if trouble else "",
        hidden=Markup('<input type="hidden" name="replaces" value="{}">').format(replaces) if replaces else "",
        fields=join(
            [
                fields.checks("kind", said.kind, kinds),
                _from_answer(listed, answer, draft, said) if replaces is None else Markup(""),
                fields.text_field("subject", said.subject, draft.subject, wide=True),
                fields.text_field("outcome", said.outcome, draft.outcome, offers=said.outcomes),
                fields.text_field("decided_on", said.decided_on, draft.decided_on or "", hint=said.decided_on_hint),
                fields.text_field("record_body", said.own_body, draft.body or "", offers=line.bodies),
                fields.text_field("record_form", said.own_form, draft.form or "", offers=line.forms),
                fields.text_field("record_program", said.own_program, draft.program or ""),
                fields.long_field("reason", said.reason, draft.reason),
                fields.long_field("note", said.note, draft.note, hint=said.note_hint),
                fields.check("shared", "1", said.shared, checked=draft.shared),
            ]
        ),
        keep=said.keep,
        cancel=pieces.button(said.cancel, "click", {"cancel": True}, "action"),
    )


def _from_answer(
    listed: Sequence[tuple[str, str]], answer: int | None, draft: DecisionDraft, said: DecisionWords
) -> Markup:
    shown = Markup("")
    if draft.answer:
        shown = Markup('<p class="hint wide">{}：{}</p>').format(said.answer, prose(draft.answer))
    return Markup('<div class="wide" data-live="input">{}</div>{}').format(
        fields.choice_field("answer", said.from_answer, listed, str(answer or "")), shown
    )


def _asked(logged: LoggedAnswer) -> str:
    question = logged.question
    return question if len(question) <= _LONGEST_QUESTION else f"{question[:_LONGEST_QUESTION]}…"
