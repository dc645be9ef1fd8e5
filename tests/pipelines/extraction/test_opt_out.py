import pytest
from selectolax.lexbor import LexborHTMLParser

from winnow.pipelines.extraction import opt_out
from winnow.pipelines.extraction.facts import facts


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("", {}),
        ('<meta name="description" content="noindex">', {}),
        ('<meta name="robots">', {}),
        ('<meta name="robots" content="">', {}),
        ('<meta name="ROBOTS" content=" NoIndex,\n NOAI ">', {"meta_robots": "noindex, noai"}),
        ('<meta name="robots" content="a"><meta name="robots" content="b">', {"meta_robots": "a; b"}),
        ('<meta name="robots" content="a"><meta name="robots" content="A">', {"meta_robots": "a"}),
        ('<meta name="GPTBot" content="noindex">', {"meta_robots": "gptbot: noindex"}),
        ('<meta name="google-extended" content="x">', {"meta_robots": "google-extended: x"}),
        ('<meta name="a bot" content="x"><meta name="botany" content="x">', {}),
        ('<meta name="tdm-reservation" content="1">', {"tdm_reservation": "1"}),
        (
            '<meta name="tdm-reservation" content="0"><meta name="tdm-reservation" content="1">',
            {"tdm_reservation": "0"},
        ),
        (f'<meta name="robots" content="{"x" * 1000}">', {"meta_robots": "x" * 200}),
        ('<meta name="robots" content="x">' * 1000, {"meta_robots": "x"}),
    ],
)
def test_what_meta_tags_ask(head: str, expected: dict[str, str]) -> None:
    tree = LexborHTMLParser(f"<html><head>{head}</head><body>text</body></html>")
    tags = [tag.attributes for tag in tree.css("meta")]
    assert opt_out.facts((tag.get("name"), tag.get("content")) for tag in tags) == expected
    assert facts.asked(tree) == facts.read(tree, None, None).asked == expected
