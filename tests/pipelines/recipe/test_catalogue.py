"""Names of steps and sources, found or told: whose it is, and what is wrong with it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import plugin_packages
import pytest
from plugin_packages import FILTER

from winnow.filters.families.c4 import C4Page
from winnow.pipelines.annotators.language import Language
from winnow.pipelines.errors import BadCall
from winnow.pipelines.recipe import catalogue
from winnow.pipelines.recipe.catalogue import NotFound
from winnow.pipelines.recipe.file import load
from winnow.pipelines.recipe.model import Recipe, is_foreign
from winnow.pipelines.sources.warc.source import Warc

NAMES = ("theirs", "others", "wanted")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """On Python's path: modules of the names above can be written into it."""
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    plugin_packages.forget(*NAMES)


def test_our_own() -> None:
    assert (catalogue.step("language"), catalogue.step("c4_page")) == (Language, C4Page)
    assert catalogue.source("warc") is Warc
    assert [is_foreign(kind) for kind in (*catalogue.STEPS.values(), *catalogue.SOURCES.values())].count(True) == 0


@pytest.mark.parametrize("name", ["theirs", "theirs.filters"])
def test_a_class_that_is_named_directly(folder: Path, name: str) -> None:
    plugin_packages.module(folder, name)
    found = catalogue.step(f"{name}:Bangs")
    assert (found.__module__, found.__qualname__, is_foreign(found)) == (name, "Bangs", True)


NOTES = """
from dataclasses import dataclass

@dataclass(frozen=True)
class Notes:
    CARRIERS = ("note",)
    most: int = 3

    def scan(self, stream): ...
    def read(self, file, items, layout): ...
"""


def test_an_entry_point(folder: Path) -> None:
    plugin_packages.module(folder, "theirs.filters")
    plugin_packages.module(folder, "theirs.files", NOTES)
    points = "[winnow.steps]\nbangs = theirs.filters:Bangs\n[winnow.sources]\nmemos = theirs.files:Notes\n"
    plugin_packages.distribution(folder, "their-steps", "1.2", points)
    assert catalogue.step("bangs") is catalogue.step("theirs.filters:Bangs")
    assert catalogue.source("memos").__name__ == "Notes"
    with pytest.raises(
        NotFound, match=r"^there is no step 'memos'; valid are: bad_words, bangs, c4_lines, .*; a class of"
    ):
        catalogue.step("memos")
    with pytest.raises(NotFound, match=r"^there is no kind of source 'memo'; did you mean 'memos'\?"):
        catalogue.source("memo")
    assert catalogue.distribution_of("winnow.steps", "bangs", "theirs") == "their-steps 1.2"


def test_a_distribution_is_known_by_its_module_too(folder: Path) -> None:
    plugin_packages.module(folder, "theirs")
    plugin_packages.distribution(folder, "their-steps", "1.2", "", "theirs\n")
    assert catalogue.distribution_of("winnow.steps", "theirs:Bangs", "theirs") == "their-steps 1.2"
    assert catalogue.distribution_of("winnow.steps", "others:Bangs", "others") == ""


def test_a_name_of_ours_cannot_be_taken(folder: Path) -> None:
    plugin_packages.distribution(folder, "their-steps", "1.2", "[winnow.steps]\nc4_page = theirs:Bangs\n")
    assert catalogue.step("c4_lines")
    with pytest.raises(
        NotFound, match=r"^step 'c4_page' is Winnow's own, and their-steps 1\.2 has another .*\(theirs:Bangs\)"
    ):
        catalogue.step("c4_page")


def test_a_name_of_two(folder: Path) -> None:
    plugin_packages.distribution(folder, "their-steps", "1.2", "[winnow.steps]\nbangs = theirs:Bangs\n")
    plugin_packages.distribution(folder, "a-steps", "0.1", "[winnow.steps]\nbangs = others:Bangs\n")
    with pytest.raises(NotFound, match=r"^step 'bangs' is of a-steps 0\.1 and of their-steps 1\.2: name the one"):
        catalogue.step("bangs")


RAISES = f'def check():\n    raise OSError("no licence")\n{FILTER}\ncheck()\n'


