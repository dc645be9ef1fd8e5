from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from line_source import Lines

from winnow.pipelines.dedup.settings import Losses, NearDuplicates, Spans, Substrings
from winnow.pipelines.engines.jobs import SPANS, STAGES
from winnow.pipelines.extraction.settings import ExtractSettings
from winnow.pipelines.plan import digests
from winnow.pipelines.recipe.file import find, load
from winnow.pipelines.recipe.model import Dedup, Extract, Output, Recipe, Source
from winnow.pipelines.software.closure import closure
from winnow.pipelines.software.stage import STOPS
from winnow.pipelines.sources.tables.jsonl import Jsonl

BASE = """
name = "r"
[[source]]
name = "web"
[[step]]
use = "url"
name = "block"
domains = "list.txt"
[[step]]
use = "bad_words"
words = "words.txt"
[[step]]
use = "gopher_quality"
"""


def given(folder: Path, early: str = "a.org\n", late: str = "bad\n") -> Recipe:
    folder.mkdir(exist_ok=True)
    (folder / "list.txt").write_text(early)
    (folder / "words.txt").write_text(late)
    (folder / "r.toml").write_text(BASE)
    return load(folder / "r.toml")


def named(recipe: Recipe) -> dict[str, str]:
    return {
        "scan": digests.scan(recipe, "web"), "extract": digests.extract(recipe, "web"),
        "curate": digests.curate(recipe, "web"), "keys": digests.keys(recipe, "web"), "dedup": digests.dedup(recipe),
        "spans": digests.spans(recipe), "output": digests.output(recipe),
    }  # fmt: skip


