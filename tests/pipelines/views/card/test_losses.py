from dataclasses import replace

import pytest
from card_ledger import cells, golden

from winnow.pipelines.counts import Count
from winnow.pipelines.dedup.settings import Losses
from winnow.pipelines.ledger.types import Lost, LostDomain
from winnow.pipelines.views.card import losses


def told(*domains: LostDomain, more: int = 0, allowed: Losses | None = None) -> str:
    return losses.render(replace(golden(), lost=Lost(allowed or Losses(), domains, more)))


@pytest.mark.parametrize(("gone", "named"), [(841, False), (842, True)])
def test_sources_that_lost_more_than_half_are_named(gone: int, named: bool) -> None:
    ledger = golden()
    web = ledger.sources["web"]
    kept = web.total.kept.documents  # 841
    source = replace(web, total=replace(web.total, rejected={"dedup": {"duplicate.exact": Count(gone, 1)}}))
    made = replace(
        ledger, lost=Lost(Losses(), (), 0), sources={"web": source},
        duplicates=replace(ledger.duplicates, dropped={"web": {"web": gone}}),
    )  # fmt: skip
    share = f"**More than half of their documents were copies: `web` ({gone / (kept + gone):.1%}".replace("%", " %")
    assert losses.render(made) == (f"{share}).**" if named else "")


def test_where_nothing_lost_much_and_nothing_is_held_nothing_is_said() -> None:
    assert told() == ""


def test_domains_that_lost_more_than_half() -> None:
    text = told(LostDomain("a|b", 1200, 700), LostDomain("c.example", 100, 99))
    assert text.startswith("**2 domains of at least 100 documents lost more than half as copies:**\n\n")
    assert cells(text.replace(r"\|", "/"))[2:] == [
        ["`a/b`", "1,200", "700", "58.3 %"],
        ["`c.example`", "100", "99", "99.0 %"],
    ]
    assert "1 domain of at least 1 document lost" in told(
        LostDomain("c", 2, 2), allowed=Losses(least_domain_documents=1)
    )


@pytest.mark.parametrize(
    ("listed", "more", "said"), [(10, 0, ""), (11, 0, "And 1 more."), (12, 5000, "And 5,002 more.")]
)
def test_ten_domains_are_listed(listed: int, more: int, said: str) -> None:
    text = told(*(LostDomain(f"d{i}", 100, 60) for i in range(listed)), more=more)
    assert len(cells(text)) == 12
    assert (text.splitlines()[-1] if said else "") == said


def test_what_the_recipe_holds_and_lets_go() -> None:
    assert told(allowed=Losses(0.5)) == (
        "By the recipe a source may lose 50.0 % as copies; past that the build would have failed."
    )
    assert told(allowed=Losses(0.5, ("a b",), 0.9, ("x.example", "y"), 7)) == (
        "By the recipe a source may lose 50.0 % (more may `a b`) and a domain of at least 7 documents 90.0 % (more may "
        "`x.example`, `y`) as copies; past that the build would have failed."
    )
    assert "| `x.example` (may) |" in told(
        LostDomain("x.example", 10, 9), allowed=Losses(domains_may_lose=("x.example",))
    )
