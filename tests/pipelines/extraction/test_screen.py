"""Whether a page is far from every wanted language: what of it is read, and what becomes of ugly and mixed pages."""

import gzip
import json
import random
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser
from test_extract import CAPTURED
from walked import read

from winnow.filters.rules import Reject, Rule
from winnow.pipelines.annotators.language import Language, identify
from winnow.pipelines.annotators.models import MissingModel, cached_model
from winnow.pipelines.errors import BuildFailed
from winnow.pipelines.extraction.extract import extract
from winnow.pipelines.extraction.extracted import Extracted
from winnow.pipelines.extraction.sandbox import Sandbox
from winnow.pipelines.extraction.screen import declared, far, stretches
from winnow.pipelines.extraction.settings import BLOCKS, ENGINES, ExtractSettings

UDHR = Path(__file__).resolve().parents[3] / "../shared/data/language/udhr.jsonl.gz"
ENGLISH = Language(keep=("en",))
RIVER = "The river rose in the night, and by the morning the lower fields were under water. "
FLUSS = "Der Fluss stieg in der Nacht, und am Morgen standen die unteren Felder unter Wasser. "
CODE = "for (let i = 0; i < rows.length; i++) { total += rows[i].price * rows[i].count; }\n"


def page(*texts: str, tag: str = "p", lang: str = "") -> str:
    return f"<html lang='{lang}'><body>{''.join(f'<{tag}>{text}</{tag}>' for text in texts)}</body></html>"


def pieces(html: str) -> list[str]:
    return stretches(read(html))


@dataclass(frozen=True)
class Share:
    """How many of a piece's characters are a letter."""

    letter: str = "y"

    def screens(self, rules: Sequence[Rule]) -> bool:
        return True

    def wants(self, language: str) -> bool:
        return language == "own"

    def nearest(self, pieces: Iterable[str], enough: float) -> tuple[float, str | None]:
        return max(piece.count(self.letter) / len(piece) for piece in pieces), "other"


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["n" * 299], []),
        (["n" * 300], ["n" * 300]),
        (["n" * 400], ["n" * 400]),
        (["n" * 401], ["n" * 400]),
        (["a" * 149, "b" * 149], []),
        (["a" * 150, "b" * 150], [f"{'a' * 150} {'b' * 150}"]),
        (["n" * 300, "a" * 149], ["n" * 300]),
        (["n" * 300, "a" * 150], ["n" * 300, "a" * 150]),
        (["n" * 150 + "1" * 150], ["n" * 150 + "1" * 150]),
        (["n" * 149 + "1" * 151], []),
        (["n" * 300, *["a" * 19] * 20], ["n" * 300]),
        (["n" * 300, *["a" * 20] * 20], ["n" * 300, " ".join(["a" * 20] * 15)]),
        ([], []),
        (["1"], []),
    ],
)
def test_stretches(texts: list[str], expected: list[str]) -> None:
    assert pieces(page(*texts)) == expected


def test_the_longest_blocks_are_read_in_the_order_of_the_page() -> None:
    letters = "abcdefghijklmno"
    texts = [letter * (400 if letter != "d" else 399) for letter in letters]
    assert pieces(page("s" * 300, *texts)) == [text for text in texts if text[0] not in "do"]
    assert pieces(page("s" * 300, *texts[:9])) == ["s" * 300, *texts[:9]]


@pytest.mark.parametrize("tag", ["pre", "button"])
def test_code_and_buttons_are_not_read(tag: str) -> None:
    assert pieces(page(CODE * 10, tag=tag)) == []


def test_links_are_read() -> None:
    assert pieces(page(*[f'<a href="/{n}">{"a" * 100}</a>' for n in range(3)])) == [" ".join(["a" * 100] * 3)]


@pytest.mark.parametrize(
    ("text", "least", "expected"),
    [
        ("y" * 30 + "n" * 270, 0.1, None),  # the limit itself is kept
        ("y" * 29 + "n" * 271, 0.1, Reject("extract.language", 29 / 300, 0.1, "other")),
        ("n" * 300, 0.0, None),
        ("n" * 299, 1.0, None),  # too little to judge by
    ],
)
def test_the_limit(text: str, least: float, expected: Reject | None) -> None:
    assert far(read(page(text)), Share(), least) == expected


FOREIGN = Reject("extract.language", 0.0, 0.1, "other")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (page(*["n" * 400] * 3, lang="other"), FOREIGN),
        (page(*["n" * 400] * 3, lang=" Other_XX"), FOREIGN),
        (page(*["n" * 400] * 3, lang="other-Latn-XX"), FOREIGN),
        (page("n" * 400, "n" * 300, "n" * 300, lang="other"), FOREIGN),
        (page("n" * 400, "n" * 300, "n" * 299, lang="other"), None),  # the paragraphs are too short
        (page("n" * 9999, lang="other"), None),  # so is one, of which 400 characters are read
        (page(*["n" * 400] * 3, tag="div", lang="other"), FOREIGN),
        (page(*["n" * 400] * 3, f"<div>{'y' * 400}</div>", lang="other"), None),
        (page(*["n" * 19] * 99, lang="other"), None),
        (page(*["n" * 400] * 3, tag="pre", lang="other"), None),
        (page(*["n" * 400] * 3), None),  # nothing is declared
        (page(*["n" * 400] * 3, lang="own"), None),  # it is wanted
        (page(*["n" * 400] * 3, lang="another"), None),  # it is not that
        (page(*["n" * 400] * 3, "y" * 400, lang="other"), None),  # one paragraph is wanted
        ("<html lang='other'>", None),
        ("", None),
    ],
)
def test_what_a_page_declares(html: str, expected: Reject | None) -> None:
    assert declared(LexborHTMLParser(html), Share(), 0.1) == expected


