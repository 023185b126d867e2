"""Curves over sizes that grow tenfold, as an SVG made by hand: both axes are logarithmic.

Owns how a figure looks. Invariant: pure functions of values; the drawing needs no font or style from anywhere else.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

_COLOURS = ("#0b57d0", "#c5221f", "#188038", "#e37400", "#8430ce", "#5f6368")
_WIDTH, _HEIGHT = 440, 300  # of a panel, its legend apart
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 16, 34, 44
_LINE = 18


@dataclass(frozen=True, slots=True)
class Curve:
    """A named line through (x, y), both above 0."""

    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Panel:
    """Curves over the same axes."""

    title: str
    across: str
    upwards: str
    curves: Sequence[Curve]


def drawing(panels: Sequence[Panel]) -> str:
    """The panels side by side, with a legend of all their curves below."""
    names = list(dict.fromkeys(curve.name for panel in panels for curve in panel.curves))
    colours = {name: _COLOURS[place % len(_COLOURS)] for place, name in enumerate(names)}
    width, height = _WIDTH * len(panels), _HEIGHT + _LINE * len(names) + 8
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
    ]
    for place, panel in enumerate(panels):
        parts += [f'<g transform="translate({place * _WIDTH} 0)">', *_panel(panel, colours), "</g>"]
    for place, name in enumerate(names):
        middle = _HEIGHT + _LINE * place + 6
        parts.append(
            f'<path d="M{_LEFT} {middle}h24" stroke="{colours[name]}" stroke-width="2"/>'
            f'<text x="{_LEFT + 32}" y="{middle + 4}">{escape(name)}</text>'
        )
    return "\n".join([*parts, "</svg>", ""])


def _panel(panel: Panel, colours: dict[str, str]) -> list[str]:
    points = [point for curve in panel.curves for point in curve.points]
    if not points:
        return []
    across = _scale([x for x, _ in points], _LEFT, _WIDTH - _RIGHT)
    upwards = _scale([y for _, y in points], _HEIGHT - _BOTTOM, _TOP)
    parts = [f'<text x="{_LEFT}" y="18" font-weight="bold">{escape(panel.title)}</text>']
    parts += [f'<text x="{_WIDTH - _RIGHT}" y="{_HEIGHT - 8}" text-anchor="end">{escape(panel.across)}</text>']
    parts += [f'<text x="{_LEFT}" y="{_TOP - 4}" fill="#5f6368">{escape(panel.upwards)}</text>']
    for power in across.powers:
        x = across.place(10**power)
        parts.append(f'<path d="M{x:.1f} {_TOP}V{_HEIGHT - _BOTTOM}" stroke="#e0e0e0"/>')
        parts.append(f'<text x="{x:.1f}" y="{_HEIGHT - _BOTTOM + 16}" text-anchor="middle">{_written(power)}</text>')
    for power in upwards.powers:
        y = upwards.place(10**power)
        parts.append(f'<path d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}" stroke="#e0e0e0"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{_written(power)}</text>')
    for curve in panel.curves:
        places = [(across.place(x), upwards.place(y)) for x, y in curve.points]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colours[curve.name]}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colours[curve.name]}"/>' for x, y in places]
    return parts


@dataclass(frozen=True, slots=True)
class _Scale:
    """Values between two powers of ten, over the pixels from ``start`` to ``end``."""

    low: int
    high: int
    start: float
    end: float

    @property
    def powers(self) -> range:
        return range(self.low, self.high + 1)

    def place(self, value: float) -> float:
        return self.start + (math.log10(value) - self.low) / (self.high - self.low) * (self.end - self.start)


def _scale(values: Sequence[float], start: float, end: float) -> _Scale:
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return _Scale(low, max(high, low + 1), start, end)


def _written(power: int) -> str:
    return f"{10**power:,}" if power >= 0 else f"{10.0**power:g}"
