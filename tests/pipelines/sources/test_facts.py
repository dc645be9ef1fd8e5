import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.pipelines.sources.facts import code_language, date, language, moment


@pytest.mark.parametrize(
    ("value", "as_date", "as_moment"),
    [
        ("2020-01-02", "2020-01-02", "2020-01-02T00:00:00Z"),
        (" 2020-01-02\n", "2020-01-02", "2020-01-02T00:00:00Z"),
        ("20200102", "2020-01-02", "2020-01-02T00:00:00Z"),
        ("2020-01-02T03:04:05Z", "2020-01-02T03:04:05Z", "2020-01-02T03:04:05Z"),
        ("2020-01-02 03:04", "2020-01-02T03:04:00Z", "2020-01-02T03:04:00Z"),
        ("2020-01-02T03:04:05.678901+02:00", "2020-01-02T01:04:05Z", "2020-01-02T01:04:05Z"),
        ("2020-01-01T23:30:00-01:00", "2020-01-02T00:30:00Z", "2020-01-02T00:30:00Z"),
        ("Tue, 15 Nov 1994 08:12:31 GMT", "1994-11-15T08:12:31Z", "1994-11-15T08:12:31Z"),
        ("Tue, 15 Nov 1994 08:12:31 +0100", "1994-11-15T07:12:31Z", "1994-11-15T07:12:31Z"),
        ("Sunday, 6 November 1994 08:49:37 EST", "1994-11-06T13:49:37Z", "1994-11-06T13:49:37Z"),
        ("Sun Nov  6 08:49:37 1994", "1994-11-06T08:49:37Z", "1994-11-06T08:49:37Z"),
        ("Sun Nov  6 08:49:37 UTC 1994", "1994-11-06T08:49:37Z", "1994-11-06T08:49:37Z"),
        ("4 Mar 2025", "2025-03-04", "2025-03-04T00:00:00Z"),
        ("March 4th, 2025", "2025-03-04", "2025-03-04T00:00:00Z"),
        ("04-Sept-2025", "2025-09-04", "2025-09-04T00:00:00Z"),
        ("4 Mar 2025 00:00", "2025-03-04T00:00:00Z", "2025-03-04T00:00:00Z"),
        ("Mar 4, 2025 10:00 PM", "2025-03-04T22:00:00Z", "2025-03-04T22:00:00Z"),
        ("Mar. 4, 2025 at 12:30 a.m.", "2025-03-04T00:30:00Z", "2025-03-04T00:30:00Z"),
        ("Mar 4, 2025 12:30 PM", "2025-03-04T12:30:00Z", "2025-03-04T12:30:00Z"),
        ("Mar 4, 2025 13:30 PM", None, None),
        ("Mar 4, 2025 0:30 AM", None, None),
        ("Tue Mar 04 2025 10:00:00 GMT+0200 (CEST)", "2025-03-04T08:00:00Z", "2025-03-04T08:00:00Z"),
        ("Tue Mar 04 2025 00:30:00 GMT+0545", "2025-03-03T18:45:00Z", "2025-03-03T18:45:00Z"),
        ("4 Mar 2025 22:00 +02:00", "2025-03-04T20:00:00Z", "2025-03-04T20:00:00Z"),
        ("4 Mar 2025 22:00 -9999", None, None),
        ("4 Mar 2025 10:00 CET", None, None),
        ("4 Mar 2025 10:00 EST+0100", None, None),
        ("4 Mar 2025 10:00 and more", None, None),
        ("30 Feb 2025", None, None),
        ("4 Marsh 2025", None, None),
        ("03/04/2025", None, None),
        ("4 Mar 25", None, None),
        ("2020", "2020", None),
        ("2020-12", "2020-12", None),
        ("2020-13", None, None),
        ("0000", None, None),
        ("2020-02-30", None, None),
        ("2024-02-29", "2024-02-29", "2024-02-29T00:00:00Z"),
        ("0001-01-01T00:00:00+01:00", None, None),
        ("9999-12-31T23:59:59-01:00", None, None),
        ("1577923445", None, None),
        ("last week", None, None),
        ("\u0662\u0660\u0662\u0660", None, None),
        ("", None, None),
        ("\0" * 9, None, None),
        ("\ud800", None, None),
        ("x" * 1_000_000, None, None),
        ("9" * 1_000_000, None, None),
    ],
)
def test_dates(value: str, as_date: str | None, as_moment: str | None) -> None:
    assert (date(value), moment(value)) == (as_date, as_moment)


@given(
    st.text()
    | st.from_regex(r"[0-9TZWGM:+. ,-]{0,30}|(?:Mon, )?[0-9]{1,2} Jan [0-9 :+-]{0,30}(?:AM|EST)?", fullmatch=True)
)
def test_whatever_is_given_a_date_is_one_or_none(value: str) -> None:
    day = r"\d{4}(?:-\d\d(?:-\d\d)?)?"
    assert re.fullmatch(rf"None|{day}|{day}T\d\d:\d\d:\d\dZ", str(date(value)))
    assert re.fullmatch(rf"None|{day}T\d\d:\d\d:\d\dZ", str(moment(value)))


@pytest.mark.parametrize(
    ("value", "known"),
    [
        ("en", True), ("eng", True), ("EN", True), ("pt-BR", True), ("zh-Hant-TW", True), ("eng_Latn", True),
        ("klingons", True), ("klingonss", False), ("e", False), ("", False), ("en-", False), ("en-USA-x-y-z-a", False),
        ("en-x-y-z-a", True), ("en-123456789", False), ("en/..", False), ("en\n", False), ("dé", False),
        ("the whole text of the page", False), ("42", False), ("\0", False), ("\u202een", False),
    ],
)  # fmt: skip
def test_languages(value: str, known: bool) -> None:
    assert language(value) == (value if known else None)


@pytest.mark.parametrize(
    ("value", "known"),
    [
        ("C++", True), ("Jupyter Notebook", True), ("F#", True), ("中文", True), ("x" * 40, True), ("x" * 41, False),
        ("a\nb", False), ("a\0", False), ("\u202eC", False),
    ],
)  # fmt: skip
def test_languages_of_code(value: str, known: bool) -> None:
    assert code_language(value) == (value if known else None)
