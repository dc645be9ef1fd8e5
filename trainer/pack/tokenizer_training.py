"""Learning a tokenizer: byte-level BPE of one's own.

It counts pairs of bytes inside words (Sennrich et al. 2016, https://arxiv.org/abs/1508.07909, section 3.2, over bytes
as in Radford et al. 2019, "Language Models are Unsupervised Multitask Learners", section 2.2). What a word is says
PATTERN. There is no normaliser, so tokens stand for the text's bytes exactly, and bits per byte are the text's own.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, processors, trainers

from winnow.trainer import aside
from winnow.trainer.errors import BadCall
from winnow.trainer.figures import listed
from winnow.trainer.figures import size as size_of
from winnow.trainer.hashes import mix
from winnow.trainer.pack import corpus
from winnow.trainer.pack.corpus import CorpusFile
from winnow.trainer.pack.pieces import PATTERN, pieces, without_seas
from winnow.trainer.pack.tokenizer_files import FILES, INPUTS, PLAIN
from winnow.trainer.pack.told import LISTED

BEGIN = "<|begin_of_text|>"
END = "<|endoftext|>"
MASK = "<|mask|>"
PAD = "<|pad|>"
"""The last token, where there is room for it beside a first merge. Nothing is trained on it."""
SMALLEST = 256 + 3
LEARNT = 1 << 12
"""Of white space in one run, that is learnt from at once: a merge takes time with the square of it."""


def train(
    corpora: Sequence[Path], vocab: int, output: Path, sample_bytes: int, seed: int, say: Callable[[str], None],
    source: str | None = None,
) -> None:  # fmt: skip
    """Learn a byte-level BPE of `vocab` tokens and save it as a Hugging Face directory.

    Each source gives the share of `sample_bytes` that it has of the corpus, in whole documents. The same corpus gives
    the same bytes, with any number of threads. BadCall where vocab or corpora are wrong.
    """
    if vocab < SMALLEST:
        raise BadCall(f"vocab is {vocab}; the 256 bytes and {END}, {MASK}, {BEGIN} need at least {SMALLEST}")
    if (output / FILES[0]).exists():
        raise BadCall(f"{output} already holds a tokenizer; give another directory, or delete it")
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise BadCall(f"{output} is no new and no empty directory; give another one")
    files = corpus.find(corpora, source)
    with aside.folder(output):
        _learn(files, vocab, output, sample_bytes, seed, say)


def _learn(
    files: Sequence[CorpusFile], vocab: int, output: Path, sample_bytes: int, seed: int, say: Callable[[str], None]
) -> None:  # fmt: skip
    texts = sample(files, sample_bytes, seed, say)
    pads = vocab >= SMALLEST + 2
    tokenizer = Tokenizer(models.BPE())
    split, letters = pre_tokenizers.Split(Regex(PATTERN), "isolated"), pre_tokenizers.ByteLevel(False, use_regex=False)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, letters])
    tokenizer.decoder = decoders.ByteLevel()
    special = [AddedToken(name, special=True, normalized=False) for name in (END, MASK, BEGIN)]
    trainer = trainers.BpeTrainer(
        vocab_size=vocab - pads, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )  # fmt: skip
    say(f"learning {vocab:,} tokens")
    parts = (part for text in texts for piece in pieces(text) for part in without_seas(piece, LEARNT))
    tokenizer.train_from_iterator(parts, trainer)
    if pads:
        tokenizer.add_special_tokens([AddedToken(PAD, special=True, normalized=False)])
    begin, single, pair = (BEGIN, tokenizer.token_to_id(BEGIN)), f"{BEGIN} $A", f"{BEGIN} $A {BEGIN}:1 $B:1"
    tokenizer.post_processor = processors.TemplateProcessing(single, pair, [begin])
    learnt = tokenizer.get_vocab_size()
    if learnt < vocab:
        say(f"the texts give no more than {learnt:,} tokens, not {vocab:,}: every word of theirs is one")
    _save(tokenizer, output, PAD if pads else END)
    say(f"{output}: {learnt:,} tokens")


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


def sample(files: Sequence[CorpusFile], size: int, seed: int, say: Callable[[str], None]) -> Iterator[str]:
    """About `size` bytes of texts, in the files' order, each source in proportion; the same ones whoever draws them.

    Every document has a number that is a hash of seed, file and row; a source gives its documents of the lowest
    numbers until it has its share of `size`, the last one whole. Reads the files twice. BadCall where there is no text.
    """
    if size < 1:
        raise BadCall(f"a sample of {size} bytes holds nothing")
    of: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {}
    for file in files:
        for number, length, name in _measure(file, seed):
            of.setdefault(name, []).append((number, length))
    total = sum(int(length.sum()) for parts in of.values() for _, length in parts)
    if not total:
        raise BadCall(f"{files[0].root} and what else was given hold no text")
    limits, taken = {}, {}
    for name in sorted(of):
        numbers, length = (np.concatenate(parts) for parts in zip(*of[name], strict=True))
        limits[name], taken[name] = _limit(numbers, length, size, total)
    shares = listed([f"{name} {size_of(bytes_)}" for name, bytes_ in taken.items()], LISTED)
    say(f"sample of {size_of(sum(taken.values()))} of {size_of(total)} of text: {shares}")
    return _draw(files, seed, limits)


def _numbers(file: CorpusFile, seed: int, first: int, rows: int) -> np.ndarray:
    """uint64 [rows]: a number of each row of a file that looks random."""
    start = np.uint64(corpus.key("sample", str(seed), file.file))
    return mix(start + np.arange(first + 1, first + rows + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15))


def _limit(number: np.ndarray, length: np.ndarray, size: int, total: int) -> tuple[int, int]:
    """The number below which a source's documents are taken, and the bytes that are."""
    order = np.argsort(number, kind="stable")
    before = np.cumsum(length[order]) - length[order]
    take = int(np.searchsorted(before, size * int(length.sum()) / total, side="left"))
    limit = int(number[order[take]]) if take < len(order) else 1 << 64
    return limit, int(length[order[:take]].sum())


def _measure(file: CorpusFile, seed: int) -> Iterator[tuple[np.ndarray, np.ndarray, str]]:
    """Numbers and text bytes of a file's rows, by source."""
    schema = corpus.columns(file.path, names=file.names)
    named = "source" in file.names and "source" in schema.names
    first = 0
    for batch in corpus.read(file.path, ["text", "source"] if named else ["text"]):
        text = batch.column("text")
        if not (pa.types.is_string(text.type) or pa.types.is_large_string(text.type)):
            text = text.cast(pa.string())  # a dictionary, or views, of which Arrow does not know the lengths
        length = pc.fill_null(pc.binary_length(text), 0).to_numpy(zero_copy_only=False).astype(np.int64)
        number = _numbers(file, seed, first, batch.num_rows)
        source = np.array(corpus.sources(file, first, batch))
        for name in np.unique(source):
            mine = source == name
            yield number[mine], length[mine], str(name)
        first += batch.num_rows


def _draw(files: Sequence[CorpusFile], seed: int, limits: dict[str, int]) -> Iterator[str]:
    for file in files:
        for batch in corpus.batches(file, only=("text", "source")):
            numbers = _numbers(file, seed, batch.first, len(batch.text)).tolist()
            for number, text, name in zip(numbers, batch.text, batch.source, strict=True):
                if text and number < limits[name]:
                    yield text
