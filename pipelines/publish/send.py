"""Publishing a tree: what would change, and the commits that change it.

A tree of at most COMMIT files is one commit, so that readers see all of it or nothing. A larger one takes several, and
what says what the rest is, README.md and ledger.json, is in the last. After a kill the same call goes on: what is
committed is left alone, what was uploaded for a commit that did not come about is not uploaded again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from winnow.pipelines.display import Display
from winnow.pipelines.errors import BuildFailed
from winnow.pipelines.publish.faults import persistently
from winnow.pipelines.publish.repository import Repository, State
from winnow.pipelines.publish.tree import File, Tree
from winnow.pipelines.views.tabular import plural

COMMIT = 500
"""Files of a commit, and of a question about files: no more of them are held at once."""

_SOON = (1.0,)
"""How long a question waits for the Hub before it does without."""

Item = TypeVar("Item")


@dataclass
class Changes:
    """What publishing changes, or changed: files and their bytes, and the files that go."""

    new: int = 0
    other: int = 0
    """There with another content."""
    same: int = 0
    gone: int = 0
    bytes: int = 0
    """Of the new and the other ones."""
    commits: int = 0

    def add(self, file: File, holds: bool | None) -> None:
        self.new, self.other, self.same = (
            self.new + (holds is None), self.other + (holds is False), self.same + (holds is True)
        )  # fmt: skip
        self.bytes += 0 if holds else file.size


@dataclass(frozen=True)
class Asked:
    """What the Hub said of a repository before anything is published."""

    state: State | None = None
    holds: Mapping[str, bool | None] = field(default_factory=dict)
    """`Repository.holds`, by path."""
    gone: tuple[str, ...] = ()
    failed: str = ""
    """Why it could not be asked."""


def compared(
    tree: Tree, repository: Repository, state: State, say: Callable[[str], None]
) -> Iterator[tuple[File, bool | None]]:
    """Each file of the tree, and whether the repository has it (`Repository.holds`)."""
    for files in batches(tree.files(), COMMIT):
        if not state.branch:
            yield from ((file, None) for file in files)
        else:
            yield from zip(files, persistently(lambda: repository.holds(tree.build, files), say), strict=True)  # noqa: B023


def going(tree: Tree, repository: Repository, state: State, say: Callable[[str], None]) -> list[str]:
    """The files that an earlier tree left there and this one has not."""
    if not state.branch:
        return []
    return persistently(lambda: sorted(repository.strangers(tree.paths)), say)


def asked(tree: Tree, repository: Repository, say: Callable[[str], None]) -> Asked:
    """What publishing would change; nothing is."""
    try:
        state = persistently(repository.state, say, _SOON)
        marks = {file.path: holds for file, holds in compared(tree, repository, state, say)}
        return Asked(state, marks, tuple(going(tree, repository, state, say)))
    except BuildFailed as error:
        return Asked(failed=str(error))


def publish(tree: Tree, repository: Repository, private: bool, display: Display) -> Changes:
    """Make the repository what the tree is. BadCall and BuildFailed say what is wrong."""
    say, done, pending = display.say, Changes(), list[File]()
    persistently(lambda: repository.prepare(private), say)
    state = persistently(repository.state, say)
    with display.stage("uploading", sum(file.size for file in tree.files())) as show:
        commit = _Commits(tree, repository, display, done, lambda size: show(size, 0, 0))
        for file, holds in compared(tree, repository, state, say):
            done.add(file, holds)
            if holds:
                commit.passed += file.size
                continue
            if len(pending) == COMMIT:
                commit(pending, [])
                pending = []
            pending.append(file)
        *early, last = [*batches(going(tree, repository, state, say), COMMIT)] or [[]]
        for gone in early:
            commit([], gone)
        if pending or last:
            commit(pending, last)
    return done


@dataclass
class _Commits:
    """Makes commits, and counts them and the bytes that they took up."""

    tree: Tree
    repository: Repository
    display: Display
    done: Changes
    show: Callable[[int], None]
    passed: int = 0

    def __call__(self, files: Sequence[File], gone: Sequence[str]) -> None:
        message = f"{self.tree.build.ledger.recipe.name}: {plural(len(files), 'file')}"
        message += f", {len(gone):,} gone" if gone else ""
        begun, tried = self.passed, False

        def upload() -> list[str]:
            nonlocal tried
            # a commit whose answer was lost has been made: what it deleted cannot be deleted again
            left = self.repository.there(gone) if tried and gone else gone
            self.passed, tried = begun, True
            return self.repository.commit(self.tree.build, files, left, message, self._shows)

        for warning in persistently(upload, self.display.say):
            self.display.say(warning)
        self.done.commits += 1
        self.done.gone += len(gone)

    def _shows(self, size: int) -> None:
        self.passed += size
        self.show(self.passed)


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    left = iter(items)
    while found := list(islice(left, size)):
        yield found
