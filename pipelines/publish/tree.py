"""The tree of files that is published of a finished build, and what stays behind.

The files of the tables go as they are. What quotes them or names them, the card first of all, is made anew from a
ledger of the published copy, so that nothing in the tree points at, or has a text of, what is not in it.
"""

import dataclasses
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from winnow.pipelines.corpus.finished_files import NotHeld
from winnow.pipelines.errors import BadCall, BuildFailed
from winnow.pipelines.files.storage import json_text
from winnow.pipelines.files.typed import to_json
from winnow.pipelines.ledger import files, tables
from winnow.pipelines.ledger.damage import examined
from winnow.pipelines.ledger.types import Entry, Ledger
from winnow.pipelines.plan.names import KEYS, LEDGER, LOCK, README, REJECTED, REPORT, RUN, WORK
from winnow.pipelines.views.beside import beside
from winnow.pipelines.views.card import personal
from winnow.pipelines.views.card.distribution import unknown
from winnow.pipelines.views.finished import Finished
from winnow.pipelines.views.report.recipe import recipe_of
from winnow.pipelines.views.report.written import page_of

WHY = {
    REJECTED: "what was dropped, with its texts, personal data and licenses: --with-rejected",
    KEYS: "hashes for later builds (winnow build --against): --with-keys",
    WORK: "intermediate files",
    RUN: "times and machine of the run",
}
"""What is left out, and why or by which option it is not."""
_FAULTS = 3
"""Faults of a build that are told."""


@dataclass(frozen=True)
class File:
    """A file of the tree."""

    path: str
    """In the repository, and under the build's directory if it lies there."""
    size: int
    """In bytes."""
    sha256: str
    content: bytes | None = None
    """Of what is made for the tree; None of what lies in the build."""


@dataclass(frozen=True)
class Tree:
    """What is published of a build."""

    build: Finished
    """Its ledger is that of the published copy."""
    made: Mapping[str, bytes]
    """The files that are not those of the build, the last ones to be written."""
    left_out: Mapping[str, tuple[int, int]]
    """(files, bytes) of the folders that stay behind, by name."""

    def files(self) -> Iterator[File]:
        """By path, but those that say what the rest is come last."""
        ledger = self.build.ledger
        for path, written in sorted(ledger.files.items()):
            yield File(path, written.bytes, written.sha256)
        size = self.build.storage.size(f"{self.build.root}/{LOCK}") or 0
        yield File(LOCK, size, ledger.recipe.sha256)
        for path, content in self.made.items():
            yield File(path, len(content), hashlib.sha256(content).hexdigest(), content)

    @property
    def paths(self) -> set[str]:
        return {*self.build.ledger.files, LOCK, *self.made}


def tree_of(build: Finished, with_rejected: bool = False, with_keys: bool = False) -> Tree:
    """The tree of a build whose files have the names and sizes of its ledger.

    Raises BuildFailed if they have not, BadCall if the build is itself a copy without what is asked for.
    """
    asked = {REJECTED: with_rejected, KEYS: with_keys}
    for folder in build.ledger.left_out:
        if asked.get(folder):
            raise BadCall(f"{build.root} is a copy that was published without {folder}/; publish the build itself")
    _whole(build)
    left_out = tuple(sorted({*build.ledger.left_out, *(folder for folder, wanted in asked.items() if not wanted)}))
    behind: dict[str, tuple[int, int]] = {}
    for path, written in build.ledger.files.items():
        if (folder := path.partition("/")[0]) in left_out:
            number, size = behind.get(folder, (0, 0))
            behind[folder] = number + 1, size + written.bytes
    published = dataclasses.replace(build, ledger=published_ledger(build.ledger, left_out))
    return Tree(published, _made(published), behind)


def published_ledger(ledger: Ledger, left_out: tuple[str, ...]) -> Ledger:
    """The ledger of a copy without some folders: it names the files that are there, and quotes no others."""
    kept = {path: of for path, of in ledger.files.items() if path.partition("/")[0] not in left_out}
    examples = ledger.examples
    if REJECTED in left_out:
        examples = dataclasses.replace(examples, rejected={})
    return dataclasses.replace(ledger, files=kept, examples=examples, left_out=left_out)


def remarks(tree: Tree) -> list[str]:
    """What a publisher may want to know before others read it, a line each."""
    ledger, said = tree.build.ledger, list[str]()
    absolute = next((entry.file for entry in _entries(tree.build) if entry.file.startswith("/")), None)
    if absolute is not None:
        said.append(f"rows and ledger/ name the input files as they were given, absolute paths among them: {absolute}")
    earlier = [each.path for each in ledger.against if each.path.startswith("/")]
    if earlier:
        said.append(f"ledger.json names earlier builds by absolute paths: {', '.join(earlier)}")
    if personal.masked(ledger):
        said.append("what steps masked can be read in the column `edits` of corpus/ and in report.html")
    if untold := unknown(ledger.kept.license):
        said.append(f"the license of {untold:,} of {ledger.total.kept.documents:,} documents is not known")
    return said


def _made(build: Finished) -> dict[str, bytes]:
    """Path -> content of what is made for the tree; card and ledger last."""
    storage, root, ledger = build.storage, build.root, build.ledger
    made = {path: text.encode() for path, text in beside(ledger).items()}
    if storage.size(f"{root}/{REPORT}") is not None:
        made[REPORT] = page_of(storage, root, ledger, recipe_of(storage, root)).encode()
    return made | {README: made.pop(README), LEDGER: json_text(to_json(ledger)).encode()}


def _whole(build: Finished) -> None:
    faults = examined(build.storage, build.root, build.ledger, beside, lambda path, written, whole: ())
    if faults:
        more = f" and {len(faults) - _FAULTS:,} more" if len(faults) > _FAULTS else ""
        told = "; ".join(str(fault) for fault in faults[:_FAULTS])
        raise BuildFailed(f"{build.root} is not what was built: {told}{more}; winnow ledger {build.root} --check says "
                          "all that differs")  # fmt: skip


def _entries(build: Finished) -> Iterator[Entry]:
    path = f"{build.root}/{tables.FILES.path}"
    try:
        with build.storage.open(path) as stream:
            yield from files.read(stream)
    except (NotHeld, OSError) as error:
        raise BuildFailed(f"{path} cannot be read: {error}") from error
