import pytest

from winnow.pipelines.extraction.extracted import Extracted
from winnow.pipelines.sources.wikipedia.page import Page
from winnow.pipelines.sources.wikipedia.wikitext.to_text import to_text


def text(wikitext: str) -> str:
    found = to_text(wikitext, Page("Title", "en"))
    assert isinstance(found, Extracted)
    return found.text


@pytest.mark.parametrize(
    ("wikitext", "expected"),
    [
        ('{| class="wikitable"\n! Name !! Born\n|-\n| Ada || 1815\n|-\n| Alan\n| 1912\n|}',
         "Name | Born\nAda | 1815\nAlan | 1912"),
        ('{| class=wikitable\n|+ People\n|-\n! scope="row" | Ada\n| style="x" | 1815\n|}', "People\nAda | 1815"),
        ("{| class=wikitable\n| rowspan=2 | A || 1\n|-\n| 2\n|-\n| B || 3\n|}", "A | 1\nA | 2\nB | 3"),
        ("{| class=wikitable\n| rowspan=99 | " + "x" * 81 + " || 1\n|-\n| 2\n|}", "x" * 81 + " | 1\n | 2"),
        ("{| class=wikitable\n| a<ref>x</ref> || {{flagicon|X}} [[b|c]]\n|}", "a | c"),
        ("{| class=wikitable\n| \n* one\n* two\n| b\nc\n|}", "one, two | b c"),
        ("{| class=wikitable\n| a\n{| class=wikitable\n| b || c\n|}\n| d\n|}", "a b c | d"),
        ("{| class=wikitable\n| a || b\n|-\n|\n|-\n|}\nafter", "a | b\n\nafter"),
        ("{| class=wikitable\n| Flag || Name\n|-\n| [[File:x.svg]] || A\n|-\n| [[File:y.svg]] || B\n|}", "Name\nA\nB"),
        ("{| class=infobox\n| a || b\n|}after", "after"),
        ('{| class="navbox x"\n| a\n|}\nafter', "after"),
        ("{|\n| " + "long prose " * 40 + "\n| other\n|}", ("long prose " * 40).strip() + "\n\nother"),
        ("{| role=presentation\n| one || two\n|}", "one\n\ntwo"),
        ("{|\n| one || two\n|}", "one | two"),
        ("{| class=wikitable\n| a\n== One ==\nb", "a\n\nOne\n\nb"),  # never closed
        (":{| class=wikitable\n| a || b\n|}", "a | b"),
        ("{{(!}} class=wikitable\n{{!}} a {{!!}} b\n{{!)}}", "a | b"),
        ("<table class='wikitable'><tr><th>a</th><td>b</td></tr><tr><td>c<td>d</table>e", "a | b\nc | d\n\ne"),
        ("{| class=wikitable\n|-\n! A\n| {{yes}}\n| {{no|Never}}\n|}", "A | Yes | Never"),
        ("{| class=wikitable\n| * || # || -1\n|}", "* | # | -1"),
    ],
)  # fmt: skip
def test_tables(wikitext: str, expected: str) -> None:
    assert text(wikitext) == expected


def test_what_is_repeated_is_bounded() -> None:
    rows = "".join("|-\n| x\n" for _ in range(2000))
    found = text("{| class=wikitable\n| rowspan=9999 | " + "y" * 80 + " || z\n" + rows + "|}")
    assert len(found) < 40_000


def test_nested_past_the_limit_go() -> None:
    assert text("a\n" + "{|\n| b\n" * 9 + "|}\n" * 9 + "c").split() == ["a", *"b" * 4, "c"]
