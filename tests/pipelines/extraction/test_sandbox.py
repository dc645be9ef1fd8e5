"""The child process: warm, limited, replaced when it dies, and never the cause of another page's fate."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from test_extract import ARTICLE, CAPTURED, ROOT, TEXT, real_pages

from filters.rules import Reject
from pipelines.extraction.extract import Extracted, ExtractSettings, extract
from pipelines.extraction.sandbox import Sandbox

SETTINGS = ExtractSettings(max_nesting=1_000_000_000)
HEAVY = "<html><body>" + "<div>" * 150 + "<a href=x>river</a> " * 28_000 + "</body></html>"
"""Ten seconds of work, now that one limit is lifted: each of many elements asks for all links in it."""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(SETTINGS) as shared:
        yield shared


def article(sandbox: Sandbox) -> str | None:
    found = sandbox.extract(ARTICLE, None, CAPTURED)
    return found.text if isinstance(found, Extracted) else None


def test_gives_what_extract_gives(sandbox: Sandbox) -> None:
    pages = [(None, ARTICLE), (None, ""), (None, "a \ud800 b"), ("http://x.example/", "<p>" * 40_000)]
    if (ROOT / "../shared/data/web").exists():
        pages += real_pages(10)
    for url, html in pages:
        assert sandbox.extract(html, url, CAPTURED) == extract(html, url, CAPTURED, SETTINGS)


def test_one_child_serves_many_pages(sandbox: Sandbox) -> None:
    article(sandbox)
    before = sandbox.pid
    assert [article(sandbox) for _ in range(3)] == [TEXT] * 3
    assert sandbox.pid == before


def test_cpu_time_runs_out_and_the_next_page_is_served() -> None:
    settings = replace(SETTINGS, cpu_seconds=0.2)
    with Sandbox(settings) as sandbox:
        assert sandbox.extract(HEAVY, None, None) == Reject("extract.cpu_seconds", None, 0.2)
        assert sandbox.pid is None
        assert article(sandbox) == TEXT
        assert sandbox.cpu_seconds > 0.2  # the dead child's time is counted too


def test_the_budget_is_each_pages_own() -> None:
    with Sandbox(replace(SETTINGS, cpu_seconds=1.0, recycle_pages=1_000_000)) as sandbox:
        article(sandbox)
        first = sandbox.pid
        while sandbox.cpu_seconds < 3.0:
            assert article(sandbox) == TEXT
        assert sandbox.pid == first


def test_memory_runs_out_and_the_next_page_is_served() -> None:
    with Sandbox(replace(SETTINGS, memory_mib=400, max_bytes=10**9)) as sandbox:
        found = sandbox.extract("<p>" + "word " * 60_000_000, None, None)
        assert isinstance(found, Reject)
        assert found.rule == "extract.memory"
        assert (found.value, found.limit) == (None, 400)
        assert article(sandbox) == TEXT


def test_a_child_killed_at_work() -> None:
    with Sandbox(SETTINGS) as sandbox:
        article(sandbox)
        child = sandbox.pid
        assert child is not None
        killer = threading.Timer(0.3, os.kill, (child, signal.SIGKILL))
        killer.start()
        assert sandbox.extract(HEAVY, None, None) == Reject("extract.crash", detail="SIGKILL")
        killer.join()
        assert article(sandbox) == TEXT


def test_a_child_killed_between_pages_is_no_pages_fault() -> None:
    with Sandbox(SETTINGS) as sandbox:
        article(sandbox)
        child = sandbox.pid
        assert child is not None
        os.kill(child, signal.SIGKILL)
        assert os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT) is not None
        assert article(sandbox) == TEXT
        assert sandbox.pid != child


def test_an_exception_that_nobody_expected(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import pipelines.extraction.extract as e\n"
        "real = e.extract\n"
        "def extract(html, *rest):\n"
        "    if html == 'boom':\n"
        "        raise ZeroDivisionError\n"
        "    return real(html, *rest)\n"
        "e.extract = extract\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    with Sandbox(SETTINGS) as sandbox:
        assert sandbox.extract("boom", None, None) == Reject("extract.crash", detail="ZeroDivisionError")
        assert article(sandbox) == TEXT


def test_children_are_replaced_after_so_many_pages() -> None:
    with Sandbox(replace(SETTINGS, recycle_pages=2)) as sandbox:
        texts, children = [], []
        for _ in range(4):
            texts.append(article(sandbox))
            children.append(sandbox.pid)
        assert texts == [TEXT] * 4
        assert children[0] is not None
        assert children[1::2] == [None, None]
        assert children[0] != children[2]


def test_cpu_seconds_only_grow() -> None:
    with Sandbox(SETTINGS) as sandbox:
        assert sandbox.cpu_seconds == 0.0
        article(sandbox)
        first = sandbox.cpu_seconds
        article(sandbox)
        second = sandbox.cpu_seconds
    assert 0.0 < first <= second <= sandbox.cpu_seconds


def test_leaving_ends_the_child() -> None:
    with Sandbox(SETTINGS) as sandbox:
        article(sandbox)
        child = sandbox.pid
    assert child is not None
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_a_child_ignores_ctrl_c() -> None:
    with Sandbox(SETTINGS) as sandbox:
        article(sandbox)
        child = sandbox.pid
        assert child is not None
        os.kill(child, signal.SIGINT)
        assert article(sandbox) == TEXT
        assert sandbox.pid == child


def test_ctrl_c_in_the_parent_leaves_no_answer_behind() -> None:
    with Sandbox(SETTINGS) as sandbox:
        article(sandbox)
        main = threading.main_thread().ident
        assert main is not None
        interrupt = threading.Timer(0.3, signal.pthread_kill, (main, signal.SIGINT))
        interrupt.start()
        with pytest.raises(KeyboardInterrupt):
            sandbox.extract(HEAVY, None, None)
        interrupt.join()
        assert article(sandbox) == TEXT


def test_a_child_dies_with_its_parent() -> None:
    program = (
        "import os\n"
        "from pipelines.extraction.extract import ExtractSettings\n"
        "from pipelines.extraction.sandbox import Sandbox\n"
        "sandbox = Sandbox(ExtractSettings())\n"
        "sandbox.extract('<p>x', None, None)\n"
        "print(sandbox.pid, flush=True)\n"
        "os._exit(0)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    child = int(done.stdout)
    for _ in range(200):
        if not alive(child):
            break
        time.sleep(0.05)
    assert not alive(child)


def alive(process: int) -> bool:
    """Whether it runs; one that waits to be buried by whoever adopted it does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"
