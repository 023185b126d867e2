"""Every call that reads for a viewer, with arguments made by dice from an office: also of what this viewer may not see.

A call is a function of a service and a viewer, and gives what came of it as plain values: what was returned or, of an error, its kind and
message. Left out is what carries nothing of documents: times, and the numbers of the log that everybody's answers share.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256
from random import Random
from typing import Any

from policy_qa.errors import PolicyQAError
from policy_qa.service import PolicyQA
from policy_qa.types import (
    BudgetPeriod,
    Change,
    DecisionDraft,
    DecisionSource,
    FactKind,
    Filters,
    Holder,
    Metadata,
    Question,
    RecordKind,
    SortOrder,
    Span,
    Stage,
    Understood,
    Viewer,
    to_json,
)
from tests.torture.offices import BODIES, INDICATORS, KINDS, LABELS, PEOPLE, PLACES, PROGRAMS, WORDS, Office
from ui.chat.examples import example_questions
from ui.chat.export import as_markdown
from ui.chat.suggestions import follow_ups
from ui.chat.wording import chat_words
from ui.evaluation import export

Call = Callable[[PolicyQA, Viewer], Any]

# Of values in JSON: times, and numbers that count the log of all viewers together.
LEFT_OUT = frozenset(
    {"elapsed_ms", "last_sync", "read_at", "replaced_at", "logged_at", "recorded_at", "number", "replaces", "given_at",
     "begun_at", "ended_at", "changed_at", "seconds"}
)  # fmt: skip
_STAGES: tuple[Stage, ...] = ("request", "initial", "supplementary", "settled")
_ORDERS: tuple[SortOrder, ...] = ("relevance", "relevance", "newest", "oldest")
_KINDS_OF_FACTS: tuple[FactKind | None, ...] = (None, "budget", "eligibility", "decision", "target", "program")
_RECORDS: tuple[RecordKind, ...] = ("decision", "reply")
_SOURCES: tuple[tuple[DecisionSource, ...], ...] = (
    (),
    ("document",),
    ("document", "answer"),
    ("answer", "decision", "reply"),
)


def outcome(call: Call, service: PolicyQA, viewer: Viewer) -> Any:
    """What came of a call, as plain values."""
    try:
        return plain(call(service, viewer))
    except PolicyQAError as error:
        return [type(error).__name__, str(error)]


def plain(value: Any) -> Any:
    """A value without what carries nothing; bytes as their digest."""
    if isinstance(value, bytes):
        return sha256(value).hexdigest()
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items() if name not in LEFT_OUT}
    if isinstance(value, str | int | float | bool | None):
        return value
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return plain(to_json(value))


class Calls:
    """Calls by dice over one office."""

    def __init__(self, dice: Random, office: Office) -> None:
        self._dice = dice
        self._paths = [*office.files, "ない資料.md", "内部/検討/ない資料.pdf", "内部"]
        self._titles = [file.title for file in office.files.values()]
        lines = {
            line
            for file in office.files.values()
            if file.path.endswith(".md")
            for line in file.content.decode().splitlines()
        }
        self._lines = sorted(line.strip("#- |") for line in lines if len(line) > 8)
        self._asked = 0
        self._makers: tuple[tuple[int, Callable[[], Call]], ...] = (
            (12, self._ask), (3, self._reworded), (14, self._search), (12, self._find), (8, self._facts), (12, self._of_path),
            (4, self._listed), (6, self._budgets), (6, self._decisions), (5, self._history), (2, self._suggested),
            (4, self._recorded), (3, self._kept), (1, self._evaluated), (2, self._edited),
        )  # fmt: skip

    def next(self) -> tuple[str, Call]:
        """Another call, with what it is called."""
        weights = [weight for weight, _ in self._makers]
        (made,) = self._dice.choices([maker for _, maker in self._makers], weights)
        return made.__name__.strip("_"), made()

    # -- what is typed --------------------------------------------------------------------------------------------------------

    def question(self) -> str:
        """A question on what stands somewhere in the office, or nowhere."""
        one, other, year = self.program(), self.program(), self._dice.choice((6, 7, 8))
        return self._dice.choice(
            (
                f"令和{year}年度の{one}の予算額は？", f"{one}の補助率は？", f"{one}の補助上限額はいくらですか。", f"{one}の対象者は？",
                f"{one}の申請期限はいつですか。", f"{one}の問合せ先の電話番号は？", f"{one}と{other}の令和{year}年度の予算の差は？",
                f"令和{year}年度の予算の合計は？", "予算が最も大きい事業は？", f"{one}の予算はどう変わりましたか。",
                f"{one}の見直しは誰がいつ決定しましたか。", f"{one}で{self._word()}は対象になりますか。", f"{one}とは何ですか。",
                f"{self._dice.choice(PEOPLE)}は{one}に申請できますか。", f"{one}の{self._dice.choice(INDICATORS)}の目標は？",
                f"{self._dice.choice(PLACES)}の{self._dice.choice(INDICATORS)}は何人ですか。", f"{self._word()}の支援はありますか。",
                f"{one[:4]}金の上限は？", f"{self._dice.choice(BODIES)}の{one}の担当は？", f"「{self._dice.choice(self._titles)}」には何が書いてありますか。",
                "それの上限は？", f"{self._dice.choice(self._lines)[:60]}について教えてください。",
            )
        )  # fmt: skip

    def path(self) -> str:
        """The path of a document, of a file that could not be read, or of nothing."""
        return self._dice.choice(self._paths)

    def program(self) -> str:
        """The name of a programme, or of none."""
        return self._dice.choice((*PROGRAMS, "幻の交付金"))

    def _word(self) -> str:
        return self._dice.choice((*WORDS, "竜宮城"))

    def query(self) -> str:
        """Words to search for."""
        return self._dice.choice(
            (
                self._word(), self.program(), f"{self.program()} {self._word()}", f"「{self._word()}」", f"{self._word()} -{self._word()}",
                self._dice.choice(self._lines)[:40], f"「{self.program()}」 対象", self._dice.choice(PEOPLE), "竜宮城", self.question(),
            )
        )  # fmt: skip

    def filters(self) -> Filters:
        """Filters, or none."""
        filters = Filters()
        while self._dice.random() < 0.4:
            changed: Filters = self._dice.choice(
                (
                    replace(filters, paths=(self._dice.choice((*self._paths, "公開", "内部", "*.pdf", "**/*.md")),)),
                    replace(filters, labels=(self._dice.choice((*LABELS, "ないラベル")),)),
                    replace(filters, publishers=(self._dice.choice((*BODIES, "ない庁")),)),
                    replace(filters, document_types=(self._dice.choice(KINDS),)),
                    replace(filters, programs=(self.program(),)),
                    replace(filters, statuses=("decided",)),
                    replace(filters, years=(self._dice.choice((2024, 2025, 2026)),)),
                    replace(filters, stages=(self._dice.choice(_STAGES),)),
                    replace(filters, tables_only=True),
                    replace(filters, date_from="2025-04", date_to="2026-06"),
                )
            )
            filters = changed
        return filters

    # -- calls ----------------------------------------------------------------------------------------------------------------

    def _ask(self) -> Call:
        question, filters = self.question(), self.filters() if self._dice.random() < 0.2 else Filters()
        turns = tuple(self.question() for _ in range(self._dice.choice((0, 0, 0, 1, 2))))
        self._asked += 1
        identity = f"asked-{self._asked}"

        def call(service: PolicyQA, viewer: Viewer) -> Any:
            read: list[Understood] = []
            answer = service.ask(question, viewer=viewer, turns=turns, filters=filters, id=identity, told=read.append)
            return [answer, read]

        return call

    def _reworded(self) -> Call:
        question, change = self.question(), Change("program", self.program(), self.program())
        return lambda service, viewer: service.reworded(question, [change], viewer=viewer)

    def _search(self) -> Call:
        query, limit, filters = self.query(), self._dice.choice((1, 3, 10, 50)), self.filters()
        return lambda service, viewer: service.search(query, viewer=viewer, limit=limit, filters=filters)

    def _find(self) -> Call:
        query, filters = self.query(), self.filters()
        sort = self._dice.choice(_ORDERS)
        limit, offset = self._dice.choice((0, 5, 20)), self._dice.choice((0, 0, 3))
        return lambda service, viewer: service.find(
            query, viewer=viewer, filters=filters, sort=sort, limit=limit, offset=offset
        )

    def _facts(self) -> Call:
        kind = self._dice.choice(_KINDS_OF_FACTS)
        program = self._dice.choice((None, self.program(), self.program()[:3]))
        year, stage = self._dice.choice((None, 2025, 2026)), self._dice.choice((None, None, *_STAGES))
        return lambda service, viewer: service.facts(viewer=viewer, kind=kind, program=program, year=year, stage=stage)

    def _of_path(self) -> Call:
        path, start, page = self.path(), self._dice.choice((0, 5, 100)), self._dice.choice((1, 2, 9))
        calls: tuple[Call, ...] = (
            lambda service, viewer: service.text(path, viewer=viewer),
            lambda service, viewer: service.document(path, viewer=viewer),
            lambda service, viewer: service.places(path, start, start + 60, viewer=viewer),
            lambda service, viewer: service.page_image(path, page, viewer=viewer, width=80, boxed=Span(0, 30)),
            lambda service, viewer: service.original(path, viewer=viewer),
            lambda service, viewer: service.versions(path, viewer=viewer),
            lambda service, viewer: service.budget_composition(
                path, start, viewer=viewer, period=BudgetPeriod(2026, "initial")
            ),
        )
        return self._dice.choice(calls)

    def _listed(self) -> Call:
        calls: tuple[Call, ...] = (
            lambda service, viewer: service.documents(viewer=viewer),
            lambda service, viewer: service.status(viewer=viewer),
            lambda service, viewer: service.editing.labels(viewer) if viewer.editor else (),
        )
        return self._dice.choice(calls)

    def _budgets(self) -> Call:
        program, body = self._dice.choice((None, None, self.program())), self._dice.choice((None, None, *BODIES))
        years = self._dice.choice(((), (2026,), (2024, 2025)))
        calls: tuple[Call, ...] = (
            lambda service, viewer: service.budget_table(viewer=viewer, program=program, years=years, body=body),
            lambda service, viewer: service.budget_changes(viewer=viewer, program=program, body=body),
        )
        return self._dice.choice(calls)

    def _decisions(self) -> Call:
        query, body = self._dice.choice((None, self._word(), self.program())), self._dice.choice((None, None, *BODIES))
        sources = self._dice.choice(_SOURCES)
        program, since = self._dice.choice((None, None, self.program())), self._dice.choice((None, "2025"))
        return lambda service, viewer: service.decisions(
            viewer=viewer, query=query, sources=sources, body=body, program=program, since=since
        )

    def _history(self) -> Call:
        query, limit = self._dice.choice((None, self._word(), self.program())), self._dice.choice((1, 5, 20))
        calls: tuple[Call, ...] = (
            lambda service, viewer: service.history(viewer=viewer, query=query, limit=limit),
            lambda service, viewer: service.recorded_decisions(viewer=viewer, query=query, limit=limit),
            lambda service, viewer: service.evaluation.judged_answers(viewer=viewer),
        )
        return self._dice.choice(calls)

    def _suggested(self) -> Call:
        question = self.question()

        def call(service: PolicyQA, viewer: Viewer) -> Any:
            answer = service.ask(question, viewer=viewer, log=False)
            words = chat_words("ja")
            return [follow_ups(answer, [question], service, viewer, words), example_questions(service, viewer, words)]

        return call

    def _recorded(self) -> Call:
        question, subject = self.question(), self.program()
        kind = self._dice.choice(_RECORDS)

        def call(service: PolicyQA, viewer: Viewer) -> Any:
            answer = service.ask(question, viewer=viewer, log=False)
            draft = DecisionDraft(
                kind, subject, "認める", question=question, answer=answer.answer, citations=answer.citations
            )
            return service.record_decision(draft, viewer=viewer)

        return call

    def _kept(self) -> Call:
        question = self.question()
        self._asked += 1
        identity, conversation = f"kept-{self._asked}", f"conversation-{self._asked // 4}"

        def call(service: PolicyQA, viewer: Viewer) -> Any:
            holder = Holder(viewer, f"browser of {viewer.name}")
            service.ask(question, viewer=viewer, id=identity)
            service.keep_turns(f"{conversation}-{viewer.name}", [identity], holder)
            service.give_feedback(identity, viewer=viewer, useful=False, comment="違う")
            opened = service.conversations.open(f"{conversation}-{viewer.name}", holder)
            exported = as_markdown(opened).splitlines()
            return [
                opened,
                service.conversations.list(holder),
                [line for line in exported if line[:4] != opened.begun_at[:4]],
            ]

        return call

    def _evaluated(self) -> Call:
        question, program = self.question(), self.program()

        def call(service: PolicyQA, viewer: Viewer) -> Any:
            kept = service.evaluation.keep(
                Question("q1", "budget", question, True, must=((program,),)), viewer=viewer, replaces=True
            )
            begun = service.evaluation.start(viewer=viewer)
            while service.evaluation.running(viewer=viewer) is not None:
                time.sleep(0.002)
            run = service.evaluation.run(begun.number, viewer=viewer)
            return [kept, run, [row[:-1] for row in export.as_rows(run)]]  # the last is the time it took

        return call

    def _edited(self) -> Call:
        path = self.path()

        def call(service: PolicyQA, viewer: Viewer) -> Any:
            there = [document.path for document in service.documents(viewer=viewer)]
            failed = [failure.path for failure in service.status(viewer=viewer).failed]
            if path in there or path in failed:
                return None  # what may be changed here may be changed: that is no reading
            return [
                outcome(
                    lambda service, viewer: service.editing.change(path, Metadata("別の題名"), viewer), service, viewer
                ),
                outcome(lambda service, viewer: service.editing.delete(path, viewer), service, viewer),
            ]

        return call
