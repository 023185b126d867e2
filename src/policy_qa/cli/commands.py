"""Commands whose whole help is Japanese.

Owns what typer would say in English. Invariant: knows no command.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

_Function = TypeVar("_Function", bound=Callable[..., Any])


class _JapaneseHelp:
    """``--help`` described in the language of everything else here."""

    def get_help_option(self, context: Any) -> Any:
        option = super().get_help_option(context)  # type: ignore[misc]
        if option is not None:
            option.help = "使い方を表示して終わる"
        return option


class _Command(_JapaneseHelp, TyperCommand):
    pass


class _Group(_JapaneseHelp, TyperGroup):
    pass


class App(typer.Typer):
    """Commands whose whole help is Japanese; without one of them it is shown. ``settings`` are those of every typer app."""

    def __init__(self, *, help: str, **settings: Any) -> None:  # noqa: A002 -- as typer calls it
        super().__init__(
            cls=_Group,
            help=help,
            no_args_is_help=True,
            rich_markup_mode=None,  # panels cut long Japanese lines short
            context_settings={"help_option_names": ["-h", "--help"]},
            **settings,
        )

    def command(self, *arguments: Any, **settings: Any) -> Callable[[_Function], _Function]:
        """As of every typer app: a decorator that adds a command."""
        return super().command(*arguments, cls=_Command, **settings)
