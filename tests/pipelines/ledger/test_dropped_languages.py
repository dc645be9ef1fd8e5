"""Languages of which one rule drops much are named, whatever dropped them but the choice of languages."""

import dataclasses

import pytest
from small_builds import recipe

from winnow.pipelines.annotators.code_language import CodeLanguage
from winnow.pipelines.annotators.language import Language
from winnow.pipelines.corpus.frequent import Frequent, frequent
from winnow.pipelines.corpus.surveyed import Surveyed, language_and_rule
from winnow.pipelines.counts import Count
from winnow.pipelines.ledger.dropped_languages import LISTED, dropped_languages
from winnow.pipelines.ledger.types import DroppedLanguage, DroppedLanguages
from winnow.pipelines.recipe.model import Step

RECIPE = recipe(steps=(Step("language", "language", Language()), Step("code", "code_language", CodeLanguage())))


def counted(documents: dict[str, int], most: int = 4096) -> Frequent:
    return frequent({value: Count(n, 10 * n) for value, n in documents.items()}, most)


def found(
    kept: dict[str, int], dropped: dict[tuple[str, str], int], share: float = 0.5
) -> tuple[DroppedLanguage, ...]:  # fmt: skip
    made = dataclasses.replace(RECIPE, warn_dropped_share=share)
    rejected = Surveyed(dropped=counted({language_and_rule(*by): n for by, n in dropped.items()}))
    told = dropped_languages(made, Surveyed({"language": counted(kept)}), rejected)
    assert (told.share, told.more) == (share, 0)
    return told.found


@pytest.mark.parametrize(
    ("kept", "gone", "others", "share", "named"),
    [
        (10, 11, 0, 0.5, True),
        (10, 10, 0, 0.5, False),  # half is not more than half
        (8, 11, 0, 0.5, False),  # nineteen documents
        (9, 11, 0, 0.5, True),  # twenty
        (0, 20, 0, 0.5, True),
        (0, 20, 20, 0.5, False),
        (0, 20, 20, 0.49, True),
        (0, 20, 0, 1.0, False),
        (99, 1, 0, 0.0, True),
        (100, 0, 0, 0.0, False),
    ],
)
def test_a_language_of_which_one_rule_drops_much(kept: int, gone: int, others: int, share: float, named: bool) -> None:
    dropped = {("th", "quality.words"): gone, ("th", "language.listed"): others, ("de", "language.listed"): 1}
    dropped = {by: n for by, n in dropped.items() if n}
    expected = (DroppedLanguage("th", kept + gone + others, "quality.words", gone),) if named else ()
    assert found({"th": kept, "de": 100}, dropped, share) == expected


@pytest.mark.parametrize("rule", ["language.listed", "code.listed"])
def test_the_choice_of_languages_is_no_warning(rule: str) -> None:
    assert found({}, {("de", rule): 500}) == ()


@pytest.mark.parametrize("rule", ["language.score", "other.listed", "edit.empty", "duplicate.near", "measure.error"])
def test_every_other_rule_is(rule: str) -> None:
    assert found({}, {("de", rule): 500}) == (DroppedLanguage("de", 500, rule, 500),)


def test_what_has_no_language_is_no_language() -> None:
    assert found({"unknown": 1}, {("unknown", "quality.words"): 100}) == ()


def test_the_largest_losses_come_first() -> None:
    dropped = {("de", "a.b"): 30, ("th", "a.b"): 50, ("ar", "a.b"): 30, ("ar", "c.d"): 20}
    order = [(one.language, one.rule, one.documents) for one in found({}, dropped, 0.1)]
    assert order == [("th", "a.b", 50), ("ar", "a.b", 50), ("de", "a.b", 30), ("ar", "c.d", 50)]


def test_so_many_are_listed() -> None:
    rejected = Surveyed(dropped=counted({language_and_rule(f"x{n:04}", "a.b"): 20 for n in range(LISTED + 3)}))
    told = dropped_languages(RECIPE, Surveyed({"language": Frequent()}), rejected)
    assert (len(told.found), told.more) == (LISTED, 3)


def test_what_is_not_surely_so_is_not_said() -> None:
    values = {language_and_rule(f"x{n}", "a.b"): n + 20 for n in range(6)}
    rejected = Surveyed(dropped=counted(values, 5))  # 20 documents of each may be others
    assert rejected.dropped.error == 20
    assert dropped_languages(RECIPE, Surveyed({"language": Frequent()}), rejected) == DroppedLanguages()
