"""The evaluation of search: what is asked stands nowhere, held-apart documents stay out, figures count every question."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.retrieval import corpora, making, report
from eval.retrieval.baselines import baselines, lemmas, pairs
from eval.retrieval.corpora import Layout
from eval.retrieval.masking import Asked, masked
from eval.retrieval.measuring import MEASURES, means, per_question, units
from eval.retrieval.report import Measured, SetResult
from eval.retrieval.sets import (
    Passage,
    Query,
    QuerySet,
    checked,
    drawn,
    read_passages,
    read_queries,
    write_passages,
    write_queries,
)
from eval.retrieval.systems import Corpus, CorpusNotReadError, System, our_systems, prepare
from eval.runs import ROOT
from eval.summary import SETS, read_sets
from policy_qa import Settings, Viewer, open_policy_qa
from policy_qa.judging import paired_bootstrap
from policy_qa.judging.comparison import quotes

SHARED = ROOT.parent / "shared" / "data"
FAQ = ROOT / "tests" / "documents" / "work-f" / "tsuruwatase-kaigo-faq.md"
BUDGET = ROOT / "tests" / "documents" / "unseen" / "engan-suisan-yosan-r9.txt"


def _query(identity: str, *relevant: str, kind: str = "question") -> Query:
    return Query(identity, kind, f"{identity}？", frozenset(relevant))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """Two documents, indexed as a user would have them."""
    folder = tmp_path_factory.mktemp("small")
    layout = Layout({"faq.md": FAQ, "budget/r9.txt": BUDGET}, [{"files": ["budget/*.txt"], "title": "水産予算"}])
    layout.write(folder / "corpus")
    return prepare("small", folder / "corpus", folder / "index", False, rebuild=False)


# -- corpora ----------------------------------------------------------------------------------------------------------


def test_no_document_held_apart_is_in_a_corpus_and_every_other_is() -> None:
    sets = read_sets(SETS)
    apart = {path.name for item in sets if item.part == "held apart" for path in (ROOT / item.corpus).iterdir()}
    files = corpora.policy(Path("nowhere")).files
    assert len(apart) > 3
    assert not {name.rsplit("/", 1)[-1] for name in files} & (apart - {"corpus.toml"})
    for item in sets:
        if item.part == "work":
            prefix = corpora.prefix_of(ROOT / item.corpus)
            assert any(name.startswith(f"{prefix}/") for name in files), item.name


def test_a_merged_corpus_keeps_what_the_manifests_say(tmp_path: Path) -> None:
    layout = corpora.policy(Path("nowhere"))
    layout.files = {name: content for name, content in layout.files.items() if name.startswith("work-f/")}
    layout.write(tmp_path)
    corpus = prepare("policy", tmp_path, tmp_path / "index", False, rebuild=False)
    assert {passage.title for passage in corpus.passages if "kaigo-faq" in passage.path} == {
        "介護保険・高齢者サービスよくある質問（鶴渡瀬市）"
    }


def test_a_corpus_is_laid_out_again_when_and_only_when_it_differs(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    Layout({"a.txt": "一つ", "b.txt": "二つ"}).write(folder)
    (folder / "mine.txt").write_text("残る", encoding="utf-8")
    Layout({"a.txt": "一つ", "b.txt": "二つ"}).write(folder)
    assert (folder / "mine.txt").exists()
    Layout({"a.txt": "一つ"}).write(folder)
    assert sorted(path.name for path in folder.iterdir()) == ["a.txt", "corpus.toml"]


def test_a_file_that_cannot_be_read_ends_the_evaluation(tmp_path: Path) -> None:
    Layout({"broken.pdf": "no PDF"}).write(tmp_path / "corpus")
    with pytest.raises(CorpusNotReadError, match=r"broken\.pdf"):
        prepare("broken", tmp_path / "corpus", tmp_path / "index", False, rebuild=False)


# -- questions that documents ask ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def own() -> tuple[Layout, Layout, list[Asked]]:
    whole = corpora.policy(Path("nowhere"))
    return whole, *masked(whole)


def test_of_what_is_asked_no_line_is_left(own: tuple[Layout, Layout, list[Asked]]) -> None:
    whole, without, asked = own
    assert {item.kind for item in asked} == {"faq", "heading"}
    assert len(asked) > 100
    for item in asked:
        before, after = (_lines(layout, item.path) for layout in (whole, without))
        assert _asked_line(item, before) not in after


def test_what_is_not_asked_is_as_it_was(own: tuple[Layout, Layout, list[Asked]]) -> None:
    whole, without, asked = own
    assert without.files.keys() == whole.files.keys()
    changed = {path for path in whole.files if whole.files[path] != without.files[path]}
    assert changed == {item.path for item in asked}
    for path in changed:
        lost = set(_lines(whole, path)) - set(_lines(without, path))
        questions = {_asked_line(item, _lines(whole, path)) for item in asked if item.path == path}
        assert all(line.lstrip().startswith("- [") for line in lost - questions)


def test_every_question_of_an_faq_is_asked_with_its_subject() -> None:
    _, asked = masked(Layout({"faq.md": FAQ}))
    questions = [item for item in asked if item.kind == "faq"]
    assert questions[0].question == "介護保険・高齢者サービス （鶴渡瀬市） 65歳以上の保険料はいくらですか。"
    assert len(questions) == len([line for line in FAQ.read_text(encoding="utf-8").splitlines() if "### Q" in line])
    assert all(quotes(FAQ.read_text(encoding="utf-8"), item.evidence[0]) for item in questions)


def test_articles_of_a_bulletin_lose_the_titles_that_are_asked() -> None:
    rows = [
        ["自治体名", "記事タイトル", "記事本文"],
        [
            "甲市",
            "〔特集〕粗大ごみの出し方が変わります!",
            "4月から粗大ごみは戸別に集めます。電話で申し込んでください。" * 3,
        ],
        ["甲市", "お知らせ", "短い題の記事です。何も聞きません。" * 5],
    ]
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    without, asked = masked(Layout({"bulletin-csv/a.csv": text.getvalue()}))
    assert [(item.kind, item.question) for item in asked] == [("article", "粗大ごみの出し方が変わります")]
    left = list(csv.reader(io.StringIO(str(without.files["bulletin-csv/a.csv"]))))
    assert left == [rows[0], ["甲市", "記事1", rows[1][2]], rows[2]]


def _asked_line(item: Asked, lines: list[str]) -> str:
    """The line of the document that was asked."""
    line = lines[int(item.id.rsplit(":", 1)[-1])]
    assert item.question.split()[-1].rstrip("*") in line
    return line


def _lines(layout: Layout, path: str) -> list[str]:
    content = layout.files[path]
    return (content if isinstance(content, str) else content.read_text(encoding="utf-8-sig")).splitlines()


# -- sets ---------------------------------------------------------------------------------------------------------------


def test_sets_come_back_from_their_files_as_they_were(tmp_path: Path) -> None:
    passages = [Passage("a#0", "a", "a", "題", ("見出し", "小見出し"), "本文\n二行目")]
    queries = [_query("1", "a", "b"), _query("2", "a")]
    write_passages(tmp_path / "p.jsonl", passages)
    write_queries(tmp_path / "q.jsonl", queries)
    assert read_passages(tmp_path / "p.jsonl") == passages
    assert read_queries(tmp_path / "q.jsonl") == queries
    assert json.loads((tmp_path / "q.jsonl").read_text(encoding="utf-8").splitlines()[0])["relevant"] == ["a", "b"]


@pytest.mark.parametrize("queries", [(_query("1", "a"), _query("1", "a")), (_query("1", "z"),), (_query("1"),)])
def test_a_set_that_does_not_fit_its_corpus_is_refused(queries: tuple[Query, ...]) -> None:
    passages = [Passage("a#0", "a", "a", "題", (), "本文")]
    with pytest.raises(ValueError, match=r"used twice|no right passage"):
        checked(QuerySet("s", "c", queries), passages)


def test_a_passage_is_given_to_others_with_each_heading_once() -> None:
    passage = Passage("a#0", "a", "a", "手引き", ("手引き", "第1章", "対象"), "対象\n市民の方")
    assert passage.full == "手引き\n第1章\n対象\n市民の方"


@given(st.integers(1, 60))
def test_fewer_questions_are_the_same_ones_in_their_order(most: int) -> None:
    whole = QuerySet("s", "c", tuple(_query(str(number), "a") for number in range(50)))
    some, more = drawn(whole, most), drawn(whole, most + 1)
    assert len(some.queries) == min(most, 50)
    assert set(some.queries) <= set(more.queries)
    assert list(some.queries) == [query for query in whole.queries if query in set(some.queries)]


def test_evidence_of_every_everyday_question_is_in_its_document() -> None:
    layout = corpora.policy(SHARED)
    asked = [item for items in making.everyday_questions().values() for item in items]
    present = [item for item in asked if item.path in layout.files]
    for item in present:
        assert all(quotes("\n".join(_lines(layout, item.path)), evidence) for evidence in item.evidence), item.id


# -- figures --------------------------------------------------------------------------------------------------------------


def test_figures_are_those_of_the_ranks() -> None:
    queries = [_query("first", "a"), _query("third", "a"), _query("never", "a"), _query("nothing", "a")]
    rankings = [["a", "b"], ["b", "c", "a"], ["b"], []]
    values = per_question(queries, rankings)
    assert values["R@1"] == [1, 0, 0, 0]
    assert values["R@3"] == [1, 1, 0, 0]
    assert values["RR@10"] == pytest.approx([1, 1 / 3, 0, 0])
    assert means(values)["R@10"] == 0.5
    assert set(values) == set(MEASURES)


def test_one_right_passage_is_enough_for_recall_and_all_are_wanted_for_ndcg() -> None:
    queries = [_query("1", "a", "b"), _query("2", "a", "b")]
    values = per_question(queries, [["a", "x"], ["a", "b"]])
    assert values["R@1"] == [1, 1]
    assert values["nDCG@10"][0] < values["nDCG@10"][1] == pytest.approx(1)


def test_a_paragraph_in_two_pieces_is_ranked_where_its_best_piece_is() -> None:
    unit_of = {"a#0": "a", "a#9": "a", "b#0": "b", "c#0": "c"}
    assert units(["a#9", "b#0", "a#0", "c#0"], unit_of, 3) == ["a", "b", "c"]
    assert units(["a#9", "b#0", "a#0", "c#0"], unit_of, 2) == ["a", "b"]


def test_a_bootstrap_over_thousands_of_questions_is_that_over_few_at_a_time() -> None:
    ours = [float(number % 3 == 0) for number in range(5_000)]
    found = paired_bootstrap(ours, [0.0] * len(ours), resamples=1_000)
    assert found.mean == pytest.approx(1667 / 5000)
    assert found.low < found.mean < found.high
    assert found.p == 0
    assert found.high - found.low == pytest.approx(2 * 1.96 * (1 / 3 * 2 / 3 / 5_000) ** 0.5, rel=0.15)


def test_the_page_marks_the_best_and_says_how_sure_a_difference_is() -> None:
    queries = tuple(_query(str(number), "a") for number in range(40))
    good, poor = ([["a"]] * 40, [["a"]] * 10 + [["b"]] * 30)
    result = SetResult(
        QuerySet("small", "c", queries, left_out=2),
        7,
        (
            Measured("ours", "ours", per_question(queries, good), 1.0),
            Measured("keywords alone", "leg", per_question(queries, poor), 1.0),
            Measured("other", "baseline", per_question(queries, poor), 1.0),
        ),
    )
    page = report.markdown([result], {"made by": "a test"})
    assert "| ours | the program | **1.000** |" in page
    assert "| small | one search alone: keywords alone | +75.0 (" in page
    assert "p < 0.001" in page
    assert "40 questions among 7 passages, 2 left out" in page
    kept = report.as_json([result], {})
    assert kept["sets"][0]["systems"][1]["means"]["R@1"] == 0.25
    assert json.dumps(kept)


# -- systems --------------------------------------------------------------------------------------------------------------


def test_the_passages_are_the_whole_text_and_each_search_ranks_them(small: Corpus) -> None:
    assert {passage.path for passage in small.passages} == {"faq.md", "budget/r9.txt"}
    texts = "".join(passage.text for passage in small.passages if passage.path == "faq.md")
    assert all(line.strip() in texts for line in FAQ.read_text(encoding="utf-8").splitlines() if line.startswith("###"))
    known = {passage.id for passage in small.passages}
    rankings = {}
    for system in our_systems({}):
        search = system.open(small)
        rankings[system.name] = search("65歳以上の保険料はいくらですか。", 5)
        assert len(rankings[system.name]) <= 5
        assert set(rankings[system.name]) <= known
    text_of = {passage.id: passage.text for passage in small.passages}
    assert "65歳以上の保険料" in text_of[rankings["ours"][0]]
    assert rankings["keywords alone"] != rankings["vectors alone"]


@pytest.mark.parametrize("system", baselines(), ids=lambda system: system.name)
def test_the_searches_of_others_rank_the_same_passages(system: System, small: Corpus) -> None:
    search = system.open(small)
    known = {passage.id: passage.text for passage in small.passages}
    found = search("特別養護老人ホームの入所待機者は何人ですか。", 5)
    assert len(found) <= 5
    assert set(found) <= known.keys()
    if system.name != "LlamaIndex, BM25Retriever":  # it takes a Japanese clause for one word
        assert any("入所待機者" in known[identity] for identity in found)
    assert set(search("ゑ", 5)) <= known.keys()


def test_bm25_is_given_dictionary_forms_and_pairs_of_characters() -> None:
    assert lemmas("申込みを、ＡＢＣに行った。") == ["申し込み", "ＡＢＣ", "行く"]
    assert pairs("予算額 は") == ["予算", "算額"]


def test_a_kept_index_that_no_longer_fits_is_made_anew(small: Corpus, tmp_path: Path) -> None:
    with open_policy_qa(Settings(corpus=small.folder, index=tmp_path / "index", chunk_tokens=100)) as service:
        service.sync()
        count = service.status(viewer=Viewer.local_owner()).chunks
    again = prepare("small", small.folder, tmp_path / "index", False, rebuild=False)
    assert again.passages == small.passages
    assert len(again.passages) < count


def test_questions_of_a_set_are_right_in_their_own_document_only(small: Corpus) -> None:
    evidence = next(passage.text for passage in small.passages if passage.path == "faq.md")[:30]
    asked = {"faq": [Asked("1", "k", "？", "faq.md", (evidence,)), Asked("2", "k", "？", "budget/r9.txt", (evidence,))]}
    (located,) = making._located("small", asked, small.passages)
    assert [query.id for query in located.queries] == ["1"]
    assert located.left_out == 1
    assert all(unit.startswith("faq.md#") for query in located.queries for unit in query.relevant)
    twice = replace(located, queries=located.queries * 2)
    with pytest.raises(ValueError, match="used twice"):
        checked(twice, small.passages)
