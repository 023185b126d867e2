"""Every word of the search page, in Japanese and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from policy_qa.types import Coverage, DecisionStatus, FacetName, SortOrder, Stage
from ui.language import Language


@dataclass(frozen=True, slots=True)
class SearchWords:
    """The words of one language."""

    name: str
    title: str
    tagline: str
    query: str
    query_hint: str
    help: str
    send: str
    found: str
    found_ranked: str
    coverage: Mapping[Coverage, str]
    nothing: str
    nothing_steps: tuple[str, ...]
    start: str
    start_steps: tuple[str, ...]
    no_documents: str
    no_documents_steps: tuple[str, ...]
    sort: str
    sorts: Mapping[SortOrder, str]
    narrow: str
    tables_only: str
    table: str
    more_values: str
    left_off: str
    chosen: str
    take_off: str
    take_off_all: str
    more_places: str
    results: str
    facets: Mapping[FacetName, str]
    stages: Mapping[Stage, str]
    statuses: Mapping[DecisionStatus, str]


_JA = SearchWords(
    name="検索",
    title="文書を検索する",
    tagline="登録された文書から、言葉の近い箇所を探します。見出しを選ぶと、原文の該当箇所が開きます。",
    query="探す言葉",
    query_hint="例：地域未来交付金 対象",
    help="空白で区切ると、すべての言葉を含む箇所を先に探します。「…」でくくると、その言い回しのまま探します。-補正 のように - を付けると、その言葉のある箇所を除きます。",
    send="検索する",
    found="{total}件",
    found_ranked="{total}件のうち、近い順に{ranked}件",
    coverage=MappingProxyType(
        {
            "all": "",
            "some": "すべての言葉を含む箇所が少ないため、一部の言葉を含む箇所も表示しています。",
            "near": "その言葉を含む箇所はありません。意味の近い箇所を表示しています。",
        }
    ),
    nothing="見つかりませんでした",
    nothing_steps=(
        "言葉を減らすか、短く言い換えてください（例：「担い手確保支援」→「担い手」）。",
        "「…」や - を外してください。",
        "絞り込みを解除してください。",
    ),
    start="探したい言葉を入力してください",
    start_steps=(
        "事業名や制度の名前、知りたい事柄を、空白で区切って入力します。",
        "見つかった箇所を、文書・発行者・年度・段階などで絞り込みます。",
        "見出しを選ぶと、原文の前後と、PDFならそのページが開きます。",
    ),
    no_documents="まだ文書が登録されていません",
    no_documents_steps=(
        "文書フォルダー（corpus）に、政策文書（PDF、Word、Excelなど）を置きます。",
        "コマンド「policy-qa sync」を実行します。",
        "この画面を再読み込みします。",
    ),
    sort="並び順",
    sorts=MappingProxyType({"relevance": "近い順", "newest": "文書の新しい順", "oldest": "文書の古い順"}),
    narrow="絞り込み",
    tables_only="表のある箇所だけ",
    table="表",
    more_values="ほか{count}件",
    left_off="件数の少ない{count}件は省いています。",
    chosen="選択中の条件",
    take_off="{name}を解除",
    take_off_all="すべて解除",
    more_places="続きを表示",
    results="検索結果",
    facets=MappingProxyType(
        {
            "year": "年度", "stage": "予算の段階", "document_type": "文書種別", "publisher": "発行者",
            "status": "決定の状態", "program": "事業", "path": "文書",
        }
    ),
    stages=MappingProxyType(
        {"request": "概算要求", "initial": "当初", "supplementary": "補正", "settled": "決算", "other": "その他"}
    ),
    statuses=MappingProxyType({"draft": "案・予定", "decided": "決定", "revised": "改定", "abolished": "廃止"}),
)  # fmt: skip

_EN = SearchWords(
    name="Search",
    title="Search the documents",
    tagline="Finds the passages of the registered documents that come nearest. Choose a heading to see the original text.",
    query="Words to search for",
    query_hint="e.g. 地域未来交付金 対象",
    help="Passages with all words come first. 「…」 or quotes keep a phrase as it is; -word leaves out passages with that word.",
    send="Search",
    found="{total} passages",
    found_ranked="{ranked} nearest of {total} passages",
    coverage=MappingProxyType(
        {
            "all": "",
            "some": "Few passages have all of the words; some with a part of them are shown too.",
            "near": "No passage has these words. Passages near in meaning are shown.",
        }
    ),
    nothing="Nothing was found",
    nothing_steps=("Use fewer or shorter words.", "Leave out quotes and -.", "Take filters off."),
    start="Enter what you are looking for",
    start_steps=(
        "Names of programmes or schemes, or what you want to know, parted by blanks.",
        "Narrow what was found by document, publisher, year, stage …",
        "Choose a heading to see the original text around it, and the page of a PDF.",
    ),
    no_documents="No documents yet",
    no_documents_steps=(
        "Put policy documents (PDF, Word, Excel …) into the document folder (corpus).",
        "Run the command “policy-qa sync”.",
        "Reload this page.",
    ),
    sort="Order",
    sorts=MappingProxyType({"relevance": "Nearest first", "newest": "Newest documents first", "oldest": "Oldest documents first"}),
    narrow="Narrow down",
    tables_only="Tables only",
    table="Table",
    more_values="{count} more",
    left_off="{count} with few passages are left off.",
    chosen="Chosen",
    take_off="Take off {name}",
    take_off_all="Take all off",
    more_places="Show more",
    results="Results",
    facets=MappingProxyType(
        {
            "year": "Fiscal year", "stage": "Budget stage", "document_type": "Type of document", "publisher": "Publisher",
            "status": "Decision", "program": "Programme", "path": "Document",
        }
    ),
    stages=MappingProxyType(
        {"request": "requested", "initial": "initial", "supplementary": "supplementary", "settled": "settled", "other": "other"}
    ),
    statuses=MappingProxyType({"draft": "draft", "decided": "decided", "revised": "revised", "abolished": "abolished"}),
)  # fmt: skip

_WORDS: Mapping[Language, SearchWords] = MappingProxyType({"ja": _JA, "en": _EN})


def search_words(language: Language) -> SearchWords:
    """The words of ``language``."""
    return _WORDS[language]
