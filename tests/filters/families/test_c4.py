# ruff: noqa: RUF001  marks that look like others are what some cases are about

import pytest

from winnow.filters.document import Document
from winnow.filters.edits import apply
from winnow.filters.families.c4 import C4Lines, C4Page, sentences
from winnow.filters.rules import judge
from winnow.filters.text import Text

DOCUMENT = Document(id="0" * 32, text="", source="test")
COUNTS = (
    "lines_with_long_word", "lines_without_terminal_mark", "lines_with_few_words", "lines_with_javascript",
    "lines_with_policy", "citations",
)  # fmt: skip
LONG, END, FEW, SCRIPT, POLICY, CITATIONS = COUNTS


def edit(string: str, step: C4Lines | None = None) -> tuple[str, dict[str, int]]:
    """The text that remains, and the counts that are not 0."""
    result = (step or C4Lines()).edit(DOCUMENT, Text(string))
    assert tuple(result.counts) == COUNTS
    return apply(string, result.changes), {name: count for name, count in result.counts.items() if count}


def measure(string: str, step: C4Page | None = None) -> list[float | None]:
    return list((step or C4Page()).measure(DOCUMENT, Text(string)).values())


@pytest.mark.parametrize(
    ("line", "kept", "counts"),
    [
        ("It is so.", "It is so.", {}),
        ("  It is so?\t", "It is so?", {}),
        ("It is so!", "It is so!", {}),
        ('It is "so"', 'It is "so"', {}),
        ("It is 'so'", "It is 'so'", {}),
        ("It is so", "", {END: 1}),
        ("It is so…", "", {END: 1}),
        ("It is so”", "", {END: 1}),
        ("It is so...", "", {END: 1}),
        ("It is.", "", {FEW: 1}),
        ("x" * 1000 + " is so.", "x" * 1000 + " is so.", {}),
        ("x" * 1001 + " is so.", "", {LONG: 1}),
        ("x" * 1001 + " is so", "", {LONG: 1}),
        ("It[12] is[] so[edit] there[citation needed].", "It is so there.", {CITATIONS: 4}),
        ("It is so [Edit].", "It is so [Edit].", {}),
        ("It is so. [1]", "", {END: 1}),  # the space before the citation stays at the end
        ("It is [1].", "It is .", {CITATIONS: 1}),  # three words before the citation goes
        ("Please enable JavaScript now.", "", {SCRIPT: 1}),
        ("Read our Privacy Policy now.", "", {POLICY: 1}),
        ("This site uses cookies.", "", {POLICY: 1}),
        ("Terms of use apply to {it}.", "", {POLICY: 1}),
        ("Lorem ipsum dolor {sit}.", "Lorem ipsum dolor {sit}.", {}),  # the page's business, not the line's
        ("", "", {}),
        ("\x00", "", {END: 1}),
        ("🙂 🙂 🙂.", "🙂 🙂 🙂.", {}),
        ("זה הוא כך.", "זה הוא כך.", {}),
        ("a" * 1_000_000, "", {LONG: 1}),
    ],
)
def test_lines(line: str, kept: str, counts: dict[str, int]) -> None:
    assert edit(line) == (kept, counts)


def test_what_remains_is_joined_by_newlines() -> None:
    assert edit("One two three.\n\n \nno\nFour five six.\n") == ("One two three.\nFour five six.", {END: 1})


@pytest.mark.parametrize(
    ("step", "line", "kept"),
    [
        (C4Lines(terminal_punctuation=False), "It is so", "It is so"),
        (C4Lines(terminal_punctuation=False), "It is", ""),
        (C4Lines(terminal_punctuation=False), "It is so...", "It is so..."),
        (C4Lines(min_words_per_line=2), "It is.", "It is."),
        (C4Lines(max_word_length=3), "abcd is so.", ""),
        (C4Lines(citations=False), "It is so [1].", "It is so [1]."),
        (C4Lines(javascript=False), "Enable JavaScript now.", "Enable JavaScript now."),
        (C4Lines(policy_phrases=("our shop",)), "Visit Our Shop now.", ""),
        (C4Lines(policy_phrases=()), "Our privacy policy now.", "Our privacy policy now."),
        (C4Lines(variant="dclm"), "It is 'so'", ""),
        (C4Lines(variant="dclm"), "It is so. . .", ""),
        (C4Lines(), "It is so. . .", "It is so. . ."),
        (C4Lines(variant="dolma"), "It is 'so'", ""),
        (C4Lines(variant="dolma"), "Enable JavaScript now.", "Enable JavaScript now."),
    ],
)
def test_settings_and_variants(step: C4Lines, line: str, kept: str) -> None:
    assert edit(line, step)[0] == kept


