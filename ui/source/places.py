"""What places of documents are called on the screens, and what is said of pages that read badly: plain text, no markup."""

from __future__ import annotations

from policy_qa.types import IndexStatus, Location, Page, page_kind
from ui.source.wording import SourceWords


def page_called(path: str, number: int, label: str | None, words: SourceWords) -> str:
    """A page as people call it: with the number printed on it, a slide, a sheet by its name."""
    match page_kind(path):
        case "slide":
            return words.place_slide.format(page=number)
        case "sheet":
            return label or words.place_sheet.format(page=number)
    if label and label != str(number):
        return words.place_printed.format(page=number, printed=label)
    return words.panel_page_value.format(page=number)


def place_called(location: Location, words: SourceWords) -> str:
    """The pages of a stretch of text, or its sheet and cells; empty for a file without pages and cells."""
    return location.name(lambda page: page_called(location.path, page.number, page.label, words), " – ")


def trouble_of(path: str, page: Page, words: SourceWords) -> str:
    """The line that warns of a page that reads badly."""
    wrong = words.page_trouble_join.join(words.page_troubles[trouble] for trouble in page.troubles)
    name = page_called(path, page.number, page.label, words)
    if page.troubles == ("hidden",):
        return words.page_hidden.format(page=name)
    return words.page_troubled.format(page=name, troubles=wrong)


def troubles_of(status: IndexStatus, words: SourceWords) -> list[str]:
    """A line for every page of all documents that reads badly."""
    return [
        f"{document.path} {trouble_of(document.path, page, words)}"
        for document in status.documents
        for page in document.noted_pages
        if page.troubles
    ]
