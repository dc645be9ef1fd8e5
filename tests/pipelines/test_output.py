import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import pytest
from small_builds import LOCAL, recipe

from pipelines import lock
from pipelines.chunks import Input
from pipelines.errors import BadCall
from pipelines.output import Folder
from pipelines.recipe import Recipe
from pipelines.storage import read_json, write_bytes, write_json

ONE, OTHER = recipe(), recipe(about="another")
GIVEN = Input("web", "a.gz", 3, "e")


def folder(path: Path, made: Recipe = ONE, given: Input = GIVEN) -> Folder:
    return Folder(LOCAL, str(path), made, [given])


def finished(path: Path, made: Recipe = ONE, content: bytes = b"old") -> Folder:
    """A build that ended, with one part file."""
    found = folder(path, made)
    with found.claimed(replace=True):
        complete(found, content)
        found.finish()
    return found


def complete(found: Folder, content: bytes) -> None:
    write_bytes(LOCAL, f"{found.root}/corpus/part", content)
    write_bytes(LOCAL, f"{found.root}/work/ingest/{found.identity}.json", content)
    write_bytes(LOCAL, f"{found.root}/work/weights/w.json", content)
    write_bytes(LOCAL, f"{found.root}/recipe.lock.toml", lock.write_lock(found.recipe).encode())
    files = {"corpus/part": {"bytes": len(content)}}
    write_json(LOCAL, f"{found.root}/ledger.json", {"identity": found.identity, "files": files})


def names(path: Path) -> list[str]:
    return sorted(p.name for p in path.iterdir())


def test_a_new_directory_is_claimed(tmp_path: Path) -> None:
    found = folder(tmp_path / "new" / "out")
    with found.claimed(replace=False):
        assert not found.done()
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


def test_the_same_build_goes_on_or_is_done(tmp_path: Path) -> None:
    finished(tmp_path / "out")
    again = folder(tmp_path / "out")
    with again.claimed(replace=False):
        assert again.done()
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize(
    ("path", "content"),
    [("corpus/part", None), ("recipe.lock.toml", None), ("ledger.json", None), ("corpus/part", b"longer"),
     ("recipe.lock.toml", b"other versions")],
)  # fmt: skip
def test_what_lacks_a_file_or_has_another_is_not_done(tmp_path: Path, path: str, content: bytes | None) -> None:
    finished(tmp_path / "out")
    (tmp_path / "out" / path).unlink()
    if content is not None:
        (tmp_path / "out" / path).write_bytes(content)
    again = folder(tmp_path / "out")
    with again.claimed(replace=False):
        assert not again.done()
    assert not (tmp_path / "out/ledger.json").exists()


def test_a_finished_build_without_work_is_known(tmp_path: Path) -> None:
    finished(tmp_path / "out")
    LOCAL.delete(f"{tmp_path}/out/work")
    again = folder(tmp_path / "out")
    with again.claimed(replace=False):
        assert again.done()


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
    with pytest.raises(BadCall, match=r"holds another build, of another recipe or other inputs; give --replace"):
        folder(tmp_path / "out", made, given).claimed(False).__enter__()
    assert (tmp_path / "out/corpus/part").read_bytes() == b"old"


def test_replacing_builds_aside_and_swaps(tmp_path: Path) -> None:
    old = finished(tmp_path / "out")
    new = folder(tmp_path / "out", OTHER)
    with new.claimed(replace=True):
        assert not new.done()
        assert new.root == f"{tmp_path}/out.replacing"
        assert (tmp_path / f"out.replacing/work/ingest/{old.identity}.json").read_bytes() == b"old"
        assert not (tmp_path / "out.replacing/work/weights").exists()
        complete(new, b"new")
        assert (tmp_path / "out/corpus/part").read_bytes() == b"old"
        new.finish()
        new.finish()
    assert new.root == f"{tmp_path}/out"
    assert names(tmp_path) == ["out"]
    assert (tmp_path / "out/corpus/part").read_bytes() == b"new"


def test_a_replacement_that_was_killed_goes_on(tmp_path: Path) -> None:
    finished(tmp_path / "out")
    first = folder(tmp_path / "out", OTHER)
    with first.claimed(replace=True):
        write_bytes(LOCAL, f"{first.root}/work/weights/w.json", b"mine")
    again = folder(tmp_path / "out", OTHER)
    with again.claimed(replace=True):
        assert (tmp_path / "out.replacing/work/weights/w.json").read_bytes() == b"mine"


