import json
from pathlib import Path

import pytest
import warc_files
from small_builds import TEXT, recipe, warc

from winnow.pipelines.build import Request, build
from winnow.pipelines.corpus.frequent import Frequent, frequent
from winnow.pipelines.counts import Count
from winnow.pipelines.dedup.duplicates import Duplicates
from winnow.pipelines.dedup.settings import Losses
from winnow.pipelines.dedup.spans.total import Passages
from winnow.pipelines.display import Display
from winnow.pipelines.ledger.lost import LISTED, TooManyLost, hold_domains, hold_lost, lost, lost_of
from winnow.pipelines.ledger.types import Lost, LostDomain
from winnow.pipelines.recipe.model import Dedup, Recipe

FOUND = Duplicates(dropped={"web": {"web": 10, "books": 15}, "books": {"books": 1}})
KEPT = {"web": 100, "books": 8, "code": 5}


def made(share: float, *may_lose: str) -> Recipe:
    return recipe(dedup=Dedup(losses=Losses(share, may_lose)))


def test_the_share_of_each_source() -> None:
    assert lost(FOUND, {"web": 100, "books": 8, "code": 5}) == {"web": 0.25, "books": 0.125}
    assert lost(FOUND, {}) == lost(Duplicates(), {"web": 1}) == {}


def test_past_the_share_a_build_ends() -> None:
    hold_lost(made(0.25), FOUND, KEPT)
    with pytest.raises(TooManyLost) as error:
        hold_lost(made(0.249), FOUND, KEPT)
    assert str(error.value) == (
        "source 'web' loses 25.0% of its 100 documents as copies of those of 'books' (15), 'web' (10), and "
        "max_lost_share of the recipe's [dedup] is 24.9%: raise it, or name the source in may_lose, if that is meant"
    )


def test_what_earlier_builds_keep_is_lost_too() -> None:
    found = Duplicates(dropped={"web": {"web": 10}}, earlier={"web": {"i": 15, "j": 5}, "code": {"i": 4}})
    assert lost(found, {"web": 100, "code": 5}) == {"code": 0.8, "web": 0.3}
    hold_lost(made(0.8), found, KEPT)
    with pytest.raises(TooManyLost, match=r"as copies of those of 'web' \(10\), earlier builds \(20\), and max_lost"):
        hold_lost(made(0.29, "code"), found, KEPT)
    with pytest.raises(TooManyLost, match=r"source 'code' loses 80\.0% of its 5 documents as copies of those of ear"):
        hold_lost(made(0.29, "web"), found, KEPT)


def test_what_is_dropped_for_passages_counts_too() -> None:
    found = Passages(dropped={"web": {"duplicate.spans": 4, "duplicate.substrings": 1}, "code": {"duplicate.spans": 1}})
    assert lost(FOUND, {"web": 100, "books": 8, "code": 5}, found) == {"books": 0.125, "code": 0.2, "web": 0.3}
    hold_lost(made(0.3), FOUND, KEPT, found)
    with pytest.raises(TooManyLost, match=r"'web' \(10\) and for the passages that they share with others \(5\), and"):
        hold_lost(made(0.29), FOUND, KEPT, found)
    with pytest.raises(TooManyLost, match=r"its 5 documents for the passages that they share with others \(1\), and"):
        hold_lost(made(0.19, "web"), FOUND, KEPT, found)


def test_a_source_may_be_let_go() -> None:
    hold_lost(made(0.2, "web"), FOUND, KEPT)
    with pytest.raises(TooManyLost, match=r"source 'books' loses 12\.5%"):
        hold_lost(made(0.1, "web"), FOUND, KEPT)


@pytest.mark.slow
def test_nothing_is_written_then(tmp_path: Path, quiet: Display) -> None:
    given = (str(warc(tmp_path / "a.warc.gz", ["hello there", "hello there", "other words"])),)
    with pytest.raises(TooManyLost, match=r"loses 33\.3% of its 3 documents as copies of those of 'web'"):
        build(Request(made(0.3), given, str(tmp_path / "out")), quiet)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["work"]
    build(Request(made(0.34), given, str(tmp_path / "other")), quiet)


def counted(documents: dict[str, int], most: int = 1000) -> Frequent:
    return frequent({domain: Count(n, n) for domain, n in documents.items()}, most)


