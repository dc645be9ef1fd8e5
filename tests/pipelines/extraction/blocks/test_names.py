import pytest

from winnow.pipelines.extraction.blocks.names import CONSENT_TOOL, GROUPS, MOST_CHARACTERS, bits, said


def groups(value: str) -> list[str]:
    return [name for number, (name, _) in enumerate(GROUPS) if bits(value) >> number & 1]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", []),
        ("x7-Zq", []),
        ("site-footer", ["footer"]),
        ("footnote", []),
        ("mainNavBar", ["content", "nav"]),
        ("SIDEBAR", ["side"]),
        ("\u05d0\u05d1", []),
        ("a" * 1_000_000, []),
    ],
)
def test_words_of_names(value: str, expected: list[str]) -> None:
    assert sorted(groups(value)) == sorted(expected)


def test_there_is_room_in_64_bits() -> None:
    assert (len(GROUPS) < 61, MOST_CHARACTERS) == (True, 300)


@pytest.mark.parametrize(
    ("attributes", "shape", "hidden"),
    [
        ({}, "", False),
        ({"class": None, "id": "x"}, "", False),
        ({"class": "a b", "hidden": None}, "a b", True),
        ({"aria-hidden": "false", "style": "display : NONE"}, "", True),
        ({"aria-hidden": "true", "style": None}, "", True),
        ({"style": "display: block", "title": "hidden"}, "", False),
    ],
)
def test_what_attributes_say(attributes: dict[str, str | None], shape: str, hidden: bool) -> None:
    assert said(attributes)[1:] == (shape, hidden)


def test_names_of_several_attributes() -> None:
    assert said({"role": "navigation", "id": "story", "title": "footer"})[0] == bits("navigation story")


@pytest.mark.parametrize(
    ("value", "is_tool"),
    [
        ("klaro", True),
        ("a Klaro b", True),
        ("xklaro", False),
        ("klaro-x", False),
        ("cc-window", True),
        ("x-cc-window y", True),
        ("cc-windows", False),
        ("CybotCookiebotDialog", True),
        ("qc-cmp-ui qc-cmp2", True),
        ("qc-cmp2ui", False),
        ("x-cookiefirst-root", True),
        ("cookie-notice", False),
    ],
)
def test_dialogs_of_tools(value: str, is_tool: bool) -> None:
    assert (bits(value) & CONSENT_TOOL > 0) == is_tool