def test_a_replacement_killed_before_the_swap_is_swapped(tmp_path: Path) -> None:
    finished(tmp_path / "out")
    first = folder(tmp_path / "out", OTHER)
    with first.claimed(replace=True):
        complete(first, b"new")
    again = folder(tmp_path / "out", OTHER)
    with again.claimed(replace=True):
        assert again.done()
    assert names(tmp_path) == ["out"]
    assert (tmp_path / "out/corpus/part").read_bytes() == b"new"


@pytest.mark.parametrize("replace", [False, True])
def test_a_swap_killed_in_the_middle_is_ended(tmp_path: Path, replace: bool) -> None:
    finished(tmp_path / "out")
    first = folder(tmp_path / "out", OTHER)
    with first.claimed(replace=True):
        complete(first, b"new")
    os.rename(tmp_path / "out", tmp_path / "out.replaced")
    again = folder(tmp_path / "out", OTHER)
    with again.claimed(replace):
        assert again.done()
    assert names(tmp_path) == ["out"]
    assert (tmp_path / "out/corpus/part").read_bytes() == b"new"


def test_a_swap_killed_at_its_end_is_ended(tmp_path: Path) -> None:
    finished(tmp_path / "out", OTHER, b"new")
    finished(tmp_path / "out.replaced")
    with folder(tmp_path / "out", OTHER).claimed(False):
        assert names(tmp_path) == ["out"]


def test_a_directory_in_the_way_of_a_swap_is_named_at_once(tmp_path: Path) -> None:
    finished(tmp_path / "out")
    write_bytes(LOCAL, f"{tmp_path}/out.replaced/thesis.doc", b"mine")
    with pytest.raises(BadCall, match=r"out\.replaced is in the way; remove it"):
        folder(tmp_path / "out", OTHER).claimed(True).__enter__()
    assert (tmp_path / "out.replaced/thesis.doc").exists()


def test_a_replacement_that_was_given_up_leaves_only_what_holds_for_all(tmp_path: Path) -> None:
    finished(tmp_path / "out")
    given_up = folder(tmp_path / "out", OTHER)
    with given_up.claimed(replace=True):
        complete(given_up, b"given up")
    third = folder(tmp_path / "out", recipe(about="third"))
    with third.claimed(replace=True):
        left = [p.removeprefix(f"{third.root}/") for p in LOCAL.files(third.root)]
    ingest = sorted(f"work/ingest/{f.identity}.json" for f in (folder(tmp_path), given_up))
    assert left == ["work/build.json", *ingest, "work/lock"]


def test_leftovers_of_a_kill_are_swept(tmp_path: Path) -> None:
    finished(tmp_path / "out")
    for name in ("corpus/.aside-1-part", "work/.aside-2-x", ".aside-3-README.md"):
        write_bytes(LOCAL, f"{tmp_path}/out/{name}", b"half")
    with folder(tmp_path / "out").claimed(False):
        found = [Path(p).name for p in LOCAL.files(f"{tmp_path}/out")]
    assert [name for name in found if name.startswith(".aside")] == []
    assert "part" in found


HOLD = """
import fcntl, sys
with open(sys.argv[1], "w") as file:
    fcntl.flock(file, fcntl.LOCK_EX)
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize(("locked", "made"), [("out", ONE), ("out", OTHER), ("out.replacing", OTHER)])
def test_a_directory_takes_one_build_at_a_time(tmp_path: Path, locked: str, made: Recipe) -> None:
    finished(tmp_path / "out")
    (tmp_path / locked / "work").mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-c", HOLD, str(tmp_path / locked / "work/lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(BadCall, match=r"out: another build is running there"):
            folder(tmp_path / "out", made).claimed(True).__enter__()
        holder.communicate()
    with folder(tmp_path / "out", made).claimed(True):
        pass


@pytest.mark.parametrize("path", ["out/", "out//"])
def test_a_slash_at_the_end_is_nothing(tmp_path: Path, path: str) -> None:
    assert Folder(LOCAL, f"{tmp_path}/{path}", ONE, [GIVEN]).root == f"{tmp_path}/out"
