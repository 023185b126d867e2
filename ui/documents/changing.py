"""Changing what is said of a document, deleting it, and the record of its versions, as markup.

Invariant: every function returns ``Markup`` built with ``Markup.format``; what cannot be undone asks to be pressed twice.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from policy_qa.types import Document, Metadata, Version
from ui.documents.adding_wording import AddingWords
from ui.documents.forms import metadata_fields
from ui.language import Language
from ui.render import prose
from ui.shell import pieces
from ui.source.wording import source_words

_SHOWN_DIGITS = 12


def changing(
    document: Document,
    labels: Sequence[str],
    said: AddingWords,
    language: Language,
    *,
    is_owner: bool,
    written: Metadata | None = None,
    told: str | Markup = "",
) -> Markup:
    """The form for what is said of a document, and its deletion; open where something was told."""
    return Markup(
        '<details class="changing"{open}><summary>{change}</summary>{told}<form data-event="submit" data-form-of="document">'
        '<p class="hint">{hint}</p><input type="hidden" name="document" value="{path}">{fields}'
        '<div class="sending-off"><button type="submit" class="primary-action">{save}</button></div></form>'
        "{delete}</details>"
    ).format(
        open=Markup(" open") if told else "",
        change=said.change,
        told=told,
        hint=said.change_hint,
        path=document.path,
        fields=metadata_fields(written or document.metadata, labels, said, language, is_owner=is_owner),
        save=said.save,
        delete=_deleting(document, said, is_owner=is_owner),
    )


def _deleting(document: Document, said: AddingWords, *, is_owner: bool) -> Markup:
    """The way to delete a document; what is in an archive goes with all of it, which only an owner sees."""
    archive, found, _ = document.path.lower().partition(".zip/")
    path = document.path[: len(archive) + len(".zip")] if found else document.path
    if found and not is_owner:
        return Markup("")
    called = said.delete_archive.format(path=path) if found else said.delete
    button = delete_button(called, path, path if found else document.metadata.title, said)
    return Markup('<div class="deleting"><p class="hint">{}</p>{}</div>').format(said.delete_hint, button)


def delete_button(called: str, path: str, title: str, said: AddingWords) -> Markup:
    """The button that deletes a file when it is pressed a second time."""
    return pieces.button(
        called, "delete", {"document": path}, "action danger", data_confirm=said.confirm,
        aria_label=said.delete_of.format(title=title),
    )  # fmt: skip


def versions_of(versions: Sequence[Version], said: AddingWords, language: Language) -> Markup:
    """What a document was and when."""
    statuses = source_words(language).statuses
    rows: list[list[str | Markup]] = [
        [
            prose(_time(version.read_at)),
            prose(_time(version.replaced_at)) if version.replaced_at else said.version_now,
            prose(version.title),
            prose(version.date or ""),
            statuses[version.status] if version.status else "",
            Markup('<span class="number">{}</span>').format(f"{version.characters:,}"),
            version.sha256[:_SHOWN_DIGITS],
        ]
        for version in versions
    ]
    return Markup('<details class="versions"><summary>{}（{}）</summary><p class="hint">{}</p>{}</details>').format(
        said.versions, len(rows), said.versions_hint, pieces.table(said.versions, said.version_columns, rows)
    )


def _time(iso: str) -> str:
    return iso[:16].replace("T", " ")
