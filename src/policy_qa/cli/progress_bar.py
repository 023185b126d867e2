"""How far long work has come, as a bar on a terminal: files or chunks, pages, and the time that remains.

Invariant: without a terminal nothing is written; a line a file is too much for a log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

from policy_qa.types import Progress


@contextmanager
def progress_bar(
    console: Console, doing: str = "文書を読み取り中", of: str = "ファイル"
) -> Iterator[Callable[[Progress], None] | None]:
    """What to call with each step; ``None`` where nobody is watching. The bar is gone when the context ends.

    ``doing`` says what is done, ``of`` what is counted.
    """
    if not console.is_terminal:
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn  # noqa: PLC0415
    from rich.progress import Progress as Bar  # noqa: PLC0415

    with Bar(
        TextColumn(doing), BarColumn(), MofNCompleteColumn(), TextColumn(f"{of}{{task.fields[pages]}} 残り"),
        TimeRemainingColumn(), TextColumn("{task.description}", markup=False),
        console=console, transient=True,
    ) as bar:  # fmt: skip
        task = bar.add_task("", total=None, pages="")

        def show(step: Progress) -> None:
            pages = f"・{step.pages:,}ページ" if step.pages else ""
            bar.update(task, total=step.total, completed=step.done, description=step.path, pages=pages)

        yield show
