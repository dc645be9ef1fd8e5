"""The words of other tools, for the variants that follow them. Our own words are `Text.words`.

Published figures were made with word segmenters that we do not depend on. What stands here follows their rules with the
standard library, for texts that put spaces between words; both functions take time linear in the text.
"""

# ruff: noqa: RUF001  marks that look like others are what this file is about

import re
from functools import lru_cache
from itertools import chain
from unicodedata import category

from winnow.filters.words.contractions import contractions, wholes

_QUOTES = "'\"”“`‘´’‚,„»«「」『』（）〔〕【】《》〈〉⟦⟧"
_MARKS = frozenset("…,:;!?¿؟¡()[]{}<>_#*&。？！，、；：～·।،۔؛٪—–" + _QUOTES)
_CURRENCY = "$£€¥฿﷼\u20a0-\u20bf"
_UNITS = (
    r"[kdcmµn]?m[²³]?|km/h|kmh|ha|yd|in|ft|[km]?g|µg|t|lb|oz|m/s|mph|h?Pa|mbar|[mkgtMKGT][bB]|[TGMK%]"
    r"|[кдсмн]?м[²³]?|[км]?г|м/с|км/ч|к?Па|мбар|[КкМмГгТт]б"
)
_LONGEST_UNIT = 4
_BEFORE = re.compile(rf"[§%=]|\+(?![0-9])|(?:US|C|A)?\$|[{_CURRENCY}]|\.\.+")
_AFTER_FIGURE = re.compile(rf"(?<=[0-9])(?:\+|(?:US|C|A)?\$|[{_CURRENCY}]|{_UNITS})\Z")
_LETTER = r"[^\W\d_]"
_QUOTE = f"[{re.escape(_QUOTES)}]"
_INSIDE = re.compile(
    rf"\.\.+|(?:(?<={_LETTER})|(?<={_QUOTE}))\.(?={_LETTER}|{_QUOTE})|(?<=[0-9])[-+*^](?=[0-9-])"
    rf"|(?<={_LETTER}),(?={_LETTER})|(?<=[^\W_])(?:---?|——|[-–—~:<>=/])(?={_LETTER})|…|(?P<other>[^\w\s\x00-\x7f])"
)
_ADDRESS = re.compile(r"(?:[\w+.-]{2,}://)?(?:[^\W_][\w-]*\.)+([^\W\d_]{2,63})(?::\d{2,5})?(?:[/?#]\S*)?")
_STOPPED = frozenset("%²-+|") | _MARKS - {"—", "–"}
"""Besides letters and digits, what a full stop can follow that is a word of its own."""
_WORD = re.compile(r"\w+(?:['\u2019.]\w+)*")
_REMEMBERED, _MOST_REMEMBERED = 48, 1 << 17
"""Characters of a chunk that is remembered, and chunks: a longer one is rarely met again."""


@lru_cache(maxsize=2)
def words_and_marks(string: str) -> tuple[str, ...]:
    """Words and marks, as spaCy's rules for English part them: "It's 5%." -> ("It", "'s", "5", "%", ".").

    datatrove's words of an English text are those of a blank spaCy pipeline (3.8): marks are words, contractions are
    two words, hyphens stand between words, and "...", "3.14", "U.S." and addresses stay whole. Of 2,439 pages' main
    texts 2,415 come out word for word the same. Not followed are spaCy's lists of each script's letters, for which
    Unicode's properties stand, and its rules for IP addresses. The last two texts are remembered, since several filters
    ask for the same one.
    """
    return tuple(chain.from_iterable(map(_met.__getitem__, string.split())))


def count_words_and_marks(string: str) -> int:
    """How many `words_and_marks` there are, without making them."""
    return sum(map(len, map(_met.__getitem__, string.split())))


def segmented_words(string: str) -> list[str]:
    """Words without punctuation: "It's 5%, i.e. 3.14" -> ["It's", "5", "i.e", "3.14"].

    Stands for the words of Unicode's text segmentation (UAX 29), which DCLM takes through uniseg, punctuation dropped.
    An approximation by one regular expression.
    """
    return _WORD.findall(string)


