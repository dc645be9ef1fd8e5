"""What a package says of its licence in its metadata, by the kind of file: pyproject.toml, package.json, pom.xml, …

Files are read line by line or by one search each, since they need not be valid. A name that several licences have
("BSD License") is given as it is, for the texts beside it to decide.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from winnow.pipelines.sources.code.facts import spdx, texts
from winnow.pipelines.sources.code.facts.evidence import Evidence
from winnow.pipelines.sources.code.facts.files import MOST_BYTES, metadata_kind

_MOST_VALUES = 20
_TEXT_FIELD = 200
"""Characters from which a field holds the text of a licence, and not its name."""

Value = tuple[int, int, str]
"""Where it stands, and what it says."""
_CLASSIFIER = re.compile(r"License ::(?: [^:\n\"']{1,80} ::)? ([^:\n\"',]{1,120})")
_TOML = re.compile(r"(?m)^[ \t]*license[ \t]*=[ \t]*(?:\{[ \t]*text[ \t]*=[ \t]*)?(\"\"\"|[\"'])([^\"'\n]{1,300})")
_INI = re.compile(r"(?im)^license(?:[-_]expression)?[ \t]*[=:][ \t]*(\S[^\n]{0,300})")
_CALL = re.compile(r"\blicense[ \t]*=[ \t]*[\"']([^\"'\n]{1,300})[\"']")
_RUBY = re.compile(r"\.licenses?[ \t]*=[ \t]*(\[[^\]\n]{1,300}\]|[\"'][^\"'\n]{1,200}[\"'])")
_QUOTED = re.compile(r"[\"']([^\"'\n]{1,200})[\"']")
_POM = re.compile(r"<license>\s*+(?:(?!</license>)[\s\S]){0,400}?<name>\s*+([^<]{1,200}?)\s*</name>")
_NUSPEC = re.compile(r"<license type=\"expression\">([^<]{1,200})</license>")
_FIELD = re.compile(
    r"(?m)^(License-Expression|License|Classifier):[ \t]*([^\n]*(?:\n[ \t]+[^\n]*|\n(?=[ \t]*\n[ \t]))*+)"
)


@dataclass(frozen=True, slots=True)
class Declared:
    """What metadata say: expressions, and families whose members the texts beside them tell."""

    evidence: tuple[Evidence, ...] = ()
    """One for each expression."""
    families: tuple[str, ...] = ()
    either: bool = False
    """Whether one of several may be chosen."""

    def expression(self, texts: Iterable[str]) -> str | None:
        """All together, where the texts beside them are of these licences."""
        known = [each.expression for each in self.evidence]
        members = [
            found for family in self.families if (found := next(filter(_begins(family), (*known, *texts)), None))
        ]
        return (spdx.any_of if self.either else spdx.all_of)([*known, *members])


def _begins(family: str) -> Callable[[str], bool]:
    return lambda expression: expression.startswith(family)


def declared(path: str, content: bytes) -> Declared | None:
    """What a file of metadata says; None where it says nothing or is none."""
    read = _READERS.get(metadata_kind(path))
    return None if read is None else read(path, content[:MOST_BYTES].decode("utf-8", "replace"))


def _python_metadata(path: str, text: str) -> Declared | None:
    """PKG-INFO and METADATA: the expression, else the field, else the classifiers; not what follows the header."""
    if "Metadata-Version:" not in text[:1000]:
        return None
    header = text.partition("\n\n")[0] if "\n\n        " not in text else text
    fields = [(m[1], (m.start(2), m.end(2), " ".join(m[2].split()))) for m in _FIELD.finditer(header)]
    told = [value for name, value in fields if name == "License-Expression"]
    if told:
        return _of(path, told)
    licences = [value for name, value in fields if name == "License" and value[2]]
    classifiers = list(_classifiers(header))
    if licences and len(licences[0][2]) >= _TEXT_FIELD:
        start, end, _ = licences[0]
        matches = texts.identify(header[start:end])
        evidence = tuple(Evidence(path, start + m.start, start + m.end, m.expression) for m in matches)
        if evidence:
            return Declared(evidence[:1])
    either = bool(licences) and "dual" in licences[0][2].lower()
    return (not either and _of(path, licences[:1])) or _of(path, classifiers, either) or _of(path, licences[:1])


def _classifiers(text: str) -> Iterator[Value]:
    yield from (
        (m.start(1), m.end(1), m[1].strip()) for m in _CLASSIFIER.finditer(text) if m[1].strip() != "OSI Approved"
    )


def _pyproject(path: str, text: str) -> Declared | None:
    fields = [(m.start(2), m.end(2), m[2]) for m in _TOML.finditer(text)]
    return _of(path, fields[:1]) or _of(path, list(_classifiers(text)))


def _cargo(path: str, text: str) -> Declared | None:
    return _of(path, [(m.start(2), m.end(2), m[2].replace("/", " OR ")) for m in _TOML.finditer(text)][:1])


def _setup(path: str, text: str) -> Declared | None:
    pattern = _INI if path.endswith(".cfg") else _CALL
    fields = [(m.start(1), m.end(1), m[1].strip()) for m in pattern.finditer(text)]
    return _of(path, fields[:1]) or _of(path, list(_classifiers(text)))


def _plain(path: str, text: str) -> Declared | None:
    return _of(path, [(m.start(1), m.end(1), m[1].strip().partition("|")[0]) for m in _INI.finditer(text)][:1])


def _json(path: str, text: str) -> Declared | None:
    """`license`, or the older `licenses`: one may be chosen of several."""
    try:
        held = json.loads(text)
    except (ValueError, RecursionError):
        return None
    given = (held.get("license") or held.get("licenses")) if isinstance(held, dict) else None
    each = given if isinstance(given, list) else [given]
    names = [name for one in each if isinstance(name := one.get("type") if isinstance(one, dict) else one, str)]
    at = max(0, text.find('"license'))
    values = [
        (start, start + len(name), name) for name in names[:_MOST_VALUES] if (start := max(at, text.find(name, at)))
    ]
    return _of(path, values, either=True)


def _found_by(pattern: re.Pattern[str], either: bool) -> Callable[[str, str], Declared | None]:
    def read(path: str, text: str) -> Declared | None:
        values = [(m.start(1), m.end(1), m[1]) for m in pattern.finditer(text)][:_MOST_VALUES]
        return _of(path, values, either=either)

    return read


def _ruby(path: str, text: str) -> Declared | None:
    field = _RUBY.search(text)
    names = _QUOTED.finditer(text, field.start(1), field.end(1)) if field else ()
    return _of(path, [(m.start(1), m.end(1), m[1]) for m in names][:_MOST_VALUES])


def _of(path: str, values: Iterable[Value], either: bool = False) -> Declared | None:
    """What these values say together; one that says nothing known leaves the others to say it."""
    evidence, families = [], []
    for start, end, said in values:
        if expression := spdx.named(said):
            evidence.append(Evidence(path, start, end, expression))
        elif family := spdx.family(said):
            families.append(family)
    return Declared(tuple(evidence), tuple(families), either) if evidence or families else None


_READERS: dict[str, Callable[[str, str], Declared | None]] = {
    "python": _python_metadata, "pyproject": _pyproject, "cargo": _cargo, "setup": _setup, "json": _json,
    "pom": _found_by(_POM, either=True), "plain": _plain, "ruby": _ruby, "nuspec": _found_by(_NUSPEC, either=False),
}  # fmt: skip
"""By the kind of metadata."""
