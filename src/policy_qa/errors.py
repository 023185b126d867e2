"""Everything that can go wrong, as a tree. Each error carries its values and one Japanese line: what, and what to do.

    PolicyQAError                    exit code 1
    ├── UsageError                   exit code 2: the caller asked wrongly
    │   ├── EmptyQuestion
    │   ├── QuestionTooLong
    │   ├── UnknownPath
    │   ├── NoPageImage
    │   ├── NoOriginal
    │   ├── NotRecorded
    │   ├── UnknownConversation
    │   ├── QuestionInvalid
    │   ├── NotAllowed
    │   ├── UserRefused
    │   ├── UploadRefused
    │   ├── NotChanged
    │   ├── Stopped
    │   └── ModelRefused
    ├── CorpusError
    │   ├── CorpusMissing
    │   ├── CorpusEmpty
    │   ├── ManifestInvalid
    │   ├── CorpusReadOnly
    │   └── CorpusBusy
    ├── DocumentError                one file; a sync goes on without it
    ├── IndexProblem
    │   ├── IndexMissing
    │   ├── IndexReadOnly
    │   ├── IndexUnreadable
    │   ├── IndexMismatch
    │   ├── IndexDamaged
    │   ├── HistoryDamaged
    │   └── IndexBusy
    ├── ModelError
    ├── RerankerError
    ├── Busy                         the server, not the question
    │   └── TooManyQuestions
    ├── UsersUnusable
    └── PortInUse

Abstaining is not here: an answer that says «not in the documents» is an ``Answer``.
"""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import shorten
from typing import Literal

_LONGEST_REASON = 1_000  # characters

DocumentErrorKind = Literal["unsupported", "encrypted", "damaged", "empty", "too_large"]


class PolicyQAError(Exception):
    """The root. ``str(error)`` is one line for the user; ``problem`` and ``remedy`` are its two halves."""

    exit_code = 1

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(f"{problem} {remedy}".strip())
        self.problem = problem
        self.remedy = remedy


class UsageError(PolicyQAError):
    """The call itself cannot be carried out as it was made."""

    exit_code = 2


class EmptyQuestion(UsageError):
    """The question holds nothing but blanks."""

    def __init__(self) -> None:
        super().__init__("質問が空です。", "知りたいことを日本語の文で入力してください（例：令和8年度の予算額は？）。")


class QuestionTooLong(UsageError):
    """The question has more characters than a question can have."""

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(
            f"質問が長すぎます（{length:,}文字、上限{limit:,}文字）。",
            "要点を1つの質問にまとめて、短くしてください。",
        )
        self.length = length
        self.limit = limit


class NotRecorded(UsageError):
    """A decision or reply that cannot be kept as it was written, or a record that this viewer cannot correct."""


class UnknownPath(UsageError):
    """No document of this path is there for this viewer."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"「{path}」という文書は索引にありません。", "policy-qa status で文書の一覧を確かめてください。"
        )
        self.path = path


class NoPageImage(UsageError):
    """A page that cannot be shown as it looks."""

    def __init__(self, path: str, page: int, reason: str) -> None:
        super().__init__(f"「{path}」の{page}ページの画像は出せません。", reason)
        self.path = path
        self.page = page


class NoOriginal(UsageError):
    """A file that cannot be handed out as it is."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"「{path}」の原本を開けません。", reason)
        self.path = path


class UnknownConversation(UsageError):
    """No conversation of this id is there for this viewer and browser."""

    def __init__(self) -> None:
        super().__init__(
            "この会話は見つかりません。", "削除されたか、別のブラウザーで始めた会話です。会話の一覧から選んでください。"
        )


class QuestionInvalid(UsageError):
    """A question of a question file that is not complete, or not consistent in itself."""


class NotAllowed(UsageError):
    """A change of documents by somebody who may only read, or of a document that has none of their labels."""

    def __init__(self, what: str = "文書を登録・変更・削除する権限がありません。") -> None:
        super().__init__(what, "文書の管理者に頼んでください。")


