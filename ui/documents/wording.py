"""Every word of the page of documents, in Japanese and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from policy_qa.types import FactKind
from ui.language import Language


@dataclass(frozen=True, slots=True)
class DocumentWords:
    """The words of one language."""

    name: str
    title: str
    tagline: str
    listed: str
    totals: str
    last_sync: str
    never: str
    columns: tuple[str, ...]
    trouble_count: str
    recognised_count: str
    unseen_count: str
    well: str
    failed: str
    failed_hint: str
    failed_columns: tuple[str, ...]
    previous_served: str
    none: str
    none_steps: tuple[str, ...]
    add: str
    add_steps: tuple[str, ...]
    level: str
    level_hint: str
    stop: str
    stopped: str
    no_labels: str
    open_page: str
    working: str
    progress: str
    done: str
    done_failed: str
    open: str
    back: str
    page_of: str
    part_of: str
    previous: str
    next: str
    picture: str
    text: str
    facts: str
    no_facts: str
    no_text: str
    no_picture: str
    fact_columns: tuple[str, ...]
    kinds: Mapping[FactKind, str]
    rows: Mapping[str, str]


_JA = DocumentWords(
    name="文書",
    title="登録文書",
    tagline="何が登録され、どう読み取られたかを確かめます。文書を選ぶと、ページの画像・読み取った文字・事実を並べて見られます。",
    listed="登録文書の一覧",
    totals="{documents}件の文書、{chunks}の検索単位、{facts}件の事実",
    last_sync="最後の読み取り：{when}",
    never="まだ読み取っていません",
    columns=("文書", "発行者", "日付", "種別", "状態", "ページ", "文字数", "事実", "読み取り"),
    trouble_count="要確認 {count}ページ",
    recognised_count="文字認識 {count}ページ",
    unseen_count="見えない文字 {count}（読み取っていません）",
    well="良好",
    failed="読み取れなかったファイル",
    failed_hint="直したあと、もう一度読み取ってください。",
    failed_columns=("ファイル", "理由", "すること"),
    previous_served="（前の版を使っています）",
    none="まだ文書が登録されていません",
    none_steps=(
        "文書フォルダー（corpus）に、政策文書（PDF、Word、Excelなど）を置きます。",
        "「文書フォルダーを読み取る」を押すか、コマンド「policy-qa sync」を実行します。",
    ),
    add="フォルダーから増やすには",
    add_steps=(
        "ファイルを文書フォルダー（corpus）に置きます。フォルダーに分けてもかまいません。",
        "題名・発行者・日付・状態・閲覧ラベルは、同じフォルダーの corpus.toml に書きます。",
        "「文書フォルダーを読み取る」を押します。変わったファイルだけを読み取ります。",
    ),
    level="文書フォルダーを読み取る",
    level_hint="追加・変更・削除されたファイルだけを処理します。そのあいだも質問や検索はできます。",
    stop="中止する",
    stopped="中止しました。読み終えた分は残り、次に読み取るときに続きから始まります。",
    no_labels="なし（所有者だけが見られます）",
    open_page="{title}：要確認の{page}ページ目を開く",
    working="文書フォルダーを調べています…",
    progress="{done}／{total}ファイル　{path}　（{pages}ページ）",
    done="読み取りました：追加{added}、変更{changed}、削除{removed}、変わらず{unchanged}",
    done_failed="、読めず{failed}",
    open="{title}を開く",
    back="一覧へ戻る",
    page_of="{page}（{number}／{count}）",
    part_of="{number}／{count}（{start}〜{end}文字目）",
    previous="前へ",
    next="次へ",
    picture="ページの画像",
    text="読み取った文字",
    facts="ここで読み取った事実",
    no_facts="ここから読み取った事実はありません。",
    no_text="ここからは文字を読み取れていません。",
    no_picture="このファイルの形式では、ページの画像を表示できません。",
    fact_columns=("種類", "事業・対象", "年度・期日", "記載"),
    kinds=MappingProxyType(
        {"budget": "予算", "eligibility": "対象・要件", "decision": "決定", "target": "目標", "program": "事業名"}
    ),
    rows=MappingProxyType(
        {
            "path": "ファイル", "publisher": "発行者", "date": "日付", "type": "文書種別", "status": "状態", "terms": "利用条件",
            "labels": "閲覧ラベル", "version": "版（SHA-256）",
        }
    ),
)  # fmt: skip

_EN = DocumentWords(
    name="Documents",
    title="Documents",
    tagline="What is indexed, and how well it was read. Choose a document to see its pages, text and facts side by side.",
    listed="Indexed documents",
    totals="{documents} documents, {chunks} passages, {facts} facts",
    last_sync="Last read: {when}",
    never="Not read yet",
    columns=("Document", "Publisher", "Date", "Type", "Status", "Pages", "Characters", "Facts", "Reading"),
    trouble_count="{count} page(s) to check",
    recognised_count="{count} page(s) by OCR",
    unseen_count="{count} unseen characters (not read)",
    well="good",
    failed="Files that could not be read",
    failed_hint="Mend them, then read the folder again.",
    failed_columns=("File", "Reason", "What to do"),
    previous_served=" (an older version is in use)",
    none="No documents yet",
    none_steps=(
        "Put policy documents (PDF, Word, Excel …) into the document folder (corpus).",
        "Press “Read the document folder”, or run “policy-qa sync”.",
    ),
    add="To add documents by the folder",
    add_steps=(
        "Put files into the document folder (corpus), in folders as you like.",
        "Write title, publisher, date, status and access labels into corpus.toml in that folder.",
        "Press “Read the document folder”. Only what changed is read.",
    ),
    level="Read the document folder",
    level_hint="Works on files that were added, changed or removed. Questions and searches go on meanwhile.",
    stop="Stop",
    stopped="Stopped. What was read is kept, and the next reading goes on from there.",
    no_labels="none (the owner alone sees it)",
    open_page="{title}: open page {page}, which may be misread",
    working="Looking through the document folder…",
    progress="{done} of {total} files: {path} ({pages} pages)",
    done="Read: {added} added, {changed} changed, {removed} removed, {unchanged} as before",
    done_failed=", {failed} not readable",
    open="Open {title}",
    back="Back to the list",
    page_of="{page} ({number} of {count})",
    part_of="{number} of {count} (characters {start}–{end})",
    previous="Previous",
    next="Next",
    picture="The page",
    text="The text that was read",
    facts="Facts read here",
    no_facts="No facts were read here.",
    no_text="No text was read here.",
    no_picture="Pages of this kind of file cannot be shown as pictures.",
    fact_columns=("Kind", "Programme or subject", "Year or date", "As printed"),
    kinds=MappingProxyType(
        {"budget": "Budget", "eligibility": "Eligibility", "decision": "Decision", "target": "Target", "program": "Programme"}
    ),
    rows=MappingProxyType(
        {
            "path": "File", "publisher": "Publisher", "date": "Date", "type": "Type", "status": "Status", "terms": "Terms",
            "labels": "Access labels", "version": "Version (SHA-256)",
        }
    ),
)  # fmt: skip

_WORDS: Mapping[Language, DocumentWords] = MappingProxyType({"ja": _JA, "en": _EN})


def document_words(language: Language) -> DocumentWords:
    """The words of ``language``."""
    return _WORDS[language]