def test_paragraphs_in_one_another_are_not_read_for_ever() -> None:
    """Each holds all that follow, a quarter of a million characters in the first."""
    html = "<html lang='other'>" + f"<p>{'n' * 500}<button>" * 500
    tree, began = LexborHTMLParser(html), time.process_time()
    assert declared(tree, Share(), 0.1) is None
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize("engine", ENGINES)
def test_a_page_is_held_against_the_step_whatever_the_engine(engine: str) -> None:
    settings = ExtractSettings(engine=engine, screen=0.1, metadata=False)
    found = extract(page(*[RIVER] * 8), None, CAPTURED, settings, Share("Q"))
    assert found == Reject("extract.language", 0.0, 0.1, "other")
    assert isinstance(extract(page(*[RIVER] * 8), None, CAPTURED, settings, Share("e")), Extracted)
    assert isinstance(extract(page(*[RIVER] * 8), None, CAPTURED, settings), Extracted)


@pytest.fixture(scope="module")
def model() -> None:
    try:
        cached_model(ENGLISH.model, ENGLISH.sha256)
    except MissingModel as missing:
        pytest.skip(str(missing))


MIXED = {
    "another language": (page(*[FLUSS] * 10), "de"),
    "another language, declared": (page(*[FLUSS] * 20, lang="de-AT"), "de"),
    "a few words of a wanted one": (page(*[FLUSS] * 10, "Read more about this"), "de"),
    "an article among menus and comments": (page(*[FLUSS] * 5, *[RIVER] * 4, *[FLUSS] * 9), None),
    "a short one below a long notice": (page(FLUSS * 40, *[RIVER] * 4), None),
    "a list of links below a notice": (page(FLUSS * 5, *[f'<a href="/">{RIVER}</a>'] * 4), None),
    "too little text": (page(FLUSS, FLUSS, FLUSS), None),
    "code": (page(CODE * 30, tag="pre"), None),
    "code with a sentence": (f"{page(CODE * 30, tag='pre')}<p>{RIVER * 4}</p>", None),
    "numbers": (page(*[f"{n} 000 {n}{n}" for n in range(100)], tag="td"), None),
    "numbers with a sentence": (page("12 500 | 13 400 | 17 800 | " * 50, RIVER), None),
    "no text": ("<html></html>", None),
}


@pytest.mark.usefixtures("model")
@pytest.mark.parametrize("case", MIXED)
def test_pages(case: str) -> None:
    html, language = MIXED[case]
    found = far(read(html), ENGLISH, 0.1)
    assert (found and found.detail) == language


@pytest.mark.usefixtures("model")
@pytest.mark.parametrize("lang", ["", "en", "de", "fr", "x"])
@pytest.mark.parametrize("case", MIXED)
def test_what_is_declared_keeps_no_page_and_drops_none_that_is_wanted(case: str, lang: str) -> None:
    html, language = MIXED[case]
    html = html.replace("lang=''", f"lang='{lang}'")
    found = extract(html, None, CAPTURED, ExtractSettings(engine=BLOCKS, screen=0.1, metadata=False), ENGLISH)
    assert (isinstance(found, Reject) and found.rule == "extract.language") == (language is not None)


@pytest.mark.usefixtures("model")
def test_a_child_answers_as_this_process_does() -> None:
    settings = ExtractSettings(engine=BLOCKS, screen=0.1, metadata=False)
    pages = [page(*[text] * 8) for text in (FLUSS, RIVER, FLUSS)]
    with Sandbox(settings, ENGLISH) as sandbox:
        found = [sandbox.extract(html, None, CAPTURED) for html in pages]
    assert found == [extract(html, None, CAPTURED, settings, ENGLISH) for html in pages]
    assert [isinstance(each, Reject) for each in found] == [True, False, True]


@pytest.mark.slow
def test_without_the_model_no_child_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WINNOW_CACHE", str(tmp_path))
    settings = ExtractSettings(engine=BLOCKS, screen=0.1)
    with Sandbox(settings, ENGLISH) as sandbox, pytest.raises(BuildFailed, match=r"lid\.176\.ftz is not in"):
        sandbox.extract(page(RIVER), None, CAPTURED)


@pytest.mark.slow
@pytest.mark.usefixtures("model")
def test_no_text_that_is_wanted_is_far() -> None:
    """The Declaration of Human Rights: pages of its paragraphs, alone and among those of another language."""
    if not UDHR.exists():
        pytest.skip("the texts of many languages are not here")
    texts = defaultdict[str, list[str]](list)
    with gzip.open(UDHR, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            texts[row["language"]].append(row["text"])
    chance, asked, lost = random.Random(14), 0, []
    for language, own in texts.items():
        others = texts[chance.choice(sorted(set(texts) - {language}))]
        for html in (page(*own), page(*own[:8]), page(*others[:4], *own[:8], *others[4:12])):
            found, score = identify(ENGLISH.load(), " ".join(own))
            if found == language and (score or 0) >= 0.65:
                asked += 1
                if far(read(html), Language(keep=(language,)), 0.1) is not None:
                    lost.append((language, html))
    assert (asked > 150, lost) == (True, [])
