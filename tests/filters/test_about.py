"""What a step says of its measures, for those who read a report."""

import pytest

from winnow.pipelines.recipe.catalogue import STEPS

MEASURING = sorted(name for name, step in STEPS.items() if hasattr(step, "RULES"))


def test_some_steps_measure() -> None:
    assert {"gopher_quality", "language", "url"} <= {*MEASURING}


@pytest.mark.parametrize("name", MEASURING)
def test_every_measure_is_told_in_a_line(name: str) -> None:
    step = STEPS[name]
    assert [*step.ABOUT] == [rule.name for rule in step.RULES]
    for about in step.ABOUT.values():
        assert (about.strip(), about.isprintable(), 5 <= len(about) <= 100) == (about, True, True)
