"""From hard-wrapped lines to paragraphs, verse and headings.

A line end is deliberate where the next line's first word would still have fitted. Of a paragraph of prose few are, of
verse, a table or an address nearly all; between the two the capitals decide that verse begins its lines with.
"""

import re
from collections.abc import Iterator, Sequence

from winnow.pipelines.sources.books.book import Block, Kind
from winnow.pipelines.sources.books.plain.hyphens import Hyphens
from winnow.pipelines.sources.books.plain.width import Width, deliberate_share, width_of, would_fit

_BREAK = re.compile(r"(?:[*\-_=~•.#+·—\u2013⁂]\s*){3,}|[*#⁂]|o\s?[0O]\s?o")
_UPPER = re.compile(r"[\s\"'“”\u2018\u2019«»„(\[_*=—\u2013-]*(?:[^\W\d_]|(\d))")
_ENDS = re.compile(r"[.!?:…][\"'”\u2019»)\]_]*$|[\"”\u2019»]$")
_COLUMNS = re.compile(r"(?<=\S)(?:   +|\t+)(?=\S)")
_SPACES = re.compile(r"[ \t]+")
_TWO = re.compile(r"(?<=\S)  (?=\S)")
_UNWRAPPED = 150
"""A width at which nobody wraps: each line is a paragraph."""
_VERSE = 90
"""Where lines are not wrapped, several shorter ones on end are verse."""
_PROSE_SHARE, _LINES_SHARE = 0.2, 0.8
_CAPITALS = 0.75
_MANY = 6
"""Lines that all begin with capitals are verse whatever their width, if there are so many; in German prose four can."""
_SOME = 5
_FEW = 3
"""Lines that are too few to tell by their breaks alone."""
_SHORT = 0.75
"""Of the width: lines that are nowhere longer are no prose that was wrapped by hand."""
_NARROW = 0.3
_FULL = 0.9
"""Of the width: a line that is filled."""
_INDENT = 2
_DEEP = 8
"""Spaces before lines that are set in the middle of the page, or to its right."""
_LONG = 25
"""Lines of a stretch without a blank one: where most are longer, paragraphs are told by their indentation."""
_DEEPEST, _IN_TABLE = 40, 2
"""Spaces before a line, at most; in a table what is deeper goes on in another column."""


def blocks(lines: Sequence[str], hyphens: Hyphens) -> list[Block]:
    """The blocks of a text's lines, none of which has space at its end."""
    stretches = [*_stretches(lines)]
    width = width_of(stretch for _, stretch in stretches)
    indented = sum(len(stretch) for _, stretch in stretches if len(stretch) > _LONG) * 2 > len(lines)
    found = list[Block]()
    for gap, stretch in stretches:
        for number, piece in enumerate(_pieces(stretch, width, indented)):
            found.append(_block(piece, width, 0 if number else gap, hyphens))
    return found


def stanzas(lines: Sequence[str]) -> list[Block]:
    """Lines that are to stay as they are, in blocks between blank ones."""
    return [
        Block(Kind.BREAK, "* * *", gap) if all(_is_break(line.strip()) for line in stretch)
        else Block(Kind.LINES, "\n".join(_dedented(stretch)), gap)
        for gap, stretch in _stretches(lines)
    ]  # fmt: skip


