import io
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pytest
import record_builds
from small_builds import EXACT_ONLY, NEAR, Built, ingested, recipe, warc

from winnow.pipelines.dedup import keys as keys_module
from winnow.pipelines.dedup.keys import CONTENT, UnitKeys, compared, hashes_of, make_keys, read_shingles
from winnow.pipelines.dedup.order import moments
from winnow.pipelines.dedup.settings import NearDuplicates
from winnow.pipelines.dedup.shingles import shingle
from winnow.pipelines.dedup.signatures import band_keys, content_keys, signatures
from winnow.pipelines.errors import Damaged, Gone
from winnow.pipelines.files import parquet
from winnow.pipelines.files.parquet import BATCH_ROWS
from winnow.pipelines.files.storage import LocalStorage
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.numbers import PART_BITS
from winnow.pipelines.recipe.model import Dedup, Recipe

ONE = ["a b c d e", "no", "a b c x y z", "a b c d e", "single"]
TWO = ["another file's text", "!!!!!"]


def built(folder: Path, made: Recipe, unit_bytes: int = 1 << 20) -> Built:
    warc(folder / "a.warc.gz", ONE)
    warc(folder / "b.warc.gz", TWO)
    found = ingested(folder / "out", made, [f"{folder}/*.gz"], unit_bytes)
    for unit in found.units:
        make_keys(found.work, unit)
    return found


KEPT = [ONE[0], ONE[2], ONE[3], ONE[4], TWO[0]]


def test_a_unit_holds_what_the_texts_give(tmp_path: Path) -> None:
    made, near = built(tmp_path, recipe(dedup=NEAR)), NearDuplicates(shingle_words=2)
    keys = UnitKeys(made.work, made.units[0])
    shingles = shingle(KEPT, 2)
    bands = band_keys(signatures(shingles, near.permutations, near.seed), near.bands)
    assert len(keys) == 5
    assert keys.numbers.tolist() == [item << PART_BITS for item in (1, 3, 4, 5, 7)]  # 0 and 6 are requests
    assert keys["characters"].tolist() == [len(text) for text in KEPT]
    assert keys.entries(CONTENT)[0].tolist() == content_keys(KEPT).tolist()
    for band in range(near.bands):
        assert keys.entries(band)[0].tolist() == bands[:, band].tolist()
    rows = np.array([2, 0])
    assert keys.shingles(rows).values.tolist() == shingles.take(rows).values.tolist()
    assert keys["ids"].dtype == np.dtype("S32")


def test_a_unit_holds_the_measures_that_order_copies(tmp_path: Path) -> None:
    """Of the steps of its source; of a whole record its first part's."""
    made = built(tmp_path, recipe(dedup=Dedup(order=("-long.bangs", "long.characters", "priority"))))
    keys = UnitKeys(made.work, made.units[0])
    assert sorted(keys.measures) == ["long.bangs", "long.characters"]
    assert (keys["long.characters"].dtype, keys["long.characters"].tolist()) == (np.float64, list(map(len, KEPT)))
    assert keys["long.bangs"].tolist() == [0.0] * 5


def test_numbers_of_the_second_file_come_after(tmp_path: Path) -> None:
    """Of its six items, the request among them: in a unit of its own or in one with the first."""
    for unit_bytes in (900, 1 << 20):
        made = built(tmp_path, recipe(dedup=NEAR), unit_bytes)
        keys = UnitKeys(made.work, made.units[-1])
        assert keys.numbers.tolist()[-1] == (6 + 1) << PART_BITS
    assert len(made.units) == 1


def test_a_unit_without_documents(tmp_path: Path) -> None:
    made = built(tmp_path, recipe(dedup=NEAR), 1)
    empty = UnitKeys(made.work, made.units[0])
    assert (len(empty), empty.entries(CONTENT)[0].shape, empty.entries(0)[0].shape) == (0, (0, 2), (0,))
    path = made.job.names.shingles(made.job.keyed(made.units[0]))
    assert Path(path).read_bytes() == b""


def test_without_near_duplicates_there_are_no_shingles(tmp_path: Path) -> None:
    made = built(tmp_path, recipe(dedup=EXACT_ONLY))
    keys = UnitKeys(made.work, made.units[0])
    assert keys.entries(CONTENT)[0].tolist() == content_keys(KEPT).tolist()
    with pytest.raises(KeyError):
        keys["band_0"]


