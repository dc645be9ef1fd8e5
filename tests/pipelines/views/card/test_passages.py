from dataclasses import replace

import pytest
from card_ledger import golden

from winnow.pipelines.counts import Count
from winnow.pipelines.dedup.spans.total import Passages
from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.views.card import duplicates, edits, known_limits, passages, stages
from winnow.pipelines.views.funnel import funnel


def with_passages(found: Passages, **rules: Count) -> Ledger:
    """With documents that were dropped by `duplicate.` and these names."""
    ledger = golden()
    copies = ledger.total.rejected["dedup"] | {f"duplicate.{name}": count for name, count in rules.items()}
    cut = Count(found.documents, found.characters)
    total = replace(ledger.total, rejected=ledger.total.rejected | {"dedup": copies}, cut=cut)
    return replace(ledger, passages=found, total=total, edits=ledger.edits | {"dedup": found.pieces})


NONE = "Passages that several documents have were looked for, and none was found."


def test_where_they_are_not_looked_for() -> None:
    assert passages.render(golden()) == ""
    assert "Passages that documents share were not looked for." in known_limits.render(golden())
    assert "copies of a document that was kept " in stages.render(golden())


def test_where_none_was_found() -> None:
    ledger = replace(golden(), passages=Passages())
    assert passages.render(ledger) == NONE
    assert duplicates.render(ledger).endswith(f"\n\n{NONE}")
    assert duplicates.render(replace(ledger, duplicates=replace(ledger.duplicates, clusters=0))).endswith(f"\n\n{NONE}")
    assert "were not looked for" not in known_limits.render(ledger)


@pytest.mark.parametrize(
    ("pieces", "said"),
    [
        ({"paragraph": 1}, "lost 1 paragraph, 1,000 characters"),
        ({"line": 2, "substring": 1}, "lost 2 lines and 1 run of words, 1,000 characters"),
        ({"sentences": 2, "substring": 3000}, "lost 2 runs of three sentences and 3,000 runs of words, 1,000"),
        ({"sentences": 1}, "lost 1 run of three sentences, 1,000"),
    ],
)
def test_what_was_cut(pieces: dict[str, int], said: str) -> None:
    assert said in passages.render(with_passages(Passages(3, 1000, pieces)))


def test_who_was_dropped() -> None:
    found = Passages(1, 10, {"line": 1}, {"web": {"duplicate.spans": 3, "duplicate.substrings": 1}}, 1)
    text = passages.render(with_passages(found, spans=Count(3, 9), substrings=Count(1, 2)))
    assert (
        "4 documents were dropped because more than the recipe's share of them stands in documents that stayed: 3 by "
        "`duplicate.spans`, 1 by `duplicate.substrings`. 1 document lost more than that and stayed, for others lost a "
        "passage to it."
    ) in text
    assert "others lost a passage to them." in passages.render(with_passages(replace(found, holding=2)))
    assert "30 with the very text of the kept one" in duplicates.render(with_passages(found, spans=Count(3, 9)))


def test_the_edits_and_the_stages_name_them() -> None:
    ledger = with_passages(Passages(2, 1000, {"line": 5}), spans=Count(3, 9))
    assert "What stands under `dedup` was cut of kept documents, for it stands in others too." in edits.render(ledger)
    assert "dedup: copies of a document that was kept, and what consists of passages of others" in stages.render(ledger)


def test_characters_that_were_cut_go_with_the_duplicates() -> None:
    before, after = golden(), with_passages(Passages(2, 1000, {"line": 5}))
    one, other = (funnel(ledger, ledger.total) for ledger in (before, after))
    assert [b.characters - a.characters for a, b in zip(one, other, strict=True)] == [1000] * (len(one) - 1) + [0]
