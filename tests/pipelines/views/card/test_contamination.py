from dataclasses import replace

import pytest
from card_ledger import golden

from winnow.pipelines.ledger.types import EarlierBuild
from winnow.pipelines.views.card import contamination


@pytest.mark.parametrize(
    ("builds", "said"), [(0, ""), (1, "What 1 earlier build keeps was dropped"), (2, "What 2 earlier builds keep was")]
)
def test_what_was_looked_for(builds: int, said: str) -> None:
    made = replace(golden(), against=(EarlierBuild("old", "i", 3),) * builds)
    text = contamination.render(made)
    assert text.startswith("Questions and answers of benchmarks were not looked for.")
    assert (said in text, "earlier build" in text) == (True, builds > 0)
