"""Learning a tokenizer, and loading any."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tokenizers import AddedToken, Tokenizer, decoders, normalizers, processors

from tests.trainer.small_corpora import (
    build,
    byte_level,
    byte_tokenizer,
    digests,
    fallback,
    foreign,
    packed,
    quiet,
    text,
    unigram,
    write,
)  # fmt: skip
from winnow.trainer.errors import BadCall
from winnow.trainer.pack import pieces, tokenizer_files
from winnow.trainer.pack.tokenizer import load
from winnow.trainer.pack.tokenizer_files import FILES
from winnow.trainer.pack.tokenizer_training import BEGIN, END, MASK, PAD, train

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return byte_tokenizer(tmp_path_factory.mktemp("ours"), merges=60)


def test_it_has_as_many_tokens_as_asked_and_three_special_ones(ours: Path) -> None:
    loaded = load(ours)
    assert (loaded.vocab, loaded.end, loaded.mask, loaded.begin) == (319, 0, 1, 2)
    assert [loaded.tokenizer.id_to_token(one) for one in range(3)] == [END, MASK, BEGIN]
    assert loaded.lengths[:3].tolist() == [0, 0, 0]
    assert loaded.sha256 == hashlib.sha256((ours / FILES[0]).read_bytes()).hexdigest()
    assert loaded.exact
    assert sorted(path.name for path in ours.iterdir()) == sorted(FILES)


def test_the_smallest_is_the_bytes_alone(tmp_path: Path) -> None:
    corpus = write(tmp_path / "a.parquet", {"text": ["abc abc"]})
    train([corpus], 259, tmp_path / "t", 100, 1, quiet)
    assert load(tmp_path / "t").vocab == 259
    with pytest.raises(BadCall, match=r"vocab is 258; .* need at least 259"):
        train([corpus], 258, tmp_path / "u", 100, 1, quiet)


def test_a_corpus_too_small_for_the_vocabulary_is_told(tmp_path: Path) -> None:
    lines: list[str] = []
    corpus = write(tmp_path / "a.parquet", {"text": ["aaaa aaaa"]})
    train([corpus], 1000, tmp_path / "t", 100, 1, lines.append)
    assert lines[2].startswith("the texts give no more than 26")
    assert load(tmp_path / "t").vocab < 270


def test_a_directory_with_a_tokenizer_is_left_alone(ours: Path, tmp_path: Path) -> None:
    corpus = write(tmp_path / "a.parquet", {"text": ["abc"]})
    with pytest.raises(BadCall, match="already holds a tokenizer"):
        train([corpus], 300, ours, 100, 1, quiet)


def test_every_text_comes_back(ours: Path) -> None:
    loaded = load(ours)
    texts = ["", " ", "\0", "a  b\t\n\n  c\r\n", "🙂 e\u0301 हिन्दी שלום\u2028", text(3), "don't 12345 ---\n", "\ufeffx"]
    for words, ids in zip(texts, loaded.encode(texts), strict=True):
        assert ids.dtype == np.int64
        assert loaded.tokenizer.decode(ids.tolist(), skip_special_tokens=False) == words


@pytest.mark.parametrize("words", [END, MASK, BEGIN, f"a{END}b", f"{END}{BEGIN} {MASK}"])
def test_the_names_of_special_tokens_are_plain_text(ours: Path, words: str) -> None:
    loaded = load(ours)
    (ids,) = loaded.encode([words])
    assert not {loaded.begin, loaded.end, loaded.mask} & set(ids.tolist())
    assert loaded.tokenizer.decode(ids.tolist(), skip_special_tokens=False) == words


def test_words_are_as_the_pattern_says(ours: Path) -> None:
    split = load(ours).tokenizer.pre_tokenizer.pre_tokenize_str("It's  don't,\n x=12345 नमस्ते!\n\n  y ")
    words = ["It's", " ", " don't", ",\n", " x", "=", "123", "45", " नमस्ते", "!\n\n", " ", " y", " "]
    assert ["It's  don't,\n x=12345 नमस्ते!\n\n  y "[a:b] for _, (a, b) in split] == words


def some_corpus(folder: Path) -> Path:
    for n in range(3):
        write(folder / f"{n}.parquet", {"text": [text(100 * n + m, 60) for m in range(40)]})
    return folder


def test_the_same_corpus_gives_the_same_bytes_in_parallel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The order in which threads count words must not show."""
    corpus = some_corpus(tmp_path / "corpus")
    for parallel in ("false", "true"):
        monkeypatch.setenv("TOKENIZERS_PARALLELISM", parallel)
        train([corpus], 700, tmp_path / parallel, 100_000, 1, quiet)
    assert digests(tmp_path / "false") == digests(tmp_path / "true")


