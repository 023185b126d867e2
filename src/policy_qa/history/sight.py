"""What of a kept answer its viewer still sees: the answer, or one line in its place once a document behind it is no longer there for them.

An answer holds what documents said when it was given. Labels change, documents are deleted: whoever no longer sees a document reads nothing of it in
their own conversations, log, runs or records either. An answer may also name what it does not cite (a newer version, the programme a question was read
to mean): once other documents are seen than when it was given, it is shown with what it names of its own sources, and without the rest. Invariant:
deleted and hidden look the same; nothing is taken out of the database, so that what is opened again is read again. The owner sees the log as it is, and
so do auditors: to read it whole is their role.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import TypeAdapter

from policy_qa.japanese.normalize import fold
from policy_qa.types import Answer, DecisionDraft, RunRecord, Understood, Viewer, to_json

HIDDEN = "この回答の根拠にした文書が削除されたか、閲覧できなくなったため、表示できません。もう一度質問すると、いま閲覧できる文書から答えます。"
# What cites nothing may name what a document called by its name: who can say which, once others are seen.
OUTDATED = "この質問には、そのとき閲覧できた文書から答えられませんでした。閲覧できる文書がその後変わっています。もう一度質問してください。"
_REASON = "withheld"
_NAMED = re.compile("「([^」]*)」")  # how an assumption writes the name of a document or a programme
_ANSWER = TypeAdapter(Answer)


@dataclass(frozen=True, slots=True)
class Sight:
    """What one viewer sees now: the paths of the documents, and the name of the state they make."""

    paths: frozenset[str]
    state: str

    def of(self, answer: Mapping[str, Any], state: str) -> Mapping[str, Any]:
        """The JSON of an answer that was given in ``state``, as it is shown now."""
        cited = {citation["path"] for citation in answer.get("citations", ())}
        if not cited <= self.paths:
            line = HIDDEN
        elif state == self.state:
            return answer
        elif cited:
            return _of_its_sources(answer)
        else:
            line = OUTDATED
        shown: dict[str, Any] = to_json(
            Answer(answer["question"], "abstained", line, Understood("other"), reason=_REASON, id=answer.get("id"))
        )
        return shown

    def of_answer(self, answer: Answer, state: str) -> Answer:
        """An answer that was given in ``state``, as it is shown now."""
        content: dict[str, Any] = to_json(answer)
        shown = self.of(content, state)
        return answer if shown is content else _ANSWER.validate_python(shown)

    def of_record(self, record: DecisionDraft) -> DecisionDraft:
        """What an official wrote down, without the answer it was recorded from where that is no longer seen."""
        seen = tuple(citation for citation in record.citations if citation.path in self.paths)
        if seen == record.citations:
            return record
        return replace(record, citations=seen, answer=HIDDEN if record.answer else record.answer)

    def of_run(self, record: RunRecord, state: str) -> RunRecord:
        """A record of a run over an index in ``state``: whether it was right stays, what the answer said does not."""
        if record.answer is None:
            return record
        shown = self.of(record.answer, state)
        if shown.get("reason") != _REASON:
            return replace(record, answer=shown)
        verdict = record.verdict
        bare = replace(
            verdict, why="", evidence_hit=None, ungrounded=(), length=0, classes=(), missing=(), forbidden=()
        )
        return replace(record, answer=shown, verdict=bare)


def _of_its_sources(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """An answer without the assumptions and programmes that name what neither its question nor its sources do."""
    cited = answer["citations"]
    said = " ".join(
        [answer["question"], answer["answer"]]
        + [" ".join((one["path"], one["title"], *one["section"], one["quote"])) for one in cited]
    )
    understood = answer["understood"]

    def is_said(name: str) -> bool:
        return name in said or fold(name) in fold(said)

    assumptions = [line for line in answer["assumptions"] if all(map(is_said, _NAMED.findall(line)))]
    programs = [name for name in understood["programs"] if is_said(name)]
    if len(assumptions) == len(answer["assumptions"]) and len(programs) == len(understood["programs"]):
        return answer
    return {**answer, "assumptions": assumptions, "understood": {**understood, "programs": programs}}


class Sights:
    """Who sees what now, as far as kept answers are concerned. Said once by the service; before that everybody sees all that is theirs."""

    def __init__(self) -> None:
        self._of: Callable[[Viewer], Sight | None] = lambda _: None

    def said_by(self, of: Callable[[Viewer], Sight | None]) -> None:
        """``of`` gives what a viewer sees; ``None`` is everything."""
        self._of = of

    def __call__(self, viewer: Viewer) -> Sight | None:
        """What this viewer sees; ``None`` is everything."""
        return None if viewer.owner else self._of(viewer)
