import contextlib
import dataclasses
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest
from finished_folders import GIVEN, ONE, OTHER, PART, complete, finished, folder, names, promised
from small_builds import LOCAL, read_bytes, recipe

from winnow.pipelines.errors import BadCall, BuildFailed
from winnow.pipelines.files.storage import LocalStorage, read_json, write_bytes
from winnow.pipelines.ledger.types import FORMAT
from winnow.pipelines.output.folder import Folder
from winnow.pipelines.plan.unit import Input
from winnow.pipelines.recipe import lock
from winnow.pipelines.recipe.model import Recipe
from winnow.pipelines.views.beside import beside


def test_a_new_directory_is_claimed(tmp_path: Path) -> None:
    found = folder(tmp_path / "new" / "out")
    with found.claimed(replace=False):
        assert found.stands == ""
        assert read_json(LOCAL, f"{found.root}/work/build.json") == {"identity": found.identity}
    assert found.root == str(tmp_path / "new" / "out")


@pytest.mark.parametrize("made", ["", "work", "work/lock", "work/.aside-5-build.json", "sub/"])
def test_an_empty_directory_is_claimed(tmp_path: Path, made: str) -> None:
    """So is what a build that was killed in its first moment leaves."""
    (tmp_path / made).parent.mkdir(parents=True, exist_ok=True)
    if "." in made or made.endswith("lock"):
        (tmp_path / made).touch()
    else:
        (tmp_path / made).mkdir(exist_ok=True)
    with folder(tmp_path).claimed(replace=False):
        assert (tmp_path / "work/build.json").exists()


@pytest.mark.parametrize("replace", [False, True])
@pytest.mark.parametrize("name", ["thesis.doc", ".hidden", "sub/file", "work/mine"])
def test_other_things_are_left_alone(tmp_path: Path, name: str, replace: bool) -> None:
    write_bytes(LOCAL, f"{tmp_path}/{name}", b"mine")
    with pytest.raises(BadCall, match=r"is not empty and not a build; give an empty or a new directory"):
        folder(tmp_path).claimed(replace).__enter__()
    assert LOCAL.files(str(tmp_path)) == [f"{tmp_path}/{name}"]


