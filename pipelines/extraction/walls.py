"""Pages that stand before the page: consent walls, sign-in walls, checks of the browser, refusals.

One is known by what is on it, and only where hardly anything else is: a text that asks for JavaScript is no reason to
drop an article. Phrases are those of the services that stand before most pages, in eight languages.
"""

import re
from collections.abc import Sequence
from itertools import compress

from winnow.filters.rules import Reject
from winnow.pipelines.extraction.blocks.page import BUTTON, Page

_MOST = 2_000
"""Characters of a page, dialogs aside, of which a wall is made at most."""
ELSE = 300
"""Characters outside of links, buttons, dialogs and what is said of the wall itself that make a page worth reading."""
_NOTHING = 100
"""Characters beside a dialog, links and all, below which the page is nothing but the dialog."""
_LONGEST = 600
"""Characters of a block that can be a wall's."""
_SHOWN = 100
"""Characters of what says so that the row has."""
_SWITCH = (
    r"(?:enabl|activ|aktivier|habilit|abilit|attiva|schakel|włącz|ativ|turn(?:ed)? on|switch on|disabled|requir"
    r"|deaktiviert|désactiv|disattiv|without|not support|benötig)"
)
_INTERSTITIAL = (
    rf"\bjava ?script\b.{{0,80}}{_SWITCH}",
    rf"{_SWITCH}.{{0,80}}\bjava ?script\b",
    r"checking (?:if the site connection is secure|your browser)",
    r"^just a moment|ddos protection by|security of your connection|^ray id",
    r"process is automatic|allow up to \d+ seconds",
    r"verify(?:ing)? (?:that )?you are (?:a )?human|are you a (?:robot|human)|you are (?:not )?a (?:ro)?bot",
    r"(?:complete|solve) the captcha|captcha (?:challenge|verification)|^security check|press (?:&|and) hold",
    r"unusual (?:traffic|activity) from|pardon our interruption|^attention required|you have been blocked",
    r"^access (?:to this page has been )?denied|you don't have permission to access|^(?:error )?403\b|^forbidden$",
    r"request unsuccessful|the requested url was rejected",
    r"zugriff verweigert|accès refusé|acceso denegado|accesso negato|toegang geweigerd|brak dostępu|acesso negado",
)
_SIGN_IN = (
    r"\b(?:log|sign) ?in(?:to)? (?:to )?(?:continue|view|access|read|see|your account|facebook|instagram|linkedin)",
    r"(?:need|must|have) to (?:be (?:logged|signed) in|log ?in|sign ?in)|must be (?:logged|signed) in",
    r"^(?:please )?(?:log|sign) ?in$",
    r"melden sie sich (?:bitte )?an|bitte (?:anmelden|einloggen)|connectez-vous|veuillez vous connecter",
    r"inici[ae]r? sesión|accedi per|effettua il login|log in om|aanmelden om|zaloguj się",
    r"inici(?:e|ar) sessão|faça login",
)
_CONSENT = (
    r"^before you continue|we value your privacy|(?:we|our partners).{0,60}\buse cookies",
    r"bevor sie fortfahren|wir.{0,60}cookies|ihre privatsphäre",
    r"(?:nous|nos partenaires).{0,80}cookies|votre vie privée",
    r"(?:utilizamos|usamos).{0,60}cookies|tu privacidad|a sua privacidade",
    r"(?:noi|utilizziamo|usiamo|partner).{0,60}cookie|la tua privacy",
    r"(?:wij|we) .{0,60}(?:gebruiken|plaatsen).{0,40}cookies|jouw privacy",
    r"(?:używamy|wykorzystujemy).{0,60}cookie|twoją prywatność",
)
_WALLS = tuple(
    (rule, re.compile("|".join(patterns), re.IGNORECASE))
    for rule, patterns in (
        ("extract.interstitial", _INTERSTITIAL),
        ("extract.sign_in", _SIGN_IN),
        ("extract.consent", _CONSENT),
    )
)


def wall(page: Page, dialogs: Sequence[bool]) -> Reject | None:
    """Return why a page is no page, given which of its blocks are in dialogs that ask for consent; else None.

    Rules: extract.consent, extract.sign_in, extract.interstitial; value: characters of anything else, limit: how many
    make a page, detail: what says so.
    """
    if sum(map(len, page.texts)) - sum(map(len, compress(page.texts, dialogs))) > _MOST:
        return None
    said: dict[str, str] = {}
    other = asked = links = 0
    for block, text, is_dialog in zip(page.blocks, page.texts, dialogs, strict=True):
        if is_dialog:
            asked += len(text)
            continue
        if block.kind == BUTTON or 2 * block.linked >= block.all or page.elements[block.element].hidden:
            links += len(text)
            continue
        rule = _rule(text) if len(text) <= _LONGEST else ""
        if rule:
            said.setdefault(rule, text)
            asked += len(text)
        else:
            other += len(text)
    if other >= ELSE:
        return None
    if titled := _rule(page.title):
        return Reject(titled, other, ELSE, page.title[:_SHOWN])
    if said and asked > other:
        rule = next(rule for rule, _ in _WALLS if rule in said)
        return Reject(rule, other, ELSE, said[rule][:_SHOWN])
    return Reject("extract.consent", other + links, _NOTHING) if asked > other + links < _NOTHING else None


def _rule(text: str) -> str:
    return next((rule for rule, pattern in _WALLS if pattern.search(text)), "")
