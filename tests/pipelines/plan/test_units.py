import dataclasses
import itertools
from collections.abc import Sequence
from pathlib import Path

import pytest
from small_builds import LOCAL, NEAR, SMALL_PARTS, Built, ingested, recipe, warc, whole

from winnow.pipelines.corpus import parts
from winnow.pipelines.errors import BadCall, Damaged
from winnow.pipelines.files.sealed import read_sealed
from winnow.pipelines.plan import units
from winnow.pipelines.plan.inputs import find_inputs
from winnow.pipelines.plan.numbers import MOST_ITEMS
from winnow.pipelines.plan.unit import Cut, Input, Unit
from winnow.pipelines.plan.units import MOST_FILES, between, gathered, inside, load, save
from winnow.pipelines.recipe.model import Source
from winnow.pipelines.sources.warc.source import Warc

File = tuple[Input, int, Sequence[Cut]]


def file(path: str, *sizes: int, source: str = "web", items: int = 1) -> File:
    """A file with a cut of each of `sizes`, `items` in each."""
    ends = list(itertools.accumulate(sizes, initial=0))
    cuts = [Cut(n * items, (n + 1) * items, ends[n], ends[n + 1], size, f"{path}{n}") for n, size in enumerate(sizes)]
    return Input(source, path, sum(sizes), path), len(sizes) * items, cuts


def made(files: Sequence[File], unit_bytes: int = 10) -> list[Unit]:
    return list(gathered(files, unit_bytes, lambda source: f"digest of {source}"))


def shape(found: Sequence[Unit]) -> list[str]:
    """The files of each unit: `ab` where two share one."""
    return ["".join(piece.input.path for piece in unit.pieces) for unit in found]


def row(sizes: Sequence[int]) -> list[File]:
    """Files a, b, ... of these sizes, each whole."""
    return [file(chr(ord("a") + n), *([size] if size else [])) for n, size in enumerate(sizes)]


@pytest.mark.parametrize(
    ("sizes", "units"),
    [
        ([], []),
        ([3], ["a"]),
        ([3, 3, 3], ["abc"]),
        ([3, 3, 4], ["abc"]),
        ([3, 3, 5], ["ab", "c"]),
        ([9, 1], ["ab"]),
        ([9, 2], ["a", "b"]),
        ([9, 9, 1, 1], ["a", "bc", "d"]),
        ([10, 1], ["a", "b"]),
        ([1, 10, 1], ["a", "b", "c"]),
        ([1, 11, 1], ["a", "b", "c"]),
        ([1, 9, 10, 1], ["ab", "c", "d"]),
        ([1] * 21, ["abcdefghij", "klmnopqrst", "u"]),
    ],
)
def test_whole_files_smaller_than_a_unit_share_one(sizes: list[int], units: list[str]) -> None:
    assert shape(made(row(sizes))) == units


@pytest.mark.parametrize(
    ("sizes", "units"),
    [([0], []), ([0, 0], []), ([3, 0, 3], ["ac"]), ([0, 3, 0], ["b"]), ([0, 10, 0, 3, 0, 0, 4], ["b", "dg"])],
)
def test_an_empty_file_parts_no_neighbours(sizes: list[int], units: list[str]) -> None:
    assert shape(made(row(sizes))) == units


def test_a_file_of_several_cuts_shares_none_of_them() -> None:
    found = made([file("a", 3), file("b", 11, 2), file("c", 3), file("d", 3)])
    assert shape(found) == ["a", "b", "b", "cd"]
    assert [[piece.cut.start for piece in unit.pieces] for unit in found] == [[0], [0], [11], [0, 0]]


def test_sources_share_no_unit() -> None:
    found = made([file("a", 1, source="books"), file("b", 1), file("c", 1), file("d", 1, source="wiki")])
    assert [(unit.source, paths) for unit, paths in zip(found, shape(found), strict=True)] == [
        ("books", "a"), ("web", "bc"), ("wiki", "d")
    ]  # fmt: skip


@pytest.mark.parametrize(("files", "units"), [(0, [MOST_FILES - 1]), (1, [MOST_FILES]), (2, [MOST_FILES, 1])])
def test_so_many_files_share_a_unit_at_most(files: int, units: list[int]) -> None:
    found = made([file(f"{n:05}", 1) for n in range(MOST_FILES - 1 + files)], 1 << 20)
    assert [len(unit.pieces) for unit in found] == units


