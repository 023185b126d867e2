"""The values of a conversation on the screen."""

from __future__ import annotations

import re
from dataclasses import dataclass

from policy_qa.types import Answer, Citation, Feedback, Understood

# A citation in the text of an answer: [1].
MARKER = re.compile(r"\[(\d{1,3})\]")


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation with its answer, or with the line that says why there is none (yet).

    ``plain`` and ``official`` are the answer with its sources as text to copy, ``recording`` the address where a decision or a reply is
    recorded from it, ``keeping`` that where a judged answer becomes a question for evaluation. ``read`` is how the question was read, said
    while the answer is on its way; ``preparing`` that it first waits for the search of what its viewer may see to be made.
    """

    question: str
    answer: Answer | None = None
    trouble: str | None = None
    feedback: Feedback | None = None
    plain: str = ""
    official: str = ""
    recording: str = ""
    keeping: str = ""
    read: Understood | None = None
    preparing: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A citation of a conversation: which turn, which marker."""

    turn: int
    marker: int


Turns = tuple[Turn, ...]


def cited(turns: Turns, place: Place) -> tuple[Answer, Citation] | None:
    """The answer and the citation at a place, if this conversation has it."""
    answer = turns[place.turn].answer if 0 <= place.turn < len(turns) else None
    if answer is None:
        return None
    return next(((answer, citation) for citation in answer.citations if citation.marker == place.marker), None)


def first_place(turns: Turns) -> Place | None:
    """The first citation of the last answer, which is opened by itself; ``None`` where it cites nothing."""
    answer = turns[-1].answer if turns else None
    return Place(len(turns) - 1, answer.citations[0].marker) if answer is not None and answer.citations else None
