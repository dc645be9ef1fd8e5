"""benchmarks/training/gpu_check.py: what one part does is no other's matter, and all of it runs on a CPU."""

import json
import os
from pathlib import Path

import pytest

from benchmarks.training import gpu_check
from benchmarks.training.gpu_check import GRACE, PARTS, check
from benchmarks.training.gpu_parts import Asked, Tell


def asked(folder: Path) -> Asked:
    return Asked(folder, "cpu", 0.5, 989e12, "no")


def test_what_a_part_told_stands_there_although_it_told_no_more(tmp_path: Path) -> None:
    tell = Tell(tmp_path / "told.json")
    tell(tokens_per_second=1.5)
    tell(steps=3, tokens_per_second=2.5)
    assert json.loads((tmp_path / "told.json").read_text()) == {"tokens_per_second": 2.5, "steps": 3}


def test_the_page_has_a_table_a_part() -> None:
    found = {"124m": {"state": "done", "steps": 1200, "mfu": 0.41234, "dtype": "bfloat16"},
             "tests": {"state": "exit code 1", "last_said": ["a | b\nc"]}}  # fmt: skip
    assert gpu_check._page(found).split("\n")[2:] == [
        "## 124m: done", "", "| | |", "|---|---|", "| steps | 1,200 |", "| mfu | 0.4123 |", "| dtype | bfloat16 |", "",
        "## tests: exit code 1", "", "| | |", "|---|---|", "| last said | ['a / b\\nc'] |", "",
    ]  # fmt: skip


def test_without_time_nothing_is_begun(tmp_path: Path) -> None:
    found = check(asked(tmp_path), 0.0, [part.name for part in PARTS])
    assert {of["state"] for of in found.values()} == {"no time was left"}
    assert list(found) == ["machine", "pack", "tests", "124m", "350m", "1b", "resume", "evaluate"]
    assert json.loads((tmp_path / "results.json").read_text()) == found


@pytest.mark.slow
def test_a_part_that_hangs_and_one_that_fails_cost_themselves_alone(tmp_path: Path) -> None:
    found = check(asked(tmp_path), (GRACE + 0.5) / 60, ["machine"])
    assert found["machine"]["state"] == "its 0 seconds were over"
    found = check(asked(tmp_path), 1.0, ["evaluate"])
    assert found["evaluate"]["state"] == "exit code 1"
    assert "CommandFailed" in found["evaluate"]["last_said"][-1]


@pytest.mark.slow
def test_sizes_a_kill_and_a_resume_on_a_cpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "OMP_NUM_THREADS", "1")
    found = check(asked(tmp_path), 10.0, ["pack", "124m", "resume", "evaluate"])
    assert {name: of["state"] for name, of in found.items()} == dict.fromkeys(found, "done")
    assert json.loads((tmp_path / "results.json").read_text()) == found
    speed, resume, evaluate = (found[name] for name in ("124m", "resume", "evaluate"))
    assert (speed["skipped"], speed["recompiles_after"], speed["compile"]) == (0, 0, "no")
    assert speed["tokens_per_second"] > 0
    assert speed["mfu"] == pytest.approx(speed["of_measured_products"] * speed["measured_products"] / 989e12)
    assert resume["compared_steps"] >= 10
    assert (resume["largest_difference"], resume["exit_code"]) == (0, 143)
    assert resume["saved_at_the_signal"] >= resume["killed_after"] > resume["went_on_after"] > 0
    assert 0 < evaluate["bits_per_byte_cpu_float32"] < 16