@pytest.mark.parametrize(
    ("source", "use", "said"),
    [
        (FILTER, "theirs:Bang", "step 'theirs:Bang': there is no 'Bang' in FOLDER/theirs.py; did you mean 'Bangs'?"),
        (FILTER, "theirs:Zz", "step 'theirs:Zz': there is no 'Zz' in FOLDER/theirs.py; valid are: Bangs"),
        ("", "theirs:Bangs", "step 'theirs:Bangs': there is no 'Bangs' in FOLDER/theirs.py; valid are: none"),
        (FILTER, "their:Bangs", "step 'their:Bangs': there is no module 'their'; install its package, or put"),
        (FILTER, "theirs.x:Bangs", "step 'theirs.x:Bangs': there is no module 'theirs.x'; install its package"),
        (FILTER, "theirs:", "step 'theirs:' is said to lie at 'theirs:'; a class of your own is named"),
        (FILTER, ":Bangs", "step ':Bangs' is said to lie at ':Bangs'; a class of your own is named"),
        (FILTER, "theirs:Bangs:x", "step 'theirs:Bangs:x' is said to lie at"),
        (FILTER, "theirs:Bangs ", "step 'theirs:Bangs ' is said to lie at"),
        (FILTER, "..:Bangs", "step '..:Bangs' cannot be imported: "),
        ("import wanted", "theirs:X", "step 'theirs:X' cannot be imported: ModuleNotFoundError: No module named "
                                      "'wanted', at NAME/theirs.py:1"),
        ("x = = 1", "theirs:X", "step 'theirs:X' cannot be imported: SyntaxError: invalid syntax (theirs.py, line 1), "
                                "at NAME/theirs.py:1"),
        (RAISES, "theirs:Bangs", "step 'theirs:Bangs' cannot be imported: OSError: no licence, at NAME/theirs.py:2"),
        ("import sys; sys.exit(3)", "theirs:X", "step 'theirs:X' cannot be imported: SystemExit: 3, at NAME/th"),
        ("x = 3", "theirs:x", "step 'theirs:x' is no step: x is a int, wanted a class"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(folder: Path, source: str, use: str, said: str) -> None:
    plugin_packages.module(folder, "theirs", source)
    with pytest.raises(NotFound) as error:
        catalogue.step(use)
    assert str(error.value).startswith(said.replace("FOLDER", str(folder)).replace("NAME", folder.name))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("point", "said"),
    [
        ("theirs:Bang", "step 'bangs' of their-steps 1.2: there is no 'Bang' in "),
        ("theirs", "step 'bangs' of their-steps 1.2 is said to lie at 'theirs'; "),
        ("others:Bangs", "step 'bangs' of their-steps 1.2: there is no module 'others'; "),
    ],
)
def test_whose_it_is_is_told(folder: Path, point: str, said: str) -> None:
    plugin_packages.module(folder, "theirs")
    plugin_packages.distribution(folder, "their-steps", "1.2", f"[winnow.steps]\nbangs = {point}\n")
    with pytest.raises(NotFound) as error:
        catalogue.step("bangs")
    assert str(error.value).startswith(said)


@pytest.mark.parametrize("name", [None, 3, [], {"a": 1}, "", "nothing", "ü"])
def test_what_is_no_name(name: object) -> None:
    with pytest.raises(NotFound, match=r"^there is no step .*; valid are: "):
        catalogue.step(name)


def test_a_class_that_is_no_source(folder: Path) -> None:
    plugin_packages.module(folder, "theirs", "class Notes: pass\n")
    with pytest.raises(
        NotFound, match=r"^kind of source 'theirs:Notes' is no kind of source: Notes is no frozen dataclass"
    ):
        catalogue.source("theirs:Notes")


SOURCE = '[[source]]\nname = "web"\n'
STEP = '[[step]]\nuse = "theirs:Bangs"\n'
Loads = Callable[[str], Recipe]


@pytest.fixture
def loads(folder: Path) -> Loads:
    def loaded(text: str) -> Recipe:
        (folder / "r.toml").write_text(f'name = "r"\n{SOURCE}{text}', encoding="utf-8")
        return load(folder / "r.toml")

    return loaded


def test_a_step_in_a_recipe(folder: Path, loads: Loads) -> None:
    plugin_packages.module(folder, "theirs")
    (step,) = loads(f"{STEP}limits = {{ bangs = {{ max = 7 }} }}\n").steps
    assert (step.name, step.use, step.measures, step.foreign) == ("Bangs", "theirs:Bangs", ("bangs",), True)
    assert [(rule.name, rule.max) for rule in step.rules] == [("bangs", 7)]
    assert loads(f'{STEP}name = "b"\n').steps[0].name == "b"


SETTINGS = FILTER.replace("\n    def", "    most: int = 3\n    words: tuple[str, ...] = ()\n\n    def")


@pytest.mark.parametrize(
    ("source", "step", "said"),
    [
        (SETTINGS, 'mots = 1\n', "line 6: step 'Bangs' of theirs has no setting 'mots'; did you mean 'most'?"),
        (SETTINGS, 'most = "x"\n', "line 6: step 'Bangs' of theirs, most is 'x', wanted a whole number"),
        (SETTINGS, 'limits = { bang = "off" }\n', "line 6: step 'Bangs' has no setting 'bang'; did you mean 'bangs'?"),
        (SETTINGS.replace("= ()", "= frozenset()"), "",
         "step 'Bangs' of theirs, words is frozenset(), wanted a list of strings"),
        (SETTINGS + "    def __post_init__(self):\n        1 / 0\n", "",
         "of theirs does not take these settings: ZeroDivisionError: division by zero, at NAME/theirs.py:16"),
        (SETTINGS + "    def __eq__(self, other):\n        return False\n", "",
         "step 'Bangs' of theirs is another one when it is made again of the settings that it has"),
        (SETTINGS.replace("most", "limits"), "", "line 5: step 'theirs:Bangs' is no step: Bangs has a setting 'lim"),
        ("", "", "line 5: step 'theirs:Bangs': there is no 'Bangs' in "),
    ],
)  # fmt: skip
def test_mistakes_name_the_line(folder: Path, loads: Loads, source: str, step: str, said: str) -> None:
    plugin_packages.module(folder, "theirs", source)
    with pytest.raises(BadCall) as error:
        loads(STEP + step)
    assert str(error.value).startswith(f"{folder / 'r.toml'}, line ")
    assert said.replace("NAME", folder.name) in str(error.value)


def test_a_kind_of_source_in_a_recipe(folder: Path, loads: Loads) -> None:
    plugin_packages.module(folder, "theirs", NOTES)
    (source,) = loads('kind = "theirs:Notes"\nread = { most = 4 }\n').sources
    assert (source.kind, source.read.most, is_foreign(type(source.read))) == ("theirs:Notes", 4, True)  # type: ignore[attr-defined]
    with pytest.raises(BadCall, match=r"line 5: \[source\.read\] of theirs, most is 'x', wanted a whole number"):
        loads('kind = "theirs:Notes"\nread = { most = "x" }\n')


def test_an_unknown_kind_of_source_names_the_line(loads: Loads) -> None:
    with pytest.raises(BadCall, match=r"line 4: kind of source 'theirs:Notes': there is no module 'theirs'"):
        loads('kind = "theirs:Notes"\n')
