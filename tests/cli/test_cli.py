"""The command line of the contract: results, messages, exit codes, and one clear line for whatever is wrong."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from policy_qa import cli
from tests.answering.offices import BUDGET, TEXTS
from tests.conftest import SEED

ANSWER = {
    "id", "question", "status", "reason", "answer", "short_answer", "assumptions", "citations", "facts", "understood",
    "confidence", "elapsed_ms",
}  # fmt: skip
CITATION = {"marker", "path", "title", "section", "page", "start", "end", "quote", "document_sha256"}
CITED_FACT = {"kind", "program", "fiscal_year", "stage", "amount_yen", "printed", "citation"}
UNDERSTOOD = {"intent", "programs", "fiscal_years", "stages", "attribute"}
HIT = {"path", "title", "section", "page", "start", "end", "text", "score"}
QUESTION = "港湾再生交付金の令和8年度予算額はいくらですか。"
COMMANDS = [
    "sync",
    "ask",
    "search",
    "facts",
    "text",
    "history",
    "status",
    "verify",
    "backup",
    "restore",
    "model",
    "user",
    "serve",
]


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def run(*arguments: str, typed: str = "") -> Outcome:
    """The command line, called as the installed script calls it."""
    out, err = io.StringIO(), io.StringIO()
    before = sys.argv, sys.stdin
    sys.argv, sys.stdin = ["policy-qa", *arguments], io.StringIO(typed)  # what a shell sets
    try:
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as left:
            cli.main()
    finally:
        sys.argv, sys.stdin = before
    code = left.value.code
    return Outcome(code if isinstance(code, int) else int(code is not None), out.getvalue(), err.getvalue())


@dataclass(frozen=True)
class Place:
    """A corpus folder and its index folder."""

    corpus: Path
    index: Path

    def run(self, command: str, *arguments: str, typed: str = "") -> Outcome:
        return run(command, *arguments, "--corpus", str(self.corpus), "--index", str(self.index), typed=typed)


def made(root: Path, texts: dict[str, str]) -> Place:
    corpus = root / "corpus"
    for path, text in texts.items():
        (corpus / path).parent.mkdir(parents=True, exist_ok=True)
        (corpus / path).write_text(text, encoding="utf-8")
    return Place(corpus, root / "index")


@pytest.fixture
def new(tmp_path: Path) -> Place:
    """Three documents that are not indexed yet."""
    return made(tmp_path, TEXTS)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Three documents, synced. Only to be read (and logged to)."""
    found = made(tmp_path_factory.mktemp("cli"), TEXTS)
    assert found.run("sync").code == 0
    return found


def assert_one_line(outcome: Outcome, code: int, *said: str) -> None:
    """One Japanese line on standard error, nothing on standard output."""
    assert (outcome.code, outcome.out) == (code, "")
    assert outcome.err.count("\n") == 1, outcome.err
    assert re.search("[ぁ-ん]", outcome.err)
    assert "Traceback" not in outcome.err
    for text in said:
        assert text in outcome.err


# -- sync --------------------------------------------------------------------------------------------------------------


def test_sync_reports_what_was_added_changed_and_removed(new: Place) -> None:
    first = new.run("sync", "--json")
    assert first.code == 0
    assert first.json["added"] == ["budget.md", "invitation.txt", "ordinance.txt"]
    assert set(first.json) == {"added", "changed", "removed", "unchanged", "failed", "chunks", "elapsed_ms"}
    (new.corpus / "budget.md").write_text(BUDGET.replace("12,000", "13,000"), encoding="utf-8")
    (new.corpus / "ordinance.txt").unlink()
    second = new.run("sync", "--json").json
    assert (second["changed"], second["removed"], second["unchanged"]) == (
        ["budget.md"],
        ["ordinance.txt"],
        ["invitation.txt"],
    )
    asked = new.run("ask", "離島航路維持事業の令和8年度予算額はいくらですか。", "--json").json
    assert asked["short_answer"] == "130億円"
    assert "追加 0・変更 0・削除 0・変更なし 2・失敗 0" in new.run("sync").out


