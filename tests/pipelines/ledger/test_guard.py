import itertools
import json
import os
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from small_builds import Long, ingested, recipe, warc

from winnow.pipelines.build import Request, build
from winnow.pipelines.counts import Count
from winnow.pipelines.display import Display
from winnow.pipelines.errors import BuildFailed
from winnow.pipelines.files.parquet import WrittenRows
from winnow.pipelines.ingest.ingested import Ingested, merged, of_unit
from winnow.pipelines.ingest.tally import Fates, Read, Tally
from winnow.pipelines.ledger.guard import LEAST_SEEN, Guard, TooManyDropped
from winnow.pipelines.plan.unit import Cut, Input, Piece, Unit
from winnow.pipelines.recipe.model import Source, Step
from winnow.pipelines.sources.warc.source import Warc

TWO = tuple(Source(name, Warc(), "warc") for name in ("web", "books"))


NONE = WrittenRows(0, 0, "", ())


def tally(kept: int = 0, **rejected: dict[str, int]) -> Tally:
    """Of one file; what was rejected as rule -> documents, by stage."""
    fates = Fates(Read(), Count(kept, 0), {s: {r: Count(n, 0) for r, n in of.items()} for s, of in rejected.items()})
    return of_files({"f": fates})


def of_files(files: dict[str, Fates]) -> Tally:
    return Tally(files, {}, {}, NONE, NONE)


class Told:
    """A guard, and units as it is told of them: each has two items, and comes after the one before."""

    def __init__(self, share: float, **more: Any) -> None:
        self.guard, self.seen = Guard(recipe(max_dropped_share=share, **more)), list[tuple[Unit, Tally]]()

    def see(self, source: str, tally: Tally) -> None:
        of = unit(len(self.seen), source)
        self.seen.append((of, tally))
        self.guard.see(of, tally)

    def hold(self) -> None:
        self.guard.hold(summed(self.seen))


def summed(seen: Sequence[tuple[Unit, Tally]]) -> Ingested:
    return merged(of_unit(of, "", tally) for of, tally in seen)


def tell(share: float, told: Sequence[tuple[Unit, Tally]], **more: Any) -> Guard:
    """A guard that was told of these units in this order."""
    found = Guard(recipe(max_dropped_share=share, **more))
    for each, of in told:
        found.see(each, of)
    return found


def unit(number: int, source: str = "web") -> Unit:
    return Unit(source, (Piece(Input(source, "f", 1, "e"), Cut(0, 2, 0, 1, 1, "c")),), 2 * number, "u")


def dropped(documents: int, of: int) -> Tally:
    return tally(of - documents, long={"long.bangs": documents})


@pytest.mark.parametrize(
    ("rejected", "kept", "share"),
    [
        ({}, 0, 0.0), ({}, 4, 0.0), ({"long": {"long.bangs": 1}}, 3, 0.25), ({"long": {"a": 1}}, 0, 1.0),
        ({"long": {"a": 1, "b": 1}}, 6, 0.25),
        ({"read": {"http.status": 9}, "edit": {"edit.empty": 9}}, 1, 0.0),
        ({"read": {"read.crash": 9}, "measure": {"measure.error": 9}, "extract": {"x": 9}, "long": {"a": 1}}, 1, 0.5),
        ({"extract": {"extract.language": 1, "extract.empty": 9}, "long": {"a": 1}}, 2, 0.5),
    ],
)  # fmt: skip
def test_the_share_that_steps_dropped(rejected: Any, kept: int, share: float) -> None:
    """Of the documents that reached them, or were dropped on behalf of one: what nobody could read or extract is not
    theirs."""
    for most in (share, share - 1e-9):
        found = Told(most)
        found.see("web", tally(kept, **rejected))
        if most == share:
            found.hold()
            continue
        if share:
            with pytest.raises(BuildFailed):
                found.hold()


