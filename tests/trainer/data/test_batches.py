from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trainer.small_packs import STRIDE, batches_of, make_pack
from winnow.trainer.config.settings import Config, Data, Phase
from winnow.trainer.data.batches import Batches, Read, Rows
from winnow.trainer.errors import BadCall
from winnow.trainer.pack.index import Pack

BOOKS, CODE, WEB = [400, 3, 250], [9] * 30, [1, 2, 30, 5, 41, 17, 8, 8, 60, 1, 1, 12] * 4


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return make_pack(tmp_path_factory.mktemp("pack") / "p", {"books": BOOKS, "code": CODE, "web": WEB})


def batches(pack: Pack, data: Data | None = None, *, rows: int = 12, steps: int = 40, overlap: int = 1) -> Batches:
    return batches_of(pack, data or Data("p", {"web": 0.6, "books": 0.3, "code": 0.1}), 16, rows, steps, 5, overlap)


def sources(made: Batches, pack: Pack, step: int) -> list[int]:
    """Of each row, by its place in the pack's `sources`."""
    return [pack.sources.index(row[0].source) for row in made.spans(step)]


def same(a: Rows, b: Rows) -> bool:
    return all(np.array_equal(x, y) for x, y in ((a.tokens, b.tokens), (a.starts, b.starts)))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 39), st.sets(st.integers(1, 11)), st.integers(0, 1))
def test_any_split_of_the_rows_gives_the_same_rows(pack: Pack, step: int, cuts: set[int], overlap: int) -> None:
    whole = batches(pack, overlap=overlap).rows(step, 0, 12)
    fresh = batches(pack, overlap=overlap)
    borders = [0, *sorted(cuts), 12]
    parts = [fresh.rows(step, first, stop) for first, stop in pairwise(borders)]
    joined = Rows(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("tokens", "starts")))
    assert same(joined, whole)
    assert whole.tokens.shape == whole.starts.shape == (12, 16 + overlap)
    assert whole.tokens.dtype == np.int64


@pytest.mark.parametrize("overlap", [0, 1])
@pytest.mark.parametrize("tokens", [WEB, BOOKS, [1] * 200, [17], [33], [1000], list(range(1, 40))])
def test_an_epoch_of_one_source_reads_each_token_once(tmp_path: Path, tokens: list[int], overlap: int) -> None:
    pack = make_pack(tmp_path / "p", {"web": tokens})
    windows = (sum(tokens) - overlap) // 16
    made = batches_of(pack, Data("p"), 16, 3, windows, 1, overlap)
    assert windows * 16 + overlap + made.left_over()["web"] == sum(tokens)
    of_epoch: dict[int, list[list[int]]] = {}
    for step in range(windows):
        rows = made.rows(step, 0, 3).tokens.tolist()
        for row, spans in zip(rows, made.spans(step), strict=True):
            of_epoch.setdefault(spans[0].epoch, []).append(row)
    assert sorted(of_epoch) == [0, 1, 2]
    for found in of_epoch.values():
        assert len(found) == windows
        assert len({token for row in found for token in row[:16]}) == windows * 16  # as inputs
        assert len({token for row in found for token in row[overlap:]}) == windows * 16  # as targets


def test_rows_are_what_their_spans_say(pack: Pack) -> None:
    made = batches(pack)
    for step in (0, 7, 39):
        rows = made.rows(step, 0, 12)
        for number, spans in enumerate(made.spans(step)):
            column, starts = 0, []
            for span in spans:
                documents = pack.documents("train", span.source)
                assert span.column == column
                read = documents.read(span.document, span.start, span.stop)
                assert rows.tokens[number, column : column + len(read)].tolist() == read.tolist()
                assert span.source == spans[0].source
                assert not (column and span.start)  # in the row's middle, a document begins with its first token
                starts.append(column)
                column += len(read)
            assert column == 17
            assert np.flatnonzero(rows.starts[number]).tolist() == starts


def test_a_long_document_goes_through_many_windows_in_no_order(tmp_path: Path) -> None:
    made = batches_of(make_pack(tmp_path / "p", {"web": [16 * 50 + 1]}), Data("p"), 16, 50, 1, 1)
    rows = made.rows(0, 0, 50)
    assert rows.starts.sum() == 50
    assert sorted(rows.tokens[:, 0].tolist()) == list(range(0, 800, 16))
    assert rows.tokens[:, 0].tolist() != list(range(0, 800, 16))


def test_the_mixture_holds_at_every_step(pack: Pack) -> None:
    made, had = batches(pack), Counter[int]()
    for step in range(40):
        had.update(sources(made, pack, step))
        done = 12 * (step + 1)
        for source, weight in enumerate((0.3, 0.1, 0.6)):
            assert abs(had[source] - weight * done) < 1
    assert made.epochs(40) == {"books": had[0] * 16 / 653, "code": had[1] * 16 / 270, "web": had[2] * 16 / sum(WEB)}
    assert made.epochs(0) == {"books": 0.0, "code": 0.0, "web": 0.0}


