import json
from pathlib import Path

import pytest

from tests.trainer.small_corpora import byte_level, foreign
from winnow.trainer.pack import tokenizer_files
from winnow.trainer.pack.tokenizer import load
from winnow.trainer.pack.tokenizer_files import FILES, INPUTS, PLAIN, for_models

NAMED = {"tokenizer_class": PLAIN, "model_input_names": INPUTS}


@pytest.mark.parametrize("known", [{}, {"eos_token": "</s>"}, {"tokenizer_class": None}, {"tokenizer_class": PLAIN}])
def test_a_tokenizer_without_a_class_gets_the_plain_one(known: dict[str, str]) -> None:
    given = {FILES[0]: b"{}", FILES[1]: json.dumps(known).encode()}
    assert json.loads(for_models(given)[FILES[1]]) == known | NAMED
    assert json.loads(for_models({FILES[0]: b"{}"})[FILES[1]]) == NAMED


def test_what_it_says_of_itself_stays() -> None:
    known = {"tokenizer_class": PLAIN, "model_input_names": ["input_ids"]}
    for said in known, {"tokenizer_class": "Qwen2Tokenizer"}:
        assert json.loads(for_models({FILES[1]: json.dumps(said).encode()})[FILES[1]]) == said


@pytest.mark.slow
def test_transformers_cuts_text_as_the_model_was_trained(tmp_path: Path) -> None:
    """By the model's type it would take Qwen2's tokenizer, which normalises, with another pattern."""
    transformers = pytest.importorskip("transformers")
    folder = foreign(tmp_path, byte_level(), {"eos_token": "</s>"})
    loaded = load(folder)
    tokenizer_files.write(for_models(loaded.files), folder)
    (folder / "config.json").write_text('{"model_type": "qwen3", "architectures": ["Qwen3ForCausalLM"]}')
    theirs = transformers.AutoTokenizer.from_pretrained(folder)
    for text in ("cafe\u0301 12345", "don't  stop\n\n"):
        assert theirs(text, add_special_tokens=False)["input_ids"] == loaded.encode([text])[0].tolist()
