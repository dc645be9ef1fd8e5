"""Repositories at a commit: packed and not, at every kind of revision, damaged and hostile ones."""

import hashlib
import os
import shutil
import struct
import subprocess
import time
import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest
from code_trees import FILES, census, of_files, records, repository, tree, write
from dulwich.objects import Blob, Commit, ObjectID
from dulwich.pack import write_pack_index_v2
from dulwich.repo import Repo
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.filters.rules import Reject
from winnow.pipelines.errors import BadCall
from winnow.pipelines.sources.base import Tree as Found
from winnow.pipelines.sources.code.source import Code
from winnow.pipelines.sources.code.trees.git import objects
from winnow.pipelines.sources.code.trees.git.files import RepositoryFiles
from winnow.pipelines.sources.code.trees.layout import LARGEST, Unreadable

MODULE = 0o160000
needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(folder: Path, *words: str) -> str:
    """What git says; no setting of this machine's user counts."""
    named = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    return subprocess.run(
        ["git", *named, "-C", str(folder), *words], check=True, capture_output=True, text=True, env=environment
    ).stdout  # fmt: skip


def versions(folder: Path, many: int = 5) -> Path:
    """A repository made by git with some commits of files that change a little, all in one pack."""
    folder.mkdir()
    git(folder, "init", "-q")
    for number in range(many):
        lines = [f"line {line} of version {number if line % 20 == 0 else 0}" for line in range(400)]
        write(folder, {"a.py": "\n".join(lines).encode(), "b/c.py": b"x = %d\n" % number})
        git(folder, "add", ".")
        git(folder, "commit", "-q", "-m", f"version {number}")
        git(folder, "tag", f"v{number}")
    git(folder, "gc", "-q", "--aggressive", "--prune=now")
    return folder


def at(folder: Path, revision: str | None = None) -> str:
    return Code.TREES.find(str(folder), revision).path


def texts(path: str) -> dict[str, str]:
    return {name: record.contents[0].text for name, record in of_files(records(path)).items() if record.contents}


@needs_git
def test_what_git_lists_is_what_is_read(tmp_path: Path) -> None:
    """The second counter, over a repository whose objects are changes to others."""
    folder = versions(tmp_path / "repo")
    for revision in ("v0", "v2", "HEAD", "main"):
        listed = {line.split("\t")[1]: line.split()[2] for line in git(folder, "ls-tree", "-r", revision).splitlines()}
        expected = {path: git(folder, "cat-file", "blob", name) for path, name in listed.items()}
        assert texts(at(folder, revision)) == expected
        assert census(at(folder, revision)).items.counts()["file"] == len(listed)


@needs_git
def test_revisions_as_git_understands_them(tmp_path: Path) -> None:
    folder = versions(tmp_path / "repo", 3)
    git(folder, "branch", "topic/one", "v1")
    git(folder, "tag", "-a", "annotated", "-m", "a tag", "v1")
    git(folder, "tag", "-a", "twice", "-m", "a tag of a tag", "annotated")
    git(folder, "update-ref", "refs/remotes/origin/there", "v0")
    whole = git(folder, "rev-parse", "v1").strip()
    named = ["HEAD", "main", "v0", "v1", "topic/one", "annotated", "twice", "origin/there", "refs/heads/main"]
    revisions = [*named, whole, whole[:7], whole[:12]]
    for packed in (False, True):
        if packed:
            git(folder, "pack-refs", "--all")
        for revision in revisions:
            expected = git(folder, "rev-parse", f"{revision}^{{commit}}").strip()
            assert Code.TREES.find(str(folder), revision) == Found(f"{folder}@{expected}")
    git(folder, "checkout", "-q", "v0")
    assert at(folder) == f"{folder}@{git(folder, 'rev-parse', 'v0').strip()}"


@needs_git
def test_names_of_64_digits(tmp_path: Path) -> None:
    folder = tmp_path / "repo"
    folder.mkdir()
    git(folder, "init", "-q", "--object-format=sha256")
    write(folder, FILES)
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "one")
    loose = texts(at(folder))
    git(folder, "gc", "-q")
    assert len(at(folder).rpartition("@")[2]) == 64
    assert loose == texts(at(folder)) == texts(str(write(tmp_path / "tree")))


