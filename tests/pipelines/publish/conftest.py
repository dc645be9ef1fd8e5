"""A finished build of a few rows, and a Hub on loopback that the library in this process speaks to."""

from collections.abc import Iterator
from pathlib import Path

import huggingface_hub.constants
import pytest
from hub_server import WRITER, Hub, serving
from small_builds import LOCAL, finished, warc
from small_ledgers import SMALL, TEXTS

from winnow.pipelines.publish import faults
from winnow.pipelines.views.report import written
from winnow.pipelines.views.report.recipe import recipe_of


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Read only."""
    folder = tmp_path_factory.mktemp("publish")
    warc(folder / "a.warc.gz", TEXTS)
    _, ledger = finished(folder / "out", SMALL, [f"{folder}/a.warc.gz"])
    written.leave(LOCAL, f"{folder}/out", ledger, recipe_of(LOCAL, f"{folder}/out"))
    return folder / "out"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.setenv("HF_TOKEN", WRITER)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_DISABLE_XET", True)
    monkeypatch.setattr(faults, "WAITS", (0.0, 0.0))
    with serving() as found:
        monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", found.url)
        yield found
