"""Characters that belong to how a text is set, not to what it says."""

import re
import unicodedata

_LINE_ENDS = re.compile(r"\r\n?|[\v\x1c-\x1e\u2028\u2029]")
_CUT_WORD = re.compile("\u00ad[ \t]*\n[ \t]*")
_GONE = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f\u00ad\u200a\u2060\ufeff]")
"""Controls, soft hyphens, word joiners, byte order marks, and the hair spaces that modern editions kern with."""
_SPACES = re.compile("[\u00a0\u2000-\u2009\u202f\u205f]")
_MANY_MARKS = re.compile(r"([^\w\x00-\u02ff]{30,})")
"""Where more combining marks can follow one another than Unicode's stream-safe format has (UAX 15)."""


def clean(text: str) -> str:
    """`text` with "\\n" between lines, in NFC, its spaces plain, without what is only seen or never seen.

    A run of thirty and more marks stays as it is: putting it in order takes the square of its length.
    """
    text = _LINE_ENDS.sub("\n", text)
    if not text.isascii():
        text = _SPACES.sub(" ", _CUT_WORD.sub("", text))
    text = _GONE.sub("", text)
    if unicodedata.is_normalized("NFC", text):
        return text
    pieces = _MANY_MARKS.split(text)
    pieces[::2] = [unicodedata.normalize("NFC", piece) for piece in pieces[::2]]
    return "".join(pieces)