def test_a_file_is_no_directory(tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    with pytest.raises(BadCall, match=r"out is a file; give a new or an empty directory"):
        folder(tmp_path / "out").claimed(False).__enter__()
    with pytest.raises(BadCall, match=r"out/deep cannot be written: .*Not a directory"):
        folder(tmp_path / "out" / "deep").claimed(False).__enter__()


@pytest.mark.parametrize("replace", [False, True])
def test_a_finished_build_is_done(tmp_path: Path, replace: bool) -> None:
    finished(tmp_path / "out")
    again = folder(tmp_path / "out")
    with again.claimed(replace):
        assert again.stands == f"{tmp_path}/out is done already: same recipe, same inputs, same versions."
    assert names(tmp_path) == ["out"]


def test_an_unfinished_build_goes_on(tmp_path: Path) -> None:
    finished(tmp_path / "out")
    (tmp_path / "out/ledger.json").unlink()
    for replace in (False, True):
        again = folder(tmp_path / "out")
        with again.claimed(replace):
            assert (again.stands, again.root) == ("", str(tmp_path / "out"))


def test_a_finished_build_without_work_is_known(tmp_path: Path) -> None:
    finished(tmp_path / "out")
    LOCAL.delete(f"{tmp_path}/out/work")
    again = folder(tmp_path / "out")
    with again.claimed(replace=False):
        assert "is done already" in again.stands


MADE_BY = lock.made_by(ONE) | {"pyarrow": "1.0", "gone": "2.0"}


def test_what_other_versions_made_stands(tmp_path: Path) -> None:
    finished(tmp_path / "out", versions=MADE_BY)
    before = promised(tmp_path / "out")
    again = folder(tmp_path / "out")
    with again.claimed(replace=False):
        changed = f"pyarrow 1.0 -> {lock.versions()['pyarrow']}, gone 2.0 -> none"
        wanted = f"{tmp_path}/out stands as it was built, by other versions: {changed}; --replace builds it anew"
        assert again.stands == wanted
    assert promised(tmp_path / "out") == before
    assert names(tmp_path) == ["out"]


def test_what_other_versions_made_is_replaced_aside(tmp_path: Path) -> None:
    finished(tmp_path / "out", versions=MADE_BY)
    before = promised(tmp_path / "out")
    again = folder(tmp_path / "out")
    with again.claimed(replace=True):
        assert (again.stands, again.root) == ("", f"{tmp_path}/out.replacing")
        complete(again, b"new")
        assert promised(tmp_path / "out") == before
        again.finish()
    assert names(tmp_path) == ["out"]
    assert (tmp_path / "out" / PART).read_bytes() == b"new"
    assert read_json(LOCAL, f"{tmp_path}/out/ledger.json")["versions"] == lock.made_by(ONE)


DAMAGE: list[tuple[str, bytes | None, str]] = [
    (PART, b"odd", f"{PART}: sha256 990cb8ebd0af, cba06b5736fa was written"),
    (PART, b"longer", f"{PART}: 6 bytes, 3 were written"),
    (PART, None, f"{PART}: 0 bytes, 3 were written"),
    ("recipe.lock.toml", None, "recipe.lock.toml: is gone"),
    ("README.md", None, "README.md: is gone"),
    ("croissant.json", None, "croissant.json: is gone"),
    ("pictures/funnel.svg", None, "pictures/funnel.svg: is gone"),
    ("ledger/files.parquet", None, "ledger/files.parquet: 0 bytes, {size} were written"),
    ("clusters/part-00000.parquet", b"", "clusters/part-00000.parquet: is no file of this build: "
                                         "the ledger does not know it"),
]  # fmt: skip


def damaged(path: Path, content: bytes | None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    if content is not None:
        path.write_bytes(content)


@pytest.mark.parametrize(("name", "content", "said"), DAMAGE)
def test_a_damaged_build_is_named_and_left_alone(tmp_path: Path, name: str, content: bytes | None, said: str) -> None:
    finished(tmp_path / "out")
    said = said.format(size=LOCAL.size(f"{tmp_path}/out/ledger/files.parquet"))
    damaged(tmp_path / "out" / name, content)
    before = promised(tmp_path / "out")
    with pytest.raises(BuildFailed) as error:
        folder(tmp_path / "out").claimed(replace=False).__enter__()
    assert str(error.value) == f"{tmp_path}/out is finished, but damaged: {said}; --replace builds it anew"
    assert promised(tmp_path / "out") == before
    again = folder(tmp_path / "out")
    with again.claimed(replace=True):
        assert (again.stands, again.root) == ("", f"{tmp_path}/out.replacing")
        assert promised(tmp_path / "out") == before


def test_more_damage_is_counted(tmp_path: Path) -> None:
    finished(tmp_path / "out")
    for name in (PART, "README.md"):
        (tmp_path / "out" / name).write_bytes(b"x")
    with pytest.raises(BuildFailed, match=r"README\.md: sha256 .* was written \(and 1 more\); --replace"):
        folder(tmp_path / "out").claimed(replace=False).__enter__()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 200_000, b"{}", b'{"identity": 3}'])
@pytest.mark.parametrize("work", [True, False])
def test_a_broken_ledger_is_named_and_left_alone(tmp_path: Path, content: bytes, work: bool) -> None:
    finished(tmp_path / "out")
    (tmp_path / "out/ledger.json").write_bytes(content)
    if not work:
        LOCAL.delete(f"{tmp_path}/out/work")
    before = promised(tmp_path / "out")
    with pytest.raises(BuildFailed, match=r"out/ledger\.json is damaged.*; --replace builds it anew") as error:
        folder(tmp_path / "out").claimed(replace=False).__enter__()
    assert "\n" not in str(error.value)
    again = folder(tmp_path / "out")
    with again.claimed(replace=True):
        assert (again.stands, again.root) == ("", f"{tmp_path}/out.replacing")
    assert promised(tmp_path / "out") == before


def test_a_ledger_of_another_format_is_left_alone(tmp_path: Path) -> None:
    finished(tmp_path / "out", format=FORMAT + 1)
    before, again = promised(tmp_path / "out"), folder(tmp_path / "out")
    with again.claimed(replace=False):
        assert again.stands == (
            f"{tmp_path}/out stands as it was built, by another version: {tmp_path}/out/ledger.json has format "
            f"{FORMAT + 1}, this winnow reads {FORMAT}: use the one that wrote it; --replace builds it anew"
        )
    assert promised(tmp_path / "out") == before
    again = folder(tmp_path / "out")
    with again.claimed(replace=True):
        assert again.root == f"{tmp_path}/out.replacing"


