"""Output directories of builds that never ran: the files of one, and what is to be said of it."""

import hashlib
from pathlib import Path
from typing import Any

from small_builds import LOCAL, leave, recipe

from winnow.pipelines.files.parquet import Written
from winnow.pipelines.files.storage import write_bytes
from winnow.pipelines.output.folder import Folder
from winnow.pipelines.plan.unit import Input
from winnow.pipelines.recipe.model import Recipe
from winnow.pipelines.views.beside import beside

ONE, OTHER = recipe(), recipe(about="another")
GIVEN = Input("web", "a.gz", 3, "e")
PART = "corpus/web/en/part-00000.parquet"


def folder(path: Path, made: Recipe = ONE, given: Input = GIVEN) -> Folder:
    return Folder(LOCAL, str(path), made, [given], beside)


def finished(path: Path, made: Recipe = ONE, content: bytes = b"old", **more: Any) -> Folder:
    """A build that ended, with one part file."""
    found = folder(path, made)
    with found.claimed(replace=True):
        complete(found, content, **more)
        found.finish()
    return found


def complete(found: Folder, content: bytes, **more: Any) -> None:
    write_bytes(LOCAL, f"{found.root}/{PART}", content)
    write_bytes(LOCAL, f"{found.root}/work/extract/{found.identity}.json", content)
    write_bytes(LOCAL, f"{found.root}/work/weights/w.json", content)
    files = {PART: Written(1, len(content), hashlib.sha256(content).hexdigest())}
    leave(found.root, found.recipe, found.identity, [], files, **more)


def promised(path: Path) -> dict[str, bytes]:
    """Every file but those of work/."""
    found = {str(p.relative_to(path)): p.read_bytes() for p in path.rglob("*") if p.is_file()}
    return {name: content for name, content in found.items() if not name.startswith("work/")}


def names(path: Path) -> list[str]:
    return sorted(p.name for p in path.iterdir())