@pytest.mark.slow
def test_the_same_corpus_gives_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    corpus = some_corpus(tmp_path / "corpus")
    code = (
        "import sys; from pathlib import Path; from winnow.trainer.pack.tokenizer_training import train\n"
        "train([Path(sys.argv[1])], 700, Path(sys.argv[2]), 100_000, 1, print)"
    )
    for threads in ("1", "3"):
        environment = os.environ | {
            "PYTHONPATH": str(ROOT / "src"),
            "RAYON_NUM_THREADS": threads,
            "PYTHONHASHSEED": threads,
        }
        subprocess.run(
            [sys.executable, "-c", code, corpus, tmp_path / threads], check=True, env=environment, capture_output=True
        )
    assert digests(tmp_path / "1") == digests(tmp_path / "3")


@pytest.mark.slow  # transformers takes seconds to import
def test_transformers_loads_it_and_encodes_the_same(ours: Path) -> None:
    transformers = pytest.importorskip("transformers")
    theirs, loaded = transformers.AutoTokenizer.from_pretrained(ours), load(ours)
    assert len(theirs) == loaded.vocab
    assert (theirs.eos_token_id, theirs.mask_token_id, theirs.bos_token_id) == (loaded.end, loaded.mask, loaded.begin)
    texts = [text(4), "a  b\n\n c", "🙂 e\u0301 don't", " x"]
    for words, ids in zip(texts, loaded.encode(texts), strict=True):
        assert theirs(words)["input_ids"] == [loaded.begin, *ids.tolist()]
        assert theirs.decode(ids) == words


