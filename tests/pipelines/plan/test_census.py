import dataclasses
import io
import itertools
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pytest
from line_source import Lines, lines
from small_builds import LOCAL, Built, ingested, recipe, warc
from warc_files import raw_record

from winnow.pipelines.engines import jobs
from winnow.pipelines.errors import BadCall, BuildFailed, Damaged, Starved
from winnow.pipelines.files.arrays import load_arrays
from winnow.pipelines.ingest.extract import extract
from winnow.pipelines.plan import census as plan_census
from winnow.pipelines.plan.census import (
    Counted,
    Cuts,
    again,
    agreed,
    content_of,
    counted,
    cut,
    cuts,
    load,
    save,
    scan,
    unchanged,
)
from winnow.pipelines.plan.inputs import MIB, find_inputs, identify
from winnow.pipelines.plan.job import Job, Work
from winnow.pipelines.plan.unit import Cut, Input, Piece, Unit
from winnow.pipelines.sources.base import GAP, MOST_KINDS, Census, CensusError, Item, Items
from winnow.pipelines.sources.file_bytes import BLOCK, Changed, touched
from winnow.pipelines.sources.warc.scan import scan as scan_warc
from winnow.pipelines.sources.warc.source import Warc


def census(lengths: list[int], gap: int = -1, counted: Any = "bytes", size: int = -1) -> Census:
    """Of a file with one item after the other; where bytes are not counted it has `size` bytes itself."""
    ends = np.cumsum([0, *lengths]).tolist()
    items = Items.of(
        Item(at, length, GAP if i == gap else "response")
        for i, (at, length) in enumerate(zip(ends, lengths, strict=False))
    )
    size = ends[-1] if size < 0 else size
    return Census(size, "f" * 64, items, blocks_of(size), "a layout", counted, ends[-1])


def blocks_of(size: int) -> bytes:
    """As many checksums as the file has blocks, each another."""
    return b"".join(number.to_bytes(8, "big") for number in touched(0, size))


def places(made: Census, unit_bytes: int) -> list[tuple[int, int, int, int]]:
    return [(c.first, c.last, c.start, c.end) for c in cut(made, unit_bytes)]


@pytest.mark.parametrize(
    ("lengths", "size", "expected"),
    [
        ([], 10, []),
        ([5], 10, [(0, 1, 0, 5)]),
        ([5, 5, 5], 9, [(0, 2, 0, 10), (2, 3, 10, 15)]),
        ([5, 5, 5], 10, [(0, 2, 0, 10), (2, 3, 10, 15)]),
        ([5, 5, 5], 11, [(0, 3, 0, 15)]),
        ([5, 100, 5], 10, [(0, 2, 0, 105), (2, 3, 105, 110)]),
        ([5, 5], 1, [(0, 1, 0, 5), (1, 2, 5, 10)]),
        ([10, 10], 10, [(0, 1, 0, 10), (1, 2, 10, 20)]),
    ],
)
def test_cuts(lengths: list[int], size: int, expected: list[tuple[int, int, int, int]]) -> None:
    made = census(lengths)
    assert places(made, size) == expected
    assert [found.size for found in cut(made, size)] == [end - start for _, _, start, end in expected]


@pytest.mark.parametrize("size", [1, 9, 1000])
def test_a_stream_is_one_cut(size: int) -> None:
    made = census([5, 5, 5], counted="inflated", size=6)
    assert places(made, size) == [(0, 3, 0, 15)]
    assert [found.size for found in cut(made, size)] == [6]


@pytest.mark.parametrize(
    ("items", "size", "unit_bytes", "expected"),
    [
        (4, 40, 1, [(0, 1, 10), (1, 2, 10), (2, 3, 10), (3, 4, 10)]),
        (4, 40, 10, [(0, 1, 10), (1, 2, 10), (2, 3, 10), (3, 4, 10)]),
        (4, 40, 19, [(0, 1, 10), (1, 2, 10), (2, 3, 10), (3, 4, 10)]),
        (4, 40, 20, [(0, 2, 20), (2, 4, 20)]),
        (4, 40, 30, [(0, 3, 30), (3, 4, 10)]),
        (4, 40, 40, [(0, 4, 40)]),
        (3, 10, 10, [(0, 3, 10)]),
        (0, 10, 10, []),
    ],
)
def test_positions_are_cut_in_proportion(
    items: int, size: int, unit_bytes: int, expected: list[tuple[int, int, int]]
) -> None:
    """Where a container gives no byte ranges, all its items take up as much of the file."""
    made = census([1] * items, counted="positions", size=size)
    assert [(c.first, c.last, c.size) for c in cut(made, unit_bytes)] == expected
    assert [(c.start, c.end) for c in cut(made, unit_bytes)] == [(first, last) for first, last, _ in expected]


