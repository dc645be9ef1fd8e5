"""Lets tests share the helpers that lie beside them, whichever way pytest imports them, and spares them waiting."""

import gc
import os
import signal
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import hypothesis
import pytest

hypothesis.settings.register_profile("winnow", deadline=None)  # how long a case takes says how busy the machine is
hypothesis.settings.load_profile("winnow")
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job that a script put in the background ignores Ctrl-C
os.environ.setdefault("OMP_NUM_THREADS", "1")  # pytest-xdist has all cores at work; more threads wait by spinning

for folder in (
    "browser",
    "engines",
    "pipelines",
    "pipelines/extraction",
    "pipelines/extraction/facts",
    "pipelines/sources",
    "pipelines/torture",
):
    sys.path.insert(0, str(Path(__file__).parent / folder))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """While a million objects are made that all stay, to look for garbage among them would take a fifth of the time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


@pytest.fixture(scope="session", autouse=True)
def _kept_to_the_end() -> Iterator[None]:
    """Modules and test items are no garbage either; to walk over them takes half a second each time."""
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(scope="session", autouse=True)
def _without_power_cuts() -> Iterator[None]:
    """No test ends one, and ten thousands of small files would each wait for the disk."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: None)
        yield
