"""Lines -> blocks: which lines head others, in the habits of ministries, cities, laws and Markdown."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.documents.markers import is_rule
from policy_qa.documents.text import blocks_of
from policy_qa.types import Block

SLIDES = """
水素利用拡大事業（経済環境省 新燃料課）

令和8年度概算決定額 48.0億円

事業概要・目的

○港湾での水素の利用を広げるため、貯蔵設備の整備を支援する。
○地域の事業者の参入を促す。

事業イメージ・具体例

○主な対象事業

・貯蔵タンクの整備
・充填設備の整備

期待される効果

○二酸化炭素の排出が減る。
"""

GUIDELINE = """
１．補助対象者
（１）市内に主たる事業所を有する中小企業者とする。
（２）次のいずれかに該当する者は、補助の対象としない。
　①市税を滞納している者
　②暴力団員

２．補助率及び補助上限額
（１）店舗の改装
　　補助率　２分の１以内
　　補助上限額　３０万円
（２）設備の購入
　　補助率　３分の１以内
　　補助上限額　２０万円
"""

AGENDA = """
１　日時　　令和七年十月十四日（火）
２　場所　　第二会議室
３　議題
　（１）計画の案について
　（２）その他
４　決定事項
　（１）計画の案を了承した。
"""

LISTS_IN_LISTS = """
２．補助対象者
（１）次のいずれかに該当する者とする。
　①漁業協同組合
　②漁村で開業する個人
（２）次に掲げる者は、補助の対象としない。
　①市税を滞納している者
　②暴力団員

３．補助対象経費
（１）補助の対象となる経費は、次に掲げるものとする。
　①研修費
　②漁具の購入費
（２）次に掲げる経費は、補助の対象としない。
　①土地の取得費
　②飲食費
"""

ORDINANCE = """
第１章　総則

（目的）
第一条　この条例は、市民の安全で快適な歩行空間を確保することを目的とする。

（定義）
第二条　この条例において、次の各号に掲げる用語の意義は、当該各号に定めるところによる。
（１）　歩道　歩行者の通行の用に供する道路の部分をいう。
（２）　広場　市が設置する公共の空地をいう。

第２章　施策

（市の責務）
第三条　市は、歩行空間の整備に努めなければならない。
２　市は、前項の整備に当たっては、市民の意見を聴くものとする。
第四条　市長は、施行に関し必要な事項を規則で定める。
"""

MARKDOWN = """
# 水源林保全計画

## 1. 現状

森の手入れが遅れています。

## 2. 施策

### (1) 間伐の推進

- 間伐材の搬出を支援します。
- 作業道を整備します。

目標は次のとおりです。

| 指標 | 現状 | 目標 |
|---|---|---|
| 間伐面積 | 120ha | 200ha |
"""

FAQ = """
よくある質問

問1 誰が申請できますか。
答 市内に住所がある方です。

問2 いつまで申請できますか。
答 令和8年9月30日までです。

