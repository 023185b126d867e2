"""One question on its way: what can be shown of it before its answer is there.

Nothing of an answer is shown before the whole of it was held against its sources: what comes earlier is only how the question was read.
Invariant: whoever no longer waits gets no answer; the service's own work ends where it ends, in a thread of its own.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

from policy_qa.errors import PolicyQAError, UsageError
from policy_qa.types import Answer, KeptTurn, Metadata, Understood, Viewer
from ui.chat.copying import official, plain
from ui.chat.turns import Turn, Turns
from ui.language import Language
from ui.service import Service
from ui.trouble import explain

Ask = Callable[[Callable[[Understood], None]], Awaitable[Answer]]

_CHANGED: Mapping[Language, str] = {
    "ja": "閲覧できる範囲が変わったため、回答を表示しません。もう一度質問してください。",
    "en": "What you may see has changed, so this answer is not shown. Please ask again.",
}
_A_GLANCE_S = 0.2  # an answer that comes within it comes by itself


class Asking:
    """Asks the service, and makes turns of what comes.

    ``viewer`` tells whose the event is that is being handled, ``records`` is the page where an answer is recorded as a decision, ``evaluates`` the one where questions for evaluation are kept, if there are these.
    """

    def __init__(
        self, service: Service, viewer: Callable[[], Viewer], *, records: str | None, evaluates: str | None
    ) -> None:
        self._service = service
        self._viewer = viewer
        self._records = records
        self._evaluates = evaluates

    async def answering(self, question: str, turns: Turns, language: Language) -> AsyncIterator[Turn]:
        """The turn as it stands: with the question alone, or what it waits for, with how it was read, with its answer or what is wrong."""
        yield Turn(question)
        earlier = [turn.question for turn in turns if turn.answer is not None]

        def asked(told: Callable[[Understood], None]) -> Awaitable[Answer]:
            ask = partial(self._service.ask, question, viewer=viewer, turns=earlier, id=secrets.token_hex(8))
            return self._service.admission.run(viewer, partial(ask, told=told))

        try:
            viewer = self._viewer()
            if not await asyncio.to_thread(self._service.is_ready, viewer=viewer):
                yield Turn(question, preparing=True)
            async for stage in stages(asked):
                if self._viewer() != viewer:  # what was found for other labels is not for these
                    raise UsageError(_CHANGED[language])  # noqa: TRY301
                if isinstance(stage, Answer):
                    yield (await asyncio.to_thread(self.kept, (KeptTurn(stage),)))[0]
                else:
                    yield Turn(question, read=stage)
        except Exception as error:  # a failure is a line in the conversation
            yield Turn(question, trouble=explain(error, language))

    def in_sight(self, turns: Turns) -> Turns:
        """The turns that a page has held, as they are shown now: what their viewer no longer sees is a line."""
        held = [turn.answer for turn in turns if turn.answer is not None]
        try:
            shown = iter(self._service.in_sight(held, viewer=self._viewer()))
        except PolicyQAError as error:  # nobody can say what may still be shown
            return tuple(Turn(turn.question, trouble=str(error)) for turn in turns)
        return tuple(turn if turn.answer is None else self._still(turn, next(shown)) for turn in turns)

    def _still(self, turn: Turn, shown: Answer) -> Turn:
        return turn if shown is turn.answer else self.kept((KeptTurn(shown, turn.feedback),))[0]

    def kept(self, turns: Sequence[KeptTurn]) -> Turns:
        """Turns as the screen holds them, with what can be done with them."""
        documents = {document.path: document.metadata for document in self._service.documents(viewer=self._viewer())}
        return tuple(self._turn(turn, documents) for turn in turns)

    def _turn(self, kept: KeptTurn, documents: Mapping[str, Metadata]) -> Turn:
        answer = kept.answer
        recorded = answer.status == "answered" and self._records is not None
        return Turn(
            question=answer.question,
            answer=answer,
            feedback=kept.feedback,
            plain=plain(answer, documents),
            official=official(answer, documents),
            recording=f"./{self._records}?{urlencode({'record': answer.question})}" if recorded else "",
            keeping=f"./{self._evaluates}?view=questions" if self._evaluates is not None else "",
        )


async def stages(ask: Ask) -> AsyncIterator[Understood | Answer]:
    """How the question was read, where the answer takes longer than a glance, and then the answer. Raises what ``ask`` raises.

    ``ask`` is called with what it tells of its reading to, from any thread.
    """
    loop = asyncio.get_running_loop()
    read: asyncio.Future[Understood] = loop.create_future()

    def keep(understood: Understood) -> None:
        if not read.done():
            read.set_result(understood)

    def told(understood: Understood) -> None:
        loop.call_soon_threadsafe(keep, understood)

    answering = asyncio.ensure_future(ask(told))
    # Of an answer that nobody waits for any more, a failure is nobody's.
    answering.add_done_callback(lambda done: done.cancelled() or done.exception())
    await asyncio.wait([answering], timeout=_A_GLANCE_S)
    waited: list[asyncio.Future[Any]] = [answering, read]
    await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
    if not answering.done():
        yield read.result()
    yield await answering
