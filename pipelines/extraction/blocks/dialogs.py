"""The blocks of a page that only ask for consent: cookie banners and the like, with all that is in them.

Known by the names that the common tools give their dialogs. What is only called like one, or is any dialog that speaks
of cookies and offers to accept, is taken for one unless it holds half of the page or its first heading: a page about
cookies stays whole.
"""

import re
from itertools import accumulate

from winnow.pipelines.extraction.blocks.names import CONSENT_PLACE, CONSENT_TOOL, GROUPS
from winnow.pipelines.extraction.blocks.page import HEADING, TAG_NUMBER, Page

_DIALOG = 1 << [name for name, _ in GROUPS].index("dialog")
_NAMED = CONSENT_TOOL | CONSENT_PLACE | _DIALOG
OF_THE_PAGE = ("html", "body", "main", "article")
"""Tags of what holds the page: no dialog, whatever it is called."""
_NUMBERS = frozenset(TAG_NUMBER[tag] for tag in OF_THE_PAGE)
_DIALOG_TAG = TAG_NUMBER["dialog"]
_LONGEST = 3_000
"""Characters of a dialog that is known by its words alone."""
_COOKIES = re.compile(r"\bcookies?\b|\bciastecz", re.IGNORECASE)
_ACCEPT = re.compile(
    r"\b(?:accept|agree|allow|got it|akzeptier|zustimm|einverstanden|zulassen|accepte|autoris|acept|permitir|accett"
    r"|consent|acconsent|akkoord|toestaan|akcept|zgadzam|zezw|aceit|concordo|rozumiem|verstanden|entendido|ho capito)",
    re.IGNORECASE,
)


def consent(page: Page) -> list[bool]:
    """Return which blocks are in a dialog that asks for consent."""
    found = [False] * len(page.blocks)
    elements = page.elements
    named = [at for at, each in enumerate(elements) if each.names & _NAMED or each.tag == _DIALOG_TAG]
    if not named:
        return found
    sizes = [0, *accumulate(block.all for block in page.blocks)]
    titles = [0, *accumulate(block.kind == HEADING and block.level == 1 for block in page.blocks)]
    for number in named:
        element = elements[number]
        first, last = element.first, page.last[number]
        if first >= last or element.tag in _NUMBERS or all(found[first:last]):
            continue
        size = sizes[last] - sizes[first]
        if element.names & CONSENT_TOOL or (
            2 * size < sizes[-1]
            and titles[first] == titles[last]
            and (element.names & CONSENT_PLACE or (size <= _LONGEST and _asks(page.texts[first:last])))
        ):
            found[first:last] = [True] * (last - first)
    return found


def _asks(texts: list[str]) -> bool:
    return any(map(_COOKIES.search, texts)) and any(map(_ACCEPT.search, texts))
