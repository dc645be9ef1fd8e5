"""Packages of somebody else's: modules in a folder, and what pip would write of a distribution beside them."""

import os
import sys
from pathlib import Path

SRC = Path(__file__).resolve().parents[2] / "src"

FILTER = """\
from dataclasses import dataclass
from typing import ClassVar

from winnow.filters.rules import Rule


@dataclass(frozen=True)
class Bangs:
    RULES: ClassVar[tuple[Rule, ...]] = (Rule("bangs", max=2.0),)

    def measure(self, document, text):
        return {"bangs": float(text.string.count("!"))}
"""
"""The least filter."""


def module(folder: Path, name: str, source: str = FILTER) -> Path:
    """Write a module, `a.b` into a package, and return its file."""
    file = folder.joinpath(*name.split(".")).with_suffix(".py")
    file.parent.mkdir(parents=True, exist_ok=True)
    if "." in name:
        (file.parent / "__init__.py").touch()
    file.write_text(source, encoding="utf-8")
    return file


def distribution(folder: Path, name: str, version: str, points: str, files: str = "") -> None:
    """Write what an installed distribution has of metadata: `points` is its entry_points.txt."""
    about = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (about / "entry_points.txt").write_text(points)
    (about / "top_level.txt").write_text(files)


def environment(*folders: Path) -> dict[str, str]:
    """Of a child that finds Winnow here and the modules in these folders."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (SRC, *folders)))}


def forget(*names: str) -> None:
    """Let modules be imported anew."""
    for name in [name for name in sys.modules if name.partition(".")[0] in names]:
        del sys.modules[name]
