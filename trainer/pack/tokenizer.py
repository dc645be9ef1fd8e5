"""Tokenizers: byte-level BPE of one's own, or any Hugging Face tokenizer directory that can write every text.

Training (`train`) counts pairs of bytes inside words (Sennrich et al. 2016, https://arxiv.org/abs/1508.07909, section
3.2, over bytes as in Radford et al. 2019, "Language Models are Unsupervised Multitask Learners", section 2.2). What a
word is says PATTERN. There is no normaliser, so tokens stand for the text's bytes exactly, and bits per byte are
the text's own.
"""

import contextlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import AddedToken, Encoding, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from winnow.trainer import aside, reading
from winnow.trainer.errors import BadCall, one_line, shown
from winnow.trainer.hashes import hash_file
from winnow.trainer.pack import corpus, sample
from winnow.trainer.pack.token_bytes import BYTE, fallbacks, is_exact, lengths, spelling

END = "<|endoftext|>"
MASK = "<|mask|>"
PAD = "<|pad|>"
"""The last token, where there is room for it beside a first merge. Nothing is trained on it."""
PATTERN = (
    r"[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+"  # a word, its vowel signs and accents in it, with a space or sign before
    r"|\p{N}{1,3}"  # digits in threes
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*"  # other signs, with the ends of their line
    r"|\s*[\r\n]+"  # ends of lines, with the indentation before
    r"|\s+(?!\S)|\s+"  # spaces; the last one goes to the word after it
)
_LINE = re.compile(r"\n(?=[^\W_])")
_BLANKS = re.compile(r"\s{2,}")
SMALLEST = 256 + 2
FILES = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")
TEMPLATE = "chat_template.jinja"
PLAIN = "PreTrainedTokenizerFast"
INPUTS = ["input_ids", "attention_mask"]
LARGEST = 1 << 24
"""Of tokens."""
LEARNT = 1 << 12
"""Of white space in one run, that is learnt from at once: a merge takes time with the square of it."""
LONG = 1 << 20
"""Characters above which a text is cut for encoding, where that changes no token; and a run of white space anyway."""


class Fails(BadCall):
    """A tokenizer fails on a text: its number among those that were given, from 0, and why."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(f"text {number + 1}: {why}")
        self.number, self.why = number, why

    def at(self, file: Path, row: int) -> BadCall:
        """The same of a row of a file."""
        return BadCall(f"{file}, row {row}: {self.why}; take the row out")


@dataclass(frozen=True)
class Loaded:
    """A tokenizer directory, ready to encode."""

    tokenizer: Tokenizer
    vocab: int
    """One more than the largest id."""
    end: int
    mask: int | None
    sha256: str
    """Of tokenizer.json."""
    lengths: np.ndarray
    """int32 [vocab], see `token_bytes`."""
    exact: bool
    """Whether the tokens stand for a text's very bytes (`token_bytes.is_exact`)."""
    spelled: Mapping[int, np.ndarray]
    """For each of `special` and `bytes`, the tokens of the bytes of its name."""
    special: np.ndarray
    """int64: the ids that no text has."""
    bytes: Mapping[int, str]
    """Of tokenizers that fall back to bytes: the ids that stand for one, and their names, <0xNN>."""
    cuts: bool
    """Whether a text may be cut before a letter that begins a line, which is sure of PATTERN only."""

    def encode(self, texts: Sequence[str]) -> list[np.ndarray]:
        """Token ids of each text, int64 [tokens], without end-of-text; the names of special tokens are plain text.

        Fails where the tokenizer fails on one of them.
        """
        pieces = [list(_pieces(text, self.cuts)) for text in texts]
        flat = [piece for of in pieces for piece in of]
        with _failing() as failure:
            found = self.tokenizer.encode_batch_fast(flat, add_special_tokens=False)
        if failure:
            raise self._failed(pieces)
        ids = iter([self._plain(piece, encoding) for piece, encoding in zip(flat, found, strict=True)])
        return [np.concatenate([next(ids) for _ in of]) for of in pieces]

    def _plain(self, text: str, encoding: Encoding) -> np.ndarray:
        """Spell the names of special tokens that stood in the text: Unigram finds them among its pieces. A <0x41> that
        was written is told from a byte that the text really has by its place in the text."""
        ids = np.array(encoding.ids, np.int64)
        odd = np.isin(ids, self.special)
        if self.bytes and BYTE.search(text):
            exact = self.tokenizer.encode(text, add_special_tokens=False)  # with places
            found = zip(exact.ids, exact.offsets, strict=True)
            odd = odd | [self.bytes.get(one) == text[first:stop] for one, (first, stop) in found]
        if odd.any():
            ids = np.concatenate(
                [self.spelled[one] if so else [one] for one, so in zip(ids.tolist(), odd, strict=True)]
            )
        return ids

    def _failed(self, pieces: Sequence[Sequence[str]]) -> "Fails":
        """Of the first text that the tokenizer fails on."""
        for number, of in enumerate(pieces):
            with _failing() as failure:
                self.tokenizer.encode_batch_fast(of, add_special_tokens=False)
            if failure:
                return Fails(number, f"the tokenizer fails on its {sum(map(len, of)):,} characters: {failure[0]}")
        return Fails(0, "the tokenizer fails on this text together with those after it")


