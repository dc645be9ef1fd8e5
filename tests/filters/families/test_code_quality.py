import pytest

from winnow.filters.document import Document
from winnow.filters.families.code_quality import CodeQuality
from winnow.filters.rules import judge
from winnow.filters.setting_checks import NotAllowed
from winnow.filters.text import Text

CODE = "def twice(number):\n    # two times\n    return 2 * number\n"
SHARE = len("# two times") / len(CODE)


def measured(
    text: str, language: str | None = "Python", variant: str = "winnow", path: str = "a.py"
) -> dict[str, float]:
    """What is known of it."""
    document = Document(
        id="0" * 32, text=text, source="test", code_language=language, meta={"path": path} if path else {}
    )
    found = CodeQuality(variant=variant).measure(document, Text(text))
    return {rule: value for rule, value in found.items() if value is not None}


def broken(text: str, language: str | None = "Python", variant: str = "winnow", path: str = "a.py") -> list[str]:
    document = Document(
        id="0" * 32, text=text, source="test", code_language=language, meta={"path": path} if path else {}
    )
    step = CodeQuality(variant=variant)
    return [reject.rule for reject in judge(step.measure(document, Text(text)), step.RULES)]


def test_the_three_of_all() -> None:
    for variant in ("winnow", "redpajama", "starcoder", "santacoder"):
        found = measured(CODE, variant=variant)
        assert (found["longest_line"], found["mean_line_length"]) == (21.0, (18 + 15 + 21) / 3)
        assert found["alphanumeric_share"] == sum(map(str.isalnum, CODE)) / len(CODE)


@pytest.mark.parametrize("text", ["é1٣½ ", "日本語。\n", "a\u0301x", "\ud800a", "Ⅷ²"])
def test_letters_and_digits_are_those_of_str(text: str) -> None:
    assert measured(text)["alphanumeric_share"] == sum(map(str.isalnum, text)) / len(text)
    letters = measured(text, "JSON", path="a.json")["structured_alphabetic_share"]
    assert letters == sum(map(str.isalpha, text)) / len(text)


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("x" * 1000 + "\n" + "y\n" * 20, []), ("x" * 1001 + "\n" + "y\n" * 20, ["longest_line"]),
        (("x" * 100 + "\n") * 2, []), (("x" * 101 + "\n") * 2, ["mean_line_length"]),
        ("xxxxxx" + "-" * 18, []), ("xxxxxx" + "-" * 19, ["alphanumeric_share"]),
    ],
)  # fmt: skip
def test_the_boundary_is_kept(text: str, rules: list[str]) -> None:
    assert broken(text, variant="redpajama") == rules


@pytest.mark.parametrize(
    ("path", "kept"), [("a/b.py", 1.0), ("a.C", 1.0), ("x/Makefile", 1.0), ("a.PY", 0.0), ("a.json", 0.0), ("", None)]
)
def test_endings_of_redpajama(path: str, kept: float | None) -> None:
    assert measured(CODE, variant="redpajama", path=path).get("kept_ending") == kept


def test_letters_to_a_token() -> None:
    assert measured("ab = cd", variant="redpajama")["letters_per_token"] == 4 / 4  # three tokens, and one more


@pytest.mark.parametrize(
    ("language", "path", "absent"),
    [
        ("Python", "a.py", set()), ("Markdown", "a.md", {"longest_line", "mean_line_length"}),
        ("SQL", "a.sql", {"longest_line", "mean_line_length"}), ("SAS", "a.sas", {"alphanumeric_share"}),
        ("JSON", "a.json", {"longest_line", "mean_line_length"}), (None, "a", set()),
    ],
)  # fmt: skip
@pytest.mark.parametrize("variant", ["winnow", "starcoder"])
def test_exceptions_of_starcoder(language: str | None, path: str, absent: set[str], variant: str) -> None:
    found = measured("SELECT 1 of many\n", language, variant, path)
    assert {"longest_line", "mean_line_length", "alphanumeric_share"} - found.keys() == absent


