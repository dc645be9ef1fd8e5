import pytest

from winnow.filters.document import Document
from winnow.filters.families.opt_out import OptOut
from winnow.filters.rules import judge
from winnow.filters.text import Text

NAMES = ("noai", "noindex", "noarchive", "tdm_reservation")


def asked(meta: dict[str, str], step: OptOut | None = None) -> set[str] | None:
    """What is asked; None where it is not known."""
    document = Document(id="0" * 32, text="", source="web", meta=meta)
    measures = (step or OptOut()).measure(document, Text(""))
    assert tuple(measures) == NAMES
    if None in measures.values():
        assert set(measures.values()) == {None}
        return None
    return {name for name, value in measures.items() if value}


@pytest.mark.parametrize(
    ("meta", "expected"),
    [
        ({}, None),
        ({"charset": "utf-8"}, None),
        ({"http_status": "200"}, set()),
        ({"meta_robots": "index, follow"}, set()),
        ({"x_robots_tag": "noai, noimageai"}, {"noai"}),
        ({"x_robots_tag": "noimageai"}, set()),
        ({"meta_robots": "noindex,nofollow"}, {"noindex"}),
        ({"meta_robots": "none"}, {"noindex"}),
        ({"meta_robots": "max-snippet:-1, noarchive"}, {"noarchive"}),
        ({"x_robots_tag": "unavailable_after: 25 jun 2010 15:00:00 pst, noindex"}, {"noindex"}),
        ({"x_robots_tag": "otherbot: noindex, noarchive"}, set()),
        ({"x_robots_tag": "otherbot: noindex; noarchive"}, {"noarchive"}),
        ({"x_robots_tag": "gptbot: noindex, noarchive"}, {"noindex", "noarchive"}),
        ({"x_robots_tag": "gptbot : none"}, {"noindex"}),
        ({"meta_robots": "noai", "x_robots_tag": "noindex"}, {"noai", "noindex"}),
        ({"tdm_reservation": "1"}, {"tdm_reservation"}),
        ({"tdm_reservation": "0"}, set()),
        ({"tdm_reservation": "10"}, set()),
        ({"meta_robots": ";,:;: ,"}, set()),
    ],
)
def test_what_is_asked(meta: dict[str, str], expected: set[str] | None) -> None:
    assert asked(meta) == expected


def test_robots_that_count_are_named_in_the_recipe() -> None:
    said = {"meta_robots": "otherbot: noai; gptbot: noindex"}
    assert asked(said, OptOut(agents=("otherbot",))) == {"noai"}
    assert asked(said, OptOut(agents=())) == set()


def test_nothing_is_dropped_unless_the_recipe_says_so() -> None:
    assert judge(dict.fromkeys(NAMES, 1.0), OptOut.RULES) == []
