"""The page holds its data packed, runs its own scripts alone, and is the same for the same data."""

import base64
import gzip
import hashlib
import json
import re

import pytest

from winnow.pipelines.views.report.page import filled, packed, policy, render

HOSTILE = (
    "</script><script>alert(1)</script><!--DATA--><!--SCRIPT report.js--> \u202e\x1b[31m \ud800 ' \" & \\u2028 \u2028"
)


def held(page: str) -> str:
    found = re.findall(r'<script type="application/octet-stream;base64" id="data">([A-Za-z0-9+/=]*)</script>', page)
    assert len(found) == 1
    return gzip.decompress(base64.b64decode(found[0])).decode()


def test_the_data_comes_back() -> None:
    data = {"title": "a", "documents": [{"text": "naïve 😀 </script>"}], "none": None, "number": 0.1}
    assert json.loads(held(render(data))) == data


def test_hostile_text_is_nowhere_in_the_page() -> None:
    harmless, hostile = render({"title": "a", "x": "b"}), render({"title": "a", "x": HOSTILE * 10_000})
    assert [re.sub(r'id="data">[^<]*', "", page) for page in (harmless, hostile)] == [
        re.sub(r'id="data">[^<]*', "", harmless)
    ] * 2
    assert json.loads(held(hostile))["x"] == (HOSTILE * 10_000).replace("\ud800", "?")


def test_a_hostile_title_is_text() -> None:
    page = render({"title": HOSTILE})
    assert "alert(1)" not in page.replace("&lt;script&gt;alert(1)&lt;/script&gt;", "")
    assert re.findall("[\u202e\x1b]", page.split("<style>")[0]) == []


def test_every_script_is_named_by_its_hash_and_no_other() -> None:
    page = render({"title": "a"})
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    named = re.findall(r"sha256-([A-Za-z0-9+/=]+)", page.split("</head>")[0])
    assert named == [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    assert len(scripts) > 5


def test_nothing_is_left_to_be_filled_and_nothing_is_fetched() -> None:
    page = render({"title": "a"})
    assert re.findall(r"<!--[A-Z]+.*?-->", page) == []
    assert re.findall(r"<(?:link|img|iframe|object|embed)\b|<script[^>]+src=", page) == []
    assert "default-src 'none'" in page.split("</head>")[0]


def test_the_same_data_is_the_same_page() -> None:
    data = {"title": "a", "x": list(range(1000))}
    assert render(data) == render(data)
    assert packed(data)[4:8] == b"\0\0\0\0"  # no time
    assert filled(packed(data), "a") == render(data)


def test_no_number_that_json_lacks() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        packed({"x": float("nan")})


def test_a_page_without_scripts_runs_none() -> None:
    assert "script-src 'none'" in policy([])
