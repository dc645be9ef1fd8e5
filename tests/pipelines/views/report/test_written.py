"""A report that cannot be made costs no finished build."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest
from small_builds import EXACT_ONLY, LOCAL, finished, recipe, warc

from winnow.filters.document import Document
from winnow.filters.rules import Rule
from winnow.filters.text import Text
from winnow.pipelines.recipe.model import Step
from winnow.pipelines.views.report.written import leave


@dataclass(frozen=True)
class Foreign:
    raised: list[Exception]
    RULES: ClassVar[tuple[Rule, ...]] = (Rule("words", min=1),)

    @property
    def ABOUT(self) -> dict[str, str]:
        raise self.raised[-1]

    def measure(self, document: Document, text: Text) -> dict[str, float | None]:
        return {"words": len(text.words)}


def test_what_nobody_foresaw_is_said_and_the_build_stands(tmp_path: Path) -> None:
    raised, said = list[Exception](), list[str]()
    warc(tmp_path / "a.warc.gz", ["some text"])
    made = recipe(Step("foreign", "foreign", Foreign(raised), Foreign.RULES), dedup=EXACT_ONLY)
    _, ledger = finished(tmp_path / "out", made, [f"{tmp_path}/a.warc.gz"])
    raised.append(KeyError("about"))
    leave(LOCAL, str(tmp_path / "out"), ledger, made, said.append)
    [line] = said
    assert line.startswith("report.html could not be made: KeyError: 'about', at report/test_written.py:")
    assert line.endswith("; all else stands, and winnow report DIR tries again")
    raised.append(MemoryError())
    with pytest.raises(MemoryError):
        leave(LOCAL, str(tmp_path / "out"), ledger, made, said.append)
    assert (len(said), (tmp_path / "out" / "report.html").exists()) == (1, False)
