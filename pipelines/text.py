"""Text for a terminal, a page or a message that cannot misbehave there.

What came from pages may hold anything: line breaks, escape sequences, marks that turn the direction of writing. What is
shown goes through here first, so that a page cannot draw on the reader's screen.
"""

import unicodedata

REPLACED = "\N{REPLACEMENT CHARACTER}"
_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
"""Format characters that words of Persian and Hindi and many emoji are spelt with."""
_SOFT_HYPHEN = "\N{SOFT HYPHEN}"
_MESSAGE = 1500
"""Characters of an error that are told."""


def clean(text: str) -> str:
    """`text` on one line: runs of white space become a space; control, bidi and other format characters a mark."""
    return "".join(map(_visible, " ".join(text.split())))


def one_line(text: str) -> str:
    """A message on one line: `clean`, but spaces stay as they are, and what is very long lacks its middle."""
    line = "".join(c if c == " " else " " if c.isspace() else _visible(c) for c in text.strip())
    return line if len(line) <= _MESSAGE else f"{line[: _MESSAGE - 300]} … {line[-300:]}"


def _visible(character: str) -> str:
    if unicodedata.category(character) not in ("Cc", "Cf", "Cs"):
        return character
    return {_SOFT_HYPHEN: ""}.get(character, character if character in _JOINERS else REPLACED)
