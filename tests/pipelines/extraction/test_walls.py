"""Pages that are nothing but a wall, and pages that only mention one."""

import pytest
from walked import read

from winnow.filters.rules import Reject
from winnow.pipelines.extraction.blocks.dialogs import consent
from winnow.pipelines.extraction.walls import ELSE, wall

ASKS = "We use cookies to improve your experience."


def found(html: str) -> tuple[str, float | None] | None:
    page = read(html)
    before = wall(page, consent(page))
    return before and (before.rule, before.value)


@pytest.mark.parametrize(
    ("html", "rule"),
    [
        ("<noscript>You need to enable JavaScript to run this app.</noscript>", "extract.interstitial"),
        ("<p>Bitte aktivieren Sie JavaScript.", "extract.interstitial"),
        ("<p>JavaScript est d\u00e9sactiv\u00e9 dans votre navigateur.", "extract.interstitial"),
        ("<title>Just a moment...</title><p>example.org<p>Waiting for it.", "extract.interstitial"),
        ("<title>Attention Required! | Cloudflare</title><p>Sorry<p>Why?", "extract.interstitial"),
        ("<h1>Access Denied</h1><p>You don't have permission to access /a on this server.", "extract.interstitial"),
        ("<p>Please complete the CAPTCHA below.", "extract.interstitial"),
        ("<h1>Pardon Our Interruption</h1><p>Are you a robot?", "extract.interstitial"),
        ("<p>You must be logged in to see this page.<form><label>Name</label></form>", "extract.sign_in"),
        ("<title>Log in</title><p>Password<p>Forgotten?", "extract.sign_in"),
        ("<p>Bitte melden Sie sich an.", "extract.sign_in"),
        ("<title>Before you continue</title><p>a", "extract.consent"),
        (f"<p>{ASKS}<button>Accept</button>", "extract.consent"),
        ("<p>Wir und unsere Partner verwenden Cookies.", "extract.consent"),
        ("<p>Nous et nos partenaires utilisons des cookies.", "extract.consent"),
        ("<p>Utilizamos cookies propias y de terceros.", "extract.consent"),
        ("<p>Noi e i nostri partner utilizziamo cookie.", "extract.consent"),
        ("<p>Wij en onze partners gebruiken altijd cookies.", "extract.consent"),
        ("<p>U\u017cywamy plik\u00f3w cookie.", "extract.consent"),
        (f"<div id=onetrust-banner-sdk><p>{'a ' * 2000}</div><p>b", "extract.consent"),  # known by its structure
    ],
)  # fmt: skip
def test_walls(html: str, rule: str) -> None:
    assert (found(html) or [None])[0] == rule


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<p>a",
        "<title>On tides</title><p>Log in to continue<p>" + "a" * 40,  # more is of something else
        "<nav><a href=x>Sign in</a></nav><p>Some words.",
        "<button>Log in to continue</button><p>Some words.",
        f"<p>Please enable JavaScript to see comments.<p>{'word ' * 100}",
        f"<title>Access denied</title><p>{'word ' * 100}",
        f"<div id=onetrust-banner-sdk><p>{'a ' * 200}</div><ul>" + "<li><a href=x>a product of ours</a>" * 20,
        "<p>You need to enable JavaScript." + "<p><a href=x>a link of a menu</a>" * 200,
    ],
)
def test_other_pages(html: str) -> None:
    assert found(html) is None


@pytest.mark.parametrize(("characters", "expected"), [(ELSE - 1, ("extract.interstitial", ELSE - 1)), (ELSE, None)])
def test_the_limit(characters: int, expected: tuple[str, float] | None) -> None:
    assert found(f"<title>Access denied</title><p>{'a' * characters}") == expected


def test_the_row_says_what_said_so() -> None:
    page = read(f"<p>{ASKS}<p>OK")
    assert wall(page, consent(page)) == Reject("extract.consent", 2, ELSE, ASKS)
