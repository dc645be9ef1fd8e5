"""Dialogs that ask for consent, and what only speaks of cookies."""

import pytest
from walked import read

from winnow.pipelines.extraction.blocks.dialogs import consent

ARTICLE = "<main><h1>On tides</h1>" + "<p>The river rose in the night, and fell by noon.</p>" * 20 + "</main>"
ASKS = "<p>We use cookies.</p><button>Accept all</button>"
TOOLS = (
    "id=onetrust-consent-sdk", "id=onetrust-banner-sdk class=otFlat", "id=CybotCookiebotDialog", "id=didomi-host",
    "class='qc-cmp2-container'", "id=usercentrics-root", "id=truste-consent-track", "class='osano-cm-window'",
    "id=cmplz-cookiebanner-container", "class='cky-consent-container'", "id=cookie-law-info-bar", "id=BorlabsCookieBox",
    "class=klaro", "id=iubenda-cs-banner", "id=sp_message_container_1", "id=moove_gdpr_cookie_info_bar",
    "class='cc-window cc-banner'", "id=cmpbox",
)  # fmt: skip


@pytest.mark.parametrize("named", TOOLS)
def test_the_tools(named: str) -> None:
    """Whatever the page's size, and in any language."""
    page = read(f"<div {named}><h1>Cookies</h1><div><p>Ci sono cookie.</div></div><p>a")
    assert consent(page) == [True, True, False]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (f"<div id=cookie-notice>{ASKS}</div>", True),
        (f"<div class='site cookieBanner open'>{ASKS}</div>", True),
        (f"<div role=dialog aria-modal=true>{ASKS}</div>", True),
        (f"<dialog>{ASKS}</dialog>", True),
        ("<div class=modal><p>Wir verwenden Cookies.</p><a href=x>Alle akzeptieren</a></div>", True),
        ("<div class=popup><p>Nous utilisons des cookies.</p><button>Tout accepter</button></div>", True),
        ("<div class=popup><p>U\u017cywamy plik\u00f3w cookie.</p><button>Akceptuj\u0119</button></div>", True),
        ("<div class=modal><p>Bake the cookies.</p></div>", False),  # nothing to accept
        ("<div class=modal><p>We accept cards.</p></div>", False),
        (f"<div class=box>{ASKS}</div>", False),
        (f"<div id=cookie-notice><h1>Ours</h1>{ASKS}</div>", False),  # the page's first heading
        (f"<div class=cookie-policy>{ASKS}</div>", False),
        (f"<div class=CookieDeclaration>{ASKS}</div>", False),
        (f"<div class=cmplz-document>{ASKS}</div>", False),
        (f"<article class=cookie-banner>{ASKS}</article>", False),
        (f"<div class=modal><p>{'a ' * 1500}</p>{ASKS}</div>", False),  # too long to be told by its words
    ],
)
def test_beside_an_article(html: str, expected: bool) -> None:
    page = read(ARTICLE + html)
    assert consent(page) == [False] * 21 + [expected] * (len(page.texts) - 21)


def test_a_page_about_cookies_stays() -> None:
    page = read(f"<body class='cookies-not-set cookie-notice-bar'><div id=cookie-notice>{ASKS * 9}</div><p>a")
    assert consent(page) == [False] * len(page.texts)
