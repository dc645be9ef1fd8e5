import dataclasses
import pickle
import re
import typing

import pytest

from winnow.filters.catalogue import STEPS
from winnow.filters.document import Document
from winnow.filters.steps import Edit, Editor, Filter
from winnow.filters.text import Text

ALLOWED = {str, int, float, bool, type(None)}
DOCUMENT = Document(id="0" * 32, text="", source="test", url="https://example.com/")
STRINGS = ["", " ", "\x00", "🙂", "שלום", "x" * 1_000_000, "One two three. Four!\n\nfive\n"]


@pytest.mark.parametrize("name", STEPS)
def test_a_step_is_a_frozen_dataclass_of_plain_settings(name: str) -> None:
    kind = STEPS[name]
    assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
    hints = typing.get_type_hints(kind)
    for field in dataclasses.fields(kind):
        assert field.default is not dataclasses.MISSING, field.name
        assert hints[field.name] == tuple[str, ...] or hints[field.name] in ALLOWED, field.name
    step = kind()
    assert pickle.loads(pickle.dumps(step)) == step
    with pytest.raises(dataclasses.FrozenInstanceError):
        step.anything = 1


@pytest.mark.parametrize("name", STEPS)
def test_a_step_is_a_filter_or_an_editor_and_never_both(name: str) -> None:
    step = STEPS[name]()
    assert isinstance(step, Filter) != isinstance(step, Editor)


MEASURED = {"extraction", "make_up", "opt_out", "secrets"}
"""Filters that drop nothing unless a recipe sets a limit."""


@pytest.mark.parametrize("name", [name for name, kind in STEPS.items() if isinstance(kind(), Filter)])
def test_a_filter_measures_what_its_rules_name(name: str) -> None:
    step = STEPS[name]()
    rules = [rule.name for rule in step.RULES]
    assert len(set(rules)) == len(rules)
    assert all(rule.paper for rule in step.RULES)
    without = {rule.name for rule in step.RULES if rule.min is None and rule.max is None}
    assert without == (set(rules) if name in MEASURED else set())
    for string in STRINGS:
        assert list(step.measure(DOCUMENT, Text(string))) == rules


@pytest.mark.parametrize("name", [name for name, kind in STEPS.items() if isinstance(kind(), Editor)])
def test_an_editor_counts_what_it_did_under_the_same_names(name: str) -> None:
    edits: list[Edit] = [STEPS[name]().edit(DOCUMENT, Text(string)) for string in STRINGS]
    assert {tuple(edit.counts) for edit in edits} == {tuple(edits[0].counts)}
    assert (list(edits[0].changes), set(edits[0].counts.values())) == ([], {0})