Q3．郵送でも申請できますか。
A3．はい、できます。
"""


def path_to(text: str, line: str) -> tuple[str, ...]:
    """The headings above the block that has this line."""
    return block_with(text, line).heading_path


def block_with(text: str, line: str) -> Block:
    place = text.index(line)
    return next(block for block in blocks_of(text) if block.span.start <= place < block.span.end)


def headings(text: str) -> list[tuple[str, ...]]:
    """The whole path of each heading, in order, cleaned as in the paths below it."""
    return [block.heading_path for block in blocks_of(text) if block.kind == "heading"]


def kinds(text: str) -> list[str]:
    return [block.kind for block in blocks_of(text)]


# -- the habits of documents -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "path"),
    [
        (SLIDES, "令和8年度概算決定額", ("水素利用拡大事業（経済環境省 新燃料課）",)),
        (SLIDES, "港湾での水素", ("水素利用拡大事業（経済環境省 新燃料課）", "事業概要・目的")),
        (SLIDES, "充填設備", ("水素利用拡大事業（経済環境省 新燃料課）", "事業イメージ・具体例", "主な対象事業")),
        (SLIDES, "二酸化炭素", ("水素利用拡大事業（経済環境省 新燃料課）", "期待される効果")),
        (GUIDELINE, "中小企業者", ("１．補助対象者",)),
        (GUIDELINE, "暴力団員", ("１．補助対象者",)),
        (GUIDELINE, "補助上限額　３０万円", ("２．補助率及び補助上限額", "（１）店舗の改装")),
        (GUIDELINE, "補助上限額　２０万円", ("２．補助率及び補助上限額", "（２）設備の購入")),
        (AGENDA, "計画の案", ("３ 議題",)),
        (AGENDA, "第二会議室", ()),
        (AGENDA, "了承した", ("４ 決定事項",)),
        (LISTS_IN_LISTS, "暴力団員", ("２．補助対象者",)),
        (LISTS_IN_LISTS, "飲食費", ("３．補助対象経費",)),
        (ORDINANCE, "第一条", ("第１章 総則", "目的")),
        (ORDINANCE, "歩行者の通行の用", ("第１章 総則", "定義")),
        (ORDINANCE, "歩行空間の整備に", ("第２章 施策", "市の責務")),
        (ORDINANCE, "市民の意見", ("第２章 施策", "市の責務")),
        (ORDINANCE, "第四条", ("第２章 施策",)),
        (MARKDOWN, "森の手入れ", ("水源林保全計画", "1. 現状")),
        (MARKDOWN, "作業道", ("水源林保全計画", "2. 施策", "(1) 間伐の推進")),
        (MARKDOWN, "間伐面積", ("水源林保全計画", "2. 施策", "(1) 間伐の推進")),
        (FAQ, "市内に住所", ("問1 誰が申請できますか。",)),
        (FAQ, "9月30日", ("問2 いつまで申請できますか。",)),
        (FAQ, "はい、できます", ("Q3．郵送でも申請できますか。",)),
    ],
)
def test_a_line_stands_under_the_headings_a_reader_sees_above_it(text: str, line: str, path: tuple[str, ...]) -> None:
    assert path_to(text, line) == path


@pytest.mark.parametrize("marks", ["１．|２．", "1. |2. ", "(1) |(2) ", "（１）|（２）", "Ⅰ　|Ⅱ　", "①|②", "ア．|イ．", "第１章　|第２章　", "(ア) |(イ) ", "■|■", "◆ |◆ ", "1-1 |1-2 ", "１ |２ "])  # fmt: skip
@pytest.mark.parametrize(
    ("titles", "bodies"),
    [
        (("事業の趣旨", "補助対象経費"), ("空き店舗の活用を支援する。", "改装に要する経費とする。")),
        (("現状と課題", "今後の方針"), ("観光客の数は伸びている。", "受入環境の整備を進める。")),
        (("会議の構成", "議題"), ("有識者十名で構成する。", "水質保全の計画について審議する。")),
    ],
)
def test_a_numbered_short_line_over_text_is_a_heading(
    marks: str, titles: tuple[str, str], bodies: tuple[str, str]
) -> None:
    first, second = marks.split("|")
    text = f"{first}{titles[0]}\n{bodies[0]}\n\n{second}{titles[1]}\n{bodies[1]}\n"
    for title, body, other in ((titles[0], bodies[0], titles[1]), (titles[1], bodies[1], titles[0])):
        path = " ".join(path_to(text, body))
        assert title in path
        assert other not in path


@pytest.mark.parametrize("brackets", ["【】", "《》", "＜＞", "<>", "«»", "≪≫", "〈〉", "『』", "［］"])
@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("主な事業", "・農地の集積を進める事業"),
        ("対象地域", "半島振興法に基づく地域とする。"),
        ("事例", "長野県内の商店街では、空き店舗を若者に貸している。"),
    ],
)
def test_a_bracketed_line_heads_what_stands_below_it(brackets: str, title: str, body: str) -> None:
    text = f"前の文がここで終わる。\n\n{brackets[0]}{title}{brackets[1]}\n\n{body}\n"
    assert path_to(text, body) == (title,)


@pytest.mark.parametrize(
    "mark", ["①|②|③", "(1) |(2) |(3) ", "１．|２．|３．", "・|・|・", "- |- |- ", "○|○|○", "* |* |* ", "ア　|イ　|ウ　"]
)
@pytest.mark.parametrize(
    "members",
    [
        ("国税又は地方税を滞納している者", "暴力団員", "破産者"),
        ("設計費", "設備費", "工事費"),
        ("デジタル人材の育成", "リスキリング支援", "起業の支援"),
    ],
)
def test_marked_lines_one_below_the_other_are_a_list_and_head_nothing(mark: str, members: tuple[str, ...]) -> None:
    lines = [prefix + member for prefix, member in zip(mark.split("|"), members, strict=True)]
    text = "次に掲げるものとする。\n" + "\n".join(lines) + "\n"
    assert kinds(text) == ["paragraph", "item", "item", "item"]
    assert all(block.heading_path == () for block in blocks_of(text))


def test_items_keep_their_mark_and_depth() -> None:
    text = "- 一つ目\n  - 内側\n    - もっと内側\n- 二つ目\n"
    found = [(block.marker.strip(), block.level) for block in blocks_of(text)]
    assert found == [("-", 0), ("-", 1), ("-", 2), ("-", 0)]


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6])
def test_markdown_depth_is_the_number_of_signs(number: int) -> None:
    text = f"{'#' * number} 子育て支援\n\n保育料を下げます。\n"
    heading = blocks_of(text)[0]
    assert (heading.kind, heading.marker) == ("heading", "#" * number)
    assert path_to(text, "保育料") == ("子育て支援",)


def test_markdown_headings_close_those_of_their_depth() -> None:
    text = "# 甲\n\n## 乙\n\n本文一。\n\n### 丙\n\n本文二。\n\n## 丁\n\n本文三。\n"
    assert path_to(text, "本文一") == ("甲", "乙")
    assert path_to(text, "本文二") == ("甲", "乙", "丙")
    assert path_to(text, "本文三") == ("甲", "丁")


def test_a_document_that_marks_its_headings_has_no_unmarked_ones() -> None:
    text = "# 計画\n\n推進の体制\n\n関係課が連携します。\n"
    assert path_to(text, "関係課") == ("計画",)


@pytest.mark.parametrize("rule", ["====", "＝＝＝＝", "----", "－－－－", "━━━━", "────"])
@pytest.mark.parametrize("title", ["地域公共交通計画", "水道事業の広域化", "１ 調査の目的"])
def test_a_line_under_which_a_rule_is_drawn_is_a_heading(rule: str, title: str) -> None:
    text = f"{title}\n{rule}\n運行の維持を図る。\n"
    assert kinds(text) == ["heading", "paragraph"]
    assert path_to(text, "運行の維持") == (title,)


def test_two_kinds_of_rules_are_two_depths() -> None:
    text = "計画\n====\n\n目標\n----\n\n利用者を増やす。\n"
    assert path_to(text, "利用者") == ("計画", "目標")


@pytest.mark.parametrize("rule", ["----------", "＝＝＝＝＝", "* * *", "________", "・・・・・・・・", "━━━━━━"])
def test_a_rule_alone_is_in_no_block(rule: str) -> None:
    text = f"前の文である。\n\n{rule}\n\n後の文である。\n"
    assert [block.span.of(text) for block in blocks_of(text) if is_rule(block.span.of(text))] == []


@pytest.mark.parametrize("title", ["生活交通の確保", "資金の流れ", "令和8年度当初予算（案）", "みなと再生推進事業"])
def test_a_lone_short_line_heads_what_follows(title: str) -> None:
    text = f"前の文がここで終わる。\n\n{title}\n\n地域の取組を支援する。\n"
    assert path_to(text, "地域の取組") == (title,)


@pytest.mark.parametrize(
    "line",
    [
        "地域の足を守るため、バスの運行を支援する。",
        "令和8年1月",
        "令和8年度概算決定額 1,600.0 億円",
        "（令和7年12月23日閣議決定）",
        "補助上限額：500万円",
        "路線バスの運行を続ける",
        "総額 1,200百万円",
    ],
)
def test_a_sentence_a_date_and_an_amount_head_nothing(line: str) -> None:
    text = f"前の文がここで終わる。\n\n{line}\n\n地域の取組を支援する。\n"
    assert path_to(text, "地域の取組") == ()
    assert block_with(text, line).kind == "paragraph"


@pytest.mark.parametrize("office", ["白嶺県総務部財政課", "地域生活省 大臣官房会計課", "企画部・総務部"])
def test_an_office_alone_heads_nothing(office: str) -> None:
    assert headings(f"主要事業の概要\n\n{office}\n\n金額の単位は千円とする。") == headings(
        "主要事業の概要\n\n金額の単位は千円とする。"
    )


def test_a_line_declared_to_be_no_heading_is_none_and_stands_alone() -> None:
    text = "目的とする。\n\n書かない窓口\n地域アプリ\n\n本文が続く。"
    blocks = blocks_of(text, headings={text.index(word): 0 for word in ("書かない", "地域ア")})
    assert [block.kind for block in blocks] == ["paragraph"] * 4


def test_an_amount_behind_a_title_is_no_part_of_the_path() -> None:
    text = "令和8年度 海洋観測予算（案） 512億円\n\n・観測船の建造\n・海底地震計の設置\n"
    assert path_to(text, "観測船") == ("令和8年度 海洋観測予算（案）",)
    assert "512億円" in blocks_of(text)[0].span.of(text)


def test_a_caption_right_over_another_heading_heads_nothing() -> None:
    text = "前の文である。\n\n窯業振興の意見交換\n\n【特区の活用】\n\n規制の特例を設ける。\n"
    assert path_to(text, "規制の特例") == ("特区の活用",)


def test_letter_spacing_is_closed_in_a_path_and_kept_in_the_text() -> None:
    text = "前の文である。\n\n公　募　要　領\n\n応募の方法を定める。\n"
    assert path_to(text, "応募の方法") == ("公募要領",)
    assert "公　募　要　領" in [block.span.of(text) for block in blocks_of(text)]


DIVISION = """
２　主要事業
(1) 危機管理部　　　　　　　　　　　　　部計　　181,100　（97,000）

