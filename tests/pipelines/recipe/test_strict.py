import dataclasses
import math
from pathlib import Path
from typing import Any, Literal

import pytest

from winnow.filters.setting_checks import within
from winnow.pipelines.errors import BadCall
from winnow.pipelines.recipe.strict import MOST_BYTES, Origin, fill, finite, line_of, only, read, suggest

TOML = """\
# name = "not me"
name = "one"

[[step]]
use = "a"
limits = { words = { min = 1 } }

[[step]]
use = "b"   # a comment with = in it
[step.limits]
"words" = { min = 2 }
mean.word.length = { max = 3 }

[dedup.near]   # no [dedup] of its own
bands = 3

 [ extract ]
keep = [
  "a=b",
]
"""


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("name",), 2),
        (("step", 0), 4),
        (("step", 0, "use"), 5),
        (("step", 0, "limits"), 6),
        (("step", 0, "limits", "words"), 6),
        (("step", 1), 8),
        (("step", 1, "use"), 9),
        (("step", 1, "limits"), 10),
        (("step", 1, "limits", "words"), 11),
        (("step", 1, "limits", "words", "min"), 11),
        (("step", 1, "limits", "mean"), 12),
        (("step", 1, "limits", "unwritten"), 10),
        (("step", 2), None),
        (("dedup",), 14),
        (("dedup", "near", "bands"), 15),
        (("extract", "keep"), 18),
        (("extract", "unwritten"), 17),
        (("nothing",), None),
        ((), None),
    ],
)
def test_the_line_of_a_place(place: tuple[str | int, ...], line: int | None) -> None:
    assert line_of(TOML, place) == line


def test_lines_are_those_of_an_editor() -> None:
    assert line_of('about = "a\u2028b\x0cc\x85d"\nname = 1\n', ("name",)) == 2


def test_an_error_names_file_and_line() -> None:
    origin = Origin("r.toml", TOML)
    assert str(origin.fail(("step", 1, "use"), "wrong")) == "r.toml, line 9: wrong"
    assert str(origin.fail((), "wrong")) == "r.toml: wrong"


@pytest.mark.parametrize(
    ("name", "valid", "said"),
    [
        ("min_word", ["min_words", "max_words"], "; did you mean 'min_words'?"),
        ("zzz", ["b", "a"], "; valid are: a, b"),
        ("x", [], "; valid are: none"),
    ],
)
def test_suggestions(name: str, valid: list[str], said: str) -> None:
    assert suggest(name, valid) == said


@dataclasses.dataclass(frozen=True)
class Settings:
    words: int = 1
    share: float = 0.5
    on: bool = False
    label: str | None = None
    names: tuple[str, ...] = ()
    kind: Literal["a", "bee"] = "a"

    def __post_init__(self) -> None:
        within(self, "words", 1, 9)


@dataclasses.dataclass(frozen=True)
class Needy:
    name: str


ORIGIN = Origin("r.toml", "[t]\n")


def filled(table: Any, kind: Any = Settings) -> Any:
    return fill(kind, table, ORIGIN, ("t",), "[t]")


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ({}, Settings()),
        ({"words": 2, "share": 1, "on": True}, Settings(2, 1.0, True)),
        ({"label": "", "names": [], "kind": "bee"}, Settings(label="", kind="bee")),
        ({"names": ["a", "b"]}, Settings(names=("a", "b"))),
        ({"share": 2**53}, Settings(share=float(2**53))),
    ],
)
def test_a_table_fills_a_dataclass(table: dict[str, Any], expected: Settings) -> None:
    assert filled(table) == expected


