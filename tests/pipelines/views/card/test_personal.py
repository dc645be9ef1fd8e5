from dataclasses import replace

import pytest
from card_ledger import cells, golden

from winnow.pipelines.ledger.types import StepName
from winnow.pipelines.views.card import personal

REST = ("Names, telephone numbers, postal addresses, numbers of accounts and papers, IPv6 addresses and all other "
        "personal data were not looked for: they are as they were published.")  # fmt: skip
THERE = ("What was masked can be read in the column `edits`, which leads back to the text as extracted: leave it "
         "out where that must not be.")  # fmt: skip
NOTHING = "Personal data was not looked for and not masked: it is as it was published."
NONE = "Steps that mask addresses or secrets looked and masked none."


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ({}, [NOTHING]),
        ({"lines": {"javascript": 2}}, [NOTHING]),
        ({"mask": {"emails": 0, "ip_addresses": 0}}, [NONE, REST]),
        ({"mask": {"emails": 1, "ip_addresses": 0}}, ["Masked in place: e-mail addresses.", THERE, REST]),
        (
            {"mask": {"emails": 1, "ip_addresses": 2}},
            ["Masked in place: e-mail addresses, IPv4 addresses.", THERE, REST],
        ),
    ],
)  # fmt: skip
def test_what_was_masked(edits: dict[str, dict[str, int]], expected: list[str]) -> None:
    assert personal.lines(replace(golden(), edits=edits)) == expected


def test_how_often_and_where() -> None:
    """The golden ledger has the sources `web` and `old books`."""
    made = golden()
    steps = (StepName("pages", "mask_personal", True, False, ("web",)), StepName("keys", "mask_secrets", True, False))
    edits = {"pages": {"emails": 3, "ip_addresses": 0}, "keys": {"web_tokens": 2}, "lines": {"javascript": 4}}
    text = personal.render(replace(made, steps=(*made.steps, *steps), edits=edits))
    assert cells(text)[2:] == [
        ["e-mail addresses", "`pages`", "`web`", "3"], ["IPv4 addresses", "`pages`", "`web`", "0"],
        ["`web_tokens`", "`keys`", "`web`, `old books`", "2"],
    ]  # fmt: skip
    assert text.startswith("Masked in place: e-mail addresses, web tokens.\n\n|")
    assert text.endswith(f"\n\n{THERE}\n\n{REST}")


def test_a_source_that_no_step_masks_is_named() -> None:
    made = golden()
    step = StepName("pages", "mask_personal", True, False, ("web",))
    found = replace(made, steps=(step,), edits={"pages": {"emails": 3}})
    assert personal.lines(found)[2] == "Nothing was masked in `old books`."
