import pytest

from winnow.pipelines.counts import NONE, Count
from winnow.pipelines.ledger.types import Distribution
from winnow.pipelines.views.card.hub import languages_of, licenses_held, licenses_of, size_category


@pytest.mark.parametrize(
    ("expressions", "expected"),
    [
        ([None], (["unknown"], [])),
        ([], (["unknown"], [])),
        (["Apache-2.0"], (["apache-2.0"], [])),
        (["GPL-3.0-or-later"], (["gpl-3.0"], [])),
        (["CC-BY-SA-4.0 AND GFDL-1.3-or-later"], (["cc-by-sa-4.0", "gfdl"], [])),
        (["(MIT OR ODC-By-1.0)", None], (["mit", "odc-by", "unknown"], [])),
        (["LicenseRef-house"], (["other"], ["LicenseRef-house"])),
    ],
)
def test_licenses(expressions: list[str | None], expected: tuple[list[str], list[str]]) -> None:
    assert licenses_of(expressions) == expected


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ({"MIT": 998, "0BSD": 1, "unknown": 1}, ["MIT", "0BSD", None]),
        ({"MIT": 1999, "0BSD": 1}, ["MIT"]),
        ({"unknown": 1}, [None]),
        ({}, []),
    ],
)
def test_licenses_are_those_of_the_documents(documents: dict[str, int], expected: list[str | None]) -> None:
    top = {name: Count(n, 1) for name, n in documents.items()}
    assert licenses_held(Distribution(len(top), top, NONE)) == expected


@pytest.mark.parametrize(
    ("documents", "expected"),
    [(0, "n<1K"), (999, "n<1K"), (1000, "1K<n<10K"), (9_999_999, "1M<n<10M"), (10**12 - 1, "100B<n<1T"),
     (10**12, "n>1T")],
)  # fmt: skip
def test_size_category(documents: int, expected: str) -> None:
    assert size_category(documents) == expected


@pytest.mark.parametrize(("documents", "expected"), [(1, ["en", "yo"]), (0, ["en"])])
def test_a_language_of_less_than_a_thousandth_is_left_out(documents: int, expected: list[str]) -> None:
    top = {"en": Count(1000 - documents, 1), "yo": Count(documents, 1), "Python": Count(0, 1)}
    assert languages_of(Distribution(3, top, NONE)) == expected
