import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.filters.code.blue_oak import RATINGS, permissive
from winnow.filters.code.expressions import MOST_CHARACTERS
from winnow.filters.document import Document
from winnow.filters.families.license import License, is_allowed
from winnow.filters.rules import Reject, judge
from winnow.filters.setting_checks import NotAllowed
from winnow.filters.text import Text

PAIR = "GPL-2.0-only WITH Classpath-exception-2.0"


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True), ("mit", True), (" MIT ", True), ("(MIT)", True), ("GPL-3.0-only", False),
        ("LicenseRef-x", False),
        ("MIT OR GPL-3.0-only", True), ("GPL-3.0-only or MIT", True), ("MIT AND GPL-3.0-only", False),
        ("MIT OR GPL-3.0-only AND GPL-2.0-only", True), ("(MIT OR GPL-3.0-only) AND GPL-2.0-only", False),
        ("GPL-2.0-only AND GPL-3.0-only OR MIT", True), ("Apache-2.0 WITH LLVM-exception", True),
        ("GPL-2.0-only WITH Classpath-exception-2.0", False), ("Zlib+", True), ("GPL-2.0+", False),
        ('["MIT", "ISC"]', True), ('["MIT", "GPL-2.0"]', False), ("[]", None),
        ("BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0", True), ("(" * 300 + "MIT" + ")" * 300, True),
        ("", None), (" ", None), ("MIT ISC", None), ("(MIT", None), ("MIT)", None), ("()", None), ("MIT OR", None),
        ("OR MIT", None), ("AND", None), ("WITH", None), ("MIT WITH", None), ("MIT WITH (", None), ("WITH MIT", None),
        ("MIT WITH OR", None), ("Apache License 2.0", None), ("MIT, ISC", None), ("MIT/ISC", None), ("é", None),
        ("MIT OR " * 400 + "MIT", None), ("NOT MIT", None),
    ],
)  # fmt: skip
def test_expressions(expression: str, allowed: bool | None) -> None:
    assert is_allowed(expression, License()) == allowed


@pytest.mark.parametrize(
    ("settings", "expression", "allowed"),
    [
        (License(rating="none"), "MIT", False), (License(rating="none", allow=("MIT",)), "MIT", True),
        (License(rating="gold"), "MIT", False), (License(rating="silver"), "MIT", True),
        (License(rating="silver"), "BSD-3-Clause", False), (License(rating="bronze"), "BSD-3-Clause", True),
        (License(rating="bronze"), "WTFPL", False), (License(), "WTFPL", True),
        (License(deny=("wtfpl",)), "WTFPL", False),
        (License(allow=("LicenseRef-x",)), "LicenseRef-x", True),
        (License(allow=(PAIR,)), PAIR.lower(), True), (License(allow=(PAIR,)), "GPL-2.0-only", False),
    ],
)  # fmt: skip
def test_settings(settings: License, expression: str, allowed: bool) -> None:
    assert is_allowed(expression, settings) == allowed


@pytest.mark.parametrize(
    ("license", "measures", "broken"),
    [
        ("MIT", {"known": 1.0, "allowed": 1.0}, []),
        ("GPL-3.0-only", {"known": 1.0, "allowed": 0.0}, [Reject("allowed", 0.0, 1)]),
        (None, {"known": 0.0, "allowed": None}, [Reject("known", 0.0, 1)]),
        ("whatever it is", {"known": 0.0, "allowed": None}, [Reject("known", 0.0, 1)]),
    ],
)
def test_measures(license: str | None, measures: dict[str, float | None], broken: list[Reject]) -> None:
    document = Document(id="0" * 32, text="", source="test", license=license)
    found = License().measure(document, Text(""))
    assert found == measures
    assert judge(found, License.RULES) == broken


def test_ratings_hold_the_better_ones() -> None:
    sizes = [len(permissive(rating)) for rating in RATINGS]
    assert sizes == sorted(sizes)
    assert sizes[0] == 1
    assert permissive("gold") == {"BlueOak-1.0.0", "BSD-2-Clause-Patent"}
    assert {"MIT", "Apache-2.0", "BSD-3-Clause", "ISC", "Zlib", "Unlicense", "CC0-1.0"} <= permissive("bronze")
    assert not any(name.startswith(("GPL", "LGPL", "AGPL", "MPL")) for name in permissive("lead"))


def test_wrong_settings() -> None:
    with pytest.raises(NotAllowed):
        License(rating="best")
    with pytest.raises(NotAllowed):
        License(allow=(" ",))


@given(
    st.lists(
        st.sampled_from(["MIT", "GPL-2.0-only", "AND", "OR", "WITH", "(", ")", "[", ",", " ", "x-exception"]),
        max_size=12,
    )
)
def test_any_words_give_some_answer(words: list[str]) -> None:
    assert is_allowed(" ".join(words), License()) in (True, False, None)


def test_a_long_one_takes_no_time() -> None:
    began = time.process_time()
    is_allowed("(" * 1_000_000, License())
    is_allowed("(" * (MOST_CHARACTERS - 1), License())
    assert time.process_time() - began < 1
