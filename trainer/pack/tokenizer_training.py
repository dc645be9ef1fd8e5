"""Learning a tokenizer: byte-level BPE of one's own.

It counts pairs of bytes inside words (Sennrich et al. 2016, https://arxiv.org/abs/1508.07909, section 3.2, over bytes
as in Radford et al. 2019, "Language Models are Unsupervised Multitask Learners", section 2.2). What a word is says
PATTERN. There is no normaliser, so tokens stand for the text's bytes exactly, and bits per byte are the text's own.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, processors, trainers

from winnow.trainer import aside
from winnow.trainer.errors import BadCall
from winnow.trainer.pack import corpus, sample
from winnow.trainer.pack.pieces import PATTERN, pieces, without_seas
from winnow.trainer.pack.tokenizer_files import FILES, INPUTS, PLAIN

BEGIN = "<|begin_of_text|>"
END = "<|endoftext|>"
MASK = "<|mask|>"
PAD = "<|pad|>"
"""The last token, where there is room for it beside a first merge. Nothing is trained on it."""
SMALLEST = 256 + 3
LEARNT = 1 << 12
"""Of white space in one run, that is learnt from at once: a merge takes time with the square of it."""


def train(
    corpora: Sequence[Path],
    vocab: int,
    output: Path,
    sample_bytes: int,
    seed: int,
    say: Callable[[str], None],
    source: str | None = None,
) -> None:
    """Learn a byte-level BPE of `vocab` tokens and save it as a Hugging Face directory.

    Each source gives the share of `sample_bytes` that it has of the corpus, in whole documents. The same corpus gives
    the same bytes, with any number of threads. BadCall where vocab or corpora are wrong.
    """
    if vocab < SMALLEST:
        raise BadCall(f"vocab is {vocab}; the 256 bytes and {END}, {MASK}, {BEGIN} need at least {SMALLEST}")
    if (output / FILES[0]).exists():
        raise BadCall(f"{output} already holds a tokenizer; give another directory, or delete it")
    if output.exists() and not (output.is_dir() and not any(output.iterdir())):
        raise BadCall(f"{output} is no new and no empty directory; give another one")
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadCall(f"{output} cannot be written: {error.strerror}") from None
    texts = sample.texts(corpus.find(corpora, source), sample_bytes, seed, say)
    pads = vocab >= SMALLEST + 2
    tokenizer = _untrained()
    special = [AddedToken(name, special=True, normalized=False) for name in (END, MASK, BEGIN)]
    trainer = trainers.BpeTrainer(
        vocab_size=vocab - pads, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )  # fmt: skip
    say(f"learning {vocab:,} tokens")
    tokenizer.train_from_iterator(
        (piece for text in texts for part in pieces(text) for piece in without_seas(part, LEARNT)), trainer
    )
    if pads:
        tokenizer.add_special_tokens([AddedToken(PAD, special=True, normalized=False)])
    tokenizer.post_processor = processors.TemplateProcessing(
        f"{BEGIN} $A", f"{BEGIN} $A {BEGIN}:1 $B:1", [(BEGIN, tokenizer.token_to_id(BEGIN))]
    )
    learnt = tokenizer.get_vocab_size()
    if learnt < vocab:
        say(f"the texts give no more than {learnt:,} tokens, not {vocab:,}: every word of theirs is one")
    _save(tokenizer, output, PAD if pads else END)
    say(f"{output}: {learnt:,} tokens")


def _untrained() -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PATTERN), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def _save(tokenizer: Tokenizer, output: Path, pad: str) -> None:
    names = {"bos_token": BEGIN, "eos_token": END, "pad_token": pad, "mask_token": MASK}
    config = {
        "tokenizer_class": PLAIN,
        "add_bos_token": True,
        "clean_up_tokenization_spaces": False,
        "model_max_length": 1_000_000_000_000,  # a model's context is its own matter
        "model_input_names": INPUTS,
        **names,
    }
    aside.write_json(output / FILES[2], names)
    aside.write_json(output / FILES[1], config)
    with aside.whole(output / FILES[0]) as file:
        file.write(tokenizer.to_str(pretty=True).encode())
