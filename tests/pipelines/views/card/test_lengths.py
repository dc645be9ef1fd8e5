from dataclasses import replace

from card_ledger import cells, golden

from winnow.pipelines.counts import NONE, Count
from winnow.pipelines.ledger.types import Length
from winnow.pipelines.views.card import lengths


def test_a_line_an_octave() -> None:
    """The golden ledger keeps 843 documents of 3,700,000 characters."""
    made = replace(golden(), lengths=(Length(1, 2, Count(843, 843), NONE), Length(2, 4, NONE, Count(3, 9))))
    assert cells(lengths.render(made))[2:] == [
        ["1", "843", "100.0 %", "843", "< 0.1 %", "0"], ["2 to 3", "0", "0.0 %", "0", "0.0 %", "3"],
    ]  # fmt: skip


def test_nothing_has_a_text() -> None:
    assert lengths.render(replace(golden(), lengths=())) == ""
