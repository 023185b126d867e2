"""Pages of HTML: what they say without the site around them."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy_qa.documents import markup
from policy_qa.documents.unreadable import Unreadable
from policy_qa.facts import extract_facts
from policy_qa.types import Document, Metadata

_LAWS = Path("/work/shared/data/documents/law-html")


def _text(body: str, *, title: str = "", encoding: str = "utf-8", head: str = "") -> str:
    page = f"<!DOCTYPE html><html lang='ja'><head>{head}<title>{title}</title></head><body>{body}</body></html>"
    return markup.read(page.encode(encoding)).text


# -- what belongs to the page -----------------------------------------------------------------------------------------------


def test_only_the_content_is_read_not_the_site_around_it() -> None:
    text = _text(
        "<header><h1>青葉市公式サイト</h1></header><nav><ul><li><a href='/'>ホーム</a></li></ul></nav>"
        "<div class='breadcrumb'><a href='/'>トップ</a> &gt; <a href='/k'>子育て</a></div>"
        "<div id='cookie-banner'>クッキーを使います。</div>"
        "<div id='main'><h2>保育料の補助</h2><p>第2子の保育料を半額とします。</p></div>"
        "<aside>関連リンク</aside><footer>青葉市役所</footer><script>var x = 1;</script>"
    )
    assert text == "保育料の補助\n\n第2子の保育料を半額とします。"


def test_main_is_read_and_the_header_of_an_article_holds_its_title() -> None:
    text = _text(
        "<p>サイトの説明</p><main><article><header><h1>補助金のご案内</h1></header><p>対象は市内の事業者です。</p>"
        "<footer>更新日：令和8年4月1日</footer></article></main>"
    )
    assert text == "補助金のご案内\n\n対象は市内の事業者です。\n\n更新日：令和8年4月1日".replace(
        "\n\n更新日", "\n\n更新日"
    )


def test_the_only_text_of_a_page_is_never_left_out() -> None:
    assert _text("<div class='footer'><p>休館日は月曜です。</p></div>") == "休館日は月曜です。"
    assert _text("<header><p>お知らせはこちらです。</p></header>") == "お知らせはこちらです。"
    assert _text("<div style='display:none'>隠れた本文</div>") == "隠れた本文"


def test_hidden_elements_scripts_and_comments_are_left_out() -> None:
    text = _text(
        "<p>本文</p><p hidden>一</p><p style='display: none'>二</p><noscript>三</noscript><!-- 四 --><style>五</style>"
    )
    assert text == "本文"


def test_the_title_heads_a_page_without_headings() -> None:
    assert _text("<p>対象は市民です。</p>", title="入浴券の交付 | 青葉市") == "入浴券の交付\n\n対象は市民です。"


# -- how it reads -----------------------------------------------------------------------------------------------------------


def test_headings_keep_their_depth() -> None:
    extraction = markup.read("<h1>要綱</h1><h2>目的</h2><p>市民のためです。</p>".encode())
    assert extraction.blocks[-1].heading_path == ("要綱", "目的")


def test_lists_have_the_marks_that_a_browser_draws() -> None:
    assert _text("<ul><li>一つ<ul><li>内側</li></ul></li><li>①丸</li></ul>") == "・一つ\n  ・内側\n①丸"
    assert _text("<ol start='3'><li>三<li value='7'>七</ol>") == "3. 三\n7. 七"
    assert _text("<ol type='a'><li>い</li><li>ろ</li></ol>") == "a. い\nb. ろ"
    assert _text("<ol type='I' reversed><li>に</li><li>いち</li></ol>") == "II. に\nI. いち"


def test_a_description_list_reads_as_label_and_value() -> None:
    assert (
        _text("<dl><dt>対象</dt><dd>市内の事業者</dd><dt>期間：</dt><dd>4月1日から</dd></dl>")
        == "対象：市内の事業者\n期間：4月1日から"
    )


def test_pronunciations_are_dropped_and_line_breaks_kept() -> None:
    assert (
        _text("<p><ruby>補助<rp>（</rp><rt>ほじょ</rt><rp>）</rp></ruby>金<br>上限は\n10万円</p>")
        == "補助金\n上限は10万円"
    )


def test_preformatted_text_keeps_its_lines() -> None:
    assert _text("<pre>品目    数量\n甲      1\n\n以上</pre>") == "品目    数量\n甲      1\n\n以上"


def test_spans_of_cells_are_filled_with_labels_and_figures_count_once() -> None:
    text = _text(
        "<table><caption>単位：千円</caption><thead><tr><th rowspan=2>事業名<th colspan=2>令和8年度</tr><tr><th>要求<th>当初</tr></thead>"
        "<tr><td>見守り事業<td colspan=2>500</tr><tr><td>配食事業<td>30<td>20</tr></table>"
    )
    assert text == (
        "単位：千円\n\n| 事業名 | 令和8年度 | 令和8年度 |\n| 事業名 | 要求 | 当初 |\n|---|---|---|\n| 見守り事業 | 500 |  |\n| 配食事業 | 30 | 20 |"
    )


def test_a_budget_table_gives_facts() -> None:
    page = (
        "<h1>令和8年度当初予算（案）</h1><p>（単位：百万円）</p><table><tr><th>事業名</th><th>令和7年度当初予算額</th><th>令和8年度当初予算額</th></tr>"
        "<tr><td>地域未来交付金</td><td>2,000</td><td>1,600</td></tr></table>"
    )
    extraction = markup.read(page.encode())
    document = Document("x.html", "0" * 64, extraction.text, extraction.blocks, Metadata("x"), extraction.pages)
    amounts = {(fact.fiscal_year, fact.amount_yen) for fact in extract_facts(document) if fact.kind == "budget"}
    assert amounts == {(2025, 2_000_000_000), (2026, 1_600_000_000)}


def test_a_table_that_lays_out_the_page_is_no_table() -> None:
    text = _text(
        "<table><tr><td><a href='a'>目次</a></td><td><h2>お知らせ</h2><p>窓口は二階です。</p></td></tr></table>"
    )
    assert "|" not in text
    assert "お知らせ\n\n窓口は二階です。" in text


# -- encodings and bounds ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("cp932", "Shift_JIS"),
        ("cp932", "x-sjis"),
        ("euc_jp", "EUC-JP"),
        ("utf-8", "Shift_JIS"),
        ("cp932", "utf-8"),
        ("iso2022_jp", "iso-2022-jp"),
        ("utf-16", "utf-16"),
    ],
)
def test_the_encoding_is_what_the_bytes_are_whatever_is_declared(encoding: str, declared: str) -> None:
    body = (
        "<p>①補助金の申請は、市役所の窓口でお願いします。</p>"
        if encoding in {"cp932", "utf-8"}
        else "<p>補助金の申請は、市役所の窓口でお願いします。</p>"
    )
    head = f"<meta http-equiv='Content-Type' content='text/html; charset={declared}'>"
    assert _text(body, encoding=encoding, head=head) in {
        "①補助金の申請は、市役所の窓口でお願いします。",
        "補助金の申請は、市役所の窓口でお願いします。",
    }


def test_a_page_of_frames_says_where_its_text_is() -> None:
    with pytest.raises(Unreadable, match="フレーム") as refused:
        markup.read(b"<html><frameset cols='20%,*'><frame src='a.html'><frame src='b.html'></frameset></html>")
    assert refused.value.kind == "empty"


def test_elements_within_each_other_without_end_are_read() -> None:
    assert "底" in markup.read(("<div>" * 5_000 + "底" + "</div>" * 5_000).encode()).text


def test_a_cell_that_spans_everything_is_bounded() -> None:
    text = _text(
        "<table border=1><tr><th>甲<th>乙</tr><tr><td colspan=99999999 rowspan=65534>丙</td></tr><tr><td>丁</td></tr></table>"
    )
    assert "丙" in text
    assert "丁" in text


# -- real pages ----------------------------------------------------------------------------------------------------------------


def test_a_law_page_reads_as_the_law_does() -> None:
    if not _LAWS.is_dir():
        pytest.skip("the law pages are not here")
    extraction = markup.read((_LAWS / "323__323AC0000000109_20250401_506AC0000000047.html").read_bytes())
    assert extraction.text.startswith(
        "昭和二十三年法律第百九号\n地方財政法\n\n（この法律の目的）\n第一条　この法律は、"
    )
    second = next(
        block
        for block in extraction.blocks
        if block.span.of(extraction.text).startswith("２　地方公共団体は、あらゆる資料に")
    )
    assert second.heading_path[-1] == "予算の編成"


def test_the_menu_of_a_page_laid_out_by_a_table_is_left_out() -> None:
    menu = "<a href=a>トップ</a><br><a href=b>町長室</a><br><a href=c>議会</a>"
    text = _text(
        f"<table><tr><td>{menu}<td>令和8年3月末の人口は、12,345人です。<p>面積は57km<sup>2</sup>です。</table>"
    )
    assert text == "令和8年3月末の人口は、12,345人です。\n\n面積は57km²です。"
    assert _text(f"<table><tr><td>{menu}</td></tr></table>") == "トップ\n町長室\n議会"


def test_end_tags_may_be_left_out() -> None:
    text = _text(
        "<p>一つ目<p>二つ目<table border=1><tr><td>年度<td>額<tr><td>令和7年度<td>1円</table><ul><li>甲<li>乙</ul>"
    )
    assert text == "一つ目\n\n二つ目\n\n| 年度 | 額 |\n| 令和7年度 | 1円 |\n\n・甲\n・乙"
