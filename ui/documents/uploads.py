"""Sending documents, and the forms that they wait with, as markup; and what a sent form asks for.

Invariant: every function that shows something returns ``Markup`` built with ``Markup.format``: names of files and what they say are shown as text.
Nothing is registered whose place was not chosen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from markupsafe import Markup

from policy_qa.errors import UploadRefused
from policy_qa.types import Metadata, Registration, SyncReport, Upload
from ui.documents.adding_wording import AddingWords
from ui.documents.forms import metadata_fields, metadata_in
from ui.language import Language
from ui.render import join, prose
from ui.service import Editing
from ui.shell import fields, pieces
from ui.shell.fields import Form, first

_KEEP_BOTH = "keep-both"
_MIB = 2**20


def adding(editing: Editing, said: AddingWords) -> Markup:
    """Where files are dropped or chosen; adding.js sends them and lists how far each is."""
    limit = f"{editing.limit_bytes / _MIB:,.0f}"
    return Markup(
        '<section class="sheet adding" aria-label="{title}"><h2>{title}</h2>'
        '<div class="dropzone" data-limit="{bytes}" data-sending="{sending}" data-checking="{checking}" data-cancel="{cancel}" '
        'data-cancelled="{cancelled}" data-dismiss="{dismiss}" data-broken="{broken}" data-too-large="{too_large}" '
        'data-no-file="{no_file}" data-folder="{folder}" data-told="{told}">'
        '<p>{drop}</p><label class="choose"><input type="file" multiple accept="{accept}">'
        "<span>{choose}</span></label></div>"
        '<p class="hint">{hint}</p><ul class="sending"></ul><p class="unseen" role="status"></p></section>'
    ).format(
        title=said.title,
        bytes=editing.limit_bytes,
        sending=said.sending,
        checking=said.checking,
        cancel=said.cancel,
        cancelled=said.cancelled,
        dismiss=said.dismiss,
        broken=said.broken,
        too_large=said.too_large.format(limit=limit),
        no_file=said.no_file,
        folder=said.folder,
        told=said.told,
        drop=said.drop,
        choose=said.choose,
        accept=",".join(editing.endings),
        hint=said.hint.format(limit=limit),
    )


def waiting(
    uploads: Sequence[Upload],
    known: Mapping[str, Metadata],
    labels: Sequence[str],
    said: AddingWords,
    language: Language,
    *,
    is_owner: bool,
    form: Form | None = None,
    told: str | Markup = "",
) -> Markup:
    """What was told, and a form for every file that waits, with what was already written into it; ``known`` is said of documents by path."""
    # adding.js presses it when files have arrived.
    again = pieces.button("", "click", {"received": True}, "arrived", hidden=True, tabindex=-1)
    if not uploads:
        return Markup("{}{}").format(again, told)
    forms = join(
        _form(upload, number, len(uploads), known, labels, said, language, is_owner=is_owner, form=form)
        for number, upload in enumerate(uploads)
    )
    return Markup(
        '{again}<form class="sheet registering" data-event="submit" id="registering-form"><h2>{title}</h2><p class="hint">{hint}</p>{told}'
        '{forms}<div class="sending-off"><button type="submit" class="primary-action">{register}</button></div></form>'
    ).format(
        again=again,
        title=said.forms.format(count=len(uploads)),
        hint=said.forms_hint,
        told=told,
        forms=forms,
        register=said.register.format(count=len(uploads)),
    )


def registrations(uploads: Sequence[Upload], form: Form, said: AddingWords) -> list[Registration]:
    """What the form asks for. Raises ``UploadRefused`` for a file of which it is not said whether it replaces another."""
    asked = []
    for upload in uploads:
        if f"terms-{upload.id}" not in form:  # it arrived after the form was drawn
            continue
        choice = first(form, f"place-{upload.id}")
        if upload.replaceable and choice not in {_KEEP_BOTH, *upload.replaceable}:
            raise UploadRefused(upload.name, "", said.not_chosen.format(name=upload.name))
        replaces = choice if choice in upload.replaceable else None
        asked.append(Registration(upload.id, metadata_in(form, f"-{upload.id}"), replaces))
    return asked


def registered(report: SyncReport, said: AddingWords) -> Markup:
    """What a registration did."""
    lines = [said.registered.format(added=len(report.added), changed=len(report.changed))]
    lines += [
        said.not_read.format(path=failure.path, reason=failure.reason, remedy=failure.remedy)
        for failure in report.failed
    ]
    return join(pieces.notice(line, "notice" if number else "good") for number, line in enumerate(lines))


def _form(
    upload: Upload,
    number: int,
    count: int,
    known: Mapping[str, Metadata],
    labels: Sequence[str],
    said: AddingWords,
    language: Language,
    *,
    is_owner: bool,
    form: Form | None,
) -> Markup:
    key = f"-{upload.id}"
    written = form is not None and f"terms{key}" in form
    about = metadata_in(form, key) if written and form is not None else _proposed(upload, known)
    seen = upload.seen
    facts: list[str | Markup] = [_size(upload.size)]
    if seen.members is not None:
        facts.append(said.members.format(count=f"{seen.members:,}"))
    else:
        facts += [said.pages.format(count=f"{seen.pages:,}")] if seen.pages else []
        facts.append(said.characters.format(count=f"{seen.characters:,}"))
    trouble = (
        Markup(' <span class="tag warn">{}</span>').format(said.troubled.format(count=seen.troubled))
        if seen.troubled
        else ""
    )
    copy = (
        Markup('<button type="button" class="quiet copy-first">{}</button>').format(said.copy_first)
        if count > 1 and number == 0
        else Markup("")
    )
    return Markup(
        '<fieldset class="upload" data-upload="{id}"><legend>{name}</legend><p class="meta">{facts}{trouble}</p>{same}{place}{fields}'
        '<div class="upload-actions">{copy}{discard}</div></fieldset>'
    ).format(
        id=upload.id,
        name=upload.name,
        facts=Markup("・").join(facts),
        trouble=trouble,
        same=Markup('<p class="box notice">{}</p>').format(said.same.format(path=upload.same_as))
        if upload.same_as
        else "",
        place=_place(upload, form, said),
        fields=metadata_fields(
            about, labels, said, language, key=key, is_owner=is_owner, is_archive=seen.members is not None
        ),
        copy=copy,
        discard=pieces.button(
            said.discard, "click", {"discard": upload.id}, "quiet", aria_label=said.discard_of.format(name=upload.name)
        ),
    )


def _place(upload: Upload, form: Form | None, said: AddingWords) -> Markup:
    """The question whether a file takes the place of one of the same name; nothing is chosen before somebody chooses."""
    if not upload.replaceable:
        return Markup("")
    chosen = first(form, f"place-{upload.id}") if form is not None else ""
    choices = [(path, said.replace.format(path=path)) for path in upload.replaceable] + [(_KEEP_BOTH, said.keep_both)]
    boxes = [
        fields.check(f"place-{upload.id}", value, called, checked=value == chosen, kind="radio", required=True)
        for value, called in choices
    ]
    return Markup('<div class="box place">{}</div>').format(
        fields.checks(f"place-{upload.id}", said.exists.format(name=upload.name), boxes)
    )


def _proposed(upload: Upload, known: Mapping[str, Metadata]) -> Metadata:
    """What the file says of itself; where it says nothing, and of labels, what is said of the only document that it may be a new version of."""
    about = upload.seen.about
    before = known.get(upload.replaceable[0]) if len(upload.replaceable) == 1 else None
    if before is None:
        return about
    return replace(
        about,
        publishers=about.publishers or before.publishers,
        date=about.date or before.date,
        document_type=about.document_type or before.document_type,
        terms=about.terms or before.terms,
        labels=before.labels,
        status=about.status or before.status,
    )


def _size(count: int) -> Markup:
    return prose(f"{count / _MIB:,.1f} MiB" if count >= _MIB else f"{max(1, round(count / 1024)):,} KiB")
