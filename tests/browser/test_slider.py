"""A moved limit says what a recount of the stored values says."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import pytest
from pages import held
from playwright.sync_api import Locator

pytestmark = pytest.mark.browser


def figure(card: Locator, name: str) -> int:
    return int(card.locator(f"[data-figure='{name}']").inner_text().replace(",", "").replace("± ", ""))


def recounted(build: Path, rule: dict[str, Any], limits: dict[str, float | None]) -> dict[str, int]:
    """Of the stored values: what would be kept, what only this cut would drop, and what falls anyway."""
    tests = [
        f"value {sign} {limits[side]!r}" for side, sign in (("min", "<"), ("max", ">")) if limits[side] is not None
    ]
    beyond = " OR ".join(tests)
    column = f"{rule['step']}_measures" if rule["step"] == "language" else rule["step"]
    value = f'"{column}"."{rule["measure"]}"'
    alone = f"failed = ['{rule['rule']}'] AND rule = '{rule['rule']}'"
    query = f"""
        WITH rows AS (
            SELECT {value} AS value, 'kept' AS fate FROM read_parquet('{build}/corpus/**/*.parquet')
            UNION ALL
            SELECT {value}, CASE WHEN {alone} THEN 'alone' WHEN rule = '{rule["rule"]}' THEN 'first' ELSE 'another' END
            FROM read_parquet('{build}/rejected/**/*.parquet')
        ), known AS (SELECT fate, ({beyond}) AS beyond FROM rows WHERE value IS NOT NULL AND NOT isnan(value))
        SELECT count(*) FILTER (NOT beyond AND fate IN ('kept', 'alone')),
               count(*) FILTER (beyond AND fate IN ('kept', 'alone')),
               count(*) FILTER (beyond AND fate = 'first'), count(*) FILTER (beyond AND fate = 'another') FROM known
    """
    (found,) = duckdb.sql(query).fetchall()
    return dict(zip(("kept", "decided", "anyway", "another"), found, strict=True))


def cuts(group: dict[str, Any], side: str) -> list[float]:
    """Stops of the slider, and values between them."""
    edges = sorted({edge for name in ("low", "high") for edge in group["sketch"][name] if edge is not None})
    chosen = [edges[len(edges) * part // 7] for part in range(7)]
    return [*chosen, *(edge * 1.003 + 0.001 for edge in chosen), group[side]]


def test_the_sliders_figures_are_those_of_a_recount(visit: Callable, build: Path, report: Path) -> None:
    page, data = visit(report), held(report)
    tried = 0
    rules = sorted(
        (r for r in data["rules"] if r["broken"] and not any(g["languages"] for g in r["groups"])),
        key=lambda r: -r["broken"],
    )
    for rule in rules[:8]:
        group = rule["groups"][0]
        page.evaluate("hash => { location.hash = hash; }", f"rule={quote(rule['rule'])}")
        card = page.locator("details.rule[open]", has=page.locator("h3", has_text=rule["rule"])).first
        for side in ("min", "max"):
            if group[side] is None:
                continue
            field = card.locator(f".cut-field[data-side={side}] input[type=number]")
            for cut in cuts(group, side):
                field.fill(repr(cut))
                field.press("Enter")
                limits = {"min": group["min"], "max": group["max"], side: cut}
                moved = "moved" if cut != group[side] else "now"
                shown = {
                    name: figure(card, f"{name}-{moved}")
                    for name in ("kept", "decided", "anyway", "another")[: 4 if moved == "moved" else 3]
                }
                unsure = figure(card, "unsure") if card.locator("[data-figure=unsure]").count() else 0
                stored = recounted(build, rule, limits)
                off = {name: abs(shown[name] - stored[name]) for name in shown}
                assert all(each <= unsure for each in off.values()), (rule["rule"], side, cut, shown, stored, unsure)
                tried += 1
    assert tried >= 100


def test_arrows_go_from_one_exact_cut_to_the_next(visit: Callable, small: Path) -> None:
    page = visit(small, "#rule=step_0.measure_2")
    card = page.locator("details.rule[data-rule='2']")
    slider = card.locator("input[type=range]")
    assert card.locator("[data-figure=kept-moved]").count() == 0
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert card.locator("input[type=number]").input_value() == "0.265625"
    before, group = figure(card, "kept-now"), held(small)["rules"][2]["groups"][0]
    assert figure(card, "kept-moved") == before - group["sketch"]["kept"][16]
    assert card.locator("[data-figure=unsure]").count() == 0
    assert card.locator(".toml code").last.inner_text() == "limits.measure_2 = { min = 0.265625 }"
    assert slider.get_attribute("aria-valuetext") == "0.2656"
    card.locator("button:has-text('back to')").click()
    assert card.locator("[data-figure=kept-moved]").count() == 0


def test_a_limit_that_nothing_passes(visit: Callable, small: Path) -> None:
    page = visit(small, "#rule=step_0.measure_2")
    card = page.locator("details.rule[data-rule='2']")
    before = figure(card, "kept-now")
    card.locator("input[type=number]").fill("2")
    card.locator("input[type=number]").press("Enter")
    assert figure(card, "kept-moved") == 0
    assert (
        card.locator(".verdict")
        .inner_text()
        .startswith(f"\u2212{before:,} documents kept (\u2212100.0 % of {before:,} here, ")
    )


def test_the_slider_follows_the_pointer(visit: Callable, small: Path) -> None:
    page = visit(small, "#rule=step_0.measure_2")
    slider = page.locator("details.rule[data-rule='2'] input[type=range]")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box
    slider.click(position={"x": box["width"] * 0.75, "y": box["height"] / 2})
    assert 0.7 < float(page.locator("details.rule[data-rule='2'] input[type=number]").input_value()) < 0.8


def test_a_language_has_its_own_limit(visit: Callable, small: Path) -> None:
    page = visit(small, "#rule=step_0.measure_1")
    card = page.locator("details.rule[data-rule='1']")
    card.locator("select").select_option(index=1)
    group = held(small)["rules"][1]["groups"][1]
    assert float(card.locator("input[type=number]").input_value()) == group["min"]
    assert (
        card.locator(".toml code").last.inner_text()
        == f"languages.{group['languages'][0]}.limits.measure_1 = {{ min = {group['min']} }}"
    )