DOMAINS = (
    counted({"half.example": 50, "less.example": 49, "few.example": 1}),
    counted({"half.example": 50, "less.example": 51, "few.example": 98, "gone.example": 100, "unknown": 999}),
)
"""Kept, and dropped as copies."""


def test_domains_that_lost_more_than_half_are_told() -> None:
    gone, less = LostDomain("gone.example", 100, 100), LostDomain("less.example", 100, 51)
    assert lost_of(Losses(), DOMAINS) == Lost(Losses(), (gone, less), 0)
    some = Losses(least_domain_documents=99)
    assert lost_of(some, DOMAINS).domains == (gone, LostDomain("few.example", 99, 98), less)
    assert lost_of(Losses(), (Frequent(), Frequent())) == Lost(Losses(), (), 0)


def test_of_many_domains_the_number_is_told() -> None:
    copies = counted({f"{i:03}.example": 100 + i for i in range(LISTED + 2)})
    found = lost_of(Losses(), (Frequent(), copies))
    assert ([one.dropped for one in found.domains], found.more_domains) == ([*range(201, 101, -1)], 2)


def test_where_counts_are_not_exact_a_domain_is_told_only_if_it_surely_lost_so_much() -> None:
    kept, copies = counted({"a.example": 40, "b.example": 9}, 1), counted({"a.example": 60})
    assert (kept.documents("a.example"), lost_of(Losses(), (kept, copies)).domains) == (
        (31, 40), (LostDomain("a.example", 100, 60),),
    )  # fmt: skip
    assert lost_of(Losses(), (counted({"a.example": 40, "b.example": 30}, 1), counted({"a.example": 39}))).domains == ()


def test_past_the_share_of_a_domain_a_build_ends() -> None:
    hold_domains(Losses(), DOMAINS)
    hold_domains(Losses(max_lost_share_of_domain=0.51, domains_may_lose=("gone.example",)), DOMAINS)
    with pytest.raises(TooManyLost) as error:
        hold_domains(Losses(max_lost_share_of_domain=0.509), DOMAINS)
    assert str(error.value) == (
        "max_lost_share_of_domain of the recipe's [dedup] is 50.9%, and documents are lost as copies of "
        "'gone.example' 100.0% of 100, 'less.example' 51.0% of 100: raise it, or name the domains in "
        "domains_may_lose, if that is meant"
    )
    copies = counted({f"{name}.example": 104 - at for at, name in enumerate("edcba")})
    with pytest.raises(TooManyLost, match=r"'b.example' 100.0% of 101 and 1 more: raise it"):
        hold_domains(Losses(max_lost_share_of_domain=0.9, domains_may_lose=("e.example",)), (Frequent(), copies))


@pytest.mark.slow
def test_where_a_domain_lost_too_many_no_build_is_finished(tmp_path: Path, quiet: Display) -> None:
    pages = [("http://www.example.org/1", "hello there"), ("http://example.org/2", "hello there"),
             ("http://example.com/", "other words")]  # fmt: skip
    file, out = tmp_path / "a.warc.gz", tmp_path / "out"
    records = [{"url": url, "body": text.encode(), "http": TEXT} for url, text in pages]
    file.write_bytes(warc_files.write(records, zipped=True))

    def built(share: float, *may_lose: str, replace: bool = False) -> None:
        losses = Losses(max_lost_share_of_domain=share, domains_may_lose=may_lose, least_domain_documents=2)
        build(Request(recipe(dedup=Dedup(losses=losses)), (str(file),), str(out), replace=replace), quiet)

    with pytest.raises(TooManyLost, match=r"copies of 'example\.org' 50\.0% of 2: raise it"):
        built(0.49)
    assert [(out / name).exists() for name in ("ledger.json", "README.md")] == [False, False]
    built(0.49, "example.org", replace=True)
    before = (out / "ledger.json").read_text()
    told = json.loads(before)["lost"]
    assert (told["allowed"]["domains_may_lose"], told["domains"]) == (["example.org"], [])
    assert "a domain of at least 2 documents 49.0 % (more may `example.org`)" in (out / "README.md").read_text()
    with pytest.raises(TooManyLost):
        built(0.49, replace=True)
    assert (out / "ledger.json").read_text() == before
