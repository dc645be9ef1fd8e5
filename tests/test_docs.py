"""What README and docs/ name exists, and the recipe that README shows builds the line that it shows."""

import json
import re
from pathlib import Path

import pytest
from small_builds import whole

from winnow.pipelines.recipe.file import load

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FOLDERS = ("benchmarks", "data_cards", "demo", "docs", "filters", "pipelines", "src", "tests", "trainer")
MADE = ("demo/out", "demo/sample", "demo/trained")
"""By `make demo`."""
THEIRS = ("long_words.py", "mail_box.py")
"""What docs/steps.md and docs/sources.md have their readers write."""
OURS = [path for folder in FOLDERS for path in sorted([ROOT / folder, *(ROOT / folder).rglob("*")])]

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
IN_A_FOLDER = re.compile(rf"(?<![\w/.-])((?:{'|'.join(FOLDERS)})/(?:[\w./-]*\w/?)?)")
MODULE_FILE = re.compile(r"(?<![\w/.-])((?:\w+/)*\w+\.py)\b")
FOLDER_ALONE = re.compile(r"`([a-z_]+/)`")
MODULE = re.compile(r"-m ((?:benchmarks|demo)[\w.]*)")


def missing(page: Path, text: str) -> list[str]:
    """What `text`, as a page at this place, names and is not there."""
    found = [link for link in LINK.findall(text) if "://" not in link and not _is_target(page, link)]
    found += [name for name in IN_A_FOLDER.findall(text) if not name.startswith(MADE) and not (ROOT / name).exists()]
    found += [name for name in MODULE_FILE.findall(text) if name not in THEIRS and not _ends_a_path(name)]
    found += [name for name in MODULE.findall(text) if not _is_module(ROOT / name.rstrip(".").replace(".", "/"))]
    if page.name == "architecture.md":  # elsewhere it may be a folder of a build
        found += [name for name in FOLDER_ALONE.findall(text) if not _ends_a_path(name.rstrip("/"))]
    return found


def _is_target(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = page.parent / path if path else page
    return target.exists() and (not anchor or anchor in _anchors(target.read_text("utf-8")))


def _anchors(text: str) -> set[str]:
    """Of the headings, as code hosts make them."""
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in re.findall(r"^#+ (.*)$", text, re.M)}


def _ends_a_path(name: str) -> bool:
    return any(path.as_posix().endswith(f"/{name}") for path in OURS)


def _is_module(path: Path) -> bool:
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_names_exists(page: Path) -> None:
    assert missing(page, page.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a](plugins.md)", ["plugins.md"]),
        ("[a](steps.md), ![b](pictures/way-of-the-data.svg), [c](https://example.org/none)", []),
        ("[a](steps.md#a-kind-of-input), [b](#here)\n# Here", ["#here"]),
        ("[a](steps.md#a-kind-of-soup)", ["steps.md#a-kind-of-soup"]),
        ("`pipelines/plan/names.py`, `pipelines/plan/nams.py`", ["pipelines/plan/nams.py", "pipelines/plan/nams.py"]),
        ("`families/` and `familys/`", ["familys/"]),
        ("`beam/run.py`, walk.py", []),
        (
            "python -m benchmarks.memory, python -m benchmarks.training, python -m benchmarks.memry",
            ["benchmarks.memry"],
        ),
        ("`demo/out`, then `demo/oot`.", ["demo/oot"]),
    ],
)
def test_a_name_that_does_not_exist_is_found(text: str, expected: list[str]) -> None:
    assert missing(ROOT / "docs/architecture.md", text) == expected


def test_the_recipe_for_lines_of_json_builds(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    (recipe,) = re.findall(r"```toml\n(.*?)```", readme, re.S)
    (line,) = re.findall(r"^echo '(.*)' > posts\.jsonl$", readme, re.M)
    (tmp_path / "posts.toml").write_text(recipe, "utf-8")
    (tmp_path / "posts.jsonl").write_text(f"{line}\n7\n", "utf-8")
    made = whole(tmp_path / "out", load(tmp_path / "posts.toml"), [f"{tmp_path}/posts.jsonl"])
    (kept,), (rejected,) = made.rows("kept"), made.rows("rejected")
    assert (kept["text"], kept["date"], kept["language"]) == (json.loads(line)["body"], "2026-01-31", "en")
    assert [(pair["key"], pair["value"]) for pair in kept["meta"]] == [("post.author", "ada")]
    assert (rejected["stage"], rejected["rule"]) == ("read", "jsonl.no_object")