def test_long_texts_are_cut_without_a_trace(ours: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [text(n, 3000).replace(" river", "\nriver").replace(" winter", "\n\n winter").replace("1984", "\n1984")
             for n in range(5)]  # fmt: skip
    whole = [ids.tolist() for ids in load(ours).encode(texts)]
    monkeypatch.setattr(pieces, "LONG", 50)
    assert max(len(list(pieces.pieces(words))) for words in texts) > 100
    assert ["".join(pieces.pieces(words)) for words in texts] == texts
    assert [ids.tolist() for ids in load(ours).encode(texts)] == whole


def test_texts_that_offer_no_place_are_not_cut() -> None:
    for words in ("x" * 5_000_000, "x\n " * 1_000_000):
        assert list(pieces.pieces(words)) == [words]


@pytest.mark.parametrize("eos", ["</s>", {"content": "</s>", "lstrip": False}])
def test_another_s_eos_ends_documents(tmp_path: Path, eos: object) -> None:
    loaded = load(foreign(tmp_path, byte_level(), {"eos_token": eos}))
    assert (loaded.vocab, loaded.end, loaded.mask, loaded.cuts) == (257, 256, None, False)


def test_its_own_end_of_text_comes_before_an_eos(tmp_path: Path) -> None:
    words = byte_level()
    words.add_special_tokens([END, "[MASK]"])
    loaded = load(foreign(tmp_path, words, {"eos_token": "</s>", "mask_token": "[MASK]"}))
    assert (loaded.end, loaded.mask) == (257, 258)


@pytest.mark.parametrize("special", [True, False])
@pytest.mark.parametrize("made", [lambda: byte_level(end=None), fallback, unigram])
def test_a_name_of_another_s_special_token_is_plain_text_too(
    tmp_path: Path, made: Callable[[], Tokenizer], special: bool
) -> None:
    """Unigram finds </s> among its pieces, and added tokens that are not called special are found in any text."""
    words = made()
    words.add_tokens([AddedToken("</s>", special=special, normalized=False)])
    loaded = load(foreign(tmp_path, words, {"eos_token": "</s>"}))
    (ids,) = loaded.encode(["é</s></s>x"])
    assert loaded.end not in ids
    assert loaded.tokenizer.decode(ids.tolist(), skip_special_tokens=False) == "é</s></s>x"
    assert loaded.lengths[ids].sum() == 11 + (made is fallback)


def test_special_tokens_map_is_looked_at_too(tmp_path: Path) -> None:
    folder = foreign(tmp_path, byte_level(), None)
    (folder / FILES[2]).write_text('{"eos_token": "</s>"}')
    assert load(folder).end == 256


@pytest.mark.parametrize("config", [None, {}, {"eos_token": None}, {"eos_token": "<unknown>"}])
def test_a_tokenizer_without_an_end_is_refused(tmp_path: Path, config: dict[str, object] | None) -> None:
    folder = foreign(tmp_path / "other", byte_level(), config)
    with pytest.raises(BadCall, match=r"other has neither .* nor an eos_token .*: nothing would end a document"):
        load(folder)


def test_nothing_is_cut_filled_up_or_put_before(tmp_path: Path) -> None:
    """A saved tokenizer can truncate, pad and add tokens of its own."""
    words = fallback()
    words.enable_truncation(5)
    words.enable_padding(length=50, pad_token="</s>", pad_id=2)
    words.post_processor = processors.TemplateProcessing("<s> $A", special_tokens=[("<s>", 1)])
    (short, long) = load(foreign(tmp_path, words, {"eos_token": "</s>"})).encode(["ab", "abcd" * 20])
    assert [len(short), len(long)] == [2, 61]
    assert not {0, 1, 2} & {*short.tolist(), *long.tolist()}


def test_what_is_no_tokenizer_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadCall, match=r"has no tokenizer\.json: it is no directory of a fast Hugging Face tokenizer"):
        load(tmp_path)
    (tmp_path / FILES[0]).write_text('{"version": "1.0"')
    with pytest.raises(BadCall, match=r"tokenizer\.json cannot be read as a tokenizer"):
        load(tmp_path)
    (tmp_path / FILES[0]).write_bytes(b"\xff\xfe")
    with pytest.raises(BadCall, match=r"tokenizer\.json cannot be read as a tokenizer"):
        load(tmp_path)
    foreign(tmp_path, byte_level(), {})
    (tmp_path / FILES[1]).write_text("{")
    with pytest.raises(BadCall, match=r"tokenizer_config\.json is not JSON"):
        load(tmp_path)


def test_copies_are_byte_for_byte(ours: Path, tmp_path: Path) -> None:
    tokenizer_files.write(load(ours).files, tmp_path / "copy")
    assert digests(tmp_path / "copy") == digests(ours)
    tokenizer_files.write(tokenizer_files.files(foreign(tmp_path / "other", byte_level(), None)), tmp_path / "second")
    assert [path.name for path in (tmp_path / "second").iterdir()] == [FILES[0]]


def template(words: Tokenizer, name: str, end: str = "") -> Tokenizer:
    words.add_special_tokens([name, "</s>"])
    special = [(of, words.token_to_id(of)) for of in (name, "</s>")]
    words.post_processor = processors.TemplateProcessing(
        f"{name} $A {end}".strip(), f"{name} $A {name}:1 $B:1", special
    )
    return words


def offsets(words: Tokenizer) -> Tokenizer:
    words.post_processor = processors.ByteLevel(trim_offsets=True)
    return words