def test_sync_of_some_paths_leaves_the_others(new: Place) -> None:
    assert new.run("sync", "budget.md", "--json").json["added"] == ["budget.md"]
    assert [item["path"] for item in new.run("status", "--json").json["documents"]] == ["budget.md"]


def test_a_damaged_file_among_good_ones_is_reported_and_the_rest_served(new: Place) -> None:
    (new.corpus / "図.txt").write_bytes(b"\x89PNG\0\0\0")
    (new.corpus / "空.md").write_bytes(b"")
    outcome = new.run("sync", "--json")
    assert outcome.code == 3
    assert [(item["path"], item["kind"]) for item in outcome.json["failed"]] == [
        ("図.txt", "damaged"),
        ("空.md", "empty"),
    ]
    assert all(item["reason"] and item["remedy"] for item in outcome.json["failed"])
    assert new.run("ask", QUESTION, "--json").json["short_answer"] == "300億円"
    assert "図.txt" in new.run("status").out
    assert "× 図.txt" in new.run("sync").out


def test_a_file_that_breaks_is_served_in_its_last_good_version(new: Place) -> None:
    new.run("sync")
    (new.corpus / "budget.md").write_bytes(b"\xff\xff\xff\0")
    outcome = new.run("sync", "--json")
    assert outcome.code == 3
    assert outcome.json["failed"][0]["serving_previous"] is True
    assert new.run("ask", QUESTION, "--json").json["short_answer"] == "300億円"


def test_only_bad_files_is_a_failure(tmp_path: Path) -> None:
    assert made(tmp_path, {"空.txt": ""}).run("sync").code == 1


@pytest.mark.parametrize("files", [None, {}, {".hidden": "x"}, {"corpus.toml": ""}])
def test_a_missing_or_empty_corpus_is_one_line(tmp_path: Path, files: dict[str, str] | None) -> None:
    place = made(tmp_path, files or {})
    if files == {}:
        place.corpus.mkdir()
    assert_one_line(place.run("sync"), 1, str(place.corpus), "フォルダー")


def test_a_broken_manifest_is_one_line(tmp_path: Path) -> None:
    place = made(tmp_path, {"a.txt": "予算\n", "corpus.toml": "[[document]\n"})
    assert_one_line(place.run("sync"), 1, "corpus.toml")


def test_a_path_that_is_not_in_the_corpus_is_wrong_usage(new: Place) -> None:
    assert_one_line(new.run("sync", "無い.txt"), 2, "無い.txt")


# -- ask ---------------------------------------------------------------------------------------------------------------


def test_ask_prints_the_answer_and_where_it_stands(place: Place) -> None:
    outcome = place.run("ask", QUESTION)
    assert (outcome.code, outcome.err) == (0, "")
    assert "港湾再生交付金は300億円です。[1]" in outcome.out
    assert "出典\n[1] 令和8年度 海洋庁予算案の概要" in outcome.out
    assert "    港湾再生交付金 | 30,000 | 32,000 | -\n" in outcome.out


def test_ask_in_json_has_the_shape_of_the_contract(place: Place) -> None:
    answer = place.run("ask", QUESTION, "--json").json
    assert set(answer) == ANSWER
    assert set(answer["understood"]) == UNDERSTOOD
    assert all(set(citation) == CITATION for citation in answer["citations"])
    assert all(set(fact) == CITED_FACT for fact in answer["facts"])
    assert (answer["status"], answer["reason"], answer["id"], answer["question"]) == ("answered", None, None, QUESTION)
    assert answer["facts"][0] == {
        "kind": "budget", "program": "港湾再生交付金", "fiscal_year": 2026, "stage": "initial", "amount_yen": 30_000_000_000,
        "printed": "300億円", "citation": 1,
    }  # fmt: skip
    text = place.run("text", answer["citations"][0]["path"]).out
    for citation in answer["citations"]:
        if citation["path"] == answer["citations"][0]["path"]:
            assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_json_is_one_line_of_readable_japanese(place: Place) -> None:
    out = place.run("ask", QUESTION, "--json").out
    assert out.count("\n") == 1
    assert "港湾再生交付金" in out


def test_an_abstention_is_done_not_failed(place: Place) -> None:
    outcome = place.run("ask", "宇宙港整備交付金の予算額は？")
    assert outcome.code == 0
    assert outcome.out.startswith("【資料にありません】")


