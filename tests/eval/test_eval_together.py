"""All question sets over one index: the corpus that is put together, and what is lost in company."""

from __future__ import annotations

from pathlib import Path

from eval.summary import SETS, QuestionSet, read_sets
from eval.together import Compared, gather, markdown
from policy_qa import Settings, Viewer, open_policy_qa
from policy_qa.judging import Share, Verdict


def test_the_corpora_of_several_sets_lie_side_by_side_with_what_is_known_of_each_document(tmp_path: Path) -> None:
    sets = [item for item in read_sets(SETS) if item.name in {"seed", "apart-a", "paraphrase", "blind"}]
    gather(sets, tmp_path / "corpus")
    with open_policy_qa(Settings(corpus=tmp_path / "corpus", index=tmp_path / "index")) as service:
        report = service.sync()
        documents = service.status(viewer=Viewer.local_owner()).documents
    assert report.failed == ()
    titles = {document.path: document.metadata.title for document in documents}
    assert titles["corpus/chiiki-mirai-senryaku-r8-01.txt"] == "地域未来戦略の推進について"
    assert {Path(path).parts[0] for path in titles} == {"corpus", "tests"}
    assert len(titles) == len(report.added)


def test_what_is_lost_is_counted_by_what_was_said_instead() -> None:
    item = QuestionSet("a", "corpus", "work")
    lost = (Verdict("1", "budget", False, "abstained"), Verdict("2", "budget", False, "answered"))
    page = markdown([Compared(item, Share(9, 10), Share(7, 10), lost)], {})
    assert "| a | work | 90.0% (9/10) | 70.0% (7/10) | 1, 1, 0 |" in page
    assert "| **held apart** |  | – | – | 0, 0, 0 |" in page
