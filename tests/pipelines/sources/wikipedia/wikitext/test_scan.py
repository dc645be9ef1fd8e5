"""The tree of templates, links and tags."""

import bz2
import re
from pathlib import Path

import mwparserfromhell
import pytest

from winnow.pipelines.sources.wikipedia.wikitext.nodes import Argument, Link, Nodes, Tag, Template
from winnow.pipelines.sources.wikipedia.wikitext.scan import TooDeep, scan

EXCERPT = Path(__file__).resolve().parents[6] / "shared/data/wikipedia/enwiki-pages-articles-shortened.xml.bz2"


def flat(nodes: Nodes) -> Nodes:
    """Neighbouring texts as one, empty ones left out."""
    found: Nodes = []
    for node in nodes:
        if isinstance(node, str) and found and isinstance(found[-1], str):
            found[-1] += node
        elif isinstance(node, Tag):
            found.append(node)
        elif not isinstance(node, str):
            found.append(type(node)([flat(part) for part in node.parts]))
        elif node:
            found.append(node)
    return found


@pytest.mark.parametrize(
    ("wikitext", "expected"),
    [
        ("", []),
        ("a|b", ["a|b"]),
        ("a{{b}}c", ["a", Template([["b"]]), "c"]),
        ("{{a|b=c|}}", [Template([["a"], ["b=c"], []])]),
        ("{{a|{{b|c}}}}", [Template([["a"], [Template([["b"], ["c"]])]])]),
        ("{{{a|b}}}", [Argument([["a"], ["b"]])]),
        ("{{{{a}}}}", ["{", Argument([["a"]]), "}"]),
        ("{{{{{a}}}}}", [Template([[Argument([["a"]])]])]),
        ("{{{a}} b", ["{", Template([["a"]]), " b"]),
        ("[[a|b [[c]]]]", [Link([["a"], ["b ", Link([["c"]])]])]),
        ("{{a|[[b|c]]}}", [Template([["a"], [Link([["b"], ["c"]])]])]),
        ("{{a|[[b}} c", [Template([["a"], ["b"]]), " c"]),  # a link that is never closed
        ("{{a [[b]] c", ["a ", Link([["b"]]), " c"]),  # a template that is never closed
        ("{{a|b=c|d=e\n\nf [[g]]", ["\n\nf ", Link([["g"]])]),  # one with parts: the page goes on behind an empty line
        ("{{a|b|c\n\nd|e\n\nf", ["\n\nd|e\n\nf"]),
        ("{{a|b\n\nc|d", ["a|b\n\nc|d"]),
        ("{{a|b|c", ["a|b|c"]),
        ("{{a|b", ["a|b"]),
        ("a}} ]] b", ["a}} ]] b"]),
        ("{{{{{{{{{a", ["a"]),
        ("a<ref>b{{c</ref>d", ["a", Tag("ref", "", "b{{c"), "d"]),
        ("<ref name=x />a", [Tag("ref", " name=x ", ""), "a"]),
        ("<nowiki>{{a}}</nowiki >", [Tag("nowiki", "", "{{a}}")]),
        ("<refs>a</refs> <REF>b</Ref>", ["<refs>a</refs> ", Tag("ref", "", "b")]),
        ("<pre>a", [Tag("pre", "", ""), "a"]),
        ("<ref>a\nb", [Tag("ref", "", ""), "\nb"]),
        ("<ref a", [" a"]),
        ("a<!-- {{b}} -->c", ["ac"]),
        ("a\n<!-- b -->\nc", ["a\nc"]),
        ("a<!-- b", ["a"]),
    ],
)
def test_trees(wikitext: str, expected: Nodes) -> None:
    found = flat(scan(wikitext, 20))
    assert [
        type(node)([flat(part) for part in node.parts]) if hasattr(node, "parts") else node for node in found
    ] == expected


@pytest.mark.parametrize(
    ("wikitext", "depth"), [("{{a|{{b}}}}", 2), ("[[a|[[b]]]]", 2), ("{{{{a}}}}", 2), ("{{a}}{{b}}", 1), ("[[a{{b", 2)]
)
def test_depth_on_both_sides(wikitext: str, depth: int) -> None:
    scan(wikitext, depth)
    with pytest.raises(TooDeep):
        scan(wikitext, depth - 1)


@pytest.mark.skipif(not EXCERPT.exists(), reason="needs the shared Wikipedia excerpt")
def test_the_same_templates_and_links_as_mwparserfromhell_finds() -> None:
    pages = re.findall(r"<text[^>]*>([^<]*)</text>", bz2.decompress(EXCERPT.read_bytes()).decode())
    same = 0
    for page in pages[:60]:
        wikitext = page.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
        wikitext = re.sub(
            r"<!--.*?-->|<(ref|math|nowiki|pre|gallery|source)\b[^<>]*>.*?</\1>|<ref[^<>]*/>",
            "",
            wikitext,
            flags=re.DOTALL,
        )
        code = mwparserfromhell.parse(wikitext, skip_style_tags=True)
        theirs = (len(code.filter_templates()), len(code.filter_wikilinks()))
        same += theirs == (count(scan(wikitext, 100), Template), count(scan(wikitext, 100), Link))
    assert (len(pages[:60]), same) == (60, 60)


def count(nodes: Nodes, kind: type) -> int:
    """How many nodes of a kind there are, inside one another too."""
    inner = [part for node in nodes if isinstance(node, Template | Link | Argument) for part in node.parts]
    return sum(isinstance(node, kind) for node in nodes) + sum(count(part, kind) for part in inner)
