"""What stands around an element: the elements that hold it, and the texts before and behind it, nearest first."""

from collections.abc import Callable, Iterator

from selectolax.lexbor import LexborNode

from winnow.pipelines.extraction.facts.text import UNREAD

_MOST_AROUND = 256
"""Elements around one that are looked at."""
_MOST_NODES = 1_000
"""Nodes that are passed on the way to its neighbours."""


def holders(element: LexborNode) -> Iterator[LexborNode]:
    """Yield the elements that hold an element, from the inside."""
    around = element.parent
    for _ in range(_MOST_AROUND):
        if around is None:
            return
        yield around
        around = around.parent


def texts_behind(element: LexborNode, characters: int) -> Iterator[str]:
    """Yield the texts in an element and behind it, until so many characters have passed."""
    return _texts(element.first_child or _next(element), _following, characters)


def texts_before(element: LexborNode, characters: int) -> Iterator[str]:
    """Yield the texts before an element, the last first, until so many characters have passed."""
    return _texts(_previous(element), _previous, characters)


def _texts(node: LexborNode | None, step: Callable[[LexborNode], LexborNode | None], characters: int) -> Iterator[str]:
    """Yield the texts from a node on, from step to step, until so many characters have passed."""
    for _ in range(_MOST_NODES):
        if node is None or characters <= 0:
            return
        if node.tag == "-text":
            text = (node.text_content or "").strip()
            characters -= len(text)
            yield text
        node = step(node)


def _following(node: LexborNode) -> LexborNode | None:
    """The first node in one, where what is in it is read, else the node behind it."""
    below = None if node.tag in UNREAD else node.first_child
    return below or _next(node)


def _next(node: LexborNode) -> LexborNode | None:
    """The node behind one and all it holds."""
    here: LexborNode | None = node
    while here is not None and here.next is None:
        here = here.parent
    return here and here.next


def _previous(node: LexborNode) -> LexborNode | None:
    """The last node that ends before one begins."""
    here: LexborNode | None = node
    while here is not None and here.prev is None:
        here = here.parent
    here = here and here.prev
    while here is not None and here.tag not in UNREAD and here.last_child is not None:
        here = here.last_child
    return here
