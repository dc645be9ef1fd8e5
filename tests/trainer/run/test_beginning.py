"""What the start line says of a run and of what trains it."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.trainer.small_runs import config, lines, trained
from winnow.trainer.config.settings import Phase
from winnow.trainer.pack.index import Pack
from winnow.trainer.run import beginning
from winnow.trainer.run.beginning import software

pytestmark = pytest.mark.usefixtures("quick")


def test_what_the_run_is(whole: Path, pack: Path) -> None:
    (start,) = lines(whole, "start")
    opened = Pack.open(pack)
    assert start["shape"] == {"architecture": "Qwen3ForCausalLM", "layers": 1, "width": 16, "heads": 2, "kv_heads": 2,
                              "mlp": 32, "tied": False}  # fmt: skip
    documents = sum(opened.counts("train", source).documents for source in opened.sources)
    assert (start["pack"]["name"], start["pack"]["documents"]) == ("pack", documents)
    assert start["pack"]["fingerprint"] == opened.fingerprint
    assert (start["tokenizer"], start["vocab"], start["seed"]) == (opened.tokenizer_sha256, opened.vocab, 1)
    assert abs((datetime.now(UTC) - datetime.fromisoformat(start["date"])).total_seconds()) < 3600


def test_when_the_rate_falls_and_the_mixture_changes(tmp_path: Path, pack: Path) -> None:
    phases = (Phase(0.5, {"web": 1.0}),)
    trained(config(pack, data={"phases": phases}, optimizer={"warmup": 0.25, "decay": 0.5}), tmp_path)
    (start,) = lines(tmp_path, "start")
    assert (start["warm"], start["decays"], start["phases"]) == (3, 6, [6])
    rates = {entry["step"]: entry["rate"] for entry in lines(tmp_path, "step")}
    assert (rates[3], rates[6], rates[9] < rates[6]) == (1e-2, 1e-2, True)


def test_the_commit_of_a_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beginning, "CHECKOUT", tmp_path)
    assert software()["commit"] is None

    def git(*arguments: str) -> str:
        named = ["-c", "user.name=a", "-c", "user.email=a@b"]
        return subprocess.run(["git", "-C", str(tmp_path), *named, *arguments], check=True, capture_output=True,
                              text=True).stdout.strip()  # fmt: skip

    git("init", "-q")
    assert software()["commit"] is None  # nothing is committed yet
    (tmp_path / "file").write_text("a")
    git("add", ".")
    git("commit", "-q", "-m", "a")
    commit = git("rev-parse", "HEAD")[:12]
    assert software()["commit"] == commit
    (tmp_path / "file").write_text("b")
    assert software()["commit"] == f"{commit}-dirty"
    monkeypatch.setenv("PATH", "")
    assert software()["commit"] is None
