"""Several runs side by side."""

import json
from itertools import pairwise
from pathlib import Path

import pytest

from tests.trainer.report.test_data import ODD
from tests.trainer.small_histories import history, told, write
from winnow.pipelines.cli import main
from winnow.trainer.errors import BadCall
from winnow.trainer.report.compare import Table, compare, differences, equal, final, opened, warnings
from winnow.trainer.report.data import Told

A = told(history(), "seed = 1\n[run]\nbatch = 2\nkeep = 3\n", "a", fingerprint="aa" * 32)
B = told(
    history(20, tokens=40, flops_per_token=2e6, rows=16), "seed = 2\n[run]\nbatch = 2\n", "b", fingerprint="bb" * 32
)


def row(table: Table, name: str) -> list[str]:
    return next(cells[1:] for cells in table.rows if cells[0] == name)


def test_as_they_stand() -> None:
    found = final([A, B])
    assert found.heads == ["", "a", "b"]
    assert row(found, "Steps") == ["40", "20"]
    assert row(found, "Held-out, bits per byte") == ["1.6000 (1.4000 to 2.6000)", "1.8500 (1.4000 to 2.6000)"]
    assert row(found, "Training, bits per byte") == ["1.5000", "1.7500"]


def test_at_equal_steps_tokens_flops_and_time() -> None:
    steps, tokens, flops, seconds = equal([A, B])
    assert [found.title for found in (steps, tokens, flops, seconds)] == [
        "After 20 steps, the most that all have",
        "After 400 tokens, the most that all have",
        "After 400 MFLOPs, the most that all have",
        "After 2.4 s, the most that all have",
    ]
    assert row(steps, "Training") == ["1.7500", "1.7500"]
    assert row(tokens, "Step") == ["40", "10"]
    assert row(tokens, "measured at step") == ["40", "10"]
    assert row(flops, "Step") == ["40", "5"]
    assert (row(flops, "Held-out"), row(flops, "measured at step")) == (["1.6000 (1.4000 to 2.6000)", "-"], ["40", "-"])
    assert row(seconds, "Tokens") == ["400", "400"]


def lines_of(steps: list[int], rows: int = 4) -> Told:
    """A run whose loss is 100 / (step + 5), with lines after those steps."""
    entries = history(1, rows=rows)[:1]
    for first, last in pairwise([0, *steps]):
        mean = sum(100 / (step + 5) for step in range(first + 1, last + 1)) / (last - first)
        entries.append({"kind": "step", "step": last, "tokens": 10 * last, "seconds": 2.0 * last, "loss": mean})
    return told(entries, name=str(steps))


def test_training_is_compared_where_all_have_the_same_mean() -> None:
    """Not where one has a mean and another what lies between two."""
    losses = row(equal([lines_of([10, 20, 30]), lines_of([10, 15])])[0], "Training loss")
    assert losses == [losses[0]] * 2
    losses = row(equal([lines_of([10, 20, 30, 40]), lines_of([10, 20, 30, 32])])[0], "Training loss")
    assert losses == [losses[0]] * 2
    (steps, _) = equal([lines_of([10, 20, 30]), lines_of([8, 16])])
    assert steps.note.endswith("after 12 steps.")


def test_evaluating_takes_no_part_of_equal_time() -> None:
    entries = history(20)
    for entry in entries:
        if entry["kind"] == "evaluation":
            entry["seconds"] += 100
    (_, seconds) = equal([told(entries, name="c"), A])
    assert row(seconds, "measured at step") == ["20", "20"]


def test_runs_alike_are_compared_at_equal_steps_and_time_alone() -> None:
    assert [found.title.split()[2] for found in equal([A, A])] == ["steps,", "s,"]


def test_what_differs() -> None:
    found = differences([A, B])
    assert found.rows == [["seed", "1", "2"], ["run.keep", "3", "-"], ["pack", "aaaaaaaaaaaa", "bbbbbbbbbbbb"]]
    assert differences([A, A]).rows == []


def test_what_is_not_to_be_compared_is_said() -> None:
    assert [text.split(",")[0] for text in warnings([A, B])] == ["Their packs differ"]
    assert warnings([A, A]) == []


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runs = [
        write(tmp_path / where / "run", history(steps), f"seed = {steps}\n") for where, steps in (("x", 20), ("y", 40))
    ]
    page, figures = tmp_path / "both.html", tmp_path / "both.json"
    arguments = [*map(str, runs), "--output", str(page), "--json", str(figures)]
    assert main(["compare", *arguments]) == 0
    said = capsys.readouterr().out
    assert "x/run" in said  # names that tell them apart
    assert "\nWhat differs in their configurations\nsetting  x/run  y/run\nseed     20     40\n" in said
    assert "<title>x/run and y/run</title>" in page.read_text("utf-8")
    assert json.loads(figures.read_text())["runs"] == ["x/run", "y/run"]


def test_odd_runs_are_compared_too() -> None:
    deep = f"{'a.' * 5000}a = 1\n"
    nested = json.loads("[" * 900 + "]" * 900)
    odd = told([*ODD, {"kind": "start", "machine": nested, "rows": nested}], deep, "odd", **{"from": nested})
    for runs in ([A, odd], [odd, A], [odd, odd]):
        for table in (final(runs), *equal(runs), differences(runs)):
            assert table.lines()
        assert isinstance(warnings(runs), list)


def test_wrong_calls(tmp_path: Path) -> None:
    run = write(tmp_path / "run", history(10))
    empty = write(tmp_path / "empty", [])
    for runs, message in (
        ([run], "one run has nothing to be compared with"),
        ([run, tmp_path / "none"], "none is no run: it has no metrics.jsonl"),
        ([run, run / ".." / "run"], "a run is named twice"),
        ([run, empty], "has no start line"),
    ):
        with pytest.raises(BadCall, match=message):
            compare(runs, tmp_path / "page.html", print)
    assert not (tmp_path / "page.html").exists()


def test_names_of_runs_cannot_draw_on_a_terminal(tmp_path: Path) -> None:
    said: list[str] = []
    runs = [write(tmp_path / name, history(10)) for name in ("\x1b[31mred\u202e", "漢字" * 30)]
    assert [run.name for run in opened(runs)] == [run.name for run in runs]
    compare(runs, tmp_path / "page.html", said.append)
    assert "\x1b" not in "".join(said)
    assert "\u202e" not in "".join(said)
