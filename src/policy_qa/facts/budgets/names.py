"""Whose figures a budget line gives: the name in its label, or the heading it stands under.

Owns the separation of a programme's name from the year, stage and kind of figure written around it. Invariant: a name is a noun
phrase; a sentence, a label, a source of funds or a comparison names no programme.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from policy_qa.facts.programs.names import clean_name, is_program_like
from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.tokens import Token, analyze
from policy_qa.japanese.vocabulary import LABEL_LINE, OFFICE_ENDING, SPEAKER_TITLE
from policy_qa.tables import closed_up
from policy_qa.types import Block

SOURCE = "財源"
SHARE = "うち"
WHOLE_COST = "事業費"
"""Qualifier of what a work costs the state and others together, where the state's own money (国費) stands beside it."""
PARTS = frozenset({SOURCE, SHARE})
"""Qualifiers of a figure that is a part of the figure its ``parent`` names: never a programme's whole, never added to it."""

PART = re.compile(r"\W*(?:うち|内訳[:：])")
_OF_A_BUDGET = re.compile(
    r"[\s　]*(?:(?:概算要求|当初予算|補正予算|予算)(?:額|案)?(?:\(案\))?の?)(?:概要|ポイント|総括表?|骨子|全体像|主要事項|主要事業|全体)$"
)
_BUDGET_WORDS = re.compile(
    r"(?:令和|平成|昭和|FY)?[0-9元〇一二三四五六七八九十]+年度?|[RHrh][0-9]{1,2}(?![0-9])|[前本今昨翌]?年度|一般会計|特別会計|政府|国費|事業費|概算|決定|要求|要望|当初|(?:[0-9]{1,2}月)?補正|第[0-9]+[次号]|"
    r"予算|決算|執行|支出済|現額|現計|見込|査定|内示|総括表?|使途|使い道|総額|金額|合計|小計|総計|計|額|案|円|千|百万|億|約|[（）()\[\]【】<>:：・\s,、/\-＝=+＋]"
)
_TOTAL = re.compile(
    r"(?:合計|総額|小計|総計|^計$|(?<![会統設家時推累])計$|規模$|予算$|予算案$|予算\(案\)$|全体|^(?:一般|[一-鿿]{0,12}特別)会計$)"
)
_SUM = re.compile(r"^(?:合|小|総)?計(?![画測算量])|(?:合計|小計|総計|[\s部局庁省課室係会類款項](?<!会)計)$|^総額$")
_UNIT_SUMMED = re.compile(r"\s+[部局課室款項目類](?:合|小|総)?計$")  # 危機管理部　　部計
_COMPARED = re.compile(r"対?前年度?(?:比|増|からの)|増減|差引|伸び|対予算|比較|^[増減]")
_YEAR = r"(?:(?:令和|平成|昭和)[0-9元〇一二三四五六七八九十]+年度|[0-9]{4}年度|(?<![A-Za-z0-9])[RH][0-9]{1,2}(?:年度)?|[前本今昨]年度)"
_STAGE_WORDS = r"(?:当初|補正|概算|要求|要望|決算|決定|執行|予算|額|案|の|[（(](?:案|第[0-9]+[号次])[)）])+"
_LEADING = re.compile(rf"^{_YEAR}\s*の?(?:{_STAGE_WORDS}(?:においては?、?|により、?|では、?|は、?|に、?|で、?)?)?")
_TRAILING = re.compile(
    rf"[\s:：(]*{_YEAR}\s*(?:{_STAGE_WORDS})?$|[\s:：](?:当初|補正|概算)?(?:予算|要求|決定|決算)(?:・要望)?額?$"
)
_PARTICLES = re.compile(
    r"(?:においては?|により|については?|に関しては?|に対しては?|に対し|は|が|を|に|で|として|約|:|：|、|\s)+$"
)
_CLAUSE = re.compile(
    r"^.*(?:において|ため|よう|おり|ほか|ともに|は|により|とし|として|ついて|おいて|ところ|[しりいきびちみれてで])、"
)
# 「県税の収入率は99.1％（前年度98.9％）、収入未済額は」: what goes before said another figure.
_CLAUSE_WITH_FIGURE = re.compile(r"^.*[はが][▲△]?[0-9][^、]*、(?=[^0-9])")
# 「○鳴沢産業労働部長　」 who speaks, 「このほか特別会計は、」 what the figures after it are of.
_SPEAKER = re.compile(rf"^[○◯●・]?[一-鿿々]{{1,16}}{SPEAKER_TITLE}(?:[（(][^（()）]*[）)])?[\s:：]+")
# 「（注）このほか、令和７年度補正予算として」
_BESIDES = re.compile(r"^(?:[(（※]?注?[0-9]*[)）]?\s*)?(?:この|上記の|その)ほかに?、")
_BEGINNING = re.compile(r"^(?:[(（]?注[0-9]*[)）]?\s*)?(?:(?:この|上記の|その)?ほかに?|なお|また|および|及び|うち)、?")
_OF_LIST = re.compile(r"^[^。0-9]*(?:は|として)、")
_QUESTION_MARK = re.compile(r"^(?:問|Q|Ｑ)\s*[0-9０-９]*[\s.．:：、]*")
_ASKED = re.compile(r"。|[?？]$|(?:か|伺う|尋ねる|伺いたい)$")
_TOPIC = re.compile(r"^[「『]?(?P<name>[^「」『』、。]{3,30}?)[」』]?(?:について|に関し|の(?:予算|実績|状況|推移))")
_KIND_OF_TOTAL = re.compile(
    r"(?:の(?:当初|補正|概算|決定|要求)?予算(?:額|案)?)?(?:の)?(?:総額|総計|合計|総予算額?)$|(?<=予算)(?:案|\(案\))?の?規模$"
)
_OWN_BUDGET = re.compile(
    r"(?:の|(?<=[省庁局部院]))(?:当初|補正|概算|決定|要求)?予算(?:額|案)?$|(?<=[業金費度])(?:の?(?:予算|要求|決算|執行|決定)額)$"
)
_ENDS_AS_ITEM = re.compile(
    r"(?:[一-鿿ァ-ヴー]{2}(?:費|金|事業|制度|対策|補助|支援|プログラム|プロジェクト|整備|推進)|会計|コンテスト|税制|特区)(?:等)?$"
)
_OF_SOMEBODY = re.compile(r"(?:[国都道府県市区町村]|法人|企業|自治体)の|(?:自己資金|貸付金)$|総?事業費$")
_LONGEST_NAME = 60
_SHORTEST_PURPOSE = 5
_QUOTED = re.compile(r"[「『](?P<name>[^「」『』]+)[」』]")
# What is left where a line ends inside a year or an amount: 「令和８／年度の予算は１億８，６００万円」.
_CUT_OFF = re.compile(r"^年度|[0-9][0-9,.]*[兆億万千]$")
_IN_PURPOSE = frozenset({"の", "と", "や", "など", "及び", "および", "並びに", "ならびに", "又は", "または"})
_NO_PURPOSE = ("副詞", "代名詞", "感動詞")
_NO_NOUNS = ("接続詞", "副詞", "代名詞", "助動詞", "感動詞", "連体詞")
MEANS = r"(?:に(?:要する|係る|必要な)|のための)(?:経費|費用|予算|財源)"
"""How a sentence says that money is for something: 「○○に要する経費」."""
_MEANT_FOR = rf"(?:{MEANS}(?:として|に)|に|には|として|については)(?:、|$)"
_OF_CLAUSES = frozenset({"が", "を", "て"})
_ENDS_WITH_NUMBER = re.compile(
    r"[0-9][^0-9]{0,3}$|以[内上下]$|[前後]$|[年月日度期]$|(?:こと|もの|ため|ところ|うち|なか|前年|同額|程度)$"
)
_FIGURE_BEHIND = re.compile(r"\s*[0-9][0-9,.]*\s*[（(][^（()）]*[)）]\s*[兆億万千百]*円.*$")

