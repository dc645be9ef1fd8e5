"""What an engine is given, what must come of it, and what it is told."""

import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from winnow.pipelines.files.storage import LocalStorage
from winnow.pipelines.ingest.tally import Tally

ROOT = Path(__file__).resolve().parents[2]
PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
"""Beam's worker pool starts `python`."""


def promised(build: Path) -> dict[str, str]:
    """Every file that a build promises, with its digest: all but run.json and work/."""
    return {
        str(path.relative_to(build)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(build.rglob("*"))
        if path.is_file() and path.name != "run.json" and path.relative_to(build).parts[0] != "work"
    }


@dataclass(frozen=True)
class Given:
    """A recipe, its input, and what the local driver made of it."""

    recipe: str
    input: str
    unit_mib: str
    local: Path

    def start(self, output: Path, *options: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "winnow", "build", self.recipe, "--input", self.input,
                   "--output", str(output), "--quiet", *options]  # fmt: skip
        return subprocess.Popen(command, env=os.environ | {"PATH": PATH}, cwd=ROOT, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip

    def build(self, output: Path, *options: str) -> tuple[int, str]:
        """A build in small units: its exit code, and what it said."""
        running = self.start(output, "--unit-mib", self.unit_mib, *options)
        told = running.communicate()[1]
        return running.returncode, told

    def check(self, output: Path) -> None:
        """The local driver's bytes, of units of which some kept nothing."""
        assert promised(output) == promised(self.local)
        kept = [Tally.load(LocalStorage(), str(path)).kept for path in (output / "work/curate").glob("*.json")]
        assert (min(kept), len(kept) > 10) == (0, True)


def given(recipe: str, input: str, unit_mib: str, local: Path) -> Given:
    made = Given(recipe, input, unit_mib, local)
    running = made.start(local)
    told = running.communicate()[1]
    assert (running.returncode, told) == (0, "")
    return made
