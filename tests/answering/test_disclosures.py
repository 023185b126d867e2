"""What an answer says first about the documents it rests on."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy_qa.answering.disclosures import is_draft_document
from policy_qa.settings import Settings
from policy_qa.types import Viewer
from policy_qa.wiring import open_policy_qa
from tests.conftest import OpenTexts
from tests.texts import document_of

OWNER = Viewer.local_owner()
PLAN = "# みなと市交通計画{version}\n\n## 運賃\n\nコミュニティバスの運賃は1回{fare}円とする。\n"
ABOUT = '[[document]]\nfiles = ["{path}"]\ntitle = "{title}"\ndate = "{date}"\n'


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("みなと市交通計画（案）", "本文"),
        ("みなと市交通計画（素案）", "本文"),
        ("観光戦略案", "本文"),
        ("みなと市交通計画", "みなと市交通計画（案）\n令和8年1月\n\n本文\n"),
    ],
)
def test_a_draft_is_known_by_its_title_or_its_first_lines(title: str, text: str) -> None:
    assert is_draft_document(document_of(text, title=title))


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("みなと市交通計画", "みなと市交通計画\n令和8年1月\n\n委員会で案を議論した。\n"),
        ("住民からの提案", "本文"),
        ("令和8年度予算（案）", "本文"),  # its figures say their stage themselves
        ("みなと市交通計画", "みなと市交通計画\n\n観光戦略（案）の審議\n"),
    ],
)
def test_what_only_speaks_of_drafts_is_none(title: str, text: str) -> None:
    assert not is_draft_document(document_of(text, title=title))


def test_an_answer_says_that_it_rests_on_a_draft_and_that_a_newer_version_is_there(
    opened_over_texts: OpenTexts,
) -> None:
    service = opened_over_texts(
        {
            "draft.md": PLAN.format(version="（案）", fare=150) + "\n## 割引\n\n70歳以上の運賃は半額とする。\n",
            "final.md": PLAN.format(version="", fare=200),
            "corpus.toml": ABOUT.format(path="draft.md", title="みなと市交通計画（案）", date="2026-01")
            + ABOUT.format(path="final.md", title="みなと市交通計画", date="2026-03"),
        }
    )
    said = "\n".join(service.ask("70歳以上の運賃は半額ですか。", viewer=OWNER, log=False).assumptions)
    assert "案の段階の文書です" in said
    assert "より新しい版（2026-03、「final.md」）があります" in said


def test_documents_of_two_fiscal_years_are_no_versions_of_each_other(opened_over_texts: OpenTexts) -> None:
    text = "# 令和{year}年度海洋庁予算の概要\n\n離島航路維持事業　{amount}億円\n"
    service = opened_over_texts(
        {
            "r7.md": text.format(year=7, amount=100),
            "r8.md": text.format(year=8, amount=120),
            "corpus.toml": ABOUT.format(path="r7.md", title="令和7年度海洋庁予算の概要", date="2025-01")
            + ABOUT.format(path="r8.md", title="令和8年度海洋庁予算の概要", date="2026-01"),
        }
    )
    answer = service.ask("令和7年度の離島航路維持事業の予算額は？", viewer=OWNER, log=False)
    assert answer.short_answer == "100億円"
    assert not any("新しい版" in assumption for assumption in answer.assumptions)


def test_a_yes_without_any_terms_in_the_documents_says_that_they_have_none(opened_over_texts: OpenTexts) -> None:
    service = opened_over_texts({"grant.md": "# 里山整備交付金\n\n## 対象事業\n\n- 遊歩道の改修\n- 展望台の設置\n"})
    answer = service.ask("遊歩道の改修は里山整備交付金の対象になりますか。", viewer=OWNER, log=False)
    assert answer.answer.startswith("はい、対象です")
    assert any("要件や対象外の記載は資料に見つかりません" in assumption for assumption in answer.assumptions)


def test_what_is_said_of_a_document_goes_before_what_its_title_shows(opened_over_texts: OpenTexts) -> None:
    entry = '[[document]]\nfiles = ["plan.md"]\ntitle = "{title}"\nstatus = "{status}"\n'
    for title, status, said in (
        ("みなと市交通計画", "案", ["出典の「みなと市交通計画」は案の段階の文書です"]),
        ("みなと市交通計画（案）", "決定", []),
        ("みなと市交通計画", "廃止", ["出典の「みなと市交通計画」は廃止された文書です"]),
    ):
        texts = {
            "plan.md": PLAN.format(version="", fare=150),
            "corpus.toml": entry.format(title=title, status=status),
        }
        answer = opened_over_texts(texts).ask("コミュニティバスの運賃はいくらですか。", viewer=OWNER, log=False)
        assert answer.citations
        assert [line for line in answer.assumptions if "文書です" in line] == said


def test_an_answer_says_that_a_newer_file_could_not_be_read(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "plan.md").write_text(PLAN.format(version="", fare=150), encoding="utf-8")
    with open_policy_qa(Settings(corpus=corpus, index=tmp_path / "index")) as service:
        service.sync()
        (corpus / "plan.md").write_bytes(b"\xff\xfe\x00")
        service.sync()
        answer = service.ask("コミュニティバスの運賃はいくらですか。", viewer=OWNER, log=False)
    assert answer.short_answer == "150円"
    assert "前の版です（新しい版のファイルを読み取れていません）" in "".join(answer.assumptions)