_OF_THE_WHOLE = re.compile(r"予算|要求|決算|概要|円|主要|主な|総括|一覧|歳入|歳出")
_SOURCES = re.compile(
    r"国庫(?:支出金|補助金|負担金|委託金|)|国費|[都道府県市区町村]費|[都道府県市]支出金|県補助金|地方債|[都道府県市区町村]債|起債|一般財源|特定財源|その他(?:特定財源|の?財源)|"
    r"(?:[一-鿿ぁ-んァ-ヴー]{0,12}基金)?繰入金|繰越金|使用料(?:及び手数料|・手数料)?|手数料|分担金(?:及び負担金)?|寄附金|諸収入|財産収入|自[己主]財源|[都道府県市町]単(?:独)?(?:費)?|復興特別会計分?|地方負担額?"
)
# What a budget is paid with, no debt that is left.
_BORROWED = re.compile(r"(?:借金|借り入れ|借入金?)で(?:まかな|賄|充て|調達)")
_LEGEND = re.compile(r"(?P<short>[一-鿿]{1,2})\s?[=＝:：…]\s?(?P<source>[一-鿿]{2,8})")
_USUAL_SOURCES = {
    "国": "国庫支出金", "国庫": "国庫支出金", "県": "県支出金", "都": "都支出金", "債": "地方債", "起": "地方債", "繰": "繰入金", "基": "基金繰入金",
    "一": "一般財源", "一財": "一般財源", "一般": "一般財源", "特": "特定財源", "特財": "特定財源", "他": "その他", "諸": "諸収入",
}  # fmt: skip
_KINDS = (
    ("補正前", re.compile(r"補正前|既定予算|既決予算|既定額|既決額")),
    ("補正後", re.compile(r"補正後|現計(?:予算)?")),
    ("予算現額", re.compile(r"予算現額")),
    ("不用額", re.compile(r"不用額")),
    ("前年度からの繰越額", re.compile(r"前年度(?:から(?:の)?)?繰(?:り)?越")),
    ("翌年度への繰越額", re.compile(r"翌年度(?:へ(?:の)?)?繰(?:り)?越|繰越明許費|繰(?:り)?越(?:し)?額?")),
    ("予備費", re.compile(r"予備費")),
)
_TIME_ALONE = re.compile(
    r"(?:(?:令和|平成|昭和|西暦|FY|[RH])?[0-9元]{1,4}(?:年度?)?(?:[0-9]{1,2}月)?(?:[0-9]{1,2}日)?(?:末|頃|以降)?|[0-9,.%兆億万千百円]+)(?:[~〜～-](?:(?:令和|平成|[RH])?[0-9元]{0,4}(?:年度?)?)?)?"
)
_LISTED = re.compile(r"[\s　の・]*(?:[一-鿿か]{2,3}別)の?(?:事業費|予算額?|経費)?の?(?:一覧表?|内訳表?|明細表?)$")
# What money of a programme is spent on, as the items of accounts are called (目, 節).
EXPENSE_ITEM = re.compile(
    r"[一-鿿ァ-ヴー]{0,4}(?:委託費|委託料|補助金|負担金|交付金|謝金|旅費|庁費|人件費|報償費|報酬|需用費|役務費|使用料|賃借料|工事請負費|工事費|設計費|用地費|備品(?:購入)?費|事務費|印刷(?:製本)?費|その他)"
)
_ROMAN = re.compile(r"^[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ]+[.．、\s]*")
_BUDGET_OF_ACCOUNT = re.compile(r"(?<=会計)の?(?:当初|補正)予算(?:額|案)?$")
_PLAIN_BUDGET = re.compile(r"予算(?:額|計上額)?$")