def _stretches(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """(blank lines before it, the lines) of every run of lines that are not blank."""
    gap, run = 0, list[str]()
    for line in lines:
        if line:
            run.append(line)
        elif run:
            yield gap, run
            gap, run = 1, []
        else:
            gap += 1
    if run:
        yield gap, run


def _pieces(stretch: Sequence[str], width: Width, indented: bool) -> Iterator[Sequence[str]]:
    """A run of lines taken apart where paragraphs, or verse between them, are told by indentation or a short line."""
    if width.columns > _UNWRAPPED:
        yield from [stretch] if max(map(len, stretch)) < _VERSE else ([line] for line in stretch)
    elif len(stretch) == 1 or (not indented and _are_lines(stretch, width) and not _is_mixed(stretch, width)):
        yield stretch
    else:
        begin = 0
        depths = [_depth(line) for line in stretch]
        base = min(depths)
        for at in range(1, len(stretch)):
            if _parted(stretch, depths, base, at, width, indented):
                yield stretch[begin:at]
                begin = at
        yield stretch[begin:]


def _is_mixed(lines: Sequence[str], width: Width) -> bool:
    """Whether some lines are filled and others indented, as where prose leads on to verse."""
    depths = [*map(_depth, lines)]
    full = [
        len(line) >= _FULL * width.columns for line, depth in zip(lines, depths, strict=True) if depth == min(depths)
    ]
    return max(depths) >= min(depths) + _INDENT and any(full)


def _parted(lines: Sequence[str], depths: Sequence[int], base: int, at: int, width: Width, indented: bool) -> bool:
    """Whether a paragraph begins at a line in the middle of a run."""
    before, here = lines[at - 1], lines[at]
    if indented:
        begins = _ENDS.search(before) or (depths[at - 1] == base and would_fit(before, here, width.columns))
        return bool(begins) and depths[at] >= base + _INDENT
    if depths[at] >= base + _INDENT and depths[at - 1] == base:  # verse in the middle of a paragraph
        return at + 1 < len(lines) and depths[at + 1] >= base + _INDENT and len(before) < width.columns + _INDENT
    if depths[at] == base and depths[at - 1] >= base + _INDENT and at >= 2 and depths[at - 2] >= base + _INDENT:
        return True
    return (
        len(before) < _SHORT * width.columns and bool(_ENDS.search(before)) and at >= 2 and _capital(here)
        and len(lines[at - 2]) > _SHORT * width.columns
    )  # fmt: skip


def _block(lines: Sequence[str], width: Width, gap: int, hyphens: Hyphens) -> Block:
    if len(lines) == 1:
        line = lines[0].strip()
        if _is_break(line):
            return Block(Kind.BREAK, "* * *", gap)
        return Block(Kind.PROSE, _SPACES.sub(" ", line), gap)
    if _are_lines(lines, width):
        return Block(Kind.LINES, "\n".join(_dedented(lines)), gap)
    return Block(Kind.PROSE, _SPACES.sub(" ", hyphens.join([line.strip() for line in lines])), gap)


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _is_break(line: str) -> bool:
    return len(line) < 100 and bool(_BREAK.fullmatch(line))


def _are_lines(lines: Sequence[str], width: Width) -> bool:
    """Whether the line ends of a paragraph are to be kept."""
    if width.columns > _UNWRAPPED or _in_columns(lines):
        return True
    capitals = sum(map(_capital, lines[1:])) / (len(lines) - 1)
    if len(lines) <= _SOME and (_centred(lines) or (capitals == 1 and min(map(_depth, lines)) >= _DEEP)):
        return True
    share = deliberate_share(lines, width.columns)
    if capitals >= _CAPITALS and len(lines) >= _MANY:
        return share > 0 or capitals > 0.9
    if share <= _PROSE_SHARE:
        return False
    short = max(len(line.strip()) for line in lines[:-1]) < _SHORT * width.columns
    if len(lines) <= _FEW:
        return (short and (capitals == 1 or share == 1)) or (width.sharp and capitals == share == 1)
    if capitals < 0.5 and not short and deliberate_share(lines, max(map(len, lines))) <= _NARROW:
        return False  # prose in a narrower column
    return capitals >= _CAPITALS or share >= _LINES_SHARE


def _in_columns(lines: Sequence[str]) -> bool:
    return 2 * sum(bool(_COLUMNS.search(line.strip())) for line in lines) > len(lines)


def _capital(line: str) -> bool:
    """Whether a line begins as a line of verse does, or of a list: with a capital or a digit."""
    first = _UPPER.match(line)
    return first is not None and (first[1] is not None or not first[0][-1].islower())


def _centred(lines: Sequence[str]) -> bool:
    depths = [*map(_depth, lines)]
    middles = [depth + len(line) for depth, line in zip(depths, lines, strict=True)]
    return len({*depths}) > 1 and max(middles) - min(middles) <= 4 and min(depths) >= 4


def _dedented(lines: Sequence[str]) -> Iterator[str]:
    """The lines without the indentation that they share; none stays of centred ones, and of numbers under another."""
    depths = [*map(_depth, lines)]
    base = min(depths)
    deepest = _IN_TABLE if _in_columns(lines) else _DEEPEST
    flat = _centred(lines) or len({len(line) - len(line.lstrip(" ").partition(" ")[2]) for line in lines}) == 1
    for depth, line in zip(depths, lines, strict=True):
        indent = 0 if flat else min(depth - base, deepest)
        yield " " * indent + _COLUMNS.sub("  ", _TWO.sub(" ", line.strip()))