def test_sources_are_spread_over_the_rows_of_a_step(pack: Pack) -> None:
    made = batches(pack)
    assert len({tuple(sources(made, pack, step)) for step in range(10)}) == 10


def test_without_weights_all_sources_end_their_epoch_together(tmp_path: Path) -> None:
    pack = make_pack(tmp_path / "p", {"books": [321], "tiny": [5], "web": [100] * 16 + [1]})
    made = batches_of(pack, Data("p"), 16, 6, 20, 1)
    assert made.left_over() == {"books": 0, "tiny": 5, "web": 0}
    tokens = np.concatenate([made.rows(step, 0, 6).tokens for step in range(20)])
    assert len(np.unique(tokens[:, 1:])) == 320 + 1600
    assert made.epochs(20) == {"books": 320 / 321, "web": 1600 / 1601}


def test_a_source_of_weight_zero_and_one_not_named_are_not_read(pack: Pack) -> None:
    made = batches(pack, Data("p", {"web": 1.0, "books": 0.0}))
    assert {source for step in range(40) for source in sources(made, pack, step)} == {2}
    assert list(made.epochs(3)) == list(made.left_over()) == ["web"]


def test_phases_change_the_sources(pack: Pack) -> None:
    made = batches(pack, Data("p", {"web": 1.0}, (Phase(0.5, {"books": 1.0}),)))
    assert [set(sources(made, pack, step)) for step in (0, 19, 20, 39)] == [{2}, {2}, {0}, {0}]


def test_a_document_of_weight_two_comes_twice_an_epoch_and_of_a_half_every_other(tmp_path: Path) -> None:
    lengths = [10, 22, 48, 16]
    pack = make_pack(tmp_path / "p", {"web": lengths}, {"web": [2.0, 1.0, 0.5, 1.0]})
    made = batches_of(pack, Data("p"), 2, 1, 140, 1, 0)
    counts = Counter(int(t) for step in range(82) for t in made.rows(step, 0, 1).tokens.reshape(-1))
    assert set(counts) == set(range(96))
    assert [counts[t] for t in (0, 9, 10, 31, 32, 79, 80, 95)] == [4, 4, 2, 2, 1, 1, 2, 2]
    assert made.epochs(82) == {"web": 164 / 96}


def test_the_seed_the_step_and_nothing_else_change_rows(pack: Pack) -> None:
    first = batches(pack).rows(3, 0, 12)
    assert same(first, batches(Pack.open(pack.path)).rows(3, 0, 12))
    assert not same(first, batches(pack).rows(4, 0, 12))
    other = batches_of(pack, Data("p", {"web": 0.6, "books": 0.3, "code": 0.1}), 16, 12, 40, 6)
    assert not same(first, other.rows(3, 0, 12))
    longer = batches(pack, steps=1000)
    assert same(first, longer.rows(3, 0, 12))


@pytest.mark.parametrize("shift", [True, False])
def test_the_stream_stays_as_it_is(tmp_path: Path, shift: bool) -> None:
    """A run that goes on with another version of the code must read on where it was."""
    weights = {"web": [0.5, 1.5, 1.0] * 16}
    pack = make_pack(tmp_path / "p", {"books": BOOKS, "web": WEB}, weights)
    made = batches_of(pack, Data("p", {"web": 0.8, "books": 0.2}, shift=shift), 16, 6, 40, 5)
    assert [(made.rows(step, 0, 6).tokens[:, 8] % STRIDE).tolist() for step in (0, 1, 39)] == [
        [44, 396, 190, 181, 307, 648],
        [107, 39, 267, 553, 60, 720],
        [726, 202, 468 if shift else 459, 78, 710, 411],  # of which one is in a second epoch
    ]


def test_threads_share_one_object(pack: Pack) -> None:
    alone, shared = batches(pack), batches(pack)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda step: shared.rows(step, 0, 12), [*range(40), *reversed(range(40))]))
    for step, rows in zip([*range(40), *reversed(range(40))], found, strict=True):
        assert same(rows, alone.rows(step, 0, 12))


def test_ids_name_the_documents_of_a_step(pack: Pack) -> None:
    made = batches(pack)
    ids = made.ids(2)
    assert len(set(ids)) == len(ids)
    spans = [span for row in made.spans(2) for span in row]
    assert set(ids) == {f"{span.source}-{span.document}" for span in spans}
    assert ids[0] == f"{spans[0].source}-{spans[0].document}"


def test_validation_documents_are_never_read(tmp_path: Path) -> None:
    pack = make_pack(tmp_path / "p", {"web": [40] * 5}, validation={"web": [50] * 5})
    made = batches_of(pack, Data("p"), 16, 4, 10, 1)
    assert {span.stop <= 40 for step in range(10) for row in made.spans(step) for span in row} == {True}
    assert max(int(made.rows(step, 0, 4).tokens.max()) for step in range(10)) < 200


