"""Builds on Prism, Beam's local engine in Go: bundles run at once, in threads of one worker."""

import gzip
import json
import os
import shutil
from pathlib import Path

import pytest
from given import ROOT, Given
from pool import worker_pool

pytestmark = pytest.mark.engines


@pytest.mark.parametrize("name", ["sample", "web"])
def test_the_local_bytes(request: pytest.FixtureRequest, name: str, prism: tuple[str, ...], tmp_path: Path) -> None:
    given: Given = request.getfixturevalue(name)
    assert given.build(tmp_path, *prism) == (0, "")
    given.check(tmp_path)


def test_workers_of_another_version(sample: Given, prism: tuple[str, ...], tmp_path: Path) -> None:
    shutil.copytree(ROOT / "src/winnow", tmp_path / "code/winnow")
    with open(tmp_path / "code/winnow/filters/text.py", "a") as file:
        file.write("# changed\n")
    with worker_pool(tmp_path / "code", tmp_path / "pool.log") as external:
        code, told = sample.build(tmp_path / "out", *prism, *external)
    assert (code, told.count("\n")) == (1, 1), told
    assert told.startswith("winnow: job scan: a worker is not as the driver is: winnow is ")
    assert told.endswith(": install the same on both\n")


SLOW = """
import time
from dataclasses import dataclass
from typing import ClassVar

from winnow.filters.rules import Rule


@dataclass(frozen=True)
class Slow:
    RULES: ClassVar[tuple[Rule, ...]] = (Rule("words", min=1000.0),)

    def measure(self, document, text):
        time.sleep(0.2 * ("slow" in text.words))
        return {"words": float(len(text.words))}
"""
RECIPE = """
name = "slow"
max_dropped_share = 0.9
[[source]]
name = "lines"
kind = "jsonl"
[[step]]
use = "slow_words:Slow"
"""


def test_a_share_of_dropped_documents_stops_the_job_before_all_is_judged(
    prism: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand lines in one unit are dropped at once; the others would take minutes."""
    (tmp_path / "slow_words.py").write_text(SLOW)
    (tmp_path / "slow.toml").write_text(RECIPE)
    with gzip.open(tmp_path / "a.jsonl.gz", "wt") as file:
        file.writelines(json.dumps({"text": f"line {number}"}) + "\n" for number in range(1000))
    with open(tmp_path / "b.jsonl", "w") as file:
        file.writelines(json.dumps({"text": f"slow {number} {'x' * 1000}"}) + "\n" for number in range(1000))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT / "src"), str(tmp_path)]))
    made = Given(str(tmp_path / "slow.toml"), f"{tmp_path}/*.jsonl*", "0.001", tmp_path)
    code, told = made.build(tmp_path / "out", *prism)
    assert (code, told.count("\n")) == (1, 1), told
    assert told.startswith("winnow: the steps so far dropped 100.0% of the 1,")
    judged = list((tmp_path / "out/work/curate").glob("*.json"))
    extracted = list((tmp_path / "out/work/extract").glob("*.json"))
    assert 0 < len(judged) < len(extracted)
