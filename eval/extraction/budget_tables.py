"""Tables as ministries and cities print them, made of invented words and figures, with the cells a reader should find in them.

Owns what stands in the tables; ``printed_tables`` draws them. Invariant: the same seed gives the same table, and ``Table.gold`` follows the rule of
the reader: a label merged over rows or columns is given in each of them, a figure once, a title over the whole width once.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

_FIGURE = re.compile(r"[▲△]?[0-9][0-9,.]*(?:円|千円|百万円|億円|万円)?")
_FIELDS = (
    "地域交通",
    "子育て支援",
    "農林水産",
    "防災・減災",
    "観光振興",
    "脱炭素",
    "医療・介護",
    "中小企業",
    "文化芸術",
    "デジタル化",
)
_THINGS = (
    "拠点整備",
    "人材育成",
    "実証",
    "利用促進",
    "施設改修",
    "相談体制強化",
    "調査",
    "普及啓発",
    "情報基盤整備",
    "担い手確保",
)
_KINDS = ("事業", "補助金", "交付金", "推進費", "事業費補助金", "委託費", "対策事業")
_REMARKS = (
    "新規",
    "拡充",
    "継続",
    "",
    "",
    "一部組替",
    "国庫補助率２分の１、残りは県と市町村が折半する。",
    "令和７年度補正予算に前倒し計上",
    "対象を中山間地域に広げる",
)
_PARTS = ("一般会計", "特別会計", "食料安定供給特別会計", "交付税及び譲与税配付金特別会計")
_WHO = (
    "市内に主たる事業所を置く中小企業者",
    "県内の農業協同組合、農業法人及び認定農業者",
    "市町村又は市町村が出資する法人",
    "３戸以上の農業者の組織する団体",
    "18歳未満の子を養育する世帯",
)
_WHAT = (
    "設備の購入費、据付費及び試運転に要する経費（土地の取得費を除く。）",
    "旅費、謝金、会場借料",
    "調査委託費、印刷製本費及び通信運搬費。ただし、他の補助金の対象となる経費を除く。",
    "外部専門家への謝金",
    "改修工事費、設計監理費",
)
_WHEN = ("４月上旬", "５月中旬～６月末", "令和８年７月", "９月", "10月１日", "令和９年２月下旬", "３月末")
_STEPS = (
    "公募開始、説明会の開催",
    "申請受付",
    "審査会（書面審査及びヒアリング）",
    "交付決定",
    "中間報告",
    "実績報告書の提出",
    "額の確定・支払",
)


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell, and how many rows and columns it takes."""

    text: str
    down: int = 1
    across: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells as they are typed: a cell that is merged stands in its first row and column. ``widths`` are relative."""

    rows: tuple[tuple[Cell, ...], ...]
    header: int
    widths: tuple[float, ...]
    caption: str = ""
    unit: str = ""
    note: str = ""

    def placed(self) -> Iterator[tuple[int, int, Cell]]:
        """Each cell with its row and column."""
        taken: set[tuple[int, int]] = set()
        for row, cells in enumerate(self.rows):
            column = 0
            for cell in cells:
                while (row, column) in taken:
                    column += 1
                taken |= {(row + down, column + across) for down in range(cell.down) for across in range(cell.across)}
                yield row, column, cell
                column += cell.across

    def gold(self) -> tuple[tuple[str, ...], ...]:
        """The text of each cell of the grid."""
        found = [["" for _ in self.widths] for _ in self.rows]
        for row, column, cell in self.placed():
            is_title = row >= self.header and cell.across == len(self.widths)
            once = is_title or (row >= self.header and _FIGURE.fullmatch(cell.text) is not None)
            for down in range(1 if once else cell.down):
                for across in range(1 if once else cell.across):
                    found[row + down][column + across] = cell.text
        return tuple(map(tuple, found))

    def unmerged(self) -> Table:
        """The same table with the cells of its body that are merged over columns, but not over all, in the first of them."""
        rows = [
            tuple(
                own
                for cell in row
                for own in (
                    (replace(cell, across=1), *(Cell("") for _ in range(cell.across - 1)))
                    if number >= self.header and 1 < cell.across < len(self.widths)
                    else (cell,)
                )
            )
            for number, row in enumerate(self.rows)
        ]
        return replace(self, rows=tuple(rows))


def _plain(*rows: tuple[str, ...]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(tuple(map(Cell, row)) for row in rows)


def _programme(draw: random.Random) -> str:
    return draw.choice(_FIELDS) + draw.choice(_THINGS) + draw.choice(_KINDS)


def _amount(draw: random.Random, largest: int = 400_000) -> int:
    return int(largest ** draw.uniform(0.3, 1))


def _printed(amount: int, sign: str = "▲") -> str:
    return f"{sign if amount < 0 else ''}{abs(amount):,}"


def _changes(draw: random.Random, before: int, after: int) -> str:
    return "皆増" if not before else _printed(after - before, draw.choice("▲△"))


def comparison(draw: random.Random) -> Table:
    """事業名・前年度・今年度・増減, with a total and at times remarks."""
    remarks = draw.random() < 0.6
    head = ["事業名", "令和７年度当初予算額", "令和８年度要求額", "増減額"] + ["備考"] * remarks
    rows, sums = [], [0, 0]
    for _ in range(draw.randint(4, 12)):
        before = draw.choice((0, _amount(draw), _amount(draw), _amount(draw)))
        after = _amount(draw)
        sums[0] += before
        sums[1] += after
        row = [_programme(draw), _printed(before) if before else "－", _printed(after), _changes(draw, before, after)]
        rows.append((*row, draw.choice(_REMARKS)) if remarks else tuple(row))
    total = ("合計", _printed(sums[0]), _printed(sums[1]), _printed(sums[1] - sums[0]), *[""] * remarks)
    widths = (3.4, 1.8, 1.8, 1.3, *[2.2] * remarks)
    return Table(_plain(tuple(head), *rows, total), 1, widths, "１　主要事業の概要", draw.choice(("千円", "百万円")))


def two_lines(draw: random.Random) -> Table:
    """A header of two rows: each year over its stages."""
    first = (Cell("事業名", down=2), Cell("令和７年度", across=2), Cell("令和８年度", across=2), Cell("増減率", down=2))
    second = (Cell("当初"), Cell("補正"), Cell("当初"), Cell("補正"))
    body = []
    for _ in range(draw.randint(4, 14)):
        figures = [_printed(_amount(draw)) if draw.random() < 0.8 else draw.choice(("", "－")) for _ in range(4)]
        body.append((_programme(draw), *figures, f"{draw.choice(('', '▲'))}{draw.uniform(0, 40):.1f}％"))
    return Table((first, second, *_plain(*body)), 2, (3.2, 1.3, 1.3, 1.3, 1.3, 1.2), "２　予算額の推移", "百万円")


def by_field(draw: random.Random) -> Table:
    """Names of fields merged over the rows of their programmes; a total merged over two columns."""
    rows: list[tuple[Cell, ...]] = [tuple(map(Cell, ("分野", "事業名", "令和８年度予算額", "担当課")))]
    office = tuple(f"{draw.choice('総企経農福建環')}{draw.choice(('務', '画', '政', '策'))}課" for _ in range(6))
    for field in draw.sample(_FIELDS, draw.randint(2, 4)):
        programmes = draw.randint(1, 4)
        for number in range(programmes):
            own = (Cell(_programme(draw)), Cell(_printed(_amount(draw))), Cell(draw.choice(office)))
            rows.append((Cell(field, down=programmes), *own) if not number else own)
    rows.append((Cell("合　計", across=2), Cell(_printed(_amount(draw))), Cell("")))
    return Table(tuple(rows), 1, (1.3, 3.4, 1.8, 1.3), "【分野別の内訳】", "千円")


def by_account(draw: random.Random) -> Table:
    """Titles of accounts over the whole width, a figure that two programmes share."""
    rows: list[tuple[Cell, ...]] = [tuple(map(Cell, ("区　分", "令和７年度", "令和８年度", "伸び率")))]
    for account in draw.sample(_PARTS, 2):
        rows.append((Cell(account, across=4),))
        rows += _plain(
            *(
                (_programme(draw), _printed(_amount(draw)), _printed(_amount(draw)), f"{draw.uniform(80, 130):.1f}%")
                for _ in range(draw.randint(2, 4))
            )
        )
        rows.append(
            (Cell(_programme(draw)), Cell(_printed(_amount(draw))), Cell(_printed(_amount(draw)), down=2), Cell("－"))
        )
        rows.append((Cell(_programme(draw)), Cell(_printed(_amount(draw))), Cell("－")))
    return Table(
        tuple(rows),
        1,
        (3, 1.5, 1.5, 1.2),
        "３　会計別予算",
        "億円",
        "（注）計数は四捨五入によるため、端数が合わない場合がある。",
    )


def requirements(draw: random.Random) -> Table:
    """Words that are wrapped within their cells."""
    rows = [("区分", "補助対象者", "補助対象経費", "補助率", "上限額")]
    for number in range(draw.randint(2, 5)):
        rate, most = draw.choice(("1/2以内", "２／３", "定額", "10/10")), f"{draw.choice((50, 100, 500, 1000)):,}万円"
        rows.append((f"{'ABCDE'[number]}型", draw.choice(_WHO), draw.choice(_WHAT), rate, most))
    return Table(_plain(*rows), 1, (0.8, 2.4, 3, 1, 1.2), "４　補助対象")


def schedule(draw: random.Random) -> Table:
    """Two columns of words."""
    rows = [("時期", "内容"), *((draw.choice(_WHEN), step) for step in draw.sample(_STEPS, draw.randint(3, 6)))]
    return Table(_plain(*rows), 1, (1.4, 3.6), "５　スケジュール")


def results(draw: random.Random) -> Table:
    """Indicators over years, cells left blank, plain numbers."""
    years = [f"R{year}" for year in range(4, 4 + draw.randint(3, 5))]
    rows = [("指標", "単位", *years)]
    for _ in range(draw.randint(3, 9)):
        unit = draw.choice(("件", "人", "％", "箇所"))
        name = draw.choice(_FIELDS) + draw.choice(("の実施件数", "利用者数", "参加団体数", "達成率"))
        values = [f"{draw.randint(1, 9999):,}" if draw.random() < 0.75 else "" for _ in years]
        rows.append((name, unit, *(values if any(values) else ["12", *values[1:]])))
    return Table(_plain(*rows), 1, (2.6, 0.8, *[1.0] * len(years)), "６　実績の推移")


CONTENTS: tuple[Callable[[random.Random], Table], ...] = (
    comparison,
    two_lines,
    by_field,
    by_account,
    requirements,
    schedule,
    results,
)
# What is set in columns by gaps alone: no cell is merged over rows there, and no text wrapped.
SET_BY_GAPS: tuple[Callable[[random.Random], Table], ...] = (comparison, two_lines, results, schedule)