@contextlib.contextmanager
def _failing() -> Iterator[list[str]]:
    """The reason in a list, where `tokenizers` fails; it panics, which is no Exception."""
    failure: list[str] = []
    try:
        yield failure
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        failure.append(one_line(error))


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
        raise BadCall(f"vocab is {vocab}; the {SMALLEST - 2} bytes and {END}, {MASK} need at least {SMALLEST}")
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
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PATTERN), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    special = [AddedToken(name, special=True, normalized=False) for name in (END, MASK)]
    trainer = trainers.BpeTrainer(
        vocab_size=vocab - pads, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )  # fmt: skip
    say(f"learning {vocab:,} tokens")
    tokenizer.train_from_iterator(
        (piece for text in texts for part in _pieces(text) for piece in _without_seas(part, LEARNT)), trainer
    )
    if pads:
        tokenizer.add_special_tokens([AddedToken(PAD, special=True, normalized=False)])
    learnt = tokenizer.get_vocab_size()
    if learnt < vocab:
        say(f"the texts give no more than {learnt:,} tokens, not {vocab:,}: every word of theirs is one")
    _save(tokenizer, output, PAD if pads else END)
    say(f"{output}: {learnt:,} tokens")


def load(directory: Path) -> Loaded:
    """A tokenizer directory, `train`'s or any other. BadCall where it is not one, has no token that ends a text, or
    cannot write every text (`token_bytes.lengths`)."""
    file = directory / FILES[0]
    if not file.is_file():
        raise BadCall(f"{directory} has no {FILES[0]}: it is no directory of a fast Hugging Face tokenizer")
    _hold_ids(reading.json_object(file, " cannot be read as a tokenizer"), file)
    try:
        tokenizer = Tokenizer.from_str(file.read_text(encoding="utf-8"))
    except Exception as error:  # noqa: BLE001  # `tokenizers` raises nothing narrower
        raise BadCall(f"{file} cannot be read as a tokenizer: {one_line(error)}") from None
    tokenizer.no_truncation()  # a saved tokenizer may cut texts or fill them up
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = True
    named = _named(directory)
    end = next((i for i in map(tokenizer.token_to_id, (END, named.get("eos_token", ""))) if i is not None), None)
    if end is None:
        raise BadCall(f"{directory} has neither {END} nor an eos_token in {FILES[1]}: nothing would end a document")
    mask = next((i for i in map(tokenizer.token_to_id, (named.get("mask_token", ""), MASK)) if i is not None), None)
    special = {one: tokenizer.id_to_token(one) or "" for one in (end, mask) if one is not None}
    tokenizer.add_special_tokens([AddedToken(name, special=True, normalized=False) for name in special.values()])
    vocab = max(tokenizer.get_vocab(with_added_tokens=True).values()) + 1
    words = json.loads(tokenizer.to_str())  # not the file's: ids may be dealt out anew on loading
    table = lengths(words, vocab, directory)
    special |= {of["id"]: of["content"] for of in words["added_tokens"] if of["special"]}
    if words["model"].get("unk_id") is not None:
        special[words["model"]["unk_id"]] = tokenizer.id_to_token(words["model"]["unk_id"]) or ""
    bytes_ = {index: name for name in fallbacks(words) if (index := tokenizer.token_to_id(name)) is not None}
    names = special | bytes_
    spelled = {one: np.array(list(map(tokenizer.token_to_id, spelling(words, name)))) for one, name in names.items()}
    no_text = np.array([*special], np.int64)
    return Loaded(
        tokenizer, vocab, end, mask, hash_file(file), table, is_exact(words), spelled, no_text, bytes_, _is_ours(words)
    )


