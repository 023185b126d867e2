"""What is said of a document, as fields of a form and back.

Invariant: every function of fields returns ``Markup`` built with ``Markup.format``; what comes back is raw text, which the service checks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markupsafe import Markup

from policy_qa.types import DecisionStatus, Metadata
from ui.documents.adding_wording import AddingWords
from ui.language import Language
from ui.render import join
from ui.shell import fields
from ui.shell.fields import Form, first
from ui.source.wording import source_words

_PARTED = re.compile(r"[、,，;；\n]+")


def metadata_fields(
    about: Metadata,
    offered: Sequence[str],
    said: AddingWords,
    language: Language,
    *,
    key: str = "",
    is_owner: bool,
    is_archive: bool = False,
) -> Markup:
    """The fields for one document; ``key`` tells those of several apart, ``offered`` are the labels that can be given."""
    statuses = [("", said.no_status), *source_words(language).statuses.items()]
    title = [fields.text_field(f"title{key}", said.field_title, about.title, wide=True)] if not is_archive else []
    written = join(
        [
            *title,
            fields.text_field(
                f"publishers{key}",
                said.field_publishers,
                "、".join(about.publishers),
                hint=said.several_hint,
                wide=True,
            ),
            fields.text_field(f"date{key}", said.field_date, about.date or "", hint=said.date_hint),
            fields.text_field(f"type{key}", said.field_type, about.document_type or ""),
            fields.choice_field(f"status{key}", said.field_status, statuses, about.status or ""),
            fields.text_field(f"terms{key}", said.field_terms, about.terms or "", wide=True),
        ]
    )
    ticked = [
        fields.check(f"label{key}", label, label, checked=label in about.labels)
        for label in sorted({*offered, *(about.labels if is_owner else ())})
    ]
    hint = Markup('<p class="hint">{}</p>').format(said.labels_hint if is_owner else said.labels_own)
    more = fields.text_field(f"new-label{key}", said.new_labels, hint=said.several_hint) if is_owner else Markup("")
    labels = Markup('<div class="labels">{}{}{}</div>').format(
        fields.checks(f"label{key}", said.labels, ticked), hint, more
    )
    archive = Markup('<p class="hint">{}</p>').format(said.archive_hint) if is_archive else Markup("")
    return Markup('{}<div class="fields">{}</div>{}').format(archive, written, labels)


def metadata_in(form: Form, key: str = "") -> Metadata:
    """What was written into the fields of ``metadata_fields``."""
    status = first(form, f"status{key}")
    labels = [*form.get(f"label{key}", ()), *_parts(first(form, f"new-label{key}"))]
    return Metadata(
        first(form, f"title{key}"),
        tuple(_parts(first(form, f"publishers{key}"))),
        first(form, f"date{key}") or None,
        first(form, f"type{key}") or None,
        first(form, f"terms{key}") or None,
        frozenset(labels),
        _STATUSES.get(status),
    )


_STATUSES: dict[str, DecisionStatus] = {
    "draft": "draft",
    "decided": "decided",
    "revised": "revised",
    "abolished": "abolished",
}


def _parts(text: str) -> list[str]:
    return [part.strip() for part in _PARTED.split(text) if part.strip()]
