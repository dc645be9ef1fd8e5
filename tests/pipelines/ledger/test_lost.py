from pathlib import Path

import pytest
from small_builds import recipe, warc

from winnow.pipelines.build import Request, build
from winnow.pipelines.dedup.duplicates import Duplicates
from winnow.pipelines.display import Display
from winnow.pipelines.ledger.lost import TooManyLost, hold_lost, lost
from winnow.pipelines.recipe.model import Dedup, Recipe

FOUND = Duplicates(dropped={"web": {"web": 10, "books": 15}, "books": {"books": 1}})
KEPT = {"web": 100, "books": 8, "code": 5}


def made(share: float, *may_lose: str) -> Recipe:
    return recipe(dedup=Dedup(max_lost_share=share, may_lose=may_lose))


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


def test_a_source_may_be_let_go() -> None:
    hold_lost(made(0.2, "web"), FOUND, KEPT)
    with pytest.raises(TooManyLost, match=r"source 'books' loses 12\.5%"):
        hold_lost(made(0.1, "web"), FOUND, KEPT)


def test_nothing_is_written_then(tmp_path: Path, quiet: Display) -> None:
    given = (str(warc(tmp_path / "a.warc.gz", ["hello there", "hello there", "other words"])),)
    with pytest.raises(TooManyLost, match=r"loses 33\.3% of its 3 documents as copies of those of 'web'"):
        build(Request(made(0.3), given, str(tmp_path / "out")), quiet)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["work"]
    build(Request(made(0.34), given, str(tmp_path / "other")), quiet)
