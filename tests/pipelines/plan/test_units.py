import dataclasses
import hashlib
import io
from pathlib import Path

import pytest
from small_builds import ingested, nobody, recipe, warc

from winnow.pipelines.beam.ingest import Scan
from winnow.pipelines.errors import Damaged
from winnow.pipelines.extraction.sandbox import Sandbox
from winnow.pipelines.files.storage import LocalStorage
from winnow.pipelines.ingest.unit import Ingest
from winnow.pipelines.plan.inputs import find_inputs
from winnow.pipelines.plan.job import Job
from winnow.pipelines.plan.units import (
    MIB,
    PART_BITS,
    SPAN_BITS,
    Chunk,
    Input,
    cut,
    file_base,
    identify,
    load_census,
    numbers,
    save_census,
    unchanged,
)  # fmt: skip
from winnow.pipelines.sources.base import GAP, Span
from winnow.pipelines.sources.file_bytes import BLOCK, Changed, touched
from winnow.pipelines.sources.warc.scan import Census, Layout, scan

LOCAL = LocalStorage()
GIVEN = Input("web", "a.warc.gz", 100, "e" * 64, 3)


def census(lengths: list[int], layout: Layout = "member", gap: int = -1) -> Census:
    spans, at = [], 0
    for i, length in enumerate(lengths):
        spans.append(Span(at, length, GAP if i == gap else "response"))
        at += length
    return Census(at, "f" * 64, layout, tuple(spans), at, blocks_of(at))


def blocks_of(size: int) -> bytes:
    """As many checksums as the file has blocks, each another."""
    return b"".join(number.to_bytes(8, "big") for number in touched(0, size))


def cuts(made: Census, chunk_bytes: int) -> list[tuple[int, int, int, int]]:
    return [(c.first, c.last, c.start, c.end) for c in cut(GIVEN, made, chunk_bytes, "recipe")]


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
    assert cuts(census(lengths), size) == expected


def test_a_stream_is_one_chunk() -> None:
    assert cuts(census([5, 5, 5], "stream"), 1) == [(0, 3, 0, 15)]


def test_a_gap_is_never_cut() -> None:
    assert cuts(census([5, 100, 5], gap=1), 10) == [(0, 2, 0, 105), (2, 3, 105, 110)]


def test_the_name_of_a_chunk() -> None:
    def names(given: Input = GIVEN, recipe: str = "recipe", size: int = 5) -> list[str]:
        return [c.name for c in cut(given, census([5, 5]), size, recipe)]

    assert names() == names(dataclasses.replace(GIVEN, number=9))
    others = [
        names(dataclasses.replace(GIVEN, source="b")),
        names(dataclasses.replace(GIVEN, path="b")),
        names(dataclasses.replace(GIVEN, size=101)),
        names(dataclasses.replace(GIVEN, ends="0" * 64)),
        names(recipe="other"),
        names(size=10),
    ]
    everything = [*names(), *(name for other in others for name in other)]
    assert len(set(everything)) == len(everything) == 13


def names(made: Census, chunk_bytes: int) -> list[str]:
    return [chunk.name for chunk in cut(GIVEN, made, chunk_bytes, "recipe")]


def spoilt(made: Census, block: int) -> Census:
    """The census of the same spans over a file of which one block is another."""
    blocks = bytearray(made.blocks)
    blocks[8 * block] ^= 1
    return dataclasses.replace(made, blocks=bytes(blocks))


LONG = census([40_000] * 9, "mixed")
"""Nine spans over six blocks, a chunk each."""


@pytest.mark.parametrize(
    ("block", "others"), [(0, [0, 1]), (1, [1, 2, 3]), (2, [3, 4]), (3, [4, 5, 6]), (4, [6, 7, 8]), (5, [8])]
)
def test_other_bytes_change_the_names_of_the_chunks_that_touch_their_block(block: int, others: list[int]) -> None:
    was, now = names(LONG, 1), names(spoilt(LONG, block), 1)
    assert [number for number in range(9) if was[number] != now[number]] == others
    stream = dataclasses.replace(LONG, layout="stream", extent=400_000, spans=(*LONG.spans, Span(360_000, 40_000, GAP)))
    assert len({*names(stream, 1), *names(spoilt(stream, block), 1)}) == 2


def test_other_spans_change_the_name() -> None:
    made = [census([5, 5]), census([4, 6]), census([5, 5], gap=0)]
    assert len({names(m, 100)[0] for m in made}) == 3
    moved = [dataclasses.replace(census(lengths), blocks=blocks_of(15)) for lengths in ([5, 5, 5], [6, 4, 5])]
    assert [a == b for a, b in zip(names(moved[0], 1), names(moved[1], 1), strict=True)] == [False, False, True]