@pytest.mark.parametrize("rows", [[], [0], [4], [1, 2], [0, 2, 3], [0, 1, 2, 3, 4]])
@pytest.mark.parametrize("held", [True, False])
def test_the_shingles_of_any_rows(tmp_path: Path, rows: list[int], held: bool) -> None:
    made = built(tmp_path, recipe(dedup=NEAR))
    keys = UnitKeys(made.work, made.units[0])
    found = (keys.hold() if held else keys).shingles(np.array(rows, np.int64))
    expected = shingle([KEPT[row] for row in rows], 2)
    assert (found.values.tolist(), found.offsets.tolist()) == (expected.values.tolist(), expected.offsets.tolist())


@pytest.mark.parametrize(
    ("dedup", "same"), [(NEAR, True), (EXACT_ONLY, False), (Dedup(near=NearDuplicates(shingle_words=3)), False)]
)
def test_keys_are_named_by_the_way_they_are_made(tmp_path: Path, dedup: Any, same: bool) -> None:
    made = ingested(tmp_path / "out", recipe(dedup=NEAR), [str(warc(tmp_path / "a.warc.gz", ONE))])
    other = ingested(tmp_path / "out", recipe(dedup=dedup), [f"{tmp_path}/a.warc.gz"])
    assert made.units == other.units
    assert (made.job.keyed(made.units[0]) == other.job.keyed(made.units[0])) == same


@pytest.mark.parametrize("spoil", [lambda b: b[:-8], lambda b: b[:8] + bytes(8) + b[16:], None])
def test_shingles_that_are_not_what_was_hashed_are_told(tmp_path: Path, spoil: Callable[[bytes], bytes] | None) -> None:
    made = built(tmp_path, recipe(dedup=NEAR))
    names, name = made.job.names, made.job.keyed(made.units[0])
    path = Path(names.shingles(name))
    if spoil is None:
        path.unlink()
    else:
        path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(Damaged) as damage:
        UnitKeys(made.work, made.units[0]).shingles(np.arange(5))
    assert damage.value.remove == (names.keys(name),)


@pytest.mark.parametrize(
    ("near", "same"),
    [
        (NearDuplicates(similarity=0.5, max_bucket=2), True), (NearDuplicates(shingle_words=4), False),
        (NearDuplicates(bands=15), False), (NearDuplicates(rows=6), False), (NearDuplicates(seed=2), False),
    ],
)  # fmt: skip
def test_hashes_of_a_fixed_text_tell_keys_apart_that_cannot_be_compared(near: NearDuplicates, same: bool) -> None:
    text, bands = hashes_of(NearDuplicates())
    found = hashes_of(near)
    assert (found[0] == text, found[1] == bands) == (True, same)
    assert hashes_of(None) == (text,)


