"""The benchmark of growth: its corpora, its clock and its curves."""

from __future__ import annotations

import time
from pathlib import Path
from xml.etree import ElementTree

import pytest

from eval.benchmarks import growth
from eval.benchmarks.growth import Measured, plot, row, run, table, texts, timed, write_corpus
from eval.benchmarks.growth_plot import Curve, Panel, drawing
from eval.benchmarks.measuring import TRAIN

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.skipif(not TRAIN.exists(), reason="needs the training data, which are no part of the repository")
def test_a_corpus_holds_as_many_characters_as_are_asked_for(tmp_path: Path) -> None:
    assert sum(len(text) for _, text in texts(50_000)) == 50_000
    assert write_corpus(tmp_path, 50_000) == 50_000
    assert len({title for title, _ in texts(50_000)}) > 1


def test_waiting_counts_on_the_clock_and_not_of_the_processor() -> None:
    (median, last), (worked, _) = timed(lambda _: time.sleep(0.02), ["問い"] * 8, threads=2)
    assert 20 <= median <= last
    assert worked < 10


def test_a_step_that_fails_says_so_and_ends_nothing_else() -> None:
    found, _ = run(["no such step", "nowhere"], limit_s=60)
    assert found == {"stopped": "failed (1)"}


def test_what_was_not_measured_is_a_dash_in_the_table() -> None:
    whole = Measured("ours", 1_000, 240_000, 980, 2.0, 3.5, 250.0, 120.0, 0.5, (3.0, 6.0), (2.0, 4.0), (4.0, 8.0))
    assert (
        "| 980 | 240,000 | 2.0 | 3.5 | 120,000 | 490 | 250 | 120 | 3.0 / 6.0 | 2.0 / 4.0 | 4.0 / 8.0 | – | – |"
        in row(whole)
    )
    stopped = Measured("slow", 1_000, 240_000, stopped="stopped after 9 s")
    assert "slow (stopped after 9 s)" in table([whole, stopped])
    assert row(stopped).count("–") == 12


def test_what_was_written_is_gone_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growth, "RESULTS", tmp_path)
    monkeypatch.setattr(growth, "KEPT", tmp_path / "growth.json")
    assert growth.kept() == []
    results = [
        Measured("ours", 1_000, 240_000, 980, 2.0, 3.5, 250.0, 120.0, 0.5, (3.0, 6.0), (2.0, 4.0), (4.0, 8.0)),
        Measured("slow", 1_000, 240_000, stopped="stopped after 9 s"),
    ]
    growth.write(results)
    assert growth.kept() == results
    assert "slow (stopped after 9 s)" in (tmp_path / "growth.md").read_text(encoding="utf-8")


def test_each_curve_is_a_line_in_its_panel_and_rises_with_its_values() -> None:
    curves = [Curve("one", [(1e3, 2.0), (1e4, 30.0), (1e5, 400.0)]), Curve("< & >", [(1e3, 5.0)])]
    root = ElementTree.fromstring(drawing([Panel("p", "x", "y", curves), Panel("none", "x", "y", [])]))  # noqa: S314 -- made here
    lines = [line.attrib["points"] for line in root.iter(f"{SVG}polyline")]
    assert len(lines) == 2
    points = [tuple(map(float, point.split(","))) for point in lines[0].split()]
    assert points == sorted(points)
    assert [y for _, y in points] == sorted((y for _, y in points), reverse=True)
    assert "< & >" in [text.text for text in root.iter(f"{SVG}text")]


def test_results_become_two_panels() -> None:
    results = [Measured("ours", size, size * 240, size, 1.0, one_thread=(1.0, 2.0)) for size in (1_000, 10_000)]
    assert plot(results).count("<polyline") == 2
