"""The page of a run, of any history: whole, cut off, empty, hostile."""

import json
import math
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from winnow.trainer.report.history import History
from winnow.trainer.report.report import render, write

SOURCES = {"web": 3.0, "books <b>": 5.0}


def history(steps: int = 40, **start: Any) -> list[dict[str, Any]]:
    """A run of that many lines: 1,000 tokens a second, 10 tokens a step."""
    told: list[dict[str, Any]] = [
        {"kind": "start", "step": 1, "tokens": 10, "seconds": 2.0, "machine": "x86", "threads": 2, "dtype": "bfloat16",
         "ranks": 1, "parameters": 1_380_000, "flops_per_token": 1e6, "matmul_flops": 2e9, "peak_flops": None,
         "steps": steps, "rows": 4} | start
    ]  # fmt: skip
    for i in range(1, steps + 1):
        told.append(
            {"kind": "step", "step": i, "tokens": 10 * i, "seconds": 2 + i / 100, "loss": 5 - i / 20,
             "bits_per_byte": 2 - i / 40, "rate": 0.01, "gradient_norm": 1.0, "tokens_per_second": 1000.0,
             "mfu": None, "memory": 1e9 + i, "wait": 0.1, "optimizer": 0.2,
             "epochs": {name: epochs * i / steps for name, epochs in SOURCES.items()}}
        )  # fmt: skip
        if i % 10 == 0:
            figure = {"bits_per_byte": 1.5, "low": 1.4, "high": 1.6, "documents": 3, "tokens": 50, "bytes": 200}
            told.append({"kind": "save", "step": i, "tokens": 10 * i, "seconds": 2 + i / 100, "seconds_taken": 0.25})
            told.append({"kind": "evaluation", "step": i, "tokens": 10 * i, "seconds": 3 + i / 100,
                         "seconds_taken": 0.5, "bits_per_byte": 1.5, "low": 1.4, "high": 1.6,
                         "by_source": dict.fromkeys(SOURCES, figure)})  # fmt: skip
    return told


def skip(**values: Any) -> dict[str, Any]:
    return {"kind": "skip", "step": 7, "tokens": 70, "seconds": 2.1, "reason": "spike", "loss": 9.0,
            "gradient_norm": None, "documents": [f"doc-{i}" for i in range(22)]} | values  # fmt: skip


def page(entries: list[Any], config: str = "", unreadable: int = 0) -> str:
    return render("my run", History(tuple(entries), unreadable), config)


def text(html: str) -> str:
    """What is read: the page without its style, its scripts and its tags."""
    body = re.sub(r"<(style|script).*?</\1>", " ", html, flags=re.S)
    return " ".join(re.sub(r"<[^>]*>", " ", body).split())


class Balance(HTMLParser):
    """Fails where a tag is closed that was not open, or stays open."""

    VOID = ("meta", "line", "circle", "rect")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag in self.VOID or self.open.pop() == tag


def balanced(html: str) -> bool:
    parser = Balance()
    parser.feed(html)
    return parser.open == []


def test_the_headline() -> None:
    found = text(page([*history(), {"kind": "end", "reason": "done", "step": 40, "tokens": 400, "seconds": 6.5}]))
    assert "1.38 M parameters, step 40 of 40, finished." in found
    assert "Bits per byte 1.5 held-out documents" in found
    assert "Tokens 400 up to 5 epochs of a source" in found
    assert "Tokens a second 1 k median of the run" in found
    assert "Matmul share 50.0 %" in found  # 1000 tokens/s of 1 MFLOP, of 2 GFLOP/s
    assert "Peak memory 1 GB of one process" in found
    assert "Time 6.5 s 4 checkpoints saved" in found


def test_mfu_is_told_where_a_peak_is_stated() -> None:
    entries = history(peak_flops=4e9)
    for entry in entries:
        entry["mfu"] = 0.25
    found = text(page(entries))
    assert "MFU 25.0 % of the stated peak" in found
    assert "stated peak, 4 GFLOP/s" in found
    assert "measured matmul, 2 GFLOP/s" in found


@pytest.mark.parametrize(
    ("last", "state"),
    [
        ([], "under way"),
        ([{"kind": "end", "reason": "done"}], "finished"),
        ([{"kind": "end", "reason": "stopped"}], "stopped before its end"),
        ([{"kind": "end", "reason": "stopped"}, {"kind": "start", "steps": 40, "parameters": 5}], "under way"),
    ],
)
def test_the_state(last: list[dict[str, Any]], state: str) -> None:
    assert f"of 40, {state}." in text(page([*history(40), *last]))