def test_earlier_turns_are_given_oldest_first(place: Place) -> None:
    answer = place.run(
        "ask", "では海洋データ連携事業は？", "--turn", QUESTION, "--turn", "離島航路維持事業は？", "--json"
    ).json
    assert answer["short_answer"] == "8億円"


@pytest.mark.parametrize("question", ["", " ", "　\n\t"])
def test_an_empty_question_is_one_line(place: Place, question: str) -> None:
    assert_one_line(place.run("ask", question), 2, "質問が空です")
    assert_one_line(place.run("search", question), 2, "質問が空です")


def test_a_question_of_100000_characters_is_one_line(place: Place) -> None:
    assert_one_line(place.run("ask", "あ" * 100_000), 2, "100,000文字", "上限2,000文字")


def test_no_question_at_all_is_wrong_usage(place: Place) -> None:
    assert_one_line(place.run("ask"), 2, "質問がありません")
    assert_one_line(place.run("search"), 2, "探す言葉がありません")


def test_an_english_question_is_declined_politely(place: Place) -> None:
    answer = place.run("ask", "How much is the port program?", "--json")
    assert answer.code == 0
    assert (answer.json["status"], answer.json["reason"]) == ("abstained", "unsupported_language")


# -- batches ------------------------------------------------------------------------------------------------------------

LINES = [
    {"id": "a", "question": QUESTION},
    {"id": 7, "question": "離島航路維持事業は？", "turns": [QUESTION]},
    {"question": "宇宙港整備交付金の予算額は？"},
]


