from typing import Any

import pytest

from winnow.filters.rules import Reject
from winnow.filters.setting_checks import NotAllowed
from winnow.pipelines.sources.base import Content, Record
from winnow.pipelines.sources.tables.columns import Columns, as_text, kind_of, license_of, value_of

ROW = {"text": "t", "a": {"b": {"c": 1}}, "a.b": "flat", "none": None, "": "empty", "list": [1, "ü"]}


@pytest.mark.parametrize(
    ("column", "value"),
    [("text", "t"), ("a.b", "flat"), ("a.b.c", 1), ("a", {"b": {"c": 1}}), ("none", None), ("none.x", None),
     ("text.x", None), ("x", None), ("list.0", None)],
)  # fmt: skip
def test_the_value_of_a_column(column: str, value: Any) -> None:
    assert value_of(ROW, column) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, None), ("", None), ("a", "a"), (0, "0"), (False, "false"), (1.5, "1.5"), ([1, "ü"], '[1, "ü"]'),
     ({"b": 1, "a": None}, '{"a": null, "b": 1}')],
)  # fmt: skip
def test_facts_as_text(value: Any, text: str | None) -> None:
    assert as_text(value) == text


@pytest.mark.parametrize(
    ("value", "license"),
    [
        (None, None), ("", None), ("MIT", "MIT"), ([], None), ([""], None), (["MIT"], "MIT"),
        (["MIT", "Apache-2.0"], "MIT AND Apache-2.0"), (["MIT or 0BSD", "ISC"], "(MIT or 0BSD) AND ISC"),
        (["MIT OR 0BSD"], "MIT OR 0BSD"), ([1], "[1]"), ({"a": 1}, '{"a": 1}'),
    ],
)  # fmt: skip
def test_licenses(value: Any, license: str | None) -> None:
    assert license_of(value) == license


def test_kinds_of_values() -> None:
    assert [kind_of(value) for value in ({}, [], "", True, None, 1, 1.5)] == [
        "an object", "a list", "a string", "true or false", "missing or null", "a number", "a number"
    ]  # fmt: skip


def test_a_record() -> None:
    of = Columns(made_by="model", path="file", meta=("file", "n"))
    row = {"text": "x = 1", "title": "T", "date": "no date", "model": {"name": "m"}, "file": "a.py", "n": 3}
    assert of.record(7, "row", row, "id") == Record(
        7, "row", "id", None, None, (Content("x = 1", title="T"),),
        {"file": "a.py", "n": "3", "made_by": '{"name": "m"}', "path": "a.py", "table_date": "no date"},
    )  # fmt: skip


def test_a_record_without_text_keeps_its_facts() -> None:
    found = Columns(id="n", path="p").record(0, "row", {"n": 5, "p": "a", "url": "http://a"}, "id")
    assert (found.url, found.meta, found.id == "id") == ("http://a", {"path": "a"}, False)
    assert found.reject == Reject("table.no_text", detail="there is no column 'text'; there is n, p, url")
    nested = Columns(text="a.b").record(0, "row", {"a": {}}, "id")
    assert nested.reject == Reject("table.no_text", detail="the column 'a.b' is missing or null")


def test_settings() -> None:
    with pytest.raises(NotAllowed, match="format"):
        Columns(format="markdown")
