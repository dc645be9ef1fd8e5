"""Every benchmark can be asked what it does, from the repository's root; what it measures is run by hand."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "benchmarks").rglob("*.py"))
COMMANDS = {
    ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__main__")
    for file in FILES
    if re.search(r"^    python -m benchmarks", file.read_text(encoding="utf-8"), re.MULTILINE)
}


def test_there_are_some() -> None:
    assert {"benchmarks.web", "benchmarks.training", "benchmarks.training.wait"} <= COMMANDS


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_it_says_how_it_is_called(name: str) -> None:
    done = subprocess.run([sys.executable, "-m", name, "--help"], capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"python -m {name} --" in done.stdout
