from pathlib import Path

import numpy as np
import pytest
from small_builds import LOCAL, NEAR, deduplicated, ingested, recipe, warc

from winnow.pipelines.corpus.weights import ROW_WEIGHT, Weights, row_weights, weigh, weights_path
from winnow.pipelines.errors import Damaged
from winnow.pipelines.files.sealed import write_sealed
from winnow.pipelines.plan.names import CLUSTERS, CORPUS, KEYS, REJECTED
from winnow.pipelines.recipe.model import Output

PAGE = "the quick brown fox jumps over the lazy dog"


@pytest.mark.parametrize(
    ("characters", "weight"),
    [(0, ROW_WEIGHT), (1, ROW_WEIGHT + 1), (899, 999), (900, 1000), (901, 1000), (1 << 40, 1000)],
)
def test_a_row_weighs_its_characters_and_some_and_no_more_than_a_part(characters: int, weight: int) -> None:
    assert row_weights(np.array([characters, 0]), 1000).tolist() == [weight, ROW_WEIGHT]
    assert row_weights(np.array([characters]), 1).tolist() == [1]


def test_the_weights_of_a_unit(tmp_path: Path) -> None:
    """Rows without text, as those of clusters/, weigh as well, and a folder without rows is left out."""
    given = [PAGE, PAGE, "something else", "no", "ya!!!", "yo!!!!"]
    made = recipe(dedup=NEAR, output=Output(part_characters=130))
    built = deduplicated(ingested(tmp_path / "out", made, [str(warc(tmp_path / "a.warc", given))]))
    (unit,) = built.units
    weigh(built.work, unit)
    found = Weights.load(LOCAL, weights_path(built.work, unit))
    assert found == Weights({
        CORPUS: {"web/unknown": 130 + 114}, REJECTED: {"long": 102 + 105 + 106, "dedup": 130}, CLUSTERS: {"": 200},
        KEYS: {"": 130 + 130 + 114},
    })  # fmt: skip
    assert [found.of(*at) for at in ((CORPUS, "web/unknown"), (CORPUS, "web/en"), ("no", "no"))] == [244, 0, 0]


@pytest.mark.parametrize("tables", [{"corpus": 1}, {"corpus": {"web/en": -1}}, {"corpus": {"web/en": "1"}}, []])
def test_weights_that_are_none_are_damaged(tmp_path: Path, tables: object) -> None:
    path = str(tmp_path / "weights.json")
    write_sealed(LOCAL, path, {"tables": tables})
    with pytest.raises(Damaged, match="is not what was written"):
        Weights.load(LOCAL, path)
