"""Publishing to a Hub on loopback: what is there afterwards is the tree, whatever happened on the way."""

import dataclasses
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hub_server import READER, Blob, Fault, Hub, Repo

from winnow.pipelines.display import Display
from winnow.pipelines.errors import BadCall, BuildFailed
from winnow.pipelines.plan.names import LENGTHS, REPORT
from winnow.pipelines.publish import send
from winnow.pipelines.publish.repository import Repository
from winnow.pipelines.publish.tree import Tree, tree_of
from winnow.pipelines.views.finished import finished

NAME = "org/corpus"


@pytest.fixture(scope="module")
def tree(build: Path) -> Tree:
    return tree_of(finished(str(build)))


def sent(tree: Tree, private: bool = False, branch: str | None = None) -> send.Changes:
    return send.publish(tree, Repository(NAME, branch), private, Display(sys.stderr, quiet=True))


def contents(tree: Tree) -> dict[str, bytes]:
    root = Path(tree.build.root)
    return {file.path: file.content or (root / file.path).read_bytes() for file in tree.files()}


def test_what_comes_up_is_the_tree(hub: Hub, tree: Tree) -> None:
    done = sent(tree)
    assert hub.tree(NAME) == contents(tree)
    assert (done.new, done.other, done.same, done.gone, done.commits) == (14, 0, 0, 0, 1)
    assert done.bytes == sum(map(len, contents(tree).values()))
    assert {path: blob.lfs for path, blob in hub.repos[NAME].branches["main"].items()} == {
        path: path.endswith(".parquet") for path in tree.paths
    }


def test_a_second_run_uploads_nothing(hub: Hub, tree: Tree) -> None:
    sent(tree)
    puts = [*hub.puts]
    hub.log.clear()
    done = sent(tree)
    assert (done.same, done.bytes, done.commits, hub.puts) == (14, 0, 0, puts)
    assert [line for line in hub.log if line.startswith("PUT") or "commit" in line or "preupload" in line] == []


def test_another_tree_replaces_the_first(hub: Hub, build: Path, tree: Tree) -> None:
    sent(tree_of(finished(str(build)), with_rejected=True))
    hub.repos[NAME].branches["main"] |= {
        "corpus/gone/part-00000.parquet": Blob(b"of an earlier build", True), "LICENSE": Blob(b"theirs", False)
    }  # fmt: skip
    done = sent(tree)
    assert hub.tree(NAME) == contents(tree) | {"LICENSE": b"theirs"}
    assert (done.new, done.other, done.same, done.gone) == (0, 4, 10, 3)


def test_no_report_or_picture_of_an_earlier_build_stays(hub: Hub, tree: Tree) -> None:
    hub.repos[NAME] = Repo(False, {"main": {"pictures/mine.png": Blob(b"theirs", True)}})
    sent(tree)
    rest = {path: content for path, content in tree.made.items() if path not in (REPORT, LENGTHS)}
    done = sent(dataclasses.replace(tree, made=rest))
    left = {path: content for path, content in contents(tree).items() if path not in (REPORT, LENGTHS)}
    assert (hub.tree(NAME), done.gone) == (left | {"pictures/mine.png": b"theirs"}, 2)


