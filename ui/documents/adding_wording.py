"""The words of sending, registering, changing and deleting documents, in Japanese and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ui.language import Language


@dataclass(frozen=True, slots=True)
class AddingWords:
    """The words of one language. A field with ``{}`` places is filled in where it is shown."""

    title: str
    drop: str
    choose: str
    hint: str
    empty_first: str
    sending: str
    checking: str
    cancel: str
    cancelled: str
    dismiss: str
    broken: str
    too_large: str
    no_file: str
    folder: str
    told: str
    forms: str
    forms_hint: str
    characters: str
    pages: str
    troubled: str
    members: str
    same: str
    exists: str
    replace: str
    keep_both: str
    field_title: str
    field_publishers: str
    field_date: str
    field_type: str
    field_status: str
    field_terms: str
    several_hint: str
    date_hint: str
    archive_hint: str
    no_status: str
    labels: str
    labels_hint: str
    labels_own: str
    new_labels: str
    copy_first: str
    discard: str
    discard_of: str
    register: str
    not_chosen: str
    working: str
    stop: str
    stopped: str
    registered: str
    not_read: str
    change: str
    change_hint: str
    save: str
    changing: str
    changed: str
    delete: str
    delete_archive: str
    delete_of: str
    delete_hint: str
    confirm: str
    deleting: str
    deleted: str
    versions: str
    versions_hint: str
    version_columns: tuple[str, ...]
    version_now: str


_JA = AddingWords(
    title="文書を登録する",
    drop="この画面に文書をドラッグ＆ドロップするか、",
    choose="ファイルを選ぶ",
    hint="PDF、Word、Excel、PowerPoint、HTML、CSV、テキスト、ZIP、画像。1ファイル{limit}MiBまで、いくつでも選べます。登録するまで、ほかの人には見えません。",
    empty_first="上の「ファイルを選ぶ」を押すか、文書をこの画面にドラッグ＆ドロップします。",
    sending="送信中",
    checking="中身を確かめています…",
    cancel="取り消す",
    cancelled="取り消しました。",
    dismiss="閉じる",
    broken="送信が途中で切れました。もう一度選んでください。",
    too_large="ファイルが大きすぎます（上限{limit}MiB）。分割して送ってください。",
    no_file="ファイルが空です（0バイト）。中身のある文書を選んでください。",
    folder="フォルダーは送れません。中のファイルを選んでください。",
    told="{total}件のうち{done}件を受け取りました。",
    forms="登録前の確認（{count}件）",
    forms_hint="文書から読み取れたことを入れてあります。確かめて、足りないことを補ってください。",
    characters="{count}文字",
    pages="{count}ページ",
    troubled="要確認 {count}ページ",
    members="中の文書 {count}件",
    same="同じ内容の文書が登録されています：{path}",
    exists="「{name}」という文書はすでにあります。どちらにしますか（必須）",
    replace="新しい版として置き換える（{path}）",
    keep_both="別の文書として登録する（両方を残す）",
    field_title="題名",
    field_publishers="発行者",
    field_date="日付",
    field_type="文書種別",
    field_status="状態",
    field_terms="利用条件",
    several_hint="いくつもあるときは「、」で区切る",
    date_hint="2026-04-01、令和8年4月 など",
    archive_hint="ZIPファイルの中の文書すべてに同じことを書き込みます。題名はそれぞれの文書から読み取ります。",
    no_status="（指定しない）",
    labels="閲覧ラベル",
    labels_hint="選んだラベルを持つ人だけが見られます。1つも選ばなければ、所有者だけが見られます。",
    labels_own="自分のラベルから1つ以上選んでください。選んだラベルを持つ人だけが見られます。",
    new_labels="新しいラベル",
    copy_first="この文書の発行者・日付・種別・状態・利用条件・ラベルを、ほかの文書にも入れる",
    discard="登録しない",
    discard_of="{name}を登録しない",
    register="{count}件を登録する",
    not_chosen="「{name}」をどう登録するか選んでください。",
    working="登録しています…",
    stop="中止する",
    stopped="中止しました。文書も索引も、始める前のままです。",
    registered="登録しました：追加{added}、置き換え{changed}。",
    not_read="「{path}」は読み取れませんでした：{reason} {remedy}",
    change="題名・状態・閲覧ラベルなどを変える",
    change_hint="文書フォルダーの corpus.toml に書き込みます。手で書いた覚書やほかの文書の記載はそのまま残ります。",
    save="変更する",
    changing="変更しています…",
    changed="変更しました。",
    delete="文書を削除する",
    delete_archive="ZIPファイルごと削除する（{path}）",
    delete_of="{title}を削除する",
    delete_hint="ファイルと、前の版も消えます。元に戻せません。",
    confirm="もう一度押すと削除します（元に戻せません）",
    deleting="削除しています…",
    deleted="「{title}」を削除しました。",
    versions="版の記録",
    versions_hint="ファイルの中身が変わったときの記録です。画面から置き換えた前の版は、文書フォルダーの .earlier に残ります。",
    version_columns=("読み取り", "置き換え", "題名", "日付", "状態", "文字数", "SHA-256"),
    version_now="いまの版",
)  # fmt: skip

_EN = AddingWords(
    title="Add documents",
    drop="Drop documents on this page, or",
    choose="Choose files",
    hint="PDF, Word, Excel, PowerPoint, HTML, CSV, text, ZIP, pictures. At most {limit} MiB each, as many as you like. Nobody else sees them before they are registered.",
    empty_first="Press “Choose files” above, or drop documents on this page.",
    sending="Sending",
    checking="Looking at what is in it…",
    cancel="Cancel",
    cancelled="Cancelled.",
    dismiss="Close",
    broken="The connection broke off. Please choose the file again.",
    too_large="The file is too large (at most {limit} MiB). Send it in parts.",
    no_file="The file is empty (0 bytes). Choose a document with something in it.",
    folder="Folders cannot be sent. Choose the files in it.",
    told="{done} of {total} arrived.",
    forms="Before registering ({count})",
    forms_hint="What the documents say of themselves is filled in. Check it and add what is missing.",
    characters="{count} characters",
    pages="{count} pages",
    troubled="{count} page(s) to check",
    members="{count} documents inside",
    same="A document with the same content is registered: {path}",
    exists="There is a document called “{name}”. What should become of this one? (required)",
    replace="Replace it, as its new version ({path})",
    keep_both="Register as another document (keep both)",
    field_title="Title",
    field_publishers="Publishers",
    field_date="Date",
    field_type="Type",
    field_status="Status",
    field_terms="Terms of use",
    several_hint="part several with 、 or ,",
    date_hint="2026-04-01, 2026-04",
    archive_hint="What you write holds for all documents inside. Their titles are read from each of them.",
    no_status="(not said)",
    labels="Access labels",
    labels_hint="Only people with a label that you choose see it. Without any, the owner alone does.",
    labels_own="Choose at least one of your own labels. Only people with a label that you choose see it.",
    new_labels="New labels",
    copy_first="Put publishers, date, type, status, terms and labels of this document into the others too",
    discard="Do not register",
    discard_of="Do not register {name}",
    register="Register {count}",
    not_chosen="Choose what should become of “{name}”.",
    working="Registering…",
    stop="Stop",
    stopped="Stopped. Documents and index are as they were before.",
    registered="Registered: {added} added, {changed} replaced.",
    not_read="“{path}” could not be read: {reason} {remedy}",
    change="Change title, status, access labels …",
    change_hint="Written into corpus.toml in the document folder. Comments and entries of other documents stay as they are.",
    save="Change",
    changing="Changing…",
    changed="Changed.",
    delete="Delete the document",
    delete_archive="Delete the whole ZIP file ({path})",
    delete_of="Delete {title}",
    delete_hint="The file and its earlier versions go too. This cannot be undone.",
    confirm="Press again to delete (cannot be undone)",
    deleting="Deleting…",
    deleted="“{title}” was deleted.",
    versions="Versions",
    versions_hint="When the content of the file changed. Earlier files that were replaced from this page stay in .earlier in the document folder.",
    version_columns=("Read", "Replaced", "Title", "Date", "Status", "Characters", "SHA-256"),
    version_now="current",
)  # fmt: skip

_WORDS: Mapping[Language, AddingWords] = MappingProxyType({"ja": _JA, "en": _EN})


def adding_words(language: Language) -> AddingWords:
    """The words of ``language``."""
    return _WORDS[language]
