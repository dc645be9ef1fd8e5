"""Every card that is checked in is what its ledger gives, and so are the pictures and croissant.json beside it."""

import json
from pathlib import Path

from winnow.pipelines.files.typed import from_json
from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.plan.names import CROISSANT, README
from winnow.pipelines.views.beside import beside

CARDS = Path(__file__).resolve().parents[1] / "data_cards"


def test_every_card_is_rendered_from_the_ledger_beside_it() -> None:
    ledgers = sorted(CARDS.glob("*.ledger.json"))
    assert [path.name for path in ledgers] == ["demo.ledger.json"]  # another one's pictures need names of their own
    for path in ledgers:
        name = path.name.removesuffix(".ledger.json")
        called = {README: f"{name}.md", CROISSANT: f"{name}.croissant.json"}
        for made, text in beside(from_json(Ledger, json.loads(path.read_text(encoding="utf-8")))).items():
            assert (CARDS / called.get(made, made)).read_text(encoding="utf-8") == text, made
