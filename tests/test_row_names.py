"""Which column names the rows of a table."""

from __future__ import annotations

import pytest

from policy_qa.row_names import is_status, name_column


@pytest.mark.parametrize(
    ("labels", "rows", "column"),
    [
        (("番号", "課名", "事業名", "区分", "予算額"), (("1", "甲課", "道路補修事業", "新規", "10"), ("2", "甲課", "橋りょう点検事業", "継続", "20")), 2),
        (("No.", "所管", "名称", "備考"), (("1", "総務部", "庁舎改修", ""), ("2", "財務部", "公会計整備", "再掲")), 2),
        (("柱", "施策", "実施主体"), (("守る", "堤防の整備", "県"), ("守る", "避難所の耐震化", "市"), ("育てる", "出前講座", "県")), 1),
        (("項番", "内訳", "金額"), (("1", "会場の借上料", "30千円"), ("2", "講師の謝金", "50千円")), 1),
        (("枠", "区分", "補助率"), (("通常枠", "一般", "1/2"), ("通常枠", "特例", "2/3"), ("小規模枠", "5人以下", "3/4")), 1),
    ],
)  # fmt: skip
def test_rows_are_named_right_of_what_counts_or_sorts_them(
    labels: tuple[str, ...], rows: tuple[tuple[str, ...], ...], column: int
) -> None:
    assert name_column(labels, rows) == column


@pytest.mark.parametrize(
    ("labels", "rows"),
    [
        (("部局", "令和８年度", "令和９年度"), (("総務部", "10", "11"), ("福祉部", "20", "22"))),
        (("区分", "内容", "条件"), (("機械", "購入に要する経費", "新品"), ("機械", "据付けに要する経費", "市内"))),
        (("項目", "過去", "現在"), (("人口", "6万人", "5万人"), ("世帯", "2万", "3万"))),
        (
            ("業種", "取組", "効果"),
            (("飲食業", "配膳を自動化する。", "4時間"), ("小売業", "棚卸しを自動化する。", "1時間")),
        ),
        ((), ()),
    ],
)
def test_where_nothing_says_otherwise_rows_are_named_first(
    labels: tuple[str, ...], rows: tuple[tuple[str, ...], ...]
) -> None:
    assert name_column(labels, rows) == 0


@pytest.mark.parametrize("mark", ["新規", "【拡充】", "（継続）", "一部新規", "○"])
def test_marks_of_what_is_new_are_no_names(mark: str) -> None:
    assert is_status(mark)
