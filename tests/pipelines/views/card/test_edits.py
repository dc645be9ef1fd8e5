from dataclasses import replace

from card_ledger import cells, golden

from winnow.pipelines.views.card import edits


def test_a_line_for_each_thing_that_a_step_did() -> None:
    made = replace(golden(), edits={"mask": {"emails": 1200, "ip_addresses": 1}, "c4_lines": {"javascript": 3}})
    assert cells(edits.render(made))[2:] == [
        ["`mask`", "`emails`", "1,200"], ["`mask`", "`ip_addresses`", "1"], ["`c4_lines`", "`javascript`", "3"],
    ]  # fmt: skip


def test_without_edits_it_says_so() -> None:
    for none in ({}, {"mask": {}}):
        assert edits.render(replace(golden(), edits=none)) == "No step changed a text after its extraction."
