"""The output directory: whose it is, whether it is done, and how it is replaced."""

import contextlib
import os
import re
import shutil
from collections.abc import Container, Iterator, Mapping, Sequence
from pathlib import Path

from winnow.pipelines.digest import digest
from winnow.pipelines.errors import BadCall, BuildFailed
from winnow.pipelines.files.storage import ASIDE, Storage, is_remote, read_json, write_json
from winnow.pipelines.ledger import book, tables
from winnow.pipelines.ledger.damage import Card, damage
from winnow.pipelines.output import swap
from winnow.pipelines.output.path import require_apart, resolved
from winnow.pipelines.plan.earlier import Earlier
from winnow.pipelines.plan.names import (
    BESIDE_KEYS,
    BUILD,
    CLUSTERS,
    CORPUS,
    DRAWN,
    FILES,
    FOLDERS,
    KEYS,
    LEDGER,
    LEDGER_FOLDER,
    LOCK,
    ONCE,
    PART,
    PICTURES,
    REJECTED,
    REUSED,
    WORK,
    WRITTEN,
)
from winnow.pipelines.plan.unit import Input
from winnow.pipelines.recipe import lock
from winnow.pipelines.recipe.model import Recipe

UNKNOWN = "unknown"
"""The identity of a build that cannot be told any more."""
_ASIDE = rf"{re.escape(ASIDE)}[^/]*"
_LEDGER_TABLES = "|".join(re.escape(table.path) for table in tables.TABLES)
_WRITTEN = re.compile(
    rf"({CORPUS}/[^/]+/[^/]+|{REJECTED}/[^/]+|{CLUSTERS}|{KEYS})/({PART}|{_ASIDE})"
    rf"|{KEYS}/({BESIDE_KEYS})|{_LEDGER_TABLES}|{'|'.join(map(re.escape, DRAWN))}|({LEDGER_FOLDER}|{PICTURES})/{_ASIDE}"
)


