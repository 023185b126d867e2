"""Which column of a table says what its rows are called, and which only count or sort them.

    | 番号 | 課名 | 事業名 | 区分 | 予算額 | 事業の概要 |      the rows are called by the third cell

Owns that choice. Invariant: a column right of the first is taken only when its label, or its words that differ from row to row, say so, and
what stands left of it counts the rows, sorts them, or says the same of several; where nothing says so, it is the first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from policy_qa.tables import Table, is_figure

_COUNTS = re.compile(
    r"(?:整理|通し?|事業|施策|項目|管理|資料)?番\s*号|No\.?|NO\.?|№|#|通番|連番|項番|頁|ページ|(?:事業)?コード|ID|順位?"
)
_OFFICE = re.compile(
    r"(?:担当|所管|実施|主管)?(?:部局庁?|部署|省庁|府省庁?|[部局課室係]|所属|部課)名?|所管|担当|実施主体"
)
# What else rows are sorted by: a budget's chapters, a plan's branches, what is new.
_SORTS = re.compile(
    r"会計名?|[款項目節](?:名|別)?|(?:基本)?(?:方針|目標|方向|政策|施策の柱|戦略)|柱|分野|大項目|中項目|区\s*分|種別|分類|類型|新規[・/]?.{0,8}|新[・/]?(?:拡|継).{0,4}|枠"
)
_NAMES = re.compile(
    r"(?:(?:細|小|主要|対象|補助|個別|具体的?な?)?(?:事務)?(?:事業|施策|取組|制度|補助金|交付金|プロジェクト|基金|施設|路線|計画|支援策|講座|行事|団体|品目|サービス|手続|書類|地区|工事|業務)の?(?:項目)?(?:名称?|項目)"
    r"|事務事業|事業|施策|取組(?:内容|項目)?|事項|名\s*称|項\s*目|指\s*標(?:名)?|メニュー|支援メニュー)(?:[(（・/].*)?"
)
_STATUS = re.compile(
    r"[【〔\[(（]?(?:一部)?(?:新規|拡充|継続|廃止|見直し|縮小|重点|組替|終了|新|拡|継|再掲|[○●◎△×★☆－-])[】〕\])）]?"
)
# What is said of a row is no name of it, be it different in each.
_SAYS = re.compile(
    r".*(?:内容|概要|説明|備考|摘要|条件|要件|理由|目的|趣旨|考え方|着眼点|効果|課題|実績|方法)(?:[(（・/].*)?"
)
# Of whom and at what price, where a budget stands beside a guide's services.
_OF_SERVICE = re.compile(r"対象(?:者|経費)?|(?:自己|利用者)負担額?|利用料|料金|補助(?:率|額)|期間|回数")
_SHORTEST_NAME = 2
_LONGEST_NAME = 60
_TOTAL = re.compile(r"(?:.{0,12}\s)?(?:合|総|小)?計")


def name_column(labels: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """The column that names the rows; ``labels`` are the header's texts and ``rows`` the cells' of the rows below it."""
    width = len(labels)
    rows = [row for row in rows if len(row) == width and not _is_total(row)]
    if width < 2 or not rows:
        return 0
    columns = [[row[index] for row in rows] for index in range(width)]
    named = [index for index in range(width) if _NAMES.fullmatch(_last(labels[index])) and _are_words(columns[index])]
    left = list(
        takewhile(
            lambda index: _only_sorts(labels[index], columns[index], is_named_behind=named[-1:] > [index]),
            range(width - 1),
        )
    )
    if named:
        # 大事業名　中事業名　細事業名: the innermost that is still left of what is said of the rows
        beside = [index for index in named if index <= len(left)]
        if beside and beside[-1] == 0:
            return 0
        if beside:
            return beside[-1]
        if len(left) == 0:
            return 0
    for index in range(min(len(left) + 1, width)):
        is_said = _SAYS.fullmatch(_last(labels[index])) and not _NAMES.fullmatch(_last(labels[index]))
        if index not in left and _are_words(columns[index]) and _differ(columns[index]) and not is_said:
            return index
    return 0


def name_column_of(table: Table) -> int:
    """The column that names the rows of a table; the first of one without a header."""
    return name_column(table.labels, [[cell.text for cell in row.whole()] for row in table.rows]) if table.labels else 0


def is_said_of_row(label: str) -> bool:
    """Whether a header says that its column tells of the rows (内容, 対象者, 料金) and does not name them."""
    return bool(_SAYS.fullmatch(_last(label)) or _OF_SERVICE.fullmatch(_last(label)))


def is_status(text: str) -> bool:
    """Whether a cell only says whether something is new, goes on or ends."""
    return bool(_STATUS.fullmatch(text))


def _last(label: str) -> str:
    """The lowest of the texts over a column, each once: 「事業名 事業名」 of a cell merged over two rows is one."""
    return label.rsplit(maxsplit=1)[-1] if label.split() else ""


def _only_sorts(label: str, cells: Sequence[str], *, is_named_behind: bool) -> bool:
    """Whether a column counts the rows, says what is new, or is called what rows are sorted by and does not tell them apart.

    An office beside a column of names is never what a row is called.
    """
    if _counts(label, cells) or all(is_status(cell) for cell in cells if cell):
        return True
    if _OFFICE.fullmatch(_last(label)):
        return is_named_behind or not _differ(cells)
    return bool(_SORTS.fullmatch(_last(label))) and not _differ(cells)


def _counts(label: str, cells: Sequence[str]) -> bool:
    return bool(_COUNTS.fullmatch(_last(label))) or all(re.fullmatch(r"[0-9]{0,4}", cell) for cell in cells)


def _are_words(cells: Sequence[str]) -> bool:
    """Whether most cells of a column are words, not figures, marks or nothing."""
    words = [cell for cell in cells if _SHORTEST_NAME <= len(cell) <= _LONGEST_NAME]
    words = [cell for cell in words if not is_figure(cell) and not is_status(cell) and not cell.endswith("。")]
    return 2 * len(words) > len(cells)


def _differ(cells: Sequence[str]) -> bool:
    own = [cell for cell in cells if cell]
    return len(own) == len(cells) and len(set(own)) == len(own)


def _is_total(row: Sequence[str]) -> bool:
    return any(_TOTAL.fullmatch(cell) for cell in row[:2])
