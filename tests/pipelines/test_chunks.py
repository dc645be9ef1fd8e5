import dataclasses
import hashlib
from pathlib import Path

import pytest

from pipelines.chunks import (
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
)  # fmt: skip
from pipelines.sources.record import GAP, Span
from pipelines.sources.warc_scan import Census, Layout
from pipelines.storage import LocalStorage

LOCAL = LocalStorage()
GIVEN = Input("web", "a.warc.gz", 100, "e" * 64, 3)


def census(lengths: list[int], layout: Layout = "member", gap: int = -1) -> Census:
    spans, at = [], 0
    for i, length in enumerate(lengths):
        spans.append(Span(at, length, GAP if i == gap else "response"))
        at += length
    return Census(at, "f" * 64, layout, tuple(spans), at)


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
        Census(9, "a", "stream", (Span(0, 30, "warcinfo"), Span(30, 2, GAP)), 32),
        Census(9, "a", "plain", (Span(0, 4, "response"), Span(4, 5, "x y é")), 9),
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
