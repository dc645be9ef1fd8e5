import re
from pathlib import PurePosixPath
from urllib.parse import unquote

import pytest

from winnow.pipelines.plan import names
from winnow.pipelines.plan.names import NAME_BYTES, ONCE, REUSED, Names, encoded, folder_of, part

OF_ONE: tuple[str, ...] = ("inputs", "units", "parts", "census", "items", "cuts", "extracted", "reading", "kept",
                           "rejected", "curate", "keys", "shingles", "settled", "receipt")  # fmt: skip
"""Methods of Names that take one name."""


def all_of(found: Names, name: str) -> dict[str, str]:
    """method -> path."""
    return {method: getattr(found, method)(name) for method in OF_ONE} | {
        "buckets": found.buckets(name, -1, 0), "buckets 0": found.buckets(name, 0, 0),
        "buckets 0 1": found.buckets(name, 0, 1), "drops": found.drops(name, "u"), "weights": found.weights(name, "u"),
        "units block": found.units_block(name, 7), "word list": found.word_list(name, "a.txt"),
        "payload hashes": found.payload_hashes(name), "payloads": found.payloads(name, "copies", "u"),
        "returning": found.forgotten(name),
    }  # fmt: skip


@pytest.mark.parametrize("root", ["out", "out/", "gs://b/out"])
def test_where_things_lie(root: str) -> None:
    found, at = Names(root), root.rstrip("/")
    assert (found.ledger, found.lock, found.run) == (
        f"{at}/ledger.json", f"{at}/recipe.lock.toml", f"{at}/run.json"
    )  # fmt: skip
    assert (found.path("corpus", "a"), found.path("")) == (f"{at}/corpus/a", f"{at}/")
    assert found.work("dedup", "x", "y.arrays") == f"{at}/work/dedup/x/y.arrays"
    assert all_of(found, "n") == {
        "inputs": f"{at}/work/plan/inputs-n.json", "units": f"{at}/work/plan/units-n.json",
        "units block": f"{at}/work/plan/units-n-00007.json", "parts": f"{at}/work/plan/parts-n.json",
        "word list": f"{at}/work/plan/list-n/a.txt",
        "census": f"{at}/work/scan/n.json", "items": f"{at}/work/scan/n.arrays", "cuts": f"{at}/work/scan/n.cuts.json",
        "extracted": f"{at}/work/extract/n.parquet", "reading": f"{at}/work/extract/n.json",
        "kept": f"{at}/work/curate/n.kept.parquet", "rejected": f"{at}/work/curate/n.rejected.parquet",
        "curate": f"{at}/work/curate/n.json", "keys": f"{at}/work/keys/n.arrays",
        "shingles": f"{at}/work/keys/n.shingles", "settled": f"{at}/work/dedup/n/settled.json",
        "receipt": f"{at}/work/write/n.json", "buckets": f"{at}/work/dedup/n/buckets--1-0.arrays",
        "buckets 0": f"{at}/work/dedup/n/buckets-0-0.arrays", "buckets 0 1": f"{at}/work/dedup/n/buckets-0-1.arrays",
        "drops": f"{at}/work/dedup/n/u.arrays", "weights": f"{at}/work/weights/n/u.json",
        "payload hashes": f"{at}/work/extract/n.payloads", "payloads": f"{at}/work/dedup/n/copies-u.arrays",
        "returning": f"{at}/work/forget/n.parquet",
    }  # fmt: skip


def test_no_two_things_lie_in_one_place() -> None:
    digests = ["0" * 32, "f" * 32]
    found = [path for digest in digests for path in all_of(Names("out"), digest).values()]
    assert len(set(found)) == len(found)


def test_every_folder_of_work_is_one_that_a_replacement_takes_along_or_leaves() -> None:
    folders = {PurePosixPath(path).parts[2] for path in all_of(Names("out"), "n").values()}
    assert folders == {*REUSED, *ONCE}
    assert not {*REUSED} & {*ONCE}


def test_a_table_is_a_folder_of_parts() -> None:
    assert names.TABLES == ("corpus", "rejected", "clusters", "keys")
    assert part("corpus", "web/en", 0) == "corpus/web/en/part-00000.parquet"
    assert part("clusters", "", 7) == "clusters/part-00007.parquet"
    assert [part("rejected", "read", number) for number in (99_999, 100_000)] == [
        "rejected/read/part-99999.parquet", "rejected/read/part-100000.parquet"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "language", "folder"),
    [("web", "en", "web/en"), ("a b", "zh/é", "a%20b/zh%2F%C3%A9"), ("ü=1", "C++", "%C3%BC%3D1/C%2B%2B"),
     ("books", "..", "books/%2E."), ("..", None, "%2E./unknown"), ("", "", "unknown/unknown"),
     ("_a", ".b", "%5Fa/%2Eb"), ("a_b.c", "d-e~f", "a_b.c/d-e~f"), (".", "_", "%2E/%5F"), ("%2E.", "/", "%252E./%2F"),
     ("a\0", "b\n", "a%00/b%0A")],
)  # fmt: skip
def test_names_are_percent_encoded(source: str, language: str, folder: str) -> None:
    assert folder_of(source, language) == folder


@pytest.mark.parametrize(
    ("name", "start"),
    [("x" * 201, "x" * 183), ("x" * 1000, "x" * 183), ("é" * 34, "%C3%A9" * 30),
     ("xxx" + "é" * 34, "xxx" + "%C3%A9" * 30), ("xxxx" + "é" * 34, "xxxx" + "%C3%A9" * 29),
     ("." + "x" * 198, "%2E" + "x" * 180)],
)  # fmt: skip
def test_a_long_name_is_cut_and_told_apart(name: str, start: str) -> None:
    found = encoded(name)
    assert re.fullmatch(re.escape(start) + "-[0-9a-f]{16}", found) is not None
    assert len(found) <= NAME_BYTES
    assert encoded(f"{name}y") != found
    assert encoded(f"{name}y").startswith(start)


@pytest.mark.parametrize("name", ["x" * 200, "é" * 33, "." + "x" * 197])
def test_a_name_of_the_greatest_length_is_whole(name: str) -> None:
    assert unquote(encoded(name)) == name
