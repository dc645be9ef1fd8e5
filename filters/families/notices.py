"""What a site puts into a text that no author wrote: requests for JavaScript, notices on cookies, marks of citations.

C4 drops every line with "javascript" or "privacy policy" in it, and every `[7]` (`c4.py`), so that pages about
programming and about privacy lose what they are about. Here
- a request is a sentence that asks its reader to switch JavaScript on, where the page speaks of it nowhere else;
- a notice is a line that begins "We use cookies" or the like, or is nothing but the name of a policy, where at most
  `MENTIONS` lines of the page speak of such things;
- marks of citations are those of `words/citation_marks.py`.
Only lines of prose go, and headings and items of lists lose nothing but marks; code and rows of tables stay as they
are. Where the kinds of lines are not known, each is prose. The words are English.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from winnow.filters.document import Document
from winnow.filters.edits import Change, Span
from winnow.filters.families.c4 import sentence_breaks
from winnow.filters.kinds import NOT_PROSE
from winnow.filters.steps import Edit
from winnow.filters.text import Text, pieces
from winnow.filters.words.citation_marks import citation_marks

JAVASCRIPT, NOTICES, MARKS = "javascript_requests", "notices", "citation_marks"
MENTIONS = 3
"""Lines; a page with more that speak of privacy or of the cookies of browsers is about these."""
LONGEST = 1_000
"""Characters of a line that is a notice."""
PROSE = "prose"
MAY_GO = frozenset({PROSE, "quote", "caption", "button"})
"""Kinds of lines that may go, whole or by the sentence."""

_REQUEST = re.compile(
    r"\b(?:re-?)?(?:enabl|activat|allow)(?:e|ing|ed)?\s(?:\w+\s){0,2}javascript"
    r"|\b(?:turn|switch)(?:ing|ed)?\s(?:on\sjavascript|javascript\son)\b"
    r"|javascript(?:\s\w+){0,3}\s(?:disabled|enabled|required|unavailable|blocked|(?:turned|switched)\so(?:ff|n))\b"
    r"|\brequires?\s(?:\w+\s){0,3}javascript"
)
_ASKED = re.compile(
    r"\bplease\b|\byour?\b|\bthis\s(?:\w+\s)?(?:page|site|website|app|application|slideshow|content|feature|form|video)\b"
)
_POLICY = r"(?:(?:privacy|cookie) (?:policy|notice|settings)|terms (?:of|and) (?:use|service|conditions))"
_COOKIES = r"uses? (?:[\w-]+,? ){0,4}cookies\b"
_OF_THE_WEB = r"site|brows|experience|consent|privacy|polic|accept|agree|analy|traffic|advert|personal|track|service"
_NOTICE = re.compile(
    rf"(?:we|(?:our|this) (?:web)?site)(?: and our (?:\w+ )?partners)?(?: may)? {_COOKIES}(?=.*(?:{_OF_THE_WEB}))"
    rf"|(?:(?:read |see )?our )?{_POLICY}(?: (?:and|&|\|) {_POLICY})?\.?\Z"
)
_MENTION = re.compile(rf"\bprivacy\b|\b{_COOKIES}|\bcookie (?:policy|notice|settings|banner)")

Line = tuple[int, int, str]
"""Start, end and kind of a piece between newlines."""


@dataclass(frozen=True)
class Notices:
    """Deletes what a site put into a text."""

    javascript: bool = True
    """Sentences that ask for JavaScript."""
    policies: bool = True
    """Lines that are notices on cookies or names of policies."""
    citations: bool = True
    """Marks of citations."""

    def edit(self, document: Document, text: Text) -> Edit:
        """Delete sentences, lines with an end of theirs, and marks; count each."""
        string, found = text.string, dict[str, list[Span]]()
        lowered = string.lower()
        if self.javascript and "javascript" in lowered:
            found[JAVASCRIPT] = _requests(text)
        if self.policies and ("cookie" in lowered or "privacy" in lowered or "terms " in lowered):
            found[NOTICES] = _notices(text)
        if self.citations and "[" in string:
            found[MARKS] = citation_marks(string, [line[:2] for line in _lines(text) if line[2] not in NOT_PROSE])
        counts = {name: len(found.get(name, ())) for name in (JAVASCRIPT, NOTICES, MARKS)}
        return Edit(_changes(string, sorted(span for spans in found.values() for span in spans)), counts)


def _lines(text: Text) -> Iterator[Line]:
    for number, (start, end) in enumerate(pieces(text.string)):
        yield start, end, text.kinds[number] if text.kinds else PROSE


def _requests(text: Text) -> list[Span]:
    """The sentences that ask for JavaScript; none where anything else speaks of it."""
    found: list[Span] = []
    for start, end, kind in _lines(text):
        line = text.string[start:end]
        if "javascript" not in line.lower():
            continue
        indent = len(line) - len(line.lstrip())
        breaks = [indent + at for at in sentence_breaks(line.strip())]
        for begins, ends in pairwise([0, *breaks, len(line)]):
            sentence = line[begins:ends].lower()
            if "javascript" not in sentence:
                continue
            if kind not in MAY_GO or not (_REQUEST.search(sentence) and _ASKED.search(sentence)):
                return []
            last = ends == len(line)
            found.append((start + (len(line[:begins].rstrip()) if last else begins), start + ends))
    return found


def _notices(text: Text) -> list[Span]:
    """The lines that are notices; none where many lines speak of such things."""
    found, mentions = [], 0
    for start, end, kind in _lines(text):
        line = text.string[start:end].strip().lower()
        is_notice = kind in MAY_GO and len(line) <= LONGEST and _NOTICE.match(line) is not None
        if is_notice:
            found.append((start, end))
        mentions += is_notice or _MENTION.search(line) is not None
    return found if mentions <= MENTIONS else []


def _changes(string: str, spans: Iterable[Span]) -> list[Change]:
    """The changes that delete these ascending places, and the ends of the lines of which nothing is left."""
    gone: list[Span] = []
    for start, end in spans:
        if gone and start <= gone[-1][1]:
            gone[-1] = gone[-1][0], max(end, gone[-1][1])
        else:
            gone.append((start, end))
    whole: list[Span] = []
    for start, end in gone:
        begins, ends = start == 0 or string[start - 1] == "\n", end == len(string) or string[end] == "\n"
        end += begins and ends and end < len(string)
        if whole and whole[-1][1] == start:
            start = whole.pop()[0]
        whole.append((start, end))
    if whole and whole[-1][1] == len(string) and (start := whole[-1][0]) and string[start - 1] == "\n":
        whole[-1] = start - 1, len(string)
    return [Change(start, end) for start, end in whole]
