import re
from pathlib import Path

import numpy as np
import pytest

from winnow.pipelines.errors import BadCall
from winnow.pipelines.software import closure as closures
from winnow.pipelines.software import modules
from winnow.pipelines.software.closure import closure, code, libraries_of


def short(found: frozenset[str]) -> set[str]:
    return {name.removeprefix("winnow.").removeprefix("pipelines.") for name in found}


def test_a_closure_of_ours() -> None:
    found = closure(frozenset({"winnow.pipelines.extraction.sandbox_child"}))
    own = {name for name in short(found) if name.startswith(("extraction.blocks", "extraction.facts"))}
    assert {"extraction.blocks.engine", "extraction.blocks.features.all", "extraction.facts.json_ld"} <= own
    assert short(found) - own == {
        "winnow", "pipelines", "filters", "filters.rules", "filters.setting_checks", "errors", "extraction",
        "extraction.sandbox_child", "extraction.extract", "extraction.extracted", "extraction.settings",
        "extraction.page_counts", "extraction.source", "extraction.tree_counts", "extraction.main_text",
        "extraction.linear", "extraction.opt_out", "extraction.shortcuts", "extraction.masked",
        "extraction.walls", "extraction.written",
        "extraction.from_trafilatura", "extraction.open_tags", "extraction.screen", "filters.document", "filters.edits",
        "filters.kinds", "filters.steps", "filters.text", "filters.words", "filters.words.scripts",
        "filters.words.segmenter",
    }  # fmt: skip  # main_text is imported in a function, by import_module
    imported = ("icu4py", "justext", "lxml", "numpy", "selectolax", "trafilatura")
    assert libraries_of(found) == dict.fromkeys(imported, False)


def test_the_walk_stops_but_not_where_it_begins() -> None:
    extract, settings = "winnow.pipelines.extraction.extract", "winnow.pipelines.extraction.settings"
    below = {f"winnow.pipelines.extraction.{name}" for name in ("main_text", "written")}
    stops = frozenset({settings, *below})
    found = closure(frozenset({extract}), stops)
    assert short(found) & {"extraction.settings", "extraction.main_text", "extraction.linear"} == set()
    assert closure(frozenset({extract, settings}), stops) == found | {settings, "winnow.filters.setting_checks"}


@pytest.fixture
def plug_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with a distribution, which uses Winnow, NumPy, its own files and a file beside it."""
    for cached in (modules.module, modules._spec, closures.closure, closures.distributions):
        cached.cache_clear()
    (tmp_path / "plug_in").mkdir()
    (tmp_path / "plug_in/__init__.py").write_text("")
    (tmp_path / "plug_in/steps.py").write_text(
        "import json\nimport numpy as np\nfrom winnow.filters.rules import Rule\nfrom .own import x\nimport beside\n"
    )
    (tmp_path / "plug_in/own.py").write_text("x = 1\n")
    (tmp_path / "plug_in/other.py").write_text("")
    (tmp_path / "beside.py").write_text("import not_there\n")
    info = tmp_path / "Plug_in-1.5.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: Plug-in\nVersion: 1.5\n")
    (info / "top_level.txt").write_text("plug_in\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def test_a_plug_ins_closure(plug_in: Path) -> None:
    found = closure(frozenset({"plug_in.steps"}))
    assert short(found) == {
        "plug_in", "plug_in.steps", "plug_in.own", "beside", "winnow", "filters", "filters.rules",
    }  # fmt: skip
    assert libraries_of(found) == {"numpy": True}


def test_code_is_named_by_distribution(plug_in: Path) -> None:
    before = code(closure(frozenset({"plug_in.steps"})))
    assert before.keys() == {"Plug-in", "beside", "winnow"}
    assert re.fullmatch(r"1\.5\+[0-9a-f]{16}", before["Plug-in"])
    assert re.fullmatch("[0-9a-f]{16}", before["beside"])
    (plug_in / "plug_in/own.py").write_text("x = 2\n")
    (plug_in / "plug_in/other.py").write_text("y = 2\n")
    modules.module.cache_clear()
    after = code(closure(frozenset({"plug_in.steps"})))
    assert {name for name in before if before[name] != after[name]} == {"Plug-in"}
    (plug_in / "plug_in/own.py").write_text("x = 1\n")
    modules.module.cache_clear()
    assert code(closure(frozenset({"plug_in.steps"}))) == before  # other.py is imported by nobody


def test_a_module_moved_is_another() -> None:
    one = code(frozenset({"winnow.filters", "winnow.pipelines.files"}))  # two empty files
    assert one != code(frozenset({"winnow.filters", "winnow.pipelines.plan"}))


@pytest.mark.parametrize("name", ["noth_ing", "noth.ing", "json"])
def test_a_module_without_source(name: str) -> None:
    with pytest.raises(BadCall, match=f"the source of module {name} is not found"):
        closure(frozenset({name}))


def test_libraries_are_not_walked() -> None:
    assert closures.distributions()["numpy"] == {np.__name__}
    assert "numpy" not in closure(frozenset({"winnow.pipelines.dedup.packed"}))
