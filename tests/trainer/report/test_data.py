"""What a run's page holds, of any history: whole, cut off, empty, odd, long."""

import json
import math
import random
from pathlib import Path
from typing import Any

import pytest

from tests.trainer.full_disk import full_disk
from tests.trainer.small_histories import SOURCES, asked, history, skip, told
from winnow.trainer.errors import RunFailed
from winnow.trainer.report import page
from winnow.trainer.report.data import EVENTS, LONGEST, MARKS, SAMPLES, run_page, write
from winnow.trainer.report.history import History, read


def test_lines_and_evaluations() -> None:
    found = run_page(told(history()))
    assert (found["kind"], found["title"], found["unit"]) == ("run", "my run", "bits per byte")
    assert found["flops_per_token"] == 1e6
    assert (found["rows"]["step"][-1], found["rows"]["tokens"][-1], found["rows"]["loss"][-1]) == (40, 400, 3)
    assert set(found["rows"]) == {
        "step", "tokens", "seconds", "loss", "loss_smooth", "bits", "bits_smooth", "gradient_norm", "rate",
        "tokens_per_second", "matmul_share", "step_middle", "tokens_middle", "seconds_middle",
    }  # fmt: skip
    assert found["rows"]["tokens_middle"][:3] == [10, 15, 25]  # the first line begins where the start line stands
    assert [line["name"] for line in found["held_out"]] == ["all sources", "books <b>", "web"]
    assert found["held_out"][0]["value"] == [1.975, 1.85, 1.725, 1.6]
    assert found["held_out"][0]["step"] == [10, 20, 30, 40]
    assert found["xz"] is None


def test_xz_is_known_from_the_evaluation_that_measured_it() -> None:
    entries = history()
    next(entry for entry in entries if entry["kind"] == "evaluation")["xz_bits_per_byte"] = 2.5
    assert run_page(told(entries))["xz"] == 2.5


def test_an_encoder() -> None:
    entries = json.loads(json.dumps(history()).replace("bits_per_byte", "bits_per_masked_token"))
    found = run_page(told(entries))
    assert found["unit"] == "bits per masked token"
    assert found["rows"]["bits"][-1] == 1.5
    assert "bits per byte" not in json.dumps(found)


def test_marks() -> None:
    start = {"kind": "start", "step": 21, "steps": 40, "warm": 1, "decays": 24, "phases": [30]}
    found = run_page(told([*history(phases=[30]), start, skip()]))["marks"]
    assert [(mark["kind"], mark["step"]) for mark in found] == [
        ("phase", 30), ("rate", 1), ("rate", 24), ("resume", 21), ("save", 10), ("save", 20), ("save", 30),
        ("save", 40), ("skip", 7),
    ]  # fmt: skip


def test_a_phase_names_its_mixture() -> None:
    config = """
    [[data.phases]]
    start = 0.5
    weights = { web = 1, books = 3.0, "odd\\u202e" = 0 }
    [[data.phases]]
    start = 0.9
    """
    found = run_page(told(history(phases=[20, 36]), config))["marks"]
    assert [mark["words"] for mark in found[:2]] == [
        "the mixture changes to books 75 %, web 25 %",
        "the mixture changes",
    ]
    for odd in ("[data]\nphases = 3", "[data]\nphases = [3, 'x']", "[[data.phases]]\nweights = 'x'", "data = 1"):
        assert run_page(told(history(phases=[20]), odd))["marks"][0]["words"] == "the mixture changes"


def test_tasks_and_samples() -> None:
    entries = [*asked(10, " flows"), *asked(20), *asked(20, "x", prompt="", task="code"), *asked(30)]
    found = run_page(told([*history(), *entries]))
    assert [(task["name"], task["step"], task["chance"]) for task in found["tasks"]] == [
        ("grammar", [10, 20, 30], 0.5),
        ("code", [20], 0.5),
    ]
    assert found["tasks"][0]["last"] == "53.0 % (40.0 % to 70.0 %), by chance 50.0 %"
    assert found["samples"] == [
        {"prompt": "The river", "texts": [{"step": s, "text": t} for s, t in ((30, " runs on"), (20, " runs on"),
                                                                                (10, " flows"))]},
        {"prompt": "", "texts": [{"step": 20, "text": "x"}]},
    ]  # fmt: skip
    assert not any("river" in text or "grammar" in text for text in found["events"])


def test_of_many_samples_the_newest_the_oldest_and_some_between() -> None:
    entries = [entry for step in range(1, 501) for entry in asked(step)]
    (found,) = run_page(told(entries))["samples"]
    assert len(found["texts"]) == SAMPLES
    assert [found["texts"][i]["step"] for i in (0, -1)] == [500, 1]


def test_what_was_said_is_what_the_terminal_showed() -> None:
    found = run_page(told([*history(20), skip(documents=["a"]), {"kind": "end", "step": 20, "reason": "done"}]))
    assert found["events"] == [
        "first step 1.5 s after the start",
        "step 10: held-out text 1.9750 bits per byte, 95 % interval 1.4000 to 2.6000",
        "step 20: held-out text 1.8500 bits per byte, 95 % interval 1.4000 to 2.6000",
        "step 7 skipped: spike; its documents: a",
        "done: all 20 steps",
    ]


