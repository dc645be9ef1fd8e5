import gzip
import json
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from passages import by_definition, decided, found, marks, passages

from winnow.pipelines.dedup.settings import Substrings
from winnow.pipelines.dedup.spans import blocks
from winnow.pipelines.dedup.spans.fingerprints import PICKS, prints
from winnow.pipelines.dedup.spans.marks import load as load_marks
from winnow.pipelines.files.arrays import load_arrays
from winnow.pipelines.plan import units
from winnow.pipelines.plan.numbers import PART_BITS

SHARED = Path(__file__).resolve().parents[4] / "../shared/data/near-duplicates"


def real_texts(pairs: int, characters: int) -> list[str]:
    """Texts that are alike, and as many that are not."""
    if not SHARED.exists():
        pytest.skip("the shared data is not here")
    with gzip.open(SHARED / "pairs.jsonl.gz", "rt", encoding="utf-8") as file:
        alike = {json.loads(line)[side] for line in islice(file, pairs) for side in ("a", "b")}
    with gzip.open(SHARED / "documents.jsonl.gz", "rt", encoding="utf-8") as file:
        documents = [json.loads(line) for line in file]
    those = [each["text"] for at, each in enumerate(documents) if each["id"] in alike or at < len(alike)]
    return [text[:characters] for text in those]


def test_no_run_that_occurs_twice_is_missed_in_real_texts(tmp_path: Path) -> None:
    """Held against every run of fifty words there is. What else was looked at is little."""
    texts, dedup = real_texts(100, 3000), passages(None, Substrings(50))
    work = found(tmp_path, texts, dedup, 100)
    every = [mark[0] for text in texts for mark in marks(text, dedup)]
    times = dict[object, int]()
    for said in every:
        times[said] = times.get(said, 0) + 1
    wanted = sum(count for count in times.values() if count > 1)
    looked_at = sum(len(load_marks(work, unit).hashes) for unit in units.load(work))
    assert 1000 < wanted <= looked_at < 1.3 * wanted < len(every)


def test_cuts_of_real_texts_are_those_of_all_runs(tmp_path: Path) -> None:
    texts, dedup = real_texts(20, 1500), passages(None, Substrings(50))
    expected = by_definition(texts, dedup)
    assert len(expected) > 10
    assert decided(found(tmp_path, texts, dedup, 100)) == expected


def test_what_is_picked(tmp_path: Path) -> None:
    run = " ".join(f"a{number}" for number in range(30))
    texts = [f"x1 {run}", "other words that nobody else has at all in any text of these", f"{run} y1", "short"]
    work = found(tmp_path, texts, passages(None, Substrings(20)), 2)
    for unit in units.load(work):
        picked, printed = blocks.load(work, PICKS, unit), load_arrays(work.storage, prints(work, unit))
        assert (picked["numbers"] >> PART_BITS).tolist() == [unit.number + 0]
        assert np.isin(picked["values"], printed["values"]).all()
        assert len(printed["numbers"]) == 2
        assert 0 < len(picked["values"]) <= len(printed["values"])
