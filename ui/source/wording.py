"""The words of places and of the source panel, in Japanese and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from policy_qa.types import DecisionStatus, PageTrouble
from ui.language import Language


@dataclass(frozen=True, slots=True)
class SourceWords:
    """The words of one language. A field with ``{}`` places is filled in where it is shown."""

    panel: str
    panel_empty: str
    panel_position: str
    panel_previous: str
    panel_next: str
    panel_back: str
    panel_section: str
    panel_page: str
    panel_page_value: str
    place_printed: str
    place_slide: str
    place_sheet: str
    page_recognised: str
    page_troubled: str
    page_troubles: Mapping[PageTrouble, str]
    page_hidden: str
    page_trouble_join: str
    panel_picture: str
    panel_picture_alt: str
    panel_picture_open: str
    panel_date: str
    panel_publisher: str
    panel_type: str
    panel_status: str
    statuses: Mapping[DecisionStatus, str]
    panel_file: str
    panel_quote: str
    panel_changed: str
    panel_version: str
    panel_version_same: str
    panel_version_newer: str
    panel_version_read: str
    panel_original: str
    panel_original_page: str
    panel_original_save: str
    panel_copy_quote: str


_JA = SourceWords(
    panel="出典の確認",
    panel_empty="回答の番号を選ぶと、文書の該当箇所がここに表示されます。",
    panel_position="出典 {position}／{total}",
    panel_previous="前の出典",
    panel_next="次の出典",
    panel_back="回答へ戻る",
    panel_section="見出し",
    panel_page="位置",
    panel_page_value="{page}ページ",
    place_printed="{page}ページ（印刷 p.{printed}）",
    place_slide="スライド{page}",
    place_sheet="シート{page}",
    page_recognised="このページは画像から文字認識（OCR）で読み取りました。金額・数字は原本で確かめてください。",
    page_troubled="{page}：このページは正しく読めていない可能性があります（{troubles}）",
    page_hidden="{page}：ファイルを開いても表示されない（非表示の）ページです",
    page_troubles=MappingProxyType({"garbled": "文字化け", "fragmented": "文字が細切れ", "empty": "文字がない", "hidden": "非表示"}),
    page_trouble_join="・",
    panel_picture="原本のページ",
    panel_picture_alt="{page}の画像。引用箇所を枠で囲んでいます。",
    panel_picture_open="大きく表示する",
    panel_date="日付",
    panel_publisher="発行者",
    panel_type="文書種別",
    panel_status="状態",
    statuses=MappingProxyType({"draft": "案", "decided": "決定", "revised": "改定", "abolished": "廃止"}),
    panel_file="ファイル",
    panel_quote="引用箇所（原文のまま）",
    panel_changed="この文書は回答のあとに更新されました。回答時の引用だけを表示しています。",
    panel_version="版",
    panel_version_same="登録されている版のとおり",
    panel_version_newer="回答のあとに更新あり",
    panel_version_read="（今の版は {when} に読み取り）",
    panel_original="原本を開く",
    panel_original_page="原本の{page}ページを開く",
    panel_original_save="原本を保存する",
    panel_copy_quote="引用をコピー",
)  # fmt: skip


_EN = SourceWords(
    panel="Source",
    panel_empty="Choose a number in an answer to see the passage of the document here.",
    panel_position="Source {position} of {total}",
    panel_previous="Previous",
    panel_next="Next",
    panel_back="Back to the answer",
    panel_section="Section",
    panel_page="Place",
    panel_page_value="p. {page}",
    place_printed="p. {page} (printed p. {printed})",
    place_slide="Slide {page}",
    place_sheet="Sheet {page}",
    page_recognised="This page was read from a picture (OCR). Check amounts and figures in the original.",
    page_troubled="{page}: this page may be misread ({troubles})",
    page_hidden="{page}: the file does not show this page (hidden)",
    page_troubles=MappingProxyType({"garbled": "garbled", "fragmented": "fragmented text", "empty": "no text", "hidden": "hidden"}),
    page_trouble_join=", ",
    panel_picture="The page itself",
    panel_picture_alt="{page} as a picture, the quoted passage boxed",
    panel_picture_open="Show it large",
    panel_date="Date",
    panel_publisher="Publisher",
    panel_type="Type",
    panel_status="Status",
    statuses=MappingProxyType({"draft": "draft", "decided": "decided", "revised": "revised", "abolished": "abolished"}),
    panel_file="File",
    panel_quote="Quoted passage (verbatim)",
    panel_changed="This document changed after the answer. Only the quote of that time is shown.",
    panel_version="Version",
    panel_version_same="As registered now",
    panel_version_newer="Changed after the answer",
    panel_version_read=" (the present version was read {when})",
    panel_original="Open the original",
    panel_original_page="Open the original at page {page}",
    panel_original_save="Save the original",
    panel_copy_quote="Copy the quote",
)  # fmt: skip


_WORDS: Mapping[Language, SourceWords] = MappingProxyType({"ja": _JA, "en": _EN})


def source_words(language: Language) -> SourceWords:
    """The words of ``language``."""
    return _WORDS[language]