def test_a_large_tree_takes_several_commits_and_what_explains_it_is_last(
    hub: Hub, tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(send, "COMMIT", 3)
    hub.repos[NAME] = Repo(False, {"main": {f"rejected/{n}/x.parquet": Blob(b"x", True) for n in range(7)}})
    done = sent(tree)
    assert hub.tree(NAME) == contents(tree)
    commits = hub.repos[NAME].commits
    assert [len(commit) for commit in commits] == [3, 3, 3, 3, 3, 3, 3]
    assert commits[-1] == ["README.md", "ledger.json", "rejected/6/x.parquet"]
    assert (done.commits, done.gone) == (7, 7)


def test_a_repository_is_private_where_that_is_asked_for(hub: Hub, tree: Tree) -> None:
    sent(tree, private=True)
    assert hub.repos[NAME].private is True
    assert sent(tree, private=True).same == 14
    hub.repos[NAME].private = False
    with pytest.raises(BadCall, match="is public: make it private"):
        sent(tree, private=True)


def test_a_branch_is_made_and_the_main_one_left_alone(hub: Hub, tree: Tree) -> None:
    hub.repos[NAME] = Repo(False, {"main": {"README.md": Blob(b"mine", False)}})
    sent(tree, branch="v2/next")
    assert hub.tree(NAME, "v2/next") == contents(tree)
    assert hub.tree(NAME) == {"README.md": b"mine"}


@pytest.mark.parametrize(
    "fault",
    [
        Fault("POST", "/commit/", 503), Fault("POST", "/commit/", 409), Fault("POST", "/commit/", 412),
        Fault("POST", "/commit/", "cut"), Fault("POST", "/paths-info/", 500), Fault("POST", "/repos/create", 502),
        Fault("GET", "/tree/", 504), Fault("GET", "^/api/datasets/", "cut"), Fault("POST", "/commit/", 429, times=2),
    ],
    ids=lambda fault: f"{fault.what} at {fault.path}",
)  # fmt: skip
def test_what_passes_is_tried_again(hub: Hub, tree: Tree, fault: Fault) -> None:
    hub.faults.append(Fault(fault.method, fault.path, fault.what, fault.times))
    done = sent(tree)
    assert hub.tree(NAME) == contents(tree)
    assert (hub.faults[0].times, done.commits) == (0, 1)


def test_a_commit_whose_answer_was_lost_is_not_made_twice(
    hub: Hub, tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    hub.repos[NAME] = Repo(False, {"main": {"keys/x.parquet": Blob(b"of an earlier build", True)}})
    commit, calls = Repository.commit, list[int]()

    def lost(self: Repository, *given: object, **named: object) -> list[str]:
        calls.append(1)
        commit(self, *given, **named)  # type: ignore[arg-type]
        if len(calls) == 1:
            raise ConnectionError("reset by peer")
        return []

    monkeypatch.setattr(Repository, "commit", lost)
    sent(tree)
    assert (len(calls), len(hub.repos[NAME].commits), hub.tree(NAME)) == (2, 1, contents(tree))


@pytest.mark.parametrize(
    ("fault", "kind", "said"),
    [
        (Fault("POST", "/commit/", 500, 9), BuildFailed, "answers 500 at .*/commit/main .for the test.*goes on"),
        (Fault("POST", "/commit/", "cut", 9), BuildFailed, "cannot be reached.*goes on"),
        (Fault("POST", "/commit/", 403, 1), BadCall, "answers 403.*HF_TOKEN"),
        (Fault("POST", "/commit/", 401, 1), BadCall, "answers 401.*hf auth login"),
        (Fault("POST", "/validate-yaml", 400, 1), BuildFailed, "Invalid metadata in README.md|answers 400"),
    ],
)
def test_what_does_not_pass_is_told(
    hub: Hub, tree: Tree, fault: Fault, kind: type[Exception], said: str
) -> None:  # fmt: skip
    hub.faults.append(fault)
    with pytest.raises(kind, match=said):
        sent(tree)
    hub.faults.clear()
    puts = len(hub.puts)
    sent(tree)
    assert hub.tree(NAME) == contents(tree)
    assert len(hub.puts) == puts == len({*hub.puts})


@pytest.mark.parametrize(("token", "said"), [("hf_nobody", "answers 401"), (READER, "answers 403")])
def test_a_token_that_may_not_write(
    hub: Hub, tree: Tree, monkeypatch: pytest.MonkeyPatch, token: str, said: str
) -> None:  # fmt: skip
    monkeypatch.setenv("HF_TOKEN", token)
    with pytest.raises(BadCall, match=said) as failed:
        sent(tree)
    assert token not in str(failed.value)
    assert hub.repos == {}


def test_a_file_that_was_changed_since_is_not_uploaded(hub: Hub, build: Path, tmp_path: Path) -> None:
    shutil.copytree(build, tmp_path / "out")
    tree, part = tree_of(finished(f"{tmp_path}/out")), "corpus/web/unknown/part-00000.parquet"
    content = (build / part).read_bytes()
    (tmp_path / "out" / part).write_bytes(content[:-9] + b"x" + content[-8:])
    with pytest.raises(BuildFailed, match=f"{part} is not what was written"):
        sent(tree)
    assert hub.tree(NAME) == {}


def test_no_more_than_a_commit_is_held(hub: Hub, tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a question nor a commit is of more files."""
    sizes, holds, commit = list[int](), Repository.holds, Repository.commit

    def counted(method: Callable[..., object]) -> Callable[..., object]:
        def call(self: Repository, build: object, files: list[object], *rest: object) -> object:
            sizes.append(len(files))
            return method(self, build, files, *rest)

        return call

    monkeypatch.setattr(send, "COMMIT", 2)
    monkeypatch.setattr(Repository, "holds", counted(holds))
    monkeypatch.setattr(Repository, "commit", counted(commit))
    sent(tree)
    assert sizes == [2] * 14


def test_an_asked_hub_is_not_changed(hub: Hub, tree: Tree) -> None:
    hub.repos[NAME] = Repo(True, {"main": {"README.md": Blob(b"mine", False), "keys/x.parquet": Blob(b"", True)}})
    asked = send.asked(tree, Repository(NAME), print)
    assert asked.state == send.State(True, True, True)
    assert {path for path, holds in asked.holds.items() if holds is None} == tree.paths - {"README.md"}
    assert (asked.holds["README.md"], asked.gone) == (False, ("keys/x.parquet",))
    assert hub.tree(NAME) == {"README.md": b"mine", "keys/x.parquet": b""}
    assert send.asked(tree, Repository(NAME, "next"), print).state == send.State(True, True, False)
    assert send.asked(tree, Repository("org/other"), print).state == send.State(False, False, False)
