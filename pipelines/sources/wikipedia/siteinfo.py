"""The wiki that a dump is of, from the `<mediawiki>` and `<siteinfo>` before its pages; nothing that it says is needed.

What lies before `<mediawiki>`, such as a document type that defines entities, is never parsed.
"""

import contextlib
from xml.parsers import expat

from winnow.pipelines.sources.wikipedia.layout import Site

BEGINS = b"<mediawiki"
_FIELDS = {"dbname": "name", "base": "base"}
MOST_NAMESPACES = 200
MOST_CHARACTERS = 200
"""Of a value that is kept; it is as if longer ones were not there."""


def site_of(head: bytes) -> Site | None:
    """The wiki as far as the beginning of a dump tells; None where none begins here."""
    begins = head.find(BEGINS)
    if begins < 0:
        return None
    reader = _Reader()
    with contextlib.suppress(expat.ExpatError):  # cut, or damaged: what was read holds
        reader.parser.Parse(head[begins:], False)
    return reader.site()


class _Reader:
    def __init__(self) -> None:
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self._said = dict[str, str]()
        self._namespaces = dict[str, str]()
        self._key = ""
        self._text: list[str] = []

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "mediawiki":
            self._said["language"] = attributes.get("xml:lang", "")
        self._key, self._text = attributes.get("key", ""), []

    def _characters(self, text: str) -> None:
        if sum(map(len, self._text)) <= MOST_CHARACTERS:
            self._text.append(text)

    def _end(self, name: str) -> None:
        text = "".join(self._text).strip()
        if name == "namespace" and self._key and len(self._namespaces) < MOST_NAMESPACES:
            self._namespaces[self._key] = text
        elif name in _FIELDS:
            self._said.setdefault(_FIELDS[name], text)
        self._text = []

    def site(self) -> Site:
        said = {name: value for name, value in self._said.items() if _kept(value)}
        said["name"] = said.get("name") or said.get("base", "")
        return Site(namespaces={k: v for k, v in self._namespaces.items() if _kept(k) and _kept(v)}, **said)


def _kept(value: str) -> bool:
    return len(value) <= MOST_CHARACTERS and value.isprintable()
