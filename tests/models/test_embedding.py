from __future__ import annotations

import json
import pickle
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

from policy_qa.errors import ModelError
from policy_qa.models.embedding import (
    BUNDLED,
    Encoder,
    SentenceTransformerEncoder,
    StaticEncoder,
    open_encoder,
)

TEXTS = [
    "令和8年度の地域未来交付金の予算額は？",
    "地方公共団体の自主性と創意工夫に基づく、地域の多様な主体の参画を通じた取組を支援する。",
    "",
    " \n\t　",
    "１，６３９億円　ＫＰＩ ①½㎡ ⻑期",
    "𠮷野家の髙﨑 🍣 ‌ \x00 العربية",
    "budget for FY2026",
    "事業" * 3000,
    "。",
]


@pytest.fixture(scope="module", params=["static", "sentence_transformers"])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    return StaticEncoder(BUNDLED) if request.param == "static" else SentenceTransformerEncoder(BUNDLED)


@pytest.fixture(scope="module")
def pair() -> tuple[StaticEncoder, SentenceTransformerEncoder]:
    return StaticEncoder(BUNDLED), SentenceTransformerEncoder(BUNDLED)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BUNDLED, tmp_path / "model"))


def test_an_encoder_keeps_the_protocol(encoder: Encoder) -> None:
    assert isinstance(encoder, Encoder)
    assert encoder.name.startswith("policy-static-ja-2-")
    assert encoder.encode_documents(TEXTS).shape == (len(TEXTS), encoder.dimension)
    assert encoder.encode_query("予算").shape == (encoder.dimension,)


def test_rows_are_float32_of_length_one_and_zero_where_nothing_is_known(encoder: Encoder) -> None:
    vectors = encoder.encode_documents(TEXTS)
    assert vectors.dtype == np.float32
    assert encoder.encode_query("予算").dtype == np.float32
    lengths = np.linalg.norm(vectors, axis=1)
    expected = [0.0 if not text.strip() else 1.0 for text in TEXTS]
    np.testing.assert_allclose(lengths, expected, atol=1e-5)


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode_documents([]).shape == (0, encoder.dimension)


