import pytest

from winnow.pipelines.extraction.facts.calendar_days import day_of, greenwich


@pytest.mark.parametrize(
    "text",
    [
        "2019-05-04",
        "2019-5-4",
        "2019-05-04T10:00:00+02:00",
        "2019-05-04 10:00",
        "20190504",
        "20190504T101010Z",
        "2019/05/04",
        "2019 May 4",
        "4.5.2019",
        "04. 05. 2019, 12:33 Uhr",
        "May 4, 2019",
        "May 4th 2019",
        "4 May 2019",
        "4th of May, 2019",
        "04-May-2019",
        "Sat, 04 May 2019 10:00:00 GMT",
        "Sat May 04 10:00:00 UTC 2019",
        "Posted on May 4,2019 by Ada",
        "4. Mai 2019",
        "4 mai 2019",
        "4 de mayo de 2019",
        "4 de maio de 2019",
        "4 maggio 2019",
        "4 mei 2019",
        "4 maja 2019",
        "4 мая 2019",
        "2019年5月4日",
        "2019년 5월 4일",
    ],
)
def test_ways_to_write_a_day(text: str) -> None:
    assert str(day_of(text)) == "2019-05-04"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("25/12/2019", "2019-12-25"),
        ("12/25/2019", "2019-12-25"),
        ("13-12-2019", "2019-12-13"),
        ("05/05/2019", "2019-05-05"),
        ("03/04/2019", None),  # April or March
        ("12/11/2019", None),
        ("13/13/2019", None),
        ("1995-01-01", "1995-01-01"),
        ("1994-12-31", None),
        ("0001-01-01T00:00:00", None),
        ("1970-01-01", None),
        ("2019-02-29", None),
        ("2020-02-29", "2020-02-29"),
        ("2019-00-10", None),
        ("2019-05-32", None),
        ("2019-05-045", None),
        ("12019-05-04", None),
        ("1556964000", None),
        ("May 2019", None),
        ("2019", None),
        ("", None),
        ("\0", None),
        ("\u0662\u0660\u0661\u0669-\u0660\u0665-\u0660\u0664", None),
        ("2020-01-02, updated 2021-03-04", "2020-01-02"),
        ("January 2, 2020, updated 2021-03-04", "2020-01-02"),
        ("x" * 90 + "2019-05-04", "2019-05-04"),  # 100 characters
        ("x" * 91 + "2019-05-04", None),
        ("2019" * 250_000, None),
    ],
)
def test_what_is_a_day_and_what_is_none(text: str, day: str | None) -> None:
    found = day_of(text)
    assert (found and found.isoformat()) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-02-01T03:00:00+09:00", "2026-01-31"),
        ("2026-02-01T09:00:00+0900", "2026-02-01"),
        ("2026-01-31T23:00:00-05:00", "2026-02-01"),
        ("2026-02-01T03:00:00Z", None),
        ("2026-02-01", None),
        ("2026-13-01T03:00+09:00", None),
        ("9999-12-31T23:00-09:00", None),
    ],
)
def test_days_in_greenwich(text: str, day: str | None) -> None:
    found = greenwich(text)
    assert (found and found.isoformat()) == day
