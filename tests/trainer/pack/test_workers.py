"""Work over processes: results, progress, errors and ends."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from winnow.trainer.errors import BadCall, RunFailed
from winnow.trainer.pack.workers import Add, Meter, Workers

ROOT = Path(__file__).resolve().parents[3]


def square(number: int, add: Add) -> tuple[int, int]:
    add(number)
    return number * number, os.getpid()


def odd(number: int, add: Add) -> int:
    if number == 2:
        raise BadCall("two is wrong")
    for _ in range(600):  # a minute, if nobody wants it to end
        time.sleep(0.1)
        add(0)
    return number


def die(number: int, add: Add) -> None:
    if number > 1:
        os.kill(os.getpid(), signal.SIGKILL)


def meter(lines: list[str], total: int = 10) -> Meter:
    return Meter(lines.append, "working", total)


def test_one_worker_is_this_process() -> None:
    lines: list[str] = []
    with Workers(1) as workers:
        assert workers.each(square, [3, 1, 2], meter(lines)) == [(9, os.getpid()), (1, os.getpid()), (4, os.getpid())]
    assert lines == []  # no time has passed


def test_one_worker_leaves_the_environment_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TOKENIZERS_PARALLELISM", raising=False)
    with Workers(1) as workers:
        workers.each(square, [1], meter([]))
    assert "TOKENIZERS_PARALLELISM" not in os.environ


def test_results_come_in_the_order_of_the_tasks_from_other_processes() -> None:
    with Workers(2) as workers:
        found = workers.each(square, list(range(5)), meter([]))
        assert workers.each(square, [], meter([])) == []
    assert [number for number, _ in found] == [0, 1, 4, 9, 16]
    assert os.getpid() not in {process for _, process in found}


def test_an_error_is_raised_and_the_others_end_soon() -> None:
    began = time.monotonic()
    with pytest.raises(BadCall, match="two is wrong"), Workers(2) as workers:
        workers.each(odd, [1, 2, 3, 4], meter([]))
    assert time.monotonic() - began < 30


@pytest.mark.slow
def test_a_process_that_dies_is_told() -> None:
    with pytest.raises(RunFailed, match=r"a worker process died over \d( or \d)?, most likely"), Workers(2) as workers:
        workers.each(die, [1, 2, 3, 4], meter([]))


@pytest.mark.slow
def test_no_process_outlives_a_parent_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent("""
        import os, sys, time
        from winnow.trainer.pack.workers import Meter, Workers
        def nap(task, add):
            os.write(1, b"%d\\n" % os.getpid())  # in one piece: two processes do it at once
            time.sleep(300)
        if __name__ == "__main__":
            with Workers(2) as workers:
                workers.each(nap, [1, 2], Meter(print, "", 1))
    """)
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    process = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    children = [int(process.stdout.readline()) for _ in range(2)]
    process.kill()
    process.wait()
    for _ in range(300):
        if not any(Path(f"/proc/{child}").exists() for child in children):
            return
        time.sleep(0.1)
    pytest.fail("a worker goes on alone")


def test_ctrl_c_while_processes_load_is_answered_by_the_first_alone(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent("""
        import os, time
        if __name__ != "__main__":
            os.write(1, b"loading\\n")  # in one piece: two processes do it at once
            time.sleep(0.5)
        from winnow.trainer.pack.workers import Meter, Workers
        def work(task, add):
            add(1)
        if __name__ == "__main__":
            try:
                with Workers(2) as workers:
                    workers.each(work, [1, 2], Meter(print, "", 1))
            except KeyboardInterrupt:
                print("stopped")
    """)
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    process = subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
        start_new_session=True, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "loading\n"
    os.killpg(process.pid, signal.SIGINT)
    said, complaint = process.communicate(timeout=60)
    assert (said.splitlines()[-1], complaint) == ("stopped", "")


def test_progress_says_share_rate_and_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr("winnow.trainer.pack.workers.time.monotonic", lambda: clock[0])
    lines: list[str] = []
    progress = meter(lines, 40_000_000)
    clock[0] = 104.9
    progress.add(10_000_000)
    assert lines == []
    clock[0] = 105.0
    progress.add(0)
    clock[0] = 120.0
    progress.add(30_000_000)
    assert lines == ["working:  25% of 40 MB, 2.0 MB/s, 15 s left", "working: 100% of 40 MB, 2.0 MB/s"]


@pytest.mark.parametrize(("done", "left"), [(50, "1 min 29 s"), (80, "22 s"), (1, "2 h 26 min")])
def test_time_left_in_units_that_are_read(monkeypatch: pytest.MonkeyPatch, done: int, left: str) -> None:
    clock = [0.0]
    monkeypatch.setattr("winnow.trainer.pack.workers.time.monotonic", lambda: clock[0])
    lines: list[str] = []
    progress = meter(lines, 100)
    clock[0] = 89.0
    progress.show(done)
    assert lines[0].endswith(f", {left} left")