@pytest.mark.parametrize(("path", "out"), [("a.rkt", 1.0), ("b/a.PLX", 1.0), ("a.py", 0.0), ("", None)])
def test_endings_that_starcoder_left_out(path: str, out: float | None) -> None:
    assert measured(CODE, variant="starcoder", path=path).get("excluded_ending") == out


def test_letters_alone() -> None:
    assert measured("ab12" * 5, "VHDL", "starcoder")["alphabetic_share"] == 0.5
    assert "alphabetic_share" not in measured("ab12" * 5, "C", "starcoder")


@pytest.mark.parametrize(
    ("length", "rules"), [(99, ["structured_characters"]), (100, []), (5000, []), (5001, ["structured_characters"])]
)
def test_sizes_of_json(length: int, rules: list[str]) -> None:
    assert broken("x\n" * (length // 2) + "x" * (length % 2), "JSON", "starcoder", "a.json") == rules
    assert broken("x\n" * (length // 2) + "x" * (length % 2), "YAML", "starcoder", "a.yml") == rules


def test_the_header_of_xml() -> None:
    header = "<?xml version='1.0'?>"
    for variant, text, expected in (
        ("starcoder", " " * 50 + header, 1.0),
        ("starcoder", "x" * 87 + header, 0.0), ("starcoder", f"x = '{header}'", 1.0),
        ("winnow", f"\ufeff\n{header}", 1.0), ("winnow", f"x = '{header}'", 0.0),
    ):  # fmt: skip
        assert measured(text, "XML", variant)["xml_header"] == expected


def test_html() -> None:
    text = "<p>" + "a" * 100 + "</p>" + "<b></b>" * 50
    found = measured(text, "HTML", "starcoder", "a.html")
    assert (found["html_text_characters"], found["html_text_share"]) == (100.0, 100 / len(text))
    assert "html_text_share" not in measured(text, "Vue", "starcoder", "a.vue")


@pytest.mark.parametrize(
    ("variant", "language", "share"),
    [("winnow", "Python", SHARE), ("santacoder", "python", SHARE), ("santacoder", "Ruby", None),
     ("winnow", "Ruby", SHARE), ("winnow", "Text", None), ("starcoder", "Python", None), ("redpajama", "Python", None)],
)  # fmt: skip
def test_comments(variant: str, language: str, share: float | None) -> None:
    assert measured(CODE, language, variant).get("comment_share") == share


def test_encoded_data() -> None:
    found = measured("x = '" + "QUJD" * 300 + "'")
    assert (found["longest_encoded"], found["encoded_share"]) == (1200.0, 1200 / 1206)
    assert broken("x = '" + "QUJD" * 256 + "'\n" + "y = 1 # no\n" * 200) == ["longest_line"]


def test_lines() -> None:
    assert [("lines" in broken("x # y\n" * n)) for n in (4, 5, 20_000, 20_001)] == [True, False, False, True]


@pytest.mark.parametrize("variant", ["winnow", "redpajama", "starcoder", "santacoder"])
def test_nothing_is_known_of_nothing(variant: str) -> None:
    assert measured("", variant=variant) == {}
    assert "longest_line" in measured("\n", variant=variant)


@pytest.mark.parametrize(
    ("text", "line"), [("ab\ncde\r\nfgh\n", "cde"), ("abc", "abc"), ("a\u2028bb", "bb"), ("\n\n", None)]
)
def test_the_longest_line_is_shown(text: str, line: str | None) -> None:
    document = Document(id="0" * 32, text=text, source="test", code_language="Python")
    spans = CodeQuality().spans(document, Text(text))
    assert [text[start:end] for start, end in spans.get("longest_line", [])] == ([line] if line else [])


def test_comments_and_encoded_data_are_shown() -> None:
    text = "# one\nx = '" + "QUJD" * 20 + "'\n"
    document = Document(id="0" * 32, text=text, source="test", code_language="Python")
    spans = CodeQuality().spans(document, Text(text))
    assert [text[start:end] for start, end in spans["comment_share"]] == ["# one"]
    assert [text[start:end] for start, end in spans["encoded_share"]] == ["QUJD" * 20]


def test_variants_have_names() -> None:
    with pytest.raises(NotAllowed):
        CodeQuality(variant="codex")
