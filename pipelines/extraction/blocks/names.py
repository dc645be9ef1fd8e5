"""What an element's attributes say of it: of its place, by words of `class`, `id`, `role` and the like, as bits.

Pages in every language name their parts in English, so these are the one vocabulary the engine knows.
"""

import re
from collections.abc import Callable, Mapping
from itertools import groupby

GROUPS = (
    ("nav", r"nav|menu|breadcrumb|crumb|toolbar|topbar|skip"),
    ("header", r"^head(?!ing)|header|masthead|hero|banner|jumbotron"),
    ("footer", r"foot(?!note)|copyright|legal|colophon"),
    ("side", r"side|aside|rail|complementary|^right$|^left$|secondary"),
    ("comment", r"comment|disqus|respond|discussion"),
    ("content", r"content|^main$|^primary$|^page$|^text$|^body$|^copy$|prose|rich|wysiwyg|markdown"),
    ("article", r"article|story|^blog|entry|news"),
    ("post", r"^post"),
    ("related", r"relat|recommend|similar|suggest|popular|trending|latest|recent|also|more|next|prev|read"),
    ("social", r"social|share|sharing|follow|facebook|twitter|instagram|linkedin|pinterest|whatsapp|addto"),
    ("advert", r"^ads?$|advert|sponsor|promo|^dfp|outbrain|taboola|affiliate|^cta$|callout|campaign"),
    ("consent", r"cookie|consent|gdpr|privacy|onetrust"),
    ("dialog", r"modal|popup|overlay|dialog|lightbox|drawer|offcanvas|tooltip|toast|alert|notice"),
    ("account", r"login|signin|signup|regist|account|subscri|newsletter|paywall|premium|member"),
    ("search", r"search|filter|facet|sort"),
    ("pages", r"pag(?:er|inat|ing)|^pages$|loadmore"),
    ("tag", r"^tags?$|taglist|tagcloud|categor|topic|label|badge|chip"),
    ("meta", r"meta|byline|author|^date|time|published|avatar|profile|^bio$|user|views|count|stat"),
    ("title", r"title|headline|heading|^name$"),
    ("summary", r"summary|excerpt|intro|lead|lede|standfirst|teaser|abstract|deck|snippet"),
    ("product", r"product|item(?:prop|page|detail)|sku|price|cart|buy|shop|stock|variant|swatch|wishlist"),
    ("review", r"review|rating|testimonial|star|feedback|quote"),
    ("describe", r"descri|detail|about|overview|spec|feature|attribute|ingredient|faq|question|answer"),
    ("forum", r"forum|thread|topic|message|reply|bbp|^msg|conversation|signature"),
    ("list", r"list|grid|feed|archive|result|collection|catalog|gallery|carousel|slid|swiper|slick"),
    ("item", r"^item|card|tile|thumb|box|entry"),
    ("widget", r"widget|module|plugin|block|panel|component"),
    ("code", r"code|highlight|syntax|pre|snippet|listing|gutter|lineno|hljs|prettyprint"),
    ("doc", r"doc|sphinx|wiki|toc|section|chapter|tutorial|guide|manual|api"),
    ("caption", r"caption|credit|figure|image|img|photo|media|video|player|embed"),
    ("form", r"form|input|field|contact|button|btn|submit|select|option|checkbox|radio"),
    ("hidden", r"hid(?:e|den)|invisible|^sr$|visually|screen|collapse|noprint|accessib"),
    ("layout", r"^row$|^col|container|wrap|inner|outer|grid|flex|column"),
    ("event", r"event|schedule|calendar|agenda|venue|job|career|vacanc|course|lesson|recipe"),
    ("print", r"print|email|download|pdf|copy|permalink|edit|report|vote|like|score"),
    ("place", r"location|address|phone|contact|map|hours|direction|store|branch"),
)  # fmt: skip
"""(name of the group, what a word must hold). The order is the order of the bits, and so of the model's features."""

CONSENT_TOOL, CONSENT_PLACE = 1 << 61, 1 << 62
"""Two more bits, of which the model's features know nothing: the dialog of a tool that asks for consent, by the tool's
own names; what a page of its own making is likely to call one."""


def _one_of(*patterns: str) -> re.Pattern[str]:
    """One of these, each of which begins with a letter or "^": only those that begin with the right one are tried."""
    by_letter = groupby(sorted(patterns), lambda pattern: pattern[0])
    return re.compile("|".join(f"{letter}(?:{'|'.join(each[1:] for each in some)})" for letter, some in by_letter))


