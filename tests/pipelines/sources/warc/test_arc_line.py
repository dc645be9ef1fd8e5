import pytest

from winnow.pipelines.sources.warc.arc_line import ArcLine, begins, parse

DATE = "20140216050221"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f"http://a.org/ 1.2.3.4 {DATE} text/html 5", ArcLine("http://a.org/", DATE, "text/html", 5)),
        (f"http://a.org/ 1.2.3.4 {DATE} text/html 5\r\n", ArcLine("http://a.org/", DATE, "text/html", 5)),
        # URLs with spaces, and what looks like a date in one
        (f"http://a.org/a b  c 1.2.3.4 {DATE} text/html 5", ArcLine("http://a.org/a b  c", DATE, "text/html", 5)),
        (
            f"http://a.org/x 1 {DATE} y 1.2.3.4 {DATE} no-type 5",
            ArcLine(f"http://a.org/x 1 {DATE} y", DATE, "no-type", 5),
        ),
        # types with parameters, and none
        (f"http://a.org/ 1.2.3.4 {DATE} text/html; a=b 5", ArcLine("http://a.org/", DATE, "text/html; a=b", 5)),
        (f"http://a.org/a b ::1 {DATE} text/html; a = b 5", ArcLine("http://a.org/a b", DATE, "text/html; a = b", 5)),
        (f"http://a.org/ 1.2.3.4 {DATE}  5", ArcLine("http://a.org/", DATE, "", 5)),
        (f"http://a.org/a b 1.2.3.4 {DATE} 5", ArcLine("http://a.org/a b", DATE, "", 5)),
        # no address, or another
        (f"http://a.org/  {DATE} text/html 5", ArcLine("http://a.org/", DATE, "text/html", 5)),
        (f"http://a.org/ - {DATE} text/html 5", ArcLine("http://a.org/", DATE, "text/html", 5)),
        (f"http://a.org/ 2001:db8::1 {DATE} text/html 5", ArcLine("http://a.org/", DATE, "text/html", 5)),
        (
            "http://a.org/ 1.2.3.4 201402160502210000 text/html 5",
            ArcLine("http://a.org/", "201402160502210000", "text/html", 5),
        ),
        # version 2
        (
            f"http://a.org/ 1.2.3.4 {DATE} text/html 200 abc - 99 a.arc 5",
            ArcLine("http://a.org/", DATE, "text/html", 5),
        ),
        (
            f"http://a.org/ 1.2.3.4 {DATE} text/html; a=b - - - 0 a.arc 5",
            ArcLine("http://a.org/", DATE, "text/html; a=b", 5),
        ),
        # none
        (f"http://a.org/ 1.2.3.4 {DATE} text/html x", None),
        (f"http://a.org/ 1.2.3.4 {DATE} text/html -1", None),
        ("http://a.org/ 1.2.3.4 2014 text/html 5", None),
        (f"{DATE} text/html 5", None),
        (f"http://a.org/ 1.2.3.4 {DATE} 5", None),
        ("a b c d 5", None),
        ("", None),
        (" " * 8000, None),
        ("a:b " * 2000, None),
        (f"{DATE} " * 500, ArcLine(" ".join([DATE] * 496), DATE, DATE, int(DATE))),
    ],
)
def test_parse(line, expected):
    assert parse(line) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [(b"http://a", True), (b"dns:a", True), (b"a: b", False), (b"1:a", False), (b"a:b", False), (b"", False)],
)
def test_begins(data, expected):
    assert begins(data) is expected
