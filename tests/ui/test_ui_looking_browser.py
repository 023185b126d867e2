"""The pages for looking around, as people use them: searching, past decisions, budgets, documents."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any, Literal, cast

import pytest
from playwright.sync_api import Browser, Page, expect

from policy_qa.service import PolicyQA
from policy_qa.types import Viewer
from tests.answering.offices import TEXTS
from tests.conftest import OpenTexts
from tests.ui.browsing import Served, serious_faults, watched
from tests.ui.samples import ATTACK, TEMPLATE_ATTACK, sample_service

pytestmark = pytest.mark.browser

OWNER = Viewer.local_owner()
HOSTILE = f"# 港湾 {ATTACK}\n\n港湾再生交付金について {ATTACK} {TEMPLATE_ATTACK} と書く。\n"
PLAN = "# 交通計画\n\n## 経緯\n\n令和8年3月31日、市長は交通計画を決定した。\n\n令和7年10月1日、市議会は交通条例を可決した。\n"


@pytest.fixture(scope="module")
def office(opened_over_texts: OpenTexts) -> PolicyQA:
    service = opened_over_texts(TEXTS | {"hostile.md": HOSTILE, "plan.md": PLAN})
    service.ask("令和8年度の港湾再生交付金の予算額は？", viewer=OWNER)
    return service


@pytest.fixture(scope="module")
def office_address(office: PolicyQA) -> Iterator[str]:
    with Served(office) as served:
        yield served.address


@pytest.fixture
def looking(browser: Browser, office_address: str) -> Iterator[Page]:
    with watched(browser, office_address) as page:
        yield page


def test_a_search_is_narrowed_and_a_place_opened_all_by_keyboard(looking: Page) -> None:
    looking.goto("search")
    expect(looking.locator("#search-results")).to_contain_text("探したい言葉を入力してください")
    looking.get_by_label("探す言葉").fill("港湾再生交付金")
    looking.keyboard.press("Enter")
    expect(looking.locator(".spot mark").first).to_have_text("港湾再生交付金")
    box = looking.get_by_role("checkbox", name="表のある箇所だけ")
    box.focus()
    looking.keyboard.press("Space")
    expect(looking.locator(".pick")).to_contain_text("表のある箇所だけ")
    expect(looking.locator(".spot")).to_have_count(1)
    expect(box).to_be_focused()
    assert "tables=1" in looking.url
    place = looking.locator(".spot .opens")
    place.focus()
    looking.keyboard.press("Enter")
    expect(looking.locator("#source-panel")).to_be_focused()
    expect(looking.locator("#source-panel mark")).to_contain_text("30,000")
    looking.keyboard.press("Escape")
    expect(place).to_be_focused()
    looking.reload()
    expect(looking.locator(".pick")).to_contain_text("表のある箇所だけ")
    looking.locator(".pick").click()
    expect(looking.locator(".pick")).to_have_count(0)


def test_every_count_of_the_facets_is_what_choosing_it_shows(looking: Page) -> None:
    looking.goto("search?q=港湾再生交付金")
    box = looking.locator("label.check", has=looking.locator("input[name=path]")).first
    expect(box).to_be_visible()
    count = box.locator(".count").inner_text()
    box.locator("input").check()
    expect(looking.locator(".summary .count")).to_have_text(f"{count}件")


def test_hostile_text_is_shown_in_results_and_never_runs(looking: Page) -> None:
    looking.goto("search?q=" + "「と書く」")
    expect(looking.locator(".snippet")).to_contain_text(ATTACK)
    expect(looking.locator(".spot h3")).to_contain_text(ATTACK)
    assert looking.locator("#search-results img, #search-results script").count() == 0
    assert looking.evaluate("window.attacked") is None


def test_a_search_that_finds_nothing_says_what_to_do(looking: Page) -> None:
    looking.goto("search?q=「どこにもない言い回し」")
    expect(looking.locator(".found .box")).to_contain_text("言葉を減らす")


def test_a_reply_is_recorded_from_an_answer_found_corrected_and_withdrawn(looking: Page) -> None:
    looking.goto("decisions")
    expect(looking.locator(".year h3").first).to_have_text("2026年（令和8年）")
    expect(looking.locator(".entry h4").first).to_contain_text("交通計画")
    looking.get_by_text("決定・回答を記録する").click()
    looking.get_by_label("もとにする回答").select_option(index=1)
    expect(looking.get_by_label("結果（必須）")).to_have_value("300億円")
    looking.get_by_label("件名（必須）").fill("港の交付金の照会")
    looking.get_by_label("理由").fill("会計課に確認した")
    looking.get_by_label("決定・回答した日").fill("令和8年5月1日")
    looking.get_by_role("button", name="記録する", exact=True).click()
    expect(looking.locator(".box.good")).to_contain_text("記録しました（記録番号 1）")
    looking.get_by_label("言葉", exact=True).fill("会計課に確認")
    looking.get_by_role("button", name="絞り込む").click()
    entry = looking.locator(".entry.reply")
    expect(looking.locator(".entry")).to_have_count(1)
    expect(entry).to_contain_text("5月1日")
    entry.locator(".cited .opens").first.click()
    expect(looking.locator("#source-panel mark")).to_contain_text("30,000")
    entry.get_by_role("button", name="港の交付金の照会：訂正する").click()
    looking.get_by_label("結果（必須）").fill("320億円")
    looking.get_by_role("button", name="記録する", exact=True).click()
    expect(looking.locator(".box.good")).to_contain_text("訂正しました（記録番号 2）")
    expect(looking.locator(".entry .outcome")).to_have_text("320億円")
    looking.get_by_role("button", name="港の交付金の照会：取り消す").click()
    expect(looking.locator(".box.good")).to_contain_text("取り消しました")
    expect(looking.locator(".entry")).to_have_count(0)


def test_a_record_without_an_outcome_says_so_and_keeps_what_was_written(looking: Page) -> None:
    looking.goto("decisions?record=" + "どうすればよいですか")
    expect(looking.get_by_label("件名（必須）")).to_have_value("どうすればよいですか")
    looking.get_by_label("理由").fill("書きかけ")
    looking.get_by_role("button", name="記録する", exact=True).click()
    expect(looking.locator("#record .error")).to_contain_text("結果がありません")
    expect(looking.get_by_label("理由")).to_have_value("書きかけ")


def test_a_past_answer_is_found_beside_the_decisions_and_opens_its_source(looking: Page) -> None:
    looking.goto("decisions")
    expect(looking.locator(".entry").first).to_be_visible()
    expect(looking.locator(".answers-too, .entry.answer")).to_have_count(0)
    looking.get_by_label("言葉", exact=True).fill("港湾再生交付金の予算額")
    looking.get_by_role("button", name="絞り込む").click()
    expect(looking.locator(".answers-too")).to_contain_text("これまでの回答")
    looking.get_by_role("button", name="回答も表示する").click()
    entry = looking.locator(".entry.answer")
    expect(entry.locator("h4")).to_have_text("令和8年度の港湾再生交付金の予算額は？")
    expect(entry.locator(".outcome")).to_have_text("300億円")
    expect(looking.get_by_label("これまでの回答")).to_be_checked()
    assert "source=answer" in looking.url
    entry.locator(".cited .opens").first.click()
    expect(looking.locator("#source-panel mark")).to_contain_text("30,000")
    entry.get_by_role("link", name="決定・回答として記録").click()
    expect(looking.get_by_label("結果（必須）")).to_have_value("300億円")


def test_decisions_are_chosen_by_form_and_period(looking: Page) -> None:
    looking.goto("decisions?since=2026-01-01")
    expect(looking.locator(".entry")).to_have_count(1)
    looking.get_by_label("いつから").fill("")
    looking.get_by_label("決定の形式").select_option("可決")
    looking.get_by_role("button", name="絞り込む").click()
    expect(looking.locator(".entry h4")).to_have_text("交通条例")
    assert "form=" in looking.url
    looking.locator(".entry .opens").click()
    expect(looking.locator("#source-panel mark")).to_contain_text("可決")


def test_amounts_open_their_source_and_totals_their_parts(looking: Page) -> None:
    looking.goto("budgets")
    cell = looking.get_by_role("button", name="港湾再生交付金　令和8年度当初　30,000百万円")
    cell.first.click()
    expect(looking.locator("#source-panel mark")).to_contain_text("30,000")
    looking.get_by_role("button", name="令和8年度当初　内訳を見る").click()
    expect(looking.locator("#chart caption")).to_contain_text("（令和8年度当初）の内訳")
    expect(looking.locator("#chart tbody tr").first).to_contain_text("60.0%")
    expect(looking.locator("#chart")).to_contain_text("書かれた合計と一致します")
    looking.get_by_role("button", name="閉じる").click()
    expect(looking.locator("#chart")).to_have_count(0)
    looking.get_by_role("button", name="離島航路維持事業", exact=True).click()
    expect(looking.locator("#chart tbody tr")).to_have_count(3)


def test_changes_are_compared_between_the_chosen_periods(looking: Page) -> None:
    looking.goto("budgets")
    changes = looking.locator("#budget-changes")
    expect(changes.locator("tbody tr").first).to_contain_text("離島航路維持事業")
    expect(changes.locator("tbody tr").first).to_contain_text("+20.0%")
    changes.get_by_label("もとの時期").select_option(label="令和7年度補正")
    expect(changes.locator("caption")).to_contain_text("令和7年度補正 から 令和8年度当初")


def test_a_budget_table_is_narrowed_and_exported_in_the_unit_it_says(looking: Page) -> None:
    looking.goto("budgets")
    looking.get_by_label("金額の単位").select_option("億円")
    looking.get_by_label("事業名（一部でもよい）").fill("港湾")
    looking.keyboard.press("Enter")
    expect(looking.locator("table.grid tbody tr")).to_have_count(1)
    expect(looking.locator(".budgets h2")).to_have_text("予算の一覧（単位：億円）")
    with looking.expect_download() as download:
        looking.get_by_role("link", name="Excelで書き出す").click()
    assert download.value.suggested_filename == "予算一覧（億円）.xlsx"
    assert download.value.path().stat().st_size > 1_000


def test_a_document_is_read_beside_its_facts_and_the_folder_read_anew(looking: Page, office: PolicyQA) -> None:
    looking.goto("documents")
    count = len(office.documents(viewer=OWNER))
    expect(looking.locator(".documents tbody tr")).to_have_count(count)
    looking.get_by_role("button", name="交通計画を開く").click()
    view = looking.locator("#document")
    expect(view.locator("mark")).to_have_count(2)
    expect(view.locator("table").last).to_contain_text("決定")
    looking.reload()
    expect(view.locator("h2")).to_have_text("交通計画")
    view.get_by_role("button", name="一覧へ戻る").click()
    expect(view).to_have_count(0)
    looking.get_by_role("button", name="文書フォルダーを読み取る").click()
    expect(looking.locator("#levelling .box")).to_contain_text(f"変わらず{count}", timeout=20_000)


@pytest.mark.parametrize("address", ["search?q=交付金", "decisions?record=問い", "budgets", "documents?path=plan.md"])
def test_every_page_fits_a_phone_in_dark_and_has_no_serious_fault(
    browser: Browser, office_address: str, address: str
) -> None:
    for width, scheme in ((360, "dark"), (1280, "light")):
        with browser.new_context(
            viewport={"width": width, "height": 740},
            color_scheme=cast("Literal['dark', 'light']", scheme),
            locale="ja-JP",
            base_url=office_address,
        ) as context:
            page = context.new_page()
            page.goto(address)
            expect(page.locator("main .piece h2").first).to_be_visible()
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.evaluate("document.body.classList.contains('dark')") is (scheme == "dark")
            assert serious_faults(page) == set()


def test_a_filter_of_the_facts_that_is_set_while_their_table_is_made_counts(browser: Browser) -> None:
    service, go, making = sample_service(), threading.Event(), threading.Event()
    facts = service.facts

    def slowly(*arguments: Any, **options: Any) -> Any:
        making.set()
        go.wait(10)
        return facts(*arguments, **options)

    with Served(service) as served, watched(browser, served.address) as page:
        page.goto("facts")
        expect(page.locator("#facts tbody tr")).to_have_count(1)
        service.facts = slowly  # type: ignore[method-assign]
        page.get_by_label("事業名（一部でもよい）").press("Enter")
        assert making.wait(10)
        page.get_by_label("年度", exact=True).fill("令和7年度")
        page.get_by_label("年度", exact=True).press("Enter")
        go.set()
        expect(page.locator("#facts tbody tr")).to_have_count(0)
