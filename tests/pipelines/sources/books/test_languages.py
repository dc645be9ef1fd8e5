import pytest

from winnow.pipelines.sources.books.languages import code_of


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("English", "en"), ("French and English", "fr"), ("English, French", "en"), ("Middle English", "en"),
        ("German (Fraktur)", "de"), ("en-GB", "en"), ("pt_BR", "pt"), ("eng", "en"), ("ceb", "ceb"), ("sa", "sa"),
        ("Latin/English", None), ("written in Klingon", None), ("und", None), ("", None), (None, None),
        ("x-klingon", None),
    ],
)  # fmt: skip
def test_code_of(named: str | None, expected: str | None) -> None:
    assert code_of(named) == expected
