"""Terminals: nothing that comes out of a document, a name or a question steers one."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.table import Table
from rich.text import Text

from policy_qa.cli.terminal import Terminal, harmless, harmless_json, harmless_line

STEERING = "".join(map(chr, range(0x110000)))  # all there is; which of it steers is asked of Unicode
TEXTS = st.text(
    st.sampled_from("\x1b[31m\x9b\x07\r\n\t\u202e\u2066\u200b\u2028\ufeff\U000e0041\ud800令葛\U000e0100e")
    | st.characters(),
    max_size=60,
)


def test_no_control_no_mark_of_direction_and_nothing_without_width_is_left() -> None:
    left = {one for one in harmless(STEERING) if unicodedata.category(one) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}
    assert left == {"\n", "\t"}


def test_what_people_write_stays() -> None:
    written = "令和８年度 ▲100億円 葛\U000e0100飾区 \ue000 が（か\u3099）👨 ①½\t\n"
    assert harmless(written) == written


@given(TEXTS)
def test_places_in_a_text_stay_what_they_are(text: str) -> None:
    assert len(harmless(text)) == len(text)
    assert harmless(harmless(text)) == harmless(text)
    assert harmless_line(text).isprintable() or not text.isprintable()
    assert "\n" not in harmless_line(text)


@given(TEXTS)
def test_json_says_the_same_and_steers_nothing(text: str) -> None:
    written = harmless_json({"quote": text})
    assert json.loads(written) == {"quote": text}
    assert harmless(written) == written


@pytest.mark.parametrize("shown", ["plain", "text", "table"])
def test_colours_are_the_programs_own(shown: str) -> None:
    attack = "計画\x1b]0;owned\x07\x1b[2J\x9b31m\u202e）円001（"
    written = io.StringIO()
    terminal = Terminal(file=written, force_terminal=True, color_system="standard", highlight=False)
    table = Table("名前")
    table.add_row(Text(attack))
    terminal.print({"plain": attack, "text": Text(attack), "table": table}[shown], style="red", markup=False)
    said = written.getvalue()
    for ours in ("\x1b[31m", "\x1b[1;31m", "\x1b[0m"):
        said = said.replace(ours, "")
    assert harmless(said) == said
    assert "␛]0;owned" in said


def test_what_is_logged_and_an_error_that_nobody_foresaw_steer_nothing() -> None:
    program = (
        "import logging, warnings; from policy_qa.cli.terminal import spare_the_terminal; spare_the_terminal(); spare_the_terminal();"
        "logging.getLogger('x').warning('%s', 'a\\x1b[2J\\nb'); warnings.warn('w\\x1b[1m'); raise ValueError('c\\x1b[3m')"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False).stderr
    assert harmless(said) == said
    assert said.count("a␛[2J␊b\n") == 1
    assert "w␛[1m" in said
    assert "ValueError: c␛[3m" in said