def is_time(label: str) -> bool:
    """Whether a label is nothing but a year, a month or a date: 「令和9」, 「R11」, 「令和12年4月」; a number without words is no name either."""
    return bool(_TIME_ALONE.fullmatch(label.replace(" ", "")))


def is_total(name: str) -> bool:
    """Whether a name is that of a sum over several programmes."""
    return bool(_TOTAL.search(name) or OFFICE_ENDING.search(re.sub(r"の?(?:関係|所管)(?:分|経費)?$", "", name)))


def says_total(label: str) -> bool:
    """Whether a label says beside the name that its figure is the whole: 「一般会計の総額は」."""
    return bool(re.search(r"(?:総額|総計|合計|規模)$", _PARTICLES.sub("", label)))


def is_sum(label: str) -> bool:
    """Whether a label says that its figure is a sum: 計, 合計, 危機管理部 計."""
    return bool(_SUM.search(label.strip()))


def sum_name(label: str) -> str:
    """Of what a sum is: 「危機管理部 計」 -> 危機管理部; "" for a bare 合計."""
    name = _UNIT_SUMMED.sub("計", clean_name(label))
    return closed_up(re.sub(r"\s*(?:[(（])?(?:合計|小計|総計|総額|計)(?:[)）])?$", "", name).strip())


def is_source(label: str) -> bool:
    """Whether a label names a source of funds (国庫支出金, 県債, 一般財源)."""
    return bool(_SOURCES.fullmatch(label.strip(" :：・()（）")))


def source_of_revenue(label: str) -> str | None:
    """The source of funds that a label is, by itself a line of a budget's revenue: 「○ 県　　債」 -> 県債."""
    name = closed_up(clean_name(label))
    return name if name and is_source(name) else None


def full_sources(text: str) -> dict[str, str]:
    """How a document abbreviates its sources of funds, where its legend says so (国＝国庫支出金、債＝県債), else as is usual."""
    said = {
        match["short"]: match["source"]
        for match in _LEGEND.finditer(normalize(text).text)
        if is_source(match["source"])
    }
    return {**_USUAL_SOURCES, **said}


