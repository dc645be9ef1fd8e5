"""Parquet, text and WET side by side, from the recipe to the card."""

import gzip
import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from card_ledger import cells
from small_builds import LOCAL
from warc_files import write

from winnow.pipelines.build import Request, build
from winnow.pipelines.display import Display
from winnow.pipelines.ledger.check import check
from winnow.pipelines.recipe import file as recipe_file
from winnow.pipelines.views.beside import beside

RECIPE = """
name = "tables"
[[source]]
name = "stories"
kind = "parquet"
synthetic = true
license = "CC0-1.0"
read.made_by = "model"
[[source]]
name = "notes"
kind = "text"
[[source]]
name = "pages"
kind = "wet"
"""


def inputs(folder: Path) -> tuple[str, ...]:
    texts = [f"story number {n} of a model, with a few words more" for n in range(400)]
    table = pa.table({"text": texts, "model": ["gpt/4" if n % 4 else None for n in range(400)]})
    pq.write_table(table, folder / "a.parquet", row_group_size=150, use_dictionary=False, write_page_checksum=True)
    data = (folder / "a.parquet").read_bytes()
    at = pq.ParquetFile(folder / "a.parquet").metadata.row_group(1).column(0).data_page_offset + 200
    (folder / "b.parquet").write_bytes(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :])
    (folder / "c.parquet").write_bytes(data[:-9])
    (folder / "a.md").write_text("---\ntitle: A note\n---\nSome words of a note.\n")
    (folder / "b.txt.gz").write_bytes(gzip.compress("Schöne Wörter.\n".encode("latin-1"), mtime=0))
    records = [{"kind": "conversion", "body": f"page {n} as text".encode(), "type": "text/plain"} for n in range(50)]
    (folder / "a.wet.gz").write_bytes(write(records, zipped=True))
    return f"stories={folder}/*.parquet", f"notes={folder}/*.md", f"notes={folder}/*.txt.gz", f"pages={folder}/*.wet.gz"


def promised(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*"))
            if path.is_file() and path.relative_to(root).parts[0] not in ("work", "run.json")}  # fmt: skip


@pytest.mark.slow
def test_any_number_of_workers_and_any_units_give_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "recipe.toml").write_text(RECIPE)
    made, given, found = recipe_file.load(tmp_path / "recipe.toml"), inputs(tmp_path), list[dict[str, bytes]]()
    for workers, mib in ((2, 0.001), (1, 8.0)):
        out = tmp_path / f"out-{workers}"
        build(Request(made, given, str(out), workers, mib), Display(io.StringIO(), quiet=True))
        assert check(LOCAL, str(out), beside) == []
        found.append(promised(out))
    assert found[0] == found[1]
    rejected = pq.read_table(tmp_path / "out-1/rejected").to_pylist()
    rules = {row["rule"] for row in rejected if row["stage"] == "read"}
    assert rules == {"parquet.damaged", "parquet.gap"}
    kept = pq.read_table(tmp_path / "out-1/corpus").to_pylist()
    assert {row["source"] for row in kept} == {"stories", "notes", "pages"}
    card = (tmp_path / "out-1/README.md").read_text()
    assert "### Synthetic text\n\nThe recipe says of `stories` that the texts are synthetic, made by a model" in card
    made_by = [row[:3] for row in cells(card.partition("### Synthetic text")[2].partition("##")[0])[2:]]
    assert made_by == [["`stories`", "`gpt/4`", "300"], ["`stories`", "not said", "100"]]
