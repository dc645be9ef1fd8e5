"""Builds under attack: each ends in the very same bytes, or in one line and a non-zero exit; never in another corpus.

Between builds that did not end, files of work/ are damaged; some builds have a disk that fills up. `make test-torture`
runs forty, `make test-slow` a few.
"""

import contextlib
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from siege import Outcome, besiege, build, damage

Promised = Callable[[Path], dict[str, str]]
KILLED = (-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT)
TRIES = 30
"""Commands after which a build that is attacked less and less must have ended."""


def require_one_line(outcome: Outcome) -> None:
    """A build that ended well says nothing; one that did not says why in one line.

    One that was killed outright, or while Python was starting, could not.
    """
    if outcome.code in KILLED:
        return
    assert outcome.code in (0, 1, 2, 130, 143), outcome
    assert len(outcome.told) == (outcome.code != 0), outcome


@pytest.mark.parametrize(
    ("builds", "seed"),
    [pytest.param(4, 1, marks=pytest.mark.slow), pytest.param(40, 2, marks=pytest.mark.torture)],
)
def test_killed_stopped_and_damaged(
    promised: Promised, sample: Path, reference: Path, tmp_path: Path, builds: int, seed: int
) -> None:
    dice, wanted = random.Random(seed), promised(reference)
    for n in range(builds):
        output = tmp_path / f"out-{n}"
        for attempt in range(TRIES):
            anew = ("--replace",) if attempt > TRIES / 3 else ()  # it may be damaged who the directory belongs to
            running = build(sample, output, "--unit-mib", dice.choice(("0.02", "0.1", "8")), *anew)
            outcome = besiege(running, dice, dice.randint(0, max(0, 8 - attempt)), 2.0)
            require_one_line(outcome)
            if outcome.code == 0:
                break
            work = [p for p in sorted((output / "work").glob("**/*")) if p.is_file() and p.name != "lock"]
            if work and dice.random() < 0.5:
                damage(work, dice)
        assert promised(output) == wanted, outcome
        shutil.rmtree(output)


@pytest.mark.parametrize("seed", [pytest.param(3, marks=pytest.mark.slow), pytest.param(4, marks=pytest.mark.torture)])
def test_a_disk_that_fills_up(
    promised: Promised, sample: Path, reference: Path, small_disk: Callable[[int], Path], tmp_path: Path, seed: int
) -> None:
    """It has room for a little more each time; what was written before is gone on with."""
    dice, ended = random.Random(seed), 0
    for kib in range(64, 1 << 20, dice.randint(300, 600)):
        output = small_disk(kib) / "out"
        outcome = besiege(build(sample, output), dice, dice.randint(0, 1), 2.0)
        require_one_line(outcome)
        if outcome.code == 0:
            break
        ended += "No space left" in outcome.said
    assert ended > 1
    assert promised(output) == promised(reference)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """A file system of so many KiB; asked again, the same one grows."""
    place = tmp_path / "disk"
    place.mkdir()
    if (
        sys.platform != "linux"
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("mounting a small file system takes root")

    def of(kib: int) -> Path:
        subprocess.run(["mount", "-o", f"remount,size={kib}k", str(place)], check=True)
        return place

    with contextlib.ExitStack() as stack:
        stack.callback(subprocess.run, ["umount", str(place)], check=True)
        yield of