def test_what_a_folder_is_called(tmp_path: Path) -> None:
    name = repository(tmp_path / "work").decode()
    bare = repository(tmp_path / "bare.git", bare=True).decode()
    find = Code.TREES.find
    work = f"{tmp_path}/work"
    said = f"{work} is read at commit {name[:12]}, its HEAD; {work}/. would be its files as they lie there"
    assert find(work) == Found(f"{work}@{name}", said)
    path = f"{tmp_path}/bare.git"
    assert find(path) == Found(f"{path}@{bare}", f"{path} is read at commit {bare[:12]}, its HEAD")
    assert find(f"{work}/.") == Found(work)
    assert find(str(write(tmp_path / "plain"))) == Found(f"{tmp_path}/plain")
    for path, said in ((work, "has no revision 'v9'"), (f"{tmp_path}/plain", "is no git repository, so it has no rev")):
        with pytest.raises(BadCall, match=said):
            find(path, "v9")


def test_a_repository_without_a_commit(tmp_path: Path) -> None:
    with Repo.init(str(tmp_path / "work"), mkdir=True), Repo.init_bare(str(tmp_path / "bare"), mkdir=True):
        pass
    work, bare = f"{tmp_path}/work", f"{tmp_path}/bare"
    assert Code.TREES.find(work) == Found(work, f"{work} is read as it lies there: its HEAD names no commit")
    said = f"{bare} is left out: its HEAD names no commit; {bare}@REVISION reads another one"
    assert Code.TREES.find(bare) == Found("", said)


def made(folder: Path, entries: Sequence[tuple[bytes, int, bytes]]) -> str:
    """A bare repository of one commit with these entries at its root: name, mode, content; of a module a name."""
    with Repo.init_bare(str(folder), mkdir=True) as repo:
        lines = b""
        for name, mode, content in entries:
            object = content if mode == MODULE else _raw(repo, "blob", content)
            lines += b"%o %s\0" % (mode, name) + bytes.fromhex(object.decode())
        return _commit(repo, _raw(repo, "tree", lines))


def _raw(repo: Repo, kind: str, content: bytes) -> ObjectID:
    """An object whose content nobody looks at before it is read."""
    whole = f"{kind} {len(content)}\0".encode() + content
    name = hashlib.sha1(whole).hexdigest()
    path = Path(repo.path, "objects", name[:2], name[2:])
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(zlib.compress(whole, 1))
    return ObjectID(name.encode())


def _commit(repo: Repo, root: ObjectID) -> str:
    found = Commit()
    found.tree, found.parents, found.message = root, [], b"one\n"
    found.author = found.committer = b"a <a@example.org>"
    found.author_time = found.commit_time = found.author_timezone = found.commit_timezone = 0
    repo.object_store.add_object(found)
    return f"{repo.path}@{found.id.decode()}"


def test_links_and_submodules_are_counted(tmp_path: Path) -> None:
    path = made(tmp_path / "repo", [
        (b"a.py", 0o100644, b"x = 1\n"), (b"link", 0o120000, b"/etc/passwd"), (b"module", MODULE, b"a" * 40),
        (b"run.sh", 0o100755, b"echo\n"),
    ])  # fmt: skip
    assert census(path).items.counts() == {"file": 2, "header": 1, "link": 1, "padding": 1, "submodule": 1}


def test_names_that_lead_elsewhere(tmp_path: Path) -> None:
    """No git would make such trees; they are made by hand."""
    names = [b"..", b".git", b"../../a.py", b"/etc/passwd", b"a/b.py", b"."]
    path = made(tmp_path / "repo", [(name, 0o100644, b"x = 1\n") for name in names])
    found = of_files(records(path))
    assert found.keys() == {"..", "../../a.py", "etc/passwd", "a/b.py", ""}
    assert {record.reject.rule for record in found.values() if record.reject} == {"code.path"}
    assert [name for name, record in found.items() if record.reject is None] == ["a/b.py"]
    assert census(path).items.counts()["versions"] == 1


