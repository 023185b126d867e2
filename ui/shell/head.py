"""The head of every page as markup: the way to the content, the product, the pages, the settings, the page's heading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from policy_qa.types import Caller
from ui.language import Language
from ui.render import join
from ui.shell.wording import ShellWords


@dataclass(frozen=True, slots=True)
class Heading:
    """A page's own title and a line on what it is for; ``visible`` is false where the page shows at once what it is."""

    title: str
    lead: str = ""
    visible: bool = True


@dataclass(frozen=True, slots=True)
class Link:
    """A page of the navigation: its address below the app's own, and its name."""

    path: str
    name: str


def head(
    heading: Heading, links: Sequence[Link], current: str, language: Language, words: ShellWords, caller: Caller
) -> Markup:
    """The head of the page at ``current``, as it is for who looks at it."""
    pages = join(_link(link, current) for link in links)
    return Markup(
        '<a class="skip" href="#content">{skip}</a>'
        '<header class="bar" data-title="{document}" data-copied="{copied}" data-not-copied="{not_copied}"><div class="bar-inside">'
        '<a class="product" href="./">{product}</a>'
        '<nav class="pages" aria-label="{pages_label}"><ul>{pages}</ul></nav>{signed_in}{settings}</div></header>'
        '<div class="heading{hidden}"><h1>{title}</h1>{lead}</div>'
    ).format(
        skip=words.skip,
        document=f"{heading.title} | {words.product}",
        copied=words.copied,
        not_copied=words.not_copied,
        product=words.product,
        pages_label=words.pages,
        pages=pages,
        signed_in=_signed_in(caller, words),
        settings=_settings(language, words),
        hidden="" if heading.visible else " unseen",
        title=heading.title,
        lead=Markup("<p>{}</p>").format(heading.lead) if heading.lead else "",
    )


def _link(link: Link, current: str) -> Markup:
    here = Markup(' aria-current="page"') if link.path == current else Markup("")
    return Markup('<li><a href="./{}"{}>{}</a></li>').format(link.path, here, link.name)


def _signed_in(caller: Caller, words: ShellWords) -> Markup:
    """Who is signed in, and the way out; nothing for the owner at this machine, who never signed in."""
    if caller.by == "local":
        return Markup("")
    out = Markup("")
    if caller.by == "session":  # whom a proxy names signs out there
        out = Markup('<button type="button" class="action" data-sign-out>{}</button>')
    return Markup('<div class="signed-in"><span title="{title}">{name}</span>{out}</div>').format(
        title=words.signed_in.format(name=caller.viewer.name), name=caller.viewer.name, out=out.format(words.sign_out)
    )


def _settings(language: Language, words: ShellWords) -> Markup:
    """What a reader can choose; the browser marks what is chosen and keeps it (behaviour.js)."""
    groups = join(
        [
            _choice("language", words.language, words.languages, language),
            _choice("size", words.size, words.sizes, "standard"),
            _choice("theme", words.theme, words.themes, "system"),
        ]
    )
    return Markup(
        '<details class="settings"><summary>{}</summary><div class="settings-inside">{}<p>{}</p></div></details>'
    ).format(words.settings, groups, words.settings_kept)


def _choice(name: str, label: str, values: Mapping[str, str] | Mapping[Language, str], chosen: str) -> Markup:
    options = join(
        Markup('<label><input type="radio" name="setting-{}" value="{}"{}> {}</label>').format(
            name, value, Markup(" checked") if value == chosen else "", said
        )
        for value, said in values.items()
    )
    return Markup("<fieldset><legend>{}</legend>{}</fieldset>").format(label, options)
