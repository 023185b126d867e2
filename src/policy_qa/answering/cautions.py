"""What has to be said of the pages that an answer's citations stand on.

Invariant: an answer that cites a page recognised from a picture, or one that reads badly or that the file does not show, says so by the
citation's marker, and is not sure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from policy_qa.places import TROUBLES, page_name
from policy_qa.types import Citation, Document, Page, Span


def cautions(citations: Iterable[Citation], document_at: Callable[[str], Document]) -> tuple[str, ...]:
    """A line on the citations read from pictures, and one for each page that reads badly; none where all is well."""
    recognised: list[int] = []
    troubled: dict[tuple[str, Page], list[int]] = {}
    for citation in citations:
        pages = document_at(citation.path).pages_of(Span(citation.start, citation.end))
        if any(page.recognised for page in pages):
            recognised.append(citation.marker)
        for page in pages:
            if page.troubles:
                troubled.setdefault((citation.path, page), []).append(citation.marker)
    said = []
    for place, hidden in [(place, marks) for place, marks in troubled.items() if place[1].troubles == ("hidden",)]:
        said.append(
            f"出典{_marks(hidden)}は、ファイルを開いても表示されない（非表示の）ページにあります（{page_name(*place)}）"
        )
        del troubled[place]
    if recognised:
        said.append(
            f"出典{_marks(recognised)}は画像から文字認識（OCR）で読み取ったものです。金額・数字は原本で確かめてください"
        )
    for (path, page), markers in troubled.items():
        wrong = "・".join(TROUBLES[trouble] for trouble in page.troubles)
        said.append(
            f"出典{_marks(markers)}のページ（{page_name(path, page)}）は正しく読めていない可能性があります（{wrong}）。原本で確かめてください"
        )
    return tuple(said)


def _marks(markers: Sequence[int]) -> str:
    return "".join(f"[{marker}]" for marker in markers)
