from pathlib import Path

import pytest
from passages import found, passages
from small_builds import LOCAL

from winnow.pipelines.dedup.settings import Spans, Substrings
from winnow.pipelines.dedup.spans import blocks, fingerprints, looks, slices
from winnow.pipelines.dedup.spans.total import SEALED, Passages, name_of, total, total_path
from winnow.pipelines.engines import jobs
from winnow.pipelines.errors import Gone
from winnow.pipelines.files.arrays import load_arrays, save_arrays
from winnow.pipelines.plan import units
from winnow.pipelines.plan.job import Work

WORDS = {name: " ".join(f"{name}{number}" for number in range(12)) for name in "abcdefgh"}


def text(names: str) -> str:
    return "\n\n".join(WORDS[name] for name in names)


TEXTS = [text("abc"), text("adef"), text("abg"), text("h")]


def test_sums(tmp_path: Path) -> None:
    work = found(tmp_path, TEXTS, passages(Spans(), Substrings(24)), 2)
    assert Passages.load(LOCAL, total_path(work)) == Passages(
        documents=1, characters=len(WORDS["a"]) + 2, pieces={"paragraph": 1},
        dropped={"texts": {"duplicate.spans": 1}}, holding=0,
    )  # fmt: skip
    assert [name_of(work.job.recipe, kind) for kind in (0, 1)] == ["paragraph", "substring"]


def test_of_nothing(tmp_path: Path) -> None:
    work = found(tmp_path, [], passages(Spans(), Substrings()))
    assert Passages.load(LOCAL, total_path(work)) == Passages()


def lose(work: Work, path: str) -> None:
    """As if a runner had lost one row of what was sent to a slice."""
    arrays = load_arrays(LOCAL, path)
    save_arrays(LOCAL, path, arrays | {slices.CAME: arrays[slices.CAME] - 1})


@pytest.mark.parametrize("look", [0, 1, 2, 3])
def test_what_was_sent_and_did_not_come_is_found_and_made_again(tmp_path: Path, look: int) -> None:
    work = found(tmp_path, TEXTS, passages(Spans("line"), Substrings(8)), 2)
    (of,), expected = slices.slices(work), Passages.load(LOCAL, total_path(work))
    path = looks.found_path(work, look, of) if look else fingerprints.matches(work, of)
    lose(work, path)
    with pytest.raises(Gone, match=r"is of \d+ entries, not of \d+") as gone:
        total(work)
    seals = {blocks.seal_path(work, what, block) for what in SEALED for block in units.blocks(work)}
    assert {path, *seals} <= set(gone.value.remove)
    for each in (*gone.value.remove, total_path(work)):
        Path(each).unlink()
    for stage in jobs.SPANS:
        for element in stage.elements(work):
            jobs.run(work, stage, element)
    assert Passages.load(LOCAL, total_path(work)) == expected
