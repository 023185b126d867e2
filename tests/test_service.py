"""The one object everything outside talks to: what it requires, refuses, logs and keeps."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import policy_qa
from policy_qa.errors import CorpusEmpty, CorpusMissing, EmptyQuestion, IndexMissing, QuestionTooLong, UnknownPath
from policy_qa.models.embedding import open_encoder
from policy_qa.retrieval.hybrid import HybridRetriever
from policy_qa.service import PolicyQA
from policy_qa.settings import Settings
from policy_qa.storage.index import Index
from policy_qa.testing import HashingEncoder
from policy_qa.types import Filters, Progress, Viewer, to_json
from policy_qa.wiring import open_policy_qa
from tests.answering.offices import TEXTS

OWNER = Viewer.local_owner()
QUESTION = "令和8年度の地域未来交付金の予算額は？"


@pytest.fixture
def made(tmp_path: Path) -> Any:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for path, text in TEXTS.items():
        (corpus / path).write_text(text, encoding="utf-8")
    with open_policy_qa(Settings(corpus=corpus, index=tmp_path / "index"), encoder=HashingEncoder()) as service:
        yield service


def test_the_seed_question_is_answered_with_its_place(seed: PolicyQA) -> None:
    answer = seed.ask(QUESTION, viewer=OWNER, log=False)
    assert (answer.status, answer.short_answer) == ("answered", "1,600億円")
    text = seed.text(answer.citations[0].path, viewer=OWNER)
    for citation in answer.citations:
        assert text[citation.start : citation.end] == citation.quote
    assert answer.elapsed_ms > 0


@pytest.mark.parametrize("name", ["ask", "search", "facts", "text", "documents", "history", "status"])
def test_no_reading_call_goes_without_a_viewer(seed: PolicyQA, name: str) -> None:
    arguments = {"ask": ("質問",), "search": ("言葉",), "text": ("a.txt",)}.get(name, ())
    with pytest.raises(TypeError, match="viewer"):
        getattr(seed, name)(*arguments)


@pytest.mark.parametrize("question", ["", " ", "\n　\t"])
def test_an_empty_question_is_refused(seed: PolicyQA, question: str) -> None:
    with pytest.raises(EmptyQuestion):
        seed.ask(question, viewer=OWNER)
    with pytest.raises(EmptyQuestion):
        seed.search(question, viewer=OWNER)


def test_a_question_of_any_length_is_refused_above_the_limit(seed: PolicyQA) -> None:
    with pytest.raises(QuestionTooLong) as caught:
        seed.ask("あ" * 100_000, viewer=OWNER)
    assert (caught.value.length, caught.value.limit) == (100_000, 2000)
    assert seed.ask("あ" * 2000, viewer=OWNER, log=False).status == "clarify"


def test_turns_that_say_nothing_or_too_much_are_passed_over(seed: PolicyQA) -> None:
    answer = seed.ask("では令和7年度補正は？", viewer=OWNER, turns=["", "あ" * 5000, QUESTION], log=False)
    assert answer.short_answer in {"1,000億円", "1,000.0億円"}


def test_everything_a_call_returns_becomes_json(seed: PolicyQA) -> None:
    values = [
        seed.ask(QUESTION, viewer=OWNER, log=False, id="a"),
        seed.search("交付金", viewer=OWNER),
        seed.facts(viewer=OWNER, kind="budget"),
        seed.status(viewer=OWNER),
        seed.verify(),
    ]
    assert all(json.dumps(to_json(value), ensure_ascii=False) for value in values)
    assert to_json(values[0])["id"] == "a"


def test_search_is_limited_ranked_and_verbatim(seed: PolicyQA) -> None:
    hits = seed.search("地域交通の担い手を確保する", viewer=OWNER, limit=5)
    assert 0 < len(hits) <= 5
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    for hit in hits:
        assert seed.text(hit.path, viewer=OWNER)[hit.start : hit.end] == hit.text
        assert 0 <= hit.score <= 1


@pytest.mark.parametrize(
    ("filters", "paths"),
    [
        (Filters(paths=("budget.md",)), {"budget.md"}),
        (Filters(years=(2026,), stages=("supplementary",)), {"budget.md"}),
        (Filters(date_from="2026-01-01"), {"invitation.txt"}),
        (Filters(date_to="2024"), {"ordinance.txt"}),
        (Filters(document_types=("無い",)), set()),
    ],
)
def test_search_keeps_inside_its_filters(made: PolicyQA, filters: Filters, paths: set[str]) -> None:
    made.sync()
    found = {hit.path for hit in made.search("予算 広場 担い手 育成", viewer=OWNER, limit=100, filters=filters)}
    assert found <= paths
    assert bool(found) == bool(paths)


def test_facts_are_chosen_by_kind_part_of_a_name_year_and_stage(seed: PolicyQA) -> None:
    facts = seed.facts(viewer=OWNER, kind="budget", program="利子補給", year=2025, stage="supplementary")
    assert [fact.amount_yen for fact in facts] == [40_000_000]
    assert {fact.kind for fact in seed.facts(viewer=OWNER)} == {
        "budget",
        "eligibility",
        "decision",
        "target",
        "program",
    }


def test_an_unknown_path_is_refused(seed: PolicyQA) -> None:
    with pytest.raises(UnknownPath, match="無い"):
        seed.text("無い.txt", viewer=OWNER)


def test_sync_tells_its_progress_and_finds_nothing_to_do_the_second_time(made: PolicyQA) -> None:
    steps: list[Progress] = []
    report = made.sync(progress=steps.append)
    assert report.added == ("budget.md", "invitation.txt", "ordinance.txt")
    assert steps[-1].done == steps[-1].total == 3
    assert made.sync().unchanged == report.added
    assert made.sync(rebuild=True).chunks == report.chunks


def test_what_was_true_when_asked_changes_with_the_corpus(made: PolicyQA, tmp_path: Path) -> None:
    made.sync()
    question = "離島航路維持事業の令和8年度予算額はいくらですか。"
    assert made.ask(question, viewer=OWNER).short_answer == "120億円"
    path = tmp_path / "corpus" / "budget.md"
    path.write_text(
        TEXTS["budget.md"].replace("| 離島航路維持事業 | 12,000", "| 離島航路維持事業 | 9,900"), encoding="utf-8"
    )
    made.sync()
    assert made.ask(question, viewer=OWNER).short_answer == "99億円"
    path.unlink()
    made.sync()
    assert made.ask(question, viewer=OWNER).status == "abstained"
    assert [entry.answer["short_answer"] for entry in made.history(viewer=OWNER)] == [None, "99億円", "120億円"]
    assert len({entry.index_state for entry in made.history(viewer=OWNER)}) == 3


def test_an_answer_is_logged_unless_told_otherwise(made: PolicyQA) -> None:
    made.sync()
    made.ask("広場の使用料は？", viewer=Viewer("職員", frozenset({"staff"})))
    made.ask("広場の委員は？", viewer=OWNER, log=False)
    assert [entry.question for entry in made.history(viewer=OWNER)] == ["広場の使用料は？"]
    assert made.history(viewer=Viewer("他人", frozenset({"staff"}))) == []


def test_without_an_index_or_a_corpus_the_error_says_so(tmp_path: Path) -> None:
    with open_policy_qa(Settings(corpus=tmp_path / "c", index=tmp_path / "i"), encoder=HashingEncoder()) as service:
        with pytest.raises(IndexMissing):
            service.ask(QUESTION, viewer=OWNER)
        with pytest.raises(CorpusMissing):
            service.sync()
        (tmp_path / "c").mkdir()
        with pytest.raises(CorpusEmpty):
            service.sync()
    assert not (tmp_path / "i").exists()


def test_many_threads_get_the_answer_one_gets(seed: PolicyQA) -> None:
    questions = [QUESTION, "地域未来交付金の令和7年度補正予算額は？", "プロフェッショナル人材事業とは何ですか。"] * 8
    barrier = threading.Barrier(4)

    def ask(question: str) -> str:
        if barrier.n_waiting < 4 and not barrier.broken:
            with suppress(threading.BrokenBarrierError):
                barrier.wait(timeout=0.2)
        return seed.ask(question, viewer=OWNER, log=False).answer

    alone = [seed.ask(question, viewer=OWNER, log=False).answer for question in questions]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, questions)) == alone


def test_the_index_is_whole(seed: PolicyQA) -> None:
    assert [check for check in seed.verify() if not check.ok] == []


def test_a_retriever_of_one_kind_still_finds(seed: PolicyQA, tmp_path: Path) -> None:
    # Reaching for the parts the wiring put together, to weigh them differently.
    index: Index = seed._parts.index
    encoder = open_encoder(None)
    for weight in (0.0, 0.2, 1.0):
        found = HybridRetriever(index, encoder, dense_weight=weight, candidates=20).retrieve(
            "スマート農業の技術開発", viewer=OWNER, limit=5
        )
        assert any("スマート" in chunk.text for chunk, _ in found)
        assert len(found) <= 5


def test_the_public_names_are_all_there() -> None:
    assert set(policy_qa.__all__) <= set(dir(policy_qa))
    assert all(getattr(policy_qa, name) for name in policy_qa.__all__)
    with pytest.raises(AttributeError):
        policy_qa.no_such_name  # noqa: B018
