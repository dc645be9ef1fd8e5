from selectolax.lexbor import LexborHTMLParser

from winnow.pipelines.extraction.blocks.tags import ACT, by_name, by_number

PAGE = (
    "<!doctype html><!-- --><x-y>a</x-y><svg><a/><foreignObject><p>b</p></foreignObject></svg><marquee>"
    "<math><mi>c</mi><semantics><annotation-xml/></semantics></math>"
)


def test_the_number_of_a_tag_stands_for_its_name() -> None:
    tree = LexborHTMLParser(PAGE)
    assert tree.root is not None
    assert tree.root.parent is not None
    nodes = [
        *tree.root.parent.traverse(include_text=True),
        *(tree.create_node(tag) for tag in ACT if tag[:1].isalpha()),
    ]
    known = by_number()
    assert [known.get(node.tag_id, by_name(node)) for node in nodes] == [by_name(node) for node in nodes]
    told = {node.tag for node in nodes if node.tag_id in known}
    assert told >= {"-text", "-comment", "-doctype", "html", "p", "td", "mi", "script"}
    assert "x-y" not in told
