"""What a build is a function of beside Winnow: the code of the plug-ins that its recipe names."""

import functools
import hashlib
import sys
from pathlib import Path

from winnow.pipelines.recipe import catalogue
from winnow.pipelines.recipe.model import Recipe, is_foreign


def plugins(recipe: Recipe) -> dict[str, str]:
    """`step long_words` -> `DISTRIBUTION VERSION+DIGEST` of every step and source whose class is somebody else's."""
    steps = [("step", catalogue.STEP_GROUP, step.use, type(step.settings)) for step in recipe.steps]
    sources = [("source", catalogue.SOURCE_GROUP, source.kind, type(source.read)) for source in recipe.sources]
    used: list[tuple[str, str, str, type]] = [*steps, *sources]
    return {f"{word} {use}": _software(group, use, of) for word, group, use, of in used if is_foreign(of)}


@functools.cache
def _software(group: str, use: str, of: type) -> str:
    top = of.__module__.partition(".")[0]
    return f"{catalogue.distribution_of(group, use, top) or top}+{_code(top)}"


def _code(top: str) -> str:
    """16 hex digits of every source file of the package, or of the one file of the module."""
    module, digest = sys.modules[top], hashlib.sha256()
    folders = [Path(folder) for folder in getattr(module, "__path__", ())]
    files = [(file.relative_to(folder).as_posix(), file) for folder in folders for file in folder.rglob("*.py")]
    if not folders and module.__file__:
        files = [("", Path(module.__file__))]
    for name, file in sorted(files):
        digest.update(f"{name}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