def test_the_layout_of_the_rest_does_not_change_the_name() -> None:
    assert names(census([5, 5]), 1) == names(census([5, 5], "mixed"), 1) == names(census([5, 5], "plain"), 1)


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
    given = dataclasses.replace(identify(LOCAL, "web", str(path)), number=7)
    path.write_bytes(content)
    made = scan(io.BytesIO(content))
    if said is None:
        assert unchanged(LOCAL, given, made) is made
        return
    with pytest.raises(Changed) as caught:
        unchanged(LOCAL, given, made)
    assert (caught.value.path, caught.value.what) == (
        str(path), f"it was one file when the build began and another when it was scanned{said}"
    )  # fmt: skip
    with pytest.raises(Changed):
        list(Scan(Job(recipe(), str(tmp_path / "out"), MIB)).process(given))
    assert list(tmp_path.glob("out/**/*.json")) == []


def test_a_change_between_census_and_ingest_is_seen(tmp_path: Path) -> None:
    """In the middle of a file of more than two mebibytes, where its identity does not look."""
    path = warc(tmp_path / "a.warc", ["many words " * 99_000] * 3, zipped=False)
    built = ingested(tmp_path / "out", recipe(), [str(path)])
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert find_inputs(LOCAL, recipe(), [str(path)]) == built.inputs
    at = [number for number, chunk in enumerate(built.chunks) if chunk.start <= len(content) // 2 < chunk.end]
    said = []
    with Sandbox(recipe().extract) as sandbox:
        for number, chunk in enumerate(built.chunks):
            try:
                Ingest(built.job, chunk, sandbox).run(LOCAL, nobody)
            except Damaged as damage:
                said.append((number, damage.remove))
                assert str(damage).startswith(f"{path} was changed during the build: other bytes")  # noqa: PT017
    assert said == [(at[0], (f"{built.job.census(built.inputs[0])}.json",))]
    # scanned anew, the other chunks are found again
    again = ingested(tmp_path / "out", recipe(), [str(path)]).chunks
    same = [a.name == b.name for a, b in zip(built.chunks, again, strict=True)]
    assert same == [number != at[0] for number in range(len(again))]


@pytest.mark.parametrize("size", [0, 1, MIB - 1, MIB, MIB + 1, 2 * MIB, 2 * MIB + 7])
def test_an_input_is_known_by_its_ends(tmp_path: Path, size: int) -> None:
    content = bytes(i % 251 for i in range(251)) * (size // 251 + 1)
    (tmp_path / "a").write_bytes(content[:size])
    ends = hashlib.sha256(content[:size][:MIB] + content[:size][-MIB:]).hexdigest()
    assert identify(LOCAL, "web", f"{tmp_path}/a") == Input("web", f"{tmp_path}/a", size, ends)


@pytest.mark.parametrize(
    "made",
    [
        census([]),
        census([3, 4, 5], gap=1),
        census([7], gap=0),
        Census(9, "a", "stream", (Span(0, 30, "warcinfo"), Span(30, 2, GAP)), 32, b"12345678"),
        Census(9, "a", "plain", (Span(0, 4, "response"), Span(4, 5, "x y é")), 9, bytes(8)),
        census([3, 5 * BLOCK], "mixed"),
    ],
)
def test_a_census_comes_back_as_it_was(tmp_path: Path, made: Census) -> None:
    save_census(LOCAL, f"{tmp_path}/c", made)
    assert load_census(LOCAL, f"{tmp_path}/c") == made


def test_numbers_are_in_the_order_of_row_keys() -> None:
    most_span, most_part = (1 << SPAN_BITS) - 1, (1 << PART_BITS) - 1
    keys = [(0, 0), (0, 1), (0, most_part), (1, 0), (most_span, most_part)]
    inside = numbers([s for s, _ in keys], [p for _, p in keys]).tolist()
    assert inside == [0, 1, most_part, 1 << PART_BITS, (1 << (SPAN_BITS + PART_BITS)) - 1]
    assert file_base(dataclasses.replace(GIVEN, number=0)) == 0
    assert file_base(dataclasses.replace(GIVEN, number=1)) == inside[-1] + 1
    assert file_base(dataclasses.replace(GIVEN, number=(1 << 20) - 1)) + inside[-1] == 2**64 - 1


def test_a_chunk_can_travel_and_be_compared() -> None:
    chunk = Chunk(GIVEN, 0, 1, 0, 5, "n")
    assert {chunk: 1}[dataclasses.replace(chunk)] == 1
