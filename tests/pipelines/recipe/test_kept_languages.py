from pathlib import Path

import pytest

from winnow.pipelines.errors import BadCall
from winnow.pipelines.recipe.file import load
from winnow.pipelines.recipe.kept_languages import kept
from winnow.pipelines.recipe.model import Recipe

HEAD = 'name = "r"\n[[source]]\nname = "web"\n[[source]]\nname = "books"\n'
QUALITY = '[[step]]\nuse = "gopher_quality"\n'
OFF = 'limits = { listed = "off" }\n'


def language(*keep: str, more: str = "") -> str:
    return f'[[step]]\nuse = "language"\nkeep = {list(keep)}\n{more}'


def loaded(folder: Path, text: str) -> Recipe:
    (folder / "r.toml").write_text(HEAD + text, encoding="utf-8")
    return load(folder / "r.toml")


@pytest.mark.parametrize(
    ("text", "web", "both"),
    [
        ("", None, None),
        (language(), None, None),
        (language("de", "en"), {"de", "en"}, {"de", "en"}),
        (language("de", more=OFF), None, None),
        (language("de", more='sources = ["web"]\n'), {"de"}, None),
        (language("de", more='sources = ["web"]\n') + language("en", more='name = "b"\nsources = ["books"]\n'),
         {"de"}, {"de", "en"}),
        (language("de", "en") + language("en", more='name = "b"\n'), {"en"}, {"en"}),
    ],
)  # fmt: skip
def test_what_is_let_through(tmp_path: Path, text: str, web: set[str] | None, both: set[str] | None) -> None:
    steps = loaded(tmp_path, text).steps
    assert (kept(steps, ["web"]), kept(steps, ["web", "books"])) == (web, both)


@pytest.mark.parametrize(
    "text",
    [
        QUALITY,  # nobody says that the texts are not English
        language("en") + QUALITY,
        language("de") + QUALITY + 'limits = { stop_words = "off" }\n',
        language("de") + QUALITY + 'stop_words = ["der", "die"]\n',
        language("de") + QUALITY + "stop_words = []\n",
        language("de", "en") + QUALITY + "by_language = true\n",
        language("de", more='sources = ["web"]\n') + QUALITY + 'sources = ["books"]\n',
        language("de", "en") + QUALITY + '[step.languages.de]\nstop_words = ["der"]\n',
        language() + QUALITY + "stop_words = []\nby_language = true\n",
    ],
)  # fmt: skip
def test_stop_words_that_fit(tmp_path: Path, text: str) -> None:
    assert loaded(tmp_path, text).name == "r"


CURE = "write by_language = true (the table of languages has them), or give its own with [step.languages.de] stop_words"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (language("de") + QUALITY,
         f"step 'gopher_quality' asks for English stop words, and step 'language' keeps 'de': {CURE}"),
        (language("en", "de") + QUALITY, CURE),
        (language("de") + QUALITY + 'stop_words = ["WITH","the", "be", "to", "of", "and", "that", "have"]\n', CURE),
        (language("de") + QUALITY + 'variant = "dolma"\n', CURE),
        (language("de") + QUALITY + '[step.languages.de]\nlimits = { words = "off" }\n', CURE),
        (language("en", "tlh") + QUALITY + "by_language = true\n", "'language' keeps 'tlh'"),
        (language() + QUALITY,
         "step 'language' keeps every language: write keep = [\"en\"] there; or stop_words = [] here"),
        (language("en", more=OFF) + QUALITY, "keeps every language"),
        (language() + QUALITY + "by_language = true\n", "keeps every language"),
        (QUALITY + "by_language = true\n" + language("en", "de"), "step 'gopher_quality' differs by language, and "
         "'language', which finds out the language, comes behind it: put it before"),
    ],
)  # fmt: skip
def test_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadCall) as error:
        loaded(tmp_path, text)
    assert said in str(error.value)
    assert "r.toml, line" in str(error.value)
