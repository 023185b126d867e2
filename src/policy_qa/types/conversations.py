"""What people keep of their answers: conversations to go on with, and what they thought of an answer."""

from __future__ import annotations

from dataclasses import dataclass

from policy_qa.types.answers import Answer, Viewer


@dataclass(frozen=True, slots=True)
class Feedback:
    """What somebody thought of an answer; ``given_at`` is an ISO time with offset."""

    useful: bool
    comment: str = ""
    given_at: str = ""


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose conversations: a viewer in one browser. ``browser`` is the secret that only this browser has."""

    viewer: Viewer
    browser: str


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """An answer of a conversation as it was given, with what was thought of it last."""

    answer: Answer
    feedback: Feedback | None = None


@dataclass(frozen=True, slots=True)
class ConversationSummary:
    """A conversation in a list; times are ISO with offset, ``turns`` is how many answers it has."""

    id: str
    title: str
    begun_at: str
    changed_at: str
    turns: int


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation with its answers, oldest first. ``earlier`` is how many came before them and were not asked for."""

    id: str
    title: str
    begun_at: str
    turns: tuple[KeptTurn, ...]
    earlier: int = 0