class _Met(dict[str, tuple[str, ...]]):
    """Chunks met before, and their words."""

    def __missing__(self, chunk: str) -> tuple[str, ...]:
        words = _parted(chunk)
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        if len(chunk) <= _REMEMBERED:
            self[chunk] = words
        return words


_met = _Met()


def _parted(chunk: str) -> tuple[str, ...]:
    """The words of a chunk without white space: marks are taken off its ends, then what is left is cut inside."""
    known = contractions()
    if chunk in known or chunk.isalpha():
        return known.get(chunk, (chunk,))
    body, last = chunk[:-1], chunk[-1]
    if body.isalpha() and (last in ",;:!?" or (last == "." and not body[-1].isupper())):  # the commonest by far
        return (*known.get(body, (body,)), last)
    start, end = 0, len(chunk)
    before, after = [], []
    while start < end:
        if end - start <= _REMEMBERED and chunk[start:end] in known:
            break
        taken = _first(chunk, start, end)
        if taken:
            before.append(chunk[start : start + taken])
            start += taken
            if end - start <= _REMEMBERED and chunk[start:end] in known:
                break
        left = _last(chunk, start, end) if start < end else 0
        if left:
            after.append(chunk[end - left : end])
            end -= left
        if not taken and not left:
            break
    core = chunk[start:end]
    return _joined([*before, *(known.get(core) or _cut(core) if core else ()), *reversed(after)])


def _first(chunk: str, start: int, end: int) -> int:
    """How many characters at `start` are a mark of their own."""
    if chunk[start] in _MARKS or category(chunk[start]) == "So":
        return 1
    found = _BEFORE.match(chunk, start, end)
    return found.end() - start if found else 0


def _last(chunk: str, start: int, end: int) -> int:
    """How many characters before `end` are a mark, a unit after a figure, or a genitive's 's."""
    last = chunk[end - 1]
    if last == ".":
        return _stop(chunk, start, end)
    if last in _MARKS or category(last) == "So":
        return 1
    if last in "sS" and end - start > 1 and chunk[end - 2] in "'\u2019":
        return 2
    found = _AFTER_FIGURE.search(chunk, max(start, end - _LONGEST_UNIT), end)
    return end - found.start() if found else 0


def _stop(chunk: str, start: int, end: int) -> int:
    """The length of the full stop, or row of dots, before `end`; 0 where it belongs to the word: "U.S." """
    first = end - 1
    while first > start and chunk[first - 1] == ".":
        first -= 1
    if end - first > 1:
        return end - first
    if first == start:
        return 0
    letter = chunk[first - 1]
    if letter.isupper():
        return int(first - start > 1 and chunk[first - 2].isalpha() and not chunk[first - 2].islower())
    return int(letter.isalnum() or letter in _STOPPED)


def _cut(core: str) -> list[str]:
    """Cut at hyphens, ellipses, missing spaces and pictures inside; an address stays whole."""
    if core.isalnum() or _is_address(core):
        return [core]
    pieces, start = [], 0
    for match in _INSIDE.finditer(core):
        at, mark = match.start(), match[0]
        if at == 0 or (mark == "." and (core[at - 1].isupper() or core[at + 1].islower())):
            continue
        if match["other"] and category(mark) != "So":
            continue
        if at > start:
            pieces.append(core[start:at])
        pieces.append(mark)
        start = match.end()
    if start < len(core):
        pieces.append(core[start:])
    return pieces


def _is_address(core: str) -> bool:
    """Whether this is a host's name, with or without what stands around one in URLs and e-mail addresses."""
    if "." not in core:
        return False
    for part in (core, core.rpartition("@")[2]):
        found = _ADDRESS.fullmatch(part)
        if found and found[1] == found[1].lower():
            return True
    return False


def _joined(words: list[str]) -> tuple[str, ...]:
    """Put together again what fell apart: ["below", ")", ":"] -> ("below", "):")."""
    if len(words) < 3:  # two are the chunk itself, which was looked up before it was parted
        return tuple(words)
    whole, at = [], 0
    while at < len(words):
        for size in range(min(5, len(words) - at), 1, -1):
            if (word := "".join(words[at : at + size])) in wholes():
                break
        else:
            word, size = words[at], 1
        whole.append(word)
        at += size
    return tuple(whole)
