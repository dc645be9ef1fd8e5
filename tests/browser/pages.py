"""What tests ask of a page."""

import base64
import gzip
import json
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

READY = """
new MutationObserver((_, observer) => {
  if (document.documentElement?.dataset.ready) { window.readyAt = performance.now(); observer.disconnect(); }
}).observe(document, {attributes: true, subtree: true});
"""


def drawn(page: Page) -> None:
    """Everything that waits to come into view is drawn."""
    page.evaluate("() => { while (waiting.size) for (const node of [...waiting.keys()]) drawNow(node); }")


def until(page: Page, expression: str) -> None:
    """Waits for it to be true. Playwright's own way evaluates a string in the page, which the page forbids."""
    for _ in range(200):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never: {expression}")


def held(page: Path) -> dict[str, Any]:
    """The data in a page."""
    found = re.search(r'id="data">([^<]*)<', page.read_text("utf-8"))
    assert found
    return json.loads(gzip.decompress(base64.b64decode(found[1])))
