"""The libraries that modules of ours run, and what those require, with their versions."""

import functools
from collections.abc import Iterable, Iterator
from importlib import metadata

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from winnow.pipelines.software.closure import distributions, libraries_of
from winnow.pipelines.software.modules import OURS

NO_BYTE = {
    OURS: "is named by a digest of its code",
    "grpcio": "names an error of Beam's threads",
    "packaging": "reads what a library requires, here",
    "huggingface-hub": "publishes a finished build",
    "rich": "shows a running build",
    "tokenizers": "counts tokens of a finished build",
    "tomli-w": "writes recipe.lock.toml, whose sha256 the ledger holds",
    "babel": "names of languages, for crawlers",
    "certifi": "network",
    "filelock": "network",
    "requests": "network",
    "requests-file": "network",
    "urllib3": "network",
    "pybind11": "compiles",
    "pycparser": "compiles",
    "setuptools": "compiles",
    "six": "Python 2",
    "typing-extensions": "types",
}
"""Libraries through which no byte of a corpus passes. A plug-in that imports one has it counted all the same."""
ALONE = ("apache-beam",)
"""Libraries of which a build uses little: their version stands for what they require."""


@functools.cache
def libraries(modules: frozenset[str]) -> dict[str, str]:
    """name -> version of every distribution that these modules import, and of all that those require, by name."""
    left: list[tuple[str, str]] = [
        (name, "")
        for imported, by_strangers in libraries_of(modules).items()
        for name in map(canonicalize_name, distributions()[imported])
        if by_strangers or name not in NO_BYTE
    ]
    seen, found = set[tuple[str, str]](), dict[str, str]()
    while left:
        asked = left.pop()
        if asked in seen:
            continue
        seen.add(asked)
        if (here := _installed(asked[0])) is None:  # once it is installed, the list is another
            continue
        found[asked[0]], needs = here
        if asked[0] not in ALONE:
            left += _required(needs, asked[1])
    return dict(sorted(found.items()))


@functools.cache
def _installed(name: str) -> tuple[str, list[Requirement]] | None:
    """The version of a distribution and what it requires, or None where it is not installed."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None
    return about["Version"], [Requirement(line) for line in about.get_all("Requires-Dist") or ()]


def _required(needs: Iterable[Requirement], extra: str) -> Iterator[tuple[str, str]]:
    """(name, extra) of those of a distribution's requirements that it has here, with this extra."""
    for need in needs:
        required = canonicalize_name(need.name)
        if required not in NO_BYTE and (need.marker is None or need.marker.evaluate({"extra": extra})):
            yield from ((required, one) for one in ("", *need.extras))