@pytest.mark.parametrize("unit_bytes", [1, 7, 10, 25, 1000])
def test_items_are_numbered_over_all_files(unit_bytes: int) -> None:
    """Whatever units they are in."""
    files = [file("a", 5, items=2), file("b"), file("c", 11, 12, items=3), file("d", 5, source="wiki"), file("e", 1)]
    found = made(files, unit_bytes)
    numbers = []
    for unit in found:
        place = 0
        for piece in unit.pieces:
            length = piece.cut.last - piece.cut.first
            numbers += [(unit.number + place + n, piece.input.path, n + piece.cut.first) for n in range(length)]
            place += length
        assert unit.items == place
    assert numbers == [
        (0, "a", 0), (1, "a", 1), *((2 + n, "c", n) for n in range(6)), (8, "d", 0), (9, "e", 0)
    ]  # fmt: skip


@pytest.mark.parametrize("more", [0, 1])
def test_a_build_has_room_for_so_many_items(more: int) -> None:
    files = [file("a", 10, items=MOST_ITEMS - 2), file("b", 10, items=2 + more)]
    if not more:
        assert [unit.number for unit in made(files)] == [0, MOST_ITEMS - 2]
        return
    with pytest.raises(BadCall) as error:
        made(files)
    assert str(error.value) == ("b: 1,099,511,627,777 records so far, and a build has room for 1,099,511,627,776")


def test_the_name_of_a_unit() -> None:
    def names(*files: File, unit_bytes: int = 10, digest: str = "d") -> list[str]:
        return [unit.name for unit in gathered(files, unit_bytes, lambda source: digest)]

    given, items, (cut,) = file("a", 5)

    def changed(**change: object) -> File:
        return dataclasses.replace(given, **change), items, [cut]  # type: ignore[arg-type]

    def recut(**change: object) -> File:
        return given, items, [dataclasses.replace(cut, **change)]  # type: ignore[arg-type]

    one = names((given, items, [cut]))
    assert names(file("0", 10), (given, items, [cut]))[1:] == one  # its number does not count
    assert names((given, items, [cut]), unit_bytes=99) == one
    others = [
        names(changed(source="b")), names(changed(path="b")), names(changed(size=101)), names(changed(ends="0" * 64)),
        names(recut(first=1, last=2)), names(recut(last=2)), names(recut(content="other")),
        names((given, items, [cut]), digest="other"), names((given, items, [cut]), file("b", 5)),
    ]  # fmt: skip
    everything = [*one, *itertools.chain.from_iterable(others)]
    assert len(set(everything)) == len(everything) == 10


def test_a_list_of_units_comes_back_as_it_was(tmp_path: Path) -> None:
    warc(tmp_path / "a.warc.gz", ["hello", "world"])
    warc(tmp_path / "b.warc", ["x" * 3000, "y"], zipped=False)
    for unit_bytes in (1, 700, 1 << 20):
        built = ingested(tmp_path / str(unit_bytes), recipe(), [f"{tmp_path}/*.warc*"], unit_bytes)
        assert load(built.work) == built.units
    assert len(built.units) == 1
    assert len(built.units[0].pieces) == 2


def test_lists_of_units_are_named_by_what_is_in_them(tmp_path: Path) -> None:
    built = ingested(tmp_path / "out", recipe(), [str(warc(tmp_path / "a.warc", ["hello", "world"]))], 1)
    first, second, *_ = built.units
    moved = dataclasses.replace(second, number=second.number + 1)
    lists = [[], [first], [second], [moved], [first, second], [second, first]]
    assert len({save(built.work, each) for each in lists}) == len(lists)


@pytest.mark.parametrize(
    ("most", "blocks"), [(1, [0, 1, 2, 3]), (2, [0, 2]), (3, [0, 2]), (4, [0, 3]), (5, [0]), (99, [0])]
)
def test_any_run_of_the_list_is_read_block_by_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, blocks: list[int]
) -> None:
    """Of four units, the second with two files."""
    monkeypatch.setattr(units, "BLOCK_PIECES", most)
    built = ingested(tmp_path / "out", recipe(), [str(warc(tmp_path / "a.warc", ["hello"]))])
    (piece,) = built.units[0].pieces
    listed = [Unit("web", (piece,) * (1 + (n == 1)), n, f"u{n}") for n in range(4)]
    work = dataclasses.replace(built.work, job=dataclasses.replace(built.job, units=save(built.work, listed)))
    assert read_sealed(LOCAL, work.job.names.units(work.job.units)) == {
        "units": 4,
        "blocks": [{"first": first, "end": end, "item": first} for first, end in itertools.pairwise([*blocks, 4])],
    }
    assert [list(inside(work, block)) for block in units.blocks(work)] == [
        listed[first:end] for first, end in itertools.pairwise([*blocks, 4])
    ]
    assert load(work) == listed
    for first, end in itertools.product(range(5), repeat=2):
        assert list(between(work, first, end)) == listed[first:end]


def test_of_a_run_only_its_blocks_are_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(units, "BLOCK_PIECES", 1)
    built = ingested(tmp_path / "out", recipe(), [str(warc(tmp_path / "a.warc", ["hello", "world", "again"]))], 1)
    names, name = built.job.names, built.job.units
    for number in (0, 2):
        Path(names.units_block(name, number)).unlink()
    assert list(between(built.work, 1, 2)) == built.units[1:2]