def test_a_build_that_does_not_say_whose_it_is(tmp_path: Path) -> None:
    finished(tmp_path / "out")
    (tmp_path / "out/ledger.json").unlink()
    (tmp_path / "out/work/build.json").write_bytes(b"")
    with pytest.raises(BuildFailed, match=r"out/work/build\.json is damaged, .*; --replace builds it anew"):
        folder(tmp_path / "out").claimed(replace=False).__enter__()
    again = folder(tmp_path / "out")
    with again.claimed(replace=True):
        assert again.root == f"{tmp_path}/out.replacing"


@pytest.mark.parametrize(
    "name",
    ["thesis.doc", "tok/tokenizer.json", "corpus/notes.txt", "corpus/web/part-00000.parquet", "ledger/mine.parquet"],
)
@pytest.mark.parametrize("made", [ONE, OTHER])
def test_a_file_of_the_users_is_never_replaced(tmp_path: Path, name: str, made: Recipe) -> None:
    finished(tmp_path / "out", versions=MADE_BY)
    write_bytes(LOCAL, f"{tmp_path}/out/{name}", b"mine")
    first = name if name.startswith(("corpus", "ledger")) else name.split("/")[0]
    with pytest.raises(BadCall) as error:
        folder(tmp_path / "out", made).claimed(replace=True).__enter__()
    said = f"{tmp_path}/out/{first} is no file of a build, and --replace would remove it; move it away first"
    assert str(error.value) == said
    assert read_bytes(LOCAL, f"{tmp_path}/out/{name}") == b"mine"
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize(
    ("made", "given"),
    [
        (OTHER, GIVEN), (ONE, dataclasses.replace(GIVEN, path="b")), (ONE, dataclasses.replace(GIVEN, size=4)),
        (ONE, dataclasses.replace(GIVEN, ends="f")), (ONE, dataclasses.replace(GIVEN, source="c")),
    ],
)  # fmt: skip
@pytest.mark.parametrize("ended", [True, False])
def test_another_build_is_left_alone(tmp_path: Path, made: Recipe, given: Input, ended: bool) -> None:
    finished(tmp_path / "out")
    if not ended:
        (tmp_path / "out/ledger.json").unlink()
    with pytest.raises(
        BadCall, match=r"holds another build, of another recipe, other inputs or other --against; give --replace"
    ):
        folder(tmp_path / "out", made, given).claimed(False).__enter__()
    assert (tmp_path / "out" / PART).read_bytes() == b"old"


def test_a_replacement_that_was_given_up_leaves_only_what_holds_for_all(tmp_path: Path) -> None:
    finished(tmp_path / "out")
    given_up = folder(tmp_path / "out", OTHER)
    with given_up.claimed(replace=True):
        complete(given_up, b"given up")
    third = folder(tmp_path / "out", recipe(about="third"))
    with third.claimed(replace=True):
        left = [p.removeprefix(f"{third.root}/") for p in LOCAL.files(third.root)]
    ingest = sorted(f"work/extract/{f.identity}.json" for f in (folder(tmp_path), given_up))
    assert left == ["work/build.json", *ingest, "work/lock", "work/swap"]


SWEPT = [".aside-1-README.md", ".aside-2-ledger.json", "work/.aside-3-x", "work/extract/.aside-4-x",
         "corpus/web/en/.aside-5-part-00000.parquet", "clusters/.aside-6-part-00000.parquet",
         "pictures/.aside-7-funnel.svg"]  # fmt: skip
KEPT = [".aside-7-thesis.doc", "inner/work/.aside-8-x", "inner/corpus/web/en/.aside-9-part-00000.parquet"]


def test_a_build_sweeps_what_it_was_writing_and_nothing_else(tmp_path: Path) -> None:
    for name in ("work/build.json", *SWEPT, *KEPT):
        write_bytes(LOCAL, f"{tmp_path}/out/{name}", b"half")
    again = folder(tmp_path / "out")
    write_bytes(LOCAL, f"{tmp_path}/out/work/build.json", f'{{"identity": "{again.identity}"}}'.encode())
    with again.claimed(replace=False):
        found = [path.removeprefix(f"{tmp_path}/out/") for path in LOCAL.files(f"{tmp_path}/out")]
    assert found == sorted(["work/build.json", "work/lock", *KEPT])


def test_nothing_is_swept_before_the_directory_is_held(tmp_path: Path) -> None:
    write_bytes(LOCAL, f"{tmp_path}/out/work/.aside-1-x", b"half")
    with held(tmp_path / "out"), pytest.raises(BadCall, match="another build is running there"):
        folder(tmp_path / "out").claimed(replace=False).__enter__()
    assert (tmp_path / "out/work/.aside-1-x").exists()


