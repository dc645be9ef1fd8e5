"""What a template becomes is a function of its call; most are made of these two."""

from collections.abc import Callable

from winnow.pipelines.sources.wikipedia.prose.marks import CUT
from winnow.pipelines.sources.wikipedia.wikitext.call import Call

Handler = Callable[[Call], str]


def names(text: str) -> list[str]:
    """Names parted by bars or lines."""
    return [name for line in text.split("\n") for piece in line.split("|") if (name := piece.strip())]


def pairs(text: str) -> dict[str, str]:
    """Names and what they stand for: "fr=French|it=Italian"."""
    return dict(name.split("=") for name in names(text))


def argument(*keys: str) -> Handler:
    """A handler that shows the first of these arguments that is given."""
    return lambda call: call.get(*keys) or CUT


def constant(text: str) -> Handler:
    """A handler that always shows the same."""
    return lambda call: text
