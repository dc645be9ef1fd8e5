"""A filter in a package of somebody else's goes through the whole product, in processes of its own, with nothing of
Winnow changed: recipe, workers, columns, rejected rows, `why`, ledger, card and lock."""

import json
import re
import runpy
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import plugin_packages
import pyarrow as pa
import pyarrow.dataset as ds
import pytest

from winnow.filters.document import Document
from winnow.filters.text import Text
from winnow.pipelines.recipe.catalogue import STEPS

pytestmark = pytest.mark.slow

DOCS = Path(__file__).resolve().parents[2] / "docs" / "steps.md"
LETTERS = '''\
"""What of a word counts."""


def is_loud(word: str, letters: int) -> bool:
    return len(word) >= letters and word.isupper()
'''
SHOUTING = '''\
"""How loud a text is."""

from dataclasses import dataclass
from typing import ClassVar

from winnow.filters.document import Document
from winnow.filters.rules import Rule
from winnow.filters.setting_checks import within
from winnow.filters.text import Text

from shouting.letters import is_loud


@dataclass(frozen=True)
class Shouting:
    """Measures words in capitals, and marks of exclamation."""

    letters: int = 2
    """A word of fewer is not loud."""
    fails_at: str = ""
    """A word at which it fails as nobody foresaw."""

    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule("capitals", max=0.02, paper="none"),
        Rule("exclamations", max=0.5, paper="none"),
    )

    def __post_init__(self) -> None:
        within(self, "letters", 1, 50)

    def measure(self, document: Document, text: Text) -> dict[str, float | None]:
        words = text.words
        if not words:
            return {"capitals": None, "exclamations": None}
        if self.fails_at and self.fails_at in words:
            raise LookupError(f"{self.fails_at} in {document.url}")
        loud = sum(is_loud(word, self.letters) for word in words)
        marks = sum(line.count("!") for line in text.lines)
        return {"capitals": loud / len(words), "exclamations": marks / max(1, len(text.lines))}
'''
POINTS = "[winnow.steps]\nshouting = shouting.filters:Shouting\n"
RECIPE = """\
name = "loud"
[[source]]
name = "web"
[[step]]
use = "{use}"
name = "shouting"
fails_at = "{fails_at}"
limits = {{ capitals = {{ max = 0.01 }} }}
[[step]]
use = "gopher_quality"
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package and, beside it, what pip writes of a distribution."""
    folder = tmp_path_factory.mktemp("theirs")
    plugin_packages.module(folder, "shouting.filters", SHOUTING)
    plugin_packages.module(folder, "shouting.letters", LETTERS)
    plugin_packages.distribution(folder, "loud-words", "1.2", POINTS, "shouting\n")
    return folder


def recipe(folder: Path, use: str = "shouting", fails_at: str = "") -> Path:
    path = folder / "loud.toml"
    path.write_text(RECIPE.format(use=use, fails_at=fails_at))
    return path