@pytest.mark.parametrize("pieces", [1, 3, LEAST_SEEN - 1])
@pytest.mark.parametrize(("seen", "stops"), [(LEAST_SEEN - 1, False), (LEAST_SEEN, True)])
def test_a_share_is_believed_once_enough_documents_were_seen(pieces: int, seen: int, stops: bool) -> None:
    """Then the build ends at once; with fewer it ends once ingest is done."""
    found = Told(0.5)
    sizes = [seen // pieces] * (pieces - 1)
    sizes.append(seen - sum(sizes))
    for size in sizes[:-1]:
        found.see("web", dropped(size, size))
    if not stops:
        found.see("web", dropped(sizes[-1], sizes[-1]))
        with pytest.raises(BuildFailed, match=r"^the steps dropped 100\.0% of the 999 documents of source 'web'"):
            found.hold()
        return
    with pytest.raises(BuildFailed, match=r"^the steps so far dropped 100\.0% of the 1,000 documents of source 'web'"):
        found.see("web", dropped(sizes[-1], sizes[-1]))


@pytest.mark.parametrize(
    ("gone", "of", "share", "stops"),
    [
        (500, 1000, 0.5, False), (501, 1000, 0.5, True), (0, 1000, 0.0, False), (1, 1000, 0.0, True),
        (1000, 1000, 1.0, False), (999, 1000, 0.999, False), (1000, 1000, 0.999, True),
    ],
)  # fmt: skip
def test_the_limit_itself_is_allowed(gone: int, of: int, share: float, stops: bool) -> None:
    found = Told(share)
    if not stops:
        found.see("web", dropped(gone, of))
        found.hold()
        return
    with pytest.raises(BuildFailed):
        found.see("web", dropped(gone, of))


def test_what_comes_later_may_mend_a_share() -> None:
    found = Told(0.5)
    found.see("web", dropped(900, 999))
    found.see("web", dropped(0, 801))
    found.hold()


def test_few_documents_are_judged_at_the_end() -> None:
    for gone, of, stops in ((1, 1, True), (1, 2, False), (2, 3, True), (0, 0, False)):
        found = Told(0.5)
        found.see("web", dropped(gone, of))
        if stops:
            with pytest.raises(BuildFailed):
                found.hold()
        else:
            found.hold()
    Told(0.0).hold()


def test_sources_are_judged_each_for_itself() -> None:
    found = Told(0.5, sources=TWO)
    found.see("web", dropped(0, 5000))
    found.see("books", dropped(600, 700))
    found.see("web", dropped(0, 5000))
    with pytest.raises(BuildFailed, match=r"so far dropped 86\.4% of the 1,100 documents of source 'books'"):
        found.see("books", dropped(350, 400))
    with pytest.raises(BuildFailed, match=r"dropped 86\.4% of the 1,100 documents of source 'books'"):
        found.hold()


def test_all_files_of_a_unit_count() -> None:
    one, two = dropped(3, 4).files["f"], dropped(0, 6).files["f"]
    found = Told(0.3)
    found.see("web", of_files({"a": one, "b": two}))
    found.hold()
    found.see("web", of_files({"a": Fates(), "c": one}))
    with pytest.raises(BuildFailed, match=r"42\.9% of the 14 documents"):
        found.hold()


def test_it_says_which_rules_dropped_most() -> None:
    steps = [Step(name, "long", Long(), Long.RULES) for name in ("long", "again")]
    found = Told(0.25, steps=tuple(steps))
    found.see("web", tally(1000, long={"long.bangs": 200, "long.characters": 30}, read={"http.status": 5000}))
    with pytest.raises(BuildFailed) as error:
        found.see("web", tally(0, long={"long.bangs": 1000}, again={"again.bangs": 40, "again.characters": 50}))
    assert str(error.value) == (
        "the steps so far dropped 56.9% of the 2,320 documents of source 'web', and the recipe's max_dropped_share is "
        "25.0%; most were dropped by long.bangs (1,200), again.characters (50), again.bangs (40): mend a limit or "
        "raise the share"
    )


@pytest.mark.parametrize("order", [*itertools.permutations(range(4))])
def test_the_order_in_which_units_are_done_decides_nothing(order: tuple[int, ...]) -> None:
    """By the first 1,500 documents 60 % are dropped; by others too many as well, and by all of them not."""
    tallies = [dropped(0, 600), dropped(900, 900), dropped(600, 600), dropped(0, 900)]
    with pytest.raises(TooManyDropped, match=r"so far dropped 60\.0% of the 1,500 documents"):
        tell(0.55, [(unit(place), tallies[place]) for place in order])


@pytest.mark.parametrize("order", [*itertools.permutations(range(3))])
def test_units_that_alone_drop_too_many_stop_nothing(order: tuple[int, ...]) -> None:
    tallies = [dropped(0, 2000), dropped(1000, 1000), dropped(0, 10)]
    told = [(unit(place), tallies[place]) for place in order]
    tell(0.5, told).hold(summed(told))


@pytest.mark.parametrize("order", [*itertools.permutations(range(3))])
def test_the_first_of_two_sources_is_told_on_every_machine(order: tuple[int, ...]) -> None:
    given = [("books", dropped(0, 900)), ("web", dropped(1000, 1000)), ("books", dropped(2000, 2000))]
    with pytest.raises(TooManyDropped, match=r"100\.0% of the 1,000 documents of source 'web'"):
        tell(0.5, [(unit(place, given[place][0]), given[place][1]) for place in order], sources=TWO)


def test_what_waits_is_judged_prefix_by_prefix() -> None:
    """The share of all that waited is allowed, that of the first of them is not."""
    found = Told(0.5).guard
    found.see(unit(2), dropped(0, 5000))
    found.see(unit(1), dropped(501, 901))
    with pytest.raises(TooManyDropped, match=r"50\.1% of the 1,000 documents"):
        found.see(unit(0), dropped(0, 99))


def test_of_what_waits_only_counts_are_held() -> None:
    found, paths = Told(1.0).guard, {f"file-{n}": dropped(1, 2).files["f"] for n in range(500)}
    tracemalloc.start()
    for number in range(1, 51):
        found.see(unit(number), of_files(paths))
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 60_000


@pytest.mark.parametrize("unit_mib", [0.0001, 0.001, 1.0])
def test_the_numbers_of_units_leave_no_gap(tmp_path: Path, unit_mib: float) -> None:
    """By which the guard knows that none is missing; empty files among them, and two sources."""
    for name, texts in (("a", ["hello"] * 5), ("b", []), ("c", ["hello"]), ("d", ["hello world"] * 3), ("e", [])):
        warc(tmp_path / f"{name}.warc", texts, zipped=False)
    (tmp_path / "bb.warc").touch()
    given = tuple(f"{'books' if n < 'c' else 'web'}={tmp_path}/{n}.warc" for n in ("a", "b", "bb", "c", "d", "e"))
    made = ingested(tmp_path / "out", recipe(sources=TWO), given, max(1, int(unit_mib * (1 << 20))))
    following = 0
    for each in made.units:
        assert each.number == following
        following += each.items
    assert following == 5 + 9  # a request in each of five files, and nine pages


def left(output: Path) -> set[str]:
    return {*os.listdir(output / "work")} - {"lock"}


def test_a_build_stops_before_it_spends_the_rest_of_the_work(tmp_path: Path, quiet: Display) -> None:
    """Nothing is read of the files after the first one."""
    warc(tmp_path / "0.warc", ["no"] * 900 + ["so!!!"] * 50 + ["hello"] * 50, zipped=False)
    for number in range(1, 9):
        warc(tmp_path / f"{number}.warc", [f"text {number}"] * 100, zipped=False)
    output = tmp_path / "out"
    request = Request(recipe(max_dropped_share=0.9), (f"{tmp_path}/*.warc",), str(output), 1, unit_mib=0.05)
    with pytest.raises(BuildFailed) as error:
        build(request, quiet)
    said = str(error.value)
    assert said.startswith("the steps so far dropped ")
    assert "documents of source 'web', and the recipe's max_dropped_share is 90.0%; most were dropped by " in said
    assert "long.characters (" in said
    read = [json.loads(path.read_text())["files"] for path in (output / "work/extract").glob("*.json")]
    assert ({file for files in read for file in files}, len(read) > 1) == ({f"{tmp_path}/0.warc"}, True)
    assert len([*(output / "work/scan").glob("*.cuts.json")]) == 9
    assert left(output) == {"build.json", "plan", "scan", "extract", "curate"}
    assert not (output / "corpus").exists()
    assert not (output / "ledger.json").exists()


@pytest.mark.slow
def test_a_build_of_few_documents_stops_before_deduplication_and_goes_on_once_the_share_is_raised(
    tmp_path: Path, quiet: Display, promised: Callable[[Path], dict[str, str]]
) -> None:
    warc(tmp_path / "a.warc.gz", ["hello world", "no", "so!!!"])
    output, given = tmp_path / "out", (f"{tmp_path}/a.warc.gz",)
    with pytest.raises(BuildFailed) as error:
        build(Request(recipe(max_dropped_share=0.66), given, str(output), 1), quiet)
    assert str(error.value) == (
        "the steps dropped 66.7% of the 3 documents of source 'web', and the recipe's max_dropped_share is 66.0%; "
        "most were dropped by long.characters (1), long.bangs (1): mend a limit or raise the share"
    )
    assert left(output) == {"build.json", "plan", "scan", "extract", "curate"}
    assert not (output / "ledger.json").exists()
    extracted = {path.name: path.stat().st_ino for path in (output / "work/extract").iterdir()}
    raised = recipe(max_dropped_share=0.67)
    build(Request(raised, given, str(output), 1, replace=True), quiet)
    build(Request(raised, given, str(tmp_path / "fresh"), 1), quiet)
    assert promised(output) == promised(tmp_path / "fresh")
    assert {path.name: path.stat().st_ino for path in (output / "work/extract").iterdir()} == extracted
