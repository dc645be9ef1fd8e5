import io
import math
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from small_builds import EXACT_ONLY, LOCAL, Long, recipe, warc, whole

from winnow.filters.rules import Rule
from winnow.pipelines.corpus.finished_files import NotHeld
from winnow.pipelines.corpus.sketch import Sketches
from winnow.pipelines.corpus.statistics import FIRST, KEPT, Key
from winnow.pipelines.ledger import rules
from winnow.pipelines.ledger.account import account
from winnow.pipelines.ledger.statistics import Spread
from winnow.pipelines.ledger.types import Percentiles, RuleCount
from winnow.pipelines.recipe.model import Source, Step
from winnow.pipelines.sources.warc.source import Warc

LIMITED = (Rule("characters", min=5.0, paper="A paper"), Rule("bangs", max=2.0))
SMALL = recipe(
    Step("long", "length", Long(), LIMITED),
    sources=(Source("web", Warc(), "warc"), Source("old", Warc(), "warc")),
    dedup=EXACT_ONLY,
)
WEB, OLD = ["hello", "world!!!", "a!!!", "other", "hello", "b"], ["old text", "c"]


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    folder = tmp_path_factory.mktemp("rules")
    given = [f"{name}={warc(folder / f'{name}.warc.gz', texts)}" for name, texts in (("web", WEB), ("old", OLD))]
    built = whole(folder / "out", SMALL, given)
    return folder / "out", account(LOCAL, str(folder / "out"), SMALL, "identity", built.left)


CHARACTERS = RuleCount("long.characters", 5.0, None, "A paper", 8, 0, 3, 2, 3, Percentiles(1.0, 5.0, 8.0))
BANGS = RuleCount("long.bangs", None, 2.0, "", 8, 0, 2, 1, 1, Percentiles(0.0, 0.0, 3.0))


def test_what_a_rule_did(build: tuple[Path, Any]) -> None:
    """`a!!!` breaks both: the first in the recipe's order drops it, and neither does alone."""
    assert build[1].rules == (CHARACTERS, BANGS)


def test_a_row_a_rule_in_the_order_of_the_recipe(build: tuple[Path, Any]) -> None:
    table = pq.read_table(build[0] / "ledger/rules.parquet")
    assert table.schema == rules.SCHEMA
    first, second = table.to_pylist()
    assert [(row["step"], row["measure"], row["rule"], row["use"]) for row in (first, second)] == [
        ("long", "characters", "long.characters", "length"), ("long", "bangs", "long.bangs", "length"),
    ]  # fmt: skip
    assert first["sources"] == [
        {"source": "web", "judged": 6, "unknown": 0, "broken": 2, "alone": 1, "dropped": 2},
        {"source": "old", "judged": 2, "unknown": 0, "broken": 1, "alone": 1, "dropped": 1},
    ]
    assert second["sources"][1] == {"source": "old", "judged": 2, "unknown": 0, "broken": 0, "alone": 0, "dropped": 0}


def test_the_table_gives_back_the_rules(build: tuple[Path, Any]) -> None:
    with open(build[0] / "ledger/rules.parquet", "rb") as stream:
        assert rules.read(stream) == (CHARACTERS, BANGS)
    with pytest.raises(NotHeld):
        rules.read(io.BytesIO(b"PAR1"))


def test_rules_of_a_build_of_nothing(tmp_path: Path) -> None:
    given = [f"{name}={warc(tmp_path / f'{name}.warc.gz', [])}" for name in ("web", "old")]
    made = account(LOCAL, str(tmp_path / "out"), SMALL, "identity", whole(tmp_path / "out", SMALL, given).left)
    assert made.rules == (
        RuleCount("long.characters", 5.0, None, "A paper", 0, 0, 0, 0, 0, None),
        RuleCount("long.bangs", None, 2.0, "", 0, 0, 0, 0, 0, None),
    )


def test_what_has_no_value_is_not_judged() -> None:
    """Three values, two documents without one, one that the step did not reach."""
    sketches = Sketches()
    values, measured = np.array([1.0, 2.0, 3.0, math.nan, math.nan, 1.0]), np.array([True] * 5 + [False])
    sketches.add(np.array([0, 0, 1, 0, 1, 0]), values, np.ones(6, np.int64), measured)
    fates = {fate: Key("web", "en", "long", "bangs", fate) for fate in (KEPT, FIRST)}
    found = sketches.result()
    spread = Spread({fates[KEPT]: found[0], fates[FIRST]: found[1]})
    assert rules.judged(spread, "long", "bangs") == (3, 2, 2)
    assert rules.judged(spread, "long", "bangs", "old") == (0, 0, 0)
