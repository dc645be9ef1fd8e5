"""Pages that a recipe should drop, each kind for a reason of its own: `KINDS` names them and says how many."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from random import Random

Maker = Callable[[Random], tuple[str, str]]
"""Makes the title and the HTML of the text."""

_NOUNS = (
    "hinge", "bracket", "spindle", "washer", "gasket", "bolt", "flange", "rivet", "bearing", "sprocket", "valve",
    "nozzle", "filter", "spring", "lever", "pulley", "axle", "clamp", "ratchet", "bushing", "coupling", "dowel",
    "grommet", "pinion", "shim", "socket", "strut", "toggle", "trunnion", "wedge",
)  # fmt: skip
_ADJECTIVES = (
    "brass", "steel", "copper", "nylon", "chrome", "zinc", "oak", "rubber", "ceramic", "plated", "hardened", "slotted",
)  # fmt: skip
_TOWNS = (
    "Ashford", "Bramley", "Colne", "Dunmore", "Eastry", "Fenwick", "Garth", "Holme", "Ilkley", "Kirby", "Lund", "Marsh",
)  # fmt: skip
_LOREM = (
    "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore et dolore "
    "magna aliqua. Ut enim ad minim veniam, quis nostrud exercitation ullamco laboris nisi ut aliquip ex ea commodo."
)
_PLAIN = (
    "The workshop is open on three afternoons a week and anybody may use the tools that hang on the wall.",
    "Please bring your own gloves, sign the book by the door and sweep the floor before you leave.",
    "The committee meets in the room above the library and is glad of every pair of hands that can help.",
    "Members who have been here for a year may borrow the trailer, which must come back clean and with air in it.",
    "The winter programme has been printed and will be sent to all who have paid for the coming season.",
    "On the last Sunday we walk to the reservoir, where there is tea for those who have reached the far bank.",
)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of page: how many of it, and what should become of it."""

    name: str
    pages: int
    fate: str
    make: Maker


def _pick(rng: Random, words: tuple[str, ...], count: int) -> list[str]:
    return [rng.choice(words) for _ in range(count)]


def _paragraphs(texts: list[str]) -> str:
    return "\n".join(f"<p>{escape(text, quote=False)}</p>" for text in texts)


def _too_short(rng: Random) -> tuple[str, str]:
    town = rng.choice(_TOWNS)
    return f"Branch office {town}", _paragraphs([f"Our branch in {town} opens at {rng.randrange(7, 11)} every day."])


def _not_found(rng: Random) -> tuple[str, str]:
    return "Page not found", _paragraphs([f"We could not find the page you asked for (code {rng.randrange(1000)})."])


def _keyword_spam(rng: Random) -> tuple[str, str]:
    goods = f"{rng.choice(('cheap', 'replica', 'discount'))} {rng.choice(('watches', 'handbags', 'slots', 'pills'))}"
    lines = [
        f"Buy {goods} online in {town}, the best {goods} at the best price, and the {goods} that you want to have "
        f"for {rng.randrange(9, 90)}.99 only, order {goods} today and save on {goods}."
        for town in _pick(rng, _TOWNS, 10)
    ]
    return f"{goods} best price", _paragraphs(lines)


def _listing(rng: Random) -> tuple[str, str]:
    names = [f"{a} {n}".title() for a, n in zip(_pick(rng, _ADJECTIVES, 60), _pick(rng, _NOUNS, 60), strict=True)]
    rows = "\n".join(f'<div class="row"><p>{name}</p><p>{rng.randrange(1, 90)} left</p></div>' for name in names)
    return f"Catalogue page {rng.randrange(2, 400)}", rows


def _links_only(rng: Random) -> tuple[str, str]:
    rows = [f'<li><a href="/tag/{noun}-{rng.randrange(999)}">{noun}</a></li>' for noun in _pick(rng, _NOUNS, 80)]
    return "All tags", "<ul>" + "\n".join(rows) + "</ul>"


def _hash_storm(rng: Random) -> tuple[str, str]:
    lines = [" ".join(f"#{word} # and the" for word in _pick(rng, _NOUNS, 6)) + "." for _ in range(12)]
    return "Trending now", _paragraphs(lines)


def _symbol_soup(rng: Random) -> tuple[str, str]:
    marks = ("$$$", "***", "!!!", "100%", ">>>", "<<<", "=>", "24/7", "+++", "&&", "~~")
    lines = [" ".join(f"{word.upper()} {rng.choice(marks)}" for word in _pick(rng, _NOUNS, 10)) for _ in range(14)]
    return "MEGA SALE !!! MEGA SALE", _paragraphs(lines)


def _bullets(rng: Random) -> tuple[str, str]:
    items = [
        f"• the {rng.choice(_ADJECTIVES)} {noun} in box {rng.randrange(90)} of the {rng.choice(_TOWNS)} store"
        for noun in _pick(rng, _NOUNS, 24)
    ]
    return "Packing list", _paragraphs(items)


def _lorem(rng: Random) -> tuple[str, str]:
    return f"Sample page {rng.randrange(2, 99)}", _paragraphs([*_pick(rng, _PLAIN, 2), _LOREM, _LOREM.lower()])


