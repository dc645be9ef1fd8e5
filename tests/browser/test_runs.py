"""A run's page, and several runs side by side: every panel, its switches, narrow, dark, and with hostile texts."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hostile_texts import PAYLOADS
from pages import drawn, until
from playwright.sync_api import Page
from test_accessible import serious
from test_hostile import ADDRESSES, FOREIGN, HANDLERS

from tests.trainer.small_histories import Entries, asked, history, skip, told, write
from winnow.trainer.report import page as pages
from winnow.trainer.report.compare import compare
from winnow.trainer.report.data import run_page

pytestmark = pytest.mark.browser


def eventful(steps: int = 400, **start: Any) -> Entries:
    """A run with all that a page can show."""
    entries = history(steps, phases=[steps * 9 // 10], **start)
    entries[5:5] = [skip(step=4)]
    entries += [entry for step in range(40, steps + 1, 40) for entry in asked(step)]
    entries += [entry for step in range(40, steps + 1, 40) for entry in asked(step, "x", prompt="", task="code")]
    first = next(entry for entry in entries if entry["kind"] == "evaluation")
    first["xz_bits_per_byte"] = 1.75
    entries.append({**entries[0], "step": steps // 2})
    return [*entries, {"kind": "end", "step": steps, "tokens": 10 * steps, "seconds": 9.0, "reason": "done"}]


def made(entries: Entries, file: Path, name: str = "my run", config: str = "seed = 1\n") -> Path:
    file.write_text(pages.render(run_page(told(entries, config, name))), "utf-8")
    return file


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(eventful(), tmp_path_factory.mktemp("run") / "run.html")


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("three")
    sizes = {i: history(100 * i, tokens=5 * i, rows=4 * i, flops_per_token=1e6 * i) for i in (1, 2, 3)}
    runs = [write(folder / f"run-{i}", entries, f"seed = {i}\n") for i, entries in sizes.items()]
    compare(runs, folder / "three.html", lambda text: None)
    return folder / "three.html"


SECTIONS = [
    "overview", "quality", "tasks", "samples", "speed", "steps", "sources", "events", "machine", "configuration",
]  # fmt: skip
CURVES = [
    "Held-out and training text", "Training loss", "Held-out text by source", "What the right answers cost", "grammar",
    "code", "Throughput", "Share of the machine", "Where the time went", "Learning rate",
    "Gradient norm, before clipping",
]  # fmt: skip
LABELS = "all => all.map(node => node.getAttribute('aria-label'))"


def test_every_panel_is_drawn(visit: Callable, run: Path) -> None:
    page: Page = visit(run)
    drawn(page)
    assert page.locator("main > section").evaluate_all("all => all.map(node => node.id)") == SECTIONS
    assert page.locator("figcaption").all_inner_texts() == CURVES
    labels = page.locator("svg[role=img]").evaluate_all(LABELS)
    assert len(labels) == len(CURVES) - 1
    assert labels[0].replace("\N{MINUS SIGN}", "-") == (
        "Held-out and training text, bits per byte: held-out from 1.975 to -2.9, "
        "training, smoothed from 1.988 to -3, training, as recorded from 1.988 to -3"
    )
    first = page.locator("figure").first
    assert first.locator("path").count() > 3
    for words in ("the mixture changes", "the rate begins to fall", "the run went on from a checkpoint",
                  "a checkpoint, 40 times", "a step was skipped"):  # fmt: skip
        assert first.locator(".legend").get_by_text(words).count() == 1, words
    assert page.locator("#overview").get_by_text("1 step was skipped.").count() == 1
    assert page.locator(".written").count() == 2
    assert page.locator(".events li").first.inner_text() == "first step 1.5 s after the start"
    assert "x86, 2 threads" in page.locator("#machine").inner_text()


def test_there_is_no_empty_panel(visit: Callable, tmp_path: Path) -> None:
    page: Page = visit(made(history()[:3], tmp_path / "run.html", config=""))
    drawn(page)
    assert page.locator("main > section").evaluate_all("all => all.map(node => node.id)") == [
        "overview", "quality", "speed", "steps", "sources", "events", "machine",
    ]  # fmt: skip
    assert (
        page.locator("figure").evaluate_all("all => all.filter(node => !node.querySelector('svg, .bar')).length") == 0
    )
    nothing: Page = visit(made([], tmp_path / "none.html", config=""))
    assert nothing.locator("main").inner_text().split() == ["my", "run", "Nothing", "recorded", "yet."]


ACROSS = """figure => {
  const chart = figure.querySelector("svg[role=img]"), box = node => node.getBoundingClientRect();
  const [left, width] = [box(chart).left + 58, box(chart).width - 58 - 14];
  const share = of => Math.round(40 * (of - left) / width * 2) / 2;
  const line = box(chart.querySelector("g[clip-path] path"));
  const saves = [...chart.querySelectorAll("g[fill='var(--soft)'] path")].map(box);
  return [share(line.left), share(line.right), saves.map(mark => share((mark.left + mark.right) / 2))];
}"""


def test_a_mean_stands_in_the_middle_of_its_steps_and_the_rate_where_it_holds(visit: Callable, tmp_path: Path) -> None:
    entries = [entry for entry in history() if entry["kind"] != "step" or entry["step"] % 10 == 0]
    page: Page = visit(made([{**entries[0], "decays": 99}, *entries[1:]], tmp_path / "run.html"))
    drawn(page)
    figure = {title: page.locator("figure", has_text=title).first for title in ("Training loss", "Learning rate")}
    assert figure["Training loss"].evaluate(ACROSS) == [5.5, 35, [10, 20, 30, 40]]
    assert figure["Learning rate"].evaluate(ACROSS)[:2] == [10, 40]


def ticks(page: Page) -> list[str]:
    """What is written along and beside the first curve."""
    return page.locator("figure").first.locator("svg text").all_text_contents()


def test_a_level_far_away_stands_in_the_legend(visit: Callable, tmp_path: Path) -> None:
    entries = [entry for entry in history() if entry["kind"] != "evaluation"]
    at = {"step": 40, "tokens": 400, "seconds": 9.0}
    for xz, shown in ((2.5, True), (9.0, False)):
        found = {"kind": "evaluation", **at, "bits_per_byte": 1.75, "xz_bits_per_byte": xz}
        page: Page = visit(made([*entries, found], tmp_path / f"{xz}.html"))
        drawn(page)
        first = page.locator("figure").first
        assert first.locator("svg").get_by_text(f"xz, {xz:g}").count() == shown
        assert first.locator(".legend").get_by_text("above the axis").count() == (not shown)


REPEATED = """charts => charts.flatMap(chart => [...chart.querySelectorAll("g")].map(group =>
    [...group.children].filter(node => node.tagName === "text").map(node => node.textContent))
    .filter(texts => new Set(texts).size < texts.length))"""
ONE_LINE = [entry for entry in history(10, tokens=40_960) if entry["kind"] != "step" or entry["step"] == 10]
NARROW = [
    entry | {"tokens": 4_096_000 + entry["step"], "bits_per_byte": 2 + entry["step"] / 1e6} for entry in history(9)
]


@pytest.mark.parametrize("entries", [ONE_LINE, NARROW, history(2, tokens=0)])
def test_no_axis_says_a_thing_twice(visit: Callable, tmp_path: Path, entries: Entries) -> None:
    page: Page = visit(made(entries, tmp_path / "run.html"))
    drawn(page)
    for along in ("tokens", "time", "FLOPs", "steps"):
        page.get_by_role("group", name="Along").get_by_role("button", name=along).click()
        for across in ("linear", "logarithm"):
            page.get_by_role("group", name="Across").get_by_role("button", name=across).click()
            assert page.locator("svg[role=img]").evaluate_all(REPEATED) == [], (along, across)


def test_the_only_point_stands_in_the_middle(visit: Callable, tmp_path: Path) -> None:
    page: Page = visit(made(ONE_LINE, tmp_path / "run.html"))
    drawn(page)
    loss = page.locator("figure", has_text="Training loss").locator("svg")
    assert "225.3 k" in loss.locator("text").all_text_contents()
    where = loss.evaluate("""chart => {
        const [all, dot] = [chart, chart.querySelector("circle")].map(node => node.getBoundingClientRect());
        return (dot.x + dot.width / 2 - all.x) / all.width;
    }""")
    assert 0.45 < where < 0.6
    assert loss.locator("[clip-path] circle, circle[clip-path]").count() == 0  # drawn whole, at an edge too


def test_evaluations_have_as_many_digits_in_a_column(visit: Callable, tmp_path: Path) -> None:
    page: Page = visit(made(history(20), tmp_path / "run.html"))
    page.locator(".as-table summary").click()
    cells = page.locator(".as-table td").all_inner_texts()
    assert cells == ["100", "2.1", "1.9750", "1.4000", "2.6000", "200", "2.2", "1.8500", "1.4000", "2.6000"]


def test_switches_change_the_axes(visit: Callable, run: Path) -> None:
    page: Page = visit(run)
    drawn(page)
    assert {"tokens", "2 k", "bits per byte"} <= set(ticks(page))
    for name, expected in (("time", {"time, s"}), ("FLOPs", {"FLOPs", "2e9"}), ("steps", {"steps", "200"})):
        page.get_by_role("group", name="Along").get_by_role("button", name=name).click()
        assert expected <= set(ticks(page)), name
        assert page.locator("#said").inner_text().startswith("Drawn along")
    before = page.locator("figure").first.locator("svg path").last.get_attribute("d")
    page.get_by_role("group", name="Across").get_by_role("button", name="logarithm").click()
    assert {"1", "10", "100"} <= set(ticks(page))
    page.get_by_role("group", name="Upwards").get_by_role("button", name="logarithm").click()
    assert page.locator("figure").first.locator("svg path").last.get_attribute("d") != before
    assert page.locator("svg[role=img]").count() == len(CURVES) - 1


def test_the_pointer_reads_all_lines(visit: Callable, run: Path) -> None:
    page: Page = visit(run)
    drawn(page)
    page.locator(".picture").first.scroll_into_view_if_needed()
    box = page.locator(".picture").first.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_timeout(100)
    tip = page.locator(".picture").first.locator("svg [aria-hidden] tspan, svg tspan").all_text_contents()
    assert [text.split(":")[0].strip("\u200b") for text in tip] == [
        "tokens",
        "held-out",
        "training, smoothed",
        "training, as recorded",
    ]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (420, "dark")])
def test_nothing_serious_wide_or_narrow_light_or_dark(
    visit: Callable, run: Path, three: Path, axe: str, width: int, scheme: str
) -> None:
    for file in (run, three):
        page: Page = visit(file, width=width, scheme=scheme)
        drawn(page)
        page.evaluate("() => { for (const node of document.querySelectorAll('main details')) node.open = true; }")
        page.wait_for_timeout(100)
        assert serious(page, axe, "body") == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_several_runs(visit: Callable, three: Path) -> None:
    page: Page = visit(three)
    drawn(page)
    titles = page.locator("#overview h3").all_inner_texts()
    assert [title.split(",")[0] for title in titles] == [
        "As they stand", "After 100 steps", "After 500 tokens", "After 500 MFLOPs", "After 2.5 s",
    ]  # fmt: skip
    assert page.locator("figcaption").count() == 5
    assert page.locator("figure").first.locator(".legend li bdi").all_inner_texts() == ["run-1", "run-2", "run-3"]
    assert page.locator("#configuration tbody tr").all_inner_texts() == ["seed\t1\t2\t3"]


def test_on_paper_all_is_open(visit: Callable, run: Path) -> None:
    page: Page = visit(run)
    page.emulate_media(media="print")
    until(page, f"document.querySelectorAll('svg[role=img]').length === {len(CURVES) - 1}")
    assert page.locator("#configuration pre").is_visible()
    assert not page.locator(".switches").is_visible()


def test_hostile_texts_neither_run_nor_break_it(visit: Callable, tmp_path: Path) -> None:
    entries: Entries = []
    for at, text in enumerate(PAYLOADS):
        entries += [skip(step=at, reason=text, documents=[text]), *asked(at, text, prompt=text, task=text)]
    told_of = eventful(40, machine=PAYLOADS[0], compile_failed=PAYLOADS[30])
    figure = {"bits_per_byte": 1.0, "low": 0.9, "high": 1.1, "documents": 1, "bytes": 1}
    for entry in told_of:
        if entry["kind"] == "evaluation":
            entry["by_source"] = dict.fromkeys(PAYLOADS, figure)
    page: Page = visit(made([*told_of, *entries], tmp_path / "run.html", PAYLOADS[1], "\n".join(PAYLOADS)))
    scripts = page.evaluate("document.scripts.length")
    drawn(page)
    page.evaluate("() => { for (const node of document.querySelectorAll('main details')) node.open = true; }")
    page.locator(".more").evaluate_all("all => all.forEach(node => node.click())")
    assert page.locator(f"main :is({FOREIGN}), main style:not(svg style)").count() == 0
    assert (page.evaluate("document.scripts.length"), page.evaluate("window.ran")) == (scripts, None)
    assert page.eval_on_selector_all("*", HANDLERS) == 0
    assert page.eval_on_selector_all("a[href]", ADDRESSES) == 0
    assert not any(mark in page.locator("main").inner_text() for mark in "\u202e\u2066\x1b\x00")
    for width in (1280, 420):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
