"""Perturbation: rewritings that ask the same, changes that are certain, and the runs over them."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
import typer

from eval import perturb
from eval.changes import change, follows, same
from eval.rewriting import RULES
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import fold
from tests.conftest import ROOT

QUESTION = "令和8年度当初予算の港湾再生支援交付金はいくらですか。"
NAMES = ["港湾再生支援交付金"]
TEXT = "# 予算\n\n令和8年度当初予算　港湾再生支援交付金　300億円\n離島航路維持事業　120億円（令和7年度 100億円）\n離島航路維持事業は120億円とした。\n"


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_rewriting_differs_and_keeps_what_is_asked(rule: str) -> None:
    written = {RULES[rule](QUESTION, Random(seed), NAMES) for seed in range(30)} - {None}
    assert written, rule
    for text in written:
        assert text is not None
        assert text != QUESTION
        assert [year for m in find_times(text) for year in m.fiscal_years] == [2026]
        if rule != "typo":
            assert NAMES[0] in fold(text)
        else:
            assert NAMES[0] not in text
            assert abs(len(text) - len(QUESTION)) <= 1


def test_a_rewriting_with_nothing_to_change_is_none() -> None:
    assert all(RULES[rule]("対象は", Random(1), NAMES) is None for rule in ("era", "typo", "word order", "width"))
    assert RULES["typo"]("海の交付金は？", Random(1), ["海の交付金"]) is None


def answered(value: str, quote: str) -> dict[str, Any]:
    start = TEXT.index(quote)
    citation = {"marker": 1, "path": "a.md", "start": start, "end": start + len(quote), "quote": quote}
    return {
        "status": "answered",
        "short_answer": value,
        "answer": f"{value}です。[1]",
        "citations": [citation],
        "facts": [],
    }


def changed(kind: str, value: str, quote: str, seed: int = 1) -> tuple[str, Any]:
    made = change(kind, QUESTION, answered(value, quote), {"a.md": TEXT}, Random(seed))
    assert made is not None
    text = TEXT
    for edit in sorted(made.edits, key=lambda edit: -edit.start):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text, made


def test_a_figure_is_changed_wherever_it_stands() -> None:
    text, made = changed("digit changed", "120億円", "離島航路維持事業　120億円")
    assert "120億円" not in text
    assert text.count(made.new) == 2
    assert text.count("100億円") == TEXT.count("100億円")
    text, made = changed("unit changed", "120億円", "離島航路維持事業　120億円")
    assert text.count("120万円") == 2
    text, made = changed("fact deleted", "120億円", "離島航路維持事業　120億円")
    assert "離島航路" not in text
    assert made.new is None


def test_the_year_of_a_figure_is_changed_with_the_question() -> None:
    text, made = changed("year changed", "300億円", "令和8年度当初予算　港湾再生支援交付金　300億円")
    (year,) = [mention.fiscal_years for mention in find_times(made.question or "")]
    assert year != (2026,)
    assert find_times(text.split("\n")[2])[0].fiscal_years == year


def test_what_is_not_certain_is_not_changed() -> None:
    texts = {"a.md": TEXT}
    calculated = {**answered("20億円", "120億円"), "answer": "20億円です（120億円 − 100億円 = 20億円）。[1]"}
    assert change("digit changed", QUESTION, calculated, texts, Random(1)) is None
    abstained = {**answered("120億円", "120億円"), "status": "abstained"}
    assert change("digit changed", QUESTION, abstained, texts, Random(1)) is None
    assert change("digit changed", QUESTION, answered("3分の1", "120億円"), texts, Random(1)) is None


def test_a_figure_that_a_table_states_once_more_is_changed_there_too() -> None:
    told = "離島航路維持事業　3,120百万円\n"
    cell = "（単位：百万円）\n| 事業 | 令和8年度 | 令和7年度 |\n|---|---|---|\n| 離島航路維持事業 | 3,120 | 2,950 |\n"
    answer = {
        "status": "answered",
        "short_answer": "3,120百万円",
        "answer": "3,120百万円です。[1]",
        "citations": [{"marker": 1, "path": "a.md", "start": 0, "end": len(told) - 1, "quote": told.strip()}],
    }
    for kind in ("digit changed", "fact deleted"):
        made = change(kind, QUESTION, answer, {"a.md": told + cell}, Random(1))
        assert made is not None
        assert len(made.edits) == 2, kind
    assert change("unit changed", QUESTION, answer, {"a.md": told + cell}, Random(1)) is None  # its unit is the table's
    assert change("unit changed", QUESTION, answer, {"a.md": told}, Random(1)) is not None
    few = {**answer, "short_answer": "20億円", "answer": "20億円です。[1]"}
    texts = {"a.md": "離島航路維持事業　20億円\n", "b.md": "| 港 | 20 | 隻 |\n"}
    assert change("digit changed", QUESTION, few, texts, Random(1)) is None  # twenty of what?


def test_a_rewriting_keeps_the_grammar_and_what_only_tells_the_case() -> None:
    asked = "採択は誰が決めるのですか。決定の日も教えてください。"
    assert all("もを" not in (RULES["frame"](asked, Random(seed), NAMES) or "") for seed in range(20))
    told = "私が手続きしてもいい？おでかけパスです。"
    assert all(
        not (RULES["punctuation"](told, Random(seed), NAMES) or "。").endswith(("？", "?")) for seed in range(20)
    )


def test_an_answer_follows_its_source_or_not() -> None:
    _, made = changed("digit changed", "120億円", "離島航路維持事業　120億円")
    assert follows(made, {"status": "answered", "answer": f"{made.new}です。"})
    for status, text in (
        ("answered", "120億円です。"),
        ("abstained", "資料にありません。"),
        ("answered", f"{made.new}、120億円"),
    ):
        assert not follows(made, {"status": status, "answer": text})
    _, gone = changed("fact deleted", "120億円", "離島航路維持事業　120億円")
    assert follows(gone, {"status": "abstained", "answer": "資料にありません。"})
    assert follows(gone, {"status": "answered", "answer": "100億円です。"})
    assert not follows(gone, {"status": "answered", "answer": "120億円です。"})


def test_answers_are_the_same_by_status_and_value() -> None:
    first = {"status": "answered", "short_answer": "120億円", "answer": "120億円です。"}
    assert same(first, {**first, "short_answer": "12,000百万円", "answer": "12,000百万円です。"})
    assert not same(first, {**first, "short_answer": "100億円", "answer": "100億円です。"})
    assert not same(first, {"status": "abstained", "answer": ""})
    assert same({"status": "abstained", "answer": "a"}, {"status": "abstained", "answer": "b"})
    words = {"status": "answered", "short_answer": None, "answer": "県が行う。町も加わる。"}
    assert same(words, {**words, "answer": "県が行う。"})
    assert not same(words, {**words, "answer": "国が行う。"})


def run(folder: Path, **options: Any) -> dict[str, Any]:
    given = {"sets": None, "case": None, "failures": True, "fail_under": 0.0, "cases": 40, "seed": 3}
    perturb.perturb(
        questions=[ROOT / "eval/questions/other-fictitious.jsonl"],
        corpus=[ROOT / "tests/documents/fictitious"],
        results=folder,
        **{**given, **options},
    )
    value: dict[str, Any] = json.loads((folder / "perturbation.json").read_text(encoding="utf-8"))
    return value


def test_a_run_is_drawn_from_its_seed_and_written_down(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = run(tmp_path / "1")
    assert first["seed"] == 3
    assert first["rules"]["all"]["total"] == 40
    assert {"width", "digit changed", "fact deleted"} <= set(first["rules"])
    printed = capsys.readouterr().out
    assert "seed 3" in printed
    assert all(item["name"] in printed for item in first["failures"])
    second = run(tmp_path / "2")
    assert (second["rules"], second["failures"]) == (first["rules"], first["failures"])
    # The sources that were changed are put back.
    assert run(tmp_path / "3", seed=4)["rules"]["all"]["total"] == 40
    with pytest.raises(typer.Exit):
        run(tmp_path / "4", fail_under=1.01)
