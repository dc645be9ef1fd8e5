import pytest
from lxml import etree

from winnow.pipelines.sources.books.markup import roles


def element(source: str) -> etree._Element:
    return etree.fromstring(source)


def test_roles_are_every_word_of_class_type_and_role() -> None:
    made = element("<p xmlns:e='http://www.idpf.org/2007/ops' class='A b' e:type='z3998:verse' role='doc-noteref'/>")
    assert roles.roles(made) == {"a", "b", "z3998:verse", "doc-noteref"}


@pytest.mark.parametrize(
    ("words", "expected"), [({"i4"}, 4), ({"indent2"}, 2), ({"i99"}, 12), ({"i"}, 0), ({"pi2"}, 0), (set(), 0)]
)
def test_indentation(words: set[str], expected: int) -> None:
    assert roles.indentation(frozenset(words)) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p><a href='#a'>x</a></p>", True), ("<p><a href='a.xhtml'>x</a>, <a href='#b'>y</a>.</p>", True),
        ("<p><a href='#a'>x</a> y</p>", False), ("<p><a href='http://a/'>x</a></p>", False), ("<p>x</p>", False),
        ("<ul><li><a href='#a'>x</a></li><li><a href='#a'>x</a> y</li><li><a href='#a'>z</a></li></ul>", True),
        ("<ul><li><a href='#a'>x</a></li><li><a href='#a'>x</a> y</li></ul>", False),
        ("<ul><li><a href='#a'>x</a></li><li>y</li><li>y</li><li><a href='#a'>z</a></li></ul>", False),
    ],
)  # fmt: skip
def test_contents(source: str, expected: bool) -> None:
    made = element(source)
    assert roles.is_contents(roles.name_of(made), made) is expected


@pytest.mark.parametrize(("length", "expected"), [(120, True), (121, False)])
def test_a_list_of_short_items_holds_lines(length: int, expected: bool) -> None:
    made = element(f"<ul><li>{'x' * length}</li></ul>")
    assert roles.holds_lines("ul", made, frozenset()) is expected
