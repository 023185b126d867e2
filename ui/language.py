"""The languages of the screens, and how one is chosen."""

from __future__ import annotations

from typing import Literal, get_args

Language = Literal["ja", "en"]


def known_language(asked: str | None, otherwise: Language) -> Language:
    """``asked`` if the screens speak it, else ``otherwise``."""
    return next((language for language in get_args(Language) if language == asked), otherwise)