class Folder:
    """DIR of one build. `root` is where files are written: DIR itself, or beside it while it is replaced."""

    def __init__(
        self, storage: Storage, path: str, recipe: Recipe, inputs: Sequence[Input], card: Card,
        against: Sequence[Earlier] = (),
    ) -> None:  # fmt: skip
        self.storage, self.recipe, self.card = storage, recipe, card
        self.path = self.root = resolved(path)
        self.shown = path.rstrip("/")
        """As the user spells it."""
        self._inputs = [i.path for i in inputs]
        given, lists = [(i.source, i.path, i.size, i.ends) for i in inputs], lock.lists(recipe.steps)
        earlier = [(each.path, each.identity, each.files) for each in against]
        self.identity = digest(
            lock.table_of(recipe), given, *([lists] if lists else []), *([{"against": earlier}] if earlier else []),
            *([{"notes": recipe.notes.text}] if recipe.notes else []),
        )  # fmt: skip
        self.stands = ""
        """What is to be said where the build is there and nothing is left to do."""
        self._replacing, self._remote = False, is_remote(path)

    @contextlib.contextmanager
    def claimed(self, replace: bool) -> Iterator[None]:
        """Hold the directory for this build; BadCall if it is another's, or holds other things.

        BuildFailed if it holds this very build, finished, and a file of it is not what was written.
        """
        if not self._remote:
            swap.recover(self.path)
        self._found()  # nothing is written where something else is
        require_apart(self.path, self._inputs)
        self._is_other(replace)
        with contextlib.ExitStack() as held:
            self._lock(held, self.path)
            if self._is_other(replace) or not self._stays(replace):  # asked again: a build may have ended there since
                self._begin_replacing(held)
            if not self.stands:
                try:
                    write_json(self.storage, f"{self.root}/{BUILD}", {"identity": self.identity})
                except OSError as error:  # a bucket that may be listed and not written
                    raise BadCall(f"{self.path} cannot be written: {error}") from error
                self._sweep()
            yield

    def _lock(self, held: contextlib.ExitStack, folder: str) -> None:
        if not self._remote:  # nothing can be locked there
            held.enter_context(swap.locked(folder, self.shown))

    def _is_other(self, replace: bool) -> bool:
        """Whether what is there must be replaced, of whatever build it is; BadCall where it may not."""
        found = self._found()
        if found in (None, self.identity):
            return False
        if not replace and found == UNKNOWN:
            name = BUILD if self.storage.size(f"{self.path}/{LEDGER}") is None else LEDGER
            raise BuildFailed(f"{self.shown}/{name} is damaged, so that nobody knows whose build it was; {self._cure}")
        if not replace:
            raise BadCall(f"{self.shown} holds another build, of another recipe, other inputs or other --against; "
                          "give --replace to replace it, or another --output")  # fmt: skip
        self.require_replaceable()
        return True

    def _found(self) -> str | None:
        """The identity of the build that is here; None where there is nothing."""
        if self.storage.size(self.path) is not None:
            raise BadCall(f"{self.shown} is a file; give a new or an empty directory as --output")
        found = self._identity_in(self.path)
        if found is None and any(not swap.is_trace(file) for file in self.storage.files(self.path)):
            raise BadCall(f"{self.shown} is not empty and not a build; give an empty or a new directory as --output")
        return found

    def _identity_in(self, folder: str) -> str | None:
        """None where no build is. A ledger.json alone may be anybody's: it counts if it can be read as ours."""
        there = [name for name in (LEDGER, BUILD) if self.storage.size(f"{folder}/{name}") is not None]
        for name in there:
            with contextlib.suppress(ValueError, RecursionError, OSError):
                value = read_json(self.storage, f"{folder}/{name}")
                if isinstance(value, dict) and isinstance(value.get("identity"), str):
                    return str(value["identity"])
        ours = BUILD in there or (there and self.storage.size(f"{folder}/{LOCK}") is not None)
        return UNKNOWN if ours else None

    @property
    def _cure(self) -> str:
        if self._remote:
            return "mend it, or give another --output"
        return "--replace builds it anew"

    def _stays(self, replace: bool) -> bool:
        """Whether this build, begun or finished, is not replaced; BuildFailed if it is finished but damaged."""
        if self.storage.size(f"{self.path}/{LEDGER}") is None:
            return True
        try:
            made = book.load(self.storage, self.path)
            faults = damage(self.storage, self.path, made, self.card)
        except (book.BrokenLedger, book.OtherFormat) as error:
            if replace:
                self.require_replaceable()
                return False
            if isinstance(error, BuildFailed):
                raise type(error)(f"{error}; {self._cure}") from error
            self.stands = f"{self.shown} stands as it was built, by another version: {error}; {self._cure}"
            return True
        if faults and not replace:
            more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
            raise BuildFailed(f"{self.shown} is finished, but damaged: {faults[0]}{more}; {self._cure}")
        changed, gone = _changes(made.versions, lock.made_by(self.recipe)), made.forgotten.total
        if replace and (faults or changed or gone.records):
            self.require_replaceable()
            return False
        self.stands = (
            f"{self.shown} stands as it was built, by other versions: {', '.join(changed)}; --replace builds it anew"
            if changed
            else f"{self.shown} is done already: same recipe, same inputs, same versions."
        )
        if gone.records:
            self.stands += (
                f" Since then {gone.records:,} of its records were forgotten; --replace would bring them back, where "
                "they are in the inputs still"
            )
        return True

    def require_replaceable(self) -> None:
        """BadCall where whole directories cannot be swapped, or where files of the user's would go with the build."""
        if self._remote:
            raise BadCall(f"--replace swaps whole directories, which {self.shown} cannot; give another --output")
        for name in sorted(os.listdir(self.path)):
            if name not in (*FILES, *FOLDERS) and not name.startswith(ASIDE):
                self._refuse(name)
        for folder in (*WRITTEN, PICTURES):
            for path in self.storage.files(f"{self.path}/{folder}"):
                if not _WRITTEN.fullmatch(name := path.removeprefix(f"{self.path}/")):
                    self._refuse(name)

    def _refuse(self, name: str) -> None:
        raise BadCall(f"{self.shown}/{name} is no file of a build, and --replace would remove it; move it away first")

    def _begin_replacing(self, held: contextlib.ExitStack) -> None:
        """Build beside the old directory; finished units of inputs that are the same are taken along."""
        self.root = swap.begin(self.path)
        self._lock(held, self.root)
        swap.mark(self.root)
        self._replacing = True
        if self._identity_in(self.root) not in (None, self.identity):  # left by a replacement that was given up
            for file in Path(self.root).iterdir():
                if file.name != WORK:
                    self.storage.delete(str(file))
            for name in ONCE:
                self.storage.delete(f"{self.root}/{WORK}/{name}")
        for name in REUSED:
            old, new = Path(self.path, WORK, name), Path(self.root, WORK, name)
            if old.is_dir() and not new.is_dir():
                half = new.with_name(f"{name}.half")
                shutil.rmtree(half, ignore_errors=True)
                shutil.copytree(old, half, copy_function=_link)
                half.rename(new)
        self._end_replacing()

    def _end_replacing(self) -> None:
        """What was killed when only the swap was left to do."""
        if self.storage.size(f"{self.root}/{LEDGER}") is None:
            return
        with contextlib.suppress(book.BrokenLedger, book.OtherFormat):
            made = book.load(self.storage, self.root)
            same = made.versions == lock.made_by(self.recipe) and not made.forgotten.total.records
            if same and not damage(self.storage, self.root, made, self.card):
                self.finish()
                self.stands = f"{self.shown} is done: it was built before, and has now been put in place."
                return
        self.storage.delete(f"{self.root}/{LEDGER}")

    def finish(self) -> None:
        """Put a replacement in place of the old directory."""
        if self._replacing:
            swap.end(self.path)
            self.root, self._replacing = self.path, False

    def tidy(self, files: Container[str]) -> None:
        """Remove what other versions or killed builds wrote in the tables: readers' patterns would find it."""
        for table in WRITTEN:
            for path in self.storage.files(f"{self.root}/{table}"):
                name = path.removeprefix(f"{self.root}/")
                if name not in files and _WRITTEN.fullmatch(name):
                    self.storage.delete(path)

    def _sweep(self) -> None:
        """Remove what a killed build was writing aside; nobody else writes where a lock is held."""
        if self._remote:
            return
        own = [file for folder in FOLDERS for file in self.storage.files(f"{self.root}/{folder}")]
        beside = [f"{self.root}/{name}" for name in os.listdir(self.root) if name.endswith(FILES)]
        for path in (*own, *beside):
            if os.path.basename(path).startswith(ASIDE):
                self.storage.delete(path)


def _changes(made: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Every name with another version, as `numpy 2.0 -> 2.1`."""
    both = {name: (made.get(name, "none"), now.get(name, "none")) for name in (*now, *made)}
    return [f"{name} {before} -> {after}" for name, (before, after) in both.items() if before != after]


def _link(source: str, target: str) -> None:
    """Files of work/ are replaced, never changed: a second name does, where the file system has such."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
