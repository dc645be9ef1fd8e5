"""Builds that forget, held against builds of what is left: families of pages, some of them chains, on a few hosts."""

import json
import random
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import warc_files
from small_builds import NEAR, TEXT, Long, finished, recipe

from winnow.filters.families.mask import MaskPersonal
from winnow.pipelines.display import Display
from winnow.pipelines.forget import forget as command
from winnow.pipelines.forget.asked import asked
from winnow.pipelines.forget.forget import Outcome, Request, forget
from winnow.pipelines.plan.names import TABLES
from winnow.pipelines.recipe.file import load
from winnow.pipelines.recipe.model import Output, Recipe, Step

PARTS = Output(part_characters=4000, row_group_characters=1000, row_group_rows=3)
MASKED = recipe(
    Step("long", "long", Long(), Long.RULES), Step("mask", "mask_personal", MaskPersonal()),
    dedup=NEAR, output=PARTS,
)  # fmt: skip
"""A rule and an editor; many small part files."""
HOSTS = ("a.example.org", "b.example.org", "example.net", "other.example")


@dataclass(frozen=True)
class Page:
    number: int
    """Its id follows from it."""
    url: str
    text: str

    @property
    def host(self) -> str:
        return self.url.split("/")[2]


def families(seed: int, count: int = 12) -> list[Page]:
    """Pages of which some are of one text, some alike, and some alike only by way of others; all have an address to be
    masked, some are too short or shout."""
    made, pages = random.Random(seed), list[Page]()
    for family in range(count):
        words = [f"w{family}x{n}" for n in range(40)]
        for _ in range(made.randint(1, 6)):
            for _ in range(made.choice((0, 1, 1, 2))):
                words[made.randrange(40)] = f"v{made.randrange(1000)}"
            mail = f" mail me at x{made.randrange(3)}@valleys.org"
            text = " ".join(words[: made.choice((40, 40, 38))]) + mail + made.choice(("", "", "", "", "!!!!"))
            host = made.choice(HOSTS)
            pages.append(Page(len(pages), f"https://{host}/{len(pages)}", text))
    pages.append(Page(len(pages), "https://example.net/short", "abc"))
    chain = [f"chain{n}" for n in range(40)]
    for host, changed in ((HOSTS[0], ()), (HOSTS[2], (3, 9)), (HOSTS[3], (20, 30))):  # the middle one is like both
        for at in changed:
            chain[at] = f"v{at}"
        pages.append(Page(len(pages), f"https://{host}/chain", " ".join(chain)))
    made.shuffle(pages)
    return pages


def write(folder: Path, pages: Sequence[Page]) -> str:
    """Two files of pages; the pattern that names them. Of the same pages in the same order each is in the same file."""
    folder.mkdir(parents=True)
    for name, own in (("one", [p for p in pages if p.number % 2]), ("two", [p for p in pages if not p.number % 2])):
        records = [
            {"body": p.text.encode(), "http": TEXT, "url": p.url,
             "headers": {"WARC-Record-ID": f"<urn:uuid:{warc_files.record_id(p.number)}>"}}
            for p in own
        ]  # fmt: skip
        (folder / f"{name}.warc.gz").write_bytes(warc_files.write(records, zipped=True))
    return f"{folder}/*.warc.gz"


def built(folder: Path, pages: Sequence[Page], made: Recipe = MASKED, against: Sequence[Path] = ()) -> Path:
    """A build of these pages, in `folder`/out."""
    finished(folder / "out", made, [write(folder / "in", pages)], unit_bytes=8000, against=against)
    return folder / "out"


@dataclass(frozen=True)
class Forgetter:
    """`winnow forget` of builds whose recipes have steps of the tests' own, which no lock file can name."""

    patch: pytest.MonkeyPatch

    def __call__(
        self, root: Path, made: Recipe = MASKED, *, urls: Sequence[str] = (), domains: Sequence[str] = (),
        ids: Sequence[str] = (), dry: bool = False, workers: int = 1,
    ) -> Outcome:  # fmt: skip
        self.patch.setattr(command, "recipe_of", lambda root, shown: made)
        path = root.parent / "ids.txt"
        path.write_text("\n".join(ids), encoding="utf-8")
        what = asked(urls, domains, str(path) if ids else None)
        with open("/dev/null", "w", encoding="utf-8") as nowhere:
            return forget(Request(str(root), what, dry, workers), Display(nowhere, quiet=True))


def rows(root: Path, told: Callable[[str], str] = lambda path: Path(path).name) -> dict[str, list[dict[str, Any]]]:
    """All rows by part file, but for `offset` and the folder of `file`."""
    found = {}
    for table in TABLES:
        for path in sorted((root / table).rglob("*.parquet")):
            read = pq.read_table(path).to_pylist()
            own = [row | {"offset": 0, "file": told(row["file"])} for row in read]
            found[str(path.relative_to(root))] = own
    return found


def shingles(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((root / "keys").glob("*.bin"))}


_OF_FILES = ("identity", "files", "forgotten", "bytes")


def ledger(root: Path) -> Any:
    """ledger.json but for what follows from the inputs' bytes, and from having forgotten."""
    found = json.loads((root / "ledger.json").read_text(encoding="utf-8"))
    return _without(found | {"examples": found["examples"]["clusters"]})  # the others are chosen by path and offset


def _without(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _without(of) for name, of in value.items() if name not in _OF_FILES}
    return [_without(of) for of in value] if isinstance(value, list) else value


def require_equal(one: Path, other: Path) -> None:
    assert rows(one) == rows(other)
    assert shingles(one) == shingles(other)
    left, right = ledger(one), ledger(other)
    for name in {**left, **right}:
        assert (name, left.get(name)) == (name, right.get(name))


def copied(root: Path, to: Path) -> Path:
    shutil.copytree(root, to)
    return to


PAGES_TOML = """\
name = "pages"
[[source]]
name = "web"
kind = "warc"
[[step]]
use = "url"
domains = "hosts.txt"
[[step]]
use = "mask_personal"
[dedup.near]
shingle_words = 2
"""
"""A recipe that a lock file can hold, with a list."""


def built_by_toml(folder: Path, pages: Sequence[Page], toml: str = PAGES_TOML) -> Path:
    """As `built`, by a recipe in a file."""
    given = write(folder / "in", pages)
    (folder / "hosts.txt").write_text("blocked.example\n", encoding="utf-8")
    (folder / "pages.toml").write_text(toml, encoding="utf-8")
    finished(folder / "out", load(folder / "pages.toml"), [given], unit_bytes=8000)
    return folder / "out"
