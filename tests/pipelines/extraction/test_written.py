"""A page's text as its blocks give it: powers, code, formulas, joiners, lists, whoever chose the blocks."""

from dataclasses import replace

import pytest

from winnow.filters.rules import Reject
from winnow.pipelines.extraction.extract import extract
from winnow.pipelines.extraction.extracted import Extracted
from winnow.pipelines.extraction.settings import ExtractSettings

PLAIN = ExtractSettings(metadata=False)
BLOCKS = ExtractSettings(metadata=False, engine="blocks")
FIRST = "The river rose in the night, and by the morning the lower fields were under water as far as the mill."
LAST = "By noon it had fallen again, and the miller opened the sluice so that the meadows could drain once more."


def run(inside: str, settings: ExtractSettings = PLAIN) -> Extracted:
    html = f"<html><body><article><h1>High water</h1><p>{FIRST}</p>{inside}<p>{LAST}</p></article></body></html>"
    found = extract(html, "https://valley.example/high-water", None, settings)
    assert isinstance(found, Extracted)
    return found


MENDED = [
    (
        "<p>It has 100<sup>2</sup> nodes, 10<sup>6</sup> edges and H<sub>2</sub>O.",
        "It has 100^2 nodes, 10^6 edges and H2O.",
    ),
    ("<figure><pre><code>def f(a):\n    return a\n</code></pre></figure>", "def f(a):\n    return a"),
    (
        "<table><tr><td><pre>1\n2</pre><td class=code><pre><span>if a:</span>\n<span>    b()</span></pre></table>",
        "if a:\n    b()",
    ),
    ("<pre><div class=line>a = 1</div><div class=line>  b = 2</div></pre>", "a = 1\n  b = 2"),
    ("<p>We call this <script type='math/tex'>E_u</script> here and there.", "We call this $E_u$ here and there."),
    (
        "<p>So <math><mfrac><mn>1</mn><mn>2</mn></mfrac></math> is what we call a half.",
        r"So $\frac{1}{2}$ is what we call a half.",
    ),
    ("<p>\n   Wrapped at the\n   width of a screen\n   it is.", "Wrapped at the width of a screen it is."),
]  # fmt: skip


@pytest.mark.parametrize(("inside", "expected"), MENDED)
@pytest.mark.parametrize("settings", [PLAIN, replace(PLAIN, favour="precision"), BLOCKS])
def test_what_extractors_lose(inside: str, expected: str, settings: ExtractSettings) -> None:
    assert run(inside, settings).text == f"High water\n{FIRST}\n{expected}\n{LAST}"


@pytest.mark.parametrize("favour", ["precision", "balance", "recall"])
def test_a_list_that_a_colon_announces(favour: str) -> None:
    found = run(
        "<p>The tools:</p><ul><li><a href=/a>A chain</a><li><a href=/b>A cup</a></ul>", replace(PLAIN, favour=favour)
    )
    assert found.text == f"High water\n{FIRST}\nThe tools:\n- A chain\n- A cup\n{LAST}"


def test_without_mending_it_is_trafilaturas() -> None:
    found = run(MENDED[0][0], replace(PLAIN, mend=False))
    assert (found.text.split("\n")[2], found.meta) == ("It has 1002 nodes, 106 edges and H2O.", {})


@pytest.mark.parametrize(
    "text",
    [
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \u06a9\u062a\u0627\u0628\u200c\u0647\u0627 \u0631\u0627 "
        "\u0628\u062e\u0648\u0627\u0646\u0645 \u0648 \u0622\u0646\u200c\u0647\u0627 \u0631\u0627 "
        "\u062f\u0648\u0633\u062a \u062f\u0627\u0631\u0645.",
        "\u0930\u093e\u091c\u093e \u0915\u094d\u200d\u0937 \u0914\u0930 \u0936\u094d\u200c\u0930\u0940 \u0915\u0947 "
        "\u092c\u093e\u0930\u0947 \u092e\u0947\u0902 \u0932\u093f\u0916\u0924\u093e \u0939\u0948.",
        "The family \U0001f468\u200d\U0001f469\u200d\U0001f467 went to the river in the morning.",
    ],
)
@pytest.mark.parametrize("settings", [PLAIN, BLOCKS])
def test_joiners_stay(text: str, settings: ExtractSettings) -> None:
    found = extract(f"<html><body><article>{f'<p>{text}</p>' * 4}</article></body></html>", None, None, settings)
    assert isinstance(found, Extracted)
    assert set(found.text.split("\n")) == {text}


MARKDOWN = "# High water\n\n" + FIRST + "\n\n- a\n- b c\n\n```py\nif a:\n    b()\n```\n\n" + LAST


@pytest.mark.parametrize("settings", [PLAIN, BLOCKS])
def test_markdown(settings: ExtractSettings) -> None:
    inside = "<p>See these:</p><ul><li>a<li>b c</ul><pre class=lang-py>if a:\n    b()</pre>"
    found = run(inside, replace(settings, format="markdown"))
    assert found.text == MARKDOWN.replace("\n\n- a", "\n\nSee these:\n\n- a")
    assert found.meta["kinds"] == "h2 p4 l3 c5 p1"


def test_markdown_of_trafilaturas_own_where_nothing_is_mended() -> None:
    found = run(
        "<ul><li>An item of some words.<li>Another of some words.</ul>", replace(PLAIN, format="markdown", mend=False)
    )
    assert found.text.split("\n")[0] == "# High water"
    assert "\n- An item of some words.\n- Another of some words.\n" in found.text


@pytest.mark.parametrize("settings", [PLAIN, BLOCKS])
@pytest.mark.parametrize("walls", [True, False])
def test_consent_dialogs_are_no_text(settings: ExtractSettings, walls: bool) -> None:
    asks = "We value your privacy and so do our partners, who store cookies on your device. " * 3
    inside = f"<div id=onetrust-banner-sdk><p>{asks}</p></div>"
    assert ("privacy" in run(inside, replace(settings, walls=walls)).text) == (not walls)


@pytest.mark.parametrize("settings", [PLAIN, BLOCKS])
def test_a_wall_is_no_page(settings: ExtractSettings) -> None:
    html = "<title>Just a moment...</title><p>Checking your browser.</p>"
    found = extract(html, None, None, settings)
    assert found == Reject("extract.interstitial", 0, 300, "Just a moment...")
    assert extract(html, None, None, replace(settings, walls=False)) != found


ARTICLE = f"<h1>High water</h1><p>{FIRST}</p><p>{LAST}</p>" + f"<p>{FIRST} {LAST}</p>" * 5


@pytest.mark.parametrize(
    "around",
    [
        "<aside class=a>{}</aside>",
        "<div class=comment-content>{}</div>",
        "<div id=comments>{}</div>",
        "<figure>{}</figure>",
    ],
)
@pytest.mark.parametrize("settings", [PLAIN, replace(PLAIN, favour="precision"), BLOCKS])
def test_an_article_where_none_is_due(around: str, settings: ExtractSettings) -> None:
    page = f"<html><body><nav>menu</nav><div class=page>{around.format(ARTICLE)}</div></body></html>"
    found = extract(page, None, None, settings)
    assert isinstance(found, Extracted)
    assert found.text.split("\n")[:3] == ["High water", FIRST, LAST]


def test_comments_beside_an_article_stay_out() -> None:
    comments = f"<div id=comments>{f'<p>Nice. {LAST}</p>' * 30}</div>"
    found = extract(f"<html><body><article>{ARTICLE}</article>{comments}</body></html>", None, None, PLAIN)
    assert isinstance(found, Extracted)
    assert "Nice" not in found.text