def batch(folder: Path, *lines: object, encoding: str = "utf-8") -> str:
    path = folder / "questions.jsonl"
    text = "".join((line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)) + "\n" for line in lines)
    path.write_text(text, encoding=encoding)
    return str(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_batch_is_answered_in_order_with_its_ids(place: Place, tmp_path: Path, encoding: str) -> None:
    outcome = place.run("ask", "--batch", batch(tmp_path, *LINES, encoding=encoding))
    answers = [json.loads(line) for line in outcome.out.splitlines()]
    assert (outcome.code, outcome.err) == (0, "")
    assert [answer["id"] for answer in answers] == ["a", "7", None]
    assert [answer["short_answer"] for answer in answers] == ["300億円", "120億円", None]
    assert all(set(answer) == ANSWER for answer in answers)


@pytest.mark.parametrize(
    "bad",
    [
        "{",
        "3",
        '{"id": "x"}',
        '{"question": 3}',
        '{"question": "予算は？", "turns": "x"}',
        '{"question": "予算は？", "turns": [1]}',
    ],
)
def test_a_bad_line_is_reported_and_the_batch_goes_on(place: Place, tmp_path: Path, bad: str) -> None:
    outcome = place.run("ask", "--batch", batch(tmp_path, LINES[0], "", bad, LINES[2]))
    assert outcome.code == 3
    assert len(outcome.out.splitlines()) == 2
    assert outcome.err.count("\n") == 1
    assert "3行目" in outcome.err


@pytest.mark.parametrize("question", ["", "　", "あ" * 5000])
def test_a_question_that_cannot_be_asked_has_its_line_in_a_batch(place: Place, tmp_path: Path, question: str) -> None:
    outcome = place.run("ask", "--batch", batch(tmp_path, LINES[0], {"id": "e", "question": question}, LINES[2]))
    answers = [json.loads(line) for line in outcome.out.splitlines()]
    assert outcome.code == 3
    assert "2行目" in outcome.err
    assert [answer["id"] for answer in answers] == ["a", "e", None]
    assert (answers[1]["status"], answers[1]["reason"]) == ("abstained", "invalid_question")
    assert set(answers[1]) == ANSWER


def test_a_batch_comes_from_standard_input_too(place: Place) -> None:
    outcome = place.run("ask", "--batch", "-", typed=json.dumps(LINES[0], ensure_ascii=False) + "\n")
    assert outcome.code == 0
    assert json.loads(outcome.out)["short_answer"] == "300億円"


def test_a_batch_of_searches_has_hits_for_each_line(place: Place, tmp_path: Path) -> None:
    outcome = place.run(
        "search", "--batch", batch(tmp_path, LINES[0], {"id": "q", "query": "広場の使用料"}), "--limit", "2"
    )
    assert (outcome.code, outcome.err) == (0, "")
    found = [json.loads(line) for line in outcome.out.splitlines()]
    assert [set(line) for line in found] == [{"id", "hits"}] * 2
    assert found[1]["id"] == "q"
    assert found[1]["hits"][0]["path"] == "ordinance.txt"
    assert all(set(hit) == HIT and len(line["hits"]) <= 2 for line in found for hit in line["hits"])


def test_a_batch_file_that_cannot_be_read_is_one_line(place: Place, tmp_path: Path) -> None:
    assert_one_line(place.run("ask", "--batch", str(tmp_path / "無い.jsonl")), 2, "無い.jsonl")
    (tmp_path / "sjis.jsonl").write_bytes('{"question": "予算"}'.encode("cp932"))
    assert_one_line(place.run("ask", "--batch", str(tmp_path / "sjis.jsonl")), 2, "UTF-8")


def test_a_batch_is_logged_only_when_asked(new: Place, tmp_path: Path) -> None:
    new.run("sync")
    path = batch(tmp_path, LINES[0])
    new.run("ask", "--batch", path)
    assert new.run("history", "--json").json == []
    new.run("ask", "--batch", path, "--log")
    assert len(new.run("history", "--json").json) == 1


# -- search, facts, text, history, status, verify -------------------------------------------------------------------------


def test_search_ranks_chunks_that_are_the_text_at_their_place(place: Place) -> None:
    outcome = place.run("search", "広場の使用料", "--limit", "3", "--json")
    hits = outcome.json
    assert outcome.code == 0
    assert 0 < len(hits) <= 3
    assert all(set(hit) == HIT for hit in hits)
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    for hit in hits:
        assert place.run("text", hit["path"]).out[hit["start"] : hit["end"]] == hit["text"]
    assert "みさき市歩行空間条例" in place.run("search", "広場の使用料").out


@pytest.mark.parametrize(
    ("arguments", "paths"),
    [
        (["--path", "budget.md"], {"budget.md"}),
        (["--path", "*.txt"], {"invitation.txt", "ordinance.txt"}),
        (["--year", "令和8年度", "--path", "budget.md"], {"budget.md"}),
        (["--year", "R8", "--stage", "当初", "--path", "budget.md"], {"budget.md"}),
        (["--year", "1999"], set()),
        (["--type", "無い種別"], set()),
        (["--publisher", "海洋庁"], {"budget.md"}),
        (["--publisher", "海洋"], set()),
        (["--from", "令和8年1月"], {"invitation.txt"}),
        (["--from", "2024", "--until", "令和7年度"], {"budget.md", "invitation.txt"}),
        (["--until", "2024-12"], {"ordinance.txt"}),
        (["--label", "staff"], {"ordinance.txt"}),
        (["--label", "無いラベル"], set()),
    ],
)
def test_search_keeps_inside_its_filters(place: Place, arguments: list[str], paths: set[str]) -> None:
    assert {
        hit["path"] for hit in place.run("search", "予算 広場 担い手", "-n", "50", "--json", *arguments).json
    } == paths


@pytest.mark.parametrize(
    ("arguments", "said"), [(["--year", "いつか"], "いつか"), (["--stage", "第三段階"], "第三段階")]
)
def test_a_filter_that_cannot_be_read_is_one_line(place: Place, arguments: list[str], said: str) -> None:
    assert_one_line(place.run("search", "予算", *arguments), 2, said)
    assert_one_line(place.run("facts", *arguments), 2, said)


@pytest.mark.parametrize("written", ["いつか", "2026-13", "2026-02-30"])
@pytest.mark.parametrize("option", ["--from", "--until"])
def test_a_date_that_cannot_be_read_is_one_line(place: Place, option: str, written: str) -> None:
    assert_one_line(place.run("search", "予算", option, written), 2, written)


def test_facts_are_listed_in_json_csv_and_for_people(place: Place) -> None:
    arguments = ["--kind", "budget", "--program", "離島航路", "--year", "R8", "--stage", "initial"]
    (fact,) = place.run("facts", *arguments, "--json").json
    assert (fact["program"], fact["fiscal_year"], fact["stage"], fact["amount_yen"]) == (
        "離島航路維持事業",
        2026,
        "initial",
        12_000_000_000,
    )
    assert place.run("text", fact["path"]).out[fact["start"] : fact["end"]] == fact["quote"]
    (row,) = csv.DictReader(io.StringIO(place.run("facts", *arguments, "--csv").out))
    assert set(row) == set(fact)
    assert (row["amount_yen"], row["section"]) == ("12000000000", "令和8年度 海洋庁予算案の概要")
    assert "離島航路維持事業" in place.run("facts", *arguments).out
    assert place.run("facts", "--program", "無い事業", "--json").json == []
    assert_one_line(place.run("facts", "--kind", "願い"), 2, "願い", "budget")


def test_text_prints_exactly_the_text(place: Place) -> None:
    assert place.run("text", "budget.md").out == BUDGET
    assert place.run("text", "budget.md", "--json").json == BUDGET
    assert_one_line(place.run("text", "無い.txt"), 2, "無い.txt")


def test_history_lists_and_searches_answers(new: Place) -> None:
    new.run("sync")
    new.run("ask", QUESTION)
    new.run("ask", "広場の使用料は？", "--as", "職員:staff")
    logged = new.run("history", "--json").json
    assert [entry["question"] for entry in logged] == ["広場の使用料は？", QUESTION]
    assert set(logged[0]) == {"number", "logged_at", "viewer", "index_state", "question", "answer", "feedback"}
    assert set(logged[1]["answer"]) == ANSWER
    assert [entry["question"] for entry in new.run("history", "港湾", "--json").json] == [QUESTION]
    assert len(new.run("history", "-n", "1", "--json").json) == 1
    assert QUESTION in new.run("history").out
    assert [entry["viewer"] for entry in new.run("history", "--as", "職員:staff", "--json").json] == ["職員"]


def test_a_backup_is_made_and_restored_and_never_written_over(place: Place, tmp_path: Path) -> None:
    target = tmp_path / "kept.zip"
    made = place.run("backup", str(target), "--json")
    assert made.code == 0
    assert {"path", "made_at", "state", "files", "end"} <= set(made.json)
    again = place.run("backup", str(target))
    assert (again.code, again.out) == (2, "")
    assert "上書き" in again.err
    other = Place(place.corpus, tmp_path / "other")
    restored = other.run("restore", str(target))
    assert restored.code == 0
    assert "戻しました" in restored.out
    assert other.run("verify").code == 0
    assert other.run("status", "--json").json["state"] == made.json["state"]
    assert "残してあります" in other.run("restore", str(target)).out
    assert other.run("restore", str(tmp_path / "none.zip")).code == 2
    target.write_bytes(target.read_bytes()[:500])
    broken = other.run("restore", str(target))
    assert (broken.code, broken.out, broken.err.count("\n")) == (1, "", 1)


def test_status_and_verify_describe_a_whole_index(place: Place) -> None:
    status = place.run("status", "--json").json
    assert set(status) == {"state", "fingerprint", "documents", "failed", "chunks", "facts", "last_sync"}
    assert [item["path"] for item in status["documents"]] == ["budget.md", "invitation.txt", "ordinance.txt"]
    assert "文書 3" in place.run("status").out
    verified = place.run("verify", "--json")
    assert verified.code == 0
    assert all(check["ok"] for check in verified.json)
    assert "すべて正常です。" in place.run("verify").out


def test_a_damaged_index_is_found_and_fails(new: Place) -> None:
    new.run("sync")
    vectors = next(path for path in new.index.rglob("*") if path.is_file() and "faiss" in path.name)
    vectors.write_bytes(b"\0" * 50)
    assert new.run("verify").code == 1


# -- viewers ------------------------------------------------------------------------------------------------------------


def test_a_viewer_sees_what_their_labels_allow(place: Place) -> None:
    public = ["--as", "市民:public"]
    assert {hit["path"] for hit in place.run("search", "広場", *public, "--json").json} <= {
        "budget.md",
        "invitation.txt",
    }
    assert [item["path"] for item in place.run("status", *public, "--json").json["documents"]] == [
        "budget.md",
        "invitation.txt",
    ]
    assert_one_line(place.run("text", "ordinance.txt", *public), 2, "ordinance.txt")
    assert place.run("text", "ordinance.txt", "--as", "職員:staff,public").code == 0


def test_a_viewer_without_labels_sees_nothing(place: Place) -> None:
    nobody = ["--as", "誰か"]
    assert place.run("search", "予算", *nobody, "--json").json == []
    assert place.run("facts", *nobody, "--json").json == []
    assert place.run("status", *nobody, "--json").json["documents"] == []
    assert place.run("ask", QUESTION, *nobody, "--json").json["status"] == "abstained"
    assert_one_line(place.run("text", "budget.md", *nobody), 2, "budget.md")


def test_a_viewer_without_a_name_is_wrong_usage(place: Place) -> None:
    assert_one_line(place.run("ask", QUESTION, "--as", ":public"), 2, "--as")


# -- the index folder -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command", [["ask", QUESTION], ["search", "予算"], ["facts"], ["text", "budget.md"], ["status"]]
)
def test_without_an_index_each_command_says_how_to_make_one(new: Place, command: list[str]) -> None:
    assert_one_line(new.run(*command), 1, str(new.index), "policy-qa sync")
    assert not new.index.exists()


