import pytest

from winnow.pipelines.sources.books.emphasis import drop


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the _Pequod_ sailed", "the Pequod sailed"),
        ("_A whole sentence._", "A whole sentence."),
        ("cela _d_'une main", "cela d'une main"),
        ("de _slaap_kamer", "de slaapkamer"),
        ("un_believ_able _x_", "un_believ_able x"),
        ("a_variable_name and __init__", "a_variable_name and __init__"),
        ("_one\ntwo_ three", "one\ntwo three"),
        ("_ not a mark _", "_ not a mark _"),
        ("one _ alone", "one _ alone"),
        ("text in =bold= type", "text in bold type"),
        ("--=P. F. Brunings.= De Gouverneur", "--P. F. Brunings. De Gouverneur"),
        ("a=b=c, x == y, x = y = z", "a=b=c, x == y, x = y = z"),
        ("<i>one</i> and <b>two</b>", "one and two"),
        ("1 < 2 > 0", "1 < 2 > 0"),
        ("", ""),
    ],
)
def test_drop(text: str, expected: str) -> None:
    assert drop(text) == expected