def test_a_stream_with_starts_is_cut_in_proportion() -> None:
    starts = np.array([(0, 32), (400, 8 * BLOCK), (800, 8 * BLOCK + 99)])
    made = dataclasses.replace(census([100] * 10, counted="inflated", size=2 * BLOCK), starts=starts)
    assert places(made, BLOCK) == [(0, 5, 0, 500), (5, 10, 500, 1000)]
    first, second = contents(made, BLOCK)
    assert contents(spoilt(made, 1), BLOCK)[0] != first  # for its last item lies behind the second start
    assert contents(spoilt(made, 0), BLOCK) == [contents(spoilt(made, 0), BLOCK)[0], second]


@pytest.mark.parametrize(
    ("unit_bytes", "expected"),
    [
        (1, [(0, 3), (3, 4), (4, 10)]), (39, [(0, 3), (3, 10)]), (40, [(0, 4), (4, 10)]), (49, [(0, 4), (4, 10)]),
        (50, [(0, 10)]),
    ],
)  # fmt: skip
def test_positions_are_cut_where_it_is_best(unit_bytes: int, expected: list[tuple[int, int]]) -> None:
    starts = np.array([(0, 32), (3, 80), (4, 400)], np.int64)
    made = dataclasses.replace(census([1] * 10, counted="positions", size=100), starts=starts)
    assert [(c.first, c.last) for c in cut(made, unit_bytes)] == expected
    assert made.span(3, 4) == (0, 100)


def test_a_gap_is_never_cut() -> None:
    assert places(census([5, 100, 5], gap=1), 10) == [(0, 2, 0, 105), (2, 3, 105, 110)]


def contents(made: Census, unit_bytes: int) -> list[str]:
    return [found.content for found in cut(made, unit_bytes)]


def spoilt(made: Census, block: int) -> Census:
    """The census of the same items over a file of which one block is another."""
    blocks = bytearray(made.blocks)
    blocks[8 * block] ^= 1
    return dataclasses.replace(made, blocks=bytes(blocks))


LONG = census([40_000] * 9)
"""Nine items over six blocks, each in a cut of its own."""


@pytest.mark.parametrize(
    ("block", "others"), [(0, [0, 1]), (1, [1, 2, 3]), (2, [3, 4]), (3, [4, 5, 6]), (4, [6, 7, 8]), (5, [8])]
)
def test_other_bytes_change_the_content_of_the_cuts_that_touch_their_block(block: int, others: list[int]) -> None:
    was, now = contents(LONG, 1), contents(spoilt(LONG, block), 1)
    assert [number for number in range(9) if was[number] != now[number]] == others
    stream = census([40_000] * 10, counted="inflated", size=360_000)
    assert len({*contents(stream, 1), *contents(spoilt(stream, block), 1)}) == 2
    table = census([1] * 9, counted="positions", size=360_000)
    assert {*contents(table, 1)} & {*contents(spoilt(table, block), 1)} == set()


def test_other_items_change_the_content() -> None:
    made = [census([5, 5]), census([4, 6]), census([5, 5], gap=0)]
    assert len({contents(m, 100)[0] for m in made}) == 3
    moved = [dataclasses.replace(census(lengths), blocks=blocks_of(15)) for lengths in ([5, 5, 5], [6, 4, 5])]
    assert [a == b for a, b in zip(contents(moved[0], 1), contents(moved[1], 1), strict=True)] == [False, False, True]


