"""What is written to a terminal: documents, names and questions of other people never steer it.

Owns which characters a terminal is spared: controls (an escape sequence repaints, retitles, or answers for the user), marks that turn others around, and
what has no width. Invariant: each of them is replaced by one sign that is seen, so that places in a text stay what they are; everything else is
written as it is, and made harmless twice it is the same.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
import warnings
from collections.abc import Iterable
from types import TracebackType
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

# All of Unicode's Cc but tab and line feed, all of Cf, the halves of pairs, and the two separators that some terminals break lines at. Signs of
# private use (外字) and selectors of variants (異体字) are text.
_STEERING = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    r"\ud800-\udfff\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)
_PICTURES = 0x2400  # the signs for the controls: ␛ for the escape
_DELETE = 0x7F


def harmless(text: str) -> str:
    """``text``, as long as it was, with a sign that is seen for each character that would steer a terminal."""
    return _STEERING.sub(_sign, text)


def harmless_line(text: str) -> str:
    """The same on one line: a line break and a tab are signs too, so that nobody writes a second line into a log."""
    return harmless(text).replace("\n", "␊").replace("\t", "␉")


def harmless_json(value: Any) -> str:
    """The value as JSON on one line, in which such characters are written as escapes: what is read back is the same."""
    return _STEERING.sub(_escape, json.dumps(value, ensure_ascii=False))


class Terminal(Console):
    """A console of rich that writes harmless text. Colours and the moves of a progress bar are its own."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The segments of something to be shown, their texts harmless."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(harmless(segment.text), segment.style)


class _Lines(logging.Formatter):
    """A record as one line; with a trace behind it where something went wrong that nobody foresaw."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 -- the library's name
        return harmless_line(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802
        return harmless(super().formatException(ei))


def spare_the_terminal() -> None:
    """From here on what is logged or warned of, and the trace of an error that nobody foresaw, are written harmless too."""
    if logging.lastResort is not None:  # nobody else is given what this program logs
        logging.lastResort.setFormatter(_Lines())
    warnings.formatwarning = _warned
    sys.excepthook = _told


def _warned(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, line: str | None = None
) -> str:
    return harmless_line(f"{filename}:{lineno}: {category.__name__}: {message}") + "\n"


def _told(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    sys.stderr.write(harmless("".join(traceback.format_exception(kind, error, trace))))


def _sign(match: re.Match[str]) -> str:
    code = ord(match[0])
    return chr(_PICTURES + code) if code < 0x20 else "\u2421" if code == _DELETE else "\ufffd"


def _escape(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1]
