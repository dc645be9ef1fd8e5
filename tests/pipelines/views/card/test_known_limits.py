from dataclasses import replace

import pytest
from card_ledger import golden, with_rejected

from winnow.pipelines.counts import Count
from winnow.pipelines.ledger.types import Ledger, StepName
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


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ({}, "- Personal data was not masked."),
        ({"lines": {"javascript": 2}}, "- Personal data was not masked."),
        ({"mask": {"emails": 1}}, "- Only e-mail addresses were masked; names, telephone numbers, postal addresses and "
                                  "all other personal data are as they were published."),
        ({"mask": {"emails": 1, "ip_addresses": 1}}, "- Only e-mail addresses and IPv4 addresses were masked; names, "
         "telephone numbers, postal addresses and all other personal data are as they were published."),
    ],
)  # fmt: skip
def test_what_was_masked(edits: dict[str, dict[str, int]], expected: str) -> None:
    assert [line for line in lines(replace(golden(), edits=edits)) if "masked" in line] == [expected]


def test_where_it_was_masked() -> None:
    """The golden ledger has the sources `web` and `old books`."""
    made = golden()
    names = [StepName(name, "mask_personal", True, False, (source,)) for name, source in
             (("pages", "web"), ("prints", "old books"))]  # fmt: skip
    made = replace(made, steps=(*made.steps, *names))
    for edits, said in (
        ({"pages": {"emails": 0, "ip_addresses": 0}}, "e-mail addresses (in `web`) and IPv4 addresses (in `web`)"),
        ({"pages": {"emails": 3, "ip_addresses": 0}, "prints": {"emails": 1}},
         "e-mail addresses and IPv4 addresses (in `web`)"),
        ({"pages": {"emails": 3}, "prints": {"emails": 0}}, "e-mail addresses (in `web`)"),
    ):  # fmt: skip
        found = [line for line in lines(replace(made, edits=edits)) if "masked" in line]
        assert found == [f"- Only {said} were masked; names, telephone numbers, postal addresses and all other "
                         "personal data are as they were published."]  # fmt: skip


def test_of_no_step_at_all() -> None:
    bare = lines(replace(golden(), steps=(), rules=()))
    assert "- The language of the texts was not determined." in bare
    assert [line for line in bare if line.startswith("- Published limits were tuned on English")] == []
