"""Records that met unexpected errors: a build with a few of them ends and says so, one with too many fails."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from winnow.pipelines.build import Request, build
from winnow.pipelines.display import Display
from winnow.pipelines.errors import BuildFailed
from winnow.pipelines.recipe.model import Recipe
from winnow.pipelines.sources.warc import read as warc

pytestmark = pytest.mark.usefixtures("swift_beam")
WHOLE = ("--runner", "FnApiRunner")
"""As whole pipelines in this process, where a fault can be planted."""


@pytest.mark.parametrize(
    ("broken", "share", "fails"),
    [
        pytest.param(9, 0.0, False, marks=pytest.mark.slow),
        pytest.param(10, 10 / 258, False, marks=pytest.mark.slow),
        (10, 9.9 / 258, True),
    ],
)
def test_the_share_of_errors(
    sample: Path, tiny: Recipe, tmp_path: Path, quiet: Display, monkeypatch: pytest.MonkeyPatch, broken: int,
    share: float, fails: bool,
) -> None:  # fmt: skip
    monkeypatch.setattr(warc, "_record", failing(broken))
    recipe = dataclasses.replace(tiny, max_error_share=share)
    request = Request(recipe, (f"{sample}/*",), str(tmp_path / "out"), 1, beam=WHOLE)
    if not fails:
        build(request, quiet)
        assert f"nobody foresaw at {broken} records" in (tmp_path / "out/README.md").read_text()
        return
    with pytest.raises(BuildFailed, match=rf"{broken} of 258 records of source 'web' met an unexpected error, .*"
                       rf"max_error_share is {share:.1%}"):  # fmt: skip
        build(request, quiet)


def failing(pages: int) -> Callable[..., Any]:
    """Reading that fails at the first so many pages."""
    read, failed = warc._record, list[int]()

    def record(data: Any, item: Any, *rest: Any) -> Any:
        if item.kind == "response" and len(failed) < pages:
            failed.append(item.offset)
            raise KeyError("x")
        return read(data, item, *rest)

    return record
