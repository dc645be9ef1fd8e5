import re
from html.parser import HTMLParser

from fit_texts import fitted

from winnow.pipelines.fit.fitted import Reference
from winnow.pipelines.views.fit.page import render

VOID = {"meta"}


class Balanced(HTMLParser):
    """Every element is closed, and by its own end."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def shown(text: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", text.split("</style>")[1]).split())


def test_it_says_what_was_found() -> None:
    page = render(fitted())
    assert Balanced(page).open == []
    text = shown(page)
    assert "Limits for &#x27;eo&#x27;, recipe small" in text
    assert "203 documents in 1 file: eo 200, io 3. 200 documents in eo were measured, all of them." in text
    assert "By the fitted limits 2.5 % of the documents break some rule, by the recipe's 60.0 %." in text
    assert "98.0 % of the documents hold 2 or more of them; by the recipe's own words and limit 40.0 % pass." in text
    assert "Not read or not measured: jsonl.unparsable 1." in text
    assert "at most 9.25 0.5 % 12 0.0 % 10 0.5 %" in text
    assert "Just above 9.25 document value begins where d9 11.5 a &lt;b&gt; text a.jsonl, 9" in text


def test_rules_that_stay_come_last() -> None:
    text = shown(render(fitted()))
    places = [text.index(each) for each in ("gopher_quality.mean_word_length", "Left as they are", "bullet_line_share")]
    assert places == sorted(places)


def test_a_picture_for_each_rule_with_a_value() -> None:
    assert render(fitted()).count("<svg ") == 3


def test_nothing_was_fitted() -> None:
    page = render(fitted(stop_words=(), rules=()))
    assert Balanced(page).open == []
    assert "Stop words" not in page


def test_names_cannot_break_out() -> None:
    bad = "<script>alert(1)</script>\x1b"
    found = fitted(recipe=bad, reference=Reference((bad,), 1, 1, 1, {bad: 1, "eo": 300}, {bad: 1}))
    page = render(found)
    assert "<script" not in page
    assert "\x1b" not in page
    assert "chosen by hash of their ids" in page


def test_no_script_and_no_network() -> None:
    assert re.search(r"<script|https?:|@import|url\(", render(fitted())) is None
