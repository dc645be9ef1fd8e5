from pathlib import Path
from typing import Any

import pytest

from winnow.trainer.config.text import Place, line_of, parse_set, read, suggest
from winnow.trainer.errors import BadCall

TEXT = """\
seed = 3  # a = 1
[model]
width = 384

  [ data ]
pack = "a = b"
weights = { web = 1, books = 2 }
# phases = 3
[[data.phases]]
start = 0.2
[data.phases.weights]
"a.b = c" = 1
[[data.phases]]
start = 0.5
run.tokens = 3
"""


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("seed",), 1),
        (("model",), 2),
        (("model", "width"), 3),
        (("model", "mlp"), 2),  # what is not there: where it would stand
        (("data", "pack"), 6),
        (("data", "weights", "web"), 7),
        (("data", "phases"), 9),
        (("data", "phases", 0, "start"), 10),
        (("data", "phases", 0, "weights", "a.b = c"), 12),
        (("data", "phases", 1, "start"), 14),
        (("data", "phases", 1, "run", "tokens"), 15),
        (("data", "phases", 2), 5),
        (("optimizer",), None),
        ((), None),
    ],
)
def test_the_line_of_a_place(place: Place, line: int | None) -> None:
    assert line_of(TEXT, place) == line


@pytest.mark.parametrize(
    ("given", "place", "value"),
    [
        ("seed=3", ("seed",), 3),
        ("run.tokens = 1_000", ("run", "tokens"), 1000),
        ("optimizer.rate=1e-2", ("optimizer", "rate"), 0.01),
        ("optimizer.name=adamw", ("optimizer", "name"), "adamw"),
        ('optimizer.name="adamw"', ("optimizer", "name"), "adamw"),
        ("model.tied=false", ("model", "tied"), False),
        ("data.pack=a b/c=d", ("data", "pack"), "a b/c=d"),
        ("data.pack=", ("data", "pack"), ""),
        ('data.weights."a=b.c"=2', ("data", "weights", "a=b.c"), 2),
        ("data.weights={web = 1}", ("data", "weights"), {"web": 1}),
        ("data.weights={web = 1", ("data", "weights"), "{web = 1"),
    ],
)
def test_a_set_is_a_place_and_a_value(given: str, place: Place, value: Any) -> None:
    found = parse_set(given)
    assert (found, type(found[1])) == ((place, value), type(value))


@pytest.mark.parametrize("given", ["", "seed", "=3", "a b=3", "seed=3\nrun.tokens=4", "[model]=3", "\N{PILE OF POO}=1"])
def test_what_is_no_set(given: str) -> None:
    with pytest.raises(BadCall, match=r"^--set .*write NAME=VALUE"):
        parse_set(given)


def test_sets_are_laid_over_the_file_in_their_order(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text("[run]\ntokens = 1\nkeep = 2\n")
    table, _ = read(path, ["run.tokens=5", "run.tokens=6", "data.weights.web=1"])
    assert table == {"run": {"tokens": 6, "keep": 2}, "data": {"weights": {"web": 1}}}


def test_a_set_cannot_go_into_a_value(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text("seed = 1\n")
    with pytest.raises(BadCall, match=r"--set seed\.x=2: seed is 1, which has no parts"):
        read(path, ["seed.x=2"])


def test_errors_name_the_set_that_gave_the_value(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text("seed = 1\n[run]\nkeep = 2\n")
    _, origin = read(path, ["run.tokens=5"])
    assert str(origin.fail(("run", "tokens"), "no")) == "--set run.tokens=5: no"
    assert str(origin.fail(("run", "keep"), "no")) == f"{path}, line 3: no"
    assert str(origin.fail(("model",), "no")) == f"{path}: no"
    _, origin = read(path, ["optimiser.rate=5", "optimiser.decay=5", "data.weights.web=1"])
    assert str(origin.fail(("optimiser",), "no")) == "--set optimiser.decay=5: no"
    assert str(origin.fail(("data", "weights"), "no")) == "--set data.weights.web=1: no"
    assert str(origin.fail(("data", "pack"), "no")) == f"{path}: no"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"seed = ", "end of document"),
        (b"seed = 1\nseed = 2\n", "line 2"),
        (b"\xff\xfe", "cannot be read"),
        (b"a = \x00", "line 1"),
    ],
)
def test_what_is_no_toml(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "c.toml"
    path.write_bytes(content)
    with pytest.raises(BadCall, match=message) as raised:
        read(path)
    assert str(raised.value).startswith(f"{path}: ")
    assert "\n" not in str(raised.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadCall, match="cannot be read"):
        read(tmp_path / "none.toml")


def test_suggestions() -> None:
    assert suggest("widht", ["width", "heads"]) == "; did you mean 'width'?"
    assert suggest("zzz", ["width", "heads"]) == "; valid are: width, heads"
    assert suggest("zzz", []) == "; valid are: none"
