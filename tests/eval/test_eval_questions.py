"""Question files: what is read, what is reported, and that the questions of this repository hold."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from eval.runs import ROOT
from eval.summary import SETS, read_sets
from policy_qa.documents import extract
from policy_qa.judging import KINDS, Question, load_questions
from policy_qa.judging.comparison import states

QUESTIONS = ROOT / "eval" / "questions"
SHARED = ROOT.parent / "shared" / "data" / "documents"
CORPORA = {known.name: ROOT / known.corpus for known in read_sets(SETS)} | {
    "other-digital-agency": SHARED / "digital-agency-md",
    "other-manifesto": SHARED / "policy-md",
}
# Kinds whose right answer is printed in the document, so that its must groups can be checked against it.
PRINTED = {"budget", "decision", "target", "list", "programme"}

LINE = {
    "id": "a",
    "kind": "budget",
    "question": "予算額は？",
    "turns": [],
    "answerable": True,
    "must": [["1億円"]],
    "must_not": [],
    "evidence": ["1億円"],
    "path": "a.txt",
    "page": None,
}


@cache
def document(folder: Path, path: str) -> str:
    return extract(path, (folder / path).read_bytes()).text


def questions_of(name: str) -> list[Question]:
    folder = CORPORA[name]
    if not folder.exists():
        pytest.skip(f"{folder} is not on this machine")
    return load_questions(QUESTIONS / f"{name}.jsonl")[0]


def write(path: Path, *lines: object) -> Path:
    path.write_text(
        "".join((line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)) + "\n" for line in lines),
        encoding="utf-8",
    )
    return path


def test_every_question_file_is_known_and_whole() -> None:
    assert {path.stem for path in QUESTIONS.glob("*.jsonl")} == set(CORPORA)
    identifiers: Counter[str] = Counter()
    for name in CORPORA:
        questions, problems = load_questions(QUESTIONS / f"{name}.jsonl")
        assert problems == []
        identifiers.update(question.id for question in questions)
    assert identifiers.most_common(1)[0][1] == 1


def test_the_seed_has_enough_questions_of_every_kind() -> None:
    kinds = Counter(question.kind for question in load_questions(QUESTIONS / "seed.jsonl")[0])
    assert kinds.total() >= 80
    assert kinds["unanswerable"] >= 15
    assert all(count >= 10 for count in kinds.values())
    assert set(kinds) == set(KINDS) - {"clarify"}


def test_no_question_is_asked_twice() -> None:
    for name in CORPORA:
        asked = Counter(
            (question.turns, question.question) for question in load_questions(QUESTIONS / f"{name}.jsonl")[0]
        )
        assert asked.most_common(1)[0][1] == 1


@pytest.mark.parametrize("name", CORPORA)
def test_evidence_is_verbatim_in_its_document(name: str) -> None:
    for question in questions_of(name):
        assert bool(question.evidence) == question.answerable, question.id
        for evidence in question.evidence:
            assert question.path is not None
            assert evidence in document(CORPORA[name], question.path), (question.id, evidence)


@pytest.mark.parametrize("name", CORPORA)
def test_what_an_answer_has_to_say_is_in_the_document(name: str) -> None:
    for question in questions_of(name):
        if question.kind in PRINTED and question.path is not None:
            # Tables print 12,345 under 単位：百万円; the figure without its unit is what the page shows.
            text = unicodedata.normalize("NFKC", document(CORPORA[name], question.path))
            for group in question.must:
                bare = [match[0] for alternative in group if (match := re.match(r"[0-9][0-9,.]*", alternative))]
                assert any(states(text, alternative) for alternative in group) or any(
                    re.search(rf"(?<![0-9,]){re.escape(number)}(?![0-9,])", text) for number in bare
                ), (question.id, group)


@pytest.mark.parametrize("name", CORPORA)
def test_no_forbidden_string_is_part_of_a_required_one(name: str) -> None:
    for question in load_questions(QUESTIONS / f"{name}.jsonl")[0]:
        for wrong in question.must_not:
            for group in question.must:
                assert not all(states(alternative, wrong) for alternative in group), question.id


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ('{"id": "b", ', "JSON として読めません"),
        ("[1]", "オブジェクト"),
        ({**LINE, "id": ""}, "id に文字がありません"),
        ({**LINE, "kind": "poem"}, "kind「poem」は使えません"),
        ({**LINE, "answerable": "yes"}, "answerable が true でも"),
        ({**LINE, "answerable": False}, "answerable false が合いません"),
        ({**LINE, "must": []}, "（must）がありません"),
        ({**LINE, "must": [[]]}, "must に空の組"),
        ({**LINE, "must": ["1億円"]}, "must が並び"),
        ({**LINE, "must_not": [3]}, "must_not に空の値か"),
        ({**LINE, "page": 0}, "page が1以上"),
        ({**LINE, "expected": "x"}, "知らない項目があります：expected"),
        ({**LINE, "id": "first"}, "1行目で使われています"),
    ],
)
def test_a_broken_line_is_reported_with_its_number_and_the_others_are_kept(
    tmp_path: Path, broken: object, reason: str
) -> None:
    path = write(tmp_path / "q.jsonl", {**LINE, "id": "first"}, "", broken, {**LINE, "id": "last"})
    questions, problems = load_questions(path)
    assert [question.id for question in questions] == ["first", "last"]
    assert [problem.line for problem in problems] == [3]
    assert reason in problems[0].reason
    assert str(problems[0]).startswith("3行目：")


def test_a_byte_order_mark_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(json.dumps(LINE), encoding="utf-8-sig")
    assert load_questions(path)[1] == []
