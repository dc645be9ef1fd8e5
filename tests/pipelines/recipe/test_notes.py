import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from winnow.pipelines.cli import main
from winnow.pipelines.errors import BadCall
from winnow.pipelines.files.storage import LocalStorage
from winnow.pipelines.forget.recipe import recipe_of
from winnow.pipelines.output.folder import Folder
from winnow.pipelines.plan import digests
from winnow.pipelines.recipe import lock
from winnow.pipelines.recipe.file import load
from winnow.pipelines.recipe.model import Notes, Recipe
from winnow.pipelines.recipe.notes import MOST_BYTES
from winnow.pipelines.recipe.show import shown_table
from winnow.pipelines.views.beside import beside

RECIPE = 'name = "r"\nnotes = "notes.md"\n[[source]]\nname = "web"\n'


@pytest.fixture
def noted(tmp_path: Path) -> Callable[[bytes], Recipe]:
    def made(notes: bytes) -> Recipe:
        (tmp_path / "r.toml").write_text(RECIPE)
        (tmp_path / "notes.md").write_bytes(notes)
        return load(tmp_path / "r.toml")

    return made


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"a", "a"),
        (b"\xef\xbb\xbf\n a\r\nb \n\n", "a\nb"),
        ("\u65b0 ' \" \\ \x01 \u2028".encode(), "\u65b0 ' \" \\ \x01"),
        (b"x" * MOST_BYTES, "x" * MOST_BYTES),
    ],
    ids=["plain", "windows", "marks", "largest"],
)
def test_the_text_is_part_of_the_recipe_and_of_its_lock(
    noted: Callable[[bytes], Recipe], tmp_path: Path, content: bytes, text: str
) -> None:
    made = noted(content)
    assert made.notes == Notes("notes.md", text)
    locked = tomllib.loads(lock.write_lock(made))
    assert (locked["notes"], locked["locked"]["notes"]) == ("notes.md", text)
    assert shown_table(made)["notes"] == "notes.md"
    (tmp_path / "out").mkdir()
    (tmp_path / "out/recipe.lock.toml").write_text(lock.write_lock(made), encoding="utf-8", newline="")
    assert recipe_of(str(tmp_path / "out"), "out") == made


def test_another_text_is_another_build_whose_units_are_the_same(
    noted: Callable[[bytes], Recipe], tmp_path: Path
) -> None:
    one, other = noted(b"a"), noted(b"b")
    assert (one == other, lock.sha256(one) == lock.sha256(other)) == (False, False)
    identities = {Folder(LocalStorage(), str(tmp_path / "out"), made, (), beside).identity for made in (one, other)}
    assert len(identities) == 2
    assert [digests.extract(one, "web"), digests.curate(one, "web")] == [
        digests.extract(other, "web"), digests.curate(other, "web")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "notes: there is no file {}/notes.md; write it, or leave out `notes`"),
        (b"", "notes: {}/notes.md is empty; say what is known, or leave out `notes`"),
        (b" \n\xef\xbb\xbf"[:2], "notes: {}/notes.md is empty; say what is known, or leave out `notes`"),
        (b"x" * (MOST_BYTES + 1), "notes: {}/notes.md has more than 65,536 bytes; shorten it"),
        (b"\xff", "notes: {}/notes.md cannot be read: 'utf-8' codec can't decode byte 0xff in position 0: invalid "
                  "start byte; write it as UTF-8"),
    ],
    ids=["missing", "empty", "blank", "large", "no text"],
)  # fmt: skip
def test_a_file_that_will_not_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, said: str
) -> None:
    (tmp_path / "r.toml").write_text(RECIPE)
    if content is not None:
        (tmp_path / "notes.md").write_bytes(content)
    assert main(["recipe", "check", str(tmp_path / "r.toml")]) == 2
    assert capsys.readouterr().err == f"winnow: {tmp_path}/r.toml, line 2: {said.format(tmp_path)}\n"


@pytest.mark.parametrize("name", [".", "", "/", "a\\u0000b", "none/../notes.md"])
def test_a_path_that_names_no_file(tmp_path: Path, name: str) -> None:
    (tmp_path / "r.toml").write_text(RECIPE.replace("notes.md", name))
    with pytest.raises(BadCall, match=r"r\.toml, line 2: notes: there is no file"):
        load(tmp_path / "r.toml")


def test_what_is_no_path(tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_text(RECIPE.replace('"notes.md"', "3"))
    with pytest.raises(BadCall, match=r"r\.toml, line 2: the recipe, notes is 3, wanted a string or nothing"):
        load(tmp_path / "r.toml")


def test_recipe_check_tells_of_them(
    noted: Callable[[bytes], Recipe], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    noted(b"four")
    assert main(["recipe", "check", str(tmp_path / "r.toml")]) == 0
    assert capsys.readouterr().out.splitlines()[1] == "  notes.md: 4 characters of notes for the card"
