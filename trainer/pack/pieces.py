"""Words, which no token of ours goes beyond, and where a long text may be cut without changing a token."""

import re
from collections.abc import Iterator

_BEFORE, _ENDING = r"[^\r\n\p{L}\p{N}]?", r"(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])?"
_OTHER, _SMALL = r"[\p{L}\p{M}&&[^A-Za-z]]", r"[\p{L}\p{M}&&[^A-Z]]"
PATTERN = (
    # A word, with a space or sign before it: capitals, then small letters. Other letters, vowel signs and accents are
    # both. Nothing is given back (*+, ++): a search may step back ten million times, and a genome has more letters.
    rf"{_BEFORE}(?:(?:[A-Z]*+{_OTHER})*+[A-Z]*+[a-z]{_SMALL}*+|(?:[A-Z]*+{_OTHER})++){_ENDING}"
    rf"|{_BEFORE}[A-Z]++{_ENDING}"
    r"|\p{N}{1,3}"  # digits in threes
    r"| ?[^\s\p{L}\p{N}]+[\r\n/]*"  # other signs, with the ends of their line
    r"|\s*[\r\n]+"  # ends of lines, with the indentation before
    r"|\s+(?!\S)|\s+"  # spaces; the last one goes to the word after it
)
LLAMA_CPP = "granite-embed-multi-97m"
"""llama.cpp's name of these words (its `tokenizer.ggml.pre`), so that its tokens are ours."""
LONG = 1 << 20
"""Characters above which a text is cut for encoding, where that changes no token; and a run of white space anyway."""
_LINE = re.compile(r"\n(?=[^\W_])")
_BLANKS = re.compile(r"\s{2,}")


def pieces(text: str, lines: bool = True) -> Iterator[str]:
    """Cut a long text, so that its encoding takes less memory: with `lines` about every LONG characters, before a
    letter or digit that begins a line. No word of PATTERN goes over such a place: what holds a line's end ends with
    one."""
    start = 0
    while lines and len(text) - start > 2 * LONG and (found := _LINE.search(text, start + LONG)):
        yield from without_seas(text[start : found.end()], LONG)
        start = found.end()
    yield from without_seas(text[start:], LONG)


def without_seas(text: str, most: int) -> Iterator[str]:
    """Cut white space every `most` characters: the search for words gives up in a run of millions."""
    start = 0
    if len(text) > most:
        for blank in _BLANKS.finditer(text):
            for place in range(blank.start() + most, blank.end(), most):
                yield text[start:place]
                start = place
    yield text[start:]
