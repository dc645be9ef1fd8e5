import pytest

from winnow.filters.languages.table import Published, table
from winnow.filters.setting_checks import is_word

ASKED = "de en es fr pl pt it nl cs ru uk ar fa hi tr vi id ko ja zh th".split()  # noqa: SIM905  read as a list


def test_the_languages_with_most_web_text() -> None:
    found = table()
    assert len(found) == 92
    assert [code for code in ASKED if code not in found] == []
    assert list(found)[:6] == ["en", "ru", "zh", "de", "es", "ja"]
    documents = [of.documents for code, of in found.items() if code != "en"]
    assert documents == sorted(documents, reverse=True)


def test_german() -> None:
    assert table()["de"] == Published(
        name="German", labels=("deu_Latn",), documents=495_964_485, score=0.821,
        stop_words=(
            "der", "und", "die", "in", "von", "im", "den", "des", "mit", "das", "er", "dem", "als", "wurde", "für",
        ),
        terminal_marks=(), mean_word_length=(0, 15), alphabetic_word_share=0.774, duplicate_line_share=0.263,
        top_n_gram_character_shares=(0.169, 0.153, 0.137),
        duplicate_n_gram_character_shares=(0.141, 0.134, 0.126, 0.117, 0.108, 0.098),
        line_punctuation_share=0.0, newline_to_word_ratio=0.152,
    )  # fmt: skip


def test_of_two_scripts_the_stop_words_are_put_together() -> None:
    serbian = table()["sr"]
    assert serbian.labels == ("srp_Cyrl", "srp_Latn")
    assert {"за", "za"} <= set(serbian.stop_words)
    assert serbian.duplicate_line_share == 0.257


@pytest.mark.parametrize("code", table())
def test_every_language_has_what_it_must(code: str) -> None:
    of = table()[code]
    assert (len(of.top_n_gram_character_shares), len(of.duplicate_n_gram_character_shares)) == (3, 6)
    assert of.mean_word_length[0] < of.mean_word_length[1]
    assert len(set(of.stop_words)) == len(of.stop_words) >= 8
    assert [word for word in of.stop_words if not is_word(word)] == []
    assert [mark for mark in of.terminal_marks if len(mark) != 1] == []
    assert 0 < of.alphabetic_word_share < 1
