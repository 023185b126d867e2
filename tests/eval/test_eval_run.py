"""Running questions: through a command line, as a user's script would, and through the Python names."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from eval import run
from eval.runs import ROOT, read_run
from eval.systems import is_verbatim

# A program that keeps the contract of the command line, over one text: it answers with the line that shares most
# characters with the question, and says of one question that it failed.
PROGRAM = """
import json, sys
from pathlib import Path
def option(name):
    return sys.argv[sys.argv.index(name) + 1]
command, corpus = sys.argv[1], Path(option("--corpus"))
text = (corpus / "a.txt").read_bytes().decode("utf-8")
if command == "sync":
    (Path(option("--index")) / "synced").touch()
    print("synced", file=sys.stderr)
elif command == "facts":
    assert option("--kind") == "budget" and "--json" in sys.argv
    print(json.dumps([{"path": "a.txt", "program": "甲交付金", "amount_yen": 500000000, "quote": "甲交付金 5億円"}]))
elif command == "text":
    sys.stdout.buffer.write(text.encode("utf-8"))
else:
    assert (Path(option("--index")) / "synced").exists()
    for line in Path(option("--batch")).read_text(encoding="utf-8").splitlines():
        asked = json.loads(line)
        best = max(text.splitlines(), key=lambda item: len(set(item) & set(asked["question"])))
        start = text.index(best)
        if command == "search":
            print(json.dumps({"id": asked["id"], "hits": [{"path": "a.txt", "text": best}]}))
        elif "落ちる" in asked["question"]:
            print(json.dumps({"id": asked["id"], "error": "boom"}))
        else:
            quote = {"path": "a.txt", "start": start, "end": start + len(best), "quote": best}
            print(json.dumps({"id": asked["id"], "status": "answered", "answer": best, "citations": [quote], "elapsed_ms": 1.5}))
    sys.exit(3)
"""

LINES: list[Any] = [
    {"id": "a", "kind": "budget", "question": "甲交付金の額は？", "answerable": True, "must": [["5億円"]]},
    {
        "id": "b",
        "kind": "follow_up",
        "question": "では乙は？",
        "turns": ["甲は？"],
        "answerable": True,
        "must": [["6億円"]],
    },
    "{broken",
    {"id": "c", "kind": "unanswerable", "question": "これは落ちる", "answerable": False},
]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    # A carriage return inside the text: read as text, the command's output would shift every span behind it.
    (folder / "a.txt").write_bytes("表題\r\n甲交付金 5億円\n乙 6億円\n".encode())
    return folder


def write(path: Path, lines: list[Any]) -> Path:
    path.write_text(
        "".join((line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)) + "\n" for line in lines),
        encoding="utf-8",
    )
    return path


def ask(**options: Any) -> int:
    given: dict[str, Any] = {"index": None, "name": None, "command": None, "set_": None}
    try:
        run.evaluate(**{**given, **options})
    except typer.Exit as ended:
        return ended.exit_code
    return 0


def test_a_command_is_asked_in_batches_and_one_failure_costs_no_other_question(
    tmp_path: Path, corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    output = tmp_path / "out" / "x.run.jsonl"
    code = ask(
        questions=write(tmp_path / "q.jsonl", LINES),
        corpus=corpus,
        output=output,
        command=shlex.join([sys.executable, str(program)]),
    )
    assert code == 3
    assert "3行目" in capsys.readouterr().err
    header, records = read_run(output)
    assert (header.name, header.mode) == ("q", "command")
    assert [(fact["program"], fact["amount_yen"]) for fact in header.facts] == [("甲交付金", 500_000_000)]
    assert list(records) == ["a", "b", "c"]
    assert records["a"].answer is not None
    assert records["a"].answer["answer"] == "甲交付金 5億円"
    assert (records["a"].verbatim, records["a"].elapsed_ms) == ((True,), 1.5)
    assert records["a"].hits == ({"path": "a.txt", "text": "甲交付金 5億円"},)
    assert records["b"].hits is None
    assert records["c"].answer is None
    assert "boom" in str(records["c"].error)


@pytest.mark.parametrize("command", ["/no/such/program", shlex.join([sys.executable, "-c", "raise SystemExit(1)"])])
def test_a_command_that_does_not_start_ends_with_one_line(tmp_path: Path, corpus: Path, command: str) -> None:
    questions = write(tmp_path / "q.jsonl", LINES[:1])
    assert ask(questions=questions, corpus=corpus, output=tmp_path / "x.run.jsonl", command=command) == 1
    assert not (tmp_path / "x.run.jsonl").exists()


def test_a_file_without_a_usable_question_ends_with_one(tmp_path: Path, corpus: Path) -> None:
    assert ask(questions=write(tmp_path / "q.jsonl", ["{"]), corpus=corpus, output=tmp_path / "x") == 1


def test_a_setting_has_a_name_and_a_value(tmp_path: Path, corpus: Path) -> None:
    questions = write(tmp_path / "q.jsonl", LINES[:1])
    with pytest.raises(typer.BadParameter):
        ask(questions=questions, corpus=corpus, output=tmp_path / "x", set_=["dense_weight"])
    with pytest.raises(typer.BadParameter):
        ask(questions=questions, corpus=corpus, output=tmp_path / "x", set_=["port=1"], command="policy-qa")


def test_a_quote_is_verbatim_only_at_its_own_span() -> None:
    citation = {"path": "a", "start": 1, "end": 3, "quote": "いう"}
    assert is_verbatim(citation, lambda _: "あいうえ")
    for change in ({"start": 0}, {"end": 4}, {"end": 99}, {"quote": "い"}, {"start": -3}, {"start": None}):
        assert not is_verbatim({**citation, **change}, lambda _: "あいうえ")


def test_the_program_itself_is_asked_and_leaves_the_users_index_alone(tmp_path: Path) -> None:
    lines = (ROOT / "eval" / "questions" / "other-fictitious.jsonl").read_text(encoding="utf-8").splitlines()[:3]
    output = tmp_path / "x.run.jsonl"
    code = ask(
        questions=write(tmp_path / "q.jsonl", list(lines)),
        corpus=ROOT / "tests" / "documents" / "fictitious",
        output=output,
        set_=["evidence=6"],
    )
    assert code == 0
    header, records = read_run(output)
    assert len(records) == 3
    assert header.settings == {"evidence": "6"}
    assert header.warm_up_ms is not None
    for record in records.values():
        assert record.answer is not None
        assert record.hits
        assert all(record.verbatim)
    assert not list(tmp_path.rglob("catalog.sqlite"))


def test_an_empty_corpus_ends_with_one_line(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    questions = write(tmp_path / "q.jsonl", LINES[:1])
    assert ask(questions=questions, corpus=tmp_path / "none", output=tmp_path / "x") == 1
