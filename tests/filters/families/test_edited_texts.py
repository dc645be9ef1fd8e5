"""The texts that editors leave are, byte for byte, those of the plain way: what remains, put together again."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.filters.document import Document
from winnow.filters.edits import Change, apply, compose, inverse
from winnow.filters.families import c4, mask, refinedweb
from winnow.filters.families.c4 import C4Lines
from winnow.filters.families.mask import MaskPersonal
from winnow.filters.families.refinedweb import RefinedWebLines
from winnow.filters.steps import Editor
from winnow.filters.text import Text

DOCUMENT = Document(id="0" * 32, text="", source="test")
PIECES = (
    "It is so.", "a b c", "one two three. ", "[1]", "[edit]", "[citation needed]", "...", "\u2026", "'", "{", "\n",
    "\n\n", "\n \n", "\r\n", " ", "\t", "\u2028", "\x85", "\x00", "\U0001f642", "\u05e9\u05dc\u05d5\u05dd",
    "javascript it is.", "privacy policy it is.", "MENU", "SOME CAPITALS HERE", "12", "3 likes", "word", "Sign-in",
    " items in cart ", "Read more...", "a@b.org", "-c@d.org", "8.8.8.8", "/24", "10.0.0.1", ".", "x" * 1001,
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


def c4_lines(step: C4Lines, string: str) -> str:
    kept = []
    for line in Text(string).lines:
        _, dropped, _ = step._read(line, step.javascript and step.variant != "dolma", step.policy_phrases)
        if dropped is None:
            kept.append(c4._CITATION.sub("", line) if step.citations else line)
    return "\n".join(kept)


def refinedweb_lines(step: RefinedWebLines, string: str) -> str:
    return "\n".join(line.rest for line in refinedweb._corrected(string) if line.dropped is None)


def masked(step: MaskPersonal, string: str) -> str:
    pieces, end = [], 0
    match = mask._EMAIL.search(string) if step.emails else None
    while match:
        start, stop = match.end(1), match.end()
        if string[start:stop] != step.email and not mask._is_nobodys(string, start, stop):
            pieces += [string[end : match.end(1)], step.email]
            end = match.end()
        match = mask._NEXT_EMAIL.match(string, match.end()) or mask._EMAIL.search(string, match.end())

    def placed(match: re.Match[str]) -> str:
        is_one = mask._is_public(match[0]) and not mask._is_count(match.string, match.start(), match.end())
        return mask.placeholder(match[0]) if is_one else match[0]

    string = "".join([*pieces, string[end:]])
    return mask._IP_ADDRESS.sub(placed, string) if step.ip_addresses else string


PLAIN: list[tuple[Editor, Callable[..., str]]] = [
    (C4Lines(), c4_lines), (C4Lines(terminal_punctuation=False), c4_lines), (C4Lines(citations=False), c4_lines),
    (C4Lines(variant="dclm", min_words_per_line=1), c4_lines), (RefinedWebLines(), refinedweb_lines),
    (MaskPersonal(), masked), (MaskPersonal(emails=False), masked), (MaskPersonal(email="at 8.8.8.8"), masked),
]  # fmt: skip


@pytest.mark.parametrize(("step", "plain"), PLAIN)
@settings(max_examples=300)
@given(TEXTS)
def test_one_editor(step: Editor, plain: Callable[..., str], string: str) -> None:
    changes = step.edit(DOCUMENT, Text(string)).changes
    found = apply(string, changes)
    assert found == plain(step, string)
    assert apply(found, inverse(string, changes)) == string
    assert (found == string) == (not changes)


@settings(max_examples=500)
@given(st.lists(st.sampled_from(PLAIN), max_size=4), TEXTS)
def test_editors_in_turn(chain: list[tuple[Editor, Callable[..., str]]], string: str) -> None:
    now, changes = string, list[Change]()
    for step, plain in chain:
        following = step.edit(DOCUMENT, Text(now)).changes
        changes = compose(changes, now, following)
        now = plain(step, now)
        assert apply(string, changes) == now
    assert apply(now, inverse(string, changes)) == string