def test_an_object_that_is_missing_costs_one_file(tmp_path: Path) -> None:
    name = repository(tmp_path / "repo").decode()
    blob = Blob.from_string(FILES["src/main.c"]).id.decode()
    (tmp_path / "repo/.git/objects" / blob[:2] / blob[2:]).unlink()
    found = of_files(records(f"{tmp_path}/repo@{name}"))
    assert found["src/main.c"].reject == Reject("code.unreadable", detail=f"the object {blob} is missing")
    assert found.keys() == FILES.keys()
    assert found["LICENSE"].reject is None


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"", lambda data: b"\0", lambda data: data[:-8], lambda data: data[:5],
        lambda data: zlib.compress(b"blob 3\0abc"), lambda data: zlib.compress(b"blob 1000000\0abc"),
        lambda data: zlib.compress(b"junk"), lambda data: zlib.compress(b"tree 0\0"),
        lambda data: zlib.compress(zlib.decompress(data) + b" "),
        lambda data: zlib.compress(b"blob 99999999999999999999\0"),
    ],
)  # fmt: skip
def test_an_object_that_is_damaged_costs_one_file(tmp_path: Path, spoil: object) -> None:
    name = repository(tmp_path / "repo").decode()
    blob = Blob.from_string(FILES["src/main.c"]).id.decode()
    path = tmp_path / "repo/.git/objects" / blob[:2] / blob[2:]
    path.chmod(0o644)
    path.write_bytes(spoil(path.read_bytes()))  # type: ignore[operator]
    found = of_files(records(f"{tmp_path}/repo@{name}"))
    why = "missing" if not path.read_bytes() else "corrupt"
    assert found["src/main.c"].reject == Reject("code.unreadable", detail=f"the object {blob} is {why}")
    others = {name: record.reject for name, record in found.items() if name != "src/main.c"}
    assert not any(reject and reject.rule == "code.unreadable" for reject in others.values())


def test_a_tree_that_is_missing_costs_what_is_below_it(tmp_path: Path) -> None:
    name = repository(tmp_path / "repo").decode()
    with Repo(str(tmp_path / "repo")) as repo:
        below = tree(repo, {b"main.c": FILES["src/main.c"], b"pointer.bin": FILES["src/pointer.bin"],
                            b"util/helpers.py": FILES["src/util/helpers.py"]}).decode()  # fmt: skip
    (tmp_path / "repo/.git/objects" / below[:2] / below[2:]).unlink()
    found = of_files(records(f"{tmp_path}/repo@{name}"))
    assert found["src"].reject == Reject("code.unreadable", detail=f"the object {below} is missing")
    assert found.keys() == {*(path for path in FILES if not path.startswith("src/")), "src"}


def test_a_commit_that_is_gone_by_now_is_one_row(tmp_path: Path) -> None:
    name = repository(tmp_path / "repo").decode()
    (tmp_path / "repo/.git/objects" / name[:2] / name[2:]).unlink()
    (record,) = of_files([r for r in records(f"{tmp_path}/repo@{name}") if r.kind == "file"]).values()
    assert record.reject == Reject("code.unreadable", detail=f"the object {name} is missing")


