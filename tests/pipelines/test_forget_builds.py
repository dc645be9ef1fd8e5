"""Builds that forget: what is left equals a build of the same files without those records, row for row."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from forgetful import HOSTS, PARTS, Forgetter, Page, built, copied, families, require_equal, rows
from line_source import Lines
from small_builds import NEAR, finished, recipe

from winnow.pipelines.cli import main
from winnow.pipelines.digest import digest
from winnow.pipelines.errors import BadCall, BuildFailed
from winnow.pipelines.forget.records import Forgotten
from winnow.pipelines.recipe.model import Dedup, Source

PAGES = families(1)


@pytest.fixture
def forgets(monkeypatch: pytest.MonkeyPatch) -> Forgetter:
    return Forgetter(monkeypatch)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("whole"), PAGES)


def bytes_of(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name != "lock"
    }


def test_a_domain_then_an_address_then_ids(whole: Path, tmp_path: Path, forgets: Forgetter) -> None:
    """Each time what is left is what a build of the rest has; the ledger adds up what was asked for."""
    root, left = copied(whole, tmp_path / "out"), [page for page in PAGES if page.host not in HOSTS[:2]]
    done = forgets(root, domains=["Example.org.", "nowhere.example"])
    require_equal(root, built(tmp_path / "one", left))
    assert done.moved is not None
    assert (done.moved.back > 0, done.moved.away > 0) == (True, True)
    assert main(["ledger", str(root), "--check"]) == 0
    assert not any((root / "work").rglob("*.parquet"))
    one, *two = left[:3]
    forgets(root, urls=[f"HTTP://www.{one.url.removeprefix('https://')}/#top"])
    ids = [id_of(page) for page in two]
    assert forgets(root, ids=[*ids, "f" * 32, ids[0]]).unknown_ids == ("f" * 32,)
    require_equal(root, built(tmp_path / "two", left[3:]))
    told = json.loads((root / "ledger.json").read_text())["forgotten"]
    assert told["asked"] == {"url": 1, "domain": 1, "id": 2}
    gone = len(PAGES) - len(left[3:])
    assert {name: of["records"] for name, of in told["by"].items()} == {"domain": gone - 3, "id": 2, "url": 1}
    assert told["sources"]["web"]["records"] == gone
    assert f"**Removed on request** since it was built: {gone} records" in (root / "README.md").read_text()
    assert main(["ledger", str(root), "--check"]) == 0
    assert all(page.url not in text.decode("utf-8", "replace") for text in bytes_of(root).values() for page in left[:3])


def id_of(page: Page) -> str:
    return f"{page.number + 1:032x}"


def test_nothing_asked_for_changes_nothing(whole: Path, forgets: Forgetter) -> None:
    before = bytes_of(whole)
    for asked in (
        {"urls": ["https://example.com/"]},
        {"domains": ["le.org", "www.a.example.org"]},
        {"ids": ["0" * 32]},
    ):
        done = forgets(whole, **asked)  # type: ignore[arg-type]
        assert (done.gone, done.moved) == (Forgotten(), None)
    dry = forgets(whole, domains=["example.net"], dry=True)
    assert (dry.moved, dry.gone.by_source["web"][0]) == (None, sum(page.host == "example.net" for page in PAGES))
    assert bytes_of(whole) == before
    assert [path.name for path in whole.parent.iterdir() if path.name.startswith("out")] == ["out"]


def test_twice(whole: Path, tmp_path: Path, forgets: Forgetter) -> None:
    root = copied(whole, tmp_path / "out")
    forgets(root, domains=["other.example"])
    before = bytes_of(root)
    assert forgets(root, domains=["other.example"]).moved is None
    assert bytes_of(root) == before


def test_everything(whole: Path, tmp_path: Path, forgets: Forgetter) -> None:
    root = copied(whole, tmp_path / "out")
    forgets(root, domains=["example.org", "example.net", "other.example"])
    assert rows(root) == {}
    assert main(["ledger", str(root), "--check"]) == 0


@pytest.mark.slow
def test_records_of_several_documents(tmp_path: Path, forgets: Forgetter) -> None:
    """Whole records are compared, and come back whole; all documents of a record go with one that is named."""
    text = [" ".join(f"w{n}x{i}" for i in range(30)) for n in range(6)]
    lines = [
        f"{text[0]} a|{text[1]} a b c d|{text[4]}", f"{text[0]} a|{text[1]}|{text[4]}",
        f"no|{text[0]}|{text[1]} c|{text[4]}",
        f"{text[2]}|{text[3]}", f"{text[3]} more|!!!{text[2]}", f"-unwanted {text[5]}", "", "# note", f"{text[5]}|",
    ]  # fmt: skip
    for source, some in (("record", ([0], [0, 3, 5], [6, 8])), ("document", ([0, 3, 5],))):
        made = recipe(sources=(Source("web", Lines(), "lines", dedup=source),), dedup=NEAR, output=PARTS)  # type: ignore[arg-type]
        for gone in some:
            place = tmp_path / f"{source}-{len(gone)}-{gone[0]}"
            root = of_lines(place / "all", lines, made)
            forgets(root, made, ids=[id_of_line(lines[at], part) for at, part in zip(gone, (0, 1, 0), strict=False)])
            require_equal(root, of_lines(place / "left", [x for at, x in enumerate(lines) if at not in gone], made))


def of_lines(folder: Path, lines: Sequence[str], made: object) -> Path:
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    finished(folder / "out", made, [f"{folder}/a.txt"], unit_bytes=1000)  # type: ignore[arg-type]
    return folder / "out"


def id_of_line(line: str, part: int) -> str:
    return digest("line", line) if part == 0 else digest(digest("line", line), part)


def test_without_deduplication(tmp_path: Path, forgets: Forgetter) -> None:
    made = recipe(dedup=Dedup(exact=False, near=None), output=PARTS)
    root = built(tmp_path / "all", PAGES, made)
    forgets(root, made, domains=["example.org"])
    require_equal(root, built(tmp_path / "left", [page for page in PAGES if page.host not in HOSTS[:2]], made))


def test_equal_texts_alone(tmp_path: Path, forgets: Forgetter) -> None:
    made = recipe(dedup=Dedup(near=None), output=PARTS)
    root = built(tmp_path / "all", PAGES, made)
    forgets(root, made, domains=["example.org"])
    require_equal(root, built(tmp_path / "left", [page for page in PAGES if page.host not in HOSTS[:2]], made))


@pytest.mark.slow
def test_what_an_earlier_build_keeps_does_not_come_back(whole: Path, tmp_path: Path, forgets: Forgetter) -> None:
    """Nor does what the earlier build keeps now decide otherwise than in a build of the rest against it."""
    more = [Page(page.number + 1000, page.url, f"{page.text} more") for page in families(1)] + families(2)[:20]
    root = built(tmp_path / "all", more, against=[whole])
    forgets(root, domains=["example.org"])
    left = [page for page in more if page.host not in HOSTS[:2]]
    require_equal(root, built(tmp_path / "left", left, against=[whole]))
    assert main(["ledger", str(root), "--check"]) == 0


@pytest.mark.slow
def test_a_build_against_one_that_forgot(whole: Path, tmp_path: Path, forgets: Forgetter) -> None:
    root = copied(whole, tmp_path / "a")
    forgets(root, domains=["example.org"])
    other = built(tmp_path / "left", [page for page in PAGES if page.host not in HOSTS[:2]])
    one, two = (built(tmp_path / f"b-{n}", PAGES, against=[of]) for n, of in enumerate((root, other)))
    assert [set(of) for of in (rows(one), rows(two))] == [set(rows(one))] * 2
    assert [len(of) for of in rows(one).values()] == [len(of) for of in rows(two).values()]


def test_an_editor_that_edits_otherwise_now(
    whole: Path, tmp_path: Path, forgets: Forgetter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes back must be what it was: else it would not be alike to what it was found alike to."""
    monkeypatch.setattr("winnow.filters.families.mask.MaskPersonal._emails", lambda self, string: [])
    root = copied(whole, tmp_path / "out")
    before = bytes_of(root)
    with pytest.raises(BuildFailed, match="comes back, and the recipe's editors, in these versions, make another text"):
        forgets(root, domains=["example.org"])
    assert bytes_of(root) == before
    assert not (tmp_path / "out.replacing").exists()


@pytest.mark.slow
def test_workers_change_no_byte(whole: Path, tmp_path: Path, forgets: Forgetter) -> None:
    one, two = copied(whole, tmp_path / "one"), copied(whole, tmp_path / "two")
    forgets(one, domains=["example.net"])
    forgets(two, domains=["example.net"], workers=2)
    left = [
        {n: of for n, of in bytes_of(root).items() if n not in ("run.json",) and "lock" not in n} for root in (one, two)
    ]
    assert left[0] == left[1]


def test_a_missing_earlier_build(whole: Path, tmp_path: Path, forgets: Forgetter) -> None:
    root = built(tmp_path / "all", families(2), against=[copied(whole, tmp_path / "a")])
    (tmp_path / "a").rename(tmp_path / "moved")
    with pytest.raises(BadCall, match="was set against a build that cannot be read now"):
        forgets(root, domains=["example.org"])
