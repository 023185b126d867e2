"""The list of conversations as markup: to open, rename, export and delete them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from markupsafe import Markup

from policy_qa.types import ConversationSummary
from ui.chat.wording import ChatWords
from ui.render import join, prose
from ui.shell import pieces


def listing(conversations: Sequence[ConversationSummary], current: str | None, words: ChatWords) -> Markup:
    """The list, the newest first; ``current`` is the one that is shown beside it."""
    rows = join(_row(conversation, current, words) for conversation in conversations)
    inside = (
        Markup('<ul>{}</ul><p class="meta">{}</p>').format(rows, words.kept_note)
        if conversations
        else Markup('<p class="meta">{}</p>').format(words.no_conversations)
    )
    return Markup(
        '<nav class="conversations" aria-label="{label}" data-current="{current}">'
        "<details><summary><h2>{label}</h2></summary>{inside}</details></nav>"
    ).format(label=words.conversations, current=current or "", inside=inside)


def _row(conversation: ConversationSummary, current: str | None, words: ChatWords) -> Markup:
    when = datetime.fromisoformat(conversation.changed_at)
    told = words.conversation_turns.format(when=f"{when.month}/{when.day} {when:%H:%M}", count=conversation.turns)
    opening = pieces.button(
        Markup('<span class="title">{}</span><span class="meta">{}</span>').format(prose(conversation.title), told),
        "select",
        {"open": conversation.id},
        "conversation",
        aria_current="true" if conversation.id == current else "false",
    )
    return Markup("<li>{}{}</li>").format(opening, _menu(conversation, words))


def _menu(conversation: ConversationSummary, words: ChatWords) -> Markup:
    address = f"api/conversations/{quote(conversation.id, safe='')}"
    return Markup(
        '<details class="menu"><summary aria-label="{label}">⋯</summary><div class="menu-inside">'
        '<div data-form class="rename"><label>{rename_label}<input name="title" value="{title}" maxlength="60"></label>{rename}</div>'
        '<a href="{address}?form=markdown" download>{markdown}</a><a href="{address}?form=json" download>{json}</a>{delete}'
        "</div></details>"
    ).format(
        label=words.conversation_menu.format(title=conversation.title),
        rename_label=words.rename_label,
        title=conversation.title,
        rename=pieces.button(words.rename, "edit", {"id": conversation.id}, "action"),
        address=address,
        markdown=words.export_markdown,
        json=words.export_json,
        delete=pieces.button(
            words.delete, "delete", {"id": conversation.id}, "quiet danger", data_confirm=words.delete_sure
        ),
    )
