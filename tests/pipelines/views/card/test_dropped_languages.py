from dataclasses import replace

import pytest
from card_ledger import cells, golden

from winnow.pipelines.ledger.types import DroppedLanguage, DroppedLanguages
from winnow.pipelines.views.card import dropped_languages


def told(*found: DroppedLanguage, more: int = 0, share: float = 0.5) -> str:
    return dropped_languages.render(replace(golden(), dropped_languages=DroppedLanguages(share, found, more)))


def test_where_no_rule_dropped_much_nothing_is_said() -> None:
    assert told() == ""


def test_each_has_the_command_that_shows_twenty() -> None:
    text = told(DroppedLanguage("th", 40, "q.words", 36), DroppedLanguage("C|`x`", 1000, "a.b", 999), share=0.25)
    assert text.startswith("**More than 25.0 % of a language went by one rule** (of those with at least 20 documents).")
    assert cells(text.replace(r"\|", "/"))[2:] == [
        ["`th`", "`q.words`", "40", "36", "90.0 %"],
        ["`` C/`x` ``", "`a.b`", "1,000", "999", "99.9 %"],
    ]
    assert text.splitlines()[-2:] == [
        "- `winnow rejected DIR --rule q.words --language th`",
        "- ``winnow rejected DIR --rule a.b --language 'C|`x`'``",
    ]


@pytest.mark.parametrize(
    ("listed", "more", "said"), [(10, 0, None), (11, 0, "And 1 more."), (12, 5000, "And 5,002 more.")]
)
def test_ten_are_listed(listed: int, more: int, said: str | None) -> None:
    text = told(*(DroppedLanguage(f"x{i}", 100, "a.b", 60) for i in range(listed)), more=more)
    assert len(cells(text)) == 12
    assert [line for line in text.splitlines() if line.startswith("And")] == ([said] if said else [])
