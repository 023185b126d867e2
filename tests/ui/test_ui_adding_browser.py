"""Sending, registering, changing and deleting documents, as people do it in a browser."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Literal, cast
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from policy_qa.service import PolicyQA
from policy_qa.settings import Settings
from policy_qa.types import Progress, SyncReport, Viewer
from policy_qa.wiring import open_policy_qa
from tests.ui.browsing import Served, send_files, serious_faults
from tests.ui.samples import ATTACK, TEMPLATE_ATTACK

pytestmark = pytest.mark.browser

OWNER = Viewer.local_owner()
PUBLIC = Viewer("market", frozenset({"public"}))
OURS = '# 手で書いた覚書\n[defaults]\nlabels = ["public"]\n'
PLAN = "みなと市交通計画（案）\n令和8年3月\nみなと市 企画部 交通政策課\n\nコミュニティバスの運賃は1回150円とする。\n"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "corpus.toml").write_text(OURS, encoding="utf-8")
    (corpus / "bus.txt").write_text("路線バスの運賃は1回200円とする。\n", encoding="utf-8")
    return corpus


@pytest.fixture
def office(corpus: Path) -> Iterator[PolicyQA]:
    with open_policy_qa(Settings(corpus=corpus, index=corpus.parent / "index")) as service:
        service.sync()
        yield service


@pytest.fixture
def adding(browser: Browser, office: PolicyQA) -> Iterator[Page]:
    """The page of documents; at the end nothing was asked of another host, and no script failed."""
    with (
        Served(office) as served,
        browser.new_context(
            viewport={"width": 1280, "height": 900}, locale="ja-JP", base_url=served.address
        ) as context,
    ):
        page = context.new_page()
        hosts: set[str | None] = set()
        failures: list[str] = []
        page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
        page.on("pageerror", lambda error: failures.append(str(error)))
        page.goto("documents")
        expect(page.locator("#adding .dropzone")).to_be_visible()
        expect(page.locator(".documents tbody tr")).to_have_count(1)
        yield page
        assert hosts - {None} == {"127.0.0.1"}
        assert failures == []


def paths(office: PolicyQA, viewer: Viewer = OWNER) -> list[str]:
    return [document.path for document in office.documents(viewer=viewer)]


def form(page: Page, name: str) -> Locator:
    return page.locator("#registering .upload").filter(has=page.get_by_text(name, exact=True))


def test_files_are_sent_checked_filled_in_and_registered_unseen_without_labels(adding: Page, office: PolicyQA) -> None:
    send_files(adding, ("計画.txt", PLAN), ("壊れた.docx", b"PKxx"), ("空.txt", b""), ("表.exe", b"MZ"))
    bad = adding.locator("#adding .sending li.failed")
    expect(bad).to_have_count(3)
    expect(bad.filter(has_text="壊れた.docx")).to_contain_text("ファイルが壊れているため読めません")
    expect(bad.filter(has_text="空.txt")).to_contain_text("0バイト")
    expect(bad.filter(has_text="表.exe")).to_contain_text("読める形式")
    plan = form(adding, "計画.txt")
    expect(plan.get_by_label("題名")).to_have_value("みなと市交通計画(案)")
    expect(plan.get_by_label("発行者")).to_have_value("みなと市 企画部 交通政策課")
    expect(plan.get_by_label("日付")).to_have_value("2026-03")
    expect(plan.get_by_label("状態")).to_have_value("draft")
    expect(plan.get_by_role("checkbox", name="public")).not_to_be_checked()
    adding.reload()  # what waits is still there
    plan.get_by_label("日付").fill("きのう")
    adding.get_by_role("button", name="1件を登録する").click()
    expect(adding.locator("#registering [role=alert]")).to_contain_text("日付「きのう」を読み取れません")
    plan.get_by_label("日付").fill("令和8年4月1日")
    plan.get_by_label("題名").fill("交通計画")
    adding.keyboard.press("Enter")
    expect(adding.locator("#registering .box.good")).to_contain_text("追加1")
    expect(adding.locator(".documents tbody tr").filter(has_text="交通計画")).to_contain_text("2026-04-01")
    expect(adding.locator(".documents tbody tr").filter(has_text="交通計画").locator(".tag.warn")).to_have_text("案")
    assert paths(office) == ["bus.txt", "計画.txt"]
    assert paths(office, PUBLIC) == ["bus.txt"]


def test_a_dropped_file_with_a_hostile_name_is_text_everywhere_and_stays_in_the_folder(
    adding: Page, office: PolicyQA, corpus: Path
) -> None:
    name = f"../../{ATTACK[:-1]}\u202etxt{TEMPLATE_ATTACK}.txt"
    dropped = adding.evaluate_handle(
        "([name, text]) => { const held = new DataTransfer(); held.items.add(new File([text], name)); return held; }",
        [name, f"{ATTACK}\n{TEMPLATE_ATTACK} の文書。\n"],
    )
    adding.dispatch_event("body", "dragover", {"dataTransfer": dropped})
    expect(adding.locator(".dropzone[data-over]")).to_have_count(1)
    adding.dispatch_event("body", "drop", {"dataTransfer": dropped})
    legend = adding.locator("#registering .upload > legend")
    expect(legend).to_contain_text("onerror=")
    expect(legend).not_to_contain_text("\u202e")
    adding.get_by_role("button", name="1件を登録する").click()
    expect(adding.locator("#registering .box.good")).to_be_visible()
    assert adding.locator("#registering img, .documents img").count() == 0
    assert adding.evaluate("window.attacked") is None
    (path,) = set(paths(office)) - {"bus.txt"}
    assert "/" not in path
    assert (corpus / path).is_file()
    assert {file.name for file in corpus.parent.iterdir()} == {"corpus", "index"}


def test_a_name_that_exists_asks_and_a_new_version_is_remembered(adding: Page, office: PolicyQA, corpus: Path) -> None:
    send_files(adding, ("bus.txt", "路線バスの運賃は1回220円とする。\n"), ("計画.txt", PLAN))
    bus = form(adding, "bus.txt")
    expect(bus).to_contain_text("すでにあります")
    expect(bus.get_by_role("checkbox", name="public")).to_be_checked()  # as the document that it may take the place of
    adding.get_by_role("button", name="2件を登録する").click()
    expect(bus.get_by_role("radio").first).to_be_focused()  # the browser asks for the choice
    assert paths(office) == ["bus.txt"]
    form(adding, "計画.txt").get_by_label("題名").fill("書きかけ")
    send_files(adding, ("別.txt", "別の文書。\n"))
    expect(form(adding, "別.txt")).to_be_visible()
    expect(form(adding, "計画.txt").get_by_label("題名")).to_have_value("書きかけ")
    adding.get_by_role("button", name="別.txtを登録しない").click()
    expect(form(adding, "別.txt")).to_have_count(0)
    bus.get_by_role("radio", name="新しい版として置き換える（bus.txt）").check()
    bus.get_by_label("題名").fill("路線バスの運賃")
    adding.get_by_role("button", name="2件を登録する").click()
    expect(adding.locator("#registering .box.good")).to_contain_text("追加1、置き換え1")
    adding.get_by_role("button", name="路線バスの運賃を開く").click()
    adding.get_by_text("版の記録（2）").click()
    expect(adding.locator(".versions tbody tr").first).to_contain_text("いまの版")
    assert office.text("bus.txt", viewer=PUBLIC) == "路線バスの運賃は1回220円とする。\n"
    assert len(list((corpus / ".earlier" / "bus.txt").iterdir())) == 1


def test_a_document_is_changed_and_deleted_from_its_page(adding: Page, office: PolicyQA, corpus: Path) -> None:
    (corpus / "plan.txt").write_text(PLAN, encoding="utf-8")
    office.sync()
    adding.goto("documents?path=plan.txt")
    adding.get_by_text("題名・状態・閲覧ラベルなどを変える").click()
    view = adding.locator("#document")
    view.get_by_label("状態").select_option(label="決定")
    view.get_by_role("checkbox", name="public").uncheck()
    view.get_by_label("新しいラベル").fill("企画部、交通課")
    view.get_by_label("日付").fill("いつか")
    view.get_by_role("button", name="変更する").click()
    expect(view.locator("[role=alert]")).to_contain_text("日付「いつか」")
    expect(view.get_by_label("状態")).to_have_value("decided")
    view.get_by_label("日付").fill("2026-03-31")
    view.get_by_role("button", name="変更する").click()
    expect(view.locator(".box.good")).to_have_text("変更しました。")
    expect(view.locator("dl").first).to_contain_text("交通課、企画部")
    assert paths(office, PUBLIC) == ["bus.txt"]
    assert (corpus / "corpus.toml").read_text(encoding="utf-8").startswith(OURS.rstrip())
    delete = view.locator(".deleting button")
    delete.click()
    expect(delete).to_contain_text("もう一度押すと削除します")
    assert (corpus / "plan.txt").exists()
    delete.click()
    expect(adding.locator("#document-view .box.good")).to_contain_text("削除しました")
    expect(adding.locator(".documents tbody tr")).to_have_count(1)
    assert paths(office) == ["bus.txt"]
    assert not (corpus / "plan.txt").exists()


def test_a_file_under_way_is_called_back(adding: Page, office: PolicyQA, corpus: Path) -> None:
    adding.route("**/api/uploads/*", lambda route: route.continue_() if route.request.method == "DELETE" else None)
    send_files(adding, ("計画.txt", PLAN))
    adding.get_by_role("button", name="取り消す: 計画.txt").click()
    row = adding.locator("#adding .sending li")
    expect(row).to_contain_text("取り消しました。")
    adding.get_by_role("button", name="閉じる: 計画.txt").click()
    expect(row).to_have_count(0)
    expect(adding.locator("#adding input[type=file]")).to_be_focused()
    assert adding.locator("#registering form").count() == 0
    assert not (corpus / ".uploads").exists() or not [one for one in (corpus / ".uploads").iterdir() if one.is_dir()]


def test_long_work_shows_how_far_it_is_and_is_stopped(
    adding: Page, office: PolicyQA, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slowly(paths: Sequence[str] = (), *, progress: Callable[[Progress], None]) -> SyncReport:
        for done in range(2_000):
            progress(Progress(done, 2_000, "計画.txt"))
            time.sleep(0.02)
        return SyncReport()

    monkeypatch.setattr(office, "sync", slowly)
    send_files(adding, ("計画.txt", PLAN))
    adding.get_by_role("button", name="1件を登録する").click()
    expect(adding.locator("#registering progress")).to_be_visible()
    adding.locator("#registering").get_by_role("button", name="中止する").click()
    expect(adding.locator("#registering .box")).to_contain_text("始める前のままです")
    expect(form(adding, "計画.txt").get_by_label("題名")).to_have_value("みなと市交通計画(案)")
    assert paths(office) == ["bus.txt"]
    adding.get_by_role("button", name="文書フォルダーを読み取る").click()
    expect(adding.locator("#levelling progress")).to_be_visible()
    adding.locator("#levelling").get_by_role("button", name="中止する").click()
    expect(adding.locator("#levelling .box")).to_contain_text("読み終えた分は残り")
    expect(adding.get_by_role("button", name="文書フォルダーを読み取る")).to_be_enabled()


def test_readers_see_nothing_that_changes_documents(browser: Browser, office: PolicyQA) -> None:
    with (
        Served(office, PUBLIC) as served,
        browser.new_context(locale="ja-JP", base_url=served.address) as context,
    ):
        page = context.new_page()
        page.goto("documents?path=bus.txt")
        expect(page.locator("#document .versions")).to_be_visible()
        assert (
            page.locator("#adding *, #registering form, .changing, #levelling button").filter(visible=True).count() == 0
        )
        assert context.request.put(f"/api/uploads/{'0' * 32}?name=a.txt", data="a").status == 403


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_forms_fit_a_phone_in_dark_and_have_no_serious_fault(
    browser: Browser, office: PolicyQA, width: int, scheme: str
) -> None:
    with (
        Served(office) as served,
        browser.new_context(
            viewport={"width": width, "height": 740},
            color_scheme=cast("Literal['dark', 'light']", scheme),
            locale="ja-JP",
            base_url=served.address,
        ) as context,
    ):
        page = context.new_page()
        page.goto("documents?path=bus.txt")
        page.get_by_text("題名・状態・閲覧ラベルなどを変える").click()
        page.get_by_text("版の記録（1）").click()
        send_files(page, ("bus.txt", "別の版。\n"), ("計画.txt", PLAN), (f"{'長い名前' * 30}.exe", b"x"))
        expect(page.locator("#registering .upload")).to_have_count(2)
        expect(page.locator("#adding li.failed")).to_have_count(1)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert serious_faults(page) == set()