def test_an_index_of_another_model_is_named_with_both(
    new: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new.run("sync")
    from policy_qa.models.embedding import BUNDLED, open_encoder

    other = tmp_path / "another-model"
    shutil.copytree(BUNDLED, other)
    monkeypatch.setenv("POLICY_QA_MODEL", str(other))
    for command in (["ask", QUESTION], ["sync"], ["search", "予算"]):
        assert_one_line(new.run(*command), 1, open_encoder(None).name, open_encoder(str(other)).name, "--rebuild")
    assert new.run("sync", "--rebuild").code == 0
    assert new.run("ask", QUESTION, "--json").json["short_answer"] == "300億円"


def test_another_chunk_size_is_a_mismatch_too(new: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    new.run("sync")
    monkeypatch.setenv("POLICY_QA_CHUNK_TOKENS", "100")
    assert_one_line(new.run("ask", QUESTION), 1, "220", "100", "--rebuild")


def test_a_model_that_is_not_there_is_one_line(new: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICY_QA_MODEL", str(new.corpus / "no-model"))
    assert_one_line(new.run("sync"), 1, "no-model")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_index_folder_that_cannot_be_written_is_one_line(new: Place) -> None:
    new.index.mkdir()
    new.index.chmod(0o500)
    assert_one_line(new.run("sync"), 1, str(new.index), "書き込めません")


def test_an_index_that_is_a_file_is_one_line(new: Place) -> None:
    new.index.write_text("x")
    assert_one_line(new.run("sync"), 1, str(new.index))


def test_a_setting_that_is_out_of_range_is_one_line(new: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICY_QA_DENSE_WEIGHT", "3")
    assert_one_line(new.run("sync"), 2, "POLICY_QA_DENSE_WEIGHT")


# -- serve ---------------------------------------------------------------------------------------------------------------


def test_a_port_in_use_is_one_line(place: Place) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert_one_line(place.run("serve", "--port", str(port)), 1, f"127.0.0.1:{port}", "--port")


# -- help and usage --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], *([command, "--help"] for command in COMMANDS)])
def test_every_help_text_is_japanese(arguments: list[str]) -> None:
    outcome = run(*arguments)
    assert outcome.code == 0
    described = [line for line in outcome.out.splitlines() if re.match(r"\s+(?:-|\[?[A-Z_]{3,}|[a-z]+\s{2,})", line)]
    assert described
    for number, line in enumerate(outcome.out.splitlines()):
        if line in described:
            following = "".join(outcome.out.splitlines()[number : number + 3])
            assert re.search("[ぁ-んァ-ヴ一-鿿]", following), line
    assert "Show this message" not in outcome.out


def test_help_names_every_command() -> None:
    assert [command for command in COMMANDS if command not in run("--help").out] == []


@pytest.mark.parametrize(
    "arguments",
    [["no-such"], ["ask", "--no-such"], ["search", "x", "--limit", "0"], ["search", "x", "--limit", "many"], ["text"]],
)
def test_wrong_options_are_one_line_and_code_two(arguments: list[str]) -> None:
    assert_one_line(run(*arguments), 2, "--help")


def test_nothing_given_shows_the_help_and_is_wrong_usage() -> None:
    outcome = run()
    assert outcome.code == 2
    assert "sync" in outcome.out + outcome.err


# -- as processes ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("POLICY_QA_")}


def staged(catalog: Path) -> int:
    """How many documents are read and not yet published; 0 while that cannot be told."""
    if not catalog.exists():
        return 0
    try:
        with closing(sqlite3.connect(f"file:{catalog}?mode=ro", uri=True, timeout=10)) as connection:
            return int(connection.execute("SELECT count(*) FROM documents WHERE staged").fetchone()[0])
    except sqlite3.OperationalError:  # no tables yet
        return 0


def test_an_interrupted_sync_says_that_it_goes_on_and_does(tmp_path: Path, environment: dict[str, str]) -> None:
    corpus, catalog = tmp_path / "corpus", tmp_path / "index/catalog.sqlite"
    corpus.mkdir()
    for number in range(400):
        (corpus / f"{number}.txt").write_text(
            f"第{number}回会議\n\n令和8年度の予算は{number}億円である。\n" * 20, encoding="utf-8"
        )
    command = [sys.executable, "-m", "policy_qa", "sync", "--corpus", str(corpus), "--index", str(catalog.parent)]
    heard = partial(
        signal.signal, signal.SIGINT, signal.SIG_DFL
    )  # what runs in the background of a shell is deaf to it
    running = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd=tmp_path,
        preexec_fn=heard,  # noqa: PLW1509 -- it sets a signal and nothing else
    )  # fmt: skip
    ends = time.monotonic() + 60
    while not staged(catalog) and time.monotonic() < ends:
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    printed, told = running.communicate(timeout=60)
    assert (running.returncode, printed) == (130, "")
    assert told.count("\n") == 1
    assert "もう一度実行すると続きから" in told
    assert 0 < staged(catalog) < 400


def test_the_module_answers_as_a_process(tmp_path: Path, environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "policy_qa"]
    places = ["--corpus", str(SEED), "--index", str(tmp_path / "index")]
    synced = subprocess.run(
        [*command, "sync", *places], capture_output=True, text=True, check=False, env=environment, cwd=tmp_path
    )
    assert (synced.returncode, synced.stderr) == (0, "")
    asked = subprocess.run(
        [*command, "ask", "令和8年度の地域未来交付金の予算額は？", "--json", *places],
        capture_output=True, text=True, check=False, env=environment, cwd=tmp_path,
    )  # fmt: skip
    assert json.loads(asked.stdout)["short_answer"] == "1,600億円"
    failed = subprocess.run(
        [*command, "ask", "", *places], capture_output=True, text=True, check=False, env=environment, cwd=tmp_path
    )
    assert (failed.returncode, failed.stdout, failed.stderr.count("\n")) == (2, "", 1)


def test_a_reader_that_stops_reading_is_no_traceback(place: Place, environment: dict[str, str]) -> None:
    command = f"{sys.executable} -m policy_qa text budget.md --corpus {place.corpus} --index {place.index} | head -c 10"
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=False, env=environment)
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("module", ["policy_qa", "policy_qa.cli.app", "policy_qa.wiring"])
def test_importing_stays_light(module: str) -> None:
    heavy = ["llama_index", "torch", "sentence_transformers", "transformers", "gradio", "fastapi", "uvicorn"]
    script = f"import sys, {module}; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_asking_with_the_bundled_model_stays_light(place: Place) -> None:
    heavy = ["llama_index", "torch", "sentence_transformers", "gradio"]
    script = (
        "import sys\nfrom pathlib import Path\nfrom policy_qa import Settings, Viewer, open_policy_qa\n"
        f"with open_policy_qa(Settings(corpus=Path({str(place.corpus)!r}), index=Path({str(place.index)!r}))) as service:\n"
        f"    service.ask({QUESTION!r}, viewer=Viewer.local_owner(), log=False)\n"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
