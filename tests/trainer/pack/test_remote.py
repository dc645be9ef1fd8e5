"""Packs that are copied to this machine: from fsspec's memory, and over HTTP on loopback."""

import functools
import json
import os
import shutil
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import fsspec
import pytest

from tests.trainer import small_runs
from tests.trainer.small_corpora import digests, quiet
from winnow.pipelines.cli import main
from winnow.trainer.errors import BadCall, RunFailed
from winnow.trainer.pack import index, remote
from winnow.trainer.pack.index import MANIFEST, Pack


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("WINNOW_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(remote, "_reading", {})
    yield tmp_path / "cache/copies"
    for lock in remote._reading.values():
        lock.close()


@pytest.fixture
def stored(pack: Path) -> Iterator[str]:
    files = fsspec.filesystem("memory")
    files.put(str(pack), "/bucket/pack", recursive=True)
    yield "memory://bucket/pack"
    files.rm("/bucket", recursive=True)


@pytest.fixture
def served(pack: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(pack.parent))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/{pack.name}"
        server.shutdown()


def change(name: str, content: bytes) -> None:
    with fsspec.open(f"memory://bucket/pack/{name}", "wb") as file:
        file.write(content)


def another(number: int) -> str:
    """The pack once more, with other bytes in its manifest."""
    files = fsspec.filesystem("memory")
    files.cp("/bucket/pack", f"/bucket/pack{number}", recursive=True)
    manifest = json.loads(files.cat(f"/bucket/pack{number}/{MANIFEST}"))
    files.pipe(f"/bucket/pack{number}/{MANIFEST}", json.dumps(manifest | {"more": number}).encode())
    return f"memory://bucket/pack{number}"


def kinds(home: Path) -> list[str]:
    return sorted(path.suffix or "whole" for path in home.iterdir())


def test_a_path_is_what_it_is(tmp_path: Path, home: Path) -> None:
    assert remote.local("a/pack", quiet) == Path("a/pack")
    assert remote.local(f"file://{tmp_path}", quiet) == tmp_path
    assert not home.exists()


@pytest.mark.parametrize("kind", ["stored", "served"])
def test_it_is_copied_whole_and_once(
    kind: str, pack: Path, home: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, said = request.getfixturevalue(kind), list[str]()
    path = remote.local(url, said.append)
    assert path.parent == home
    assert digests(path) == digests(pack)
    assert said[0].startswith("copying ")
    monkeypatch.setattr(index, "hash_file", None)  # it was hashed on its way
    Pack.open(path).verify()
    remote._reading.clear()
    assert (remote.local(f"{url}/", said.append), len(said)) == (path, 1)
    assert kinds(home) == [".copying", ".lock", "whole"]


def test_several_processes_copy_it_once(stored: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads here, each with a lock of its own."""
    said, found = list[str](), list[Path]()

    class Own(dict[Path, Any]):
        def __contains__(self, key: object) -> bool:
            return False

    monkeypatch.setattr(remote, "_reading", Own())
    several = [threading.Thread(target=lambda: found.append(remote.local(stored, said.append))) for _ in range(4)]
    for one in several:
        one.start()
    for one in several:
        one.join()
    assert (len(set(found)), len(found), len(said)) == (1, 4, 1)


@pytest.mark.parametrize("how", ["flipped", "short", "long", "missing"])
def test_what_is_damaged_is_named_and_the_rest_is_kept(how: str, stored: str, pack: Path, home: Path) -> None:
    name = "shards/00000.train.bin"
    data = (pack / name).read_bytes()
    if how == "missing":
        fsspec.filesystem("memory").rm(f"/bucket/pack/{name}")
    else:
        change(name, {"flipped": bytes([data[0] ^ 1]) + data[1:], "short": data[1:], "long": data + b"x"}[how])
    error, message = (BadCall, "cannot be opened") if how == "missing" else (RunFailed, "is damaged: its size or")
    with pytest.raises(error, match=rf"^memory://bucket/pack/{name} {message}"):
        remote.local(stored, quiet)
    assert kinds(home) == [".copying", ".lock", ".part"]
    (part,) = home.glob("*.part")
    before = {file.relative_to(part): file.stat().st_ino for file in part.rglob("*") if file.is_file() and file.suffix}
    change(name, data)
    path = remote.local(stored, quiet)
    assert digests(path) == digests(pack)
    kept = [name for name, inode in before.items() if (path / name).stat().st_ino == inode]
    assert len(kept) == len(before) - 1  # all but the manifest, which is written anew


def test_another_pack_under_the_same_name_is_another_copy(stored: str, pack: Path) -> None:
    first = remote.local(stored, quiet)
    manifest = json.loads((pack / MANIFEST).read_bytes())
    change(MANIFEST, json.dumps(manifest | {"more": 1}).encode())
    assert remote.local(stored, quiet) != first
    assert Pack.open(first).manifest == manifest


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be opened"),
        (b"{", r"^memory://bucket/pack/manifest\.json is no manifest of a pack"),
        (b'{"version": 1}', "is of version 1"),
    ],
)
def test_what_is_no_pack_is_named(content: bytes | None, message: str, stored: str, home: Path) -> None:
    if content is None:
        fsspec.filesystem("memory").rm(f"/bucket/pack/{MANIFEST}")
    else:
        change(MANIFEST, content)
    with pytest.raises(BadCall, match=message):
        remote.local(stored, quiet)
    assert not home.exists() or "whole" not in kinds(home)


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("../out", {}), ("/etc/out", {}), ("shards/x", {"bytes": -1}), ("shards/x", {"bytes": "9"}),
        ("shards/x", {"sha256": 1}),
    ],
)  # fmt: skip
def test_a_manifest_that_reaches_out_is_refused(name: str, of: dict[str, Any], stored: str, pack: Path) -> None:
    manifest = json.loads((pack / MANIFEST).read_bytes())
    manifest["shards"][0]["files"][name] = {"bytes": 1, "sha256": "0" * 64} | of
    change(MANIFEST, json.dumps(manifest).encode())
    with pytest.raises(BadCall, match="is no manifest of a pack"):
        remote.local(stored, quiet)


@pytest.mark.parametrize("url", ["nonsense://a/b", "memory://", "http://127.0.0.1:9/pack", "https://[/x"])
def test_what_cannot_be_reached_is_one_line(url: str) -> None:
    with pytest.raises((BadCall, RunFailed), match=r"manifest\.json (cannot be opened|needs a library)") as caught:
        remote.local(url, quiet)
    assert "\n" not in str(caught.value)


def test_packs_that_nobody_reads_make_room(
    stored: str, pack: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = sum(path.stat().st_size for path in pack.rglob("*") if path.is_file())
    monkeypatch.setenv(remote.LIMIT, str(3.5 * size / 1e9))
    paths = [remote.local(url, quiet) for url in (stored, another(1), another(2))]
    for age, path in zip((1, 3, 2), paths, strict=True):
        os.utime(path.with_suffix(".lock"), (10**9 - age, 10**9 - age))
    for path in (paths[0], paths[2]):
        remote._reading.pop(path).close()
    fourth = remote.local(another(3), quiet)
    # of the two that nobody reads, the one that was used the longest time ago
    assert [path.is_dir() for path in (*paths, fourth)] == [True, True, False, True]
    monkeypatch.setenv(remote.LIMIT, str(2.5 * size / 1e9))
    with pytest.raises(BadCall, match=r"of which .* are in use: raise WINNOW_CACHE_GB, or copy the pack yourself"):
        remote.local(another(4), quiet)


@pytest.mark.parametrize("limit", ["a", "0", "1e-9"])
def test_a_limit_that_is_too_small_or_none(limit: str, stored: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(remote.LIMIT, limit)
    with pytest.raises(BadCall, match=r"WINNOW_CACHE_GB is 'a'" if limit == "a" else "raise WINNOW_CACHE_GB"):
        remote.local(stored, quiet)


def test_a_full_disk_is_told_before(stored: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=10))
    with pytest.raises(BadCall, match="has room for 10 bytes: make room, or name another folder with WINNOW_CACHE"):
        remote.local(stored, quiet)


@pytest.mark.slow
def test_a_run_on_a_pack_over_http_is_the_same_run(served: str, whole: Path, tmp_path: Path) -> None:
    with small_runs.quick():
        small_runs.trained(small_runs.config(Path(served), data={"pack": served}), tmp_path / "run")
    mine, theirs = small_runs.untimed(tmp_path / "run", "step"), small_runs.untimed(whole, "step")
    assert mine == theirs != []


def test_an_evaluation_takes_a_url(whole: Path, pack: Path, stored: str, tmp_path: Path) -> None:
    found = []
    for data in (str(pack), stored):
        file = tmp_path / "figures.json"
        assert main(["eval", str(whole), "--data", data, "--no-xz", "--threads", "1", "--json", str(file)]) == 0
        of = json.loads(file.read_text())["data"][0]
        found.append({key: value for key, value in of.items() if key not in ("data", "seconds")})
    assert found[0] == found[1]
    assert main(["eval", str(whole), "--data", f"{stored}/none", "--no-xz"]) == 2
