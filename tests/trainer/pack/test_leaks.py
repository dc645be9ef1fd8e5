"""No validation document has a relative among those that are trained on."""

import functools
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.trainer.small_corpora import build, text, write
from tests.trainer.small_corpora import packed as packed_of
from tests.trainer.small_packs import names_of
from winnow.trainer.errors import BadCall, RunFailed
from winnow.trainer.pack import leaks
from winnow.trainer.pack.index import Pack

packed = functools.partial(packed_of, validation=0.4)
FILL = 40
"""Documents that stand alone, so that a split has something to divide."""
SEEDS = (0, 5, 6, 7)
"""Of splits; two documents that stand alone land together in some of them and apart in others."""


def split_of(found: Pack) -> dict[str, str]:
    """Split by document id."""
    return {
        name: split
        for split in ("train", "validation")
        for source in found.sources
        for name in names_of(found.documents(split, source))
    }


def against(found: Pack) -> list[Path]:
    """The removed duplicates that a pack was made against."""
    return [Path(of["file"]) for of in found.manifest["against"]]


RELATED = {
    "one cluster": [{"id": "a", "cluster": "c"}, {"id": "b", "cluster": "c"}],
    "named by its survivor": [{"id": "a"}, {"id": "b", "cluster": "a"}],
    "one record": [{"id": "a", "offset": 5}, {"id": "b", "offset": 5, "part": 1}],
    "one text": [{"id": "a", "text": "same"}, {"id": "b", "text": "same"}],
    "over a third": [
        {"id": "a", "cluster": "c"}, {"id": "x", "cluster": "c", "offset": 5}, {"id": "b", "offset": 5, "part": 1},
    ],
}  # fmt: skip
LINKED = {
    "its text": ([{"id": "a"}, {"id": "b", "text": "copy"}], [{"cluster": "a", "text": "copy", "offset": 77}]),
    "its record": ([{"id": "a"}, {"id": "b", "offset": 5}], [{"cluster": "a", "text": "copy", "offset": 5, "part": 1}]),
    "two removed ones": (
        [{"id": "a"}, {"id": "b"}],
        [{"cluster": "a", "text": "copy", "offset": 77}, {"cluster": "b", "text": "copy", "offset": 78}],
    ),
}


@pytest.mark.parametrize("kind", RELATED)
def test_relatives_land_together(tmp_path: Path, ours: Path, kind: str) -> None:
    folder = build(tmp_path / "build", [*RELATED[kind], *({} for _ in range(FILL))])
    landed = set()
    for seed in SEEDS:
        split = split_of(packed([folder], ours, tmp_path / str(seed), seed=seed))
        assert split["a"] == split["b"]
        landed.add(split["a"])
    assert landed == {"train", "validation"}  # as either may happen


@pytest.mark.parametrize("kind", LINKED)
def test_a_removed_duplicate_links_as_well(tmp_path: Path, ours: Path, kind: str) -> None:
    rows, removed = LINKED[kind]
    folder = build(tmp_path / "build", [*rows, *({} for _ in range(FILL))], removed)
    apart = set()
    for seed in SEEDS:
        split = split_of(packed([folder], ours, tmp_path / f"with{seed}", seed=seed))
        assert split["a"] == split["b"]
        split = split_of(packed([folder], ours, tmp_path / f"without{seed}", seed=seed, against=()))
        apart.add(split["a"] == split["b"])
    assert apart == {True, False}


def leaking(folder: Path, rows: list[dict[str, Any]], ours: Path, removed: list[dict[str, Any]]) -> Pack:
    """A pack that was not made against the duplicates, with a and b in different splits."""
    built = build(folder / "build", [*rows, *({} for _ in range(FILL))], removed)
    for seed in range(50):
        found = packed([built], ours, folder / str(seed), seed=seed, against=())
        split = split_of(found)
        if (split["a"], split["b"]) == ("validation", "train"):
            return found
    raise AssertionError


@pytest.mark.parametrize("kind", LINKED)
def test_a_leak_is_found_and_its_documents_are_named(tmp_path: Path, ours: Path, kind: str) -> None:
    rows, removed = LINKED[kind]
    found = leaking(tmp_path, rows, ours, removed)
    leaks.check(found, against(found))  # against nothing, as it was made
    with pytest.raises(RunFailed, match=r"leaks: 1 documents .* \(validation and train\) a and b; pack again"):
        leaks.check(found, leaks.find([tmp_path / "build"], None))


def test_many_leaks_are_counted_and_some_named(tmp_path: Path, ours: Path) -> None:
    rows = [{"id": "a"}, {"id": "b", "text": "copy 0"}]
    removed = [{"cluster": "a", "text": "copy 0", "offset": 70}]
    removed += [{"cluster": "a", "text": text(2 + n), "offset": 100 + n} for n in range(FILL)]
    found = leaking(tmp_path, rows, ours, removed)
    with pytest.raises(RunFailed, match=r"leaks: \d\d documents .* a and b; .* and \d\d more; pack again"):
        leaks.check(found, leaks.find([tmp_path / "build"], None))