【新】集落通信確保事業　　　　　　　　　　　　　 48,600　（    0）
　　○　孤立のおそれがある 36 集落に機器を配備する。
　　　　財源：国 24,300　一 24,300　　　　　　　　　　　［防災企画課］
　　住宅耐震化促進事業　　　　　　　　　　　　　132,500　（ 97,000）
　　○　耐震改修費を市町と協調して助成し、対象戸
　　　数を 200 戸に拡大する。　　　　　　　　　　　　　　　［建築課］

(2) こども部　　　　　　　　　　　　　　部計　　 64,200　（51,900）

　　病児保育推進事業　　　　　　　　　　　　　　 64,200　（ 51,900）
　　○　予約の仕組みを導入する。
"""
REQUEST = """
Ⅰ　移動の足の確保
（１）地域の足事業【拡充】　　　　　　　　　　18,900［14,200］
　・　補助率は１／２とする。
　＜目標＞　解消済みの地区数　令和９年度末 1,240地区
（２）生活航路維持事業　　　　　　　　　　　　22,500［20,920］
　・　欠損額の１／２を補助する。
"""


@pytest.mark.parametrize(
    ("text", "line", "path"),
    [
        (DIVISION, "孤立のおそれ", ("２ 主要事業", "危機管理部", "集落通信確保事業")),
        (DIVISION, "財源", ("２ 主要事業", "危機管理部", "集落通信確保事業")),
        (DIVISION, "住宅耐震化促進事業", ("２ 主要事業", "危機管理部")),
        (DIVISION, "耐震改修費", ("２ 主要事業", "危機管理部", "住宅耐震化促進事業")),
        (DIVISION, "予約の仕組み", ("２ 主要事業", "こども部", "病児保育推進事業")),
        (REQUEST, "補助率は", ("Ⅰ 移動の足の確保", "地域の足事業")),
        (REQUEST, "＜目標＞", ("Ⅰ 移動の足の確保", "地域の足事業")),
        (REQUEST, "生活航路", ("Ⅰ 移動の足の確保",)),
        (REQUEST, "欠損額", ("Ⅰ 移動の足の確保", "生活航路維持事業")),
    ],
)
def test_a_budget_line_owns_the_lines_that_describe_it(text: str, line: str, path: tuple[str, ...]) -> None:
    (block,) = [block for block in blocks_of(text) if line in block.span.of(text)]
    assert tuple(map(_spaced, block.heading_path)) == path


def _spaced(title: str) -> str:
    return re.sub(r"\s+", " ", title)


def test_a_line_over_its_parts_or_with_a_years_whole_budget_owns_nothing() -> None:
    text = "有害鳥獣対策事業　　　　　297,000\n・電気柵の設置　　　　　180,000\n・捕獲への謝礼　　　　　117,000\n"
    assert all(block.heading_path == () for block in blocks_of(text))
    text = "令和8年度当初予算額　　3,500万円（令和7年度　3,000万円）\n・食堂を開く団体に補助する。\n"
    assert all(block.heading_path == () for block in blocks_of(text))


def test_a_caption_with_its_unit_set_right_is_no_row_of_the_table_below_it() -> None:
    text = "図表２－２　関係予算　　　　　　（単位：百万円）\n事業名　　　　令和６年度　　令和７年度\n運行支援事業　　　3,200　　　4,150\n"
    caption, table = blocks_of(text)
    assert (table.kind, table.span.of(text)[:3]) == ("table", "事業名")
    assert caption.span.of(text).endswith("（単位：百万円）")


def test_the_office_set_right_under_a_text_ends_it_and_heads_nothing() -> None:
    blocks = blocks_of(
        "・　保育士を加配する施設に交付する。\n　　　　　　　　　　　　　　　　［子育て支援課］\n・　医療費を助成する。\n"
    )
    assert [block.kind for block in blocks] == ["item", "item"]


@pytest.mark.parametrize("emphasised", ["**重点施策**", "__重点施策__"])
def test_emphasis_is_no_part_of_a_path(emphasised: str) -> None:
    text = f"前の文である。\n\n{emphasised}\n\n担い手を育てる。\n"
    assert path_to(text, "担い手") == ("重点施策",)


def test_a_label_over_items_of_a_deeper_mark_is_their_heading() -> None:
    text = "○対象経費\n・設計費\n・工事費\n○スケジュール\n・4月 公募\n・7月 採択\n"
    assert path_to(text, "工事費") == ("対象経費",)
    assert path_to(text, "7月") == ("スケジュール",)


@pytest.mark.parametrize("word", ["政策目標①", "基本目標１", "施策2", "柱３", "ステップ1", "別紙１"])
def test_a_word_with_a_number_is_a_numbering(word: str) -> None:
    text = f"{word}　暮らしを守る交通\n\n運転者の確保を支援する。\n"
    assert path_to(text, "運転者") == (f"{word} 暮らしを守る交通",)


# -- notes, remarks, tables ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "※地方財政措置については検討中。",
        "※1 令和7年度の額は補正後。",
        "＊四捨五入のため合計と一致しない。",
        "（注）計数は概数である。",
        "（注２）事項要求を除く。",
        "注1：人口は令和7年国勢調査による。",
        "出典：総務省「人口推計」",
        "資料：農林水産省調べ",
        "- ※別途検討する。",
    ],
)
def test_a_note_is_a_note(line: str) -> None:
    text = f"路線の維持を図る。\n{line}\n"
    assert kinds(text) == ["paragraph", "note"]


@pytest.mark.parametrize(
    "line", ["【成長戦略会議で議論】", "【ＧＸ実行会議で検討中】", "【地域交通部会において審議予定】", "【再掲】"]
)
def test_a_remark_behind_an_item_heads_nothing(line: str) -> None:
    text = f"○投資の促進\n\n・投資促進策の検討\n{line}\n\n・用地の確保\n・人材の育成\n"
    assert all(line.strip("【】") not in path for block in blocks_of(text) for path in block.heading_path)
    assert path_to(text, "用地の確保") == ("投資の促進",)


PIPES = "| 事業 | 額 |\n|---|---:|\n| 水道 | 3億円 |\n| 下水道 | 5億円 |"
TABS = "事業\t令和7年度\t令和8年度\n水道\t300\t310\n下水道\t500\t480"
WIDE = (
    "機器の種類　　　補助率　　　　限度額\n電動式処理機　　２分の１　　　３万円\n堆肥化容器　　　３分の２　　　５千円"
)


@pytest.mark.parametrize("table", [PIPES, TABS, WIDE])
@pytest.mark.parametrize("around", ["", "\n"])
def test_rows_of_columns_are_one_table(table: str, around: str) -> None:
    text = f"次の表のとおりとする。\n{around}{table}\n{around}この表は毎年見直す。\n"
    found = [block.span.of(text) for block in blocks_of(text) if block.kind == "table"]
    assert found == [table]


def test_one_line_with_a_gap_is_no_table() -> None:
    assert kinds("電話　　　０００－０００－００００\n") == ["paragraph"]


def test_wrapped_lines_are_one_paragraph() -> None:
    text = "港湾の機能を強めるため、岸壁の改良を\n進める。\n\n次の段落。\n"
    assert [block.span.of(text) for block in blocks_of(text)] == [
        "港湾の機能を強めるため、岸壁の改良を\n進める。",
        "次の段落。",
    ]


def test_an_item_goes_on_to_the_next_line() -> None:
    text = "・「海洋戦略地域」を選定し、\n支援と規制改革を一体で行う\n・人材を育てる\n"
    assert [block.span.of(text) for block in blocks_of(text)] == [
        "・「海洋戦略地域」を選定し、\n支援と規制改革を一体で行う",
        "・人材を育てる",
    ]


# -- pages ------------------------------------------------------------------------------------------------------------


def test_a_form_feed_starts_a_page_and_without_one_there_are_no_pages() -> None:
    text = "一頁の文である。\n\f二頁の文である。\n\n\f\n三頁の文である。\n"
    assert [block.page for block in blocks_of(text)] == [1, 2, 3]
    assert {block.page for block in blocks_of(text.replace("\f", ""))} == {None}


# -- for any text ------------------------------------------------------------------------------------------------------

MARKS = [
    "", "", "１．", "（１）", "(1) ", "①", "○", "・", "- ", "※", "## ", "# ", "第１章 ", "第三条　", "（目的）", "問1 ", "Q2. ", "答 ",
    "【主な事業】", "《対象》", "＜効果＞", "| a | b |", "Ⅱ ", "ア．", "政策目標① ", "    ", "　　", "**", "令和8年度予算 ", "----", "====", "\f", "\t",
]  # fmt: skip
BODIES = ["", "", "補助対象者", "交通の確保を図る。", "地域交通事業（国土省 交通課）", "3億円", "予算額 5億円（R7：4億円）", "資金の流れ", "令和8年1月", "甲　　　乙", "名前\t額", "、", "。"]  # fmt: skip
lines = st.builds(lambda mark, body: mark + body, st.sampled_from(MARKS), st.sampled_from(BODIES))
marked_texts = st.lists(lines, max_size=25).map("\n".join)
any_texts = st.text(st.characters(codec="utf-8"), max_size=300)


def assert_whole(text: str) -> None:
    blocks = blocks_of(text)
    position = 0
    for block in blocks:
        assert position <= block.span.start < block.span.end
        position = block.span.end
        inside = block.span.of(text)
        assert not inside[0].isspace()
        assert not inside[-1].isspace()
        assert block.level >= (1 if block.kind == "heading" else 0)
        assert all(title.strip() for title in block.heading_path)
    covered = bytearray(len(text))
    for block in blocks:
        covered[block.span.start : block.span.end] = b"\1" * len(block.span)
    start = 0
    for line in text.split("\n"):
        if not is_rule(line.strip()):
            for place in range(start, start + len(line)):
                assert text[place].isspace() or covered[place], (place, text[place])
        start += len(line) + 1


@given(marked_texts)
def test_blocks_of_marked_lines_are_in_order_and_cover_all_that_is_written(text: str) -> None:
    assert_whole(text)


@given(any_texts)
def test_blocks_of_any_text_are_in_order_and_cover_all_that_is_written(text: str) -> None:
    assert_whole(text)


@given(marked_texts)
def test_the_same_text_has_the_same_blocks(text: str) -> None:
    assert blocks_of(text) == blocks_of(text)


@given(marked_texts)
def test_a_path_is_made_of_headings_above(text: str) -> None:
    seen: list[str] = []
    for block in blocks_of(text):
        for title in block.heading_path:
            bare = re.sub(r"\W", "", title)
            assert any(bare in heading for heading in seen), title
        if block.kind == "heading" or re.search(
            "[0-9０-９]", block.span.of(text)
        ):  # lines with figures own what describes them
            seen.append(re.sub(r"\W", "", block.span.of(text)))


def test_an_office_at_the_right_below_a_description_heads_nothing() -> None:
    text = (
        "３　主な事業\n\n【新】藻場再生事業　　　　　　 39,800\n　　○　ウニの除去と母藻の移植を行い、認証の取得を\n"
        "　　　目指す。　　　　　　　　　　　　［水産課］\n【拡】集落交通支援事業　　　　 146,900\n　　○　デマンド交通の実証を行う町への補助\n"
        "　　　　　　　　　　　　　　　　　　　［交通政策課］\n　　鳥獣対策事業　　　　　　 118,260\n"
    )
    blocks = blocks_of(text)
    assert [block.span.of(text) for block in blocks if block.kind == "heading"] == ["３　主な事業"]
    assert any(block.span.of(text).startswith("○　ウニ") and "［水産課］" in block.span.of(text) for block in blocks)
    assert any(block.span.of(text).endswith("［交通政策課］") for block in blocks)


def test_entries_counted_on_a_line_go_on_in_the_next_and_are_no_headings() -> None:
    text = "６　申請手続\n\n（３）提出書類　①事業計画書　②経費明細書\n　　　③決算書の写し　④納税証明書\n　　　※原本に限る。\n（４）事前相談　必要です。\n"
    blocks = blocks_of(text)
    assert [block.span.of(text) for block in blocks if block.kind == "heading"] == ["６　申請手続"]
    assert blocks[1].span.of(text).endswith("④納税証明書")


def test_the_caption_of_an_article_that_follows_at_once_heads_it() -> None:
    text = (
        "川辺町住宅改修補助金交付要綱\n\n（定義）\n第１条　用語の意義は、次のとおりとする。\n"
        "　(1)　改修　住宅の性能を上げるための工事（断熱改修、段差の解消その他の工事で町長が認めるものに限\n　　る。）\n"
        "　(2)　市内業者　町内に本店を有する法人\n（交付申請）\n第２条　申請者は、申請書に見積書を添えて提出する。\n"
        "２　受付は、毎年度４月15日からとする。\n（書類の保存）\n第３条　書類は５年間保存する。\n"
    )
    headings = [block.span.of(text) for block in blocks_of(text) if block.kind == "heading"]
    assert headings == ["川辺町住宅改修補助金交付要綱", "（定義）", "（交付申請）", "（書類の保存）"]


def test_a_line_of_figures_without_end_is_read_in_time() -> None:
    line = "1,234," * 4_000
    assert [block.kind for block in blocks_of(f"{line}\n・計\n")] == ["paragraph", "item"]
