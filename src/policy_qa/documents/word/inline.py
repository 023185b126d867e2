"""The text of one paragraph as it is printed.

Owns what stands between words: fields, tracked changes, hidden text, ruby, marks of notes, equations, signs of symbol fonts. Invariants: what
was deleted or hidden never appears, what was inserted does, and every other character does once: text boxes, notes and drawings that hang on the
paragraph come beside its text, for the story to place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from policy_qa.documents.symbols import raised, sign, without_private_codes
from policy_qa.documents.unseen import TINIEST, is_white
from policy_qa.documents.word.equations import equation, field_equation
from policy_qa.documents.word.markup import VAL, Element, number, qn, switch
from policy_qa.documents.word.notes import Note, Notes
from policy_qa.documents.word.styles import Styles

_TEXT, _RUN, _FIELD, _CODE = qn("w:t"), qn("w:r"), qn("w:fldChar"), qn("w:instrText")
_RUN_PROPERTIES, _HIDDEN, _RUN_STYLE = qn("w:rPr"), qn("w:vanish"), qn("w:rStyle")
_RAISED, _FONTS, _ASCII = qn("w:vertAlign"), qn("w:rFonts"), qn("w:ascii")
_BOX = qn("w:txbxContent")
_SIGNS = {
    qn("w:tab"): "\t",
    qn("w:ptab"): "\t",
    qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "-",
}
_LEFT_OUT = {
    qn(name)
    for name in (
        *("w:pPr", "w:rPr", "w:sdtPr", "w:sdtEndPr", "w:ffData", "w:rt", "w:del", "w:moveFrom", "w:delText", "w:delInstrText"),
        *("w:annotationRef", "w:footnoteRef", "w:endnoteRef", "w:softHyphen", "w:commentReference", "w:pgNum"),
    )
}  # fmt: skip
_NOTES = {qn("w:footnoteReference"): "footnote", qn("w:endnoteReference"): "endnote"}
_CODE_OF_SIGN = re.compile(r"[0-9A-Fa-f]{1,6}")
_SIZE, _COLOUR = qn("w:sz"), qn("w:color")
_GROUNDS = {qn("w:shd"), qn("w:highlight"), qn("w:bdr")}
_READABLE = 20  # half points
_MOST_FIELDS = 32  # open at once; more are left open by accident
_TABS = re.compile(r"[ \u3000]*\t[\t \u3000]*")
_ODD_BLANKS = re.compile(r"[\r\n\t]+")


@dataclass(slots=True)
class Inline:
    """What a paragraph says: ``text``, and what hangs on it in the order of its anchors."""

    parts: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)  # the content of text boxes
    drawings: list[str] = field(default_factory=list)  # relations to charts and diagrams
    captions: list[str] = field(default_factory=list)  # text drawn without paragraphs of its own
    unseen: int = 0  # characters that are left out because nobody sees them
    in_contents: bool = False  # inside a field that lists the document's own headings

    @property
    def text(self) -> str:
        """The text without blanks around it; columns set with several tabs stand one tab apart."""
        text = "".join(self.parts)
        return (_TABS.sub("\t", text) if "\t" in text else text).strip()


@dataclass(slots=True)
class _Field:
    """An open field: its code until the result begins."""

    code: str = ""
    in_result: bool = False
    has_result: bool = False


class InlineReader:
    """Reads paragraphs one after the other; fields may reach over several."""

    def __init__(self, styles: Styles, notes: Notes) -> None:
        self._styles = styles
        self._notes = notes
        self._fields: list[_Field] = []
        self._is_hidden = False
        self._is_on_white = False
        self._font = ""

    def read(
        self, paragraph: Element, *, is_hidden: bool = False, is_on_white: bool = False, into: Inline | None = None
    ) -> Inline:
        """What a paragraph says. ``is_hidden`` is what its style says of its text; ``into`` is an unfinished paragraph that goes on here.

        ``is_on_white`` says that nothing gives it a ground of another colour, so that nobody sees what is white in it.
        """
        found = into or Inline()
        self._is_hidden = is_hidden
        self._is_on_white = is_on_white
        was_open = self._in_contents()
        self._walk(paragraph, found)
        found.in_contents = was_open or self._in_contents()
        for one in self._fields:
            one.in_result = True  # a code ends with its paragraph; one left open must not swallow the text
        return found

    def _in_contents(self) -> bool:
        return bool(self._fields) and any(_lists_headings(one.code) for one in self._fields)

    def forget_fields(self) -> None:
        """Closes fields left open: none reaches from one story into another."""
        self._fields.clear()

    def _walk(self, element: Element, found: Inline) -> None:
        for child in element:
            tag = child.tag
            if tag == _TEXT:
                self._write(found, _ODD_BLANKS.sub(" ", child.text or ""))
            elif tag == _RUN:
                self._run(child, found)
            elif tag in _LEFT_OUT or not isinstance(tag, str):
                continue
            elif tag == _FIELD:
                self._field(child, found)
            elif tag == _CODE:
                if self._fields and not self._fields[-1].in_result:
                    self._fields[-1].code += child.text or ""
            elif tag == _BOX:
                found.boxes.append(child)
            elif tag in _SIGNS:
                self._write(found, _SIGNS[tag])
            else:
                self._other(child, tag, found)

    def _other(self, child: Element, tag: str, found: Inline) -> None:
        if tag == qn("w:br"):
            if child.get(qn("w:type"), "textWrapping") == "textWrapping" or any(map(str.strip, found.parts)):
                self._write(found, "\n")
        elif tag == qn("w:sym"):
            code = child.get(qn("w:char"), "")
            self._write(found, sign(int(code, 16) if _CODE_OF_SIGN.fullmatch(code) else 0, child.get(qn("w:font"), "")))
        elif tag in _NOTES:
            note = self._notes.referred(_NOTES[tag], child)
            if note is not None:
                found.notes.append(note)
                self._write(found, note.mark)
        elif tag in {qn("m:oMath"), qn("m:oMathPara")}:
            self._write(found, equation(child))
        elif tag.endswith("}AlternateContent"):
            self._walk(_alternative(child), found)
        elif tag.endswith("}textpath") and child.get("string"):
            found.captions.append(child.get("string"))
        elif tag == qn("a:p"):
            found.captions.append("".join(one.text or "" for one in child.iter(qn("a:t"))))
        elif tag in {qn("c:chart"), qn("dgm:relIds")}:
            found.drawings.append(child.get(qn("r:id")) or child.get(qn("r:dm")) or "")
        else:
            self._walk(child, found)  # ins, hyperlink, sdt, smartTag, ruby with its base, and whatever comes

    def _run(self, run: Element, found: Inline) -> None:
        properties = run.find(_RUN_PROPERTIES)
        said = {child.tag: child for child in properties} if properties is not None else {}
        hidden = switch(properties, "w:vanish") if _HIDDEN in said else None
        if hidden is None:
            hidden = self._is_hidden or (_RUN_STYLE in said and self._styles.hides(said[_RUN_STYLE].get(VAL, "")))
        if hidden or _is_dust(said) or (self._is_on_white and _is_bare_white(said)):
            found.unseen += sum(len(text.text or "") for text in run.iter(_TEXT))
            return
        first, outer = len(found.parts), self._font
        self._font = said[_FONTS].get(_ASCII, "") if _FONTS in said else ""
        self._walk(run, found)
        self._font = outer
        if _RAISED in said and said[_RAISED].get(VAL) == "superscript":
            found.parts[first:] = [
                raised("".join(found.parts[first:]), "".join(found.parts[max(0, first - 2) : first]))
            ]

    def _field(self, character: Element, found: Inline) -> None:
        kind = character.get(qn("w:fldCharType"))
        if kind == "begin":
            box = next(character.iter(qn("w:checkBox")), None)
            if box is not None:
                is_ticked = switch(box, "w:checked")
                self._write(found, "☑" if (switch(box, "w:default") if is_ticked is None else is_ticked) else "□")
            choice = next(character.iter(qn("w:ddList")), None)
            if choice is not None:
                entries = [entry.get(VAL, "") for entry in choice.iter(qn("w:listEntry"))]
                chosen = choice.find(qn("w:result"))
                place = number(chosen.get(VAL)) if chosen is not None else 0
                self._write(found, entries[place] if 0 <= place < len(entries) else "")
            self._fields = [*self._fields[1 - _MOST_FIELDS :], _Field()]
        elif kind == "separate" and self._fields:
            self._fields[-1].in_result = True
        elif kind == "end" and self._fields:
            ended = self._fields.pop()
            if not ended.has_result:
                self._write(found, field_equation(ended.code))

    def _write(self, found: Inline, text: str) -> None:
        if self._fields:
            if not text or any(not one.in_result for one in self._fields):
                return
            self._fields[-1].has_result = True
        if text:
            found.parts.append(without_private_codes(text, self._font))


def _is_dust(said: Mapping[str, Element]) -> bool:
    return _SIZE in said and 0 < number(said[_SIZE].get(VAL), _READABLE) < 2 * TINIEST  # in half points


def _is_bare_white(said: Mapping[str, Element]) -> bool:
    return _COLOUR in said and is_white(said[_COLOUR].get(VAL, "")) and not _GROUNDS & said.keys()


def _lists_headings(code: str) -> bool:
    return code.split(maxsplit=1)[:1] in (["TOC"], ["toc"])


def _alternative(element: Element) -> Element:
    """The one of several drawings of the same thing that says something: the new one first."""
    choices = [child for child in element if isinstance(child.tag, str)]
    saying = (one for one in choices if any(_says_something(child) for child in one.iter()))
    return next(saying, choices[0] if choices else element)


def _says_something(element: Element) -> bool:
    return element.tag in {_TEXT, qn("a:t"), qn("c:chart"), qn("dgm:relIds"), qn("m:t"), qn("w:sym")}
