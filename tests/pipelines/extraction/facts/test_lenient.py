import json

import pytest

from winnow.pipelines.extraction.facts.lenient import read


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("", []),
        ("\0", []),
        ('{"a": "b",}', [{"a": "b"}]),
        ('{"a": ["b", "c",],}', [{"a": ["b", "c"]}]),
        ('{"a": "b"\n "c": "d"}', [{"a": "b", "c": "d"}]),
        ('{"a": "b\nc"}', [{"a": "b\nc"}]),
        ('<!-- {"a": "b"} -->', [{"a": "b"}]),
        ('//<![CDATA[\n{"a": "b"}\n//]]>', [{"a": "b"}]),
        ('/*<![CDATA[*/ {"a": "b"} /*]]>*/', [{"a": "b"}]),
        ('{"a": <!-- "x" --> "b", /* "y": 1, */ "c": "d"} // "z"', [{"a": "b", "c": "d"}]),
        ("{&quot;a&quot;: &quot;b&quot;}", [{"a": "b"}]),
        ('{"a": "he said "yes" to her"}', [{"a": 'he said "yes" to her'}]),
        ('{"a": "<a href="/b">b</a>", "c": 1}', [{"a": '<a href="/b">b</a>', "c": "1"}]),
        ('{"a": "b"};', [{"a": "b"}]),
        ('{"a": "b"} {"c": "d"}', [{"a": "b"}, {"c": "d"}]),
        ('{"a": [{"b": "c"', [{"a": [{"b": "c"}]}]),  # cut short
        ('{"a": "b', [{"a": "b"}]),
        ('{"a": "\\u00e9", "b": "\\u12"}', [{"a": "\u00e9", "b": "\\u12"}]),
        ('{"a": "x\\', [{"a": "x"}]),
        ("{a: true, b: null, c: -1.5e3}", [{"a": True, "b": None, "c": "-1.5e3"}]),
        ('{"a": "b", "a": "c"}', [{"a": "b"}]),
        ("]}]", []),
    ],
)
def test_what_can_be_understood_of_broken_json(text: str, values: list[object]) -> None:
    assert read(text, 100) == values


@pytest.mark.parametrize("text", ['{"a": ["b", {"c": "d, e"}], "f": {}}', "[[], {}]", '["\\"", "\\\\"]'])
def test_json_is_read_as_json(text: str) -> None:
    assert read(text, 100) == [json.loads(text)]


def test_what_lies_too_deep_is_none() -> None:
    text = '{"a": {"b": {"c": [1]}, "d": [[]]}, "e": "f"},'
    assert read(text, 3) == [{"a": {"b": {"c": None}, "d": [None]}, "e": "f"}]
    assert read(text, 4) == [{"a": {"b": {"c": ["1"]}, "d": [[]]}, "e": "f"}]
