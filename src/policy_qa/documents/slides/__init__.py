"""PowerPoint documents (.pptx, .pptm) -> one page a slide.

Owns what of a slide is read and which of its texts is its title; what heads its boxes is the business of ``headings``. What repeats on every slide
(date, footer, number), comments and masters are left out; hidden slides are read like others, with 「非表示」 as their label; a speaker's notes stand
behind their slide and begin with 「ノート：」. Invariant: whatever is wrong with the bytes comes out as ``Unreadable``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pptx

from policy_qa.documents.layout import Grid, PageLayout, Paragraph, Run, compose, one_line
from policy_qa.documents.markers import marker_of
from policy_qa.documents.opening import damage_named, opened
from policy_qa.documents.slides.headings import Levels, headings_of
from policy_qa.documents.slides.shapes import POINT, Shape, ShapeReader
from policy_qa.documents.slides.text import Line, lines_of
from policy_qa.types import Extraction

_TITLE_LENGTH = 60
_TITLE_BAND = 0.25  # of the slide's height, from its top
_HIDDEN = "非表示"
_NOTES = "ノート："


def read(data: bytes) -> Extraction:
    """What the slides of a presentation say. Raises ``Unreadable``."""
    with damage_named("PowerPoint 文書"):
        presentation = pptx.Presentation(opened(data, "slides"))
        width, height = (
            size / POINT if size else None for size in (presentation.slide_width, presentation.slide_height)
        )
        slides = [(slide, ShapeReader(slide).shapes()) for slide in presentation.slides]
        titles = [_title(shapes, height) for _, shapes in slides]
        depths = _depths([slide for slide, _ in slides], titles)
        headings = headings_of([_below(shapes, title) for (_, shapes), title in zip(slides, titles, strict=True)])
        pages = [
            PageLayout(
                tuple(_pieces(shapes, title, depth, levels)) + tuple(_notes(slide)),
                number,
                _HIDDEN if _is_hidden(slide) else None,
                width,
                height,
                troubles=("hidden",) if _is_hidden(slide) else (),
            )
            for number, ((slide, shapes), title, depth, levels) in enumerate(
                zip(slides, titles, depths, headings, strict=True), 1
            )
        ]
    return compose(pages)


def _is_hidden(slide: Any) -> bool:
    return slide.element.get("show") in {"0", "false"}


# -- titles ---------------------------------------------------------------------------------------------------------------


def _title(shapes: Sequence[Shape], height: float | None) -> Shape | None:
    """The shape with the slide's title: its placeholder, else a short text at the top set in the largest type."""
    declared = next((shape for shape in shapes if shape.is_title), None)
    if declared is not None or not shapes or height is None:
        return declared
    first = shapes[0]
    if first.box is None or first.box[1] > height * _TITLE_BAND or len(first.lines) != 1:
        return None
    (line,) = first.lines
    others = [other.size for shape in shapes[1:] for other in shape.lines]
    is_short = len(line.text) <= _TITLE_LENGTH and not line.text.endswith("。") and not line.is_marked
    return first if is_short and others and line.size > max(others) else None


def _below(shapes: Sequence[Shape], title: Shape | None) -> list[Shape]:
    """The shapes of a slide that may hold headings: all beside its title, on a title slide none."""
    if title is not None and title.placeholder == "ctrTitle":
        return []
    return [shape for shape in shapes if shape is not title and shape.placeholder != "subTitle"]


def _depths(slides: Sequence[Any], titles: Sequence[Shape | None]) -> list[int]:
    """How deep the title of each slide stands: the first one's over all, those of section headers over what follows them."""
    is_covered = bool(titles) and titles[0] is not None and titles[0].placeholder == "ctrTitle"
    in_section = False
    depths: list[int] = []
    for number, slide in enumerate(slides):
        begins_section = slide.slide_layout.element.get("type") == "secHead"
        in_section = in_section or begins_section
        depths.append(1 if is_covered and not number else 1 + is_covered + (in_section and not begins_section))
    return depths


# -- pieces ---------------------------------------------------------------------------------------------------------------


def _pieces(shapes: Sequence[Shape], title: Shape | None, depth: int, levels: Levels) -> Iterator[Paragraph | Grid]:
    if title is not None:
        text = one_line("\n".join(line.text for line in title.lines))
        yield Paragraph((Run(text, title.box),), heading=depth)
    for shape in shapes:
        if shape is not title:
            yield from shape.pieces
            yield from _paragraphs(shape, depth, levels)


def _paragraphs(shape: Shape, depth: int, levels: Levels) -> Iterator[Paragraph]:
    above: Line | None = None
    for line in shape.lines:
        level = levels.get(id(line))
        if level is not None:
            above = None
            yield Paragraph((Run(one_line(line.text), shape.box),), heading=depth + level)
            continue
        # Lines of a box belong together, as a label and its value do, until a sentence or a list ends.
        is_marked = line.is_marked or marker_of(line.text) is not None
        is_apart = above is None or (not is_marked and (above.is_marked or above.text.endswith("。")))
        above = line
        yield Paragraph((Run(line.text, shape.box),), depth=line.depth if is_marked else 0, apart=is_apart)


def _notes(slide: Any) -> Iterator[Paragraph]:
    if not slide.has_notes_slide:
        return
    frame = slide.notes_slide.notes_text_frame
    if frame is None:
        return
    for number, line in enumerate(lines_of(frame._txBody)):
        yield Paragraph((Run(line.text if number else f"{_NOTES}{line.text}"),), apart=not number)