class UserRefused(UsageError):
    """A user, or what was said of one, that cannot be taken as it is, or is not there."""


class UploadRefused(UsageError):
    """A file that was sent, or what was said of it, cannot be taken as it is."""

    def __init__(self, name: str, reason: str, remedy: str) -> None:
        super().__init__(f"「{name}」を受け取れません：{reason}", remedy)
        self.name = name
        self.reason = reason


class NotChanged(UsageError):
    """A document that cannot be changed or deleted as was asked."""

    def __init__(self, path: str, reason: str, remedy: str) -> None:
        super().__init__(f"「{path}」を変更できません：{reason}", remedy)
        self.path = path
        self.reason = reason


class Stopped(UsageError):
    """Work that somebody broke off."""

    def __init__(self) -> None:
        super().__init__("中止しました。", "文書は、始める前のままです。")


class ModelRefused(UsageError):
    """What was asked of a model cannot be done as things are; the model itself may be fine."""

    def __init__(self, model: str, reason: str, remedy: str) -> None:
        super().__init__(f"モデル「{model}」：{reason}。", remedy)
        self.model = model
        self.reason = reason


class CorpusError(PolicyQAError):
    """The corpus folder as a whole."""


class CorpusMissing(CorpusError):
    """There is no corpus folder at this place."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"文書フォルダー「{path}」がありません。",
            "フォルダーを作って文書を置くか、--corpus で場所を指定してください。",
        )
        self.path = path


class CorpusEmpty(CorpusError):
    """The corpus folder holds no file that can be read."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"文書フォルダー「{path}」に読み取れる文書がありません。",
            "PDF、Word、Excel、PowerPoint、HTML、CSV、テキストなどの文書を置いて、もう一度実行してください。",
        )
        self.path = path


class ManifestInvalid(CorpusError):
    """``corpus.toml`` cannot be understood."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"「{path}」を読めません（{reason}）。", "該当の箇所を直して、もう一度実行してください。")
        self.path = path
        self.reason = reason


class CorpusReadOnly(CorpusError):
    """The corpus folder cannot be written to."""

    def __init__(self, path: str, reason: str, remedy: str = "") -> None:
        super().__init__(
            f"文書フォルダー「{path}」に書き込めません（{reason}）。",
            remedy or "書き込みの権限と空き容量を確かめてください。",
        )
        self.path = path
        self.reason = reason


class CorpusBusy(CorpusError):
    """Another process is changing the corpus folder."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"文書フォルダー「{path}」は別の処理が変更しています。",
            "その処理が終わってから、もう一度実行してください。",
        )
        self.path = path


class DocumentError(PolicyQAError):
    """One file that cannot be read. ``kind`` is one of five; ``path`` is relative to the corpus folder."""

    def __init__(self, path: str, kind: DocumentErrorKind, reason: str, remedy: str) -> None:
        super().__init__(f"{path}：{reason}", remedy)
        self.path = path
        self.kind: DocumentErrorKind = kind
        self.reason = reason


class IndexProblem(PolicyQAError):
    """The index folder as a whole."""


class IndexMissing(IndexProblem):
    """No index has been built at this place."""

    def __init__(self, path: str) -> None:
        super().__init__(f"索引「{path}」がまだありません。", "policy-qa sync を実行して作ってください。")
        self.path = path


class IndexReadOnly(IndexProblem):
    """The index folder cannot be written to."""

    def __init__(self, path: str, reason: str = "", remedy: str = "") -> None:
        detail = f"（{reason}）" if reason else ""
        super().__init__(
            f"索引「{path}」に書き込めません{detail}。",
            remedy or "書き込みの権限と空き容量を確かめるか、--index で別の場所を指定してください。",
        )
        self.path = path
        self.reason = reason


class IndexUnreadable(IndexProblem):
    """A file of the index is there and cannot be opened, not even to read."""

    def __init__(self, path: str, reason: str, remedy: str = "") -> None:
        super().__init__(
            f"索引のファイル「{path}」を開けません（{reason}）。",
            remedy or "読み取りの権限を確かめるか、--index で別の場所を指定してください。",
        )
        self.path = path
        self.reason = reason


