"""Repositories that want to be more than read: nothing of theirs is run, obeyed, or followed out of their folder."""

import shutil
from pathlib import Path

import pytest
from code_trees import FILES, commit, of_files, records, repository, write
from dulwich.objects import Blob
from dulwich.repo import Repo

from winnow.pipelines.errors import BadCall
from winnow.pipelines.sources.code.source import Code
from winnow.pipelines.sources.code.trees.git.files import RepositoryFiles, folder_of

CONFIG = """\
[core]
    repositoryformatversion = 1
    bare = false
    worktree = {elsewhere}
    fsmonitor = "touch {marker}"
    hooksPath = {elsewhere}
    sshCommand = "touch {marker}"
    pager = "touch {marker}"
    editor = "touch {marker}"
    attributesFile = {elsewhere}/attributes
    alternateRefsCommand = "touch {marker}"
[include]
    path = {elsewhere}/config
[filter "evil"]
    smudge = "touch {marker}"
    clean = "touch {marker}"
    process = "touch {marker}"
    required = true
[diff "evil"]
    textconv = "touch {marker}"
[extensions]
    partialClone = origin
    worktreeConfig = true
[remote "origin"]
    url = "ext::touch {marker}"
    promisor = true
    partialclonefilter = blob:none
    uploadpack = "touch {marker}"
[credential]
    helper = "!touch {marker}"
"""
HOOKS = ("post-checkout", "post-index-change", "fsmonitor-watchman", "reference-transaction", "pre-auto-gc")


def test_nothing_of_a_repository_is_run_or_obeyed(tmp_path: Path) -> None:
    marker, folder = tmp_path / "marker", tmp_path / "repo"
    name = repository(folder, {**FILES, ".gitattributes": b"* filter=evil diff=evil\n"}).decode()
    inside, elsewhere = folder / ".git", write(tmp_path / "elsewhere", {"secret.py": b"secret = 1\n"})
    (inside / "config").write_text(CONFIG.format(marker=marker, elsewhere=elsewhere))
    (inside / "config.worktree").write_text(CONFIG.format(marker=marker, elsewhere=elsewhere))
    for hook in HOOKS:
        (inside / "hooks").mkdir(exist_ok=True)
        (inside / "hooks" / hook).write_text(f"#!/bin/sh\ntouch {marker}\n")
        (inside / "hooks" / hook).chmod(0o755)
    missing = Blob.from_string(FILES["src/main.c"]).id.decode()  # which a promisor would be asked for
    (inside / "objects" / missing[:2] / missing[2:]).unlink()
    before = sorted(str(path) for path in tmp_path.rglob("*"))
    assert Code.TREES.find(str(folder)).path == f"{folder}@{name}"
    found = of_files(records(f"{folder}@{name}"))
    assert found.keys() == {*FILES, ".gitattributes"}
    assert found["src/main.c"].reject is not None
    assert not marker.exists()
    assert sorted(str(path) for path in tmp_path.rglob("*")) == before


def secret(folder: Path) -> tuple[str, str]:
    """Another repository of this machine, with a file whose name can be guessed: its commit and its blob."""
    name = repository(folder, {"secret.py": b"secret = 1\n"}).decode()
    return name, Blob.from_string(b"secret = 1\n").id.decode()


@pytest.mark.parametrize("way", ["alternates", "http-alternates", "commondir", "objects", "fan", "pack"])
def test_objects_of_other_repositories_are_not_read(tmp_path: Path, way: str) -> None:
    name, blob = secret(tmp_path / "private")
    repository(tmp_path / "repo")
    inside, private = tmp_path / "repo/.git", tmp_path / "private/.git"
    if way in ("alternates", "http-alternates"):
        (inside / "objects/info").mkdir(exist_ok=True)
        (inside / "objects/info" / way).write_text(f"{private}/objects\n")
    elif way == "commondir":
        (inside / "commondir").write_text(f"{private}\n")
    elif way == "objects":
        shutil.rmtree(inside / "objects")
        (inside / "objects").symlink_to(private / "objects")
    elif way == "pack":
        with Repo(str(tmp_path / "private")) as repo:
            repo.object_store.pack_loose_objects()
        shutil.rmtree(inside / "objects/pack")
        (inside / "objects/pack").symlink_to(private / "objects/pack")
    else:
        for each in (name, blob):
            shutil.rmtree(inside / "objects" / each[:2], ignore_errors=True)
            (inside / "objects" / each[:2]).symlink_to(private / "objects" / each[:2])
    if way == "objects":
        assert folder_of(str(tmp_path / "repo")) is None
        return
    with pytest.raises(BadCall, match="has no revision"):
        Code.TREES.find(str(tmp_path / "repo"), name)


HEADS = [
    "ref: ../../private/.git/refs/heads/main", "ref: refs/../../../private/.git/HEAD", "ref: HEAD", "",
    "ref: refs/heads/link", "x" * 5000, "ref: refs/heads/main\n" * 99,
]  # fmt: skip


@pytest.mark.parametrize("head", HEADS)
def test_references_that_lead_elsewhere(tmp_path: Path, head: str) -> None:
    secret(tmp_path / "private")
    repository(tmp_path / "repo")
    inside = tmp_path / "repo/.git"
    (inside / "HEAD").write_text(head)
    (inside / "refs/heads/link").symlink_to(tmp_path / "private/.git/refs/heads/main")
    assert Code.TREES.find(str(tmp_path / "repo")).path == str(tmp_path / "repo")


def test_a_git_folder_that_lies_elsewhere_is_not_followed(tmp_path: Path) -> None:
    secret(tmp_path / "private")
    for name in ("file", "link"):
        write(tmp_path / name, {"a.py": b"x = 1\n"})
    (tmp_path / "file/.git").write_text(f"gitdir: {tmp_path}/private/.git\n")
    (tmp_path / "link/.git").symlink_to(tmp_path / "private/.git")
    for name in ("file", "link"):
        path = str(tmp_path / name)
        assert Code.TREES.find(path).path == path
        assert of_files(records(path)).keys() == {"a.py"}


def test_replaced_objects_are_not(tmp_path: Path) -> None:
    name = repository(tmp_path / "repo").decode()
    with Repo(str(tmp_path / "repo")) as repo:
        other = commit(repo, {"other.py": b"x = 1\n"})
    for place in (f"refs/replace/{name}", "info/grafts", "shallow"):
        path = tmp_path / "repo/.git" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{other.decode()}\n")
    assert of_files(records(Code.TREES.find(str(tmp_path / "repo")).path)).keys() == FILES.keys()
    assert Code.TREES.find(str(tmp_path / "repo")).path.endswith(name)


def test_files_of_a_repository(tmp_path: Path) -> None:
    repository(tmp_path / "repo")
    files = RepositoryFiles(str(tmp_path / "repo/.git"))
    (tmp_path / "repo/.git/out").symlink_to(tmp_path)
    (tmp_path / "a").write_text("a")
    assert files.read("HEAD", 3) == b"ref"
    for path in ("out/a", "../../a", "none", "refs", str(tmp_path / "a"), "HEAD\0", "x" * 5000):
        assert (files.read(path, 10), files.open(path)) == (b"", None)
    assert "out" not in dict(files.listed("."))
    assert list(files.listed("out")) == []
