import pytest

from winnow.pipelines.sources.warc.facts import normal_url, utc


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2026-01-31T01:02:03Z", "2026-01-31T01:02:03Z"),
        ("2026-01-31T01:02:03.987654321Z", "2026-01-31T01:02:03Z"),
        ("2026-01-31t01:02:03z", "2026-01-31T01:02:03Z"),
        ("2026-01-31T01:02Z", "2026-01-31T01:02:00Z"),
        ("2026-01-31", "2026-01-31T00:00:00Z"),
        ("2026-01", "2026-01-01T00:00:00Z"),
        ("2026", "2026-01-01T00:00:00Z"),
        ("2026-01-31T01:02:03+02:00", "2026-01-30T23:02:03Z"),
        ("2026-01-31T23:02:03-0130", "2026-02-01T00:32:03Z"),
        ("20140216050221", "2014-02-16T05:02:21Z"),
        ("201402160502", "2014-02-16T05:02:00Z"),
        ("201402160502210000", "2014-02-16T05:02:21Z"),
        ("2026-02-30T01:02:03Z", None),
        ("2026-01-31T25:02:03Z", None),
        ("0000-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00+01:00", None),
        ("2026-01-31 01:02:03", None),
        ("٢٠٢٦-01-31T01:02:03Z", None),
        ("Fri, 30 Jan 2026", None),
        ("", None),
        (None, None),
    ],
)
def test_utc(date, expected):
    assert utc(date) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (" <http://a.org/> ", "http://a.org/"),
        ("http://a.org/a b", "http://a.org/a%20b"),
        ("http://a.org/é", "http://a.org/é"),
        ("<http://a.org/", "<http://a.org/"),
        ("", None),
        ("<>", None),
        (None, None),
    ],
)
def test_normal_url(url, expected):
    assert normal_url(url) == expected
