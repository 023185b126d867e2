"""A place of a document that was chosen in a list, in the source panel.

Invariant: what a browser names is only where to look; what is shown is what the viewer may see there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import gradio as gr

from policy_qa.types import Viewer
from ui.language import Language
from ui.service import Service
from ui.shell import pieces
from ui.source.panel import nothing_open, show_passage
from ui.source.wording import SourceWords, source_words


# In Gradio an event's data must hold no ``path``: it would be taken for an uploaded file.
def place_value(path: str, start: int, end: int, of: str = "") -> dict[str, Any]:
    """What a button carries that opens the characters ``start``..``end`` of a document; ``of`` tells buttons of one place apart."""
    return {"place": [path, start, end, of]}


_BACK: Mapping[Language, str] = {"ja": "一覧へ戻る", "en": "Back to the list"}
_NOTHING: Mapping[Language, str] = {
    "ja": "一覧から選ぶと、文書の該当箇所がここに表示されます。",
    "en": "Choose something in the list to see the passage of its document here.",
}


def no_passage(language: Language) -> str:
    """The panel before anything was chosen."""
    return str(nothing_open(_words(language)))


def passage_of(service: Service, viewer: Viewer, pressed: Mapping[str, Any], language: Language) -> Any:
    """The panel for the place that a button carried; nothing changes for a button without one."""
    path, start, end = [*(pressed.get("place") or ()), None, None, None][:3]
    if not (isinstance(path, str) and isinstance(start, int) and isinstance(end, int) and 0 <= start <= end):
        return gr.skip()
    try:
        return str(show_passage(service, viewer, path, start, end, _words(language), back={}))
    except Exception as error:  # the list stays; only the panel says what is wrong
        return str(pieces.failure(error, language))


def _words(language: Language) -> SourceWords:
    """What the panel says beside a list instead of beside an answer."""
    return replace(source_words(language), panel_back=_BACK[language], panel_empty=_NOTHING[language])