@pytest.mark.parametrize(
    ("words", "config", "begin", "kept"),
    [
        (byte_level(), {}, "</s>", False),  # as GPT-2 does
        (byte_level(), {"bos_token": None}, "</s>", False),
        (byte_level(), {"bos_token": "<unknown>"}, "</s>", False),
        (byte_level(), {"bos_token": {"content": "<s>"}, "add_bos_token": False}, "<s>", False),
        (template(byte_level(), "[CLS]"), {}, "[CLS]", True),
        (template(byte_level(), "<s>"), {"bos_token": "<s>"}, "<s>", True),
        (template(byte_level(), "[CLS]"), {"bos_token": "<s>"}, "<s>", False),
        (template(fallback(), "<s>"), {}, "<s>", True),
        (template(byte_level(), "<s>", "</s>"), {"bos_token": "<s>"}, "<s>", False),  # a prompt does not end
        (offsets(byte_level()), {}, "</s>", False),
        (fallback(), {}, "</s>", False),
    ],
)
def test_what_begins_another_s_documents(
    tmp_path: Path, words: Tokenizer, config: dict[str, object], begin: str, kept: bool
) -> None:
    """A token of its own, what stands before a text anyway, or else the end-of-text; and its files then say so."""
    words.add_special_tokens(["<s>", "</s>"])
    loaded = load(foreign(tmp_path / "other", words, {"eos_token": "</s>"} | config))
    assert loaded.tokenizer.id_to_token(loaded.begin) == begin
    (ids,) = loaded.encode([f"ab {begin}"])
    assert loaded.begin not in ids
    assert loaded.document(ids).tolist() == [loaded.begin, *ids.tolist(), loaded.end]
    assert (loaded.files == tokenizer_files.files(tmp_path / "other")) is kept
    tokenizer_files.write(loaded.files, tmp_path / "copy")
    put = Tokenizer.from_file(str(tmp_path / "copy" / FILES[0]))
    put.encode_special_tokens = True
    (plain,) = loaded.encode(["ab a"])
    assert put.encode("ab a").ids == [loaded.begin, *plain.tolist()]
    assert put.encode("ab a", "b").ids == [loaded.begin, *plain.tolist(), loaded.begin, *loaded.encode(["b"])[0]]
    again = load(tmp_path / "copy")
    assert (again.begin, again.sha256, dict(again.files)) == (loaded.begin, loaded.sha256, dict(loaded.files))


def test_a_build_is_learnt_from_by_its_corpus_alone(tmp_path: Path) -> None:
    folder = build(tmp_path / "b", [{"text": "abab"}], removed=[{"text": "zzzz" * 100}])
    train([folder], 260, tmp_path / "t", 1000, 1, quiet)
    assert Tokenizer.from_file(str(tmp_path / "t" / FILES[0])).id_to_token(259) == "ab"


@pytest.mark.slow
@pytest.mark.parametrize("blank", ["\u00a0"])
def test_a_sea_of_white_space_is_cut(ours: Path, blank: str) -> None:
    """The search for words gives up in a run of ten million."""
    words = f"a{blank * (10_000_000 // len(blank))}b"
    (ids,) = load(ours).encode([words])
    assert load(ours).lengths[ids].sum() == len(words.encode())


@pytest.mark.slow
def test_a_sea_of_white_space_can_be_learnt_from(tmp_path: Path) -> None:
    corpus = write(tmp_path / "a.parquet", {"text": [f"a{' ' * 10_000_000}b"]})
    train([corpus], 260, tmp_path / "t", 10**9, 1, quiet)
    assert load(tmp_path / "t").vocab == 260


def test_white_space_is_cut_where_it_is_very_long_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "LONG", 50)
    assert list(pieces.pieces("a" + " " * 49 + "b" * 50)) == ["a" + " " * 49 + "b" * 50]
    assert list(pieces.pieces("a" + " " * 120 + "b")) == ["a" + " " * 50, " " * 50, " " * 20 + "b"]
    assert list(pieces.pieces("a" + " " * 50 + "b")) == ["a" + " " * 50 + "b"]


