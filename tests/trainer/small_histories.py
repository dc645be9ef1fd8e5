"""Histories of runs that never were, for what is told of them."""

import base64
import gzip
import json
import re
from pathlib import Path
from typing import Any

from winnow.trainer.report.data import Told
from winnow.trainer.report.history import History

SOURCES = {"web": 3.0, "books <b>": 5.0}
Entries = list[dict[str, Any]]


def history(steps: int = 40, tokens: int = 10, **start: Any) -> Entries:
    """A run of that many step lines: 1,000 tokens a second, `tokens` a step, evaluated and saved every ten steps."""
    told: Entries = [
        {"kind": "start", "step": 1, "tokens": tokens, "seconds": 2.0, "date": "2026-11-30T01:02:03+00:00",
         "machine": "x86", "device": "cpu", "threads": 2, "dtype": "bfloat16", "compile": "no", "micro_rows": 2,
         "ranks": 1, "torch": "2.15.0", "parameters": 1_380_000, "flops_per_token": 1e6, "matmul_flops": 2e9,
         "peak_flops": None, "steps": steps, "rows": 4, "context": 32, "seed": 7, "objective": "causal",
         "shape": {"architecture": "Qwen3ForCausalLM", "layers": 4, "width": 128, "heads": 2}, "vocab": 300,
         "pack": {"name": "pack", "fingerprint": "ab" * 32, "documents": 120, "tokens": 9000}, "tokenizer": "cd" * 32,
         "warm": 1, "decays": steps * 6 // 10, "phases": [], "winnow": "0.1.0", "commit": "abcdef",
         "seconds_to_first_step": 1.5} | start
    ]  # fmt: skip
    for i in range(1, steps + 1):
        at: dict[str, Any] = {"step": i, "tokens": tokens * i, "seconds": 2 + i * tokens / 1000}
        told.append(
            {"kind": "step", **at, "loss": 5 - i / 20, "bits_per_byte": 2 - i / 80, "rate": 0.01, "gradient_norm": 1.0,
             "tokens_per_second": 1000.0, "mfu": None, "matmul_share": 0.5, "memory": 1e9 + i, "wait": 0.1,
             "optimizer": 0.2, "epochs": {name: epochs * i / steps for name, epochs in SOURCES.items()}}
        )  # fmt: skip
        if i % 10 == 0:
            figure = {"bits_per_byte": 2.1 - i / 80, "low": 1.4, "high": 2.6}
            of = figure | {"documents": 3, "tokens": 50, "bytes": 200}
            told.append({"kind": "save", **at, "seconds_taken": 0.25})
            told.append(
                {"kind": "evaluation", **at, "seconds_taken": 0.5, **figure, "by_source": dict.fromkeys(SOURCES, of)}
            )
    return told


def skip(**values: Any) -> dict[str, Any]:
    return {"kind": "skip", "step": 7, "tokens": 70, "seconds": 2.1, "reason": "spike", "loss": 9.0,
            "gradient_norm": None, "documents": [f"doc-{i}" for i in range(22)]} | values  # fmt: skip


def asked(step: int, text: str = " runs on", prompt: str = "The river", task: str = "grammar") -> Entries:
    """What was asked at a step: a task and a sample."""
    at = {"step": step, "tokens": 10 * step, "seconds": 3.0 + step}
    right = {"value": 0.5 + step / 1000, "low": 0.4, "high": 0.7}
    return [
        {"kind": "task", **at, "task": task, "questions": 200, "accuracy": right, "accuracy_by_length": right,
         "answer_bits_per_byte": {"value": 2.0, "low": 1.9, "high": 2.1}, "chance": 0.5, "seconds_taken": 0.1},
        {"kind": "sample", **at, "prompt": prompt, "text": text, "ended": False, "tokens_made": 9,
         "seconds_taken": 0.1},
    ]  # fmt: skip


def told(entries: list[Any], config: str = "", name: str = "my run", **lock: Any) -> Told:
    return Told(name, History(entries), config, lock)


def write(run: Path, entries: list[Any], config: str = "", **lock: Any) -> Path:
    """A run's folder, as far as a page needs it."""
    run.mkdir(parents=True)
    (run / "metrics.jsonl").write_text("".join(f"{json.dumps(entry)}\n" for entry in entries), encoding="utf-8")
    (run / "config.lock.toml").write_text(config, encoding="utf-8")
    (run / "pack.lock.json").write_text(json.dumps(lock), encoding="utf-8")
    return run


def held(page: Path) -> dict[str, Any]:
    """The data in a page."""
    found = re.search(r'id="data">([^<]*)<', page.read_text("utf-8"))
    assert found
    return json.loads(gzip.decompress(base64.b64decode(found[1])))
