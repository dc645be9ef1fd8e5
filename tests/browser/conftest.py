"""What the tests of pages share: a headless Chromium that is offline, the demo's build, and reports made of nothing."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fetch_browser import AXE_SCRIPT, chromium
from pages import READY
from playwright.sync_api import Browser, Page, sync_playwright
from synthetic import synthetic

from winnow.pipelines.views.report.page import render

ROOT = Path(__file__).resolve().parents[2]
Open = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = chromium()
    assert found, "make test-browser fetches it"
    with sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Open]:
    """Opens a file offline; at the end nothing else was asked for, nothing went wrong, and no dialog opened."""
    seen: list[str] = []
    wrong: list[str] = []
    contexts = []

    def visit(file: Path, hash: str = "", width: int = 1280, scheme: str = "light") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce", offline=True
        )  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.add_init_script(READY)
        page.on(
            "request",
            lambda request: (
                seen.append(request.url.split("#")[0]) if request.url.split("#")[0] != file.as_uri() else None
            ),
        )
        page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
        page.goto(file.as_uri() + hash)
        page.wait_for_selector("html[data-ready]", state="attached")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert (seen, wrong) == ([], [])


@pytest.fixture(scope="session")
def axe() -> str:
    assert AXE_SCRIPT.is_file(), "make test-browser fetches it"
    return AXE_SCRIPT.read_text("utf-8")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """A page of a synthetic report."""

    def made(**sizes: Any) -> Path:
        page = tmp_path_factory.mktemp("page") / "report.html"
        page.write_text(render(synthetic(**sizes)), "utf-8")
        return page

    return made


@pytest.fixture(scope="session")
def small(made: Callable[..., Path]) -> Path:
    return made()


@pytest.fixture(scope="session")
def large(made: Callable[..., Path]) -> Path:
    """300 rules, half of which have limits of their own for 39 languages of 40."""
    return made(rules=300, languages=40, documents=1000)


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's sample of four sources, built."""
    sample, out = tmp_path_factory.mktemp("sample"), tmp_path_factory.mktemp("build") / "out"
    subprocess.run([sys.executable, "-m", "demo.make_sample", "--output", str(sample)], cwd=ROOT, check=True)
    inputs = [f"web={sample}/web/*", f"wikipedia={sample}/wikipedia/*", f"books={sample}/books", f"code={sample}/code"]
    subprocess.run(
        [sys.executable, "-m", "winnow", "build", "mixed", "--input", *inputs, "--output", str(out), "--quiet"],
        cwd=ROOT,
        check=True,
    )
    return out


@pytest.fixture(scope="session")
def report(build: Path) -> Path:
    return build / "report.html"
