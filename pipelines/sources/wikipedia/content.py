"""A page's content on its way to the conversion: its text behind a line that says what the conversion must know.

That is of no use in a row, so it does not lie in the document's meta.
"""

import json
from collections.abc import Mapping

from winnow.pipelines.sources.base import Content
from winnow.pipelines.sources.wikipedia.page import Page

WIKITEXT, HTML = "wikitext", "html"


def packed(markup: str, text: str, namespaces: Mapping[str, str]) -> str:
    """The text with its markup's name and the names of its wiki's namespaces."""
    return f"{json.dumps([markup, dict(namespaces)], ensure_ascii=False)}\n{text}"


def unpacked(content: Content) -> tuple[str, str, Page]:
    """(the markup's name, the text, its page), of what `packed` made."""
    told, _, text = content.text.partition("\n")
    markup, namespaces = json.loads(told)
    names = {key: (name,) for key, name in namespaces.items() if name}
    return markup, text, Page(content.title or "", content.language, names)
