"""A published copy says in its card what it is without, and names nothing of it."""

from dataclasses import replace

import pytest
from card_ledger import golden

from winnow.pipelines.views.card import ask_why, examples, left_out, load_it

LEDGER = golden()


def test_a_whole_build_says_nothing() -> None:
    assert left_out.render(LEDGER) == ""
    assert "DIR/rejected/" in load_it.render(LEDGER)
    assert "winnow rejected DIR" in ask_why.render(LEDGER)


@pytest.mark.parametrize(
    ("folders", "told"),
    [(("keys",), "without `keys/` (the hashes by which"), (("rejected",), "without `rejected/` (the "),
     (("keys", "rejected"), "keeps) and `rejected/` (the ")],
)  # fmt: skip
def test_a_copy_says_what_it_is_without(folders: tuple[str, ...], told: str) -> None:
    assert told in left_out.render(replace(LEDGER, left_out=folders))


def test_a_copy_without_what_was_dropped_names_none_of_it() -> None:
    copy = replace(LEDGER, left_out=("rejected",))
    assert "DIR/rejected/" not in load_it.render(copy)
    assert "winnow rejected DIR" not in ask_why.render(copy)
    assert examples.rejected(copy) == "Left out of this copy, as rejected/ is."
