"""Headings that a format declares, among lines that only look like some: what stands under what."""

from __future__ import annotations

import pytest

from policy_qa.documents.layout import PageLayout, Paragraph, Run, compose
from policy_qa.types import Block


def _blocks(*pieces: tuple[str, int], only_declared: bool = False) -> tuple[Block, ...]:
    paragraphs = tuple(Paragraph((Run(text),), heading) for text, heading in pieces)
    return compose([PageLayout(paragraphs)], only_declared=only_declared).blocks


def test_the_bullet_of_a_declared_heading_is_its_mark_and_no_part_of_its_title() -> None:
    heading, body = _blocks(("○主な対象事業", 2), ("地域独自の取組を支援する。", 0))
    assert heading.marker == "○"
    assert body.heading_path == ("主な対象事業",)


def test_the_number_of_a_declared_heading_is_its_mark_and_stays_in_its_title() -> None:
    heading, body = _blocks(("政策目標① 強い経済", 2), ("就業者一人当たりの生産性を高める。", 0))
    assert heading.marker == "政策目標①"
    assert body.heading_path == ("政策目標① 強い経済",)


def test_a_line_right_above_a_declared_heading_is_a_caption_and_heads_nothing() -> None:
    blocks = _blocks(
        ("交付金の概要", 1), ("温泉施設等観光拠点の整備", 0), ("デジタル実装型", 2), ("取組を支援する。", 0)
    )
    assert [block.kind for block in blocks] == ["heading", "paragraph", "heading", "paragraph"]


def test_a_declared_heading_stands_under_no_line_that_only_looks_like_one() -> None:
    blocks = _blocks(
        ("概要", 1), ("【事例】島根県", 0), ("研究拠点を新設した。", 0), ("期待される効果", 2), ("定着を促す。", 0)
    )
    assert blocks[2].heading_path == ("概要", "【事例】島根県")
    assert blocks[-1].heading_path == ("概要", "期待される効果")


@pytest.mark.parametrize("deepest", [6, 7, 9, 12])
def test_headings_may_be_declared_as_deep_as_an_office_program_allows(deepest: int) -> None:
    blocks = _blocks(("計画", 1), ("施策", deepest - 1), ("類型", deepest), ("要件を満たす者とする。", 0))
    assert blocks[-1].heading_path[-1] == "類型"
    assert blocks[-1].heading_path[0] == "計画"


def test_a_figure_stands_over_what_belongs_to_it_though_headings_are_declared_elsewhere() -> None:
    blocks = _blocks(
        ("当初予算（案）", 1),
        ("令和8年度 地方創生予算（案） 1,639億円", 0),
        ("（令和7年度 当初予算額 2,037億円）", 0),
        only_declared=True,
    )
    assert blocks[-1].heading_path == ("当初予算（案）", "令和8年度 地方創生予算（案）")


def test_a_label_in_brackets_heads_its_list_though_headings_are_declared_elsewhere() -> None:
    blocks = _blocks(
        ("産業クラスター", 1),
        ("地域ごとに形成される。", 0),
        ("（検討課題）", 0),
        ("・支援措置の内容", 0),
        only_declared=True,
    )
    assert blocks[-1].heading_path == ("産業クラスター", "（検討課題）")


def test_other_lines_head_nothing_where_headings_are_declared() -> None:
    blocks = _blocks(("概要", 1), ("交付金の活用事例", 0), ("地域の取組を支援する。", 0), only_declared=True)
    assert blocks[-1].heading_path == ("概要",)


def test_a_tab_sets_off_a_figure_and_parts_a_number_from_its_title() -> None:
    text = compose([PageLayout((Paragraph((Run("１\t総務企画部\t733,050"),), 1),))]).text
    assert text == "１　総務企画部　　　　733,050"


def test_tabs_between_columns_stay_so_that_the_cells_do() -> None:
    rows = (Paragraph((Run("区分\t令和７年度\t令和８年度"),)), Paragraph((Run("県税\t\t1,200"),), apart=False))
    assert compose([PageLayout(rows)]).text == "区分\t令和７年度\t令和８年度\n県税\t\t1,200"


def test_a_declared_heading_with_a_figure_behind_it_is_called_by_its_name() -> None:
    blocks = _blocks(("(1)【新】おためし移住住宅整備事業\t84,600（－）", 3), ("空き住宅を改修する。", 0))
    assert blocks[-1].heading_path == ("(1)おためし移住住宅整備事業",)


def test_a_budget_line_owns_the_paragraph_below_it_also_where_paragraphs_are_set_apart() -> None:
    blocks = _blocks(
        ("(1)【新】おためし移住住宅整備事業\t84,600（－）", 0),
        ("空き住宅を改修する。", 0),
        ("(2) 窓口推進事業\t236,450（198,200）", 0),
    )
    assert [block.heading_path for block in blocks] == [(), ("おためし移住住宅整備事業",), ()]


def test_what_is_paid_at_most_heads_nothing() -> None:
    blocks = _blocks(("補助率２分の１、１施設当たり上限150万円", 0), ("申請は県に行う。", 0))
    assert [block.kind for block in blocks] == ["paragraph", "paragraph"]
