"""Which files say something of licences, told by their names alone: a census asks that of every file."""

import re

MOST_BYTES = 1 << 20
"""Of such a file are read."""
_LICENSE = re.compile(
    r"(?:un)?licen[cs]es?(?:[-_. ].{0,60})?|copying(?:[-_. ].{0,60})?|[\w.-]{1,60}[-_.]licen[cs]e(?:\.(?:txt|md|rst))?"
    r"|(?:mit|bsd|gpl|apache)[-_]licen[cs]e(?:\..{0,10})?", re.IGNORECASE
)  # fmt: skip
_NO_TEXT = re.compile(
    r"\.(?:py|pyi|pyc|js|mjs|ts|jsx|tsx|c|h|cc|cpp|hpp|go|java|rs|rb|php|cs|kt|swift|scala|json|ya?ml|xml|toml|css|scss"
    r"|svg|png|jpe?g|gif|sh|bat|pl|r|sql|csv|vue|spdx|in|ini|cfg|header)\Z", re.IGNORECASE
)  # fmt: skip
DIST = re.compile(r"(?:\A|(?<=/))[^/]+\.(?:dist|egg)-info(?=/|\Z)")
LISTS = ("RECORD", "top_level.txt")
_METADATA = {
    "METADATA": "python", "PKG-INFO": "python", "pyproject.toml": "pyproject", "Cargo.toml": "cargo",
    "setup.py": "setup", "setup.cfg": "setup", "package.json": "json", "composer.json": "json", "bower.json": "json",
    "pom.xml": "pom", "DESCRIPTION": "plain",
}  # fmt: skip
_BY_ENDING = {".gemspec": "ruby", ".cabal": "plain", ".nuspec": "nuspec"}


def is_license_text(path: str) -> bool:
    """Whether a file is called as texts of licences are."""
    name = path.rpartition("/")[2]
    return _LICENSE.fullmatch(name) is not None and _NO_TEXT.search(name) is None


def metadata_kind(path: str) -> str:
    """Of which kind a file of a package's metadata is; empty where it is none."""
    name = path.rpartition("/")[2]
    if name in _METADATA:
        return _METADATA[name]
    return next((kind for ending, kind in _BY_ENDING.items() if name.endswith(ending)), "")


def is_evidence(path: str) -> bool:
    """Whether a file says something of licences."""
    return is_license_text(path) or bool(metadata_kind(path)) or _is_list(path)


def _is_list(path: str) -> bool:
    """Whether it lists the files of a built Python distribution."""
    return path.endswith(LISTS) and DIST.search(path) is not None