def winnow(package: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """`winnow` in a process of its own, from a folder where nothing lies."""
    return subprocess.run(
        [sys.executable, "-m", "winnow", *map(str, command)],
        env=plugin_packages.environment(package), cwd=package.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip


def build(package: Path, recipe: Path, sample: Path, output: Path, *more: str) -> subprocess.CompletedProcess[str]:
    files = sample / "crawl-2024-04.warc.gz"
    return winnow(package, "build", recipe, "--input", files, "--output", output, "--workers", "2", "--quiet", *more)


def table(folder: Path) -> pa.Table:
    return ds.dataset(folder, format="parquet").to_table()


@pytest.fixture(scope="module")
def built(package: Path, sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    done = build(package, recipe(folder, fails_at="workshop"), sample, folder / "out")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return folder / "out"


def test_its_measures_are_a_column(built: Path) -> None:
    kept = table(built / "corpus")
    assert kept.schema.field("shouting").type == pa.struct([("capitals", pa.float64()), ("exclamations", pa.float64())])
    values = [row["capitals"] for row in kept["shouting"].to_pylist()]
    assert max(values) <= 0.01
    assert min(values) == 0.0


def test_its_rules_drop_documents(built: Path) -> None:
    dropped = [row for row in table(built / "rejected").to_pylist() if row["stage"] == "shouting"]
    assert {row["rule"] for row in dropped} == {"shouting.capitals"}
    assert {rule for row in dropped for rule in row["failed"]} >= {"shouting.capitals", "shouting.exclamations"}
    assert all(row["value"] > row["limit"] and row["gopher_quality"]["words"] for row in dropped)


def test_an_error_in_it_is_a_row_that_names_it(built: Path) -> None:
    failed = [row for row in table(built / "rejected").to_pylist() if row["rule"] == "measure.error"]
    assert failed
    line = SHOUTING.split("\n").index('            raise LookupError(f"{self.fails_at} in {document.url}")') + 1
    assert [row["detail"] for row in failed] == [
        f"step 'shouting': LookupError: workshop in {row['url']}, at shouting/filters.py:{line}" for row in failed
    ]


def test_why_ledger_and_card_name_it(built: Path, package: Path) -> None:
    url = next(row["url"] for row in table(built / "rejected").to_pylist() if row["rule"] == "shouting.capitals")
    why = winnow(package, "why", built, url)
    assert (why.returncode, "REJECTED at shouting by shouting.capitals" in why.stdout) == (0, True)
    assert re.search(r"shouting\.exclamations +0", why.stdout)
    card = (built / "README.md").read_text(encoding="utf-8")
    assert re.search(r"\| `shouting\.capitals` +\| +at most 0\.01 \|", card)
    assert re.search(r"step shouting loud-words 1\.2\+[0-9a-f]{16}", card)
    assert winnow(package, "ledger", built, "--check").returncode == 0


def test_its_code_and_version_are_locked(built: Path) -> None:
    locked = tomllib.loads((built / "recipe.lock.toml").read_text(encoding="utf-8"))["locked"]["plugins"]
    assert list(locked) == ["step shouting"]
    assert re.fullmatch(r"loud-words 1\.2\+[0-9a-f]{16}", locked["step shouting"])
    ledger = json.loads((built / "ledger.json").read_text(encoding="utf-8"))
    assert ledger["versions"]["step shouting"] == locked["step shouting"]


def test_a_build_can_be_looked_at_without_it(built: Path, tmp_path: Path) -> None:
    card = winnow(tmp_path, "card", built)
    assert (card.returncode, "shouting.capitals" in card.stdout) == (0, True)
    assert winnow(tmp_path, "ledger", built, "--check").returncode == 0


def test_recipe_check_says_whose_it_is(package: Path, tmp_path: Path) -> None:
    checked = winnow(package, "recipe", "check", recipe(tmp_path))
    assert checked.returncode == 0
    assert re.search(r"\n  step shouting is of loud-words 1\.2\+[0-9a-f]{16}\n$", checked.stdout)
    shown = winnow(package, "recipe", "show", recipe(tmp_path))
    assert tomllib.loads(shown.stdout)["step"][0] | {"limits": {}} == {
        "use": "shouting", "name": "shouting", "letters": 2, "fails_at": "", "limits": {}
    }  # fmt: skip


def test_one_that_is_not_there_is_one_line(package: Path, tmp_path: Path) -> None:
    checked = winnow(tmp_path, "recipe", "check", recipe(tmp_path))
    assert (checked.returncode, checked.stdout) == (2, "")
    assert checked.stderr == (
        f"winnow: {tmp_path}/loud.toml, line 5: there is no step 'shouting'; valid are: {', '.join(sorted(STEPS))}; "
        "a class of your own is named 'package.module:NAME'\n"
    )


@pytest.mark.slow
def test_other_code_of_it_is_told_and_makes_its_files_anew(
    built: Path, package: Path, sample: Path, tmp_path: Path
) -> None:
    """A module that only the step's own module imports is changed."""
    theirs, output = tmp_path / "theirs", tmp_path / "out"
    shutil.copytree(package, theirs, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(built, output)
    (theirs / "shouting" / "letters.py").write_text(LETTERS.replace("word.isupper()", "word == 'HTTP'"))
    path = recipe(tmp_path, fails_at="workshop")
    command = ("build", path, "--input", sample / "crawl-2024-04.warc.gz", "--output", output, "--workers", "2")
    stands = winnow(theirs, *command)
    assert stands.returncode == 0
    said = r" by other versions: step shouting (loud-words 1\.2\+\w{16}) -> (loud-words 1\.2\+\w{16}); --replace builds"
    before, after = re.search(said, stands.stderr).groups()  # type: ignore[union-attr]
    assert before != after
    assert table(output / "corpus") == table(built / "corpus")
    assert winnow(theirs, *command, "--replace").returncode == 0
    assert table(output / "corpus").num_rows > table(built / "corpus").num_rows
    made = {stage: len(list((output / "work" / stage).glob("*.json"))) for stage in ("scan", "extract", "curate")}
    assert made == {"scan": 2, "extract": 1, "curate": 2}  # the one unit was judged again, and not extracted again


@pytest.mark.slow
def test_by_its_place_and_on_beam_it_is_the_same(built: Path, package: Path, sample: Path, tmp_path: Path) -> None:
    path = recipe(tmp_path, use="shouting.filters:Shouting", fails_at="workshop")
    done = build(package, path, sample, tmp_path / "out", "--runner", "FnApiRunner")
    assert done.returncode == 0
    for name in ("corpus", "rejected"):
        assert table(tmp_path / "out" / name) == table(built / name)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("import multiprocessing\nassert multiprocessing.parent_process() is None, 'not in a worker'\n",
         r"scan of .*: AssertionError: not in a worker, at shouting/letters\.py:5"),
        ("def is_loud(word, letters):\n    import nothing_of_that_name\n",
         r"step 'shouting': ModuleNotFoundError: No module named 'nothing_of_that_name', at shouting/letters\.py:5"),
    ],
)  # fmt: skip
def test_what_only_a_worker_meets_ends_the_build_in_one_line(
    package: Path, sample: Path, tmp_path: Path, line: str, said: str
) -> None:
    shutil.copytree(package, tmp_path / "theirs", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "theirs" / "shouting" / "letters.py").write_text(f"{LETTERS.rstrip()}\n{line}".replace("\n\n\n", "\n"))
    done = build(tmp_path / "theirs", recipe(tmp_path), sample, tmp_path / "out")
    assert done.returncode == 1
    assert re.fullmatch(rf"winnow: {said}\n", done.stderr)


def blocks() -> list[str]:
    """The page's examples: the module, the recipe, the distribution's pyproject.toml."""
    return re.findall(r"```(?:python|toml)\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.slow
def test_the_example_of_the_page_works(sample: Path, tmp_path: Path) -> None:
    module, text, project = blocks()
    theirs = tmp_path / "theirs"
    plugin_packages.module(theirs, "long_words", module)
    shown = runpy.run_path(str(theirs / "long_words.py"))["LongWords"](letters=5)
    assert shown.spans(Document("0" * 32, "", "web"), Text("long wordiness  words")) == {"share": [(5, 14), (16, 21)]}
    (tmp_path / "mine.toml").write_text(text)
    done = build(theirs, tmp_path / "mine.toml", sample, tmp_path / "out")
    assert (done.returncode, done.stderr) == (0, "")
    rules = {row["rule"] for row in table(tmp_path / "out" / "rejected").to_pylist() if row["stage"] == "long_words"}
    assert rules == {"long_words.share"}
    about = tomllib.loads(project)["project"]
    points = "".join(f"{name} = {place}\n" for name, place in about["entry-points"]["winnow.steps"].items())
    plugin_packages.distribution(theirs, about["name"], about["version"], f"[winnow.steps]\n{points}", "long_words\n")
    (tmp_path / "mine.toml").write_text(text.replace("long_words:LongWords", "long_words"))
    checked = winnow(theirs, "recipe", "check", tmp_path / "mine.toml")
    assert re.search(r"\n  step long_words is of winnow-long-words 0\.1\+\w{16}\n$", checked.stdout)
