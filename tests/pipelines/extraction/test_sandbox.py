"""The child process: warm, limited, replaced when it dies, and never the cause of another page's fate."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from test_extract import ARTICLE, CAPTURED, ROOT, TEXT, real_pages

from winnow.filters.rules import Reject
from winnow.pipelines.errors import BuildFailed, Starved
from winnow.pipelines.extraction.extract import extract
from winnow.pipelines.extraction.extracted import Extracted
from winnow.pipelines.extraction.sandbox import Sandbox, Sandboxes
from winnow.pipelines.extraction.settings import ExtractSettings

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


@dataclass(frozen=True)
class Own:
    """A source of its own conversion."""

    def convert(self, content: str) -> Any:
        if content == "loop":
            while True:
                pass
        return {"reject": Reject("own.no", 1.0, 2.5, "why"), "none": None}.get(content) or Extracted(
            content.upper(),
            meta={"of": content} if content != "odd" else {"of": 3},  # type: ignore[dict-item]
        )


def test_a_source_converts_its_content_itself(sandbox: Sandbox) -> None:
    assert sandbox.convert(Own(), "text", None) == Extracted("TEXT", meta={"of": "text"})
    assert sandbox.convert(Own(), "reject", None) == Reject("own.no", 1.0, 2.5, "why")
    found = sandbox.convert(Own(), "odd", None)
    assert found == Reject("extract.crash", detail="no answer that makes sense")
    assert article(sandbox) == TEXT


def test_a_conversion_that_does_not_end_costs_its_budget() -> None:
    with Sandbox(replace(SETTINGS, cpu_seconds=0.2)) as sandbox:
        assert sandbox.convert(Own(), "loop", None) == Reject("extract.cpu_seconds", None, 0.2)
        assert sandbox.convert(Own(), "text", None) == Extracted("TEXT", meta={"of": "text"})


def test_cpu_time_runs_out_and_the_next_page_is_served() -> None:
    settings = replace(SETTINGS, cpu_seconds=0.2)
    with Sandbox(settings) as sandbox:
        assert sandbox.extract(HEAVY, None, None) == Reject("extract.cpu_seconds", None, 0.2)
        assert sandbox.pid is None
        assert article(sandbox) == TEXT
        assert sandbox.cpu_seconds > 0.2  # the dead child's time is counted too


def test_the_budget_is_each_pages_own() -> None:
    with Sandbox(replace(SETTINGS, cpu_seconds=0.4, recycle_pages=1_000_000)) as sandbox:
        article(sandbox)
        first, spent = sandbox.pid, sandbox.cpu_seconds
        while sandbox.cpu_seconds < spent + 0.6:
            assert article(sandbox) == TEXT
        assert sandbox.pid == first


def test_memory_runs_out_and_the_next_page_is_served() -> None:
    with Sandbox(replace(SETTINGS, memory_mib=400, max_bytes=10**9)) as sandbox:
        found = sandbox.extract("<p>" + "word " * 40_000_000, None, None)
        assert isinstance(found, Reject)
        assert found.rule == "extract.memory"
        assert (found.value, found.limit) == (None, 400)
        assert article(sandbox) == TEXT


@pytest.mark.parametrize(
    ("sent", "kills"),
    [
        (signal.SIGKILL, 3), (signal.SIGTERM, 1),
        *(pytest.param(*each, marks=pytest.mark.slow) for each in ((signal.SIGKILL, 1), (signal.SIGTERM, 3))),
    ],
)  # fmt: skip
def test_a_child_killed_from_outside_is_no_pages_fault(sent: signal.Signals, kills: int) -> None:
    with Sandbox(SETTINGS) as sandbox, Killer(sandbox, sent, kills) as killer:
        assert article(sandbox) == TEXT
        assert killer.killed == kills


def test_killed_again_and_again_is_an_error_and_no_row() -> None:
    with Sandbox(SETTINGS) as sandbox, Killer(sandbox, signal.SIGKILL, 4) as killer:
        with pytest.raises(Starved, match=r"4 processes were killed .* http://x\.example/page"):
            sandbox.extract(ARTICLE, "http://x.example/page", None)
        assert killer.killed == 4
        assert article(sandbox) == TEXT


def test_a_page_that_kills_a_fresh_child_too_is_rejected(planted: Callable[[str], None], tmp_path: Path) -> None:
    planted(f"with open({str(tmp_path / 'deaths')!r}, 'a') as f: f.write('x')\n        os.abort()")
    with Sandbox(SETTINGS) as sandbox:
        article(sandbox)
        assert sandbox.extract("boom", None, None) == Reject("extract.crash", detail="SIGABRT")
        assert (tmp_path / "deaths").read_text() == "xx"  # the warm child, and a fresh one
        assert sandbox.extract("boom", None, None) == Reject("extract.crash", detail="SIGABRT")
        assert (tmp_path / "deaths").read_text() == "xxx"  # there was none, so the first was fresh
        assert article(sandbox) == TEXT


@pytest.mark.parametrize(
    "fault",
    [
        "os.abort()", "raise MemoryError",
        *(pytest.param(each, marks=pytest.mark.slow) for each in ("os._exit(3)", "raise KeyError('x')")),
    ],
)  # fmt: skip
def test_what_a_warm_child_alone_meets_decides_nothing(
    planted: Callable[[str], None], tmp_path: Path, fault: str
) -> None:
    once = tmp_path / "once"
    planted(f"if os.path.exists({str(once)!r}): return real(ARTICLE, *rest)\n        open({str(once)!r}, 'w').close()\n"
            f"        {fault}")  # fmt: skip
    with Sandbox(SETTINGS) as sandbox:
        article(sandbox)
        found = sandbox.extract("boom", None, CAPTURED)
        assert isinstance(found, Extracted)
        assert found.text == TEXT


def test_a_child_that_cannot_start_is_no_pages_fault(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Every page became extract.crash: an empty corpus, exit code 0."""
    (tmp_path / "trafilatura.py").write_text("raise ImportError('half an upgrade')")
    monkeypatch.syspath_prepend(str(tmp_path))
    with Sandbox(SETTINGS) as sandbox, pytest.raises(BuildFailed, match="cannot start: ImportError: half an upgrade"):
        article(sandbox)


