"""What the card says of what was removed on request: how much, and never what."""

from dataclasses import replace

from card_ledger import golden

from winnow.pipelines.counts import Count
from winnow.pipelines.ledger.types import Forgotten, Gone
from winnow.pipelines.views.card import forgotten, how_made


def test_nothing_is_said_of_nothing() -> None:
    assert forgotten.render(golden()) == ""
    assert "removed on request" not in how_made.render(golden())


def test_how_much_was_removed_and_how_it_was_asked_for() -> None:
    of = {"books": Gone(1, Count(3, 3000)), "web": Gone(1200, Count(1200, 5))}
    ledger = replace(golden(), forgotten=Forgotten({"url": 1, "domain": 2, "id": 3}, {"url": Gone(1201)}, of))
    assert forgotten.render(ledger).startswith(
        "**Removed on request** since it was built: 1,201 records with 1,203 documents of 3,005 characters, by 1 "
        "address, 2 domains, 3 ids (1 record of `books`, 1,200 records of `web`). "
    )
    assert "The same inputs, without the records removed on request, " in how_made.render(ledger)