def test_hashes_are_those_of_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other content keys, or other words of a text, are other hashes."""
    near = NearDuplicates(shingle_words=3)
    before = hashes_of.__wrapped__(near)
    with monkeypatch.context() as patch:
        patch.setattr(keys_module, "content_keys", lambda texts: content_keys([text + "!" for text in texts]))
        after = hashes_of.__wrapped__(near)
        assert (after[0] == before[0], after[1] == before[1]) == (False, True)
    monkeypatch.setattr(keys_module, "shingle", lambda texts, words: shingle([text.upper() for text in texts], words))
    assert hashes_of.__wrapped__(near)[1] != before[1]  # ß becomes SS
    assert all(len(each) == 32 for each in before)


def test_sets_are_read_wherever_they_lie() -> None:
    values = np.arange(20, dtype="<u8")
    file = io.BytesIO(values.tobytes())

    def found(*runs: tuple[int, int]) -> list[list[int]] | None:
        starts, sizes = (np.array([run[at] for run in runs], np.int64) for at in range(2))
        sets = read_shingles(file, starts, sizes)
        return None if sets is None else [sets.take(np.array([n])).values.tolist() for n in range(len(runs))]

    assert found((0, 2), (2, 3), (9, 1)) == [[0, 1], [2, 3, 4], [9]]
    assert found((3, 0), (3, 2), (18, 2)) == [[], [3, 4], [18, 19]]
    assert found() == []
    assert found((18, 3)) is None


@pytest.mark.slow
def test_memory_is_that_of_a_batch(tmp_path: Path) -> None:
    """The shingles of all were held three times over until the last was hashed."""
    texts = [" ".join(f"w{n}x{i}" for i in range(400)) for n in range(8 * BATCH_ROWS)]
    peaks = []
    for name, given in (("few", texts[:BATCH_ROWS]), ("many", texts)):
        made = ingested(tmp_path / name, recipe(dedup=NEAR), [str(warc(tmp_path / f"{name}.warc.gz", given))], 1 << 30)
        (unit,) = made.units
        make_keys(made.work, unit)  # what is imported and made once for all is there
        tracemalloc.start()
        make_keys(made.work, unit)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        size = Path(made.job.names.shingles(made.job.keyed(unit))).stat().st_size
        assert size == 8 * 399 * len(given)
    assert peaks[1] - peaks[0] < size / 4


def test_shingles_that_go_while_they_are_opened_are_made_again(tmp_path: Path) -> None:
    class Racing(LocalStorage):
        def open(self, path: str) -> BinaryIO:
            if path.endswith(".shingles"):
                self.delete(path)
            return super().open(path)

    made = built(tmp_path, recipe(dedup=NEAR))
    with pytest.raises(Gone) as caught:
        UnitKeys(Work(Racing(), made.job), made.units[0]).shingles(np.arange(5))
    assert caught.value.remove == (made.job.names.keys(made.job.keyed(made.units[0])),)


BOOKS = [["no", "the second part", "a third one"], ["ab"], ["only one"], ["first", "and then", "!!!!!", "an end"]]
WHOLE = ["the second part\n\na third one", "only one", "first\n\nand then\n\nan end"]
"""What is kept of them."""


def of_books(folder: Path, unit_bytes: int = record_builds.ONE_UNIT, **more: Any) -> Built:
    made = record_builds.read(folder, BOOKS, unit_bytes=unit_bytes, **more)
    for unit in made.units:
        make_keys(made.work, unit)
    return made


def test_a_record_is_one_entry(tmp_path: Path) -> None:
    made, near = of_books(tmp_path), NearDuplicates(shingle_words=2)
    keys, kept = UnitKeys(made.work, made.units[0]), made.rows("kept")
    assert keys.numbers.tolist() == [item << PART_BITS for item in (0, 2, 3)]
    firsts = [next(row for row in kept if row["item"] == item) for item in (0, 2, 3)]
    assert [(row["part"], row["id"].encode()) for row in firsts] == [
        (part, id) for part, id in zip((1, 0, 0), keys["ids"].tolist(), strict=True)
    ]
    assert keys["characters"].tolist() == [len(text) for text in WHOLE]
    assert keys.documents.tolist() == [2, 1, 3]
    assert keys["moments"].tolist() == moments([row["captured"] for row in firsts]).tolist()
    assert keys.entries(CONTENT)[0].tolist() == content_keys(WHOLE).tolist()
    shingles = shingle(WHOLE, 2)
    assert keys.shingles(np.arange(3)).values.tolist() == shingles.values.tolist()
    bands = band_keys(signatures(shingles, near.permutations, near.seed), near.bands)
    assert keys.entries(3)[0].tolist() == bands[:, 3].tolist()


@pytest.mark.parametrize("unit_bytes", [1, 60, record_builds.ONE_UNIT])
def test_entries_are_counted_before_they_are_made(tmp_path: Path, unit_bytes: int) -> None:
    """Of the other source each document is one."""
    made = of_books(tmp_path, unit_bytes)
    sizes = [len(UnitKeys(made.work, unit)) for unit in made.units]
    assert made.job.compared == compared(made.job.recipe, made.ingested) == sum(sizes) == 3 + 1
    assert sum(tally.kept for tally in made.tallies) == 6 + 1
    pages = UnitKeys(made.work, made.units[-1])
    assert (pages.documents.tolist(), pages.numbers.tolist()) == ([1], [len(BOOKS) << PART_BITS])


@pytest.mark.parametrize("rows", [1, 2, 3, 4])
def test_where_batches_end_changes_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    """Of a record that goes on in the next one."""
    found = []
    for name, most in (("one", BATCH_ROWS), ("more", rows)):
        monkeypatch.setattr(parquet, "BATCH_ROWS", most)
        (tmp_path / name).mkdir()
        made = of_books(tmp_path / name)
        keys = UnitKeys(made.work, made.units[0])
        names = ("numbers", "ids", "characters", "moments", "content", "documents", "band_0", "sizes", "sums")
        found.append([keys[of].tolist() for of in names] + [Path(keys.shingles_path).read_bytes()])
    assert found[0] == found[1]


@pytest.mark.slow
def test_memory_is_that_of_a_batch_and_a_record(tmp_path: Path) -> None:
    parts = [[" ".join(f"w{book}x{part}x{i}" for i in range(400)) for part in range(100)] for book in range(40)]
    peaks = []
    for name, books in (("few", parts[:8]), ("many", parts)):
        (tmp_path / name).mkdir()
        made = record_builds.read(tmp_path / name, books, unit_bytes=1 << 30)
        make_keys(made.work, made.units[0])
        tracemalloc.start()
        make_keys(made.work, made.units[0])
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    size = Path(made.job.names.shingles(made.job.keyed(made.units[0]))).stat().st_size
    assert size == 8 * len(parts) * (100 * 400 - 1)
    assert peaks[1] - peaks[0] < size / 4