@pytest.mark.parametrize(
    "fault",
    [
        "raise OSError(12, 'x')",
        *(pytest.param(f"raise {each}", marks=pytest.mark.slow) for each in ("ImportError('x')", "OSError(5, 'x')")),
    ],
)
def test_what_the_machine_lacks_is_no_pages_fault(planted: Callable[[str], None], fault: str) -> None:
    planted(fault)
    with Sandbox(SETTINGS) as sandbox, pytest.raises(Starved):
        sandbox.extract("boom", None, None)


def test_a_lower_limit_of_the_systems_is_told() -> None:
    program = (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (4000 << 20, 4000 << 20))\n"
        "from winnow.pipelines.errors import BuildFailed\n"
        "from winnow.pipelines.extraction.sandbox import ExtractSettings, Sandbox\n"
        "try: Sandbox(ExtractSettings()).extract('<p>x', None, None)\n"
        "except BuildFailed as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout == (
        "a process may have 4000 MiB here (ulimit -v), and the recipe's [extract] memory_mib is 4096: raise the one or "
        "lower the other\n"
    )


def test_a_page_that_takes_its_child_over_is_rejected(planted: Callable[[str], None]) -> None:
    planted("[os.write(fd, bytes([255]) * 64) for fd in range(3, 20) if os.path.exists(f'/proc/self/fd/{fd}') and "
            "os.readlink(f'/proc/self/fd/{fd}').startswith('pipe')]")  # fmt: skip
    with Sandbox(SETTINGS) as sandbox:
        article(sandbox)
        wanted = Reject("extract.crash", detail="no answer that makes sense")
        assert sandbox.extract("boom", None, None) == wanted
        assert article(sandbox) == TEXT


def test_threads_that_share_a_sandbox_get_their_own_pages() -> None:
    """The fault that gave 383 of 400 pages another page's text."""
    with Sandbox(SETTINGS) as sandbox:
        got = in_threads([sandbox] * 2, 20)
    assert got == {n: f"t{n}" for n in (*range(20), *range(1000, 1020))}


