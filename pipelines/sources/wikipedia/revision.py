"""One `<page>` of an XML dump, parsed on its own: no document type comes before it, so that it can define no entity.

Of several revisions the last one is taken. What is of interest is a few elements at known places; others are skipped.
"""

import codecs
from xml.parsers import expat

MOST_DEPTH = 32
"""Elements inside one another; exports have six."""
_PAGE = {"title", "ns", "id"}
_REVISION = {"id", "timestamp", "model", "text", "sha1"}


class TooDeep(ValueError):
    """Elements lie inside one another deeper than MOST_DEPTH."""


class Parser:
    """Parses one page, piece by piece. The page knows nothing of its parser, so that both go with the last use."""

    def __init__(self) -> None:
        self.page = Revision()
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._parser = expat.ParserCreate("utf-8")
        self._parser.buffer_text = True
        self._parser.buffer_size = 1 << 16
        self._parser.StartElementHandler = self.page.start
        self._parser.EndElementHandler = self.page.end
        self._parser.CharacterDataHandler = self.page.characters

    def feed(self, data: bytes, final: bool = False) -> None:
        """Go on with these bytes of the page; `final` behind the last. Raises expat.ExpatError, UnicodeDecodeError or
        TooDeep where it is no page."""
        try:
            self._parser.Parse(data, final)
        finally:
            self._decoder.decode(data, final)  # the parser does not tell bad bytes from bad markup


class Revision:
    """What a page says, as far as it was parsed."""

    def __init__(self) -> None:
        self.page = dict[str, str]()
        """title, ns, id; what is not there is not known."""
        self.redirect: str | None = None
        """To where, perhaps ""."""
        self.revisions = 0
        self.said = dict[str, str]()
        """Of the last revision: id, timestamp, model, text, sha1."""
        self.deleted = False
        """Whether its text is hidden."""
        self._depth = 0
        self._in_revision = False
        self._text: list[str] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise TooDeep(f"elements lie more than {MOST_DEPTH} deep")
        if self._depth == 2:
            if name == "redirect":
                self.redirect = attributes.get("title", "")
            elif name == "revision":
                self._in_revision, self.said, self.deleted = True, {}, False
                self.revisions += 1
            self._text = [] if name in _PAGE else None
        elif self._depth == 3 and self._in_revision and name in _REVISION:
            self._text = []
            if name == "text":
                self.deleted = "deleted" in attributes
        else:
            self._text = None

    def characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def end(self, name: str) -> None:
        if self._text is not None:
            found = self.page if self._depth == 2 else self.said
            found.setdefault(name, "".join(self._text))
            self._text = None
        if self._depth == 2:
            self._in_revision = False
        self._depth -= 1
