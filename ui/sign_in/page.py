"""The sign-in page as plain HTML: it works without any script, and with the keyboard alone.

Invariant: nothing of what was typed comes back but the name, as text.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

from markupsafe import Markup

from ui.language import Language
from ui.shell.wording import shell_words
from ui.sign_in.wording import sign_in_words

Told = Literal["", "out", "wrong", "guesses", "closed"]

_UI = Path(__file__).parents[1]


def sign_in_page(language: Language, *, then: str, name: str = "", told: Told = "") -> str:
    """The page in this language. ``then`` is where to go on, ``name`` what was typed before, ``told`` what happened."""
    said, product = sign_in_words(language), shell_words(language).product
    other: Language = "en" if language == "ja" else "ja"
    notice = Markup("")
    if told:
        role, css = ("status", "good") if told == "out" else ("alert", "error")
        notice = Markup('<p id="told" class="{}" role="{}">{}</p>').format(css, role, said.told[told])
    described = Markup(' aria-describedby="told"') if told else Markup("")
    return str(
        Markup(
            '<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">'
            '<title>{title} | {product}</title><link rel="icon" href="/favicon.ico"><link rel="stylesheet" href="/sign-in.css"></head>'
            '<body><main><p class="product">{product}</p><h1>{title}</h1><p class="lead">{lead}</p>{notice}'
            '<form method="post" action="/sign-in"><input type="hidden" name="next" value="{then}">'
            '<label for="name">{name_label}</label><input id="name" name="name" value="{name}" required maxlength="64" '
            'autocomplete="username" autocapitalize="none" spellcheck="false"{described}{first}>'
            '<label for="password">{password_label}</label><input id="password" name="password" type="password" required '
            'autocomplete="current-password"{described}{second}><button type="submit">{sign_in}</button></form>'
            '<p class="languages"><a href="/sign-in?{query}" lang="{other}" hreflang="{other}">{other_language}</a></p></main></body></html>'
        ).format(
            language=language,
            title=said.title,
            product=product,
            lead=said.lead,
            notice=notice,
            then=then,
            name_label=said.name,
            name=name[:64],
            described=described,
            first=Markup("") if name else Markup(" autofocus"),
            password_label=said.password,
            second=Markup(" autofocus") if name else Markup(""),
            sign_in=said.sign_in,
            query=urlencode({"lang": other, "next": then}),
            other=other,
            other_language=said.other_language,
        )
    )


@cache
def sign_in_style() -> str:
    """The style sheet: the colours of the other pages, dark where the system is."""
    tokens = (_UI / "shell" / "tokens.css").read_text(encoding="utf-8")
    dark = re.search(r"^\.dark (\{.*?^\})", tokens, re.DOTALL | re.MULTILINE)
    by_system = f"@media (prefers-color-scheme: dark) {{ :root {dark[1]} }}\n" if dark is not None else ""
    return tokens + by_system + (_UI / "sign_in" / "style" / "sign_in.css").read_text(encoding="utf-8")