@pytest.mark.parametrize("block", [False, True])
@pytest.mark.parametrize("gone", [False, True])
def test_a_list_of_units_that_is_damaged_is_told(tmp_path: Path, block: bool, gone: bool) -> None:
    built = ingested(tmp_path / "out", recipe(), [str(warc(tmp_path / "a.warc", ["hello", "world"]))])
    names, name = built.job.names, built.job.units
    path = names.units_block(name, 0) if block else names.units(name)
    if gone:
        Path(path).unlink()
    else:
        Path(path).write_bytes(Path(path).read_bytes()[:-9])
    with pytest.raises(Damaged) as damage:
        load(built.work)
    assert damage.value.remove == tuple(dict.fromkeys((path, names.units(name))))
    for each in damage.value.remove:
        LOCAL.delete(each)
    assert save(built.work, built.units) == name
    assert load(built.work) == built.units


TEN = [["a b c d e f g"], ["no"], ["a b c d e f g"], ["x" * 900, "a b c d e f h"], [], ["!!!!"], ["lonely words here"],
       ["a b c d e f g", "a b c d e f g h"], ["y" * 900], ["the end of it"]]  # fmt: skip
"""Ten tiny files: copies and near copies of one another, an empty one among them."""


def ten(folder: Path) -> None:
    for number, texts in enumerate(TEN):
        path = warc(folder / f"{number}.warc{'.gz' * (number % 2)}", texts, zipped=bool(number % 2))
        if not texts:
            path.write_bytes(b"")


def promised(built: Built) -> tuple[dict[str, bytes], object, object]:
    """What is outside of work/, without the files that the ledger is written into."""
    return built.files(), built.entries(), built.receipts


def settled(built: Built) -> dict[str, int]:
    return read_sealed(LOCAL, built.job.names.settled(built.job.deduplicated))


@pytest.mark.slow
def test_ten_tiny_files_give_the_same_whatever_shares_a_unit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ten(tmp_path)
    sources = tuple(Source(name, Warc(), "warc") for name in ("books", "web"))
    made = recipe(sources=sources, dedup=NEAR, output=SMALL_PARTS)
    given = [f"books={tmp_path}/[0-3].*", f"web={tmp_path}/[4-9].*"]
    seen: dict[tuple[int, int], tuple[int, ...]] = {}
    results = []
    for most, unit_bytes in itertools.product((1, 2, 1000), (1, 900, 1500, 1 << 20)):
        monkeypatch.setattr(units, "MOST_FILES", most)
        built = whole(tmp_path / f"{most}-{unit_bytes}", made, given, unit_bytes)
        seen[most, unit_bytes] = tuple(len(unit.pieces) for unit in built.units)
        results.append((promised(built), settled(built)))
    assert all(result == results[0] for result in results)
    assert [part for part in results[0][0][0] if part.startswith("rejected/dedup")] != []
    assert seen[1000, 1 << 20] == (4, 5)
    assert max(seen[2, 1 << 20]) == 2
    assert {*seen[1, 1 << 20]} == {1}
    assert len(seen[1, 1]) > 9
    assert len({*seen.values()}) == 5


@pytest.mark.parametrize("unit_bytes", [1, 1 << 20])
def test_a_file_more_renames_only_the_unit_that_it_is_in(tmp_path: Path, unit_bytes: int) -> None:
    """And moves the numbers of those behind it: what is made of them stays, for its numbers count from their unit."""
    ten(tmp_path)
    before = ingested(tmp_path / "out", recipe(), [f"{tmp_path}/[2-9].*"], unit_bytes)
    extracted = {path: Path(path).stat().st_ino for path in LOCAL.files(f"{tmp_path}/out/work/extract")}
    after = ingested(tmp_path / "out", recipe(), [f"{tmp_path}/[1-9].*"], unit_bytes)
    names = [{unit.name for unit in built.units} for built in (before, after)]
    assert names[0] <= names[1] if unit_bytes == 1 else not names[0] & names[1]
    for path, inode in extracted.items():
        assert Path(path).stat().st_ino == inode
    assert find_inputs(LOCAL, recipe(), [f"{tmp_path}/1.*"])[0] == after.inputs[0]
    fresh = whole(tmp_path / "fresh", recipe(dedup=NEAR), [f"{tmp_path}/[1-9].*"], unit_bytes)
    again = whole(tmp_path / "out", recipe(dedup=NEAR), [f"{tmp_path}/[1-9].*"], unit_bytes)
    assert promised(again) == promised(fresh)
    assert [part.path for part in parts.parts(again.work)] == [part.path for part in fresh.parts]
