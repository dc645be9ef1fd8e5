import pytest

from winnow.pipelines.extraction.facts import json_ld
from winnow.pipelines.extraction.facts.json_ld import MOST_CHARACTERS, MOST_DEPTH, read, types


def kinds(*scripts: str) -> list[str]:
    return [name for thing in read(scripts).things for name in types(thing)]


@pytest.mark.parametrize(
    ("scripts", "expected"),
    [
        ([], []),
        (["", " ", "null", "1", '"a"'], []),
        (['{"@type": "Article"}'], ["Article"]),
        (['{"@type": ["Article", "https://schema.org/WebPage", "schema:Thing", 1]}'], ["Article", "WebPage", "Thing"]),
        (['[{"@type": "A"}, [{"@type": "B"}]]', '{"@type": "C"}'], ["A", "B", "C"]),
        (['{"@graph": [{"@type": "A"}, {"@type": "B", "mainEntity": {"@type": "C"}}]}'], ["A", "B", "C"]),
        # what it lists is not what it is about
        (['{"@type": "ItemList", "itemListElement": [{"@type": "Article"}]}'], ["ItemList"]),
        (['{"@type": "Article", "comment": {"@type": "Comment"}}'], ["Article"]),
        (['{"@type": "Article",}'], ["Article"]),  # no JSON
        (["{" * 1000], []),
    ],
)
def test_the_things_of_a_page(scripts: list[str], expected: list[str]) -> None:
    assert kinds(*scripts) == expected


def test_what_is_too_long_is_not_read() -> None:
    one = '{"@type": "A"}'
    assert kinds(one + " " * (MOST_CHARACTERS - len(one))) == ["A"]
    assert kinds(one + " " * (MOST_CHARACTERS - len(one) + 1)) == []
    assert kinds(one, " " * MOST_CHARACTERS, one) == ["A"]


@pytest.mark.parametrize(("depth", "expected"), [(MOST_DEPTH, ["A"]), (MOST_DEPTH + 1, [])])
def test_what_is_too_deep_is_not_read(depth: int, expected: list[str]) -> None:
    inner = "[" * (depth - 1) + "]" * (depth - 1)
    assert kinds('{"@type": "A", "b": ' + inner + "}") == expected


def test_brackets_in_strings_are_not_deep() -> None:
    assert kinds('{"@type": "A", "b": "' + "[{" * 1000 + '"}') == ["A"]


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("null", []),
        ('"Ada"', ["Ada"]),
        (
            '["Ada", {"name": "Ben"}, {"name": ["Cleo", "Dan"]}, 1, {}, {"name": {"a": 1}}]',
            ["Ada", "Ben", "Cleo", "Dan"],
        ),
        ('{"@id": "#ada"}', ["Ada Miller"]),
        ('{"@type": "Person", "@id": "#ada"}', ["Ada Miller"]),
        ('{"@id": "#nobody"}', []),
        ('{"@id": ["#ada"]}', []),
    ],
)
def test_names_of_a_property(author: str, names: list[str]) -> None:
    person = '{"publisher": {"employee": {"@id": "#ada", "@type": "Person", "name": "Ada Miller"}}}'
    linked = read(['{"@type": "Article", "author": ' + author + "}", person])
    assert list(linked.names(linked.things[0].get("author"))) == names


def test_the_fullest_object_of_a_name_counts() -> None:
    linked = read(['[{"@id": "a", "name": "x"}, {"@id": "a", "name": "y", "url": "z"}, {"@id": "a", "name": "w"}]'])
    assert linked.followed({"@id": "a"}) == {"@id": "a", "name": "y", "url": "z"}


def test_references_are_looked_up_among_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    script = '[{"@id": "a", "name": "x"}, {"@id": "b", "name": "y"}]'
    monkeypatch.setattr(json_ld, "MOST_THINGS", 1)
    assert list(read([script]).by_id) == ["a"]