def test_what_there_may_be_any_number_of_is_bounded() -> None:
    many = [{"kind": kind, "step": i} for i in range(3000) for kind in ("save", "start")]
    many += [skip(step=i, documents=["d" * 100] * 100) for i in range(3000)]
    long = asked(1, "x" * 10**6, prompt="y" * 10**6)
    found = run_page(told([*history(), *many, *long], config="z" * 10**6))
    counts = {kind: sum(mark["kind"] == kind for mark in found["marks"]) for kind in ("save", "resume", "skip")}
    assert all(0 < of <= MARKS for of in counts.values())
    assert len(found["events"]) == EVENTS
    assert found["samples"][0]["texts"][0]["text"] == "x" * LONGEST + " … 996,000 more characters"
    assert len(json.dumps(found)) < 500_000


def test_a_run_of_many_lines_is_thinned_and_keeps_its_spike() -> None:
    entries = history(5_000)
    spike = next(entry for entry in entries if entry.get("step") == 1_234 and entry["kind"] == "step")
    spike["loss"] = 99.0
    found = run_page(told(entries))
    assert 99 in found["rows"]["loss"]
    assert found["rows"]["step"][-1] == 5_000
    assert len(found["rows"]["step"]) < 4000
    assert len(found["held_out"][0]["step"]) < 1000


@pytest.mark.parametrize("lines", [0, 1, 2, 3, 12])
def test_any_beginning_gives_a_page(lines: int) -> None:
    found = run_page(told(history()[:lines]))
    assert "nan" not in json.dumps(found, allow_nan=False).lower()
    assert page.render(found)


ODD: list[Any] = [
    {"kind": "start", "parameters": "many", "matmul_flops": 0, "ranks": 0, "steps": None, "phases": 3, "shape": 1},
    {"kind": "step"},
    {"kind": "step", "step": 1, "tokens": 10, "tokens_per_second": 0, "loss": math.nan, "epochs": [1], "wait": "x"},
    {"kind": "step", "step": 2, "tokens": 5, "tokens_per_second": math.inf, "loss": 1e300, "epochs": {"a": None}},
    {"kind": "step", "step": -1e199, "tokens": 1e199, "seconds": -1e199, "loss": 1e199, "rate": 10**199},
    {"kind": "evaluation", "by_source": {"a": 3, "b": {}}, "bits_per_byte": None},
    {"kind": "evaluation", "step": "x", "by_source": 5, "bits_per_byte": 1e199},
    {"kind": "task", "task": None, "accuracy": 3, "step": None},
    {"kind": "task", "task": ["x"], "accuracy": {"value": "x"}, "chance": []},
    {"kind": "sample", "prompt": 5, "text": None},
    skip(documents=None, step=None, reason=None),
    skip(documents=[None, 3, "\ud800"]),
    {"kind": "end"},
    {"kind": None},
]  # fmt: skip


@pytest.mark.filterwarnings("error")
def test_odd_values_give_a_page() -> None:
    for entries in (ODD, [*ODD, *history()], [*history(), *ODD], *([one] for one in ODD)):
        assert page.render(run_page(told(entries, **{"from": 3})))


def test_of_many_sources_the_largest_are_drawn() -> None:
    entries = history()
    entries[-1]["by_source"] = {f"s{i}": {"bits_per_byte": 1.0, "bytes": i} for i in range(9)}
    names = [line["name"] for line in run_page(told(entries))["held_out"]]
    assert names == ["all sources", *(f"s{i}" for i in (8, 7, 6, 5, 4, 3))]
    assert len(run_page(told(entries))["sources"]["rows"]) == 9 + len(SOURCES)


def test_writing(tmp_path: Path) -> None:
    run = tmp_path / "runs/first"
    run.mkdir(parents=True)
    assert write(run) == run / "run.html"  # nothing there yet
    lines = [json.dumps(entry) for entry in history()]
    (run / "metrics.jsonl").write_text("\n".join(lines)[:-5], encoding="utf-8")
    (run / "config.lock.toml").write_text("seed = 1\n")
    path = write(run)
    assert "<title>first</title>" in path.read_text(encoding="utf-8")
    assert sorted(p.name for p in run.iterdir()) == ["config.lock.toml", "metrics.jsonl", "run.html"]
    before = path.read_bytes()
    assert write(run, read(run / "metrics.jsonl")).read_bytes() == before


def test_a_long_run_stays_small(tmp_path: Path) -> None:
    """Of 10^5 lines, each column with extremes of its own, as few are drawn as of 10^4."""
    chance = random.Random(1)
    entries = history(10_000)
    for entry in entries:
        for key in ("loss", "bits_per_byte", "gradient_norm", "tokens_per_second", "matmul_share", "rate"):
            if entry["kind"] == "step":
                entry[key] = chance.random()
    assert write(tmp_path, History(entries)).stat().st_size < 700_000


@pytest.mark.parametrize(("name", "content"), [
    ("pack.lock.json", "no json"), ("pack.lock.json", "[1]"), ("pack.lock.json", "[" * 100_000),
    ("config.lock.toml", "\udc80no toml"), ("metrics.jsonl", "[" * 100_000),
])  # fmt: skip
def test_any_file_may_be_damaged(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8", errors="surrogateescape")
    assert write(tmp_path).is_file()


def test_a_full_disk_is_named(tmp_path: Path) -> None:
    with full_disk(100), pytest.raises(RunFailed, match=r"run\.html cannot be written"):
        write(tmp_path)
