"""What charts and diagrams (SmartArt) say, in Word documents and on slides alike.

Owns the two parts of a package that hold text outside the text. Elements come from whichever library opened the package, so names are compared
without their vocabulary. Invariants: a diagram's texts come in the order of its tree, each once; a chart has one row a category and one column a
series, with the figures as the chart prints them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

# lxml elements carry no types of their own.
Element = Any

_NODES = {"node", "asst", ""}
_MOST_SERIES = 64
_MOST_POINTS = 5_000
_FIRST_DAY = date(1899, 12, 30)  # spreadsheets count days from here
_LAST_DAY = 100_000


@dataclass(frozen=True, slots=True)
class Chart:
    """``rows`` hold the names of the series first, then each category with its figures."""

    title: str
    rows: tuple[tuple[str, ...], ...]


def drawn_text(element: Element) -> str:
    """The text of one drawn paragraph (``a:p``), its line breaks as they are."""
    parts: list[str] = []
    for child in element.iter():
        name = _name(child)
        if name == "t":
            parts.append(child.text or "")
        elif name == "br":
            parts.append("\n")
        elif name == "tab":
            parts.append("\t")
    return "".join(parts)


def diagram_lines(root: Element) -> list[tuple[int, str]]:
    """The texts of a diagram's data with how deep each stands in its tree."""
    texts: dict[str, str] = {}
    top: list[str] = []
    for point in _all(root, "pt"):
        kind = point.get("type", "node")
        identifier = point.get("modelId", "")
        if kind == "doc":
            top.append(identifier)
        elif kind in _NODES:
            paragraphs = [drawn_text(paragraph).strip() for paragraph in _all(point, "p")]
            texts[identifier] = "\n".join(filter(None, paragraphs))
    below: dict[str, list[tuple[int, str]]] = {}
    for link in _all(root, "cxn"):
        if link.get("type", "parOf") == "parOf":
            order = link.get("srcOrd", "0")
            place = int(order) if order.isdecimal() else 0
            below.setdefault(link.get("srcId", ""), []).append((place, link.get("destId", "")))
    lines: list[tuple[int, str]] = []
    seen: set[str] = set()
    # What hangs on nothing is read all the same, behind the tree.
    waiting = [(0, identifier) for identifier in reversed([*top, *texts])]
    while waiting:
        depth, identifier = waiting.pop()
        if identifier in seen:
            continue
        seen.add(identifier)
        text = texts.get(identifier, "")
        if text:
            lines.append((depth, text))
        deeper = depth + bool(text)
        waiting += [(deeper, child) for _, child in sorted(below.get(identifier, ()), reverse=True)]
    return lines


def chart_of(root: Element) -> Chart:
    """The figures of a chart's part, as they were saved with it."""
    chart = next(_all(root, "chart"), root)
    title = next((child for child in chart if _name(child) == "title"), None)
    series = [one for _, one in zip(range(_MOST_SERIES), _all(root, "ser"), strict=False)]
    columns = [(_label(one), _points(one, "cat", "xVal"), _points(one, "val", "yVal")) for one in series]
    names: dict[int, str] = {}
    for _, categories, figures in columns:
        for place in (*categories, *figures):
            names.setdefault(place, categories.get(place, ""))
    rows = [("", *(label for label, _, _ in columns))]
    rows += [(names[place], *(figures.get(place, "") for _, _, figures in columns)) for place in sorted(names)]
    said = "\n".join(drawn_text(paragraph) for paragraph in _all(title, "p")) if title is not None else ""
    return Chart(said.strip(), tuple(rows) if columns else ())


def _label(series: Element) -> str:
    text = next((child for child in series if _name(child) == "tx"), None)
    return "".join(value.text or "" for value in _all(text, "v")).strip() if text is not None else ""


def _points(series: Element, *names: str) -> dict[int, str]:
    """The points of a series by their place, printed as the format saved with them says."""
    data = next((child for child in series if _name(child) in names), None)
    if data is None:
        return {}
    code = next((child.text or "" for child in _all(data, "formatCode")), "")
    found: dict[int, str] = {}
    for point in _all(data, "pt"):
        index = point.get("idx", "")
        if index.isdecimal() and len(found) < _MOST_POINTS:
            place = int(index)
            text = _printed("".join(one.text or "" for one in _all(point, "v")).strip(), code)
            found[place] = (
                f"{text} {found[place]}" if place in found else text
            )  # of several levels the outermost is last
    return found


def _printed(value: str, code: str) -> str:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    if not number.is_finite() or abs(number.adjusted()) > _MOST_SERIES:
        return value
    if "%" in code:
        return f"{_plain(number * 100, code)}%"
    if "y" in code.lower() and 0 < number < _LAST_DAY:
        day = _FIRST_DAY + timedelta(days=int(number))
        return f"{day.year}年{day.month}月" + (f"{day.day}日" if "d" in code.lower() else "")
    return _plain(number, code)


def _plain(number: Decimal, code: str) -> str:
    pattern = code.split(";", maxsplit=1)[0]
    decimals = sum(sign in "0#" for sign in pattern.partition(".")[2]) if "." in pattern else None
    if decimals is None and "0" in pattern:
        decimals = 0
    # Figures are saved as binary fractions: 0.30000000000000004 is printed 0.3.
    rounded = round(number, 10 if decimals is None else decimals)
    text = f"{rounded:,f}" if "," in pattern else f"{rounded:f}"
    return text.rstrip("0").rstrip(".") if "." in text and decimals is None else text


def _all(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element.iter() if _name(child) == name)


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
