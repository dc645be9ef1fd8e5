from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, decoders, models

from tests.trainer import small_evaluation
from tests.trainer.small_corpora import byte_level, fallback, foreign
from tests.trainer.small_evaluation import CONTEXT, Small
from winnow.trainer.errors import BadCall
from winnow.trainer.evaluate.generate import generate, going_on, write_tokens
from winnow.trainer.evaluate.sampling import Sampling
from winnow.trainer.run.open_checkpoint import Checkpoint, open_checkpoint

GREEDY = Sampling(temperature=0)


def without_cache(checkpoint: Checkpoint, prompt: str, tokens: int) -> Iterator[int]:
    """The likeliest tokens, each from all before it at once."""
    known = checkpoint.tokenizer.encode([prompt])[0].tolist()
    for _ in range(tokens):
        read = [checkpoint.tokenizer.begin, *known]
        with torch.no_grad():
            token = int(checkpoint.model(torch.tensor([read]))[0, -1, : checkpoint.tokenizer.vocab].argmax())
        if token == checkpoint.tokenizer.end:
            return
        yield token
        known.append(token)


@pytest.mark.parametrize("prompt", ["", "Bread", "river stone winter"])
def test_the_cache_changes_no_token(small: Small, prompt: str) -> None:
    checkpoint = open_checkpoint(small.run)
    assert len(checkpoint.tokenizer.encode([prompt])[0]) + 17 <= CONTEXT
    found = list(going_on(checkpoint, prompt, 16, GREEDY, 1))
    assert found == list(without_cache(checkpoint, prompt, 16))
    assert len(found) > 1


@pytest.mark.parametrize("tokens", [CONTEXT - 1, CONTEXT, CONTEXT + 1, 3 * CONTEXT])
def test_past_the_context_it_goes_on(small: Small, tokens: int) -> None:
    checkpoint = open_checkpoint(small.run)
    found = list(going_on(checkpoint, "river", tokens, Sampling(temperature=2.0), 3))
    assert len(found) <= tokens  # it may end the document
    assert all(0 <= token < checkpoint.tokenizer.vocab and token != checkpoint.tokenizer.end for token in found)


def test_a_prompt_longer_than_the_context(small: Small) -> None:
    checkpoint = open_checkpoint(small.run)
    prompt = "river stone " * CONTEXT
    half = checkpoint.tokenizer.encode([prompt])[0].tolist()[-(CONTEXT // 2) :]
    with torch.no_grad():
        wanted = int(checkpoint.model(torch.tensor([half]))[0, -1, : checkpoint.tokenizer.vocab].argmax())
    assert list(going_on(checkpoint, prompt, 1, GREEDY, 1)) == [wanted]


def test_the_seed_decides(small: Small) -> None:
    checkpoint = open_checkpoint(small.run)
    texts = [tuple(going_on(checkpoint, "river", 20, Sampling(temperature=1.5), seed)) for seed in (1, 1, 2)]
    assert texts[0] == texts[1] != texts[2]


def test_what_is_written_is_prompt_and_text(small: Small) -> None:
    pieces: list[str] = []
    generate(small.run, "Été ", 12, GREEDY, 1, pieces.append)
    checkpoint = open_checkpoint(small.run)
    tokens = list(going_on(checkpoint, "Été ", 12, GREEDY, 1))
    text = "".join(pieces)
    assert pieces[0] == "Été "
    assert text.endswith("\n")
    assert checkpoint.tokenizer.tokenizer.decode(tokens).startswith(text.removeprefix("Été ")[:-1])


@pytest.mark.slow  # transformers takes seconds to import
@pytest.mark.parametrize("kind", ["ours", "without a beginning", "with one that it does not put"])
def test_transformers_goes_on_with_the_same_tokens(kind: str, tmp_path: Path) -> None:
    """Its tokenizer begins a prompt as documents begin, whatever the given one did; and where there is no prompt, its
    model does by generation_config.json."""
    transformers = pytest.importorskip("transformers")
    words = None
    if kind != "ours":
        plain = byte_level()
        plain.add_special_tokens(["<s>"])
        begins = {} if kind == "without a beginning" else {"bos_token": "<s>"}
        words = foreign(tmp_path / "words", plain, {"eos_token": "</s>", "add_bos_token": False} | begins)
    checkpoint = open_checkpoint(small_evaluation.make(tmp_path, words=words).run)
    of = checkpoint.tokenizer
    model = transformers.AutoModelForCausalLM.from_pretrained(checkpoint.path)
    theirs = transformers.AutoTokenizer.from_pretrained(checkpoint.path)
    assert (model.generation_config.bos_token_id, model.generation_config.eos_token_id) == (of.begin, of.end)
    assert (of.begin == of.end) is (kind == "without a beginning")
    # a model with random weights may choose a row behind the vocabulary, which only fills a tile
    how = {"do_sample": False, "max_new_tokens": 8, "pad_token_id": 0,
           "suppress_tokens": list(range(of.vocab, checkpoint.model.layout.vocab))}  # fmt: skip
    for prompt in ("Bread", "river stone"):
        asked = theirs(prompt, return_tensors="pt")
        expected = [of.begin, *of.encode([prompt])[0].tolist()]
        assert asked["input_ids"].tolist() == [expected]
        expected += going_on(checkpoint, prompt, 8, GREEDY, 1)
        assert model.generate(**asked, **how)[0].tolist() == expected
    assert model.generate(**how)[0].tolist() == [of.begin, *going_on(checkpoint, "", 8, GREEDY, 1)]


def test_an_encoder_cannot_go_on(encoder: Small) -> None:
    with pytest.raises(BadCall, match="EuroBertForMaskedLM sees both directions"):
        generate(encoder.run, "river", 3, GREEDY, 1, lambda _: None)


def test_any_seed_is_one(small: Small) -> None:
    assert list(going_on(open_checkpoint(small.run), "river", 2, GREEDY, 10**20))


def test_bytes_that_are_no_character_do_not_end_the_text() -> None:
    """A vocabulary with single bytes spells a line's end, and then the beginning of a character that never comes."""
    odd = Tokenizer(models.BPE({"<0x0A>": 0, "<0xE2>": 1, "a": 2}, [], byte_fallback=True))
    odd.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Fuse()])
    written: list[str] = []
    write_tokens(odd, iter([0, 1, 2, 2]), written.append)
    assert "".join(written).endswith("aa")


@pytest.mark.parametrize("prompt", ["ab a", "é", "", "a a a"])
def test_spaces_between_prompt_and_what_follows_are_written(prompt: str) -> None:
    """A decoder like Llama 2's takes the first space of a text away, and what follows a prompt is not its first."""
    words = fallback()
    before = words.encode(prompt, add_special_tokens=False).ids
    after = [words.token_to_id(token) for token in ("▁a", "▁", "é", "▁a", "<0xC3>", "<0xA9>")]
    written: list[str] = []
    write_tokens(words, iter(after), written.append, before)
    assert prompt + "".join(written) == words.decode([*before, *after])
