import pytest
from book_files import PROSE, VERSE, wrapped

from winnow.pipelines.sources.books.plain.width import Width, deliberate_share, width_of, would_fit


@pytest.mark.parametrize(("width", "expected"), [(9, False), (10, True)])
def test_would_fit(width: int, expected: bool) -> None:
    assert would_fit("one two", "at three", width) is expected
    assert would_fit("one two", "   at", width) is expected


def test_of_prose_nearly_no_break_is_deliberate_and_of_verse_nearly_all() -> None:
    assert deliberate_share(wrapped([PROSE[0]]).split("\n")[:-1], 60) == 0
    assert deliberate_share(VERSE.split("\n"), 60) == 1
    assert deliberate_share(["one line"], 60) == 0


@pytest.mark.parametrize("columns", [50, 60, 72])
def test_the_width_of_a_text_that_a_program_wrapped(columns: int) -> None:
    stretches = [wrapped([paragraph], columns).split("\n")[:-1] for paragraph in PROSE * 8]
    found = width_of(stretches)
    assert columns - 6 <= found.columns <= columns + 1
    assert found.sharp is True


def test_a_person_leaves_lines_shorter_than_they_could_be() -> None:
    lines = [
        "the lines of this text are of very different lengths",
        "and some could have held more than a",
        "word of the next one",
    ]
    found = width_of([lines] * 30)
    assert (found.sharp, found.columns < 52) == (False, True)


def test_too_few_lines_to_tell() -> None:
    assert width_of([]) == width_of([["a", "b"]]) == Width(72, False)
