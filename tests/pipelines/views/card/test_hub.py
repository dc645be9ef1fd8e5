from dataclasses import replace
from typing import Any

import pytest
import yaml
from card_ledger import distribution, golden, with_kept
from huggingface_hub import DatasetCard

from winnow.pipelines.counts import NONE, Count
from winnow.pipelines.files.parquet import Written
from winnow.pipelines.ledger.types import Distribution, Ledger
from winnow.pipelines.plan.names import encoded
from winnow.pipelines.views.card import page
from winnow.pipelines.views.card.hub import front_matter, languages_of, licenses_held, licenses_of, size_category


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
        (["CC BY 4.0", "CC BY-SA"], (["cc-by-4.0", "other"], ["CC BY-SA"])),
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


@pytest.mark.parametrize(
    ("licenses", "name"),
    [
        ({"HPND": 1, "PSF-2.0": 1}, "hpnd-and-psf-2.0"),
        ({'Our "own": license\n---': 1}, "our-own-license"),
        ({"\u65b0": 1}, "other"),
        ({"a": 1, "b": 1, "c": 1}, "a-and-b-and-c"),
        ({"a": 1, "b": 1, "c": 1, "d": 1}, "several-licenses"),
        ({"MIT": 1}, None),
    ],
)
def test_what_the_hub_has_no_name_for_gets_an_id(licenses: dict[str, int], name: str | None) -> None:
    head = yaml.safe_load(front_matter(with_kept(license=distribution(licenses))).strip("-"))
    assert head.get("license_name") == name


def test_languages_are_iso_639_and_code() -> None:
    made = with_kept(language=distribution({"en": 9, "sh": 9, "jq": 9, "yue": 9, "zh_Hant": 9, "Python": 9}))
    sources = {**made.sources, "code": replace(made.sources["web"], kind="code")}
    assert _head(replace(made, sources=sources))["language"] == ["en", "yue", "code"]


NAMES = [
    "corpus",
    "rejected",
    "default",
    "source-corpus",
    "a b",
    "no",
    "*?[x]",
    "../x",
    "\u65b0\u805e",
    "x:y|z",
    "'\"#",
]


def test_no_two_configs_have_one_name() -> None:
    """A config called `default` would be a second default for `datasets`."""
    made = golden()
    web = made.sources["web"]
    files = {f"corpus/{encoded(name)}/en/part-00000.parquet": Written(1, 1, "") for name in NAMES}
    head = _head(replace(made, sources=dict.fromkeys(NAMES, web), files=files))
    names = [config["config_name"] for config in head["configs"]]
    assert (len(set(names)), len(names), "default" in names) == (len(NAMES) + 1, len(NAMES) + 1, False)
    assert [config["config_name"] for config in head["configs"] if config.get("default")] == ["corpus"]
    assert [config["data_files"] for config in head["configs"][1:]] == [
        f"corpus/{encoded(name)}/**/*.parquet" for name in NAMES
    ]


def test_the_hubs_client_reads_the_head() -> None:
    card = DatasetCard(page.render(golden()))
    assert card.data.to_dict()["license"] == ["cc0-1.0", "unknown"]
    assert card.data.pretty_name == "two sources"
    assert card.text.strip().startswith("# two sources")


def _head(ledger: Ledger) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(front_matter(ledger).strip("-"))
    return found