class IndexMismatch(IndexProblem):
    """The index was made with another model, normaliser or chunker. ``differences`` maps a name to (index, now)."""

    def __init__(self, path: str, differences: Mapping[str, tuple[str, str]]) -> None:
        listed = "、".join(f"{name}：索引は「{old}」、現在は「{new}」" for name, (old, new) in differences.items())
        super().__init__(
            f"索引「{path}」は今の設定と違うもので作られています（{listed}）。",
            "policy-qa sync --rebuild を実行して作り直してください。",
        )
        self.path = path
        self.differences = dict(differences)


class IndexDamaged(IndexProblem):
    """A file of the index is not what was written."""

    def __init__(self, path: str, reason: str) -> None:
        reason = shorten(reason, _LONGEST_REASON, placeholder="…")  # libraries quote whole values
        super().__init__(
            f"索引のファイル「{path}」が壊れています（{reason}）。",
            "policy-qa sync --rebuild を実行して作り直してください。",
        )
        self.path = path
        self.reason = reason


class HistoryDamaged(IndexProblem):
    """The log of answers is not what was written. Unlike the index it cannot be made again."""

    def __init__(self, path: str, reason: str) -> None:
        reason = shorten(reason, _LONGEST_REASON, placeholder="…")  # libraries quote whole values
        super().__init__(
            f"回答の記録「{path}」が壊れています（{reason}）。",
            "policy-qa restore で控えから戻すか、answers.sqlite と answers.head を消さずに別の場所へ移してください（次の回答から新しい記録が始まります）。",
        )
        self.path = path
        self.reason = reason


class IndexBusy(IndexProblem):
    """Another process is writing to the index."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"索引「{path}」は別の処理が更新しています。", "その処理が終わってから、もう一度実行してください。"
        )
        self.path = path


class ModelError(PolicyQAError):
    """The embedding model cannot be opened."""

    def __init__(self, model: str, reason: str) -> None:
        super().__init__(
            f"埋め込みモデル「{model}」を開けません（{reason}）。",
            "policy-qa model list で使えるモデルを確かめてください。"
            "同梱のモデルに戻すには policy-qa model use bundled を実行します（設定 POLICY_QA_MODEL があれば外す）。",
        )
        self.model = model
        self.reason = reason


class RerankerError(PolicyQAError):
    """The cross-encoder that was set cannot be opened."""

    def __init__(self, model: str, reason: str) -> None:
        super().__init__(
            f"再順位付けのモデル「{model}」を開けません（{reason}）。",
            "設定 POLICY_QA_RERANKER のフォルダー名を確かめるか、設定を外してください（外しても検索と回答はできます）。",
        )
        self.model = model
        self.reason = reason


class Busy(PolicyQAError):
    """More wait for an answer than can be answered soon. ``retry_after_s`` is when to try again."""

    retry_after_s = 3

    def __init__(
        self, problem: str = "混雑しています。", remedy: str = "少し待ってから、もう一度送ってください。"
    ) -> None:
        super().__init__(problem, remedy)


class TooManyQuestions(Busy):
    """One viewer asked more, or waits for more, than one viewer may."""

    retry_after_s = 20

    def __init__(self) -> None:
        super().__init__("短い時間に多くの質問が送られました。", "前の回答を待つか、1分ほどおいてから送ってください。")


class UsersUnusable(PolicyQAError):
    """The users file cannot be read or written: nobody is let in."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"利用者ファイル「{path}」を使えません（{reason}）。", "管理者が直してください。")
        self.path = path
        self.reason = reason


class PortInUse(PolicyQAError):
    """The address to serve on is taken."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"{host}:{port} は別のプログラムが使っています。",
            "--port で別の番号を指定してください（例：--port 7861）。",
        )
        self.host = host
        self.port = port
