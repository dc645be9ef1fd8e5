import pytest

from winnow.pipelines.dedup.duplicates import Duplicates
from winnow.pipelines.dedup.probe import Probed
from winnow.pipelines.views.card.similarity import render


def steps(**of: int) -> tuple[int, ...]:
    """`_15=7`: seven of a similarity in the step from 0.75 on."""
    return tuple(of.get(f"_{step}", 0) for step in range(20))


FOUND = Duplicates(compared=steps(_13=1, _14=9, _15=90, _16=1000), alike_pairs=1040, limit=0.77, bands=16, rows=7)
PROBED = Probed(steps(_2=3, _15=10, _16=20), steps(_15=9, _16=19), 28, 27)


def lines(found: Duplicates, probed: Probed) -> list[list[str]]:
    """The rows of the picture, cut at two spaces and more."""
    block = render(found, probed).split("```")[1].splitlines()[1:]
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in block]


def test_a_picture() -> None:
    found = lines(FOUND, Probed())
    assert found[0] == ["similarity", "similar", "not", "0 %", "100 %", "share a band"]
    assert found[1] == ["0.25 to 0.30", "●", "0.2 %"]
    assert found[-7:] == [
        ["0.65 to 0.70", "1", "░", "●", "65.2 %"], ["0.70 to 0.75", "9", "░░░░", "●", "83.1 %"],
        ["0.75 to 0.80", "40", "50", "████░░░░", "●", "94.7 %"], ["0.80 to 0.85", "1,000", "█" * 12, "●", "99.2 %"],
        ["0.85 to 0.90", "●", "> 99.9 %"], ["0.90 to 0.95", "●", "> 99.9 %"], ["0.95 to 1.00", "●", "> 99.9 %"],
    ]  # fmt: skip


def test_the_curve_goes_from_one_side_to_the_other() -> None:
    text = render(FOUND, Probed()).split("```")[1].splitlines()
    first = text[1].index("0 %")
    points = [line.index("●") - first for line in text[2:]]
    assert (points[0], points[-1], points == sorted(points)) == (0, 23, True)
    assert text[1].index("100 %") - first == 19


def test_a_sample_has_its_column_and_is_judged() -> None:
    found = lines(FOUND, PROBED)
    assert (found[0][-1], found[1]) == ("of a sample", ["0.10 to 0.15", "●", "< 0.1 %", "0 of 3"])
    assert [row[-1] for row in found if row[0] in ("0.75 to 0.80", "0.80 to 0.85")] == ["9 of 10", "19 of 20"]
    assert (
        "Measured: of 28 sampled pairs at or above the limit of 0.77, 27 share a band, so that 96.6 % of all such "
        "pairs are found (with 95 % confidence 82.5 % to 99.4 %). By the curve, at or above the limit of 0.77 there "
    ) in render(FOUND, PROBED)


@pytest.mark.parametrize("none", [Probed(), Probed(steps(_2=3))])
def test_where_no_sampled_pair_is_alike_nothing_is_measured(none: Probed) -> None:
    assert "Measured" not in render(FOUND, none)


def test_what_is_said_beside_the_curve() -> None:
    one = Duplicates(compared=steps(_14=7, _19=1200), alike_pairs=1200, limit=0.8, bands=1, rows=1)
    assert render(one, Probed()).endswith(
        "By the curve, at or above the limit of 0.8 there are about 1,231 pairs of different texts, of which 97.5 % "
        "were found."
    )
    none = Duplicates(compared=steps(_3=1), limit=0.8, bands=16, rows=7)
    assert render(none, Probed()).endswith("No pair at or above the limit of 0.8 was found.")


def test_nothing_was_compared() -> None:
    assert render(Duplicates(limit=0.8, bands=16, rows=7), Probed()) == render(Duplicates(), Probed()) == ""
    assert "0 of 3" in render(Duplicates(limit=0.8, bands=16, rows=7), Probed(steps(_2=3)))
