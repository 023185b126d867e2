"""Scoring run files: a run written by hand gives figures known beforehand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer

from eval import score
from eval.runs import Header, Record, RunFileError, read_run, sha256_of, write_header, write_record
from policy_qa.judging import load_questions


def asked(identifier: str, kind: str, must: str = "", evidence: str = "", **others: Any) -> dict[str, Any]:
    line = {"id": identifier, "kind": kind, "question": f"{identifier}？", "answerable": bool(must), **others}
    return line | ({"must": [[must]], "evidence": [evidence], "path": "a.txt"} if must else {})


QUESTIONS = [
    asked("b1", "budget", "1,600億円", "A 1,600億円"),
    asked("b2", "budget", "39億円", "計39億円"),
    asked("d1", "decision", "2025年12月23日", "12月23日"),
    asked("f1", "follow_up", "D", "D", turns=["C？"]),
    asked("u1", "unanswerable"),
    asked("u2", "unanswerable"),
]


def answered(text: str, quote: str) -> dict[str, Any]:
    return {"status": "answered", "answer": text, "citations": [{"path": "a.txt", "quote": quote}]}


def hit(text: str) -> dict[str, str]:
    return {"path": "a.txt", "text": text}


RECORDS = [
    Record("b1", "A？", answered("1600億円です。[1]", "A 1,600億円"), None, (hit("A 1,600億円"),), (True,), 10.0),
    Record("b2", "B？", answered("1,639億円です。", "B 1,639億円"), None, (hit("x"), hit("計39億円")), (False,), 20.0),
    Record("d1", "C？", {"status": "abstained", "answer": "資料にありません。"}, None, (), (), 30.0),
    Record("f1", "D？", error="ValueError: boom"),
    Record("u1", "E？", {"status": "abstained", "answer": "資料にありません。"}, None, (hit("x"),), (), 40.0),
    Record("u2", "F？", answered("はい。", "x"), None, (hit("x"),), (True,), 50.0),
]


def make_run(folder: Path, name: str = "hand", records: list[Record] = RECORDS) -> Path:
    questions = folder / "questions.jsonl"
    questions.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in QUESTIONS), encoding="utf-8")
    run = folder / f"{name}.run.jsonl"
    header = Header(
        name=name,
        command="by hand",
        mode="python",
        questions=str(questions),
        questions_sha256=sha256_of(questions),
        corpus="corpus",
        started="2026-01-01T00:00:00+09:00",
        revision="abc",
        machine={"cores": 2},
        sync_ms=1500.0,
    )
    with run.open("w", encoding="utf-8") as file:
        write_header(file, header)
        for record in records:
            write_record(file, record)
    return run


def call(run: Path, **options: Any) -> None:
    given: dict[str, Any] = {
        "questions": None,
        "against": None,
        "failures": False,
        "results": run.parent / "results",
        "fail_under": 0.0,
        "fail_under_kind": 0.0,
    }
    score.main(runs=[run], **{**given, **options})


def test_a_hand_written_run_gives_the_known_figures(tmp_path: Path) -> None:
    header, records = read_run(make_run(tmp_path))
    figures = score.score(header, load_questions(tmp_path / "questions.jsonl")[0], records)
    counts = {name: (share.count, share.total) for name, share in figures.tally.by_kind.items()}
    assert counts == {"budget": (1, 2), "decision": (0, 1), "follow_up": (0, 1), "unanswerable": (1, 2)}
    assert str(figures.tally.overall) == "33.3% (2/6)"
    assert str(figures.tally.answerable) == "25.0% (1/4)"
    assert str(figures.tally.refused) == "25.0% (1/4)"
    assert str(figures.tally.missed) == "50.0% (1/2)"
    assert str(figures.tally.errors) == "16.7% (1/6)"
    assert str(figures.verbatim) == "66.7% (2/3)"
    assert str(figures.evidence) == "50.0% (1/2)"
    assert str(figures.grounded) == "100.0% (2/2)"
    assert str(figures.long) == "0.0% (0/2)"
    assert figures.retrieval == pytest.approx(
        {"Success@1": 1 / 3, "Success@5": 2 / 3, "Success@10": 2 / 3, "RR@10": 0.5}
    )
    assert figures.latency is not None
    assert (figures.latency.median, figures.latency.maximum) == (30.0, 50.0)


def test_the_figures_are_printed_and_written_with_their_conditions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call(make_run(tmp_path), failures=True)
    printed = capsys.readouterr().out
    assert "33.3% (2/6)" in printed
    assert "1,639億円です" in printed.replace("\n", "")
    page = (tmp_path / "results" / "hand.md").read_text(encoding="utf-8")
    for expected in ("33.3% (2/6)", "by hand", "revision: abc", "cores 2", "`b2`: missing 39億円", "median 30.0"):
        assert expected in page
    value = json.loads((tmp_path / "results" / "hand.json").read_text(encoding="utf-8"))
    assert value["overall"] == {"count": 2, "total": 6}
    assert value["run"]["revision"] == "abc"
    assert [verdict["id"] for verdict in value["verdicts"]] == [item["id"] for item in QUESTIONS]


def test_two_runs_are_compared_question_by_question(tmp_path: Path) -> None:
    better = [
        Record("b2", "B？", answered("39億円です。", "計39億円"), None, None, (True,), 20.0),
        *RECORDS[:1],
        *RECORDS[2:],
    ]
    other = make_run(tmp_path, "before")
    call(make_run(tmp_path, "after", better), against=other)
    value = json.loads((tmp_path / "results" / "after.json").read_text(encoding="utf-8"))
    assert value["against"] == "before"
    assert value["difference"]["mean"] == pytest.approx(1 / 6)
    assert value["difference"]["questions"] == 6


@pytest.mark.parametrize(
    ("options", "ends"), [({"fail_under": 0.34}, True), ({"fail_under": 0.33}, False), ({"fail_under_kind": 0.1}, True)]
)
def test_a_figure_below_its_bound_ends_with_one(tmp_path: Path, options: dict[str, float], ends: bool) -> None:
    run = make_run(tmp_path)
    if ends:
        with pytest.raises(typer.Exit) as raised:
            call(run, **options)
        assert raised.value.exit_code == 1
    else:
        call(run, **options)


def test_a_question_without_a_record_is_wrong(tmp_path: Path) -> None:
    header, records = read_run(make_run(tmp_path, records=[]))
    figures = score.score(header, load_questions(tmp_path / "questions.jsonl")[0], records)
    assert (figures.tally.overall.count, figures.tally.errors.count) == (0, 6)
    assert figures.latency is None
    assert figures.retrieval == {}


def test_questions_that_changed_since_the_run_are_pointed_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = make_run(tmp_path)
    with (tmp_path / "questions.jsonl").open("a", encoding="utf-8") as file:
        file.write("{broken\n")
    call(run)
    said = capsys.readouterr().err.replace("\n", "")
    assert "has changed since the run" in said
    assert "7行目" in said


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ('{"id": "x"}\n', 1),
        ('{"run": {"name": "x"}}\n', 1),
        ("not json\n", 1),
    ],
)
def test_what_is_no_run_file_is_refused_with_the_line(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "x.run.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RunFileError) as raised:
        read_run(path)
    assert raised.value.line == line


def test_a_broken_record_is_refused_with_its_line(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    with run.open("a", encoding="utf-8") as file:
        file.write('{"id": "z", "oh": 1}\n')
    with pytest.raises(RunFileError) as raised:
        read_run(run)
    assert raised.value.line == 8
