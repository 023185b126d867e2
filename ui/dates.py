"""Dates and years as official documents of today write them."""

from __future__ import annotations

_REIWA, _HEISEI = 2018, 1988
_ERAS = ((_REIWA + 1, "令和"), (_HEISEI + 1, "平成"), (1926, "昭和"))


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


def year_name(year: int) -> str:
    """A fiscal year with its era: 令和8年度."""
    first, era = next(((first, era) for first, era in _ERAS if year >= first), (1868, "明治"))
    return f"{era}{'元' if year == first else year - first + 1}年度"


def calendar_year_name(year: int) -> str:
    """A calendar year in both reckonings: 2026年（令和8年）."""
    return f"{year}年（{year_name(year).removesuffix('度')}）"


def printed_year(fiscal_year: int) -> str:
    """The number of a fiscal year as officials write it: 令和8 from its second year on, else the Gregorian year."""
    return f"令和{fiscal_year - _REIWA}" if fiscal_year > _REIWA + 1 else str(fiscal_year)
