"""What a word is: a run between white space, and in scripts that put no spaces between words what a dictionary says.

The dictionaries are ICU's (Chinese and Japanese, Thai, Lao, Khmer, Burmese), in its implementation of the word
boundaries of UAX 29; a Tibetan word is a syllable, which a tsheg ends. Punctuation beside these scripts is no word. Of
any text without them the words are those of `str.split`, and nothing is loaded.

All take time linear in the text, and may be called from several threads.
"""

from collections.abc import Iterable, Iterator, Sequence

from winnow.filters.words.scripts import is_unspaced, pieces

_BETWEEN, _OTHER, _LINE = "\n", "\0", "\1"
"""What stands between two pieces that are segmented together, for a piece that is not segmented, and for the end of a
line. ICU breaks on both sides of each, and none is a letter of a run."""
_LONG = 100_000
"""Characters of a text of which equal words are one object: a word of two letters takes 80 bytes. It costs a sixth."""


def words(string: str) -> list[str]:
    """Its words, in order: words("我爱 OpenAI公司。") -> ["我", "爱", "OpenAI", "公司"]."""
    return words_of_lines([string])[0] if is_unspaced(string) else string.split()


def words_of_lines(lines: Sequence[str]) -> list[list[str]]:
    """The words of each line. All are segmented together, since ICU takes its time to begin."""
    marked: list[str] = []
    others: list[str] = []
    for line in lines:
        for chunk in line.split():
            for run, other in pieces(chunk):
                marked.append(run or _OTHER)
                if other:
                    others.append(other)
        marked.append(_LINE)
    if len(marked) > len(lines) + len(others):  # Tibetan alone needs no dictionary
        joined = _BETWEEN.join(marked)
        segments = _segments(joined) if len(joined) <= _LONG else _shared(_segments(joined))
        marked = [segment for segment in segments if segment != _BETWEEN]
    each, following = iter(marked).__next__, iter(others)
    found = [list(iter(each, _LINE)) for _ in lines]
    return [[next(following) if word == _OTHER else word for word in line] for line in found] if others else found


def has_words(string: str, least: int) -> bool:
    """Whether there are so many words at least. A piece is a word or more, so most strings are seen no further."""
    if len(string.split(None, max(0, least - 1))) >= least:
        return True
    if not is_unspaced(string):
        return False
    return sum(len(pieces(chunk)) for chunk in string.split()) >= least or len(words(string)) >= least


def icu_version() -> str:
    """Of the ICU that icu4py brings or was compiled with: the words depend on its dictionaries."""
    from icu4py import icu_version as version

    return version


def _shared(segments: Iterable[str]) -> Iterator[str]:
    met = dict[str, str]().setdefault
    return (met(segment, segment) for segment in segments)


def _segments(joined: str) -> Iterable[str]:
    from icu4py.breakers import WordBreaker  # here: a process that meets none of these scripts does without

    return WordBreaker(joined, "und")
