"""The output directory: whose it is, whether it is done, and how it is replaced."""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipelines import lock
from pipelines.chunks import Input
from pipelines.recipe import Recipe
from pipelines.storage import Storage, read_bytes, read_json, write_json
from pipelines.strict import BadCall


class Folder:
    """DIR of one build. `root` is where files are written: DIR itself, or beside it while it is replaced."""

    def __init__(self, storage: Storage, path: str, recipe: Recipe, inputs: Sequence[Input]) -> None:
        self.storage, self.path, self.root = storage, path.rstrip("/"), path.rstrip("/")
        self.recipe = recipe
        self.identity = lock.digest(lock.table_of(recipe), [(i.source, i.path, i.size, i.ends) for i in inputs])
        self._replacing = False

    @contextlib.contextmanager
    def claimed(self, replace: bool) -> Iterator[None]:
        """Hold the directory for this build; BadCall if it is another's, or holds other things."""
        found = self._found()
        if found not in (None, self.identity):
            if not replace:
                raise BadCall(f"{self.path} holds another build, of another recipe or other inputs; "
                              "give --replace to replace it, or another --output")  # fmt: skip
            self._aside()
        with self._locked():
            write_json(self.storage, f"{self.root}/work/build.json", {"identity": self.identity})
            self._sweep()
            yield

    def _found(self) -> str | None:
        """The identity of the build that is here; None where there is nothing."""
        for name in ("work/build.json", "ledger.json"):
            if self.storage.size(f"{self.path}/{name}") is not None:
                return str(read_json(self.storage, f"{self.path}/{name}").get("identity", "unknown"))
        if self.storage.files(self.path):
            raise BadCall(f"{self.path} is not empty and not a build; give an empty or a new directory as --output")
        return None

    def _aside(self) -> None:
        """Build beside the old directory; finished chunks of inputs that are the same are taken along."""
        if "://" in self.path:
            raise BadCall(f"--replace swaps whole directories, which {self.path} cannot; give another --output")
        self.root, self._replacing = f"{self.path}.replacing", True
        for name in ("scan", "ingest", "keys"):
            old, new = Path(self.path, "work", name), Path(self.root, "work", name)
            if old.is_dir() and not new.is_dir():
                shutil.copytree(old, new, copy_function=os.link)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """One build at a time in a local directory."""
        if "://" in self.root:
            yield
            return
        os.makedirs(f"{self.root}/work", exist_ok=True)
        with open(f"{self.root}/work/lock", "w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise BadCall(f"{self.path}: another build is running there") from error
            yield

    def _sweep(self) -> None:
        """Remove what a killed build was writing aside."""
        for path in self.storage.files(self.root):
            if os.path.basename(path).startswith(".aside-"):
                self.storage.delete(path)

    def done(self) -> bool:
        """Whether everything is there, made by these very versions; if not, an old ledger goes first."""
        ledger, locked = f"{self.root}/ledger.json", f"{self.root}/recipe.lock.toml"
        if self.storage.size(ledger) is None:
            return False
        same = (
            self.storage.size(locked) is not None
            and read_bytes(self.storage, locked) == lock.write_lock(self.recipe).encode()
        )
        if same and read_json(self.storage, ledger).get("identity") == self.identity:
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
        self.root = self.path
