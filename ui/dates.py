"""Dates as official documents of today write them."""

from __future__ import annotations

_REIWA, _HEISEI = 2018, 1988


def japanese_date(iso: str) -> str:
    """An ISO date, whole or reduced, with its era: 令和8年1月."""
    year, *rest = (int(part) for part in iso.split("-"))
    month = rest[0] if rest else 12
    if (year, month) >= (_REIWA + 1, 5):
        said = f"令和{year - _REIWA}年" if year > _REIWA + 1 else "令和元年"
    elif year > _HEISEI:
        said = f"平成{year - _HEISEI}年" if year > _HEISEI + 1 else "平成元年"
    else:
        said = f"{year}年"
    return said + "".join(f"{part}{unit}" for part, unit in zip(rest, ("月", "日"), strict=False))
