import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest

from winnow.filters.families.url import Url
from winnow.filters.setting_checks import NotAllowed
from winnow.pipelines.errors import BadCall
from winnow.pipelines.recipe.lists import lists_of
from winnow.pipelines.recipe.model import WordList
from winnow.pipelines.recipe.strict import Origin, read


@dataclass(frozen=True)
class Checks:
    """A step that takes any file that begins with `A`."""

    table: str = ""

    FILES: ClassVar[tuple[str, ...]] = ("table",)

    def check_files(self) -> None:
        if Path(self.table).read_bytes()[:1] != b"A":
            raise NotAllowed("table", self.table, "wanted one that begins with A")


@pytest.fixture
def origin(tmp_path: Path) -> Origin:
    (tmp_path / "r.toml").write_text('name = "r"\n[[step]]\nuse = "x"\n')
    return read(tmp_path / "r.toml")[1]


def test_a_step_that_names_none(origin: Origin) -> None:
    assert lists_of(Url(), (), origin, ("step", 0)) == lists_of(Checks(), (), origin, ("step", 0)) == ()


def test_a_list_is_utf_8(origin: Origin, tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes("é\n".encode())
    digest = hashlib.sha256("é\n".encode()).hexdigest()
    assert lists_of(Url(domains=str(path)), (), origin, ("step", 0)) == (WordList("domains", digest),)
    path.write_bytes(b"\xff\n")
    with pytest.raises(BadCall, match=r"domains: .*list cannot be read: 'utf-8' codec"):
        lists_of(Url(domains=str(path)), (), origin, ("step", 0))


def test_a_step_may_check_its_files_itself(origin: Origin, tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes(b"A\xff\n")
    found = lists_of(Checks(str(path)), (), origin, ("step", 0))
    assert found == (WordList("table", hashlib.sha256(b"A\xff\n").hexdigest()),)
    path.write_bytes(b"B")
    with pytest.raises(BadCall, match=r"r\.toml, line 2: table is '.*list'; wanted one that begins with A"):
        lists_of(Checks(str(path)), (), origin, ("step", 0))
    with pytest.raises(BadCall, match="table: there is no file"):
        lists_of(Checks(f"{path}-none"), (), origin, ("step", 0))
