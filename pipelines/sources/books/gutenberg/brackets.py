"""What the makers of a plain text put between brackets: pictures, notes of their own, footnotes, numbers of pages.

Brackets are paired once for the whole text, so that a thousand that are never closed cost no more than others.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

_PICTURE = (
    r"illustrations?|ill\.|frontispiece|vignette|decoration|tailpiece|headpiece|colophon|musi(?:c|que|k)|map|figure"
    r"|fig\.|abbildung|gravure|image|ilustraci[oó]n|illustrazione|illustratie|kuva|kuvitus"
)
_NOTE = (
    r"transcriber['\u2019]?s?['\u2019]? notes?|transcriber|tr(?:anscriber)?\. ?note|transcription note|t/?n:"
    r"|e-?text editor|note du transcripteur|note de transcription|anmerkung(?:en)? (?:des|zur) transkri"
    r"|nota del? transcri|opmerking van de bewerker|nota del trascrittore|not[ae]s? d[eoa] transcri"
)
_GONE = re.compile(rf"\[\s*(?:(?:{_PICTURE})(?=[\s:.,\]\d])|(?:{_NOTE}))", re.IGNORECASE)
_FOOTNOTE = re.compile(
    r"\[\s*(?:foot-?note|fu[sß]+note|note de bas de page|voetnoot|nota)\s*:?\s*(\w{1,5}|\*+)\s*[:.]", re.IGNORECASE
)
_PAGE = re.compile(
    r"[\[{]\s*(?:pg|page|p|seite|s)(?:\.\s*|\s+|(?=\d))(?:\d{1,4}|[ivxlc]{1,8})(?:\s*[-\u2013]\s*\d{1,4})?\s*[\]}]",
    re.IGNORECASE,
)
_BARE_PAGE = re.compile(r"\{(\d{1,4})\}")
_BRACED = re.compile(r"\{(\w{1,3})\}")
_NOTES = re.compile(
    r"\n[ \t]*(?:foot-?notes?|fu[sß]+noten|notes|notes de bas de page|voetnoten)[ \t]*[:.]?[ \t]*\n", re.IGNORECASE
)
_NOTE_BEGINS = re.compile(r"[ \t\n]*[\[{(](\w{1,5})[\]})][ \t]")
_BRACKET = re.compile(r"[\[\]]")
_ELECTRONIC = re.compile(r"<<\s*this electronic version[^<>]{0,2000}>>", re.IGNORECASE)
_FAR = 6000
"""Characters between a bracket and its partner, at most."""
_DEEP = 80
"""Spaces before a mark that stands alone on its line, at most."""
_FEW_PAGES = 5
"""Fewer numbers in braces are no numbers of pages."""


def drop(text: str) -> str:
    """`text` without them. References go with the footnotes that they lead to, and stay where there is none."""
    cuts = sorted(_cuts(text))
    kept, at = [], 0
    for begin, end in cuts:
        if begin >= at:
            kept.append(text[at:begin])
        at = max(at, end)
    return _ELECTRONIC.sub("", "".join([*kept, text[at:]]))


def _cuts(text: str) -> Iterator[tuple[int, int]]:
    pairs, labels = _pairs(text), set[str]()
    for begin, end in pairs.items():
        if end - begin > _FAR:
            continue
        if note := _FOOTNOTE.match(text, begin, end):
            labels.add(note[1])
            yield _widened(text, begin, end)
        elif _GONE.match(text, begin, end):
            yield _widened(text, begin, end)
    for label, begin, end in _note_sections(text):
        labels.add(label)
        yield begin, end
    for match in _PAGE.finditer(text):
        yield _widened(text, match.start(), match.end())
    if labels:
        for begin, end in pairs.items():
            if end - begin < 8 and text[begin + 1 : end - 1].strip() in labels:
                yield begin, end
        yield from (match.span() for match in _BRACED.finditer(text) if match[1] in labels)
    yield from _braced_pages(text)


def _note_sections(text: str) -> Iterator[tuple[str, int, int]]:
    """(label, begin, end) of every paragraph below the word "Footnotes" that begins with a label; with the first that
    word goes too."""
    at = 0
    for heading in _NOTES.finditer(text):
        if heading.start() < at:
            continue
        begin, at = heading.start() + 1, heading.end()
        while note := _NOTE_BEGINS.match(text, at):
            end = text.find("\n\n", note.end())
            end = len(text) if end < 0 else end + 1
            yield note[1], begin, end
            begin = at = end


def _pairs(text: str) -> dict[int, int]:
    """Where a bracket opens -> behind the one that closes it."""
    found, open_at = dict[int, int](), list[int]()
    for match in _BRACKET.finditer(text):
        if match[0] == "[":
            open_at.append(match.start())
        elif open_at:
            found[open_at.pop()] = match.end()
    return found


def _widened(text: str, begin: int, end: int) -> tuple[int, int]:
    """With the space before it where there is one behind it too; with its line where it stands alone on it."""
    line = text.rfind("\n", max(0, begin - _DEEP), begin) + 1
    alone = (line > 0 or begin <= _DEEP) and not text[line:begin].strip()
    if alone and (rest := _rest_of_line(text, end)) >= 0:
        return line, rest
    if text[begin - 1 : begin] == " " and (text[end : end + 1] in (" ", "\n", "")):
        return begin - 1, end
    if text[begin - 1 : begin] in ("\n", "") and text[end : end + 1] == " ":
        return begin, end + 1
    return begin, end


def _rest_of_line(text: str, end: int) -> int:
    """Behind the end of the line, if nothing but spaces is before it; else -1."""
    while end < len(text) and text[end] in " \t":
        end += 1
    if end == len(text):
        return end
    return end + 1 if text[end] == "\n" else -1


def _braced_pages(text: str) -> Iterator[tuple[int, int]]:
    """`{12}` where such numbers go up through the text as those of pages do."""
    found = list(_BARE_PAGE.finditer(text))
    numbers = [int(match[1]) for match in found]
    rising = sum(0 < after - before <= 3 for before, after in pairwise(numbers))
    if len(found) >= _FEW_PAGES and rising >= 0.9 * (len(found) - 1):
        yield from (_widened(text, match.start(), match.end()) for match in found)