CHANGES = {
    "about": ({"about": "other"}, set()),
    "shares": ({"max_dropped_share": 0.5, "max_error_share": 0.5, "warn_dropped_share": 0.1}, set()),
    "text": ({"rejected_text": "none"}, {"curate"}),
    "extract": ({"extract": {"tables": False}}, {"extract"}),
    "similarity": ({"dedup": Dedup(near=NearDuplicates(similarity=0.9, max_bucket=9))}, {"dedup"}),
    "bands": ({"dedup": Dedup(near=NearDuplicates(bands=2))}, {"keys", "dedup"}),
    "held against what was found": ({"dedup": Dedup(losses=Losses(0.5, ("web",), 0.5, ("a.b",), 2))}, set()),
    "spans": ({"dedup": Dedup(spans=Spans())}, {"spans"}),
    "substrings": ({"dedup": Dedup(substrings=Substrings(60))}, {"spans"}),
    "order": ({"dedup": Dedup(order=("newest",))}, {"dedup"}),
    "order by a measure": ({"dedup": Dedup(order=("gopher_quality.words",))}, {"keys", "dedup"}),
    "order by a measure of no step here": ({"dedup": Dedup(order=("other.words",))}, {"dedup"}),
    "exact alone": ({"dedup": Dedup(near=None)}, {"keys", "dedup"}),
    "output": ({"output": Output(part_characters=1)}, {"output"}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_stage_is_named_by_what_concerns_it(tmp_path: Path, change: str) -> None:
    recipe, (fields, stages) = given(tmp_path), CHANGES[change]
    fields = {k: replace(recipe.extract, **v) if k == "extract" else v for k, v in fields.items()}
    before, after = named(recipe), named(replace(recipe, **fields))
    assert {name for name in before if before[name] != after[name]} == stages


@pytest.mark.parametrize(
    ("steps", "stages"),
    [(slice(1, 3), {"extract", "curate"}), (slice(0, 2), {"curate"}), (slice(2, None, -1), {"curate"})],
    ids=["without the one that needs no text", "without the last", "in another order"],
)
def test_steps_concern_the_stage_that_runs_them(tmp_path: Path, steps: slice, stages: set[str]) -> None:
    """And the files of the corpus, which have their columns."""
    recipe = given(tmp_path)
    before, after = named(recipe), named(replace(recipe, steps=recipe.steps[steps]))
    assert {name for name in before if before[name] != after[name]} == stages | {"output"}


def test_a_source_is_named_without_the_others(tmp_path: Path) -> None:
    recipe = given(tmp_path)
    other = replace(recipe.sources[0], name="lines", kind="jsonl", read=Jsonl())
    both = replace(recipe, sources=(other, *recipe.sources))
    assert named(both) == named(recipe)
    assert digests.scan(both, "lines") != digests.scan(both, "web")
    assert digests.extract(both, "lines") != digests.extract(both, "web")
    licensed = replace(recipe, sources=(replace(recipe.sources[0], license="CC0-1.0"),))
    assert digests.scan(licensed, "web") == digests.scan(recipe, "web")
    assert digests.extract(licensed, "web") != digests.extract(recipe, "web")


@pytest.mark.parametrize(
    ("change", "stages"),
    [
        ({"priority": 1}, {"dedup"}), ({"priority": -1}, {"dedup"}), ({"dedup": "record"}, {"keys", "dedup"}),
        ({"synthetic": True}, {"output"}), ({"priority": 0, "dedup": "document", "synthetic": False}, set()),
    ],
)  # fmt: skip
def test_what_becomes_of_copies_is_nothing_to_reading_and_judging(
    tmp_path: Path, change: dict[str, Any], stages: set[str]
) -> None:
    recipe = given(tmp_path)
    other = replace(recipe.sources[0], name="other")
    before, after = (named(replace(recipe, sources=(of, other))) for of in (
        recipe.sources[0], replace(recipe.sources[0], **change)))  # fmt: skip
    assert {name for name in before if before[name] != after[name]} == stages
    after = named(replace(recipe, sources=(recipe.sources[0], replace(other, **change))))
    assert {name for name in before if before[name] != after[name]} == stages & {"dedup", "output"}


def test_in_what_order_a_recipe_has_its_sources_changes_nothing(tmp_path: Path) -> None:
    recipe = given(tmp_path)
    both = (replace(recipe.sources[0], priority=2), replace(recipe.sources[0], name="other", dedup="record"))
    assert named(replace(recipe, sources=both)) == named(replace(recipe, sources=both[::-1]))


def test_what_is_for_another_source_concerns_no_stage_of_this_one(tmp_path: Path) -> None:
    """But the files of the corpus, which have the columns of all."""
    recipe = given(tmp_path)
    both = replace(recipe, sources=(*recipe.sources, replace(recipe.sources[0], name="other")))
    early, late = (replace(recipe.steps[at], name="more", sources=("other",)) for at in (0, 2))
    for added, stages in ((early, {"extract", "curate"}), (late, {"curate"})):
        more = replace(both, steps=(*both.steps, added))
        assert {name for name in named(both) if named(both)[name] != named(more)[name]} == {"output"}
        changed = {stage for stage in ("extract", "curate") if of(more, stage) != of(both, stage)}
        assert changed == stages
    extract = replace(both, extracts=(Extract(ExtractSettings(favour="recall"), ("other",)),))
    assert named(extract) == named(both)
    assert of(extract, "extract") != of(both, "extract")


def test_languages_concern_the_extraction_where_pages_are_held_against_them(tmp_path: Path) -> None:
    def names(screen: float, *keep: str) -> dict[str, str]:
        (tmp_path / "r.toml").write_text(
            f'name = "r"\n[[source]]\nname = "web"\n[extract]\nscreen = {screen}\n'
            f'[[step]]\nuse = "language"\nkeep = {list(keep)}\n'
        )
        return named(load(tmp_path / "r.toml"))

    def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
        return {name for name in before if before[name] != after[name]}

    assert changed(names(0.0, "en"), names(0.0, "de")) == {"curate"}
    assert changed(names(0.1, "en"), names(0.1, "de")) == {"extract", "curate"}
    assert changed(names(0.1, "en"), names(0.2, "en")) == {"extract"}
    assert changed(names(0.1), names(0.1, "en")) == {"extract", "curate"}


def of(recipe: Recipe, stage: str) -> str:
    """The digest of a stage of the source `other`."""
    return {"extract": digests.extract, "curate": digests.curate}[stage](recipe, "other")


def test_that_a_step_is_for_another_source_too_changes_nothing(tmp_path: Path) -> None:
    recipe = given(tmp_path)
    named_ones = tuple(replace(step, sources=("web", "other")) for step in recipe.steps)
    settings = (Extract(recipe.extract, ("other", "web")),)
    assert named(replace(recipe, steps=named_ones, extracts=settings)) == named(recipe)


def test_a_list_counts_by_content_and_where_it_is_read(tmp_path: Path) -> None:
    before = named(given(tmp_path / "one"))
    assert named(given(tmp_path / "two")) == before
    early, late = named(given(tmp_path / "three", early="b.org\n")), named(given(tmp_path / "four", late="worse\n"))
    assert {name for name in before if before[name] != early[name]} == {"extract"}
    assert {name for name in before if before[name] != late[name]} == {"curate"}


def test_every_stage_of_the_table_is_in_a_closure() -> None:
    beside = dict.fromkeys(("weigh", "gather"), "write") | {"list": "settle", "total": "add"}
    beside |= dict.fromkeys(("join", "link", "count", "pull", "relink", "recount", "drop", "conclude"), "settle")
    beside |= dict.fromkeys(("match payloads", "list payloads"), "count payloads")
    beside |= dict.fromkeys([stage.name for stage in SPANS if stage.name != "tell"], "tell")
    assert STAGES.keys() == digests.MODULES.keys() | beside.keys()
    assert {name: STAGES[name].run.__module__ for name in digests.MODULES} == digests.MODULES
    for name, other in beside.items():
        assert STAGES[name].run.__module__ in closure(frozenset({digests.MODULES[other]}), STOPS)


@pytest.mark.parametrize("name", ["tiny", "english-web", "fineweb"])
def test_what_a_recipe_does_not_use_is_in_no_stage(name: str) -> None:
    """The catalogue knows all steps; a closure that met it would hold them all."""
    recipe = load(find(name))
    used = {type(step.settings).__module__ for step in recipe.steps}
    for module in digests.MODULES.values():
        found = closure(frozenset({module, *used}), STOPS)
        families = {m for m in found if m.startswith("winnow.filters.families.")}
        assert families == {m for m in used if m.startswith("winnow.filters.families.")}
        assert found & STOPS == set()


def test_of_a_source_only_what_its_scan_reads_names_a_scan() -> None:
    tiny = load(find("tiny"))

    def of(read: Lines, kind: str = "lines") -> dict[str, str]:
        return named(replace(tiny, sources=(Source("web", read, kind),)))

    was = of(Lines())
    assert {stage for stage, name in of(Lines(mime="text/html")).items() if name != was[stage]} == {"extract"}
    assert {stage for stage, name in of(Lines(counted="positions")).items() if name != was[stage]} == {
        "scan", "extract"
    }  # fmt: skip
    kind = of(Lines(), "other")
    assert {stage for stage, name in kind.items() if name != was[stage]} == {"scan", "extract"}
