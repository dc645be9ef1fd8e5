import json
import math
import re
from typing import Any
from xml.etree import ElementTree

import pytest

from winnow.trainer.report.charts import HEIGHT, WIDTH, Level, Line, bar, chart


def svg(html: str) -> ElementTree.Element:
    return ElementTree.fromstring(re.search("<svg.*</svg>", html, re.S)[0])  # type: ignore[index]


def drawn(html: str) -> list[str]:
    return [path.get("d", "") for path in svg(html).iter("path")]


def data(html: str) -> Any:
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1])  # type: ignore[index]


def test_a_line_spans_the_plot() -> None:
    html = chart("Loss", [Line("loss", [0, 50, 100], [3.0, 2.0, 1.0])], x_label="tokens", y_label="nats")
    ways = drawn(html)
    assert len(ways) == 1
    points = [tuple(map(float, p.split())) for p in ways[0][1:].split("L")]
    assert [x for x, _ in points] == [54.0, 300.0, 546.0]
    assert points[0][1] < points[1][1] < points[2][1] < HEIGHT
    assert all(0 <= x <= WIDTH for x, _ in points)


def test_nothing_to_draw_is_said() -> None:
    for lines in ([], [Line("a", [], [])], [Line("a", [1.0], [math.nan])], [Line("a", [math.nan], [1.0])]):
        html = chart("Loss", lines, x_label="x", y_label="y")
        assert "Nothing recorded yet." in html
        assert "<svg" not in html
    assert "Nothing recorded yet." in bar("Time", [("a", 0.0), ("b", math.nan), ("c", -1.0)])


@pytest.mark.parametrize(
    "points", [([5.0], [5.0]), ([0.0], [0.0]), ([1.0, 2.0], [7.0, 7.0]), ([0, 1], [-1e9, 1e9]), ([3, 3], [1, 2])]
)
def test_any_points_give_a_picture(points: tuple[list[float], list[float]]) -> None:
    html = chart("t", [Line("a", *points)], x_label="x", y_label="y", from_zero=True, levels=[Level("l", 3.0)])
    assert "nan" not in html
    assert "inf" not in html
    assert len(drawn(html)) == 1


def test_names_cannot_break_out() -> None:
    name = "</script><b>\"'&"
    html = chart(name, [Line(name, [0, 1], [0, 1])], x_label=name, y_label=name, levels=[Level(name, 0.5)], note=name)
    html += bar(name, [(name, 1.0)])
    assert '<b>"' not in html
    assert html.count("</script>") == 1
    assert data(html)["lines"][0]["name"] == name
    svg(html)  # well-formed


def test_the_axis_can_be_cut_and_begin_at_zero() -> None:
    lines = [Line("a", [0, 1, 2, 3], [100.0, 3.0, 2.0, 1.0])]
    whole = drawn(chart("t", lines, x_label="x", y_label="y"))[0]
    cut = drawn(chart("t", lines, x_label="x", y_label="y", top=3.5))[0]
    assert whole != cut
    assert float(cut.split("L")[0].split()[1]) < 0  # above the plot, where the inner picture ends
    zero = svg(chart("t", [Line("a", [0, 1], [10.0, 11.0])], x_label="x", y_label="y", from_zero=True))
    assert "0" in [text.text for text in zero.iter("text")]


def test_a_band_runs_there_and_back() -> None:
    line = Line("a", [0, 1, 2], [2.0, 2.0, 2.0], low=[1.0, math.nan, 1.0], high=[3.0, 3.0, 3.0])
    band = drawn(chart("t", [line], x_label="x", y_label="y"))[0]
    assert band.endswith("Z")
    assert band.count("L") == 3  # two of the three points have an interval


def test_the_first_line_lies_on_top() -> None:
    lines = [Line("a", [0, 1], [0, 1], 1), Line("b", [0, 1], [1, 0], 2)]
    html = chart("t", lines, x_label="x", y_label="y")
    assert [path.get("class") for path in svg(html).iter("path")] == ["line c2", "line c1"]
    assert [line["name"] for line in data(html)["lines"]] == ["a", "b"]


def test_what_the_pointer_shows() -> None:
    html = chart("t", [Line("a", [0, 1_000_000], [0.5, 0.25])], x_label="tokens", y_label="y")
    assert data(html)["lines"][0]["points"] == [[54.0, "0", "0.5"], [546.0, "1 M", "0.25"]]


def test_a_bar_is_in_proportion() -> None:
    html = bar("Time", [("a", 30.0), ("none", 0.0), ("b", 10.0)])
    assert re.findall(r"width:([\d.]+)%", html) == ["75.000", "25.000"]
    assert "none" not in html
    assert "75.0 %" in html
    assert "30 s" in html