def source_in(text: str) -> str | None:
    """The source of funds that a text names as a word of its own, or by what it is in everyday words (借金でまかなう), if any."""
    for match in _SOURCES.finditer(text):
        before, behind = text[: match.start()][-1:], text[match.end() :][:1]
        if (
            match[0]
            and not re.match("[一-鿿ァ-ヴー]", before)
            and not re.match("[一-鿿ァ-ヴー]", behind.replace("分", "").replace("額", ""))
        ):
            return match[0]
    return "地方債" if _BORROWED.search(text) else None


def kind_of_figure(label: str, *, settled: bool = False) -> str | None:
    """What kind of figure a label announces that is no budget of one stage (補正後, 予算現額, 不用額, 繰越); ``settled`` beside accounts."""
    for kind, pattern in _KINDS:
        if pattern.search(label):
            return kind
    return "予算額" if settled and _PLAIN_BUDGET.search(label) and not re.search("当初|補正|要求", label) else None


def name_in(label: str) -> str | None:
    """The programme a label names; "" when it only says year, stage and 「予算額」; ``None`` when it is a sentence."""
    label = re.sub(r"^(?:答|回答|A[0-9]*)[\s:：.]+|^[→⇒+＋]\s*", "", label.strip())
    label = _BESIDES.sub("", _SPEAKER.sub("", label))
    behind = _OF_LIST.sub("", label)
    label = behind if _BUDGET_WORDS.sub("", _noun_of(behind)) else label
    label = re.sub(r"[（(](?:単位[:：])?(?:千|百万|億|万)?円[）)]|^[（(](?:再掲|備考)[）)]\s*", "", label)
    name = closed_up(_noun_of(_CLAUSE_WITH_FIGURE.sub("", label)))
    if _COMPARED.search(name) or is_time(name):
        return None
    name = _BEGINNING.sub("", name)
    name = _LEADING.sub("", name)
    name = account_of(name)
    if not _BUDGET_WORDS.sub("", name):
        return _account_in(label)  # in brackets too: 令和9年度予算案（一般会計）
    name = _OWN_BUDGET.sub("", _PARTICLES.sub("", _KIND_OF_TOTAL.sub("", name)))
    quoted = _QUOTED.fullmatch(name)
    name = quoted["name"] if quoted else name
    if _CUT_OFF.search(name):
        return None
    if not _BUDGET_WORDS.sub("", name):
        return _account_in(label)
    if (
        (LABEL_LINE.fullmatch(name) and name != "その他")
        or re.search(r"対象(?:と|経費|事業|者)|残高", name)
        or is_source(name)
    ):
        return None
    if not 2 <= len(name) <= _LONGEST_NAME or "。" in name or re.search(r"(?:する|した|れる|および|ことで)$", name):
        return None
    return name


def names_more_than_a_budget(name: str) -> bool:
    """Whether a name says more than year, stage and kind of figure; an account (一般会計) does."""
    return bool(_BUDGET_WORDS.sub("", name)) or bool(_account_in(name))


def _account_in(name: str) -> str:
    """The account that a label of nothing but budget words names: 一般会計予算案 -> 一般会計; "" for none."""
    account = re.search(r"(?:一般|特別|企業)会計", name)
    return account[0] if account else ""


def is_noun_phrase(name: str) -> bool:
    """Whether a name taken out of a sentence is one noun phrase that ends as the names of programmes and budget items do."""
    if not (_ENDS_AS_ITEM.search(name) or is_total(name)) or _OF_SOMEBODY.match(name) or re.search(r"[、。]", name):
        return False
    return is_phrase_of_nouns(name)


def is_phrase_of_nouns(name: str) -> bool:
    """Whether a name taken out of a sentence is one phrase of nouns, joined by 「の」 and 「と」 at most."""
    return _is_made_of(analyze(name), _NO_NOUNS, {"の", "と", "や"})


def is_purpose(name: str, label: str) -> bool:
    """Whether a label says that money is meant for what ``name`` says: 「老朽化した岸壁の緊急改良等に」, 「緑地の整備には、令和8年度予算で」."""
    if not re.search(re.escape(name) + _MEANT_FOR, closed_up(label)):
        return False
    tokens = analyze(name)
    has_clause = any(token.part_of_speech.startswith("動詞") for token in tokens)  # 影響を受けた中小企業の…
    return (
        len(name) >= _SHORTEST_PURPOSE
        and not (OFFICE_ENDING.search(name) or _OF_SOMEBODY.search(name) or _ENDS_WITH_NUMBER.search(name))
        and tokens[-1].part_of_speech.startswith(("名詞", "接尾辞", "助詞-副助詞"))
        and _is_made_of(tokens, _NO_PURPOSE, _IN_PURPOSE | _OF_CLAUSES if has_clause else _IN_PURPOSE)
    )