def _braces(rng: Random) -> tuple[str, str]:
    widget = rng.choice(_NOUNS)
    code = f"var {widget} = document.getElementById('{widget}'); if ({widget}) {{ {widget}.show(); return false; }}"
    return f"Opening hours of the {widget} room", _paragraphs([*dict.fromkeys(_pick(rng, _PLAIN, 6)), code])


def _javascript(rng: Random) -> tuple[str, str]:
    return f"Dashboard {rng.randrange(100)}", _paragraphs(
        ["Please enable JavaScript to use this application.", "JavaScript is required, and cookies must be allowed."]
    )


def _numbers(rng: Random) -> tuple[str, str]:
    rows = [
        f"{rng.randrange(2019, 2026)}-{rng.randrange(1, 13):02d} {rng.choice(_TOWNS)} "
        + " ".join(f"{rng.randrange(900, 1100)}.{rng.randrange(10)}" for _ in range(7))
        for _ in range(30)
    ]
    return "Readings of the gauge", _paragraphs(rows)


def _teasers(rng: Random) -> tuple[str, str]:
    texts = [f"{text.rsplit(' ', rng.randrange(3, 7))[0]}..." for text in (*_PLAIN, *_pick(rng, _PLAIN, 3))]
    return f"News from {rng.choice(_TOWNS)}", _paragraphs(list(dict.fromkeys(texts)))


def _long_words(rng: Random) -> tuple[str, str]:
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    keys = ["".join(_pick(rng, tuple(letters), rng.randrange(16, 40))) for _ in range(90)]
    lines = [f"{' '.join(keys[start : start + 6])} of the keys." for start in range(0, 90, 6)]
    return "Public keys of the members", _paragraphs(lines)


def _me_too(rng: Random) -> tuple[str, str]:
    answers = ("Thank you so much, this works for me!", "Same problem here, did you find out?", "Bump, anyone?")
    posts = [*dict.fromkeys(_pick(rng, _PLAIN, 2)), *_pick(rng, answers, 28)]
    return f"Problem with my {rng.choice(_NOUNS)}", _paragraphs(posts)


def _nouns_only(rng: Random) -> tuple[str, str]:
    lines = [" ".join((*_pick(rng, _ADJECTIVES, 3), *_pick(rng, _NOUNS, 9))).capitalize() + "." for _ in range(12)]
    return "Spare parts in stock", _paragraphs(lines)


def _no_full_stops(rng: Random) -> tuple[str, str]:
    lines = [f"{text.rstrip('.').lower()} and the {rng.choice(_NOUNS)} sang along" for text in _PLAIN]
    return f"Song of the {rng.choice(_NOUNS)}", _paragraphs(lines)


def _policy(rng: Random) -> tuple[str, str]:
    terms = (
        "By using this site you agree to our terms of use and to the privacy policy of our partners.",
        "Our cookie policy explains the use of cookies, and we use cookies to remember that you have read it.",
        "The privacy policy was changed and the terms of service apply to all members of the club.",
    )
    return f"Legal notice {rng.randrange(10, 99)}", _paragraphs([*terms, *_pick(rng, terms, 3)])


def _forecast(rng: Random) -> tuple[str, str]:
    """The same sentences with other numbers: near duplicates of one another."""
    town, warm = rng.choice(_TOWNS), rng.randrange(11, 24)
    text = (
        f"In {town} the day begins with mist in the low fields, which the sun will have lifted by the late morning. "
        f"The afternoon stays dry with a light wind from the south west, and the temperature climbs to {warm} degrees "
        "before the clouds return towards the evening. During the night it remains mild, and there may be some rain "
        "over the hills, though gardeners should not rely on it. Tomorrow brings more of the same with longer sunny "
        "spells, and the outlook for the weekend is good. The next report will be written as soon as the instruments "
        "on the school roof have been read by the pupils of the fourth class."
    )
    return f"The weather in {town}", _paragraphs([text])


KINDS = (
    Kind("too short", 8, "dropped: too few words, or nothing to extract", _too_short),
    Kind("soft 404", 4, "dropped: too few words, or nothing to extract", _not_found),
    Kind("keyword spam", 8, "dropped: repeated n-grams", _keyword_spam),
    Kind("listing", 7, "dropped: short lines, no full stops", _listing),
    Kind("links only", 4, "dropped: nothing to extract, or short lines", _links_only),
    Kind("hash storm", 4, "dropped: '#' to words", _hash_storm),
    Kind("symbol soup", 4, "dropped: too few words with a letter", _symbol_soup),
    Kind("bullet list", 5, "dropped: lines that begin with a bullet", _bullets),
    Kind("lorem ipsum", 5, "dropped: lorem ipsum", _lorem),
    Kind("curly braces", 6, "dropped: curly brace", _braces),
    Kind("javascript required", 4, "dropped: too few words once its lines are removed", _javascript),
    Kind("table of numbers", 6, "dropped: too few words with a letter", _numbers),
    Kind("teasers", 6, "dropped: lines that end with an ellipsis", _teasers),
    Kind("long words", 3, "dropped: mean word length", _long_words),
    Kind("me too", 5, "dropped: repeated lines", _me_too),
    Kind("nouns only", 4, "dropped: too few stop words", _nouns_only),
    Kind("no full stops", 4, "dropped: lines without a terminal mark", _no_full_stops),
    Kind("policy", 3, "dropped: too few words once policy lines are removed", _policy),
    Kind("forecast", 10, "kept once a cluster, the rest near duplicates", _forecast),
)
