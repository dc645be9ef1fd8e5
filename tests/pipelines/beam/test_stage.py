import dataclasses

import pytest
from small_builds import recipe

from winnow.filters.document import Document
from winnow.pipelines.beam.pieces import PIECES
from winnow.pipelines.beam.stage import Stage, signed, software
from winnow.pipelines.errors import BuildFailed
from winnow.pipelines.plan.job import Job
from winnow.pipelines.recipe.model import Step

JOB = Job(recipe(), "out", 1)


def test_every_piece_is_a_stage() -> None:
    assert {name for name, piece in PIECES.items() if not issubclass(piece, Stage)} == set()


def test_a_worker_like_the_driver() -> None:
    Stage(JOB).setup()
    Stage(signed(JOB)).setup()


def of_driver(**changed: str | None) -> Job:
    table = dict(signed(JOB).driver) | changed
    return dataclasses.replace(JOB, driver=tuple((name, value) for name, value in table.items() if value is not None))


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"numpy": "0.1"}, "numpy is {numpy}, the driver's is 0.1"),
        ({"numpy": "1", "winnow": "0"}, "winnow is {winnow}, the driver's is 0; numpy is {numpy}, the driver's is 1"),
        ({"numpy": None}, "numpy is {numpy}, the driver's is not there"),
        ({"newer": "1"}, "newer is not there, the driver's is 1"),
    ],
)
def test_a_worker_of_another_installation(changed: dict[str, str | None], told: str) -> None:
    with pytest.raises(BuildFailed) as found:
        Stage(of_driver(**changed)).setup()
    here = software(recipe())
    assert str(found.value) == (f"a worker is not as the driver is: {told.format(**here)}: install the same on both")


@dataclasses.dataclass(frozen=True)
class Listed:
    """An annotator that reads a list."""

    words: str
    FILES = ("words",)

    def annotate(self, document: Document) -> Document:
        return document


def test_a_list_that_the_worker_lacks(tmp_path: object) -> None:
    path = f"{tmp_path}/words.txt"
    with pytest.raises(BuildFailed, match=rf"^a list of the recipe cannot be read here: .*{path}"):
        software(recipe(Step("listed", "listed", Listed(path))))