def test_the_tables_are_tidied_of_what_builds_write(tmp_path: Path) -> None:
    stale = ["corpus/web/en/part-00001.parquet", "corpus/old/de/part-00000.parquet", "rejected/read/.aside-1-part-0",
             "clusters/part-00009.parquet", "ledger/files.parquet", "ledger/.aside-1-files.parquet"]  # fmt: skip
    mine = [PART, "corpus/notes.txt", "corpus/web/en/mine.parquet", "rejected/a/b/part-00000.parquet",
            "ledger/mine.parquet"]  # fmt: skip
    found = folder(tmp_path)
    with found.claimed(replace=False):
        for name in (*stale, *mine):
            write_bytes(LOCAL, f"{tmp_path}/{name}", b"x")
        found.tidy({PART: {}})
    assert [p.removeprefix(f"{tmp_path}/") for p in LOCAL.files(str(tmp_path)) if "work/" not in p] == sorted(mine)


HOLD = """
import fcntl, sys
with open(sys.argv[1], "w") as file:
    fcntl.flock(file, fcntl.LOCK_EX)
    print("held", flush=True)
    sys.stdin.read()
"""


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Another process holds the lock of a directory."""
    (path / "work").mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-c", HOLD, str(path / "work/lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        yield
        holder.communicate()


@pytest.mark.parametrize(("locked", "made"), [("out", ONE), ("out", OTHER), ("out.replacing", OTHER)])
def test_a_directory_takes_one_build_at_a_time(tmp_path: Path, locked: str, made: Recipe) -> None:
    finished(tmp_path / "out")
    with held(tmp_path / locked), pytest.raises(BadCall, match=r"out: another build is running there"):
        folder(tmp_path / "out", made).claimed(True).__enter__()
    with folder(tmp_path / "out", made).claimed(True):
        pass


class Bucket(LocalStorage):
    """Local files under addresses of a bucket."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def _here(self, path: str) -> str:
        return path.replace("gs://", f"{self.place}/")

    def open(self, path: str) -> BinaryIO:
        return super().open(self._here(path))

    def create(self, path: str) -> contextlib.AbstractContextManager[BinaryIO]:
        return super().create(self._here(path))

    def size(self, path: str) -> int | None:
        return super().size(self._here(path))

    def files(self, folder: str) -> list[str]:
        return [path.replace(f"{self.place}/", "gs://") for path in super().files(self._here(folder))]

    def sizes(self, folder: str) -> dict[str, int]:
        return {path: os.path.getsize(self._here(path)) for path in self.files(folder)}

    def delete(self, path: str) -> None:
        super().delete(self._here(path))


def test_in_a_bucket(tmp_path: Path) -> None:
    """Nothing is locked, swept or swapped there; all else is as on this machine."""

    def remote(made: Recipe = ONE) -> Folder:
        return Folder(Bucket(tmp_path), "gs://bucket/out/", made, [GIVEN], beside)

    finished(tmp_path / "bucket/out")
    write_bytes(LOCAL, f"{tmp_path}/bucket/out/work/.aside-1-of-another", b"half")
    with remote().claimed(replace=False):
        pass
    again = remote()
    with again.claimed(replace=True):
        assert again.stands == "gs://bucket/out is done already: same recipe, same inputs, same versions."
    assert (tmp_path / "bucket/out/work/.aside-1-of-another").exists()
    with pytest.raises(BadCall, match="holds another build"):
        remote(OTHER).claimed(replace=False).__enter__()
    refused = r"--replace swaps whole directories, which gs://bucket/out cannot; give another --output"
    with pytest.raises(BadCall, match=refused):
        remote(OTHER).claimed(replace=True).__enter__()
    (tmp_path / "bucket/out" / PART).write_bytes(b"odd")
    with pytest.raises(BuildFailed, match=r"out is finished, but damaged: .*; mend it, or give another --output"):
        remote().claimed(replace=False).__enter__()
    with pytest.raises(BadCall, match=refused):
        remote().claimed(replace=True).__enter__()
    (tmp_path / "bucket/out/ledger.json").unlink()
    going = remote()
    with going.claimed(replace=False):
        assert going.stands == ""
        write_bytes(LOCAL, f"{tmp_path}/bucket/out/corpus/web/en/.aside-1-part-00000.parquet", b"late")
        going.tidy({PART: {}})
    assert sorted(p.name for p in (tmp_path / "bucket/out/corpus/web/en").iterdir()) == ["part-00000.parquet"]
