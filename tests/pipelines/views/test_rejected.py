"""Rejected documents by rule, language and source, the same each time, and the warning that leads there."""

import json
import shlex
from collections.abc import Sequence
from pathlib import Path

import pytest
from small_builds import EXACT_ONLY, LOCAL, SMALL_PARTS, finished, recipe

from winnow.pipelines.cli import main
from winnow.pipelines.corpus.surveyed import rank_of
from winnow.pipelines.ledger import book
from winnow.pipelines.ledger.types import DroppedLanguage
from winnow.pipelines.recipe.model import Source
from winnow.pipelines.sources.tables.jsonl import Jsonl
from winnow.pipelines.views.rejected import command, rejected
from winnow.pipelines.views.sample import Wanted
from winnow.pipelines.views.terminal.summary import summary

SOURCES = tuple(Source(name, Jsonl(language="in"), "jsonl") for name in ("a", "b"))
HOSTILE = "!!! no word \u202e\x9b31m"
BANGS, SHORT = "long.bangs", "long.characters"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of source `a` 40 documents in Thai, of which 30 have too many marks; of `b` 30 in English, 5 are too short."""
    root = tmp_path_factory.mktemp("build")
    texts = {
        "a": [{"text": f"text {n} {'!!!' if n < 30 else ''}", "in": "th"} for n in range(40)],
        "b": [{"text": f"other {n}" if n >= 5 else f"{n}", "in": "en"} for n in range(30)] + [{"text": HOSTILE}],
    }
    for name, rows in texts.items():
        (root / f"{name}.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    made = recipe(sources=SOURCES, output=SMALL_PARTS, dedup=EXACT_ONLY)
    finished(root / "out", made, [f"{name}={root}/{name}.jsonl" for name in texts])
    return root / "out"


@pytest.mark.parametrize(
    ("wanted", "documents"),
    [
        (Wanted(), 36), (Wanted(BANGS), 31), (Wanted(SHORT), 5), (Wanted(BANGS, "th"), 30), (Wanted(SHORT, "th"), 0),
        (Wanted(language="en"), 5), (Wanted(source="b"), 6), (Wanted(BANGS, source="b"), 1), (Wanted("no.rule"), 0),
    ],
)  # fmt: skip
def test_what_is_found(built: Path, wanted: Wanted, documents: int) -> None:
    found = rejected(LOCAL, str(built), wanted)
    assert (found.documents, len(found.rows)) == (documents, min(documents, 20))
    ranks = [rank_of(row) for row in found.rows]
    assert ranks == sorted(ranks)
    of = [(row["rule"], row["language"], row["source"]) for row in found.rows]
    for name, value in (("rule", wanted.rule), ("language", wanted.language), ("source", wanted.source)):
        place = ("rule", "language", "source").index(name)
        assert {each[place] for each in of} <= ({value} if value else {each[place] for each in of})


def test_the_least_hashes_are_shown(built: Path) -> None:
    every = rejected(LOCAL, str(built), Wanted(BANGS), 1000)
    assert [row["id"] for row in rejected(LOCAL, str(built), Wanted(BANGS), 7).rows] == [
        row["id"] for row in every.rows[:7]
    ]
    assert every.languages == {"th": 30}
    assert rejected(LOCAL, str(built), Wanted(BANGS, "de")).languages == {"th": 30}


def told(capsys: pytest.CaptureFixture[str], words: Sequence[str]) -> tuple[int, str, str]:
    code = main(["rejected", *words])
    caught = capsys.readouterr()
    return code, caught.out, caught.err


@pytest.mark.parametrize(
    "words", [["rejected", "--top", "100"], ["sample", "-n", "100"], ["ledger"], ["ledger", "--check"], ["clusters"]]
)
def test_json_is_ascii(built: Path, capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    """Else a page's text could draw on the terminal: JSON itself lets marks of direction and C1 controls stand."""
    main([words[0], str(built), *words[1:], "--json"])
    out = capsys.readouterr().out
    assert out.isascii()
    if words[0] in ("rejected", "sample"):  # which documents are examples of the ledger depends on their path
        assert "\\u202e\\u009b31m" in out


@pytest.mark.parametrize("command", ["rejected", "sample"])
def test_text_is_no_wider_than_the_terminal(
    built: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("COLUMNS", "24")
    main([command, str(built)])
    lines = [line for line in capsys.readouterr().out.split("\n") if line.startswith("  ")]
    assert len(lines) > 80
    assert [line for line in lines if len(line) > 24] == []


def test_the_warning_names_the_command_that_shows_them(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = summary(str(built)).splitlines()
    at = lines.index("warning: one rule drops much of a language:")
    assert lines[at + 1] == "  th: 75.0 % of 40 documents by long.bangs; see twenty with"
    words = shlex.split(lines[at + 2])
    assert words == ["winnow", "rejected", str(built), "--rule", BANGS, "--language", "th"]
    code, out, _ = told(capsys, words[2:])
    assert code == 0
    assert out.startswith(f"20 of 30 documents by {BANGS} in th, by a hash of their ids; winnow why {built} ID says")
    assert out.count("  th  ") == out.count("characters  long.bangs: 3, at most 2\n") == 20
    ledger = book.load(LOCAL, str(built))
    assert ledger.dropped_languages.found == (DroppedLanguage("th", 40, BANGS, 30),)
    assert "`winnow rejected DIR --rule long.bangs --language th`" in (built / "README.md").read_text()


def test_as_json(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = told(capsys, [str(built), "--rule", SHORT, "--top", "2", "--json"])
    found = json.loads(out)
    assert (code, found["documents"], found["languages"], len(found["shown"])) == (0, 5, {"en": 5}, 2)
    (first, _) = found["shown"]
    assert {first["stage"], first["rule"], first["limit"], first["source"]} == {"long", SHORT, 5.0, "b"}
    assert first["failed"] == [SHORT]
    assert json.loads(told(capsys, [str(built), "--language", "xx", "--json"])[1])["shown"] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--rule", "long.bang"], "rule 'long.bang' dropped nothing in ROOT; did you mean 'long.bangs'?"),
        (["--source", "c"], "source 'c' is none of ROOT"),
        (["--rule", BANGS, "--language", "de"],
         "ROOT has no dropped document by long.bangs in de; the languages of those dropped: th 30"),
        (["--top", "0"], "argument --top: 0 is not 1 or more"),
    ],
)  # fmt: skip
def test_where_there_are_none(built: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str) -> None:
    code, out, err = told(capsys, [str(built), *words])
    assert (code, out) == (2, "")
    assert said.replace("ROOT", str(built)) in err


def test_a_command_is_one_for_a_shell() -> None:
    assert command("a b", "x.y", "Jupyter Notebook") == "winnow rejected 'a b' --rule x.y --language 'Jupyter Notebook'"
    assert shlex.split(command("'", "$x", "`")) == ["winnow", "rejected", "'", "--rule", "$x", "--language", "`"]
    assert "\n" not in command("a\nb", "x\n", "de")