def test_bundles_in_threads_have_a_child_each() -> None:
    pool = Sandboxes(SETTINGS)
    with contextlib.ExitStack() as stack:
        mine = [stack.enter_context(pool.borrow()) for _ in range(2)]
        got = in_threads(mine, 5)
        assert len({sandbox.pid for sandbox in mine}) == 2
    with pool.borrow() as again:
        assert again in mine
    pool.close()
    assert got == {n: f"t{n}" for first in (0, 1000) for n in range(first, first + 5)}
    assert {sandbox.pid for sandbox in mine} == {None}


def in_threads(sandboxes: list[Sandbox], pages: int) -> dict[int, str | None]:
    """page -> the title that came back for it; thread i asks for the pages from 1000 i on."""
    got: dict[int, str | None] = {}

    def bundle(sandbox: Sandbox, first: int) -> None:
        for n in range(first, first + pages):
            found = sandbox.extract(ARTICLE.replace("High water", f"t{n}"), None, CAPTURED)
            got[n] = found.title if isinstance(found, Extracted) else None

    threads = [threading.Thread(target=bundle, args=(sandbox, i * 1000)) for i, sandbox in enumerate(sandboxes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


class Killer:
    """Sends a signal to `kills` children of a sandbox, one after another, each while it is still getting ready."""

    def __init__(self, sandbox: Sandbox, sent: signal.Signals, kills: int) -> None:
        self.sandbox, self.sent, self.kills, self.killed = sandbox, sent, kills, 0
        self._over = threading.Event()

    def __enter__(self) -> "Killer":
        self._thread = threading.Thread(target=self._hunt)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _hunt(self) -> None:
        last = None
        while self.killed < self.kills and not self._over.is_set():
            child = self.sandbox.pid
            if child is not None and child != last and self._over.wait(0.05) is False:
                os.kill(child, self.sent)
                last, self.killed = child, self.killed + 1
            time.sleep(0.001)


def test_a_child_killed_between_pages_is_no_pages_fault() -> None:
    with Sandbox(SETTINGS) as sandbox:
        article(sandbox)
        child = sandbox.pid
        assert child is not None
        os.kill(child, signal.SIGKILL)
        assert os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT) is not None
        assert article(sandbox) == TEXT
        assert sandbox.pid != child


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """Plants code that children run when they are asked for the page `boom`."""

    def plant(fault: str) -> None:
        (tmp_path / "sitecustomize.py").write_text(
            "import os\n"
            "import winnow.pipelines.extraction.extract as e\n"
            "real = e.extract\n"
            f"ARTICLE = {ARTICLE.encode()!r}\n"
            "def extract(utf8, *rest):\n"
            "    if utf8 == b'boom':\n"
            f"        {fault}\n"
            "    return real(utf8, *rest)\n"
            "e.extract = extract\n"
        )
        monkeypatch.syspath_prepend(str(tmp_path))

    return plant


def test_an_exception_that_nobody_expected(planted: Callable[[str], None], tmp_path: Path) -> None:
    planted("raise ZeroDivisionError('at 0x7f00dead')")
    with Sandbox(SETTINGS) as sandbox:
        said = f"ZeroDivisionError: at 0x, at {tmp_path.name}/sitecustomize.py:7"
        assert sandbox.extract("boom", None, None) == Reject("extract.error", detail=said)
        assert article(sandbox) == TEXT


def test_a_child_imports_no_module_of_ours_or_the_users_by_a_short_name(
    planted: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Its path began with pipelines/, and with the folder it was started in: `import sketch` found ours."""
    here = tmp_path / "here"
    here.mkdir()
    (here / "sketch.py").touch()
    monkeypatch.chdir(here)
    planted("import importlib.util\n        raise LookupError(str(importlib.util.find_spec('sketch')))")
    with Sandbox(SETTINGS) as sandbox:
        found = sandbox.extract("boom", None, None)
    assert isinstance(found, Reject)
    assert (found.detail or "").startswith("LookupError: None")


def test_a_module_beside_a_script_hides_none_of_pythons(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "re.py").write_text("raise ImportError('not this one')")
    monkeypatch.setattr(sys, "argv", [str(tmp_path / "script.py")])
    monkeypatch.syspath_prepend(str(tmp_path))
    with Sandbox(SETTINGS) as sandbox:
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
        "from winnow.pipelines.extraction.settings import ExtractSettings\n"
        "from winnow.pipelines.extraction.sandbox import Sandbox\n"
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
