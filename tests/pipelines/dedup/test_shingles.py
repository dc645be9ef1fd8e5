# ruff: noqa: RUF001  full-width marks are what a case is about

import re
import sys
import unicodedata

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from winnow.filters.words.scripts import is_unspaced
from winnow.filters.words.segmenter import words as segmented
from winnow.pipelines.dedup import shingles as module
from winnow.pipelines.dedup.shingles import mix, shingle, similarities

MODULUS = 1 << 64
WORD_BASE = 0x9E3779B97F4A7C15
SHINGLE_BASE = 0xD1342543DE82EF95
MARKS = "".join(
    chr(code) for code in range(sys.maxunicode + 1)
    if unicodedata.category(chr(code)) in ("Mn", "Mc") and "VARIATION SELECTOR" not in unicodedata.name(chr(code))
)  # fmt: skip
UGLY = ["", " ", "\0", "a\0b\0", "\n", "!?", "_", "🙂", "🙂 a", "שלום עולם طويل", "e\u0301 é", "\ud800 a \udfff",
        "ΣΑΣ ΟΔΥΣΣΕΥΣ", "İstanbul I", "ǅ ŉ ß ẞ", "一二 三",
        "我爱 OpenAI公司。", "ภาษาไทย ที่", "བོད་སྐད", "नमस्ते दुनिया", "❤\ufe0f a",
        "½ ² ٣", "a-b_c'd", "\U0001d518 𐐀"]  # fmt: skip


def mixed(value: int) -> int:
    """MurmurHash3's finaliser in Python integers."""
    value ^= value >> 33
    value = value * 0xFF51AFD7ED558CCD % MODULUS
    value ^= value >> 33
    value = value * 0xC4CEB9FE1A85EC53 % MODULUS
    return value ^ (value >> 33)


def word_hash(word: str) -> int:
    power, total = 1, 0
    for letter in word:
        total += mixed(ord(letter)) * power
        power = power * WORD_BASE % MODULUS
    return mixed(total % MODULUS)


def by_definition(text: str, words: int) -> list[int]:
    """The same set, one word at a time with the regular expression."""
    parted = " ".join(segmented(text)) if is_unspaced(text) else text
    hashes = [word_hash(word) for word in re.findall(rf"[\w{MARKS}]+", parted.lower())]
    run = min(words, len(hashes))
    found = set()
    for start in range(len(hashes) - run + 1 if hashes else 0):
        value = SHINGLE_BASE * run + hashes[start]
        for following in hashes[start + 1 : start + run]:
            value = value * SHINGLE_BASE + following
        found.add(value % MODULUS)
    return sorted(found)


def sets(texts: list[str], words: int = 5) -> list[list[int]]:
    packed = shingle(texts, words)
    return [part.tolist() for part in np.split(packed.values, packed.offsets[1:-1])] if texts else []


def test_mix_is_the_finaliser() -> None:
    values = [0, 1, 2**63, 2**64 - 1, 123456789]
    assert mix(np.array(values, np.uint64)).tolist() == [mixed(value) for value in values]


@pytest.mark.parametrize("words", [1, 2, 5])
def test_ugly_texts_have_the_sets_of_the_definition(words: int) -> None:
    assert sets(UGLY, words) == [by_definition(text, words) for text in UGLY]


@pytest.mark.parametrize(
    "text",
    ["x" * 70_000, "x" * 65_536, "word " * 70_000, "long " + "é" * 200_000 + " end", "ab " * 21_845 + "c d e f g"],
    ids=["a word over two blocks", "a word of one block", "many words", "over four blocks", "a word after the border"],
)
def test_words_across_blocks_have_the_sets_of_the_definition(text: str) -> None:
    assert sets([text]) == [by_definition(text, 5)]


@given(st.lists(st.text(), max_size=5), st.integers(1, 6))
@example(["a b c d", "a b c d e", "a b c d e f"], 5)
def test_any_texts_have_the_sets_of_the_definition(texts: list[str], words: int) -> None:
    assert sets(texts, words) == [by_definition(text, words) for text in texts]


