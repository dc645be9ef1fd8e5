from winnow.pipelines.sources.wikipedia.wikitext.call import Call
from winnow.pipelines.sources.wikipedia.wikitext.nodes import Nodes, Template


def call(*parts: Nodes) -> tuple[Call, list[Nodes]]:
    asked: list[Nodes] = []

    def expand(nodes: Nodes) -> str:
        asked.append(nodes)
        return "".join(node if isinstance(node, str) else "T" for node in nodes)

    return Call("name", list(parts), expand, "en"), asked


def test_arguments_by_place_and_by_name() -> None:
    given, _ = call([" a "], ["key = b"], ["c"], ["3=d"], [""], ["1=e"])
    assert given.positional() == ["e", "c", ""]
    assert (given.get("key"), given.get("none"), given.get("none", "2"), given.get("3", "key")) == ("b", "", "c", "b")


def test_what_nobody_asks_for_is_not_expanded() -> None:
    given, asked = call(["a", Template([["x"]])], ["key=", Template([["y"]])])
    assert given.get("key") == "T"
    assert given.get("key") == "T"
    assert ["a", Template([["x"]])] not in asked
    assert asked.count(["", Template([["y"]])]) == 1
