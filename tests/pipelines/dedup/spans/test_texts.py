from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks import kept_texts
from winnow.pipelines.dedup.order import survivor_order
from winnow.pipelines.dedup.spans import texts as module
from winnow.pipelines.dedup.spans.texts import before, staying, survivor_keys
from winnow.pipelines.plan import units
from winnow.pipelines.recipe.model import Dedup

TEXTS = ["short", "a longer text", "a longer text", "middle one", "a longer texts", "longest of all these"]


@pytest.mark.parametrize("most", [1, 20, 1 << 20])
def test_the_documents_that_copies_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(module, "_CHARACTERS", most)
    work = kept_texts.write(tmp_path, TEXTS, Dedup(near=None), 3)
    kept_texts.deduplicate(work)
    batches = [batch for unit in units.load(work) for batch in staying(work, unit)]
    left = [pair for batch in batches for pair in zip(batch.ids, batch.texts, strict=True)]
    assert [(int(id), text) for id, text in left] == [(n, TEXTS[n]) for n in (0, 1, 3, 4, 5)]
    first, second = units.load(work)
    some = np.array([4 << 16, 9 << 16], np.uint64)
    assert [list(batch.texts) for batch in staying(work, second, some)] == [[TEXTS[4]]]
    assert [list(batch.texts) for batch in staying(work, first, some)] == []


@pytest.mark.parametrize("order", [(), ("longest",), ("shortest", "oldest"), ("priority", "newest")])
def test_keys_compare_as_the_documents_do(tmp_path: Path, order: tuple[str, ...]) -> None:
    work = kept_texts.write(tmp_path, TEXTS, Dedup(False, None, order), 4)
    kept_texts.deduplicate(work)
    every = [batch.numbers for unit in units.load(work) for batch in staying(work, unit)]
    keys = np.concatenate([
        survivor_keys(work, unit, np.concatenate([b.numbers for b in staying(work, unit)])) for unit in units.load(work)
    ])  # fmt: skip
    lengths = np.array([len(text) for text in TEXTS])
    of = {"longest": -lengths, "shortest": lengths}
    expected = survivor_order(np.concatenate(every), [of[key] for key in order if key in of])
    assert np.lexsort(keys.T[::-1]).tolist() == expected.tolist()
    assert survivor_keys(work, units.load(work)[0], np.empty(0, np.uint64)).shape == (0, len(order) + 1)


def test_measures_compare_too() -> None:
    values = [-np.inf, -2.5, -1e-300, -0.0, 0.0, 1e-300, 3.0, np.inf, np.nan]
    found = module._comparable(np.array(values))
    assert found[3] == found[4]
    assert sorted(found.tolist()) == found.tolist()
    assert len(set(found.tolist())) == len(values) - 1
    whole = module._comparable(np.array([-(1 << 62), -1, 0, 1, 1 << 62])).tolist()
    assert whole == sorted(set(whole))


def test_before() -> None:
    one = np.array([[1, 2], [1, 2], [2, 0], [1, 3]], np.uint64)
    other = np.array([[1, 3], [1, 2], [1, 9], [2, 0]], np.uint64)
    assert before(one, other).tolist() == [True, False, False, True]
    assert before(one[:0], other[:0]).tolist() == []


def test_a_source_that_is_compared_by_records(tmp_path: Path) -> None:
    work = kept_texts.write(tmp_path, TEXTS, Dedup(), 9)
    source = replace(work.job.recipe.sources[0], dedup="record")
    recipe = replace(work.job.recipe, sources=(source,))
    work = replace(work, job=replace(work.job, recipe=recipe))
    numbers = np.array([(4 << 16) + 7, 5 << 16], np.uint64)
    assert module.owners(work, units.load(work)[0], numbers).tolist() == [4 << 16, 5 << 16]
