"""The output directory: whose it is, whether it is done, and how it is replaced."""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipelines import lock
from pipelines.chunks import Input
from pipelines.errors import BadCall
from pipelines.recipe import Recipe
from pipelines.storage import ASIDE, Storage, read_bytes, read_json, write_json

REUSED = ("scan", "ingest", "keys")
"""Folders of work/ whose files hold for any build of the same inputs."""


class Folder:
    """DIR of one build. `root` is where files are written: DIR itself, or beside it while it is replaced."""

    def __init__(self, storage: Storage, path: str, recipe: Recipe, inputs: Sequence[Input]) -> None:
        self.storage, self.path, self.root = storage, path.rstrip("/"), path.rstrip("/")
        self.recipe = recipe
        self.identity = lock.digest(lock.table_of(recipe), [(i.source, i.path, i.size, i.ends) for i in inputs])
        self._replacing, self._remote = False, "://" in path

    @contextlib.contextmanager
    def claimed(self, replace: bool) -> Iterator[None]:
        """Hold the directory for this build; BadCall if it is another's, or holds other things."""
        self._recover()
        found = self._found()
        if found not in (None, self.identity):
            if not replace:
                raise BadCall(f"{self.path} holds another build, of another recipe or other inputs; "
                              "give --replace to replace it, or another --output")  # fmt: skip
            if self._remote:
                raise BadCall(f"--replace swaps whole directories, which {self.path} cannot; give another --output")
            if os.path.exists(f"{self.path}.replaced"):
                raise BadCall(f"{self.path}.replaced is in the way; remove it and run the same command again")
            self.root, self._replacing = f"{self.path}.replacing", True
        with contextlib.ExitStack() as held:
            for folder in dict.fromkeys((self.path, self.root)):  # nobody may build in what is to be replaced
                held.enter_context(self._locked(folder))
            if self._replacing:
                self._inherit()
            write_json(self.storage, f"{self.root}/work/build.json", {"identity": self.identity})
            self._sweep()
            yield

    def _found(self) -> str | None:
        """The identity of the build that is here; None where there is nothing."""
        found = self._identity_in(self.path)
        if found is not None:
            return found
        if self.storage.size(self.path) is not None:
            raise BadCall(f"{self.path} is a file; give a new or an empty directory as --output")
        if any(not _is_trace(file) for file in self.storage.files(self.path)):
            raise BadCall(f"{self.path} is not empty and not a build; give an empty or a new directory as --output")
        return None

    def _identity_in(self, folder: str) -> str | None:
        for name in ("work/build.json", "ledger.json"):
            if self.storage.size(f"{folder}/{name}") is not None:
                return str(read_json(self.storage, f"{folder}/{name}").get("identity", "unknown"))
        return None

    def _inherit(self) -> None:
        """Build beside the old directory; finished chunks of inputs that are the same are taken along."""
        if self._identity_in(self.root) not in (None, self.identity):  # left by a replacement that was given up
            for file in Path(self.root).iterdir():
                if file.name != "work":
                    self.storage.delete(str(file))
            for name in ("dedup", "weights", "write"):
                self.storage.delete(f"{self.root}/work/{name}")
        for name in REUSED:
            old, new = Path(self.path, "work", name), Path(self.root, "work", name)
            if old.is_dir() and not new.is_dir():
                half = new.with_name(f"{name}.half")
                shutil.rmtree(half, ignore_errors=True)
                shutil.copytree(old, half, copy_function=os.link)
                half.rename(new)

    @contextlib.contextmanager
    def _locked(self, folder: str) -> Iterator[None]:
        """One build at a time in a local directory."""
        if self._remote:
            yield
            return
        try:
            os.makedirs(f"{folder}/work", exist_ok=True)
            file = open(f"{folder}/work/lock", "w")  # noqa: SIM115  closed below; what may fail here is only the opening
        except OSError as error:
            raise BadCall(f"{folder} cannot be written: {error}") from error
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise BadCall(f"{self.path}: another build is running there") from error
            yield

    def _sweep(self) -> None:
        """Remove what a killed build was writing aside."""
        for path in self.storage.files(self.root):
            if os.path.basename(path).startswith(ASIDE):
                self.storage.delete(path)

    def done(self) -> bool:
        """Whether every file is there, made by these very versions; if not, an old ledger goes first."""
        ledger, locked = f"{self.root}/ledger.json", f"{self.root}/recipe.lock.toml"
        if self.storage.size(ledger) is None:
            return False
        same = (
            self.storage.size(locked) is not None
            and read_bytes(self.storage, locked) == lock.write_lock(self.recipe).encode()
        )
        made = read_json(self.storage, ledger) if same else {}
        if made.get("identity") == self.identity and all(
            self.storage.size(f"{self.root}/{path}") == file["bytes"] for path, file in made["files"].items()
        ):
            self.finish()  # what was killed on the last step
            return True
        self.storage.delete(ledger)
        return False

    def finish(self) -> None:
        """Put a replacement in place of the old directory."""
        if not self._replacing:
            return
        old = f"{self.path}.replaced"
        os.rename(self.path, old)
        os.rename(self.root, self.path)
        shutil.rmtree(old)
        self.root, self._replacing = self.path, False

    def _recover(self) -> None:
        """End the swap of a build that was killed in the middle of it."""
        new, old = f"{self.path}.replacing", f"{self.path}.replaced"
        if self._remote or self._identity_in(old) is None:
            return
        if not os.path.exists(self.path):
            os.rename(new if self._identity_in(new) is not None else old, self.path)
        if os.path.exists(old):
            shutil.rmtree(old)


def _is_trace(path: str) -> bool:
    """Whether a build leaves this file before it can say whose the directory is."""
    return path.endswith("/work/lock") or os.path.basename(path).startswith(ASIDE)
