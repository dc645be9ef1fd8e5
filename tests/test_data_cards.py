"""Every card that is checked in is what its ledger gives."""

import json
from pathlib import Path

from winnow.pipelines.files.typed import from_json
from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.views.card.page import render

CARDS = Path(__file__).resolve().parents[1] / "data_cards"


def test_every_card_is_rendered_from_the_ledger_beside_it() -> None:
    ledgers = sorted(CARDS.glob("*.ledger.json"))
    assert [path.name for path in ledgers] != []
    for path in ledgers:
        beside = path.with_name(path.name.removesuffix(".ledger.json") + ".md")
        assert render(from_json(Ledger, json.loads(path.read_text(encoding="utf-8")))) == beside.read_text(
            encoding="utf-8"
        ), beside.name
