"""What a block is by itself: its length, its characters, its links, what it begins and ends with."""

import numpy as np

from winnow.pipelines.extraction.blocks.features import characters as c
from winnow.pipelines.extraction.blocks.features.measures import Measures
from winnow.pipelines.extraction.blocks.features.table import Table, share
from winnow.pipelines.extraction.blocks.page import BUTTON, CODE, HEADING, KINDS, TAG_NUMBER

_TAGS = ("p", "div", "li", "td", "h1", "h2", "h3", "section")
_IN = [f"in_{tag}" for tag in _TAGS]
_IS = [f"is_{KINDS[kind]}" for kind in (HEADING, CODE, BUTTON)]
_SHARES = [f"share_{name}" for name in c.NAMES]


def add(table: Table, m: Measures) -> None:
    """Columns of each block alone."""
    counts, length, words = m.characters.counts, m.length, m.words
    table.add("length", length)
    table.add("words", words)
    table.add("word_length", share(length - counts[:, c.SPACE], words))
    table.spread(_SHARES, counts.T / length)
    for name, kind in (("stops", c.STOP), ("commas", c.COMMA), ("digits", c.DIGIT), ("lines", c.LINE)):
        table.add(name, counts[:, kind])
    table.add("stops_a_word", share(counts[:, c.STOP], words))
    table.add("capitals", share(counts[:, c.UPPER], words))
    table.add("first", m.characters.first)
    table.add("last", m.characters.last)
    table.add("ends_a_sentence", m.characters.last == c.STOP)
    table.add("linked", m.linked_share)
    table.add("unlinked_words", words * (1 - m.linked_share))
    table.add("strong", m.strong_share)
    for name in ("links", "images", "controls"):
        table.add(name, m.column(name))
    table.add("links_a_word", share(m.column("links"), words + 1))
    table.add("kind", m.kind)
    table.spread(_IS, m.kind == np.array([[HEADING], [CODE], [BUTTON]]))
    table.add("level", m.column("level"))
    table.add("tag", m.tag)
    table.spread(_IN, m.tag == np.array([[TAG_NUMBER[tag]] for tag in _TAGS]))
    table.add("hidden", m.hidden)
    table.add("is_prose", m.prose > 0)
    table.add("seen", m.copies)
    table.add("is_copy", m.is_copy)
    table.add("copies_length", m.copies * np.minimum(length, 1000))