_TOOL = _one_of(
    r"onetrust-(?:banner|consent|pc)-sdk", r"cybotcookiebot", r"didomi-(?:host|popup|notice|consent)", r"qc-cmp2?-",
    r"uc-(?:banner|cmp)", r"usercentrics-(?:root|cmp|button)", r"teconsent", r"osano-cm-", r"consent_blackbar",
    r"trust(?:e|arc)[-_](?:consent|overlay|popup|banner|notice)", r"cky-(?:consent|modal|overlay|notice|pref)",
    r"cmplz-(?:cookiebanner|manage-consent|soft-cookiewall)", r"cli-(?:modal|bar|popupbar|settings-overlay)",
    r"cookie-law-info-(?:bar|again)", r"cookie-notice-container", r"borlabscookie", r"klaro(?<!.klaro)$",
    r"iubenda-cs-", r"sp_message_", r"moove[-_]gdpr", r"cc-(?:window|banner|revoke)$", r"fc-consent-root",
    r"tarteaucitron(?:root|alert)", r"hs-eu-cookie", r"cmp(?:box|wrapper)$", r"cookiefirst-root",
    r"cookiescript_injected", r"ccm-(?:modal|widget)", r"shopify-pc__banner", r"termly-", r"evidon-(?:banner|prefdiag)",
)  # fmt: skip
_PLACE = re.compile(
    r"(?:cookie|consent|gdpr|dsgvo|rgpd)s?[-_]?(?:notice|banner|bar|pop-?up|modal|dialog|overlay|alert|disclaimer|wall"
    r"|layer|hint|manager|consent|law|prompt|window|box)(?![a-z])|(?:banner|popup|modal|notice|bar)[-_](?:cookie|consent)"
)
_ROW = [(1 << number, re.compile(pattern)) for number, (_, pattern) in enumerate(GROUPS)]
_ANY = _one_of(*(each for _, pattern in GROUPS for each in re.split(r"\|(?![^(]*\))", pattern)))
"""Most words are in no group."""
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_APART = "".join(chr(code) if chr(code).islower() else " " for code in range(128))
"""What stands for each character of ASCII, for `str.translate`: lower-case letters for themselves."""
MOST_CHARACTERS = 300
"""Of one attribute that are read; generated class lists go on for pages."""
_MOST_LETTERS = 40
_NAMED = frozenset(("class", "id", "role", "itemprop", "data-testid", "data-component"))
"""Attributes in which pages name their parts."""
_HIDES = frozenset(("hidden", "aria-hidden", "style"))
"""Attributes that may hide an element."""
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def said(attributes: Mapping[str, str | None]) -> tuple[int, str, bool]:
    """Return (the groups that an element's names touch, its class, whether it says that it is not shown)."""
    found, shape, hidden = 0, "", False
    for name, value in attributes.items():
        if name in _NAMED:
            if value:
                found |= bits(value[:MOST_CHARACTERS])
                if name == "class":
                    shape = value
        elif name in _HIDES:
            hidden = hidden or _hides(name, value)
    return found, shape, hidden


def _hides(name: str, value: str | None) -> bool:
    if name == "style":
        return value is not None and _HIDDEN.search(value) is not None
    return name == "hidden" or value == "true"


class _Remembered(dict[str, int]):
    """The groups of every string that was met, so long as they are not too many; what is met changes no answer."""

    def __init__(self, of: Callable[[str], int], most: int) -> None:
        super().__init__()
        self._of, self._most = of, most

    def __missing__(self, string: str) -> int:
        if len(self) >= self._most:
            self.clear()
        self[string] = found = self._of(string)
        return found


def _of_value(value: str) -> int:
    found = 0
    for name in value.split():
        found |= _of_name[name]
    return found


def _of_one_name(name: str) -> int:
    """Of what stands between white space."""
    lower = name.lower()
    found = CONSENT_TOOL if _TOOL.search(lower) else 0
    # one of these is in all that _PLACE finds, and soon looked for
    if ("cookie" in lower or "consent" in lower or "gdpr" in lower or "dsgvo" in lower or "rgpd" in lower) and (
        _PLACE.search(lower)
    ):
        found |= CONSENT_PLACE
    for word in lower.translate(_APART).split() if lower == name and name.isascii() else _WORD.findall(name):
        found |= _of_word[word]
    return found


def _of_one_word(word: str) -> int:
    word = word[:_MOST_LETTERS].lower()
    return sum(bit for bit, pattern in _ROW if pattern.search(word)) if _ANY.search(word) else 0


_of_word = _Remembered(_of_one_word, 100_000)
_of_name = _Remembered(_of_one_name, 50_000)
bits = _Remembered(_of_value, 20_000).__getitem__
"""The groups that the words of an attribute touch, one bit each."""
