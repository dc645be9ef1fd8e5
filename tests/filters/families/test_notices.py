import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.filters.document import Document
from winnow.filters.edits import apply
from winnow.filters.families.notices import Notices
from winnow.filters.text import Text

DOCUMENT = Document(id="0" * 32, text="", source="test")
JAVASCRIPT, NOTICES, MARKS = NAMES = ("javascript_requests", "notices", "citation_marks")


def edit(string: str, kinds: list[str] | None = None, step: Notices | None = None) -> tuple[str, dict[str, int]]:
    """The text that remains, and the counts that are not 0."""
    found = (step or Notices()).edit(DOCUMENT, Text(string, kinds))
    assert tuple(found.counts) == NAMES
    return apply(string, found.changes), {name: count for name, count in found.counts.items() if count}


@pytest.mark.parametrize(
    "sentence",
    [
        "Please enable JavaScript to view the comments.",
        "You need to enable JavaScript to run this app.",
        "This slideshow requires JavaScript.",
        "JavaScript is disabled in your browser.",
        "Your browser has JavaScript turned off.",
        "Please turn on JavaScript and reload.",
        "This site requires the use of JavaScript.",
        "To use this form, please allow javascript.",
    ],
)
def test_requests_for_javascript_go(sentence: str) -> None:
    assert edit(f"One.\n{sentence}\nTwo.") == ("One.\nTwo.", {JAVASCRIPT: 1})
    assert edit(f"One. {sentence} Two.") == ("One. Two.", {JAVASCRIPT: 1})
    assert edit(f"  One. {sentence}\nTwo.") == ("  One.\nTwo.", {JAVASCRIPT: 1})
    assert edit(sentence) == ("", {JAVASCRIPT: 1})
    assert edit(f"{sentence} {sentence}\n{sentence}") == ("", {JAVASCRIPT: 3})
    for kind in ("code", "table", "heading", "list"):
        assert edit(f"One.\n{sentence}", ["prose", kind]) == (f"One.\n{sentence}", {})
    assert edit(sentence, step=Notices(javascript=False)) == (sentence, {})


@pytest.mark.parametrize(
    "string",
    [
        "JavaScript is a language of the web that every browser runs.",
        "Functions are enabled by JavaScript engines.",
        "Please enable JavaScript.\nJavaScript is a language.",  # the page is about it
        "Use JavaScript and Node.js for your app.",
        "",
        "\x00",
    ],
)
def test_what_speaks_of_javascript_stays(string: str) -> None:
    assert edit(string) == (string, {})


@pytest.mark.parametrize(
    ("line", "goes"),
    [
        ("We use cookies to make this site better.", True),
        ("We and our advertising partners use cookies to track you.", True),
        ("This website uses functional, third-party cookies for traffic.", True),
        ("Privacy Policy", True),
        ("  Terms of Use and Privacy Policy", True),
        ("Read our privacy policy.", True),
        ("Cookie settings", True),
        ("We use cookies on our site. " + "x" * 972, True),  # 1,000 characters
        ("We use cookies on our site. " + "x" * 973, False),
        ("When we use cookies, they crumble.", False),
        ("We use butter for the cookies.", False),
        ("We use chocolate chip cookies for the crust.", False),
        ("Privacy policy: we read what the provider says.", False),
        ("The index is one of the best in terms of use.", False),
        ("By entering this store you agree to our terms of use.", False),
        ("Cookie recipes", False),
    ],
)
def test_notices(line: str, goes: bool) -> None:
    assert edit(f"One.\n{line}\nTwo.") == (("One.\nTwo.", {NOTICES: 1}) if goes else (f"One.\n{line}\nTwo.", {}))
    assert edit(line, step=Notices(policies=False)) == (line, {})
    for kind in ("code", "table", "heading", "list"):
        assert edit(line, [kind]) == (line, {})


@pytest.mark.parametrize(("others", "goes"), [(2, True), (3, False)])
def test_a_page_about_privacy_keeps_its_lines(others: int, goes: bool) -> None:
    about = "What we know of your privacy.\n" * others
    assert edit(f"{about}Privacy Policy")[1] == ({NOTICES: 1} if goes else {})


def test_marks_of_citations_go_but_from_code_and_tables() -> None:
    string = "It is so.[1] And so[2].\nsome[1]\n- item.[3]\nHistory[edit]\ncell.[4] | cell"
    kinds = ["prose", "code", "list", "heading", "table"]
    assert edit(string, kinds) == (
        "It is so. And so.\nsome[1]\n- item.\nHistory\ncell.[4] | cell", {MARKS: 4}
    )  # fmt: skip
    assert edit(string, kinds, Notices(citations=False)) == (string, {})


def test_several_at_once() -> None:
    string = "We use cookies on this site.\nIt[1] is[2] so[3].\nPlease enable JavaScript here[4].\nPrivacy policy"
    assert edit(string) == ("It is so.", {JAVASCRIPT: 1, NOTICES: 2, MARKS: 4})


def test_indentation_stays() -> None:
    string = "This site uses cookies to track.\nx:\n    if y:\n        z\n"
    assert edit(string, ["prose", "prose", "code", "code", "code"]) == ("x:\n    if y:\n        z\n", {NOTICES: 1})


@pytest.mark.parametrize(
    "string",
    [
        "Please enable JavaScript. " * 20_000, "we use cookies to track\n" * 20_000, "\u0130javascript\n" * 20_000,
        "we use " * 100_000 + "cookies", "allow a " * 100_000 + "javascript", "privacy" + " " * 500_000,
    ],
)  # fmt: skip
def test_it_takes_linear_time(string: str) -> None:
    began = time.process_time()
    edit(string)
    assert time.process_time() - began < 3


PIECES = (
    "Please enable JavaScript.", "Javascript", "We use cookies on this site.", "Privacy Policy", "so[1]", "it[2]",
    "is[3]", "[edit]", "One.", " ", "\n", "\n", "    x", "\r", "\u2028", "\u0130", "\x00",
)  # fmt: skip


@settings(max_examples=300)
@given(
    st.lists(st.sampled_from(PIECES), max_size=14).map("".join), st.sampled_from(["prose", "code", "heading", "list"])
)
def test_any_text(string: str, kind: str) -> None:
    lines = string.split("\n")
    text = Text(string, [kind] * len(lines))
    found = Notices().edit(DOCUMENT, text)
    left = text.edited(found.changes)
    assert bool(found.changes) == any(found.counts.values())
    if kind == "code":
        assert left.string == string
    elif kind != "prose":  # nothing but marks, and the end of a line that was one
        assert re.sub(r"\[(?:edit|\d)\]|\n", "", left.string) == re.sub(r"\[(?:edit|\d)\]|\n", "", string)