@given(st.text(st.characters(codec="ascii"), max_size=200))
def test_ascii_texts_hash_as_they_do_beside_other_letters(text: str) -> None:
    assert sets([text]) == sets([text, "é"])[:1]
    assert sets([text, ""]) == [*sets([text, "ΑΣ"])[:1], []]


def test_letters_are_lowered_and_classed_as_python_does() -> None:
    every = [chr(code) for code in range(sys.maxunicode + 1)]
    letters = [letter for place, letter in enumerate(every) if letter.lower() != letter or place % 31 == 0]
    expected = [by_definition(letter, 1) for letter in letters]
    packed = shingle(letters, 1)
    assert [part.tolist() for part in np.split(packed.values, packed.offsets[1:-1])] == expected


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("One, two: THREE four; five!", "one two three four five", True),
        ("one two three four five", "one two three five four", False),
        ("one two three four", "one two three four five", False),
        ("one", "one one", False),
        ("ab c", "a bc", False),
        ("我们，去。学校（学习）中文", "我们 去 学校 学习 中文", True),
        ("ที่", "ที", False),
        ("की", "का", False),
    ],
)
def test_case_and_punctuation_do_not_count_but_order_does(left: str, right: str, same: bool) -> None:
    assert (sets([left]) == sets([right])) is same


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("", 0),
        ("—", 0),
        ("a", 1),
        ("a b c d", 1),
        ("a b c d e", 1),
        ("a b c d e f", 2),
        ("a a a a a a a", 1),
        ("我们去学校学习中文", 1),
        ("我们今天去学校学习中文", 2),
    ],
)
def test_sizes(text: str, size: int) -> None:
    assert shingle([text], 5).sizes.tolist() == [size]


def test_batches_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [*UGLY, "one two three four five six " * 40, *UGLY[::-1]]
    whole = sets(texts)
    for batch in (1, 7, 100):
        monkeypatch.setattr(module, "_BATCH", batch)
        assert sets(texts) == whole


def test_no_texts_and_no_words() -> None:
    assert len(shingle([], 5)) == 0
    with pytest.raises(ValueError, match="at least one word, not 0"):
        shingle(["a"], 0)


@given(st.lists(st.lists(st.integers(0, 12), max_size=8), min_size=1, max_size=6))
def test_similarities_are_those_of_python_sets(numbers: list[list[int]]) -> None:
    texts = [" ".join(f"w{number}" for number in row) for row in numbers]
    packed = shingle(texts, 1)
    pairs = [(i, j) for i in range(len(texts)) for j in range(len(texts))]
    found = similarities(packed, np.array([i for i, _ in pairs]), np.array([j for _, j in pairs]))
    words = [set(row) for row in numbers]
    assert found.tolist() == [
        len(words[i] & words[j]) / len(words[i] | words[j]) if words[i] | words[j] else 1.0 for i, j in pairs
    ]


def test_a_page_without_spaces_is_like_its_copy_with_another_word() -> None:
    sentences = [
        f"{month}月我们在学校学习{subject}。" for month in "一二三四五六" for subject in ("历史", "数学", "音乐")
    ]
    page = "".join(sentences)
    other = page.replace("三月我们在学校学习数学", "三月我们在公园学习数学")
    found = similarities(shingle([page, other, "。".join(page)], 5), np.array([0, 0]), np.array([1, 2]))
    assert found.tolist() == [74 / 82, 0.0]


def test_take_gives_rows_in_the_asked_order() -> None:
    packed = shingle(["a b", "", "c", "d e f"], 1)
    taken = packed.take(np.array([3, 1, 3, 0]))
    assert taken.sizes.tolist() == [3, 0, 3, 2]
    assert taken.values[:3].tolist() == by_definition("d e f", 1)
