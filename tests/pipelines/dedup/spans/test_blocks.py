from pathlib import Path

import numpy as np
import pytest
from passages import found, passages

from winnow.pipelines.dedup.settings import Spans
from winnow.pipelines.dedup.spans import blocks, looks, verdicts
from winnow.pipelines.engines import jobs
from winnow.pipelines.errors import Damaged, Gone
from winnow.pipelines.plan import units
from winnow.pipelines.plan.job import Work


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Work:
    """Three blocks of a unit of two texts."""
    monkeypatch.setattr(units, "BLOCK_PIECES", 1)
    said = " ".join(f"w{number}" for number in range(12))
    return found(tmp_path, [f"{said}\n\n{number} {said}" for number in range(6)], passages(Spans()), 2)


def test_what_is_saved_is_loaded(work: Work) -> None:
    unit = units.load(work)[1]
    blocks.save(work, "some", unit, {"a": np.array([1, 2]), "b": np.array([3])})
    assert {name: array.tolist() for name, array in blocks.load(work, "some", unit).items()} == {"a": [1, 2], "b": [3]}
    assert list(blocks.load(work, "some", unit, ["b"])) == ["b"]


@pytest.mark.parametrize("what", [verdicts.SUSPECTS, verdicts.JUDGED, verdicts.RESOLVED, "sent-2", "sent-3"])
def test_what_is_damaged_is_made_again_with_its_block(work: Work, what: str) -> None:
    unit, block = units.load(work)[1], units.blocks(work)[1]
    path = Path(blocks.path(work, what, unit))
    before = path.read_bytes()
    seal = {"sent-2": verdicts.SUSPECTS, "sent-3": verdicts.JUDGED}.get(what, what)

    def load() -> None:
        if what in ("sent-2", "sent-3"):
            looks.sent(work, int(what[-1]), unit)
        else:
            blocks.load(work, what, unit)

    for content, error in ((b"damaged", Damaged), (None, Gone)):
        path.write_bytes(content) if content else path.unlink()
        with pytest.raises(error) as raised:
            load()
        assert raised.value.remove == (str(path), blocks.seal_path(work, seal, block))
        for each in raised.value.remove:
            Path(each).unlink(missing_ok=True)
        for stage in jobs.SPANS:
            for element in stage.elements(work):
                jobs.run(work, stage, element)
        assert path.read_bytes() == before
