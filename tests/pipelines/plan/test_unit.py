import dataclasses

import pytest

from winnow.pipelines.plan.unit import Cut, Input, Piece, Unit

A, B = Input("web", "a.gz", 100, "e" * 64), Input("web", "b.gz", 7, "f" * 64)
CUT = Cut(2, 5, 40, 90, 50, "c")
ONE = Unit("web", (Piece(A, CUT),), 12, "n")
TWO = Unit("web", (Piece(A, CUT), Piece(B, Cut(0, 1, 0, 7, 7, "d"))), 12, "n")


def test_a_unit_knows_its_items_and_bytes() -> None:
    assert [(unit.items, unit.size) for unit in (ONE, TWO)] == [(3, 50), (4, 57)]


def test_how_it_is_shown() -> None:
    assert (A.shown, ONE.shown, TWO.shown) == ("a.gz", "a.gz [40, 90)", "a.gz and 1 more")


def test_it_can_be_compared() -> None:
    assert {TWO: 1, A: 2}[dataclasses.replace(TWO)] == 1
    assert ONE != TWO


@pytest.mark.parametrize("change", [{"source": "b"}, {"path": "b"}, {"size": 101}, {"ends": "0" * 64}])
def test_an_input_is_named_by_its_identity(change: dict[str, str | int]) -> None:
    assert A.name == dataclasses.replace(A).name
    assert dataclasses.replace(A, **change).name != A.name  # type: ignore[arg-type]
