"""What a build is a function of, written out: the recipe with every default, models, definitions, versions.

Its digests name the pieces of work, so that nothing made by another recipe or another version is taken up again.
"""

import dataclasses
import functools
import hashlib
import json
import platform
from importlib import metadata, resources
from pathlib import Path, PurePath
from typing import Any

import tomli_w

from winnow.filters.text import DEFINITIONS
from winnow.pipelines.recipe.model import Recipe, Step

LIBRARIES = (
    "warcio", "isal", "brotli", "charset-normalizer", "trafilatura", "htmldate", "courlan", "justext", "lxml",
    "lxml_html_clean", "dateparser", "python-dateutil", "pytz", "tzlocal", "regex", "tld", "tldextract", "idna",
    "fasttext", "datasketch", "numpy", "scipy", "pyarrow", "apache-beam",
)  # fmt: skip
"""Every library whose code a byte of the corpus passes through."""


def table_of(recipe: Recipe) -> dict[str, Any]:
    """The recipe as the TOML table that would make it again, every default written out."""
    return {
        "name": recipe.name,
        "about": recipe.about,
        "rejected_text": recipe.rejected_text,
        "max_dropped_share": recipe.max_dropped_share,
        "max_error_share": recipe.max_error_share,
        "source": [
            {k: v for k, v in (("name", s.name), ("kind", s.kind), ("license", s.license)) if v is not None}
            | {"read": settings_of(s.read)}
            for s in recipe.sources
        ],
        "extract": _extract(recipe),
        "step": [_step(s) for s in recipe.steps],
        "dedup": {
            "exact": recipe.dedup.exact,
            "near": settings_of(recipe.dedup.near) if recipe.dedup.near is not None else "off",
        },
        "output": settings_of(recipe.output),
    }


def _extract(recipe: Recipe) -> dict[str, Any] | list[dict[str, Any]]:
    rest = settings_of(recipe.extract)
    named = [{"sources": list(e.sources)} | settings_of(e.settings) for e in recipe.extracts]
    return [rest, *named] if named else rest


def _step(step: Step) -> dict[str, Any]:
    table: dict[str, Any] = {"use": step.use, "name": step.name}
    table |= ({"sources": list(step.sources)} if step.sources else {}) | settings_of(step.settings)
    for key in getattr(type(step.settings), "FILES", ()):
        table[key] = PurePath(table[key]).name  # the folder is the user's; the digest of the list is locked
    if step.rules:
        table["limits"] = {
            r.name: {k: v for k, v in (("min", r.min), ("max", r.max)) if v is not None} or "off" for r in step.rules
        }
    return table


def settings_of(settings: Any) -> dict[str, Any]:
    """The fields of a settings object as TOML values; None, which TOML lacks, is left out."""
    values = {f.name: getattr(settings, f.name) for f in dataclasses.fields(settings)}
    return {k: list(v) if isinstance(v, tuple) else v for k, v in values.items() if v is not None}


def lock(recipe: Recipe) -> dict[str, Any]:
    """The whole of recipe.lock.toml; loading it as a recipe needs its [locked] table taken out."""
    return table_of(recipe) | {
        "locked": {"definitions": dict(DEFINITIONS), "versions": versions(), "lists": lists(recipe)}
    }


def write_lock(recipe: Recipe) -> str:
    return tomli_w.dumps(lock(recipe))


def sha256(recipe: Recipe) -> str:
    """Of recipe.lock.toml: what the build is a function of, beside its inputs."""
    return hashlib.sha256(write_lock(recipe).encode()).hexdigest()


@functools.cache
def versions() -> dict[str, str]:
    """Versions of our code (a digest of its files), of Python (it brings Unicode's tables) and of `LIBRARIES`."""
    digest = hashlib.sha256()
    for package in ("filters", "pipelines"):
        folder = Path(str(resources.files(f"winnow.{package}")))
        for file in sorted(folder.rglob("*.py")):
            name = file.relative_to(folder.parent).as_posix()
            digest.update(f"{name}\0".encode() + file.read_bytes() + b"\0")
    ours = {"winnow": f"{metadata.version('winnow')}+{digest.hexdigest()[:16]}", "python": platform.python_version()}
    return ours | {name: metadata.version(name) for name in LIBRARIES}


def lists(recipe: Recipe) -> dict[str, str]:
    """The sha256 of every word list and domain list that a step reads."""
    found = {}
    for step in recipe.steps:
        for key in getattr(type(step.settings), "FILES", ()):
            path = getattr(step.settings, key)
            if path:
                with open(path, "rb") as file:
                    found[f"{step.name}.{key}"] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def ingest_digest(recipe: Recipe, source: str) -> str:
    """Names what reading, extraction and the steps make of one source: of what is for others it says nothing."""
    own = tuple(dataclasses.replace(step, sources=()) for step in recipe.steps_of(source))
    alone = dataclasses.replace(recipe, extract=recipe.extract_of(source), extracts=(), steps=own)
    table = table_of(alone)
    part = {k: table[k] for k in ("extract", "step", "rejected_text")}
    part["source"] = next(s for s in table["source"] if s["name"] == source)
    return digest(part, versions(), lists(alone))


def dedup_digest(recipe: Recipe) -> str:
    return digest(table_of(recipe)["dedup"], versions())


def output_digest(recipe: Recipe) -> str:
    return digest(table_of(recipe)["output"], versions())


def digest(*values: Any) -> str:
    """32 hex digits of the canonical JSON of `values`."""
    text = json.dumps(values, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
