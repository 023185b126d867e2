"""What the operating system refuses, as people read it."""

from __future__ import annotations

import errno

import pytest

from policy_qa.system_errors import reason_of, remedy_of


@pytest.mark.parametrize(
    "number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM]
)
def test_what_is_refused_is_told_in_japanese_with_what_to_do(number: int) -> None:
    error = OSError(number, "in the system's words")
    assert not reason_of(error).isascii()
    assert remedy_of(error).endswith("。")
    assert (reason_of(number), remedy_of(number)) == (reason_of(error), remedy_of(error))


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EROFS])
def test_a_missing_right_is_told_and_what_to_do_depends_on_the_file(number: int) -> None:
    assert not reason_of(OSError(number, "denied")).isascii()
    assert remedy_of(number) == ""


def test_what_nobody_foresaw_is_told_as_the_system_tells_it() -> None:
    assert reason_of(OSError(errno.ELOOP, "Too many levels")) == "Too many levels"
    assert reason_of(OSError("no number")) == "no number"
    assert remedy_of(OSError(errno.ELOOP, "Too many levels")) == ""
