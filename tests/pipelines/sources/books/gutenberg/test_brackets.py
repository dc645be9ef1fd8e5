import pytest

from winnow.pipelines.sources.books.gutenberg.brackets import drop


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one\n[Illustration]\ntwo", "one\ntwo"),
        ("one\n\n    [Illustration: A ship\nat sea]\n\ntwo", "one\n\n\ntwo"),
        ("[Illustration: [Handwriting: x] y] z", "z"),
        ("a [Illustration] b", "a b"),
        ("[Music]\n[Frontispiece]\n[Vignette: x]\n", ""),
        ("[Transcriber's Note: the next page\n\nis missing.]\nb", "b"),
        ("a [Transcriber\u2019s note: sic] b", "a b"),
        ("a [Note du transcripteur: sic] b", "a b"),
        ("a [he said] b [1] [sic] c[Oh]", "a [he said] b [1] [sic] c[Oh]"),
        ("[Illustrious men]", "[Illustrious men]"),
        ("[Illustration: never closed", "[Illustration: never closed"),
        ("a sentence that [Pg 12] goes on", "a sentence that goes on"),
        ("a[Pg 12]b {page 3} [p. iv] [Pg 12-13]", "ab"),
        ("one\n[Pg 12]\ntwo", "one\ntwo"),
        ("a word[1] and[A] [2]\n\n[Footnote 1: One.]\n\n[Footnote A: Two\nlines.]\n", "a word and [2]\n\n\n"),
        ("a[*]\n\n[Footnote *: One.]\n", "a\n\n"),
        ("a{1} b{2}\n\nFootnotes:\n\n{1}  One.\n\n{2}  Two\nlines.\n\nThe end.", "a b\n\n\nThe end."),
        ("a{1}\n\nNotes\n\nHe took notes.", "a{1}\n\nNotes\n\nHe took notes."),
        ("x <<THIS ELECTRONIC VERSION OF\nTHE WORKS IS FREE>> y", "x  y"),
        ("a] b [ c ]] [[", "a] b [ c ]] [["),
        ("", ""),
    ],
)
def test_drop(text: str, expected: str) -> None:
    assert drop(text) == expected


@pytest.mark.parametrize(
    ("numbers", "gone"),
    [([1, 2, 3, 4, 5], True), ([7, 8, 9, 11, 12, 13], True), ([1, 2, 3, 4], False), ([5, 3, 9, 1, 2], False)],
)
def test_numbers_in_braces_are_pages_if_they_go_up(numbers: list[int], gone: bool) -> None:
    text = " ".join(f"word {{{number}}} and" for number in numbers)
    assert drop(text) == (" ".join(["word and"] * len(numbers)) if gone else text)
