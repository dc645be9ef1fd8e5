import json
import random
from pathlib import Path

import pytest

from tests.trainer.full_disk import full_disk
from tests.trainer.small_histories import history
from winnow.trainer.errors import RunFailed
from winnow.trainer.report.history import History, read
from winnow.trainer.report.report import write


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
