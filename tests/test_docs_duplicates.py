"""What docs/duplicates.md has its readers run does what it says."""

import re
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from winnow.pipelines.dedup.probe import MOST_PAIRS
from winnow.pipelines.dedup.settings import PROBE_ROWS, Losses, NearDuplicates
from winnow.pipelines.recipe.file import load
from winnow.trainer.pack.corpus import batches, find

PAGE = (Path(__file__).resolve().parents[1] / "docs/duplicates.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.S)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a corpus whose clusters have the sizes on both sides of every border."""
    monkeypatch.chdir(tmp_path)
    sizes = [1, 2, 3, 4, 5, 99, 100, 999, 1000, 5000]
    columns = {"text": [f"about cookies {size}" for size in sizes], "cluster_size": sizes, "language": ["en"] * 10,
               "cluster": [f"{size:032x}" for size in sizes], "url": [None] * 10, "characters": [10] * 10}  # fmt: skip
    path = tmp_path / "demo/out/corpus/web/en/part-00000.parquet"
    path.parent.mkdir(parents=True)
    pq.write_table(pa.table(columns), path, row_group_size=4)
    return tmp_path


WEIGHTS = [1, 2, 3, 3, 5, 5, 8, 8, 1, 1]


def test_the_weights_are_what_the_table_says_and_what_pack_reads(here: Path) -> None:
    (code,) = blocks("python")
    exec(code, {})
    (file,) = find([here / "weighted"])
    assert file.file == "corpus/web/en/part-00000.parquet"
    assert [weight for batch in batches(file, "times") for weight in batch.weight.tolist()] == WEIGHTS


def test_the_queries_run(here: Path) -> None:
    found, weighed = blocks("sql")
    assert len(duckdb.sql(found.replace("DIR", "demo/out").replace("cookie", "cookies")).fetchall()) == 9
    assert duckdb.sql(weighed).fetchall() == [("en", 10, 100, 10 * sum(WEIGHTS))]


def test_the_settings_are_those_of_a_recipe(tmp_path: Path) -> None:
    sources = '[[source]]\nname = "mirror"\n[[source]]\nname = "web"\n'
    (tmp_path / "r.toml").write_text(f'name = "r"\n{sources}{"".join(blocks("toml"))}', "utf-8")
    found = load(tmp_path / "r.toml").dedup
    assert found.losses == Losses(0.5, ("mirror",), 0.9, ("example.org",), 100)
    assert found.near == NearDuplicates(measure="containment")


def test_the_numbers_of_the_probe() -> None:
    assert f"Up to {MOST_PAIRS} of such pairs" in PAGE
    assert (PROBE_ROWS, "key of three values" in PAGE) == (3, True)
