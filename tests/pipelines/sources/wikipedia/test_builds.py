"""Small builds from dumps: what ends in the corpus, what in the ledger, whatever the units."""

import bz2
import gzip
import io
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from small_builds import LOCAL, Built, Long, whole
from wiki_dumps import article, dump, lines, page, tar

from winnow.pipelines.build import Request, build
from winnow.pipelines.display import Display
from winnow.pipelines.ledger.check import check
from winnow.pipelines.recipe import file as recipe_file
from winnow.pipelines.recipe.model import Recipe, Source, Step
from winnow.pipelines.sources.wikipedia.source import Wikipedia
from winnow.pipelines.views.beside import beside

RECIPE = Recipe("small", (Source("wiki", Wikipedia(), "wikipedia"),), (Step("long", "long", Long(), Long.RULES),))


def prose(number: int) -> str:
    return f"The river number {number} rises in hills of its own, and {'runs on ' * number}to a sea that is far away."


def rows(built: Built, root: Path) -> list[dict[str, Any]]:
    """Of corpus/ and rejected/, by file and offset."""
    parts = [part for part in built.parts if part.table in ("corpus", "rejected")]
    found = [row for part in parts for row in pq.read_table(f"{root}/{part.path}").to_pylist()]
    return sorted(found, key=lambda row: (row["file"], row["offset"]))


def built(tmp_path: Path, name: str, data: bytes, unit_bytes: int = 1 << 20) -> tuple[Built, list[dict[str, Any]]]:
    (tmp_path / name).write_bytes(data)
    root = tmp_path / f"out-{name}-{unit_bytes}"
    found = whole(root, RECIPE, [f"{tmp_path}/{name}"], unit_bytes)
    return found, rows(found, root)


DUMP = dump(
    *(page(n, prose(n)) for n in range(1, 30)), page(30, "#REDIRECT [[Page 1]]", redirect="Page 1"),
    page(31, prose(31), ns="10"), page(32, "&a;").replace("&amp;", "&"), "  <page>\n    <title>cut",
    page(33, prose(33)),
)  # fmt: skip


def test_a_dump(tmp_path: Path) -> None:
    found, ends = built(tmp_path, "a.xml.bz2", bz2.compress(DUMP))
    (entry,) = found.entries()
    total = entry.total
    assert (total.records, total.gaps, total.other_records) == (32 + 1, 1, {"markup": 2})
    assert total.records + total.gaps == DUMP.count(b"<page>")
    assert [row["rule"] for row in ends if row.get("rule")] == [
        "wikipedia.redirect", "wikipedia.namespace", "wikipedia.unparsable", "wikipedia.gap"
    ]  # fmt: skip
    first = ends[0]
    assert (first["title"], first["url"], first["license"], first["date"], first["captured"]) == (
        "Page 1", "https://en.wikipedia.org/wiki/Page_1", "CC-BY-SA-4.0", "2026-01-02T03:04:05Z", None
    )  # fmt: skip
    assert {"key": "revision_id", "value": "1001"} in first["meta"]
    assert "The river number 1 rises" in first["text"]


@pytest.mark.parametrize("name", ["a.xml", "a.xml.bz2"])
def test_units_change_nothing(tmp_path: Path, name: str) -> None:
    data = DUMP if name == "a.xml" else bz2.compress(DUMP[:5000]) + bz2.compress(DUMP[5000:])
    one, few = built(tmp_path, name, data), built(tmp_path, name, data, len(data) // 10)
    assert (len(one[0].units), len(few[0].units) > 5) == (1, True)
    assert one[1] == few[1]


def test_the_same_pages_as_html(tmp_path: Path) -> None:
    made = [article(n, f"<section><p>{prose(n)}</p></section>") for n in range(1, 30)]
    _, xml = built(tmp_path, "a.xml", DUMP)
    packed = gzip.compress(tar({"enwiki_namespace_0_0.ndjson": lines(*made)}))
    found, html = built(tmp_path, "a.json.tar.gz", packed)
    assert (found.entries()[0].total.records, len(lines(*made).splitlines())) == (29, 29)
    for name in ("id", "url", "title", "date", "license"):
        assert [row[name] for row in html] == [row[name] for row in xml[:29]]
    for key in ("page_id", "revision_id", "namespace", "site"):
        assert [of_meta(row, key) for row in html] == [of_meta(row, key) for row in xml[:29]]


def of_meta(row: dict[str, Any], key: str) -> str:
    (value,) = (pair["value"] for pair in row["meta"] if pair["key"] == key)
    return str(value)


def test_a_damaged_block(tmp_path: Path) -> None:
    streams = [bz2.compress(part) for part in (DUMP[:5000], DUMP[5000:9000], DUMP[9000:])]
    hurt = bytearray(streams[1])
    hurt[len(hurt) // 2] ^= 1
    whole_rows = built(tmp_path, "a.xml.bz2", b"".join(streams))[1]
    found, ends = built(tmp_path, "b.xml.bz2", streams[0] + bytes(hurt) + streams[2])
    lost = {row["id"] for row in whole_rows} - {row["id"] for row in ends}
    assert 0 < len(lost) < 12
    gaps = [row for row in ends if row.get("rule") == "wikipedia.gap"]
    assert (len(gaps), found.entries()[0].total.gaps) == (2, 2)
    kept = {row["id"]: row["text"] for row in ends if not row.get("rule")}
    assert kept == {row["id"]: row["text"] for row in whole_rows if not row.get("rule") and row["id"] not in lost}


@pytest.mark.slow
def test_from_the_recipe_to_the_card(tmp_path: Path) -> None:
    """Files of each form and packing, damaged ones too: two workers and small units give the bytes of one."""
    packed = bz2.compress(DUMP)
    (tmp_path / "a.xml").write_bytes(DUMP)
    (tmp_path / "b.xml.bz2").write_bytes(packed)
    (tmp_path / "c.xml.bz2").write_bytes(packed[:-30] + packed)
    (tmp_path / "d.xml.gz").write_bytes(gzip.compress(DUMP, mtime=0)[:-300])
    (tmp_path / "e.xml").write_bytes(DUMP.replace(b"rises", b"ris\xe9s", 1))
    (tmp_path / "f.json.tar.gz").write_bytes(gzip.compress(tar({"a": lines(*map(article, range(40)))}), mtime=0))
    (tmp_path / "g.xml").write_bytes(b"no dump")
    (tmp_path / "wiki.toml").write_text('name = "wiki"\n[[source]]\nname = "wiki"\nkind = "wikipedia"\n')
    made, found = recipe_file.load(tmp_path / "wiki.toml"), list[dict[str, bytes]]()
    for workers, mib in ((2, 0.001), (1, 8.0)):
        out = tmp_path / f"out-{workers}"
        request = Request(made, (f"{tmp_path}/*.xml*", f"{tmp_path}/*.json*"), str(out), workers, mib)
        build(request, Display(io.StringIO(), quiet=True))
        tables = [path for table in ("corpus", "rejected", "clusters") for path in (out / table).rglob("*.parquet")]
        found.append({str(path.relative_to(out)): path.read_bytes() for path in sorted(tables)})
        assert check(LOCAL, str(out), beside) == []
    assert found[0] == found[1]
    rejected = {row["rule"] for row in pq.read_table(tmp_path / "out-1/rejected").to_pylist()}
    assert rejected == {
        "wikipedia.redirect", "wikipedia.namespace", "wikipedia.unparsable", "wikipedia.gap", "wikipedia.encoding",
        "wikipedia.foreign", "duplicate.exact",
    }  # fmt: skip
