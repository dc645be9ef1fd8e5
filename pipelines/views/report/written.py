"""report.html: written when a build ends, written again for a finished one, and the page that compares two."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from winnow.pipelines.corpus.finished_files import NotHeld
from winnow.pipelines.errors import BadCall, is_raised_on, told
from winnow.pipelines.files.storage import Storage, is_remote, write_bytes
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
from winnow.pipelines.views.report.tokens import Counting, count_tokens, with_tokens


def leave(storage: Storage, root: str, ledger: Ledger, recipe: Recipe | None, say: Callable[[str], None]) -> None:
    """Write DIR/report.html of a build whose tables, and those of its ledger, are there. An error that nobody foresaw,
    in the code of a plug-in perhaps, is said: the build stands without its report."""
    try:
        page = page_of(storage, root, ledger, recipe)
    except Exception as error:
        if is_raised_on(error):
            raise
        say(f"{REPORT} could not be made: {told(error)}; all else stands, and winnow report DIR tries again")
        return
    write_bytes(storage, f"{root}/{REPORT}", page.encode())


def page_of(storage: Storage, root: str, ledger: Ledger, recipe: Recipe | None) -> str:
    """What stands in report.html of such a build, or of a copy of it whose ledger names fewer files."""
    data = report(storage, root, ledger, recipe)
    return filled(fitted(data), data["title"])


def write_page(dir: str, other: str | None, output: str | None, tokenizer: str | None = None) -> str:
    """Write the report of a finished build, with tokens where a tokenizer's directory is given, or the page that
    compares it with another; return its path."""
    data = _data(dir, other, tokenizer)
    own = f"{dir.rstrip('/') or '/'}/{REPORT}"
    path = output or own
    if os.path.isdir(path):
        raise BadCall(f"--output {path} is a directory; name a file")
    if os.path.exists(path) and not os.path.isfile(path):
        raise BadCall(f"--output {path} is no file, and is not replaced by one; name another")
    real = Path(os.path.realpath(path))
    if other is not None or str(real) != os.path.realpath(own):
        for build in (dir, other):
            if build is not None and real.is_relative_to(os.path.realpath(build)):
                raise BadCall(
                    f"--output {path} lies in the build {build}, of which nothing is changed; name a file outside"
                )
    written = path if is_remote(path) else str(real)  # the file that a link names, and not the link
    write_bytes(finished(dir).storage, written, filled(fitted(data), data["title"]).encode())
    return path


def as_json(dir: str, other: str | None, tokenizer: str | None = None) -> str:
    """What the page holds. A terminal shows no character of a text that could draw on it: all but ASCII is escaped."""
    return json.dumps(_data(dir, other, tokenizer), allow_nan=False)


def report_at(dir: str) -> str:
    """The path of a finished build's report. BadCall where it has none."""
    build = _opened(dir)
    path = f"{build.root}/{REPORT}"
    if build.storage.size(path) is None:
        raise BadCall(f"{build.root} has no {REPORT}; winnow report {dir} writes it")
    return path


def _data(dir: str, other: str | None, tokenizer: str | None) -> dict[str, Any]:
    counting = Counting(tokenizer) if tokenizer else None
    one = _opened(dir)
    recipe = recipe_of(one.storage, one.root)
    if other is None:
        try:
            data = report(one.storage, one.root, one.ledger, recipe)
            if counting:
                with_tokens(data, count_tokens(one.storage, one.root, one.ledger.files, counting, _say))
            return data
        except (BrokenStatistics, NotHeld, OSError) as error:
            cure = "the same winnow build command with --replace builds it again"
            raise BadCall(f"{one.root}: {error}; {cure}") from error
    two = _opened(other)
    return comparison(one.ledger, two.ledger, (recipe, recipe_of(two.storage, two.root)))


def _say(line: str) -> None:
    print(f"winnow: {line}", file=sys.stderr)


def _opened(dir: str) -> Finished:
    try:
        return finished(dir)
    except OtherFormat as error:
        raise BadCall(f"{error}; or build it again with the same command and --replace, and it has a report") from error
