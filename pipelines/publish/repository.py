"""A repository of a data set on the Hub: what is in it, and how it is changed. Bytes go through huggingface_hub."""

import hashlib
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from winnow.pipelines.errors import BadCall, BuildFailed
from winnow.pipelines.files.parquet import sha256_of
from winnow.pipelines.plan.names import DRAWN, REPORT, WRITTEN
from winnow.pipelines.publish.faults import address
from winnow.pipelines.publish.tree import File
from winnow.pipelines.views.finished import Finished

if TYPE_CHECKING:
    from huggingface_hub import CommitOperationAdd, HfApi, RepoFile

KIND = "dataset"
CURE = "huggingface_hub is not installed: pip install 'winnow[hub]'"
_NAME = re.compile(r"[A-Za-z0-9_](?:[\w.-]*[A-Za-z0-9_])?/[A-Za-z0-9_](?:[\w.-]*[A-Za-z0-9_])?", re.ASCII)
_LONGEST = 96
_GROUP_FILES, _GROUP_BYTES, _THREADS = 50, 1 << 28, 5
"""What is uploaded at a time, and by how many threads."""
_SOMETIMES = (REPORT, *DRAWN)
"""Files beside the tables that some trees are without."""


@dataclass(frozen=True)
class State:
    """How a repository is before anything is published."""

    exists: bool
    private: bool
    branch: bool
    """Whether the branch is there."""


class Repository:
    """One branch of one repository. Raises what huggingface_hub raises; `faults` tells it."""

    def __init__(self, name: str, branch: str | None = None) -> None:
        self.name, self.branch = _name(name), branch or "main"
        self._api = _api()

    @property
    def url(self) -> str:
        return f"{address(self._api.endpoint)}/datasets/{self.name}"

    def state(self) -> State:
        from huggingface_hub import errors

        try:
            private = bool(self._api.repo_info(self.name, repo_type=KIND).private)
        except errors.RepositoryNotFoundError:
            return State(False, False, False)
        try:
            self._api.repo_info(self.name, repo_type=KIND, revision=self.branch)
        except errors.RevisionNotFoundError:
            return State(True, private, False)
        return State(True, private, True)

    def prepare(self, private: bool) -> None:
        """Make the repository and the branch where they are not there."""
        state = self.state()
        if private and state.exists and not state.private:
            raise BadCall(f"{self.url} is public: make it private in its settings, or leave out --private")
        if not state.exists:
            self._api.create_repo(self.name, repo_type=KIND, private=private, exist_ok=True)
        if not state.branch and self.branch != "main":
            self._api.create_branch(self.name, repo_type=KIND, branch=self.branch, exist_ok=True)

    def holds(self, build: Finished, files: Sequence[File]) -> list[bool | None]:
        """Of each file: whether it is there with this content; None where there is none of its name."""
        from huggingface_hub import RepoFile

        found = self._api.get_paths_info(self.name, [file.path for file in files], repo_type=KIND, revision=self.branch)
        there = {each.path: each for each in found if isinstance(each, RepoFile)}
        return [_is(build, file, there[file.path]) if file.path in there else None for file in files]

    def there(self, paths: Sequence[str]) -> list[str]:
        """Those of some paths that are there."""
        found = self._api.get_paths_info(self.name, list(paths), repo_type=KIND, revision=self.branch)
        return [each.path for each in found]

    def strangers(self, paths: set[str]) -> Iterator[str]:
        """The files of a tree that are not among `paths`: those of another build that was published here."""
        from huggingface_hub import RepoFile

        for each in self._api.list_repo_tree(self.name, recursive=True, repo_type=KIND, revision=self.branch):
            if (isinstance(each, RepoFile) and each.path not in paths
                    and (each.path.partition("/")[0] in WRITTEN or each.path in _SOMETIMES)):  # fmt: skip
                yield each.path

    def commit(
        self, build: Finished, files: Sequence[File], gone: Sequence[str], message: str,
        shows: Callable[[int], None] = lambda size: None,
    ) -> list[str]:  # fmt: skip
        """One commit, and what the Hub warns of in the card. What it adds is uploaded first, some files at a time, each
        group's bytes told to `shows`; what is up already is not uploaded again."""
        from huggingface_hub import CommitOperationDelete

        adds: list[CommitOperationAdd] = []
        for group in _groups(files):
            adds += (new := [_add(build, file) for file in group])
            self._api.preupload_lfs_files(
                self.name, new, repo_type=KIND, revision=self.branch, free_memory=False, num_threads=_THREADS
            )
            shows(sum(file.size for file in group))
        deletes = [CommitOperationDelete(path, is_folder=False) for path in gone]
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            self._api.create_commit(
                self.name, [*adds, *deletes], commit_message=message, repo_type=KIND, revision=self.branch
            )
        return [str(warning.message) for warning in warned if warning.category is UserWarning]


def _groups(files: Sequence[File]) -> Iterator[list[File]]:
    group: list[File] = []
    for file in files:
        group.append(file)
        if len(group) == _GROUP_FILES or sum(each.size for each in group) >= _GROUP_BYTES:
            yield group
            group = []
    if group:
        yield group


def _add(build: Finished, file: File) -> "CommitOperationAdd":
    """A file to be added. Raises BuildFailed if it is not what was written: what was changed since is not published."""
    from huggingface_hub import CommitOperationAdd

    path = f"{build.root}/{file.path}"
    if file.content is None and sha256_of(build.storage, path) != file.sha256:
        raise BuildFailed(f"{path} is not what was written; winnow ledger {build.root} --check says all that differs")
    add = CommitOperationAdd(file.path, path if file.content is None else file.content)
    add.upload_info.sha256 = bytes.fromhex(file.sha256)  # else the library reads the file once more
    return add


def _name(name: str) -> str:
    """`ORG/NAME`, as the Hub allows it."""
    if not _NAME.fullmatch(name) or len(name) > _LONGEST or "--" in name or ".." in name or name.endswith(".git"):
        raise BadCall(f"--repo {name}: a repository is called ORG/NAME: letters, digits, '-', '_' and '.', "
                      f"at most {_LONGEST} characters")  # fmt: skip
    return name


def _api() -> "HfApi":
    """The library's client, which finds the token where `hf auth login` put it or in HF_TOKEN; BadCall without it."""
    try:
        from huggingface_hub import HfApi
        from huggingface_hub.utils import disable_progress_bars  # type: ignore[attr-defined]
    except ImportError as error:
        raise BadCall(CURE) from error
    disable_progress_bars()
    return HfApi()


def _is(build: Finished, file: File, there: "RepoFile") -> bool:
    """Whether the repository's file is ours; of what lies in git itself it tells git's digest alone."""
    if there.size != file.size:
        return False
    if there.lfs is not None:
        return there.lfs.sha256 == file.sha256
    content = file.content
    if content is None:
        with build.storage.open(f"{build.root}/{file.path}") as stream:
            content = stream.read()
    return there.blob_id == hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
