"""ledger.json: read back as it was written, and told to be damaged with the place of what is wrong."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from finished_builds import write_build
from small_builds import LOCAL

from winnow.pipelines.errors import BadCall, BuildFailed
from winnow.pipelines.files.storage import read_json
from winnow.pipelines.ledger import book
from winnow.pipelines.ledger.types import FORMAT

Place = tuple[str | int, ...]


@pytest.fixture
def root(tmp_path: Path) -> str:
    write_build(tmp_path)
    return str(tmp_path)


def changed(root: str, place: Place, value: Any) -> None:
    """Another value in ledger.json; none where it is Ellipsis."""
    made = read_json(LOCAL, f"{root}/ledger.json")
    inner = made
    for key in place[:-1]:
        inner = inner[key]
    if value is ...:
        del inner[place[-1]]
    else:
        inner[place[-1]] = value
    Path(root, "ledger.json").write_text(json.dumps(made))  # as strangers write it, with Infinity where asked


def test_there_and_back(root: str, tmp_path: Path) -> None:
    made = book.load(LOCAL, root)
    before = (tmp_path / "ledger.json").read_bytes()
    book.save(LOCAL, root, made)
    assert (tmp_path / "ledger.json").read_bytes() == before
    assert book.load(LOCAL, root) == made


def test_it_is_readable(root: str) -> None:
    made = read_json(LOCAL, f"{root}/ledger.json")
    assert list(made) == ["format", "identity", "recipe", "versions", "sources", "skipped", "total", "steps", "rules",
                          "edits", "duplicates", "probed", "lost", "against", "kept", "met", "examples", "files",
                          "dropped_languages", "without_limits", "lengths", "opt_outs", "passages",
                          "forgotten", "left_out"]  # fmt: skip
    assert made["total"] == {
        "files": 1, "bytes": 8192, "records": 5, "gaps": 1, "gap_bytes": 4096, "other_records": {"request": 5},
        "documents": 6, "kept": [2, 32], "rejected": made["total"]["rejected"], "cut": [0, 0],
    }  # fmt: skip
    assert made["total"]["rejected"]["read"] == {"warc.gap": [1, 0], "http.status": [1, 0]}


BROKEN: list[bytes] = [b"", b"{", b"\xff\xfe", b"[" * 200_000, b'{"a":' * 200_000, b'{"format": ' + b"9" * 5000 + b"}"]
NO_TABLE: list[bytes] = [b"null", b"[]", b"[1]", b"1", b'"x"', b"NaN"]


@pytest.mark.parametrize("content", [*BROKEN, *NO_TABLE], ids=lambda content: repr(content[:10]))
def test_what_is_no_ledger(root: str, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "ledger.json").write_bytes(content)
    with pytest.raises(book.BrokenLedger) as error:
        book.load(LOCAL, root)
    assert str(error.value) == f"{root}/ledger.json is damaged"
    assert isinstance(error.value, BuildFailed)


@pytest.mark.parametrize("name", ["format", "recipe", "sources", "total", "rules", "kept", "files"])
def test_what_lacks_something(root: str, name: str) -> None:
    changed(root, (name,), ...)
    with pytest.raises(book.BrokenLedger, match=rf"/ledger\.json is damaged at {name}$"):
        book.load(LOCAL, root)


def test_what_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "ledger.json").mkdir()
    with pytest.raises(book.BrokenLedger, match=r"ledger\.json cannot be read: Is a directory"):
        book.load(LOCAL, str(tmp_path))


@pytest.mark.parametrize("format", [0, FORMAT - 1, FORMAT + 1])
def test_another_format(root: str, format: int) -> None:
    changed(root, ("format",), format)
    with pytest.raises(BadCall, match=rf"ledger\.json has format {format}, this winnow reads {FORMAT}: use the one"):
        book.load(LOCAL, root)


PART = "corpus/web/en/part-00000.parquet"


@pytest.mark.parametrize(
    ("place", "value", "expected"),
    [
        (("format",), True, "format"), (("format",), "3", "format"), (("format",), None, "format"),
        (("total", "kept", 0), "1", "total.kept[0]"), (("total", "kept"), [1], "total.kept"),
        (("total", "kept"), [1, 2, 3], "total.kept"), (("total", "gaps"), -1, "total.gaps"),
        (("total", "gaps"), 2**63 - 1, None), (("total", "gaps"), 2**63, "total.gaps"),
        (("total", "gaps"), True, "total.gaps"), (("total", "gaps"), ..., "total.gaps"),
        (("total", "documents"), None, "total.documents"),
        (("rules", 1, "min"), None, None), (("rules", 1, "min"), math.inf, None),
        (("rules", 1, "min"), 2**63, "rules[1].min"), (("rules", 1, "min"), "", "rules[1].min"),
        (("sources", "web", "license"), 3, "sources.web.license"), (("sources", "web", "license"), "MIT", None),
        (("sources", "web", "total"), [], "sources.web.total"), (("steps", 0, "use"), None, "steps[0].use"),
        (("duplicates", "clusters"), None, "duplicates.clusters"), (("versions",), [1], "versions"),
        (("edits",), {"mask": {"emails": None}}, "edits.mask.emails"), (("examples", "kept"), 7, "examples.kept"),
        (("kept", "language"), {"top": []}, "kept.language.distinct"), (("recipe", "name"), None, "recipe.name"),
        (("files", PART), {"a": 1}, f"files.{PART}.rows"), (("files", PART, "sha256"), None, f"files.{PART}.sha256"),
        (("more",), 1, None),
    ],
)  # fmt: skip
def test_the_place_of_what_is_wrong(root: str, place: Place, value: Any, expected: str | None) -> None:
    changed(root, place, value)
    if expected is None:
        book.load(LOCAL, root)
        return
    with pytest.raises(book.BrokenLedger) as error:
        book.load(LOCAL, root)
    assert str(error.value) == f"{root}/ledger.json is damaged at {expected}"


def test_numbers_are_read_as_they_stand(root: str, tmp_path: Path) -> None:
    """Whole limits stay whole: the card must come out as it was written."""
    changed(root, ("rules", 0, "min"), 5)
    assert json.dumps(book.load(LOCAL, root).rules[0].min) == "5"
