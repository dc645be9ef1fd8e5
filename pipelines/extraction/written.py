"""The text of a page from its blocks: those that an engine chose, or those that another extractor's text is made of."""

from collections.abc import Sequence

from winnow.filters.kinds import KINDS
from winnow.pipelines.extraction import linear
from winnow.pipelines.extraction.blocks.complete import complete
from winnow.pipelines.extraction.blocks.compose import compose, text_of
from winnow.pipelines.extraction.blocks.follow import follow
from winnow.pipelines.extraction.blocks.kinds import kinds_of
from winnow.pipelines.extraction.blocks.markdown import markdown
from winnow.pipelines.extraction.blocks.page import Page
from winnow.pipelines.extraction.settings import MARKDOWN

_FOLLOWED = 0.9
"""Share of a text's words that the page's blocks must give, or it stays as it is."""


def written(page: Page, kept: Sequence[bool], dialogs: Sequence[bool], form: str) -> tuple[str, dict[str, str]]:
    """Return the text of the blocks that are kept and in no dialog, in NFC, and what is known of it, for `meta`."""
    kept = [is_kept and not is_dialog for is_kept, is_dialog in zip(kept, dialogs, strict=True)]
    lines = (markdown if form == MARKDOWN else compose)(page, kept)
    return linear.nfc(text_of(lines)), {KINDS: kinds_of(lines)} if lines else {}


def rewritten(page: Page, text: str, dialogs: Sequence[bool], form: str) -> tuple[str, dict[str, str]]:
    """Return another extractor's text as `written` does; "" where it is not made of the page's blocks."""
    taken, share = follow(page.texts, text)
    return written(page, complete(page, taken), dialogs, form) if share >= _FOLLOWED else ("", {})
