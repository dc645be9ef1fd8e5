import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.filters.code.expressions import MOST_CHARACTERS, is_expression, value_of, words_of


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("MIT", ["mit"]), ("(a OR b)", ["(", "a", "or", "b", ")"]), ("a WITH b AND c", ["a with b", "and", "c"]),
        ("a with b with c", []), ("with b", []), ("a with", []), ("a with and", []), ("a with (", []), ("not a", []),
        ("a/b", []), ("a, b", []), ("", []), ("é", []), ("a" * MOST_CHARACTERS, ["a" * MOST_CHARACTERS]),
        ("a" * (MOST_CHARACTERS + 1), []), ("LicenseRef-x.y+", ["licenseref-x.y+"]),
    ],
)  # fmt: skip
def test_words(expression: str, words: list[str]) -> None:
    assert words_of(expression) == words


@pytest.mark.parametrize("left", [True, False])
@pytest.mark.parametrize("middle", [True, False])
@pytest.mark.parametrize("right", [True, False])
def test_and_binds_before_or(left: bool, middle: bool, right: bool) -> None:
    holds = {"a": left, "b": middle, "c": right}.__getitem__
    assert value_of(words_of("a or b and c"), holds) == (left or (middle and right))
    assert value_of(words_of("a and b or c"), holds) == ((left and middle) or right)
    assert value_of(words_of("(a or b) and c"), holds) == ((left or middle) and right)
    assert value_of(words_of("a and (b or (c))"), holds) == (left and (middle or right))


@given(st.lists(st.sampled_from(["a", "and", "or", "with", "(", ")", "not", "0"]), max_size=10).map(" ".join))
def test_what_is_one_can_be_told(text: str) -> None:
    found = value_of(words_of(text), lambda name: False)
    assert is_expression(text) == (found is not None)
