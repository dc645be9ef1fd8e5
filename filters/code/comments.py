"""Which characters of a source file are comment: one regular expression a family, in time linear in the file.

Every alternative matches wherever its first mark stands, if need be to the end of the file, so none is tried twice.
"""

import functools
import re
from collections.abc import Iterator

from winnow.filters.code.syntax import ANY, SYNTAX, Syntax, known_name
from winnow.filters.edits import Span

_NEVER = re.compile(r"(?!)")
_SPACE = re.compile(r"(?:(?!\n=[a-z])\s)*+")
"""Long comments of Ruby and Perl need the line end before them."""


def comments(text: str, language: str | None) -> list[Span] | None:
    """The places of comments, ascending; None for a language whose comments are not known."""
    syntax = SYNTAX.get(known_name(language or ""))
    if syntax is None:
        return None
    return [match.span() for match in _pattern(syntax).finditer(text) if match.lastgroup == "comment"]


def head(text: str, language: str | None) -> Iterator[Span]:
    """The comments with which a text begins, only white space between them; of any kind where its are unknown."""
    pattern, at = _pattern(SYNTAX.get(known_name(language or ""), ANY)), 0
    while match := pattern.match(text, _SPACE.match(text, at).end()):  # type: ignore[union-attr]
        if match.lastgroup != "comment":
            return
        yield match.span()
        at = match.end()


@functools.cache
def _pattern(syntax: Syntax) -> re.Pattern[str]:
    """Comments are the group `comment`; strings are matched so that no comment begins in one."""
    comment = [_block(begin, end) for begin, end in syntax.blocks]  # first: of -- and --[[ the longer mark
    if syntax.doc_strings:
        comment += [rf"(?m:^)[ \t]*+[rRuU]?{_triple(quote)}" for quote in syntax.triple]
    comment += [rf"{re.escape(mark)}[^\n]*+" for mark in syntax.line]
    comment += [rf"(?<!\S){re.escape(mark)}[^\n]*+" for mark in syntax.at_word]
    comment += [rf"(?m:^)[ \t]*+{re.escape(mark)}[^\n]*+" for mark in syntax.at_line]
    strings = [_triple(quote) for quote in syntax.triple]
    strings += [rf"{quote}(?:[^{quote}\\\n]++|\\[\s\S])*+{quote}?" for quote in syntax.strings]
    strings += [rf"{quote}[^{quote}]*+{quote}?" for quote in syntax.raw]
    strings += [rf"{quote}(?:[^{quote}\\]++|\\[\s\S])*+{quote}?" for quote in syntax.long]
    if syntax.characters:
        strings.append(r"'(?:[^'\\\n]|\\[^\n][^'\n]{0,10})'")
    if syntax.transposes:
        strings.append(r"(?<![\w)\]}.'])'[^'\n]*+'?")
    if not comment:
        return _NEVER
    return re.compile("|".join([f"(?P<comment>{'|'.join(comment)})", *(f"(?:{each})" for each in strings)]))


def _block(begin: str, end: str) -> str:
    first, rest = re.escape(end[0]), re.escape(end[1:])
    return rf"{re.escape(begin)}(?:[^{first}]++|{first}(?!{rest}))*+(?:{re.escape(end)})?" if rest else (
        rf"{re.escape(begin)}[^{first}]*+{first}?")  # fmt: skip


def _triple(quote: str) -> str:
    return rf"{quote * 3}(?:[^{quote}\\]++|\\[\s\S]|{quote}(?!{quote * 2}))*+(?:{quote * 3})?"