def test_the_layout_of_the_rest_does_not_change_the_content() -> None:
    made = census([5, 5])
    assert contents(made, 1) == contents(dataclasses.replace(made, layout="another"), 1)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"abc", None),
        (b"abd", ""),
        (b"abcd", ", 3 bytes and then 4"),
        (b"", ", 3 bytes and then 0"),
    ],
)
def test_a_census_of_another_file_than_was_identified_is_not_taken(
    tmp_path: Path, content: bytes, said: str | None
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    given = identify(LOCAL, recipe().sources[0], str(path))
    path.write_bytes(content)
    work = Work(LOCAL, Job(recipe(), str(tmp_path / "out"), MIB))
    if said is None:
        unchanged(LOCAL, recipe().sources[0], given, scan_warc(io.BytesIO(content)))
        scan(work, given)
        assert counted(work, given).size == 3
        return
    with pytest.raises(Changed) as caught:
        unchanged(LOCAL, recipe().sources[0], given, scan_warc(io.BytesIO(content)))
    assert (caught.value.path, caught.value.what) == (
        str(path), f"it was one file when the build began and another when it was scanned{said}"
    )  # fmt: skip
    with pytest.raises(Changed):
        scan(work, given)
    assert LOCAL.files(str(tmp_path / "out")) == []


def built(folder: Path, zipped: bool = False, unit_bytes: int = MIB) -> Built:
    """Of a file of more than two mebibytes, in whose middle its identity does not look."""
    path = warc(folder / "a.warc", ["many words " * 99_000] * 3, zipped=zipped)
    return ingested(folder / "out", recipe(), [str(path)], unit_bytes)


def changed_in_the_middle(path: Path) -> int:
    """Change a byte; returns its offset."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    return len(content) // 2


def test_a_change_between_census_and_reading_is_seen(tmp_path: Path) -> None:
    made = built(tmp_path)
    (given,), job = made.inputs, made.job
    at = changed_in_the_middle(tmp_path / "a.warc")
    assert find_inputs(LOCAL, recipe(), [given.path]) == made.inputs
    where = [n for n, unit in enumerate(made.units) if unit.pieces[0].cut.start <= at < unit.pieces[0].cut.end]
    told = {number: damage for number, unit in enumerate(made.units) if (damage := said_of(made, unit))}
    assert list(told) == where
    damage = told[where[0]]
    assert damage.remove == (job.census(given), job.cuts(given))
    assert str(damage).startswith(f"{given.path} was changed during the build: other bytes")
    # scanned anew, the other units are found again
    for path in damage.remove:
        LOCAL.delete(path)
    others = ingested(tmp_path / "out", recipe(), [given.path])
    same = [a.name == b.name for a, b in zip(made.units, others.units, strict=True)]
    assert same == [number != where[0] for number in range(len(made.units))]


@pytest.mark.parametrize("gone", ["census", "items", "cuts"])
def test_a_census_that_is_gone_or_damaged_is_made_again_with_its_cuts(tmp_path: Path, gone: str) -> None:
    """The cuts say what the units are named by, so a census of the file as it is now may not stand beside old ones."""
    made = built(tmp_path)
    (given,), job = made.inputs, made.job
    path = Path({"census": job.census, "items": job.items, "cuts": job.cuts}[gone](given))
    was, whole = (load(made.work, given), cuts(made.work, given)), path.read_bytes()
    for content in (None, b"", whole[:-9], bytes(len(whole))):
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content)
        with pytest.raises(Damaged) as damage:
            (cuts if gone == "cuts" else load)(made.work, given)
        for told in damage.value.remove:
            LOCAL.delete(told)
        assert not jobs.STAGES["scan"].is_done(made.work, given)
        jobs.run(made.work, jobs.STAGES["scan"], given)
        assert (load(made.work, given), cuts(made.work, given)) == was


def test_what_is_told_of_a_changed_file_has_all_of_its_scan_made_again(tmp_path: Path) -> None:
    made = built(tmp_path)
    (given,), job = made.inputs, made.job
    damage = again(made.work, given, Changed(given.path, "other bytes"))
    assert damage.remove == (job.census(given), job.cuts(given))
    assert str(damage) == str(Changed(given.path, "other bytes"))


SOME = [
    census([]),
    census([3, 4, 5], gap=1),
    census([7], gap=0),
    Census(9, "a", Items.of([Item(0, 30, "warcinfo"), Item(30, 2, GAP)]), b"12345678", "stream", "inflated", 32),
    Census(9, "a", Items.of([Item(0, 4, "response"), Item(4, 5, "x y é")]), bytes(8), "plain",
           aside=np.array([(4, 5)])),
    census([1, 1, 1], counted="positions", size=2 * BLOCK + 1),
    census([3, 5 * BLOCK]),
    Census(9, "a", Items.of([Item(0, 30, "page"), Item(30, 2, "page")]), bytes(8), "bz2", "inflated", 32,
           np.array([(0, 32), (31, 50)])),
]  # fmt: skip


@pytest.mark.parametrize("made", SOME)
def test_a_census_comes_back_as_it_was(tmp_path: Path, made: Census) -> None:
    work, given = Work(LOCAL, Job(recipe(), str(tmp_path), MIB)), Input("web", "a", 9, "e")
    save(LOCAL, work.job.items(given), work.job.census(given), made)
    assert load(work, given) == made
    assert load(work, given).starts.tolist() == made.starts.tolist()
    assert load(work, given).aside.tolist() == made.aside.tolist()
    kinds = {kind: sum(item.kind == kind for item in made.items) for kind in sorted({i.kind for i in made.items})}
    assert counted(work, given) == Counted(
        made.size, made.sha256, made.layout, made.counted, made.extent, kinds,
        sum(item.length for item in made.items if item.kind == GAP),
    )  # fmt: skip


@pytest.mark.parametrize("at_once", [1, 2, 3, 100])
@pytest.mark.parametrize("counted", ["bytes", "positions"])
def test_of_a_census_only_a_run_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int, counted: str
) -> None:
    monkeypatch.setattr(plan_census, "_AT_ONCE", at_once)
    made = census([1] * 7, gap=4, counted=counted)
    work, given = Work(LOCAL, Job(recipe(), str(tmp_path), MIB)), Input("web", "a", 7, "e")
    save(LOCAL, work.job.items(given), work.job.census(given), made)
    for first, last in itertools.combinations_with_replacement(range(8), 2):
        found = load(work, given, first, last)
        assert (list(found.items), found.whole) == (list(made.items[first:last]), (first, last) == (0, 7))
        assert first == last or content_of(found, 0, last - first) == content_of(made, first, last)
    assert [len(load(work, given, first, last).items) for first, last in ((5, 9), (7, 9), (8, 9))] == [2, 0, 0]
    held = load_arrays(LOCAL, work.job.items(given))
    assert sum(name.startswith("lengths-") for name in held) == -(-7 // at_once)


@pytest.mark.parametrize("unit_bytes", [1, 1000, MIB])
def test_a_scan_leaves_the_cuts_of_its_census(tmp_path: Path, unit_bytes: int) -> None:
    path = warc(tmp_path / "a.warc.gz", ["hello", "world", "x" * 3000])
    work = Work(LOCAL, Job(recipe(), str(tmp_path / "out"), unit_bytes))
    (given,) = find_inputs(LOCAL, recipe(), [str(path)])
    scan(work, given)
    found = load(work, given)
    assert found == scan_warc(io.BytesIO(path.read_bytes()))
    assert cuts(work, given) == Cuts(4, found.sha256, tuple(cut(found, unit_bytes)))
    assert all(isinstance(each, Cut) for each in cuts(work, given).cuts)


def test_another_size_of_units_has_cuts_of_its_own_and_the_same_census(tmp_path: Path) -> None:
    made = built(tmp_path)
    other = Work(LOCAL, dataclasses.replace(made.job, unit_bytes=1))
    given = made.inputs[0]
    assert not jobs.STAGES["scan"].is_done(other, given)
    assert (other.job.census(given), other.job.items(given)) == (made.job.census(given), made.job.items(given))
    assert other.job.cuts(given) != made.job.cuts(given)


def test_units_of_the_file_as_it_was_are_not_read_of_the_one_that_it_is(tmp_path: Path) -> None:
    """It is changed in the middle, scanned anew for units of another size, and the first size is asked for again."""
    made = built(tmp_path)
    (given,), job = made.inputs, made.job
    assert agreed(made.work, given) == counted(made.work, given)
    changed_in_the_middle(tmp_path / "a.warc")
    LOCAL.delete(job.census(given))
    scan(Work(LOCAL, dataclasses.replace(job, unit_bytes=1)), given)
    stale = [unit for unit in made.units if said_of(made, unit)]
    assert len(stale) == 1
    of_fewer = Cut(4, 9, 1 << 30, 1 << 31, 1 << 30, "content")  # no such items
    stale.append(dataclasses.replace(stale[0], pieces=(Piece(given, of_fewer),)))
    said = f"{given.path} was changed during the build: its units are of the file as it was before; "
    with pytest.raises(Damaged) as damage:
        agreed(made.work, given)
    for told in (*(said_of(made, unit) for unit in stale), damage.value):
        assert told is not None
        assert (str(told).startswith(said), told.remove) == (True, (job.census(given), job.cuts(given)))
    for path in damage.value.remove:
        LOCAL.delete(path)
    scan(made.work, given)
    assert agreed(made.work, given).sha256 == load(made.work, given).sha256


def said_of(made: Built, unit: Unit) -> Damaged | None:
    """What is said of a unit when it is read."""
    try:
        extract(made.work, unit)
    except Damaged as damage:
        return damage
    return None


@pytest.mark.parametrize("kinds", [300, pytest.param(70_000, marks=pytest.mark.slow)])
def test_a_hostile_file_of_many_kinds_costs_a_line_for_each_of_a_few_hundred(tmp_path: Path, kinds: int) -> None:
    """From the scan to the tally; the page among them is kept, and all the others are counted."""
    page = raw_record(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nhello world")
    head = b"WARC/1.0\r\nWARC-Type: k%d\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
    (tmp_path / "a.warc").write_bytes(b"".join(head % number for number in range(kinds)) + page)
    made = ingested(tmp_path / "out", recipe(), [f"{tmp_path}/a.warc"], 64 * MIB)
    (given,), (tally,) = made.inputs, made.tallies
    found = counted(made.work, given).kinds
    assert (len(found), found["response"], found["unknown"]) == (MOST_KINDS + 2, 1, kinds - MOST_KINDS)
    others = {kind: n for kind, n in found.items() if kind != "response"}
    assert (tally.files[given.path].read.others, tally.kept) == (others, 1)


@pytest.mark.parametrize(
    ("raised", "said"),
    [(GeneratorExit("b"), "GeneratorExit: b, at plan/test_census.py:"),
     (LookupError("no such\nline"), "LookupError: no such line, at plan/test_census.py:"),
     (CensusError("the items end at 3"), "CensusError: the items end at 3, at "),
     (OSError(2, "No such file", "words"), "FileNotFoundError: [Errno 2] No such file: 'words', at "),
     (None, "CensusError: scan gave None, wanted a Census, at plan/plugin_scan.py:")],
)  # fmt: skip
def test_what_fails_in_the_scan_of_a_plug_in_is_told_with_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, raised: BaseException | None, said: str
) -> None:
    def failing(self: Lines, stream: BinaryIO) -> None:
        if raised:
            raise raised

    monkeypatch.setattr(Lines, "scan", failing)
    with pytest.raises(BuildFailed) as error:
        lines(tmp_path, "one\n")
    assert str(error.value).startswith(f"{tmp_path}/a.txt: source 'web' (kind 'lines'): {said}")


def test_a_lie_of_a_plug_in_is_told_with_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scan = Lines.scan
    monkeypatch.setattr(Lines, "scan", lambda self, stream: dataclasses.replace(scan(self, stream), sha256=""))
    with pytest.raises(BuildFailed) as error:
        lines(tmp_path, "one\n")
    said = f"{tmp_path}/a.txt: source 'web' (kind 'lines'): CensusError: scan gave sha256 = '', that of the file is "
    assert str(error.value).startswith(said)


def test_a_file_that_was_changed_is_no_lie_of_a_plug_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scan = Lines.scan

    def late(self: Lines, stream: BinaryIO) -> Census:
        found = scan(self, stream)
        (tmp_path / "a.txt").write_text("two\n")
        return found

    monkeypatch.setattr(Lines, "scan", late)
    with pytest.raises(Changed):
        lines(tmp_path, "one\n")


@pytest.mark.parametrize("raised", [MemoryError("x"), Changed("a", "x"), BadCall("x"), Starved("x")])
def test_what_says_it_all_or_is_scarce_is_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, raised: Exception
) -> None:
    def failing(self: Lines, stream: BinaryIO) -> None:
        raise raised

    monkeypatch.setattr(Lines, "scan", failing)
    with pytest.raises(type(raised)) as error:
        lines(tmp_path, "one\n")
    assert error.value is raised


def test_an_error_in_a_scan_of_our_own_is_left_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(stream: BinaryIO) -> None:
        raise LookupError("as planted")

    monkeypatch.setattr(Warc, "scan", staticmethod(failing))
    with pytest.raises(LookupError, match=r"^as planted"):
        ingested(tmp_path / "out", recipe(), [str(warc(tmp_path / "a.warc", ["hello"]))])
