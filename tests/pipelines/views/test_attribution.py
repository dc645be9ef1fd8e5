import json
from pathlib import Path
from typing import Any

import pytest
from finished_builds import KEPT, RECIPE, write_build, write_rows

from winnow.pipelines.cli import main
from winnow.pipelines.corpus import schema
from winnow.pipelines.errors import BadCall
from winnow.pipelines.recipe import file as recipe_file
from winnow.pipelines.views.attribution import COLUMNS, asks, lines

WIKI = "https://en.wikipedia.org/wiki/"


def row(offset: int, license: str | None, revision: str | None = None, **more: Any) -> dict[str, Any]:
    meta = [{"key": "page_id", "value": "7"}, *([{"key": "revision_id", "value": revision}] if revision else [])]
    return KEPT[0] | {"offset": offset, "license": license, "meta": meta, "title": None, "url": None} | more


@pytest.fixture
def build(tmp_path: Path) -> str:
    """Two folders, a row a row group."""
    write_build(tmp_path / "out")
    (tmp_path / "r.toml").write_text(RECIPE)
    target = schema.corpus(recipe_file.load(tmp_path / "r.toml"))
    rows = [
        row(0, "CC-BY-SA-4.0", "12", title="A\tb\n\x1b[31m", url=f"{WIKI}A_b", date="2026-01-02T03:04:05Z"),
        row(1, "CC0-1.0", title="Free"), row(2, None, title="Unknown"),
        row(3, "CC BY 4.0", title="Page", url="https://x.org/?a=1"),
        row(4, "MIT", title="Part one", part=0), row(4, "MIT", title="Part two", part=1),
    ]  # fmt: skip
    write_rows(tmp_path / "out/corpus/web/en/part-00000.parquet", rows, target)
    more = [row(0, "GFDL-1.3", "5", title="Ä", url="https://x.org/index.php?title=B", source="wiki")]
    write_rows(tmp_path / "out/corpus/wiki/de/part-00000.parquet", more, target)
    return str(tmp_path / "out")


def test_a_line_a_document(build: str) -> None:
    assert list(lines(build)) == [
        "title\turl\trevision\trevision_url\tlicense\tdate\tsource",
        f"A b \ufffd[31m\t{WIKI}A_b\t12\t{WIKI}A_b?oldid=12\tCC-BY-SA-4.0\t2026-01-02T03:04:05Z\tweb",
        "Page\thttps://x.org/?a=1\t\t\tCC BY 4.0\t\tweb",
        "Part one\t\t\t\tMIT\t\tweb",
        "Ä\thttps://x.org/index.php?title=B\t5\thttps://x.org/index.php?title=B&oldid=5\tGFDL-1.3\t\twiki",
    ]


def test_as_json(build: str) -> None:
    first, page, *_ = map(json.loads, lines(build, as_json=True))
    assert first == dict(zip(COLUMNS, (
        "A\tb\n\x1b[31m", f"{WIKI}A_b", "12", f"{WIKI}A_b?oldid=12", "CC-BY-SA-4.0", "2026-01-02T03:04:05Z", "web"
    ), strict=True))  # fmt: skip
    assert (page["revision"], page["revision_url"], page["date"]) == (None, None, None)


def test_the_command(build: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["attribution", build]) == 0
    assert capsys.readouterr().out.splitlines() == list(lines(build))
    assert main(["attribution", build, "--json"]) == 0
    assert capsys.readouterr().out.splitlines() == list(lines(build, as_json=True))
    assert main(["attribution", f"{build}/corpus"]) == 2


def test_its_help_names_every_column(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["attribution", "--help"]) == 0
    told = capsys.readouterr().out
    assert [name for name in COLUMNS if f"\n  {name} " not in told] == []


def test_a_damaged_file_is_named(build: str) -> None:
    path = Path(build) / "corpus/wiki/de/part-00000.parquet"
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(BadCall, match=r"corpus/wiki/de/part-00000\.parquet"):
        list(lines(build))


@pytest.mark.parametrize(
    ("license", "expected"),
    [
        (None, False), ("", False), (" ", False), ("CC-BY-SA-4.0", True), ("CC BY-SA 4.0", True), ("MIT", True),
        ("CC0-1.0", False), ("CC0 1.0", False), ("Unlicense", False), ("LicenseRef-Public-Domain", False),
        ("Public domain", False), ("MIT-0", False), ("0BSD AND CC0-1.0", False), ("0BSD AND MIT", True),
        ("MIT OR Unlicense", False), ("MIT OR Apache-2.0", True), ("(MIT OR Unlicense)", False),
        ("GPL-2.0-only WITH Classpath-exception-2.0", True), ("All rights reserved", True),
        ("(MIT OR 0BSD) AND (CC0-1.0 OR GPL-3.0-only)", False), ("0BSD AND (MIT OR Apache-2.0)", True),
        ("0BSD OR", True),
    ],
)  # fmt: skip
def test_which_licenses_ask(license: str | None, expected: bool) -> None:
    assert asks(license) == expected
