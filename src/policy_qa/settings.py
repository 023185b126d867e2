"""All settings, and the only reader of the environment and of ``policy_qa.toml``.

A setting ``name`` is read from the environment as ``POLICY_QA_NAME``, else from ``policy_qa.toml`` in the working
directory, else its default here. Command-line options override both.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)


class Settings(BaseSettings):
    """Where things are and how the parts behave; immutable once made."""

    model_config = SettingsConfigDict(env_prefix="POLICY_QA_", toml_file="policy_qa.toml", frozen=True, extra="forbid")

    corpus: Path = Field(Path("corpus"), description="文書フォルダー")
    index: Path = Field(Path("index"), description="索引フォルダー")
    model: str | None = Field(
        None, description="埋め込みモデル（sentence-transformers のフォルダーか名前）。指定しなければ索引のモデル"
    )

    chunk_tokens: int = Field(220, ge=40, le=2000, description="1チャンクの上限（MeCabの語数）")

    dense_weight: float = Field(0.2, ge=0, le=1, description="検索での埋め込みの重み（残りがキーワード）")
    candidates: int = Field(50, ge=5, le=1000, description="融合の前に各検索から取る件数")
    reranker: str | None = Field(
        None, description="検索の上位を並べ直すモデル（cross-encoder のフォルダーか名前）。指定しなければ並べ直さない"
    )
    rerank_candidates: int = Field(20, ge=1, le=200, description="並べ直す件数（多いほど遅い）")
    evidence: int = Field(12, ge=1, le=100, description="回答を組み立てるときに読むチャンクの数")

    question_limit: int = Field(2000, ge=100, description="質問の文字数の上限")
    file_limit_mb: int = Field(64, ge=1, description="1ファイルの大きさの上限（MiB）")
    ocr: bool = Field(True, description="文字のないページ（画像）を文字認識（OCR）で読むか")
    tesseract: str = Field("tesseract", min_length=1, description="文字認識に使う tesseract のコマンド")
    read_timeout_s: float = Field(
        60, ge=1, description="1ファイルの読み取りを待つ秒数（ページごとに進むものは、1ページにかかる秒数）"
    )
    read_memory_mb: int = Field(1500, ge=300, description="1ファイルの読み取りに使えるメモリー（MB）")
    workers: int | None = Field(
        None, ge=1, le=256, description="同時に読み取るファイルの数。指定しなければCPUのコアの数"
    )

    host: str = Field("127.0.0.1", description="serve が待ち受けるアドレス")
    port: int = Field(7860, ge=1, le=65535, description="serve が待ち受けるポート")
    editing: bool | None = Field(
        None,
        description="画面から文書を登録・変更・削除できるか。指定しなければ、この端末だけで開くときにできる",
    )
    waiting: int = Field(
        60, ge=0, le=10_000, description="回答と検索を待てる人の数。これを超えると「混雑しています」と答える"
    )
    questions_at_once: int = Field(4, ge=1, description="1人（所有者のほか）が同時に送れる質問・検索の数")
    questions_per_minute: int = Field(60, ge=1, description="1人（所有者のほか）が1分に送れる質問・検索の数")
    users: Path | None = Field(None, description="利用者ファイル。指定しなければ、作業フォルダーの users.toml")
    session_hours: float = Field(10, gt=0, le=168, description="サインインが続く時間（時間）")
    session_idle_minutes: float = Field(120, gt=0, description="何もしないとサインインが終わるまでの時間（分）")
    trusted_proxies: str | None = Field(
        None,
        description="利用者をヘッダーで知らせてよいリバースプロキシのアドレス（カンマ区切り、10.0.0.0/24 の形も可）",
    )
    proxy_user_header: str = Field("X-Forwarded-User", min_length=1, description="利用者の名前のヘッダー")
    proxy_labels_header: str = Field(
        "X-Forwarded-Groups", min_length=1, description="利用者のラベル（グループ）のヘッダー。カンマ区切り"
    )
    proxy_roles_header: str | None = Field(
        None, description="利用者の役割のヘッダー。policy-qa-editor のような名前のものを役割とする"
    )
    language: Literal["ja", "en"] = Field("ja", description="画面の言語")

    @property
    def users_file(self) -> Path:
        """Where the users are, whether there is such a file or not."""
        return self.users if self.users is not None else Path("users.toml")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order of precedence: arguments, environment, ``policy_qa.toml``."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)
