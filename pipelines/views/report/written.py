"""report.html: written when a build ends, written again for a finished one, and the page that compares two."""

import json
import os
from typing import Any

from winnow.pipelines.corpus.finished_files import NotHeld
from winnow.pipelines.errors import BadCall
from winnow.pipelines.files.storage import Storage, write_bytes
from winnow.pipelines.ledger.book import OtherFormat
from winnow.pipelines.ledger.statistics import BrokenStatistics
from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.plan.names import REPORT
from winnow.pipelines.recipe.model import Recipe
from winnow.pipelines.views.finished import Finished, finished
from winnow.pipelines.views.report.budget import fitted
from winnow.pipelines.views.report.compare import comparison
from winnow.pipelines.views.report.data import report
from winnow.pipelines.views.report.page import filled
from winnow.pipelines.views.report.recipe import recipe_of


def leave(storage: Storage, root: str, ledger: Ledger, recipe: Recipe | None) -> None:
    """Write DIR/report.html of a build whose tables, and those of its ledger, are there."""
    write_bytes(storage, f"{root}/{REPORT}", page_of(storage, root, ledger, recipe).encode())


def page_of(storage: Storage, root: str, ledger: Ledger, recipe: Recipe | None) -> str:
    """What stands in report.html of such a build, or of a copy of it whose ledger names fewer files."""
    data = report(storage, root, ledger, recipe)
    return filled(fitted(data), data["title"])


def write_page(dir: str, other: str | None, output: str | None) -> str:
    """Write the report of a finished build, or the page that compares it with another; return its path."""
    data = _data(dir, other)
    path = output or f"{dir.rstrip('/') or '/'}/{REPORT}"
    if os.path.isdir(path):
        raise BadCall(f"--output {path} is a directory; name a file")
    write_bytes(finished(dir).storage, path, filled(fitted(data), data["title"]).encode())
    return path


def as_json(dir: str, other: str | None) -> str:
    """What the page holds. A terminal shows no character of a text that could draw on it: all but ASCII is escaped."""
    return json.dumps(_data(dir, other), allow_nan=False)


def report_at(dir: str) -> str:
    """The path of a finished build's report. BadCall where it has none."""
    build = _opened(dir)
    path = f"{build.root}/{REPORT}"
    if build.storage.size(path) is None:
        raise BadCall(f"{build.root} has no {REPORT}; winnow report {dir} writes it")
    return path


def _data(dir: str, other: str | None) -> dict[str, Any]:
    one = _opened(dir)
    recipe = recipe_of(one.storage, one.root)
    if other is None:
        try:
            return report(one.storage, one.root, one.ledger, recipe)
        except (BrokenStatistics, NotHeld, OSError) as error:
            cure = "the same winnow build command with --replace builds it again"
            raise BadCall(f"{one.root}: {error}; {cure}") from error
    two = _opened(other)
    return comparison(one.ledger, two.ledger, (recipe, recipe_of(two.storage, two.root)))


def _opened(dir: str) -> Finished:
    try:
        return finished(dir)
    except OtherFormat as error:
        raise BadCall(f"{error}; or build it again with the same command and --replace, and it has a report") from error
