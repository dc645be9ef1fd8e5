from dataclasses import replace

import pytest
from card_ledger import golden, with_rejected

from winnow.pipelines.counts import Count
from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.views.card import known_limits


def lines(ledger: Ledger) -> list[str]:
    return known_limits.render(ledger).splitlines()


@pytest.mark.parametrize(("rule", "said"), [("read.error", 1), ("read.crash", 1), ("read.errors", 0)])
def test_unexpected_errors_are_numbered(rule: str, said: int) -> None:
    failed = with_rejected("read", {rule: Count(3, 40)})
    found = [line for line in lines(failed) if line.startswith("- Something failed that nobody foresaw at 3 records,")]
    assert (len(found), len(lines(failed))) == (said, len(lines(golden())) + said)


RULES = "was found by rules: some menus and notices remain, some tables and passages are lost."
WET = "- Texts of WET files are whole pages, with menus and notices."


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (("warc", "books"), [f"- The main text of a page {RULES}"]),
        (("my.own:Kind", "code"), [f"- The main text of a page {RULES}"]),
        (("jsonl", "wikipedia"), [f"- Where a text came as HTML, the main text {RULES}"]),
        (("wet", "text"), [f"- Where a text came as HTML, the main text {RULES}", WET]),
        (("wet", "books"), [WET]),
        (("code", "wikipedia"), []),
    ],
)
def test_pages_are_told_of_where_there_are_some(kinds: tuple[str, str], expected: list[str]) -> None:
    made = golden()
    sources = {name: replace(of, kind=kind) for (name, of), kind in zip(made.sources.items(), kinds, strict=True)}
    found = lines(replace(made, sources=sources))
    assert [line for line in found if "menus" in line] == expected


def test_of_no_step_at_all() -> None:
    bare = lines(replace(golden(), steps=(), rules=()))
    assert "- The language of the texts was not determined." in bare
    assert [line for line in bare if line.startswith("- Published limits were tuned on English")] == []


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        (0.75, "- Near duplicates are found by hashing, so a few pairs above the limit are missed. "),
        (None, "- Near duplicates were not looked for: texts that differ by a word stand side by side. "),
    ],
)
def test_near_duplicates_are_told_of_as_the_recipe_has_them(limit: float | None, said: str) -> None:
    made = golden()
    found = lines(replace(made, duplicates=replace(made.duplicates, limit=limit)))
    assert [line.partition("Passages")[0] for line in found if "duplicates" in line] == [said]
