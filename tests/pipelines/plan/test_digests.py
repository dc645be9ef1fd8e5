import dataclasses
from pathlib import Path

import pytest
from line_source import Lines

from winnow.filters.catalogue import STEPS
from winnow.pipelines.plan import digests
from winnow.pipelines.recipe import lock
from winnow.pipelines.recipe.file import find, load
from winnow.pipelines.recipe.model import Dedup, Output, Recipe, Source, Step
from winnow.pipelines.sources.warc.settings import WarcSettings

TINY = load(find("tiny"))
URL = Step("url", "url", STEPS["url"](), STEPS["url"].RULES)


def stages(recipe: Recipe, source: str = "web") -> dict[str, str]:
    return {
        "scan": digests.scan(recipe, source), "extract": digests.extract(recipe, source),
        "curate": digests.curate(recipe, source), "dedup": digests.dedup(recipe), "output": digests.output(recipe),
    }  # fmt: skip


def read(**settings: object) -> tuple[Source, ...]:
    return (dataclasses.replace(TINY.sources[0], read=WarcSettings(**settings)),)  # type: ignore[arg-type]


CHANGED: dict[str, tuple[Recipe, set[str]]] = {
    "about": (dataclasses.replace(TINY, about="other"), set()),
    "name": (dataclasses.replace(TINY, name="other"), set()),
    "dropped share": (dataclasses.replace(TINY, max_dropped_share=0.5), set()),
    "error share": (dataclasses.replace(TINY, max_error_share=0.5), set()),
    "text": (dataclasses.replace(TINY, rejected_text="none"), {"curate"}),
    "a step less": (dataclasses.replace(TINY, steps=TINY.steps[1:]), {"curate"}),
    "a step that needs no text": (dataclasses.replace(TINY, steps=(*TINY.steps, URL)), {"extract", "curate"}),
    "extract": (
        dataclasses.replace(TINY, extract=dataclasses.replace(TINY.extract, tables=False)), {"extract"}
    ),
    "licence": (
        dataclasses.replace(TINY, sources=(dataclasses.replace(TINY.sources[0], licence="CC0-1.0"),)), {"extract"}
    ),
    "read": (dataclasses.replace(TINY, sources=read(statuses=("200", "203"))), {"extract"}),
    "dedup": (dataclasses.replace(TINY, dedup=Dedup(near=None)), {"dedup"}),
    "output": (dataclasses.replace(TINY, output=Output(part_characters=1)), {"output"}),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGED)
def test_a_stage_is_named_by_what_concerns_it(change: str) -> None:
    changed, others = CHANGED[change]
    was, now = stages(TINY), stages(changed)
    assert {stage for stage in was if was[stage] != now[stage]} == others
    assert len({*was.values()}) == len(was)


def test_a_source_is_named_without_the_others() -> None:
    other = dataclasses.replace(TINY.sources[0], name="other")
    both = dataclasses.replace(TINY, sources=(other, *TINY.sources))
    assert stages(both) == stages(TINY)
    assert digests.extract(both, "other") != digests.extract(TINY, "web")


def test_of_a_source_only_what_its_scan_reads_names_a_scan() -> None:
    def of(read: Lines) -> dict[str, str]:
        return stages(dataclasses.replace(TINY, sources=(Source("web", read, "lines"),)))

    was = of(Lines())
    assert {stage for stage, name in of(Lines(mime="text/html")).items() if name != was[stage]} == {"extract"}
    assert {stage for stage, name in of(Lines(counted="positions")).items() if name != was[stage]} == {
        "scan", "extract"
    }  # fmt: skip
    kind = stages(dataclasses.replace(TINY, sources=(Source("web", Lines(), "other"),)))
    assert {stage for stage, name in kind.items() if name != was[stage]} == {"scan", "extract"}


def listed(folder: Path, name: str, content: str) -> Recipe:
    """A recipe with a list of domains in a file."""
    folder.mkdir()
    (folder / name).write_text(content)
    (folder / "r.toml").write_text(
        f'name = "r"\n[[source]]\nname = "web"\n[[step]]\nuse = "url"\nname = "block"\ndomains = "{name}"\n'
    )
    return load(folder / "r.toml")


def test_a_list_counts_by_content_not_by_folder(tmp_path: Path) -> None:
    one, two = listed(tmp_path / "one", "l.txt", "a.org\n"), listed(tmp_path / "two", "l.txt", "a.org\n")
    changed = listed(tmp_path / "three", "l.txt", "b.org\n")
    assert stages(one) == stages(two)
    assert lock.table_of(one) == lock.table_of(changed)
    now, was = stages(changed), stages(one)
    assert {stage for stage in was if was[stage] != now[stage]} == {"extract", "curate"}
