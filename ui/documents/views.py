"""The list of documents and one document as markup.

Invariant: every function returns ``Markup`` built with ``Markup.format``: titles, file names and the text of documents are shown as text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from markupsafe import Markup

from policy_qa.types import Document, DocumentSummary, Fact, IndexStatus, Metadata, Progress, SyncReport
from ui.budgets.naming import stage_name
from ui.dates import year_name
from ui.documents.adding_wording import AddingWords
from ui.documents.changing import delete_button
from ui.documents.parts import Part
from ui.documents.wording import DocumentWords
from ui.language import Language
from ui.render import join, prose
from ui.shell import pieces
from ui.source.pictures import is_drawn, warnings_of
from ui.source.places import page_called
from ui.source.wording import source_words

_WIDTH, _LARGE = 900, 2_000  # pixels of a picture, and of the one that opens by itself


def listing(status: IndexStatus | None, said: DocumentWords, language: Language, adding: AddingWords | None) -> Markup:
    """Every document, how well it was read, and every file that could not be; with ``adding`` as those see it who may change documents."""
    if status is None or not (status.documents or status.failed):
        steps = said.none_steps if adding is None else (adding.empty_first, *said.none_steps)
        return pieces.empty(said.none, steps)
    totals = said.totals.format(
        documents=f"{len(status.documents):,}", chunks=f"{status.chunks:,}", facts=f"{status.facts:,}"
    )
    when = said.last_sync.format(when=status.last_sync[:16].replace("T", " ")) if status.last_sync else said.never
    rows = [_row(document, said, language) for document in status.documents]
    return Markup('<section class="documents"><h2>{}</h2><p class="meta">{}　{}</p>{}{}</section>').format(
        said.listed,
        totals,
        when,
        _failed(status, said, adding),
        pieces.table(said.listed, said.columns, rows) if rows else "",
    )


def _row(document: DocumentSummary, said: DocumentWords, language: Language) -> list[str | Markup]:
    about = document.metadata
    troubled = [page.number for page in document.noted_pages if page.troubles]
    recognised = sum(page.recognised for page in document.noted_pages)
    reading = [
        pieces.button(
            said.trouble_count.format(count=len(troubled)),
            "select",
            {"document": document.path, "page": troubled[0]},
            "tag warn",
            aria_label=said.open_page.format(title=about.title, page=troubled[0]),
        )
        if troubled
        else "",
        Markup('<span class="tag">{}</span>').format(said.recognised_count.format(count=recognised))
        if recognised
        else "",
        Markup('<span class="tag warn">{}</span>').format(said.unseen_count.format(count=f"{document.unseen:,}"))
        if document.unseen
        else "",
    ]
    name = Markup("{}<span class='file'>{}</span>").format(prose(about.title), document.path)
    return [
        pieces.button(
            name, "select", {"document": document.path}, "opens", aria_label=said.open.format(title=about.title)
        ),
        prose("、".join(about.publishers)),
        prose(about.date or ""),
        about.document_type or "",
        status_tag(about, language),
        _number(document.pages or None),
        _number(document.characters),
        _number(document.facts),
        join(Markup("{} ").format(tag) for tag in reading if tag) or said.well,
    ]


def status_tag(about: Metadata, language: Language) -> Markup:
    """How far a document got, for lists; what is not in force stands out."""
    if about.status is None:
        return Markup("")
    css = "tag warn" if about.status in {"draft", "abolished"} else "tag"
    return Markup('<span class="{}">{}</span>').format(css, source_words(language).statuses[about.status])


def _number(value: int | None) -> Markup:
    return Markup('<span class="number">{}</span>').format(f"{value:,}" if value is not None else "―")


def _failed(status: IndexStatus, said: DocumentWords, adding: AddingWords | None) -> Markup:
    if not status.failed:
        return Markup("")
    rows: list[list[str | Markup]] = [
        [
            failure.path + (said.previous_served if failure.serving_previous else ""),
            prose(failure.reason),
            Markup("{}{}").format(
                prose(failure.remedy),
                delete_button(adding.delete, failure.path, failure.path, adding)
                if adding is not None and not failure.serving_previous
                else "",
            ),
        ]
        for failure in status.failed
    ]
    return Markup('<div class="box notice"><h3>{}（{}）</h3><p>{}</p>{}</div>').format(
        said.failed, len(status.failed), said.failed_hint, pieces.table(said.failed, said.failed_columns, rows)
    )


def levelling(said: DocumentWords, told: str | Markup = "", *, working: bool = False) -> Markup:
    """How documents are added, and the button that reads the folder."""
    steps = join(Markup("<li>{}</li>").format(step) for step in said.add_steps)
    return Markup(
        '<section class="sheet levelling"><div class="over"><p class="hint">{hint}</p>{button}</div>{told}'
        '<details><summary>{add}</summary><ol class="steps">{steps}</ol></details></section>'
    ).format(
        hint=said.level_hint,
        button=pieces.button(said.stop, "stop", {"level": True}, "action")
        if working
        else pieces.button(said.level, "click", {"level": True}, "primary-action"),
        told=told,
        add=said.add,
        steps=steps,
    )


def progress_of(step: Progress | None, said: DocumentWords, working: str = "") -> Markup:
    """How far the reading got; ``working`` is said before its first step."""
    if step is None or not step.total:
        return Markup('<p class="hint" role="status">{}</p>').format(working or said.working)
    line = said.progress.format(done=step.done, total=step.total, path=step.path, pages=f"{step.pages:,}")
    return Markup(
        '<div class="progress" role="status"><progress max="{}" value="{}" aria-label="{}"></progress><p class="hint">{}</p></div>'
    ).format(step.total, step.done, said.level, line)


def report_of(report: SyncReport, said: DocumentWords) -> Markup:
    """What the reading did."""
    line = said.done.format(
        added=len(report.added),
        changed=len(report.changed),
        removed=len(report.removed),
        unchanged=len(report.unchanged),
    )
    if report.failed:
        line += said.done_failed.format(failed=len(report.failed))
    return pieces.notice(line, "notice" if report.failed else "good")


def document_view(
    document: Document,
    parts: Sequence[Part],
    number: int,
    facts: Sequence[Fact],
    said: DocumentWords,
    language: Language,
    *,
    about: Markup,
) -> Markup:
    """One part of a document: its picture, its text with the facts marked, and the facts; ``about`` stands below what is known of it."""
    part = parts[number]
    there = [fact for fact in facts if part.span.start <= fact.start < max(part.span.end, part.span.start + 1)]
    return Markup(
        '<section class="document-view sheet" id="document" tabindex="-1" aria-label="{title}" data-address="{address}">'
        '<div class="over"><h2>{title}</h2>{back}</div><dl>{rows}</dl>{about}{steps}{warning}'
        '<div class="beside">{picture}<div class="read"><h3>{text_label}</h3>{text}</div></div>'
        "<h3>{facts_label}</h3>{facts}</section>"
    ).format(
        title=document.metadata.title,
        address=urlencode({"path": document.path, "part": number + 1}),
        back=pieces.button(said.back, "click", {"back": True}, "action"),
        rows=_rows(document, said, language),
        about=about,
        steps=_steps(document, parts, number, said, language),
        warning=warnings_of(document.path, [part.page] if part.page is not None else [], source_words(language)),
        picture=_picture(document, part, said, language),
        text_label=said.text,
        text=_text(document, part, there, said),
        facts_label=said.facts,
        facts=_facts(there, said),
    )


def _rows(document: Document, said: DocumentWords, language: Language) -> Markup:
    about = document.metadata
    values = {
        "path": document.path,
        "publisher": "、".join(about.publishers),
        "date": about.date or "",
        "type": about.document_type or "",
        "status": source_words(language).statuses[about.status] if about.status else "",
        "terms": about.terms or "",
        "labels": "、".join(sorted(about.labels)) or said.no_labels,
        "version": document.sha256[:16],
    }
    return join(
        Markup("<dt>{}</dt><dd>{}</dd>").format(said.rows[name], prose(value))
        for name, value in values.items()
        if value
    )


def _steps(document: Document, parts: Sequence[Part], number: int, said: DocumentWords, language: Language) -> Markup:
    part = parts[number]
    if part.page is not None:
        called = page_called(document.path, part.page.number, part.page.label, source_words(language))
        where = said.page_of.format(page=called, number=number + 1, count=len(parts))
    else:
        where = said.part_of.format(number=number + 1, count=len(parts), start=part.span.start + 1, end=part.span.end)
    buttons = [
        pieces.button(
            label, "select", {"document": document.path, "part": there}, "step", disabled=not 0 <= there < len(parts)
        )
        for label, there in ((said.previous, number - 1), (said.next, number + 1))
    ]
    return Markup('<div class="turning">{}<p role="status">{}</p>{}</div>').format(buttons[0], where, buttons[1])


def _picture(document: Document, part: Part, said: DocumentWords, language: Language) -> Markup:
    page = part.page
    if page is None or not is_drawn(document.path) or not page.width or not page.height:
        return Markup('<div class="no-picture"><p class="hint">{}</p></div>').format(said.no_picture)
    small, large = (
        f"api/page-image?{urlencode({'path': document.path, 'page': page.number, 'width': width})}"
        for width in (_WIDTH, _LARGE)
    )
    called = page_called(document.path, page.number, page.label, source_words(language))
    return Markup(
        '<figure class="page"><a href="{large}" target="_blank" rel="noopener"><img src="{small}" alt="{name}" '
        'style="aspect-ratio: {width:.1f} / {height:.1f}"></a></figure>'
    ).format(large=large, small=small, name=f"{said.picture} {called}", width=page.width, height=page.height)


def _text(document: Document, part: Part, facts: Sequence[Fact], said: DocumentWords) -> Markup:
    """The text of a part, what facts were read from marked."""
    if not part.span.of(document.text).strip():
        return Markup('<p class="hint">{}</p>').format(said.no_text)
    pieces_of_text: list[Markup] = []
    position = part.span.start
    for start, end in _joined((fact.start, min(fact.end, part.span.end)) for fact in facts):
        pieces_of_text.append(prose(document.text[position:start]))
        pieces_of_text.append(Markup("<mark>{}</mark>").format(prose(document.text[start:end])))
        position = end
    pieces_of_text.append(prose(document.text[position : part.span.end]))
    return Markup('<blockquote class="excerpt" tabindex="0">{}</blockquote>').format(join(pieces_of_text))


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The stretches in order, those that overlap as one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _facts(facts: Sequence[Fact], said: DocumentWords) -> Markup:
    if not facts:
        return Markup('<p class="hint">{}</p>').format(said.no_facts)
    rows = [
        [said.kinds[fact.kind], prose(fact.program or fact.subject or ""), prose(_when(fact)), prose(fact.printed)]
        for fact in sorted(facts, key=lambda fact: fact.start)
    ]
    return pieces.table(said.facts, said.fact_columns, rows)


def _when(fact: Fact) -> str:
    """The year and stage, or the date, that a fact is of."""
    year = year_name(fact.fiscal_year) if fact.fiscal_year is not None else fact.date or ""
    return year + (stage_name(fact.stage, fact.qualifier if fact.stage == "other" else None) if fact.stage else "")
