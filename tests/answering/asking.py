"""Asking without a trace in the log, and holding a verdict against the line that decides it."""

from __future__ import annotations

from policy_qa.japanese.normalize import normalize
from policy_qa.service import PolicyQA
from policy_qa.types import Answer, Viewer

OWNER = Viewer.local_owner()


def ask(service: PolicyQA, question: str) -> Answer:
    return service.ask(question, viewer=OWNER, log=False)


def quotes(answer: Answer) -> str:
    return normalize(" ".join(citation.quote for citation in answer.citations)).text


def assert_verdict(answer: Answer, verdict: str, quoted: str) -> None:
    """The answer begins with a verdict and cites the line that decides."""
    assert answer.status == "answered", answer.answer
    assert answer.answer.startswith(verdict), answer.answer
    assert quoted in quotes(answer)
