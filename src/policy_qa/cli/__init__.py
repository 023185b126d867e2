"""``policy-qa``: the command line of the contract.

Owns how an error is told. Invariant: 0 done, 1 failed, 2 wrong usage, 3 partly done; what is wrong with the given is one line on standard error.
"""

from __future__ import annotations

import os
import sys
from typing import NoReturn

import typer

from policy_qa.cli.arguments import FAILED, INTERRUPTED, MESSAGES, WRONG_USAGE
from policy_qa.cli.terminal import spare_the_terminal
from policy_qa.errors import PolicyQAError


def main() -> NoReturn:
    """Runs the command line and leaves with its exit code."""
    # A part of this folder can be imported without the commands and the service behind them.
    from policy_qa.cli.app import app  # noqa: PLC0415

    spare_the_terminal()
    try:
        # Not standalone: a command that leaves with a code has it returned here, and errors are worded below.
        code = app(standalone_mode=False) or 0
    except typer.Abort:
        code = INTERRUPTED
    except PolicyQAError as error:
        MESSAGES.print(str(error), style="red", markup=False, soft_wrap=True)
        code = error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = FAILED
    except KeyboardInterrupt:
        MESSAGES.print("中断しました。", markup=False)
        code = INTERRUPTED
    except Exception as error:
        if not hasattr(error, "format_message") or not hasattr(error, "exit_code"):
            raise
        if type(error).__name__ == "NoArgsIsHelpError":
            MESSAGES.print(error.format_message(), markup=False, soft_wrap=True)
            sys.exit(WRONG_USAGE)
        # Wrong options: click says what is wrong, in one line.
        MESSAGES.print(
            f"指定が正しくありません：{error.format_message()} 使い方は --help で確かめてください。",
            style="red",
            markup=False,
            soft_wrap=True,
        )
        code = WRONG_USAGE
    sys.exit(code)