def token_bytes(directory: Path) -> np.ndarray:
    """int32 [vocab]: how many bytes of text each token stands for; 0 for special tokens and for ids without a token.

    Exact for byte-level tokenizers without a normaliser. Of others: what a normaliser changes is counted as changed,
    and a space that the tokenizer puts before a text counts as one byte, though the text has none.
    """
    return load(directory).lengths


def files(directory: Path) -> dict[str, bytes]:
    """The files that make a tokenizer directory. BadCall where it is none any more."""
    found = {name: reading.small(directory / name) for name in (*FILES, TEMPLATE) if (directory / name).is_file()}
    if FILES[0] not in found:
        raise BadCall(f"{directory} has no {FILES[0]} any more; put it back, or go on with the pack where it now lies")
    return found


def copy(directory: Path, output: Path) -> None:
    """`files`, byte for byte."""
    write(files(directory), output)


def write(content: Mapping[str, bytes], output: Path) -> None:
    """Files by their names."""
    for name, value in content.items():
        with aside.whole(output / name) as file:
            file.write(value)


def for_models(content: Mapping[str, bytes]) -> dict[str, bytes]:
    """`files` as they stand beside a model: with the names of what it is given, where they do not say. Version 4 of
    transformers would hand over token_type_ids, which decoders do not take."""
    found = dict(content)
    with contextlib.suppress(KeyError, ValueError, RecursionError):
        value = json.loads(found[FILES[1]])
        if value.get("tokenizer_class", PLAIN) == PLAIN and "model_input_names" not in value:
            found[FILES[1]] = f"{json.dumps(value | {'model_input_names': INPUTS}, indent=1)}\n".encode()
    return found


def _save(tokenizer: Tokenizer, output: Path, pad: str) -> None:
    names = {"eos_token": END, "pad_token": pad, "mask_token": MASK}
    config = {
        "tokenizer_class": PLAIN,
        "add_bos_token": False,
        "clean_up_tokenization_spaces": False,
        "model_max_length": 1_000_000_000_000,  # a model's context is its own matter
        "model_input_names": INPUTS,
        **names,
    }
    aside.write_json(output / FILES[2], names)
    aside.write_json(output / FILES[1], config)
    with aside.whole(output / FILES[0]) as file:
        file.write(tokenizer.to_str(pretty=True).encode())


def _hold_ids(words: Mapping[str, Any], file: Path) -> None:
    """BadCall where an id is one that no table of tokens could hold. What else is odd, `tokenizers` finds."""
    vocab = (words.get("model") or {}).get("vocab")
    ids = list(vocab.values()) if isinstance(vocab, dict) else []
    added = words.get("added_tokens")
    ids += [of.get("id") for of in added if isinstance(of, dict)] if isinstance(added, list) else []
    for index in ids:
        if type(index) is not int or not 0 <= index < LARGEST:
            raise BadCall(f"{file}: a token has the id {shown(index)}, and the largest that is read is {LARGEST - 1:,}")


def _named(directory: Path) -> dict[str, str]:
    """The special tokens that tokenizer_config.json or special_tokens_map.json names, as strings."""
    names: dict[str, str] = {}
    for file in (directory / FILES[2], directory / FILES[1]):
        if not file.is_file():
            continue
        value = reading.json_object(file, " is not JSON")
        for name in ("eos_token", "mask_token"):
            token: Any = value.get(name)
            token = token.get("content") if isinstance(token, dict) else token
            if isinstance(token, str):
                names[name] = token
    return names


def _is_ours(words: dict[str, Any]) -> bool:
    split = ((words.get("pre_tokenizer") or {}).get("pretokenizers") or [{}])[0]
    return bool(split.get("pattern") == {"Regex": PATTERN} and not words.get("normalizer"))


def _pieces(text: str, lines: bool = True) -> Iterator[str]:
    """Cut a long text, so that its encoding takes less memory: with `lines` about every LONG characters, before a
    letter or digit that begins a line. No word of PATTERN goes over such a place: what holds a line's end ends with
    one."""
    start = 0
    while lines and len(text) - start > 2 * LONG and (found := _LINE.search(text, start + LONG)):
        yield from _without_seas(text[start : found.end()])
        start = found.end()
    yield from _without_seas(text[start:])


def _without_seas(text: str, most: int = 0) -> Iterator[str]:
    """Cut white space every `most` characters, LONG if not told: the search for words gives up in a run of millions."""
    start, most = 0, most or LONG
    if len(text) > most:
        for blank in _BLANKS.finditer(text):
            for place in range(blank.start() + most, blank.end(), most):
                yield text[start:place]
                start = place
    yield text[start:]