def test_a_text_has_the_same_vector_alone_and_among_others(encoder: Encoder) -> None:
    together = encoder.encode_documents(TEXTS)
    alone = np.stack([encoder.encode_documents([text])[0] for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_width_and_case_do_not_matter(encoder: Encoder) -> None:
    wide, narrow = encoder.encode_documents(["ＤＸ推進　１２億円", "dx推進 12億円"])
    np.testing.assert_allclose(wide, narrow, atol=1e-6)


def test_lone_surrogates_are_read_as_something(encoder: Encoder) -> None:
    assert np.isfinite(encoder.encode_query("予算\udce3は")).all()


def test_threads_get_what_one_thread_gets(encoder: Encoder) -> None:
    texts = TEXTS * 3
    alone = [encoder.encode_query(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        np.testing.assert_allclose(list(pool.map(encoder.encode_query, texts)), alone, atol=1e-6)


def test_a_question_is_nearer_to_its_passage_than_to_another(encoder: Encoder) -> None:
    passages = encoder.encode_documents(
        ["保育所の入所を申し込む方は、市役所の窓口に申請書を提出してください。", "水道の検針は二か月に一度行います。"]
    )
    near, far = passages @ encoder.encode_query("保育園に入るにはどこに申請しますか")
    assert near > far


@pytest.mark.parametrize(
    ("everyday", "official", "other"),
    [
        ("引っ越し", "転居", "補助率"),
        ("引っ越し", "移住", "補助率"),
        ("バスがない", "交通空白", "移住"),
        ("お金", "費用", "期間"),
        ("お年寄り", "高齢者", "事業者"),
        ("赤ちゃん", "乳児", "設備"),
    ],
)
def test_an_everyday_word_is_nearer_to_the_official_one_than_to_another(
    encoder: Encoder, everyday: str, official: str, other: str
) -> None:
    near, far = encoder.encode_documents([official, other]) @ encoder.encode_query(everyday)
    assert near > far + 0.1


def test_the_forms_of_a_word_are_one(encoder: Encoder) -> None:
    for one, other in (("申込み", "申し込み"), ("走っ", "走る"), ("子ども", "子供")):
        assert encoder.encode_query(one) @ encoder.encode_query(other) == pytest.approx(1, abs=1e-5)


def test_the_same_vectors_kept_in_each_way_read_alike(folder: Path) -> None:
    """In 8 bits with shared rows and weights, or a whole float32 row for each token: under either of its names."""
    kept = load_file(folder / "model.safetensors")
    expected = open_encoder(str(folder)).encode_documents(TEXTS)
    rows = kept["embeddings"][kept["mapping"]].astype(np.float32) * kept["weights"][:, None]
    for name in ("embedding.weight", "embeddings"):
        save_file({name: rows}, folder / "model.safetensors")
        encoder = open_encoder(str(folder))
        assert isinstance(encoder, StaticEncoder)
        np.testing.assert_allclose(encoder.encode_documents(TEXTS), expected, atol=1e-5)


def test_tokens_that_point_at_no_row_are_one_clear_error(folder: Path) -> None:
    kept = load_file(folder / "model.safetensors")
    kept["mapping"][7] = len(kept["embeddings"])
    save_file(kept, folder / "model.safetensors")
    with pytest.raises(ModelError):
        open_encoder(str(folder))


@pytest.mark.parametrize("text", ["𠮷", "🍣", "ꙮ", "鿯"])
def test_a_character_never_met_does_not_vanish(encoder: Encoder, text: str) -> None:
    assert np.linalg.norm(encoder.encode_query(text)) == pytest.approx(1, abs=1e-5)


def test_the_light_encoder_gives_the_numbers_of_sentence_transformers(
    pair: tuple[StaticEncoder, SentenceTransformerEncoder],
) -> None:
    light, full = pair
    texts = [*TEXTS, *(path.read_text("utf-8", "replace")[:20_000] for path in sorted(Path("tests").rglob("*.py")))]
    np.testing.assert_allclose(light.encode_documents(texts), full.encode_documents(texts), atol=1e-5)
    for text in TEXTS:
        np.testing.assert_allclose(light.encode_query(text), full.encode_query(text), atol=1e-5)
    assert light.name == full.name


@settings(max_examples=100, deadline=None)
@given(texts=st.lists(st.text(max_size=60), max_size=6))
def test_both_encoders_agree_on_any_text(
    pair: tuple[StaticEncoder, SentenceTransformerEncoder], texts: list[str]
) -> None:
    light, full = pair
    np.testing.assert_allclose(light.encode_documents(texts), full.encode_documents(texts), atol=1e-5)


def test_plain_sentence_transformers_opens_the_bundled_folder_in_float32() -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(BUNDLED), device="cpu")
    vectors = model.encode(["地域", ""])
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), [1, 0], atol=1e-5)


def test_the_bundled_folder_is_small_in_8_bits_and_names_its_licence() -> None:
    files = [path for path in BUNDLED.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= 32_000_000
    assert load_file(BUNDLED / "model.safetensors")["embeddings"].dtype == np.int8
    card = (BUNDLED / "README.md").read_text("utf-8")
    for source in ("chiVe", "JaQuAD", "JSTS", "JSICK", "NIILC", "laws", "RS system", "Shinagawa", "CC BY-SA 4.0"):
        assert source in card


def test_opening_the_bundled_model_leaves_the_heavy_libraries_alone() -> None:
    code = (
        "import sys; from policy_qa.models.embedding import open_encoder; open_encoder(None).encode_query('予算');"
        "print([name for name in ('torch', 'transformers', 'sentence_transformers', 'datasets', 'accelerate')"
        " if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_bundled_model_is_the_default() -> None:
    assert isinstance(open_encoder(None), StaticEncoder)
    assert open_encoder(None).name == open_encoder(str(BUNDLED)).name


def test_a_changed_weight_is_another_identity(folder: Path) -> None:
    before = open_encoder(str(folder)).name
    kept = load_file(folder / "model.safetensors")
    kept["embeddings"][5, 5] ^= 1
    save_file(kept, folder / "model.safetensors")
    after = open_encoder(str(folder)).name
    assert before.startswith("model-")
    assert before != after


def test_the_card_is_no_part_of_the_identity(folder: Path) -> None:
    before = open_encoder(str(folder)).name
    (folder / "README.md").write_text("", encoding="utf-8")
    assert open_encoder(str(folder)).name == before


def test_a_model_with_prompts_goes_through_sentence_transformers_and_uses_them(folder: Path) -> None:
    config_path = folder / "config_sentence_transformers.json"
    config = json.loads(config_path.read_text("utf-8"))
    config["prompts"] = {"query": "検索: ", "document": "文書: "}
    config_path.write_text(json.dumps(config), encoding="utf-8")
    encoder, plain = open_encoder(str(folder)), open_encoder(None)
    assert isinstance(encoder, SentenceTransformerEncoder)
    np.testing.assert_allclose(encoder.encode_query("予算"), plain.encode_query("検索: 予算"), atol=1e-5)
    np.testing.assert_allclose(encoder.encode_documents(["予算"])[0], plain.encode_query("文書: 予算"), atol=1e-5)


@pytest.mark.parametrize(
    ("name", "query", "document"),
    [
        ("multilingual-e5-small", "query: ", "passage: "),
        ("ruri-v3-30m", "検索クエリ: ", "検索文書: "),
        ("ruri-small-v2", "クエリ: ", "文章: "),
        ("multilingual-e5-large-instruct", "", ""),
        ("mine5", "", ""),
    ],
)
def test_a_family_without_prompts_of_its_own_gets_those_of_its_card(
    folder: Path, name: str, query: str, document: str
) -> None:
    encoder, plain = SentenceTransformerEncoder(folder.rename(folder.with_name(name))), open_encoder(None)
    np.testing.assert_allclose(encoder.encode_query("予算"), plain.encode_query(f"{query}予算"), atol=1e-5)
    np.testing.assert_allclose(encoder.encode_documents(["予算"])[0], plain.encode_query(f"{document}予算"), atol=1e-5)


@pytest.mark.parametrize("name", ["cl-nagoya/ruri-v3-30m-not-here", "no-such-model", "./no/such/folder", "だめ"])
def test_a_model_that_is_not_here_is_one_clear_error_without_a_connection(name: str) -> None:
    with pytest.raises(ModelError) as caught:
        open_encoder(name)
    assert name in str(caught.value)
    assert "POLICY_QA_MODEL" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("file", ["modules.json", "tokenizer.json", "model.safetensors"])
def test_a_damaged_model_is_one_clear_error(folder: Path, file: str) -> None:
    content = (folder / file).read_bytes()
    (folder / file).write_bytes(content[: len(content) // 2])
    with pytest.raises(ModelError) as caught:
        open_encoder(str(folder))
    assert "\n" not in str(caught.value)


def test_a_folder_that_is_no_model_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        open_encoder(str(tmp_path))


def test_an_encoder_passes_to_another_process_as_the_folder_it_is_read_from() -> None:
    encoder = StaticEncoder(BUNDLED)
    sent = pickle.dumps(encoder)
    assert len(sent) < 1000
    received = pickle.loads(sent)  # noqa: S301 -- made here
    assert received.name == encoder.name
    assert np.array_equal(received.encode_documents(["港の整備"]), encoder.encode_documents(["港の整備"]))
    assert pickle.loads(sent) is received, "opened once"  # noqa: S301


def test_an_encoder_whose_files_have_changed_on_the_way_is_refused(tmp_path: Path) -> None:
    shutil.copytree(BUNDLED, tmp_path / "model")
    sent = pickle.dumps(StaticEncoder(tmp_path / "model"))
    with (tmp_path / "model" / "README.txt").open("w", encoding="utf-8") as file:
        file.write("別のモデル")
    with pytest.raises(ModelError):
        pickle.loads(sent)  # noqa: S301