def test_whole_numbers_become_floats() -> None:
    assert type(filled({"share": 1}).share) is float


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"words": True}, "[t], words is True, wanted a whole number"),
        ({"words": 1.0}, "[t], words is 1.0, wanted a whole number"),
        ({"words": "1"}, "[t], words is '1', wanted a whole number"),
        ({"share": True}, "[t], share is True, wanted a number"),
        ({"share": math.nan}, "[t], share is nan, wanted a number"),
        ({"share": math.inf}, "[t], share is inf, wanted a number"),
        ({"share": 2**53 + 1}, f"[t], share is {2**53 + 1}, wanted a number"),
        ({"share": 10**400}, f"[t], share is 1{'0' * 199}…, wanted a number"),
        ({"share": 16**5000}, "[t], share is a number of thousands of digits, wanted a number"),
        ({"words": 2**63}, f"[t], words is {2**63}, wanted a whole number"),
        ({"words": 10}, "[t], words is 10; allowed is 1 to 9"),
        ({"label": [1] * 1000}, f"[t], label is {str([1] * 1000)[:200]}…, wanted a string or nothing"),
        ({"on": 1}, "[t], on is 1, wanted true or false"),
        ({"label": 1}, "[t], label is 1, wanted a string or nothing"),
        ({"names": "a"}, "[t], names is 'a', wanted a list of strings"),
        ({"names": ["a", 1]}, "[t], names is ['a', 1], wanted a list of strings"),
        ({"kind": "be"}, "[t], kind is 'be'; did you mean 'bee'?"),
        ({"kind": 7}, "[t], kind is 7; valid are: a, bee"),
        ({"word": 3}, "[t] has no setting 'word'; did you mean 'words'?"),
        ({"words": 0}, "[t], words is 0; allowed is 1 to 9"),
        (3, "[t] is 3, wanted a table"),
        ("words", "[t] is 'words', wanted a table"),
        ([{"words": 3}], "[t] is [{'words': 3}], wanted a table"),
    ],
)
def test_what_does_not_fit_is_refused(table: Any, said: str) -> None:
    with pytest.raises(BadCall) as error:
        filled(table)
    assert str(error.value) == f"r.toml, line 1: {said}"


def test_a_field_without_default_is_needed() -> None:
    assert filled({"name": "x"}, Needy) == Needy("x")
    with pytest.raises(BadCall, match=r"^r\.toml, line 1: \[t\] needs 'name'$"):
        filled({}, Needy)


def test_only_names_the_first_stranger() -> None:
    only({"a": 1}, iter(["a", "b"]), ORIGIN, (), "it")
    with pytest.raises(BadCall, match=r"^r\.toml: it has no setting 'c'; valid are: a, b$"):
        only({"a": 1, "c": 2}, iter(["a", "b"]), ORIGIN, (), "it")


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, True), (-0.5, True), (2**53, True), (2**53 + 1, False), (-(2**53), True), (True, False), ("1", False),
     (None, False), (math.nan, False), (-math.inf, False)],
)  # fmt: skip
def test_finite(value: Any, expected: bool) -> None:
    assert finite(value) == expected


DEEP = r"r\.toml: tables and lists lie more than 16 deep in one another$"


def test_what_is_as_deep_and_as_large_as_may_be_is_read(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    path.write_text("a = " + "[" * 16 + "]" * 16 + "\n#" + "x" * (MOST_BYTES - 38))
    assert (path.stat().st_size, line_of(path.read_text(), ("a",))) == (MOST_BYTES, 1)
    assert list(read(path)[0]) == ["a"]


def test_a_line_without_an_end_is_soon_looked_at() -> None:
    assert line_of("a = [\n[" + " " * 200_000 + "x\n]\nb = 1", ("b",)) == 4


def test_reading(tmp_path: Path) -> None:
    good = tmp_path / "r.toml"
    good.write_text('name = "ü"\n', encoding="utf-8")
    assert read(good) == ({"name": "ü"}, Origin(str(good), 'name = "ü"\n'))


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"name = ", r"r\.toml: Invalid value \(at end of document\)"), (b"\xff", r"r\.toml: cannot be read: 'utf-8'"),
     (None, r"r\.toml: cannot be read: .*No such file"),
     (b"a = 1\na = 2\n", r"r\.toml: Cannot overwrite a value \(at line 2"),
     (b"a = " + b"[" * 100_000, DEEP), (b"a = " + b"{ a = " * 100_000, DEEP), (b"a" + b".a" * 100_000 + b" = 1", DEEP),
     (b"[a" + b".'b'" * 100_000 + b"]", DEEP), (b'x = 1\na = { "b"' + b' . "b"' * 100_000 + b" = 1 }", DEEP),
     (b"a = " + b"[" * 17 + b"]" * 17, DEEP), (b"a" + b".a" * 16 + b" = 1", DEEP),
     (b"a = " + b"9" * 5000, r"r\.toml: Exceeds the limit"),
     (b"#" + b"x" * MOST_BYTES, r"r\.toml: more than 1,048,576 bytes")],
)  # fmt: skip
def test_what_cannot_be_read_is_named(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "r.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadCall, match=said):
        read(path)
