"""The document that every page begins with, in the place of Gradio's, and the one script that it loads.

Gradio writes its description of a page into scripts of the document, has a further one load a helper for frames, and puts the head it is given in by
script. A browser that runs no script out of markup would run none of these.

Invariant: nothing in the document runs but files of this server, and it names no other machine. What Gradio would compile in the browser
stands in the script as it is compiled there.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import gradio
from gradio import routes
from jinja2 import ChoiceLoader, DictLoader

from ui.language import Language

BUILT = Path(gradio.__file__).parent / "templates" / "frontend"
_TEMPLATE = "frontend/index.html"
_LOADED = re.compile(r'<script type="module"[^>]*></script>|<link rel="stylesheet"[^>]*>')
_PARAMETERS = "element, trigger, props, server, upload, watch"


def write_documents() -> None:
    """From now on Gradio's pages begin with our document."""
    environment = routes.templates.env
    if not isinstance(environment.loader, ChoiceLoader):
        environment.loader = ChoiceLoader([DictLoader({_TEMPLATE: _document()}), *filter(None, [environment.loader])])


def _document() -> str:
    loaded = _LOADED.findall((BUILT / "index.html").read_text(encoding="utf-8"))
    if len(loaded) != 2:
        raise RuntimeError(f"Gradio {gradio.__version__} builds its document otherwise: see ui/shell/document.py")
    document = (Path(__file__).parent / "document.html").read_text(encoding="utf-8")
    return document.replace("__GRADIO__", "\n    ".join(loaded))


def script(sources: Iterable[str], language: Language, components: Iterable[Mapping[str, Any]]) -> tuple[str, bytes]:
    """The name of the script, which says what it holds, and the script: ``sources`` in their order, and the behaviour of ``components``."""
    behaviours = ",\n".join(_compiled(components))
    text = "\n".join(sources).replace("__LANGUAGE__", language).replace("__COMPILED__", behaviours)
    data = text.encode()
    return f"screens-{hashlib.sha256(data).hexdigest()[:12]}.js", data


def _compiled(components: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Each behaviour that is given to Gradio as text, with the function that it means."""
    written = dict.fromkeys(one["props"].get("js_on_load") for one in components if one["type"] == "html")
    for text in filter(None, written):
        yield f"[{json.dumps(text)}, function ({_PARAMETERS}) {{ {text} }}]"
