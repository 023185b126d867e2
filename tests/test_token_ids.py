"""Ids looked up stretch by stretch are those of the tokenizer over the whole text."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers

from policy_qa.embedding import BUNDLED, StaticEncoder
from policy_qa.errors import ModelError
from policy_qa.token_ids import ids_with
from tests.conftest import SEED

BUNDLED_TOKENIZER = Tokenizer.from_file(str(BUNDLED / "tokenizer.json"))
IDS = ids_with(BUNDLED_TOKENIZER)
ODD = "あいんゝゞゟーァアヴｱｶﾞ\u3099゛漢字々〇㐀豈⺀𠀀1１①½ⅠAzéАω。、（）・～~\u3000\n \x1c\u200b\ufe00ヶヵ℃㎡㍿"


@given(st.text(ODD, max_size=40) | st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_the_ids_are_those_of_the_tokenizer(text: str) -> None:
    expected = BUNDLED_TOKENIZER.encode(text, add_special_tokens=False).ids
    assert IDS(text) == expected
    assert IDS(text) == expected, "asked for again"


def test_the_ids_of_a_document_are_those_of_the_tokenizer() -> None:
    (path,) = SEED.glob("*.txt")
    for line in path.read_text(encoding="utf-8").splitlines():
        assert IDS(line) == BUNDLED_TOKENIZER.encode(line, add_special_tokens=False).ids


def test_a_tokenizer_that_reads_over_changes_of_script_is_asked_for_each_text() -> None:
    vocabulary = [("<unk>", 0.0), ("市", -2.0), ("の", -2.0), ("市の", -1.0)]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=0, byte_fallback=False))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    assert ids_with(tokenizer)("市の") == [3]


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
