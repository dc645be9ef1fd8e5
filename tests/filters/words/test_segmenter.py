# ruff: noqa: RUF001  full-width marks are what some cases are about

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.filters.words.segmenter import has_words, icu_version, words, words_of_lines

ALPHABET = "aé1 \n\t。，!“-'\0\1一二的学カなｱไทยั ลาວບꩠကျွန်ខ្មែรབོད་།\u200b\u200d\u2f00"
MIXED = {
    "Chinese": ("我爱 OpenAI公司。", ["我", "爱", "OpenAI", "公司"]),
    "Japanese": (
        "東京都に住んでいます。「Python」は3.11です",
        ["東京", "都", "に", "住", "んで", "い", "ます", "Python", "は", "3.11", "です"],
    ),
    "Thai": ("ประเทศไทยรวมกันเป็นหนึ่ง ๑๒๓ ABC", ["ประเทศไทย", "รวม", "กัน", "เป็น", "หนึ่ง", "๑๒๓", "ABC"]),
    "Lao": ("ພາສາລາວ ແມ່ນ ພາສາ", ["ພາສາ", "ລາວ", "ແມ່ນ", "ພາສາ"]),
    "Khmer": ("ភាសាខ្មែរ។ខ្មែរ", ["ភាសាខ្មែរ", "ខ្មែរ"]),
    "Burmese": ("မြန်မာဘာသာစကား၊ မြန်မာ", ["မြန်မာဘာသာ", "စကား", "မြန်မာ"]),
    "Tibetan": ("བོད་སྐད་ནི། བོད་", ["བོད", "སྐད", "ནི", "བོད"]),
}


@pytest.mark.parametrize(("string", "expected"), MIXED.values(), ids=MIXED.keys())
def test_words(string: str, expected: list[str]) -> None:
    assert words(string) == expected


@pytest.mark.parametrize(
    ("string", "expected"),
    [
        ("", []),
        (" \n ", []),
        ("a b\u00a0c\u3000d", ["a", "b", "c", "d"]),
        ("don't — “stop”!", ["don't", "—", "“stop”!"]),
        ("你好,世界! - it's", ["你好", "世界", "-", "it's"]),
        ("\0 好 \1 \0x\1", ["\0", "好", "\1", "\0x\1"]),
        ("好\ud800 \udfff", ["好", "\udfff"]),
        ("ｱｲｳ ＡＢＣ１２３", ["ｱｲｳ", "ＡＢＣ１２３"]),
        ("🙂好🙂", ["好"]),
        ("한국어 말", ["한국어", "말"]),
    ],
)
def test_words_of_odd_texts(string: str, expected: list[str]) -> None:
    assert words(string) == expected


def test_lines_are_segmented_as_they_are_alone() -> None:
    lines = ["", *(string for string, _ in MIXED.values()), "\1", "one two", "\0 好"]
    assert words_of_lines(lines) == [words(line) for line in lines]
    assert words_of_lines([]) == []


@given(st.lists(st.text(ALPHABET)))
def test_words_follow_one_another_and_lines_do_not_matter(lines: list[str]) -> None:
    found = words_of_lines(lines)
    assert found == [words(line) for line in lines]
    assert [word for line in found for word in line] == words("\n".join(lines))
    for line, of in zip(lines, found, strict=True):
        end = 0
        for word in of:
            assert word
            end = line.index(word, end) + len(word)
        assert len(of) >= len(line.split())


@given(st.text(ALPHABET), st.integers(0, 12))
def test_has_words(string: str, least: int) -> None:
    assert has_words(string, least) is (len(words(string)) >= least)


def test_threads_get_the_same() -> None:
    strings = [string * 20 for string, _ in MIXED.values()] * 10
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(words, strings)) == [words(string) for string in strings]


@pytest.mark.parametrize(("text", "loads"), [("naïve “text” བོད་སྐད", "False"), ("好", "True")])
def test_the_dictionaries_are_loaded_for_a_text_that_needs_them(text: str, loads: str) -> None:
    code = f"import sys; from winnow.filters.text import Text; Text({text!r}).words; print('icu4py' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == loads


def test_the_dictionaries_are_those_that_the_constraints_pin() -> None:
    assert icu_version() == "78.3"


def test_equal_words_of_a_long_text_are_one_object() -> None:
    line = "我们去学校。" * 20_001
    found = words(line)
    assert (found[:3], len(found)) == (["我们", "去", "学校"], 60_003)
    assert len(set(map(id, found))) == 3
    assert words(line[:60]) == found[:30]


@pytest.mark.parametrize("unit", ["一", "的人", "ก", "ั", "ประเทศไทย", "ខ", "ကြောင်", "ア", "一ก", "的กアあခកa", "一,"])
def test_hostile_texts_take_linear_time(unit: str) -> None:
    began = time.process_time()
    words(unit * (200_000 // len(unit)))
    assert time.process_time() - began < 2
