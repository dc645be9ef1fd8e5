# ruff: noqa: RUF001  marks that look like others are meant

import pytest

from winnow.pipelines.sources.wikipedia.prose.marks import CUT
from winnow.pipelines.sources.wikipedia.prose.tidy import tidy


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a X b", "a b"),
        ("aXb", "ab"),
        ("aX b", "a b"),
        ("a X.", "a."),
        ("a X, b", "a, b"),
        ("a, X, b", "a, b"),
        ("a, X.", "a."),
        ("a; X; b", "a; b"),
        ("a (X) b", "a b"),
        ("a (X; b)", "a (b)"),
        ("a (b; X)", "a (b)"),
        ("a (b, X; c)", "a (b, c)"),
        ("a (X, X) b", "a b"),
        ("a (X; X, X), b", "a, b"),
        ("a ([X]) b", "a b"),
        ("a (or X) b", "a (or) b"),
        ("a (X or b)", "a (b)"),
        ("a (b or X)", "a (b)"),
        ("a （X） b", "a b"),
        ("X, a", "a"),
        ("X. a", "a"),
        ("X.5 a", ".5 a"),
        ("X", ""),
        ("X X X", ""),
        ("a X", "a"),
        ("a,X", "a"),
        ("a (/b/X), c", "a (/b/), c"),
        ("a – X.", "a –."),
        ("() ( , ) a , b", "() ( , ) a , b"),  # the author's own
        ("a X .NET", "a .NET"),
        ("a X 'b'", "a 'b'"),
        ("$5 (about $X in 2011) then", "$5 then"),
        ("$5 (about $X) then", "$5 then"),
        ("$5 ($X in (old) dollars)", "$5 ($ in (old) dollars)"),
        ("$5 ($X in X dollars).", "$5."),
        ("$X in 2011", "$ in 2011"),
        ("a\u00a0\u2009 b\u00ad\u200b\ufeff", "a b"),
    ],
)
def test_what_a_cut_leaves(text: str, expected: str) -> None:
    assert tidy(text.replace("X", CUT)) == expected
