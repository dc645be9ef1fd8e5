"""A finished build is replaced whole or not at all, whenever it is stopped; and nothing of the user's is touched."""

import os
from pathlib import Path
from typing import Any

import pytest
from finished_folders import ONE, OTHER, PART, complete, finished, folder, names, promised
from small_builds import LOCAL
from stopped import stopped_at

from winnow.pipelines.errors import BadCall, BuildFailed
from winnow.pipelines.files.storage import write_bytes
from winnow.pipelines.plan.names import MARK, ONCE, REUSED
from winnow.pipelines.recipe.model import Recipe


def replaced(path: Path, made: Recipe = OTHER) -> None:
    """What a build with --replace does, but for its work."""
    found = folder(path, made)
    with found.claimed(replace=True):
        if not found.stands:
            complete(found, b"new")
            found.finish()


def test_replacing_builds_aside_and_swaps(tmp_path: Path) -> None:
    old = finished(tmp_path / "out")
    new = folder(tmp_path / "out", OTHER)
    with new.claimed(replace=True):
        assert (new.stands, new.root) == ("", f"{tmp_path}/out.replacing")
        assert (tmp_path / f"out.replacing/work/extract/{old.identity}.json").read_bytes() == b"old"
        assert not (tmp_path / "out.replacing/work/weights").exists()
        complete(new, b"new")
        assert (tmp_path / "out" / PART).read_bytes() == b"old"
        new.finish()
        new.finish()
    assert new.root == f"{tmp_path}/out"
    assert names(tmp_path) == ["out"]
    assert (tmp_path / "out" / PART).read_bytes() == b"new"
    assert not (tmp_path / "out" / MARK).exists()


def test_a_replacement_takes_along_what_holds_for_any_build(tmp_path: Path) -> None:
    finished(tmp_path / "out")
    for name in (*REUSED, *ONCE):
        write_bytes(LOCAL, f"{tmp_path}/out/work/{name}/deep/file", name.encode())
    new = folder(tmp_path / "out", OTHER)
    with new.claimed(replace=True):
        taken = [name for name in (*REUSED, *ONCE) if (Path(new.root) / "work" / name / "deep/file").exists()]
    assert taken == list(REUSED)


def test_files_are_copied_where_they_cannot_be_linked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = finished(tmp_path / "out")

    def refused(*_: Any, **__: Any) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    with folder(tmp_path / "out", OTHER).claimed(replace=True):
        assert (tmp_path / f"out.replacing/work/extract/{old.identity}.json").read_bytes() == b"old"


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
        assert again.stands == f"{tmp_path}/out is done: it was built before, and has now been put in place."
    assert names(tmp_path) == ["out"]
    assert (tmp_path / "out" / PART).read_bytes() == b"new"


@pytest.mark.parametrize("fault", ["versions", "damage", "ledger"])
def test_a_replacement_that_is_not_right_is_built_on(tmp_path: Path, fault: str) -> None:
    finished(tmp_path / "out")
    first = folder(tmp_path / "out", OTHER)
    with first.claimed(replace=True):
        complete(first, b"new", **({"versions": {"numpy": "1"}} if fault == "versions" else {}))
    if fault != "versions":
        (tmp_path / "out.replacing" / {"damage": PART, "ledger": "ledger.json"}[fault]).write_bytes(b"[]")
    again = folder(tmp_path / "out", OTHER)
    with again.claimed(replace=True):
        assert (again.stands, again.root) == ("", f"{tmp_path}/out.replacing")
        assert not (tmp_path / "out.replacing/ledger.json").exists()
    assert (tmp_path / "out" / PART).read_bytes() == b"old"


@pytest.mark.slow
@pytest.mark.parametrize(("made", "replace"), [(OTHER, True), (OTHER, False), (ONE, True)])
def test_killed_at_every_step(tmp_path: Path, made: Recipe, replace: bool) -> None:
    """One of both is whole, and the same command again ends it; so does, after the swap began, one without --replace.

    `made` is ONE where the same recipe is built anew, by other versions.
    """
    finished(tmp_path / "old", versions={"numpy": "1"})
    old = promised(tmp_path / "old")
    finished(tmp_path / "new", made, b"new")
    new = promised(tmp_path / "new")
    assert old != new
    step, seen = 0, set()
    while True:
        place = tmp_path / str(step)
        out = place / "out"
        finished(out, versions={"numpy": "1"})
        killed = stopped_at(step, lambda out=out: replaced(out, made))  # type: ignore[misc]
        if out.exists():
            assert promised(out) in (old, new)
        else:
            assert (promised(place / "out.replaced"), promised(place / "out.replacing")) == (old, new)
        if replace:
            replaced(out, made)
            assert promised(out) == new
            assert names(place) == ["out"]
        else:
            try:
                with folder(out, made).claimed(replace=False):
                    assert (promised(out), names(place)) == (new, ["out"])
                seen.add("new")
            except BadCall:
                assert promised(out) == old
                seen.add("old")
        if not killed:
            break
        step += 1
    assert step > 20
    assert seen == (set() if replace else {"old", "new"})


