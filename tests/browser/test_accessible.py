"""An accessibility checker finds nothing serious, in light and dark, wide and narrow."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pages import drawn
from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def serious(page: Page, axe: str, within: str) -> list[str]:
    """Rule and place of each finding that is serious or critical."""
    page.evaluate(f"() => {{ {axe}\n }}") if not page.evaluate("'axe' in window") else None
    found = page.evaluate("within => axe.run(within, {resultTypes: ['violations']})", within)
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"][:3]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 420])
def test_nothing_serious(visit: Callable, small: Path, axe: str, scheme: str, width: int) -> None:
    page = visit(small, "#rule=step_0.measure_1", width=width, scheme=scheme)
    slider = page.locator("details.rule[data-rule='1'] input[type=range]")
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.locator("details.rule[data-rule='1'] [role=option]").nth(2).click()
    drawn(page)
    page.evaluate(
        "() => { for (const node of document.querySelectorAll('main details:not(.rule)')) { node.open = true; } }"
    )
    page.wait_for_timeout(100)
    assert serious(page, axe, "body") == []
    page.evaluate("() => report.view.open(10)")
    assert serious(page, axe, "#document") == []
    page.evaluate("() => report.view.open(11)")
    assert serious(page, axe, "#document") == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_in_the_demo(visit: Callable, report: Path, axe: str, scheme: str) -> None:
    page = visit(report, scheme=scheme)
    drawn(page)
    assert serious(page, axe, "body") == []


def test_all_is_reached_by_keys(visit: Callable, small: Path) -> None:
    """Of what can be clicked nothing is out of the tab key's reach, but bins, which arrows walk."""
    page = visit(small)
    drawn(page)
    controls = "main :is(button, a, input, select, summary)"
    assert page.eval_on_selector_all(controls, "all => all.filter(node => node.tabIndex < 0).length") == 0
    stops = "all => all.map(box => box.querySelectorAll('[tabindex=\"0\"]').length)"
    assert set(page.eval_on_selector_all("[role=listbox]", stops)) == {1}
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
