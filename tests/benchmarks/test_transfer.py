"""What is read off a sweep; the runs themselves are made by hand."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from benchmarks.training import transfer
from benchmarks.training.transfer import SIZES, SWEEPS, Runs, at, best, swept, table
from benchmarks.training.transfer_picture import Line, picture
from tests.trainer.small_runs import make_pack, quick

BOWL = {2.0**x: 1 + (x - 0.3) ** 2 for x in range(-2, 3)}
"""Bits that are a parabola of the logarithm of the rate, with 1 at 2^.3."""


def test_the_best_is_the_vertex() -> None:
    assert best(BOWL) == pytest.approx((2**0.3, 1))
    assert best({2 * rate: bits for rate, bits in BOWL.items()}) == pytest.approx((2**1.3, 1))


@pytest.mark.parametrize("cut", [{-2, -1, 0}, {1, 2}])
def test_a_sweep_that_has_no_end_yet_has_no_vertex(cut: set[int]) -> None:
    points = {rate: bits for rate, bits in BOWL.items() if rate not in {2.0**x for x in cut}}
    least = min(points, key=points.__getitem__)
    assert best(points) == (least, points[least])


@pytest.mark.parametrize("rate", [0.25, 0.3, 1.0, 2**0.3, 3.9])
def test_between_its_points_a_sweep_is_a_parabola(rate: float) -> None:
    parabola = {2.0**x: (x - 0.3) ** 2 for x in range(-2, 3)}
    assert at(parabola, 2.0**0.3) == pytest.approx(0, abs=1e-12)
    assert at(BOWL, rate) == pytest.approx(1 + at(parabola, rate))


def test_runs_are_told_by_all_but_their_rate(tmp_path: Path) -> None:
    file = tmp_path / "results.jsonl"
    assert swept(file) == {}
    rows = [{"size": "tiny", "batch": 2048, "steps": 120, "optimizer": "muon", "rate": rate, "bits": bits}
            for rate, bits in ((0.006, 2.5), (0.012, 2.4))]  # fmt: skip
    rows.append(rows[0] | {"optimizer": "adamw"})
    file.write_text("\n".join(map(json.dumps, rows)))
    assert swept(file) == {
        Runs("tiny"): {0.006: 2.5, 0.012: 2.4},
        Runs("tiny", optimizer="adamw"): {0.006: 2.5},
    }


def test_what_is_lost_by_the_rule_and_without_it() -> None:
    of = SIZES[0]
    points = {of.rule * rate: bits for rate, bits in BOWL.items()}
    (row,) = list(table({of: points}))[2:]
    assert row.endswith(f"| {of.rule:g} | 1.23 | 0.090 | 0.000 |")


def test_the_picture_tells_what_it_shows() -> None:
    lines = {name: Line(BOWL, rule, best(BOWL)) for name, rule in (("a<b", 1.0), ("c", 0.5))}
    root = ET.fromstring(picture(lines))
    assert len(list(root.iter("{http://www.w3.org/2000/svg}circle"))) == 4  # the best of both, in both panels
    assert len(list(root.iter("{http://www.w3.org/2000/svg}polyline"))) == 6
    title = root.find("{http://www.w3.org/2000/svg}title")
    assert title is not None
    assert "a<b is best at a rate of 1.2311, a dial of 1.23; c is best at a rate of 1.2311, a dial of 2.46" in str(
        title.text
    )


def test_every_sweep_has_the_rule_within_its_rates() -> None:
    assert [runs for runs, tried in SWEEPS.items() if not min(tried) < runs.rule < max(tried)] == []
    assert len({(runs.batch, runs.steps) for runs in SIZES}) == 1


@pytest.mark.slow
def test_what_is_trained_once_is_not_trained_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make_pack(tmp_path, documents=300)
    sizes = (Runs("micro", batch=256, steps=2), Runs("tiny", batch=256, steps=2))
    monkeypatch.setattr(transfer, "SIZES", sizes)
    monkeypatch.setattr(transfer, "SWEEPS", dict.fromkeys(sizes, (0.01, 0.02, 0.04)))
    monkeypatch.setattr("sys.argv", ["transfer", "--corpus", "none", "--work", str(tmp_path), "--threads", "1"])
    with quick():
        transfer.main()
    table, results = capsys.readouterr().out, (tmp_path / "results.jsonl").read_text()
    assert [line[:14] for line in table.splitlines()[2:]] == ["| micro | muon", "| tiny | muon "]
    assert len(results.splitlines()) == 6
    assert (tmp_path / "transfer.svg").read_text().startswith("<svg ")
    monkeypatch.setattr(transfer, "trained", None)
    transfer.main()
    assert (capsys.readouterr().out, (tmp_path / "results.jsonl").read_text()) == (table, results)
