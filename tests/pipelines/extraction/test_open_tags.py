"""How deep a page may be is estimated before its tree is made: where it matters, and only there."""

import time

import pytest

from winnow.filters.rules import Reject
from winnow.pipelines.extraction import main_text
from winnow.pipelines.extraction.extract import extract
from winnow.pipelines.extraction.open_tags import costly_depth
from winnow.pipelines.extraction.settings import BLOCKS, ExtractSettings


def distinct(count: int, tag: str = "<b id={}>", behind: str = "") -> str:
    return "".join(tag.format(number) + behind for number in range(count))


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("", 0),
        ("<div>" * 17_000, 0),  # as deep as can be, and no harm in it
        ("<div>" * 18_000, 18_000),
        ("<div>x</div>" * 10_000, 0),
        ("<p>x" * 12_000 + "<ul>" + "<li>x" * 12_000, 0),
        ("<table>" + "<tr><td>x" * 12_000, 0),
        ("<svg>" + "<path d=x />" * 15_000, 0),
        # what is left open is opened anew, but of equal tags three
        (distinct(3_000, "<p><b id={}>", "x</p>"), 3_000),
        ("<p><b>x</p>" * 5_000, 0),
        (distinct(3_000, "<p><b id={}>", "x</b></p>"), 0),
        (distinct(9_000, "<p><a href={}>", "x</p>"), 0),
        ("<FONT>x</FONT>" * 8_000, 0),
        # end tags are looked for in all that is open
        ("<span>" * 3_000 + "</i>" * 100_000, 3_000),
        ("<span>" * 200 + "</i>" * 40_000, 0),
        # ends that end nothing
        ("<div></span>" * 13_000, 13_000),
        ("<div><table><td></div>" * 5_500, 16_500),
        ("<div><svg></div></svg>" * 9_000, 9_001),
        ("<div><!--</div>-->" * 13_000, 13_000),
        ("<div><i title='</div>'></i>" * 9_000, 9_001),
        (distinct(3_000, "<p><b id={}>", "<textarea></b></textarea>x</p>"), 3_001),
        # tags that are none
        ("<script>" + "'<div>'" * 20_000 + "</script>", 0),
        ("<!--" + "<div>" * 20_000, 0),
    ],
)
def test_depth(page: str, expected: int) -> None:
    assert costly_depth(page.encode()) == expected


LIMITS = ExtractSettings(engine=BLOCKS)


@pytest.mark.parametrize(
    ("html", "rule", "value", "limit"),
    [
        ("<div>" * 29_000 + "x", "extract.depth", 29_000, 200),
        (distinct(14_000, "<p><b id={}>", "x</p>"), "extract.depth", 14_000, 200),
        (distinct(14_000, "<li><font color={}>x"), "extract.depth", 14_000, 200),
        ("<b>" * 4_000 + "</i>" * 80_000, "extract.depth", 4_000, 200),
        (distinct(20_000, "<body a{}=1>"), "extract.attributes", 20_000, 2_000),
        (("<i " + distinct(1_900, " a{}") + ">x</i>") * 200, "extract.all_attributes", 380_000, 300_000),
    ],
)
def test_costly_pages_are_rejected_by_name(html: str, rule: str, value: int, limit: int) -> None:
    assert extract(html, None, None, LIMITS) == Reject(rule, value, limit)


@pytest.mark.slow
@pytest.mark.parametrize(
    "shape",
    [
        lambda n: "<select><button><selectedcontent></selectedcontent></button>" + "<option selected>x" * n,
        lambda n: "<table>" + "<div>x</div>" * n,
        lambda n: "<table><tr>" + "<b>x" * n,
        lambda n: "".join(f"<p><a href={number}>x" for number in range(n // 2)),
        lambda n: "<b><i><font><p>x</b></i></font>" * (n // 4),
        lambda n: distinct(180, "<font color={}>") + "<p>x</p>" * (n // 4),
        lambda n: "<div>" * 190 + "</p>" * (4 * n),
        lambda n: "<template><div>x</div></template>" * n,
        lambda n: "<math>" * 150 + "<mrow>x</mrow>" * n,
        lambda n: "<svg>" + "<g></g>" * n,
        lambda n: "&ampx;&notit;&#xffffff;" * (8 * n),
        lambda n: "<!--x-->" * (8 * n),
    ],
)
def test_time_grows_with_the_page(shape) -> None:
    settings = ExtractSettings(engine=BLOCKS, metadata=False, min_confidence=0.0)

    def seconds(count: int) -> float:
        html, began = shape(count) + "<p>The end of it.", time.process_time()
        extract(html, None, None, settings)
        return time.process_time() - began

    main_text.prepare()  # is no page's time
    seconds(100)
    # four times the page; sixteen times if it were the square
    assert min(seconds(12_000), seconds(12_000)) < 8 * seconds(3_000) + 0.3