@pytest.mark.parametrize("column", ["cluster", "record", "digest"])
def test_an_index_that_leaks_by_itself_is_caught(tmp_path: Path, ours: Path, column: str) -> None:
    """The check reads what the pack holds, not what the split believed: an index is changed under it."""
    found = packed([build(tmp_path / "build", [{} for _ in range(FILL)])], ours, tmp_path / "pack")
    path = tmp_path / "pack/shards/00000.parquet"
    table = pq.read_table(path)
    splits = table["split"].to_pylist()
    values = table[column].to_pylist()
    values[splits.index("train")] = values[splits.index("validation")]
    place = table.schema.get_field_index(column)
    pq.write_table(table.set_column(place, column, pa.array(values, table.schema.field(column).type)), path)
    names = table["id"].to_pylist()
    with pytest.raises(RunFailed, match=f"{names[splits.index('validation')]} and {names[splits.index('train')]};"):
        leaks.check(found, against(found))


def test_the_report_counts_what_was_looked_at(tmp_path: Path, ours: Path) -> None:
    removed = [{"cluster": f"id{n}", "offset": 5000 + n, "text": f"near {n}"} for n in range(FILL)]
    found = packed([build(tmp_path / "build", [{} for _ in range(FILL)], removed)], ours, tmp_path / "pack")
    report, split = leaks.check(found, against(found)), split_of(found)
    held = sum(of == "validation" for of in split.values())
    assert (report.train, report.validation) == (FILL - held, held)
    assert (report.removed, report.removed_of_validation) == (FILL, held)
    assert json.loads((tmp_path / "pack/manifest.json").read_bytes())["leaks"] == asdict(report)
    assert str(report).startswith(f"no leak: none of {held} validation documents")


def test_copies_in_a_folder_without_clusters_land_together(tmp_path: Path, ours: Path) -> None:
    """Foreign Parquet: nothing but text, the same text three times over two files."""
    texts = [text(n) for n in range(FILL)]
    write(tmp_path / "texts/1.parquet", {"text": [*texts, texts[0], texts[1]]})
    write(tmp_path / "texts/2.parquet", {"text": [texts[0], texts[1], *(text(n) for n in range(100, 120))]})
    found = packed([tmp_path / "texts"], ours, tmp_path / "pack")
    split = split_of(found)
    for n in range(2):
        copies = {split[f"texts/1.parquet:{n}"], split[f"texts/1.parquet:{FILL + n}"], split[f"texts/2.parquet:{n}"]}
        assert len(copies) == 1
    assert leaks.check(found, against(found)).removed == 0


def test_a_page_in_two_builds_lands_on_one_side(tmp_path: Path, ours: Path) -> None:
    """Its duplicate was removed in one build; the other build kept exactly that text, under another id and cluster."""
    one = build(tmp_path / "one", [{"id": f"x{n}"} for n in range(FILL)],
                [{"cluster": "x3", "id": "copy", "text": "the other wording", "offset": 9}])  # fmt: skip
    rows = [{"id": f"y{n}", "file": "b.warc", "text": text(500 + n)} for n in range(FILL)]
    two = build(tmp_path / "two", [*rows, {"id": "z", "file": "b.warc", "text": "the other wording"}])
    for seed in range(4):
        split = split_of(packed([one, two], ours, tmp_path / str(seed), seed=seed))
        assert split["x3"] == split["z"]


def test_the_build_beside_a_corpus_is_found(tmp_path: Path) -> None:
    folder = build(tmp_path / "build", [{}], removed=[{}])
    part = folder / "rejected/dedup/part-00000.parquet"
    for given in (folder, folder / "corpus", folder / "corpus/web", folder / "corpus/web/en/part-00000.parquet"):
        assert leaks.find([given], None) == [part]
    assert leaks.find([folder, folder / "corpus/web"], None) == [part]
    assert leaks.find([folder], ()) == []
    assert leaks.find([], [folder]) == leaks.find([], [part]) == leaks.find([], [part.parent]) == [part]


def test_folders_that_are_no_build_have_none(tmp_path: Path) -> None:
    write(tmp_path / "texts/a.parquet", {"text": ["x"]})
    assert leaks.find([tmp_path / "texts"], None) == []
    without = build(tmp_path / "without", [{}])
    (without / "rejected/dedup").mkdir(parents=True)
    assert leaks.find([without], None) == []


def test_duplicates_that_are_not_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadCall, match="absent: there is no such file or folder"):
        leaks.find([], [tmp_path / "absent"])


def test_duplicates_without_text_link_by_cluster_and_record(tmp_path: Path, ours: Path) -> None:
    """A recipe may keep no rejected texts."""
    folder = build(tmp_path / "build", [{} for _ in range(FILL)], [{"cluster": "id1", "text": None, "offset": 1002}])
    for seed in range(4):
        split = split_of(packed([folder], ours, tmp_path / str(seed), seed=seed))
        assert split["id1"] == split["id2"]


def test_a_build_that_removed_nothing_has_nothing_to_hold_against(tmp_path: Path) -> None:
    assert leaks.find((), [build(tmp_path / "build", [{} for _ in range(3)])]) == []
