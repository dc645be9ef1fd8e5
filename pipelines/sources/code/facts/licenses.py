"""Under which licence each file of a repository is: what it says itself, else what is said nearest above it.

In a folder the package's own metadata say it, where they do; a text of another licence beside them is added (AND), for
both were said. Where texts alone say it, all of them hold: who copies a file may not choose. What a built Python
distribution says of itself (NAME.dist-info) holds for the folders that it lists.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from winnow.pipelines.sources.code.facts import packages, spdx, texts
from winnow.pipelines.sources.code.facts.evidence import Evidence, Found
from winnow.pipelines.sources.code.facts.files import DIST, LISTS, MOST_BYTES, is_license_text
from winnow.pipelines.sources.code.facts.headers import file_license

_LEAST_SHARE = 0.2
"""Of a file called LICENSE that is licence: below it only speaks of one."""
_ENOUGH = 0.75
"""Of it, from which it is the text of a licence and nothing else."""
_FOLDER = re.compile(r"(?:\A|/)licen[cs]es?\Z", re.IGNORECASE)
_EITHER = re.compile(
    r"(?i)\beither\b\W{1,3}of\b|\bdual[- ]licen[cs]ed\b|\byour choice of\b"
    r"|\bat your (?:choice|option)[^\n]{0,40}licen[cs]e"
)
_SHORT = 1500
"""Characters of a file that only says which of others may be chosen."""


@dataclass(slots=True)
class _Said:
    """What the files of one folder say."""

    declared: list[packages.Declared] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)
    """Path and text of every file called as a licence."""

    def found(self) -> Found:
        matched = [(path, text, texts.identify(text)) for path, text in self.texts]
        kept = [(path, text, found) for path, text, found in matched if texts.share(text, found) >= _LEAST_SHARE]
        evidence = [Evidence(path, m.start, m.end, m.expression) for path, _, found in kept for m in found]
        tags = (file_license(text, path) for path, text, found in matched if not found)  # one that only names it
        evidence += [each for found in tags for each in found.evidence]
        names = [each.expression for each in evidence]
        told = [(each, expression) for each in self.declared if (expression := each.expression(names))]
        if told:
            first = [each for declared, _ in told for each in declared.evidence]
            own = spdx.all_of(expression for _, expression in told)
            return Found(own and spdx.all_of([own, *_against(own, kept)]), (*first, *evidence))
        either = any(len(text) <= _SHORT and not found and _EITHER.search(text) for _, text, found in matched)
        return Found((spdx.any_of if either else spdx.all_of)(names), tuple(evidence))


def _against(own: str, kept: Iterable[tuple[str, str, tuple[texts.Match, ...]]]) -> list[str]:
    """The licence of every text that is wholly of one that `own` does not name, where no text is of one that it does.

    What LicenseRef stands for has a text that nobody knows, so that others beside it contradict nothing.
    """
    names = spdx.names_in(own)
    whole = [found for _, text, found in kept if texts.share(text, found) >= _ENOUGH]
    if own.startswith("LicenseRef-") or any(
        spdx.names_in(match.expression) & names for found in whole for match in found
    ):
        return []
    return [found[0].expression for found in whole if len({match.expression for match in found}) == 1]


@dataclass(frozen=True)
class Licenses:
    """What a repository's files say of licences, by the folder for which they say it; "" is its root."""

    folders: Mapping[str, Found] = field(default_factory=dict)

    @classmethod
    def of(cls, files: Mapping[str, bytes]) -> "Licenses":
        """Read the files for which `is_evidence` holds, by their path in the repository; others are left alone."""
        said: dict[str, _Said] = {}
        for path in sorted(files):
            folder = _governed(path)
            if declared := packages.declared(path, files[path]):
                said.setdefault(folder, _Said()).declared.append(declared)
            elif is_license_text(path):
                text = files[path][:MOST_BYTES].decode("utf-8", "replace")
                said.setdefault(folder, _Said()).texts.append((path, text))
        found = {folder: what for folder, each in said.items() if (what := each.found()).evidence}
        return cls(found | _distributions(files, found))

    def above(self, path: str) -> Found:
        """What is said for a path by the nearest folder that says anything."""
        while True:
            if path in self.folders:
                return self.folders[path]
            if not path:
                return Found()
            path = path.rpartition("/")[0]

    def of_file(self, path: str, text: str, language: str | None = None) -> Found:
        """The licence of one file, with the evidence for it."""
        own = file_license(text, path, language)
        return own if own.expression else self.above(path)


def _governed(path: str) -> str:
    """The folder for which a file speaks: its own, or the one above a folder called `licenses`."""
    folder = path.rpartition("/")[0]
    return folder.rpartition("/")[0] if _FOLDER.search(folder) else folder


def _distributions(files: Mapping[str, bytes], found: Mapping[str, Found]) -> dict[str, Found]:
    """What a NAME.dist-info says, for every file and folder at the top that its lists name."""
    told: dict[str, Found] = {}
    for folder in sorted(found):
        if not (inside := DIST.search(folder)) or inside.end() != len(folder):
            continue
        for name in _tops(files, folder):
            place, here = f"{folder[: inside.start()]}{name}", found[folder]
            if before := told.get(place):
                joined = spdx.all_of(each.expression for each in (before, here) if each.expression)
                here = Found(joined, (*before.evidence, *here.evidence))
            if not DIST.fullmatch(name):
                told[place] = here
    return told


def _tops(files: Mapping[str, bytes], folder: str) -> list[str]:
    lines = [
        line.partition(b",")[0].partition(b"/")[0].strip()
        for name in LISTS for line in files.get(f"{folder}/{name}", b"")[:MOST_BYTES].split(b"\n")
    ]  # fmt: skip
    return sorted(
        {line.decode("utf-8", "replace") for line in lines if line and line not in (b"..", b".", b"__pycache__")}
    )
