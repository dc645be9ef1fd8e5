"""The links to themselves that headings, terms and captions carry in documentation: signs, [edit], [source]."""

import re

from winnow.pipelines.extraction.blocks.page import CAPTION, HEADING, TERM

_KINDS = frozenset((HEADING, TERM, CAPTION))
_SIGNS = " \u00b6\U0001f517\uf0c1"
_ANCHOR = re.compile(
    r"^\u00a7(?=[^\W\d])|\[(?:edit|source|[^\[\]|]{1,40} \| [^\[\]|]{1,40})\]$|(?<!\b\w)#$", re.IGNORECASE
)
"""rustdoc's sign, MediaWiki's [edit] and [edit | edit source] in any language, Sphinx' [source]; not the # of C#."""


def without_anchor(kind: int, text: str) -> str:
    """Return the text of a block of this kind without its link to itself, unless that is all of it."""
    if kind not in _KINDS:
        return text
    return _ANCHOR.sub("", text.rstrip(_SIGNS)).rstrip() or text