def test_tokens_of_each_source_are_its_own(pack: Pack) -> None:
    made = batches(pack)
    of = np.array(sources(made, pack, 0))
    assert np.array_equal(made.rows(0, 0, 12).tokens // STRIDE, np.repeat(of[:, None], 17, axis=1))


@pytest.mark.parametrize(("lengths", "data", "message"), [
    ({"web": [16]}, Data("p"), "no source fills a window: it takes 17 tokens, and the longest has 16; "
     "pack more text or lower model.context"),
    ({"web": [99], "books": [16]}, Data("p", {"web": 1.0, "books": 1.0}), "the mixture has a weight for 'books', which "
     "has 16 training tokens, a window takes 17; take the weight out, pack more of this source or lower model.context"),
    ({"web": [99], "books": []}, Data("p", {"web": 1.0}, (Phase(0.5, {"books": 0.1}),)), "the mixture has a weight for "
     "'books', which has no training documents; take the weight out, pack more of this source or lower model.context"),
])  # fmt: skip
def test_what_the_pack_cannot_give(tmp_path: Path, lengths: dict[str, list[int]], data: Data, message: str) -> None:
    pack = make_pack(tmp_path / "p", lengths, validation={"books": [30]})
    with pytest.raises(BadCall) as error:
        batches_of(pack, data, 16, 4, 10, 1)
    assert str(error.value) == f"{pack.path}: {message}"


def test_a_window_of_exactly_all_tokens(tmp_path: Path) -> None:
    made = batches_of(make_pack(tmp_path / "p", {"web": [17]}), Data("p"), 16, 2, 1, 1)
    first, second = made.rows(0, 0, 2).tokens.tolist()
    assert (first, sorted(second)) == (list(range(17)), list(range(17)))
    assert second != first  # the second epoch begins somewhere else
    assert made.left_over() == {"web": 0}


@pytest.mark.parametrize("step", [-1, 40])
def test_a_step_that_the_run_lacks(pack: Pack, step: int) -> None:
    with pytest.raises(BadCall, match=f"^step {step}: the run has the steps 0 to 39$"):
        batches(pack).rows(step, 0, 1)


@pytest.mark.parametrize(("first", "stop"), [(-1, 2), (3, 3), (0, 13)])
def test_rows_that_a_step_lacks(pack: Pack, first: int, stop: int) -> None:
    with pytest.raises(ValueError, match="of 12"):
        batches(pack).rows(0, first, stop)


@pytest.mark.parametrize(("objective", "width"), [("causal", 513), ("masked", 512)])
def test_of_a_configuration(tmp_path: Path, objective: Literal["causal", "masked"], width: int) -> None:
    pack = make_pack(tmp_path / "p", {"web": [4000]})
    made = Batches(Config(Data("p"), objective=objective), pack, 2, 5)
    assert made.width == width
    assert made.rows(4, 0, 2).tokens.shape == (2, width)


@pytest.fixture(scope="module")
def weighed(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """Copies, documents that come in some epochs only, and a source that no mixture below has."""
    weights = {"books": [0.4, 2.5, 1.0], "web": [1.0, 0.1, 3.0] * 16}
    return make_pack(tmp_path_factory.mktemp("weighed") / "p", {"books": BOOKS, "code": CODE, "web": WEB}, weights)


@pytest.mark.parametrize("overlap", [0, 1])
@pytest.mark.parametrize(
    "data",
    [
        Data("p", {"web": 0.6, "books": 0.4}),
        Data("p", {"web": 0.6, "books": 0.4}, shift=False),
        Data("p", {"web": 1}, (Phase(0.5, {"web": 0.2, "books": 0.8}),)),
    ],
)
def test_when_is_the_inverse_of_spans(pack: Pack, weighed: Pack, data: Data, overlap: int) -> None:
    for of in (pack, weighed):
        made = batches(of, data, overlap=overlap, rows=7)
        read: dict[tuple[str, int], list[Read]] = {}
        for step in range(made.steps):
            for row, spans in enumerate(made.spans(step)):
                for span in spans:
                    found = Read(step, row, span.epoch, span.start, span.stop)
                    read.setdefault((span.source, span.document), []).append(found)
        for source, lengths in (("web", WEB), ("books", BOOKS)):
            some = list(enumerate(lengths))[::7]
            passages = [(document, start, min(length, start + 40))
                        for document, length in some for start in range(0, length, 60)]  # fmt: skip
            for (document, start, stop), reads in zip(passages, made.when(source, passages), strict=True):
                held = read.get((source, document), [])
                of_it = [one for one in held if one.start < stop and start < one.stop]
                inside = [replace(one, start=max(start, one.start), stop=min(stop, one.stop)) for one in of_it]
                assert reads == sorted(inside)
        assert max(one.epoch for reads in read.values() for one in reads) > 2  # or it would say nothing of epochs
        assert made.when("code", [(0, 0, 9)]) == [[]]
        assert made.when("web", []) == []
