"""Bad documents that are made, not found: few languages of the saved pages have any page that is bad.

Nothing here was ever on the web. Every document is drawn from the words of one language's Universal Declaration of
Human Rights, the only text that all have, so its vocabulary is that of law; real spam has another. Five kinds:

links: a menu or a site map, 40 to 90 lines of one to four words; as list items where the seed is even.
keywords: six to ten long lines that say five to eight words over and over, without a sentence.
template: 20 to 45 products by one pattern, name, price and availability; a line each where the seed is odd.
machine: by the seed's rest in four a log, columns of numbers, base64, identifiers; its words are few, and the log's.
mojibake: eight paragraphs, their UTF-8 read as windows-1252, twice. A text in ASCII would stay as it is.
"""

import base64
import random
import re
import string
import unicodedata
from collections.abc import Callable, Sequence
from itertools import groupby

_INNER = "'\u2019\u2010-\u200c"
"""What may stand inside a word beside letters and marks."""
_PIECE = {
    "zh": re.compile(r".{2,3}"),
    "ja": re.compile(r".{2,3}"),
    "th": re.compile(r"(?:[เ-ไ]?[ก-ฮ][^เ-ไก-ฮ]*){2,3}"),
}
"""Where no space parts words, what is taken for one: two or three characters, or Thai consonants with their vowels."""
_PARAGRAPHS = 8
_UNKNOWN = "\x81\x8d\x8f\x90\x9d"
"""The bytes that windows-1252 leaves undefined: browsers read them as control characters."""


def words(language: str, paragraphs: Sequence[str]) -> list[str]:
    """Return the words of the paragraphs in their order, without digits and punctuation."""
    runs = ("".join(run).strip(_INNER) for p in paragraphs for is_word, run in groupby(p, _in_word) if is_word)
    if language in _PIECE:
        return [piece for run in runs for piece in _PIECE[language].findall(run)]
    return [run for run in runs if run]


def _in_word(character: str) -> bool:
    return character in _INNER or unicodedata.category(character)[0] in "LM"


def make(language: str, kind: str, seed: int, paragraphs: Sequence[str]) -> str:
    """Return the document of that kind and seed; `paragraphs` are all of the language, in their order."""
    draw = random.Random(f"{language} {kind} {seed}")
    return "\n".join(_MAKERS[kind](draw, seed, language, paragraphs))


def _name(draw: random.Random, language: str, known: Sequence[str], most: int) -> str:
    """One to `most` words; the first with a capital."""
    name = ("" if language in _PIECE else " ").join(draw.choice(known) for _ in range(draw.randint(1, most)))
    return name[:1].upper() + name[1:]


def _links(draw: random.Random, seed: int, language: str, paragraphs: Sequence[str]) -> list[str]:
    known = words(language, paragraphs)
    return [("" if seed % 2 else "- ") + _name(draw, language, known, 4) for _ in range(draw.randint(40, 90))]


def _keywords(draw: random.Random, seed: int, language: str, paragraphs: Sequence[str]) -> list[str]:
    distinct = sorted(set(words(language, paragraphs)), key=lambda word: (len(word), word))
    few = draw.sample(distinct[len(distinct) // 2 :], draw.randint(5, 8))  # the longer half: not articles and the like
    between = (" ", ", ", " | ")[seed % 3]
    return [between.join(draw.choice(few) for _ in range(draw.randint(40, 80))) for _ in range(draw.randint(6, 10))]


def _template(draw: random.Random, seed: int, language: str, paragraphs: Sequence[str]) -> list[str]:
    known = words(language, paragraphs)
    stock, button, sign = _name(draw, language, known, 2), _name(draw, language, known, 2), draw.choice("€$£¥")
    lines = []
    for _ in range(draw.randint(20, 45)):
        name = f"{_name(draw, language, known, 3)} {draw.choice(string.ascii_uppercase)}{draw.randint(10, 9999)}"
        price, left = f"{draw.randint(1, 999)},{draw.randint(0, 99):02} {sign}", f"{stock}: {draw.randint(0, 50)}"
        entry = [name, price, left, button]
        lines += [" - ".join(entry)] if seed % 2 else entry
    return lines


def _machine(draw: random.Random, seed: int, language: str, paragraphs: Sequence[str]) -> list[str]:
    known = words(language, paragraphs)
    form = (_log, _numbers, _base64, _identifiers)[seed % 4]
    return [form(draw, known) for _ in range(draw.randint(30, 60))]


def _log(draw: random.Random, known: Sequence[str]) -> str:
    day, second = f"2024-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}", draw.randint(0, 86_399)
    time = f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
    level, place = draw.choice(("INFO", "WARN", "ERROR", "DEBUG")), f"0x{draw.getrandbits(32):08x}"
    said = " ".join(draw.choice(known) for _ in range(draw.randint(1, 4)))
    return f"{day}T{time}Z {level} [{draw.randint(1, 64)}] {place} {said}"


def _numbers(draw: random.Random, known: Sequence[str]) -> str:
    return ";".join(f"{draw.uniform(-1000, 1000):.3f}" for _ in range(12))


def _base64(draw: random.Random, known: Sequence[str]) -> str:
    return base64.b64encode(draw.randbytes(57)).decode()


def _identifiers(draw: random.Random, known: Sequence[str]) -> str:
    return " ".join(f"{draw.getrandbits(64):016x}-{draw.randint(0, 999)}" for _ in range(4))


def _mojibake(draw: random.Random, seed: int, language: str, paragraphs: Sequence[str]) -> list[str]:
    start = seed * _PARAGRAPHS % max(1, len(paragraphs) - _PARAGRAPHS + 1)
    return [misread(misread(paragraph)) for paragraph in paragraphs[start : start + _PARAGRAPHS]]


def misread(text: str) -> str:
    """Return the text as a browser shows its UTF-8 that is declared windows-1252."""
    bytes_ = (bytes([byte]) for byte in text.encode())
    return "".join(one.decode("latin-1" if one.decode("latin-1") in _UNKNOWN else "cp1252") for one in bytes_)


_Maker = Callable[[random.Random, int, str, Sequence[str]], list[str]]
_MAKERS: dict[str, _Maker] = {
    "links": _links,
    "keywords": _keywords,
    "template": _template,
    "machine": _machine,
    "mojibake": _mojibake,
}
KINDS = tuple(_MAKERS)
