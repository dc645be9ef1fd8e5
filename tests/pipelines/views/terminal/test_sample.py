"""Documents in the terminal: which, in what order, with which places marked; none of them can draw on it."""

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from small_builds import EXACT_ONLY, LOCAL, SMALL_PARTS, finished, recipe

from winnow.filters.families.c4 import C4Page
from winnow.pipelines.cli import main
from winnow.pipelines.corpus.surveyed import rank_of
from winnow.pipelines.plan.names import CORPUS, REJECTED
from winnow.pipelines.recipe.model import Source, Step
from winnow.pipelines.sources.tables.jsonl import Jsonl
from winnow.pipelines.views.finished import finished as opened
from winnow.pipelines.views.sample import Wanted, fate_table, sample
from winnow.pipelines.views.terminal.sample import CLOSE, OPEN, merged

SOURCES = tuple(Source(name, Jsonl(language="in"), "jsonl") for name in ("a", "b"))
RULE = "c4_page.sentences"
HOSTILE = "\x1b[31mred \u202eevil\u2066 \x07 \u27e6not a mark\u27e7 " + "m" * 5000
Said = Callable[..., str]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Documents of 1 to 20 sentences, of which five are wanted; half of them of source b; and a hostile one."""
    root = tmp_path_factory.mktemp("build")
    for name, first in (("a", 1), ("b", 2)):
        rows = [{"text": " ".join(f"This is sentence {n} of {of}." for n in range(of)), "in": "en" if of % 3 else "de"}
                for of in range(first, 21, 2)]  # fmt: skip
        rows += [{"text": f"{HOSTILE} x.", "in": "en"}] if name == "b" else []
        (root / f"{name}.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    step = Step("c4_page", "c4_page", C4Page(), C4Page.RULES)
    made = recipe(step, sources=SOURCES, output=SMALL_PARTS, dedup=EXACT_ONLY)
    finished(root / "out", made, [f"{name}={root}/{name}.jsonl" for name in "ab"])
    return root / "out"


@pytest.fixture
def said(built: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Said:
    monkeypatch.setenv("COLUMNS", "80")

    def run(*arguments: str, code: int = 0) -> str:
        assert main(["sample", str(built), *arguments]) == code
        told = capsys.readouterr()
        return told.err if code else told.out

    return run


def shown(said: Said, *arguments: str) -> list[dict[str, Any]]:
    return list(json.loads(said(*arguments, "--json"))["shown"])


@pytest.mark.parametrize(
    ("arguments", "documents"),
    [([], 21), (["--kept"], 16), (["--rejected"], 5), (["--kept", "--rejected"], 21), (["--rule", RULE], 5),
     (["--rule", RULE, "--kept"], 16), (["--source", "a"], 10), (["--language", "de"], 6),
     (["--language", "de", "--kept", "--source", "b"], 3)],
)  # fmt: skip
def test_which_are_found(said: Said, arguments: list[str], documents: int) -> None:
    found = json.loads(said(*arguments, "--json", "-n", "50"))
    assert (found["documents"], len(found["shown"])) == (documents, documents)


def test_they_are_chosen_by_a_hash_and_the_same_each_time(built: Path, said: Said) -> None:
    every = sample(LOCAL, str(built), Wanted(), 50, (CORPUS, REJECTED)).rows
    ranks = [rank_of(row) for row in every]
    assert ranks == sorted(ranks)
    assert {fate_table(row) for row in every} == {CORPUS, REJECTED}
    assert [row["id"] for row in shown(said, "-n", "4")] == [row["id"] for row in every[:4]]


def test_near_a_limit_half_is_from_each_side(built: Path, said: Said) -> None:
    found = shown(said, "--rule", RULE, "--near", "-n", "4")
    assert [(row["rule"], row["measured"], row["min"]) for row in found] == [
        (None, 5.0, 5), (None, 6.0, 5), (RULE, 4.0, 5), (RULE, 3.0, 5)]  # fmt: skip
    assert [row["measured"] for row in shown(said, "--rule", RULE, "--near", "--kept", "-n", "3")] == [5.0, 6.0, 7.0]
    most = [row["measured"] for row in shown(said, "--rule", RULE, "--near", "-n", "12")]
    assert most == [5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 4.0, 3.0, 2.0, 1.0, 0.0]
    (rule,) = (rule for rule in opened(str(built)).ledger.rules if rule.rule == RULE)
    assert sample(LOCAL, str(built), Wanted(RULE), 50, (CORPUS,), rule).documents == 16


def test_the_places_that_the_rule_measured_are_marked(said: Said) -> None:
    (row,) = shown(said, "--rule", RULE, "--near", "--rejected", "-n", "1")
    text = row["text"]
    marked = " ".join(f"This is sentence {n} of 4." for n in range(4))
    assert [text[of["start"] : of["end"]] for of in row["spans"]] == [marked]
    told = " ".join(said("--rule", RULE, "--near", "--rejected", "-n", "1").split())
    assert told.endswith(f"{OPEN}{marked}{CLOSE}")
    assert f"{RULE}: 4, at least 5" in told


def test_whole_texts(said: Said) -> None:
    arguments = ["--kept", "--source", "b", "--language", "en", "-n", "50"]
    assert "sentence 19 of 20." not in said(*arguments)
    assert "sentence 19 of 20." in " ".join(said(*arguments, "--full").split())


@pytest.mark.parametrize("more", [[], ["--full"]])
def test_no_document_can_draw_on_the_terminal(said: Said, more: list[str]) -> None:
    text = said("-n", "50", *more)
    assert {unicodedata.category(c) for line in text.split("\n") for c in line} & {"Cc", "Cf", "Cs"} == set()
    assert "red" in text
    assert "not a mark" in text
    assert f"{OPEN}not a mark" not in text
    assert said("-n", "50", "--json").isascii()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--rule", "c4_page.sentence"], "did you mean 'c4_page.sentences'"),
        (["--source", "c"], "source 'c' is none of"),
        (["--near"], "--near wants a --rule that has a limit"),
        (["--language", "xx"], "has no document in xx; the languages of those that there are: en"),
        (["-n", "0"], "1 or more"),
    ],
)
def test_wrong_calls(said: Said, arguments: list[str], told: str) -> None:
    message = said(*arguments, code=2)
    assert (told in message, message.count("\n")) == (True, 1)


@pytest.mark.parametrize(
    ("spans", "expected"),
    [([], []), ([(3, 5), (0, 2)], [(0, 2), (3, 5)]), ([(0, 4), (2, 3)], [(0, 4)]), ([(0, 2), (2, 4)], [(0, 4)])],
)
def test_merged(spans: list[tuple[int, int]], expected: list[tuple[int, int]]) -> None:
    assert merged(spans) == expected