def test_where_the_time_went_adds_up() -> None:
    found = text(page(history()))
    # 400 tokens at 1000 a second: 0.4 s, of which a tenth and a fifth; 4 evaluations and saves; 3.4 seconds in all
    for part in ("forward and backward 8.2 % 0.28 s", "optimizer 2.4 % 0.08 s", "waiting for data 1.2 % 0.04 s",
                 "evaluation 58.8 % 2 s", "saving 29.4 % 1 s"):  # fmt: skip
        assert part in found
    assert "rest" not in found


def test_sources_have_their_epochs_and_intervals() -> None:
    found = text(page(history()))
    assert "web 3 1.5000 (1.4000 to 1.6000) 3 200" in found
    assert "books &lt;b&gt; 5 1.5000" in found
    assert "Read more than four times: books &lt;b&gt;." in found
    assert "Read more than four times" not in text(page(history()[:30]))


def test_skipped_steps_name_their_documents() -> None:
    assert "No step was skipped." in text(page(history()))
    found = text(page([*history(), skip()]))
    assert "7 spike 9 - doc-0, doc-1," in found
    assert "doc-19 and 2 more" in found
    assert "doc-20" not in found


def test_an_encoder() -> None:
    entries = json.loads(json.dumps(history()).replace("bits_per_byte", "bits_per_masked_token"))
    found = text(page(entries))
    assert "Bits per masked token 1.5" in found
    assert "bits per byte" not in found.lower()


@pytest.mark.parametrize("count", [0, 1, 2, 3, 12])
def test_any_beginning_gives_a_page(count: int) -> None:
    html = page(history()[:count])
    assert balanced(html)
    assert "nan" not in text(html).lower()


def test_an_empty_history() -> None:
    found = text(page([]))
    assert "Nothing recorded yet." in found


def test_odd_values_give_a_page() -> None:
    entries: list[Any] = [
        {"kind": "start", "parameters": "many", "matmul_flops": 0, "ranks": 0, "steps": None, "flops_per_token": 1.0},
        {"kind": "step"},
        {"kind": "step", "step": 1, "tokens": 10, "tokens_per_second": 0, "loss": math.nan, "epochs": [1], "wait": "x"},
        {"kind": "step", "step": 2, "tokens": 5, "tokens_per_second": math.inf, "loss": 1e300, "epochs": {"a": None}},
        {"kind": "evaluation", "by_source": {"a": 3, "b": {}}, "bits_per_byte": None},
        skip(documents=None, step=None, reason=None),
        skip(documents=[None, 3, "\ud800"]),
        {"kind": "end"},
        {"kind": None},
    ]  # fmt: skip
    assert balanced(page(entries))


def test_nothing_that_was_recorded_becomes_markup() -> None:
    bad = "<img src=x onerror=alert(1)></script>"
    entries = history(machine=bad)
    entries.append(skip(reason=bad, documents=[bad]))
    entries[-2]["by_source"] = {bad: {"bits_per_byte": 1.0}}
    html = render(bad, History(tuple(entries), 0), f'[data]\npack = "{bad}"\n')
    assert "<img" not in html
    assert balanced(html)


def test_the_page_asks_the_network_for_nothing() -> None:
    html = page(history(), "x = 1\n")
    assert not re.search(r"https?:|src=|href=|@import|url\(", html)
    assert "color-scheme: light dark" in html


def test_configuration_and_cut_off_lines_are_told() -> None:
    found = text(page(history(), "[model]\nwidth = 1\n", unreadable=2))
    assert "config.lock.toml [model] width = 1" in found
    assert "2 lines of metrics.jsonl could not be read." in found


def test_writing(tmp_path: Path) -> None:
    run = tmp_path / "runs/first"
    run.mkdir(parents=True)
    assert write(run) == run / "run.html"  # nothing there yet
    lines = [json.dumps(entry) for entry in [*history(), skip(documents=["\ud800"])]]
    (run / "metrics.jsonl").write_text("\n".join(lines)[:-5], encoding="utf-8")
    (run / "config.lock.toml").write_text("seed = 1\n")
    path = write(run)
    html = path.read_text(encoding="utf-8")
    assert "<h1>first</h1>" in html
    assert "1 lines of metrics.jsonl could not be read." in html
    assert sorted(p.name for p in run.iterdir()) == ["config.lock.toml", "metrics.jsonl", "run.html"]
    before = path.read_bytes()
    write(run)
    assert path.read_bytes() == before
