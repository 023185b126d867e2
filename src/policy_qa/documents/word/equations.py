"""Equations as text on one line.

Owns the two kinds an office document has: those of the equation editor, and fields that draw (EQ), with which Japanese offices put a circle
around a character or ruby over it. Invariant: every letter of an equation stands in its text.
"""

from __future__ import annotations

import re

from policy_qa.documents.word.markup import Element, qn, value

_LOOSE = re.compile(r"[+\-−＋－×÷/=＝ ]")
# eq \o\ac(○,印): one character drawn over another. \o\ad(\s\up 9(ふりがな),振仮名): ruby.
_ENCLOSED = re.compile(r"\\o\\ac\(([○◯□△◇])[,，]\s*([^)]{1,3})\)", re.IGNORECASE)
_RUBY = re.compile(r"\\o(?:\\a[a-z])?\s*\((?:\\s\\up\s*\d+\s*)?\([^()]*\)[,，;]([^()]*)\)", re.IGNORECASE)
_SWITCH = re.compile(r"\\\*\s*(?:\"[^\"]*\"|\S+)|\\[a-z]+\s*[0-9]*", re.IGNORECASE)
_CIRCLED = {str(count): chr(0x245F + count) for count in range(1, 21)} | {"印": "㊞", "秘": "㊙"}


def equation(element: Element) -> str:
    """An equation of the editor: fractions with a stroke, powers with ``^``."""
    return "".join(_terms(element))


def _terms(element: Element) -> list[str]:
    found: list[str] = []
    for child in element:
        tag = child.tag
        if tag == qn("m:t"):
            found.append(child.text or "")
        elif tag == qn("m:f"):
            found.append(f"{_grouped(child, 'm:num')}/{_grouped(child, 'm:den')}")
        elif tag == qn("m:sSup"):
            found.append(f"{_inner(child, 'm:e')}^{_grouped(child, 'm:sup')}")
        elif tag == qn("m:rad"):
            found.append(f"{_inner(child, 'm:deg')}√{_grouped(child, 'm:e')}")
        elif tag == qn("m:d"):
            properties = child.find(qn("m:dPr"))
            opening, closing = (value(properties, name, qn("m:val")) for name in ("m:begChr", "m:endChr"))
            inner = ",".join(equation(part) for part in child.findall(qn("m:e")))
            found.append(f"{'(' if opening is None else opening}{inner}{')' if closing is None else closing}")
        elif tag == qn("m:nary"):
            found.append(value(child.find(qn("m:naryPr")), "m:chr", qn("m:val")) or "∫")
            found += _terms(child)
        elif isinstance(tag, str) and tag not in {qn("w:del"), qn("w:moveFrom")}:
            found += _terms(child)
    return found


def _inner(element: Element, name: str) -> str:
    child = element.find(qn(name))
    return equation(child) if child is not None else ""


def _grouped(element: Element, name: str) -> str:
    text = _inner(element, name)
    return f"({text})" if _LOOSE.search(text) else text


def field_equation(code: str) -> str:
    """What a field without a result draws: the text of an EQ field, nothing for any other."""
    name, _, drawn = code.strip().partition(" ")
    if name.upper() != "EQ":
        return ""
    drawn = _ENCLOSED.sub(lambda match: _CIRCLED.get(match[2].strip(), match[1] + match[2].strip()), drawn)
    drawn = _RUBY.sub(lambda match: match[1], drawn)
    return re.sub(r"[()]", "", _SWITCH.sub("", drawn)).strip()
