"""Patterns that are dear at every place of a text, each behind a cheap one that is in whatever it finds.

Owns that order of looking: most lines hold no date, no stage, no exclusion, and a pattern of many branches tries them all to find that out.
Invariant: where the glance finds nothing, the pattern finds nothing either; a test draws matches of every pattern to hold that.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator


class Glanced:
    """``pattern`` behind ``glance``, which begins with few and rare characters."""

    __slots__ = ("glance", "pattern")

    def __init__(self, glance: str, pattern: str, flags: re.RegexFlag = re.NOFLAG) -> None:
        self.glance = re.compile(glance)
        self.pattern = re.compile(pattern, flags)

    def search(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """The first match of the pattern in ``text[start:end]``."""
        return self.pattern.search(text, start, end) if self.glance.search(text, start, end) else None

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """The matches of the pattern in ``text``."""
        return self.pattern.finditer(text) if self.glance.search(text) else iter(())
