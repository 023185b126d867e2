"""All sets in one table: by kind and part, small kinds marked."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from eval import summary
from eval.runs import ROOT, read_run
from eval.score import score
from eval.summary import QuestionSet, cell, markdown, read_sets, rows
from policy_qa.judging import Share, load_questions
from tests.eval.test_eval_score import make_run


def test_every_set_has_questions_a_corpus_and_a_part() -> None:
    sets = read_sets(summary.SETS)
    assert {"seed", "unseen"} <= {item.name for item in sets}
    for item in sets:
        assert load_questions(item.questions)[0]
        assert (ROOT / item.corpus).is_dir()


@pytest.mark.parametrize(
    "text",
    [
        '[[set]]\nname = "a"\ncorpus = "c"\npart = "other"\n',
        '[[set]]\nname = "a"\ncorpus = "c"\npart = "work"\n' * 2,
    ],
)
def test_a_list_of_sets_that_is_wrong_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "sets.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"part of a|used twice"):
        read_sets(path)


def test_parts_are_shown_one_by_one_and_together(tmp_path: Path) -> None:
    header, records = read_run(make_run(tmp_path))
    scored = score(header, load_questions(tmp_path / "questions.jsonl")[0], records)
    better = replace(scored, verdicts=tuple(replace(item, right=True) for item in scored.verdicts))
    scores = [(QuestionSet("a", "c", "work"), scored), (QuestionSet("b", "c", "held apart"), better)]
    found = dict(rows(scores))
    assert found["right overall"] == {"work": Share(2, 6), "held apart": Share(6, 6), "all": Share(8, 12)}
    assert found["right: budget"]["work"] == Share(1, 2)
    assert found["error class: wrong abstention"]["work"] == Share(1, 6)
    assert found["unanswerable, but not abstained"]["work"] == Share(1, 2)
    assert "right: list" not in found
    page = markdown(scores, {"run": "by hand"})
    assert "| right: budget | 50.0% (1/2) * | 100.0% (2/2) * | 75.0% (3/4) * |" in page
    assert json.dumps(page)


def test_a_kind_with_few_questions_is_marked_and_nothing_else() -> None:
    assert cell("right: list", Share(19, 19)).endswith("*")
    assert not cell("right: list", Share(20, 20)).endswith("*")
    assert not cell("right overall", Share(1, 2)).endswith("*")