@pytest.mark.parametrize(
    ("string", "expected"),
    [
        ("It is so. It rains.", [0.0, 0.0, 2.0]),
        ("A lorem ipsum line.", [1.0, 0.0, 1.0]),
        ("A lorem ipsum line", [0.0, 0.0, 0.0]),  # dropped before it is looked at
        ("Lorem ipsum.", [0.0, 0.0, 0.0]),
        ("A LOREM IPSUM javascript line.", [1.0, 0.0, 0.0]),  # looked at before javascript drops it
        ("A { line.", [0.0, 1.0, 1.0]),
        ("A { line", [0.0, 0.0, 0.0]),
        ("A javascript { line.", [0.0, 0.0, 0.0]),
        ("A {privacy policy} line.", [0.0, 1.0, 0.0]),  # looked at before the policy drops it
        ("x" * 1001 + " { lorem ipsum.", [0.0, 0.0, 0.0]),
        ("One { two {.\nThree { four.", [0.0, 2.0, 2.0]),
        ("", [0.0, 0.0, 0.0]),
        ("\x00 🙂", [0.0, 0.0, 0.0]),
    ],
)
def test_page(string: str, expected: list[float]) -> None:
    assert measure(string) == [*expected, None, None]


def test_javascript_drops_the_page_in_dolma_and_190_000_characters_in_dclm() -> None:
    assert measure("Use JavaScript\nIt is { so.", C4Page(variant="dolma")) == [0.0, 1.0, 1.0, 1.0, None]
    assert measure("It is so." + " " * 190_000, C4Page(variant="dclm")) == [0.0, 0.0, 1.0, None, 190_009.0]


@pytest.mark.parametrize(("count", "broken"), [(5, []), (4, ["sentences"])])
def test_five_sentences_are_kept(count: int, broken: list[str]) -> None:
    measures = C4Page().measure(DOCUMENT, Text("It is so.\n" * count))
    assert [r.rule for r in judge(measures, C4Page.RULES)] == broken


def test_both_steps_take_the_same_settings() -> None:
    page, lines = C4Page(terminal_punctuation=False), C4Lines(terminal_punctuation=False)
    text = "It is so\nNo\nIt rains { now"
    assert measure(text, page)[:3] == [0.0, 1.0, 2.0]
    assert edit(text, lines) == ("It is so\nIt rains { now", {FEW: 1})


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", 0),
        (" ", 0),
        ("no end", 1),
        ("One. Two.", 2),
        ("One. two.", 1),
        ("One.Two.", 1),
        ("One?! “Two!” Three… 4.", 4),
        ('He said "no." (Then yes.) End', 3),
        ("Mr. Fox, J. R. Roe and St. John met.", 1),
        ("We saw Fig. 3 and left, e.g. Monday. Then it rained", 2),
        ("你好。再见\uff01", 2),
        ("「你好。」再见", 2),
        ('他说"你好。"再见', 2),
        ("यह है। वह था।। अब", 3),
        ("བོད་སྐད། །ཡིག", 2),
        ("ខ្មែរ។ភាសា៕", 2),
        ("မြန်မာ။ ဘာသာ။", 2),
        ("هل هذا؟ نعم۔ ثم", 3),
        ("Այո։ Ոչ։", 2),
        ("አዎ። አይ።", 2),
        ("ไทย ลาว 12 ไทย", 2),
        ("ต่าง ๆ ที่", 1),
        ("ພາສາ ລາວ", 2),
        ("... And so on", 2),
        ("。" * 1_000_000, 1),
        ("." * 1_000_000, 1),
        ("x. " * 300_000, 1),
        ("xx. " * 250_000 + "Yes.", 2),
    ],
)
def test_sentences(line: str, expected: int) -> None:
    assert sentences(line) == expected


@pytest.mark.parametrize(
    ("line", "variant", "dropped"),
    [
        ("我们去学校", "winnow", {}),
        ("我们学校", "winnow", {FEW: 1}),
        ("我们去学校", "dclm", {FEW: 1}),
        ("我们去学校", "dolma", {FEW: 1}),
        ("我们去学校，" * 200, "winnow", {}),
        ("我们去学校，" * 200, "dclm", {LONG: 1}),
        ("我们 去 " + "x" * 1001, "winnow", {LONG: 1}),
        ("我们 去 " + "x" * 1000, "winnow", {}),
    ],
)
def test_words_of_scripts_without_spaces(line: str, variant: str, dropped: dict[str, int]) -> None:
    text, counts = edit(line, C4Lines(variant=variant, terminal_punctuation=False))
    assert (text, counts) == ("" if dropped else line, dropped)


@pytest.mark.parametrize("kind", [C4Page, C4Lines])
def test_an_unknown_variant_names_the_valid_ones(kind: type[C4Page] | type[C4Lines]) -> None:
    with pytest.raises(ValueError, match="'c4'; it is none of winnow, dclm, dolma"):
        kind(variant="c4")