def _is_made_of(tokens: Sequence[Token], never: tuple[str, ...], joining: AbstractSet[str]) -> bool:
    """Whether no word is of the parts of speech in ``never``, and only those in ``joining`` hold the others together."""
    return not any(
        token.part_of_speech.startswith(never)
        or (token.part_of_speech.startswith(("助詞", "接続詞")) and token.surface not in joining)
        for token in tokens
    )


def account_of(name: str) -> str:
    """The account behind a stage's name (一般会計当初予算 -> 一般会計), without a Roman numeral; other names as they are."""
    return _BUDGET_OF_ACCOUNT.sub("", _ROMAN.sub("", name))


def _noun_of(label: str) -> str:
    """The noun phrase that a label, or the clause before a figure, is about: without year and stage around it."""
    if _PARTICLES.search(label) and (clause := _CLAUSE.match(label)):
        last = _noun_of(label[clause.end() :])
        if _BUDGET_WORDS.sub("", last):
            return last
        label = label[: clause.end() - 1]  # ○○事業については、令和7年度補正予算に
    name, before = clean_name(label), None
    while name != before:
        before = name
        name = _LEADING.sub("", _TRAILING.sub("", _PARTICLES.sub("", name))).strip()
    return name


def owner_of(block: Block, own_program: str | None) -> tuple[str | None, bool]:
    """Whom a figure without a name of its own belongs to, and whether that is a total.

    The innermost heading that names a programme, else the innermost that is more than a label, taken as a total when the figure
    stands alone below it. ``own_program`` is the programme the whole document is about: figures under nothing but labels are its own.
    """
    titles = [_topic_of(title) for title in reversed(block.heading_path) if not LABEL_LINE.fullmatch(clean_name(title))]
    titles = [title for title in titles if title]
    titles = [title for title in titles if not _FIGURE_BEHIND.search(title) or _BUDGET_WORDS.sub("", _bare(title))]
    for title in titles:
        if is_program_like(title):
            return clean_name(title), False
        if re.search("予算|要求", title):
            break
    for title in titles:
        name = _LEADING.sub("", _TRAILING.sub("", _bare(title))).strip()
        if re.fullmatch(r"[0-9.\s]*", name) or name.startswith(("へ", "に", "の", "を", "と")):
            continue
        if not _BUDGET_WORDS.sub("", name):
            return own_program, own_program is None
        if own_program:
            return own_program, False
        whole = account_of(_OF_A_BUDGET.sub("", name).strip())
        if (
            whole and not _TOTAL.search(name) and not _BUDGET_WORDS.sub("", whole)
        ):  # 令和８年度予算案の総括, but 要求総額 is one
            return own_program, own_program is None
        return whole or None, bool(_TOTAL.search(name)) or block.kind != "item" or whole != name
    return own_program, own_program is None


def _topic_of(title: str) -> str:
    """What a heading is about: of a question put in a meeting (「○○補助金について、…を伺う。」) its topic; "" where it names none."""
    if not _ASKED.search(title):
        return title
    topic = _TOPIC.match(_QUESTION_MARK.sub("", _SPEAKER.sub("", title)))
    return topic["name"] if topic and _BUDGET_WORDS.sub("", topic["name"]) else ""


def listed_in(path: tuple[str, ...]) -> str | None:
    """What a table adds up, where the heading over it says so: 「調整池 箇所別一覧」; ``None`` for a table of a whole budget."""
    name = clean_name(path[-1]) if path else ""
    listed = _LISTED.sub("", name).strip()
    return listed if listed != name and len(_BUDGET_WORDS.sub("", listed).strip("のな主要")) >= 2 else None


def group_of(path: tuple[str, ...], program: str) -> str | None:
    """The group a line stands in: the innermost heading that is neither its programme nor a label nor about a budget as a whole."""
    for title in reversed(path):
        name = clean_name(title)
        if name == program or LABEL_LINE.fullmatch(name) or _OF_THE_WHOLE.search(name):
            continue
        return account_of(name) if name and _BUDGET_WORDS.sub("", name) else None
    return None


def _bare(title: str) -> str:
    return clean_name(_FIGURE_BEHIND.sub("", title))