@needs_git
@settings(deadline=None, max_examples=20)
@given(st.data())
def test_a_pack_with_damage_is_no_error(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    root = tmp_path_factory.getbasetemp() / "packed"
    if not root.exists():
        root.mkdir()
        versions(root / "sound", 3)
    sound = root / "sound"
    path = at(sound)
    spoilt = Path(f"{root}/spoilt")
    shutil.rmtree(spoilt, ignore_errors=True)
    shutil.copytree(sound, spoilt)
    (pack,) = (spoilt / ".git/objects/pack").glob(data.draw(st.sampled_from(["*.pack", "*.idx"])))
    content = bytearray(pack.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    pack.chmod(0o644)
    pack.write_bytes(content[: len(content) - data.draw(st.sampled_from([0, 0, 1, 100]))])
    expected = of_files(records(path))
    found = of_files(records(path.replace("sound", "spoilt")))
    for name, record in found.items():
        assert (record.reject and record.reject.rule == "code.unreadable") or record.id == expected[name].id


@pytest.mark.slow
def test_a_bomb_of_folders_is_one_row(tmp_path: Path) -> None:
    """A folder holds one folder ten times, that one another: nine of them are a thousand million files."""
    began = time.process_time()
    with Repo.init_bare(str(tmp_path / "bomb"), mkdir=True) as repo:
        inside, mode = _raw(repo, "blob", b"x = 1\n"), 0o100644
        for _ in range(9):
            lines = b"".join(b"%o f%d\0" % (mode, at) + bytes.fromhex(inside.decode()) for at in range(10))
            inside, mode = _raw(repo, "tree", lines), 0o040000
        path = _commit(repo, inside)
    (record,) = (record for record in records(path) if record.kind == "file")
    assert record.reject == Reject("code.unreadable", detail="there are more than 1,048,576 files and folders")
    assert time.process_time() - began < 60


def test_a_bomb_of_one_file_many_times_is_one_row(tmp_path: Path) -> None:
    with Repo.init_bare(str(tmp_path / "bomb"), mkdir=True) as repo:
        blob = bytes.fromhex(_raw(repo, "blob", b" " * LARGEST).decode())
        path = _commit(repo, _raw(repo, "tree", b"".join(b"100644 f%04d\0" % at + blob for at in range(2000))))
    (record,) = (record for record in records(path) if record.kind == "file")
    said = "the files are a thousand times as large as the repository"
    assert record.reject == Reject("code.unreadable", detail=said)


def test_an_object_that_is_larger_than_it_says(tmp_path: Path) -> None:
    with Repo.init_bare(str(tmp_path / "bomb"), mkdir=True) as repo:
        name = _raw(repo, "blob", b"abc").decode()
        path = _commit(repo, _raw(repo, "tree", b"100644 a.py\0" + bytes.fromhex(name)))
        (Path(repo.path) / "objects" / name[:2] / name[2:]).write_bytes(zlib.compress(b"blob 3\0abc" + bytes(1 << 26)))
    (record,) = of_files(records(path)).values()
    assert record.reject == Reject("code.unreadable", detail=f"the object {name} is corrupt")


def _pack(folder: Path, entries: Sequence[tuple[bytes, bytes]]) -> objects.Objects:
    """A repository of one pack of these entries, as (what stands before the packed content, content)."""
    with Repo.init_bare(str(folder), mkdir=True) as repo:
        place, data, offsets = Path(repo.path, "objects/pack"), b"PACK" + struct.pack(">2L", 2, len(entries)), []
        for head, content in entries:
            offsets.append(len(data))
            data += head + zlib.compress(content)
        data += hashlib.sha1(data).digest()
        (place / "pack-a.pack").write_bytes(data)
        names = sorted((hashlib.sha1(b"%d" % at).digest(), offset, 0) for at, offset in enumerate(offsets))
        with open(place / "pack-a.idx", "wb") as index:
            write_pack_index_v2(index, names, data[-20:])
        return objects.Objects(RepositoryFiles(repo.path), 40)


def _number(value: int) -> bytes:
    found = b""
    while value > 0x7F:
        found, value = found + bytes([value & 0x7F | 0x80]), value >> 7
    return found + bytes([value])


def _named(at: int) -> str:
    return hashlib.sha1(b"%d" % at).hexdigest()


@pytest.mark.parametrize(
    ("head", "content", "said"),
    [
        (b"\xb0" + _number(1 << 40), b"abc", "takes too much to put together"),
        (b"\xb0" + b"\xff" * 30, b"abc", "is corrupt"),
        (b"\x63" + b"\x01", b"abc", "is corrupt"),
        (b"\x63" + b"\x00", b"abc", "is corrupt"),
        (b"\x63" + b"\xff" * 30, b"abc", "is corrupt"),
        (b"\x73" + hashlib.sha1(b"0").digest(), b"abc", "takes too much to put together"),
        (b"\x73" + b"a" * 20, b"abc", "is missing"),
        (b"\x03", b"abc", "is corrupt"),
        (b"\x53", b"abc", "is corrupt"),
    ],
)
def test_packs_that_lie(tmp_path: Path, head: bytes, content: bytes, said: str) -> None:
    """Sizes without bounds, changes to objects outside of the pack, to themselves, to none; types there are none of."""
    held = _pack(tmp_path / "repo", [(head, content)])
    with pytest.raises(Unreadable, match=said):
        held.read(_named(0))


def test_a_change_that_makes_too_much(tmp_path: Path) -> None:
    """Of a few bytes: a copy of the object before, as often as one likes."""
    change = _number(1 << 16) + _number(1 << 40) + b"\x80" * 1000
    base = b"\xb0" + _number((1 << 16) >> 4)
    first = len(base) + len(zlib.compress(bytes(1 << 16)))
    head = bytes([0xE0 | len(change) & 0x0F]) + _number(len(change) >> 4)
    back = bytes([((first >> 7) - 1) | 0x80, first & 0x7F]) if first > 0x7F else bytes([first])
    held = _pack(tmp_path / "repo", [(base, bytes(1 << 16)), (head + back, change)])
    assert held.size(_named(1)) == 1 << 40
    with pytest.raises(Unreadable, match="takes too much to put together"):
        held.read(_named(1))
