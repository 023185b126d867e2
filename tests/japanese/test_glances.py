"""What is looked for first is in everything that is looked for then."""

from __future__ import annotations

import re
from importlib import import_module
from pkgutil import walk_packages

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import policy_qa.facts
import policy_qa.japanese
from policy_qa.facts.budgets.reader import _BRACKET_BEHIND, _WITH_BRACKET
from policy_qa.japanese.glances import Glanced
from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.numerals import parse_number
from policy_qa.japanese.sentences import sentences
from policy_qa.japanese.tokens import count

PATTERNS = {
    f"{module.name}.{name}": value
    for package in (policy_qa.japanese, policy_qa.facts)
    for module in walk_packages(package.__path__, f"{package.__name__}.")
    for name, value in vars(import_module(module.name)).items()
    if isinstance(value, Glanced)
}


@pytest.mark.parametrize("name", sorted(PATTERNS))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_glance_is_in_every_match(name: str, data: st.DataObject) -> None:
    looked = PATTERNS[name]
    text = data.draw(st.from_regex(looked.pattern))
    match = looked.search(text)
    assert match is not None
    assert match.span() == re.search(looked.pattern, text).span()  # type: ignore[union-attr]


def test_there_are_patterns_behind_glances() -> None:
    assert len(PATTERNS) > 4


@given(st.text(max_size=60))
def test_a_text_has_no_more_words_than_letters(text: str) -> None:
    assert count(text) <= sum(map(len, text.split()))


@given(st.text("港を整備する。\n、「」（）１. 一", max_size=40), st.integers(0, 40), st.integers(0, 40))
def test_sentences_asked_for_again_are_the_same(text: str, start: int, end: int) -> None:
    first = sentences(text, start, end)
    first.clear()
    assert sentences(text, start, end) == sentences(f"{text}", start, end)
    assert sentences(text) == sentences(text, 0, len(text))


def test_a_number_asked_for_again_is_the_same() -> None:
    assert [parse_number("1,234万") for _ in range(2)] == [12_340_000] * 2


@given(st.text("円（(﹙︵)）12２,千 　\n*\u200b\u3099", max_size=24).map("1,450百万円{}円)".format))
def test_figures_in_brackets_behind_figures_are_seen_in_the_text_as_it_stands(text: str) -> None:
    assert _BRACKET_BEHIND.search(text) or not _WITH_BRACKET.search(normalize(text).text)


def test_law_text_shows_no_figure_in_brackets_behind_a_figure() -> None:
    assert not _BRACKET_BEHIND.search("五百万円以下の罰金に処する。（昭和二十五年法律第二百一号）")