@pytest.mark.slow
def test_a_text_that_the_tokenizer_fails_on_is_named(
    ours: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pieces, "LONG", 1 << 40)
    texts = ["a", "b", " " * 10_000_000 + "c", "d"]
    with pytest.raises(BadCall, match=r"^text 3: the tokenizer fails on its 10,000,001 characters: Onig"):
        load(ours).encode(texts)
    corpus = write(tmp_path / "x.parquet", {"text": texts})
    with pytest.raises(BadCall, match=r"x\.parquet, row 2: the tokenizer fails on"):
        packed(corpus, ours, tmp_path / "pack")
    capfd.readouterr()


@pytest.mark.parametrize(
    "words",
    ["<s>", "</s> <unk>", "a<unk>a<pad>", "<0x41>", "é<0x41>é <0x0A>", "<0x41><0x41> A", "<0x41", "<0x41>" * 50],
)
def test_no_text_becomes_a_special_token_or_a_byte_by_its_spelling(tmp_path: Path, words: str) -> None:
    like_gemma = unigram(("<s>", 0.0), ("<pad>", 0.0), ("a", -2.0), ("▁", -2.0), ("<", -3.0))
    like_gemma.normalizer = normalizers.Replace(" ", "▁")
    like_gemma.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    like_gemma.add_special_tokens([AddedToken(name, normalized=False) for name in ("<s>", "</s>", "<pad>")])
    loaded = load(foreign(tmp_path, like_gemma, {"eos_token": "</s>"}))
    special = {loaded.tokenizer.token_to_id(name) for name in ("<unk>", "<s>", "</s>", "<pad>")}
    alone, among = loaded.encode([words, f"a {words} a"])
    for ids, wanted in ((alone, words), (among, f"a {words} a")):
        assert loaded.tokenizer.decode(ids.tolist(), skip_special_tokens=False) == wanted
        assert not special & set(ids.tolist())
        assert loaded.lengths[ids].sum() == len(wanted.encode())


def test_a_new_tokenizer_has_a_padding_of_its_own(tmp_path: Path) -> None:
    """Collators take the padding's id out of the loss, and with it every end of a text that has the same one."""
    corpus = write(tmp_path / "a.parquet", {"text": [text(n) for n in range(20)]})
    train([corpus], 300, tmp_path / "t", 10**6, 1, quiet)
    loaded = load(tmp_path / "t")
    pad = loaded.tokenizer.token_to_id(PAD)
    assert (loaded.vocab, loaded.end, loaded.mask, pad, loaded.lengths[pad]) == (300, 0, 1, 299, 0)
    (ids,) = loaded.encode([f"a{PAD}b"])
    assert pad not in ids
    assert loaded.tokenizer.decode(ids.tolist()) == f"a{PAD}b"
    transformers = pytest.importorskip("transformers")
    theirs = transformers.AutoTokenizer.from_pretrained(tmp_path / "t")
    assert (theirs.pad_token, theirs.pad_token_id, theirs.eos_token_id) == (PAD, pad, 0)
    collator = transformers.DataCollatorForLanguageModeling(theirs, mlm=False)
    rows = [theirs("bread river") | {}, theirs("bread")]
    rows = [{"input_ids": [*row["input_ids"], 0]} for row in rows]
    labels = collator(rows)["labels"].tolist()
    assert [row.count(0) for row in labels] == [1, 1]
    assert set(theirs("bread river")) == {"input_ids", "attention_mask"}  # version 4 would add token_type_ids


@pytest.mark.parametrize(("vocab", "own"), [(259, False), (260, False), (261, True)])
def test_the_smallest_ones_pad_with_their_end(tmp_path: Path, vocab: int, own: bool) -> None:
    corpus = write(tmp_path / "a.parquet", {"text": ["abab abab"]})
    train([corpus], vocab, tmp_path / "t", 10**6, 1, quiet)
    assert (load(tmp_path / "t").tokenizer.token_to_id(PAD) is not None) is own