@pytest.mark.parametrize("call", [1, 2])
def test_a_swap_that_is_interrupted_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: int) -> None:
    """Ctrl-C before either of the two renamings of directories."""
    finished(tmp_path / "out")
    rename, calls = os.rename, []

    def interrupted(*given: Any) -> None:
        calls.append(given)
        if len(calls) == call:
            raise KeyboardInterrupt
        rename(*given)

    found = folder(tmp_path / "out", OTHER)
    with found.claimed(replace=True):
        complete(found, b"new")
        monkeypatch.setattr(os, "rename", interrupted)
        with pytest.raises(KeyboardInterrupt):
            found.finish()
        monkeypatch.undo()
    assert names(tmp_path) == ["out", "out.replacing"]
    assert (tmp_path / "out" / PART).read_bytes() == b"old"
    replaced(tmp_path / "out")
    assert names(tmp_path) == ["out"]
    assert (tmp_path / "out" / PART).read_bytes() == b"new"


def test_a_swap_that_the_system_refuses_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any) -> None:
        raise PermissionError(13, "Permission denied")

    finished(tmp_path / "out")
    found = folder(tmp_path / "out", OTHER)
    with found.claimed(replace=True):
        complete(found, b"new")
        monkeypatch.setattr(os, "rename", refused)
        with pytest.raises(BuildFailed, match=r"out could not be replaced: .*Permission denied; run the same command"):
            found.finish()


def test_a_lost_replacement_gives_the_old_build_back(tmp_path: Path) -> None:
    """Stopped between the two renamings, and DIR.replacing removed by hand."""
    finished(tmp_path / "out")
    (tmp_path / "out" / MARK).write_text("a")
    os.rename(tmp_path / "out", tmp_path / "out.replaced")
    with folder(tmp_path / "out").claimed(replace=False):
        assert (tmp_path / "out" / PART).read_bytes() == b"old"
    assert names(tmp_path) == ["out"]
    assert not (tmp_path / "out" / MARK).exists()


def mine(path: Path, kind: str) -> None:
    """What a user has under the name that a swap wants."""
    if kind == "file":
        path.write_bytes(b"mine")
    elif kind == "link":
        (path.parent / "elsewhere").mkdir()
        path.symlink_to(path.parent / "elsewhere")
    elif kind == "build":
        finished(path, content=b"mine")
    else:
        write_bytes(LOCAL, f"{path}/thesis.doc", b"mine")


@pytest.mark.parametrize("kind", ["file", "link", "folder", "build"])
@pytest.mark.parametrize("name", ["out.replaced", "out.replacing"])
def test_what_is_the_users_is_named_and_never_touched(tmp_path: Path, name: str, kind: str) -> None:
    finished(tmp_path / "out")
    mine(tmp_path / name, kind)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path.name != "lock"}
    with folder(tmp_path / "out").claimed(replace=False):
        pass
    with pytest.raises(BadCall) as error:
        folder(tmp_path / "out", OTHER).claimed(replace=True).__enter__()
    cure = "is in the way; move it away or remove it, and run the same command again"
    assert str(error.value) == f"{tmp_path}/{name} {cure}"
    after = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path.name != "lock"}
    assert after == before


@pytest.mark.parametrize("kind", ["folder", "build"])
def test_what_came_in_the_way_while_it_was_built(tmp_path: Path, kind: str) -> None:
    finished(tmp_path / "out")
    found = folder(tmp_path / "out", OTHER)
    with found.claimed(replace=True):
        complete(found, b"new")
        mine(tmp_path / "out.replaced", kind)
        with pytest.raises(BadCall, match=r"out\.replaced is in the way"):
            found.finish()
    assert (tmp_path / "out" / PART).read_bytes() == b"old"
    assert (tmp_path / "out.replaced" / {"folder": "thesis.doc", "build": PART}[kind]).read_bytes() == b"mine"


def test_an_output_that_is_called_like_a_replacement_is_its_own(tmp_path: Path) -> None:
    """A replacement that was given up, taken as a build of its own: the next swap does not move it."""
    finished(tmp_path / "out")
    first = folder(tmp_path / "out", OTHER)
    with first.claimed(replace=True):
        complete(first, b"new")
    with folder(tmp_path / "out.replacing", OTHER).claimed(replace=False):
        pass
    with pytest.raises(BadCall, match=r"out\.replacing is in the way"):
        folder(tmp_path / "out", OTHER).claimed(replace=True).__enter__()
