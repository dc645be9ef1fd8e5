"""croissant.json: the corpus for machines, in JSON-LD of Croissant 1.0 (https://docs.mlcommons.org/croissant/docs/croissant-spec.html).

Files are named by a pattern, tables by their columns, so that it does not grow with the corpus. There is no date of
publication in it: a build does not know when it will be published, and the same build gives the same bytes.
"""

import hashlib
import json
import re
from typing import Any
from urllib.parse import quote

from winnow.pipelines.corpus.schema import ROW_KEY
from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.plan.names import CORPUS, LEDGER_FOLDER, LOCK, REJECTED
from winnow.pipelines.text import clean
from winnow.pipelines.views import columns
from winnow.pipelines.views.card import known_limits, personal, use
from winnow.pipelines.views.card.hub import LICENSES, languages_of, licenses_held

PARQUET = "application/x-parquet"
_CONTEXT: dict[str, Any] = {
    "@language": "en", "@vocab": "https://schema.org/", "citeAs": "cr:citeAs", "column": "cr:column",
    "conformsTo": "dct:conformsTo", "cr": "http://mlcommons.org/croissant/", "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"}, "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/", "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"}, "extract": "cr:extract", "field": "cr:field",
    "fileProperty": "cr:fileProperty", "fileObject": "cr:fileObject", "fileSet": "cr:fileSet", "format": "cr:format",
    "includes": "cr:includes", "isLiveDataset": "cr:isLiveDataset", "jsonPath": "cr:jsonPath", "key": "cr:key",
    "md5": "cr:md5", "parentField": "cr:parentField", "path": "cr:path", "recordSet": "cr:recordSet",
    "references": "cr:references", "regex": "cr:regex", "repeated": "cr:repeated", "replace": "cr:replace",
    "samplingRate": "cr:samplingRate", "sc": "https://schema.org/", "separator": "cr:separator", "source": "cr:source",
    "subField": "cr:subField", "transform": "cr:transform",
}  # fmt: skip
"""That of the specification, word for word."""
_ABOUT = {
    CORPUS: "The documents that were kept.",
    REJECTED: "What was dropped, and the records that gave no document: each with the rule, what was measured, and the "
    "limit.",
}  # fmt: skip
_KNOWN = frozenset(LICENSES.split())
_WHICH = re.compile(r"-(only|or-later)$")
_BIBTEX = re.compile(r"[\\{}%$#&_^~]")


def render(ledger: Ledger) -> str:
    """The file's text."""
    return json.dumps(_dataset(ledger), ensure_ascii=False, indent=1) + "\n"


def _dataset(ledger: Ledger) -> dict[str, Any]:
    tables = [table for table in (CORPUS, REJECTED) if any(path.startswith(f"{table}/") for path in ledger.files)]
    about = f"{clean(ledger.recipe.about)} ".lstrip()
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": clean(ledger.recipe.name),
        "description": f"{about}A text corpus for pre-training language models: {ledger.total.kept.documents} "
        f"documents with {ledger.total.kept.characters} characters. README.md is its data card.",
        "version": f"1.0.0+{_content(ledger)}",
        "license": [_license(name) for name in licenses_held(ledger.kept.license)] or ["unknown"],
        "citeAs": _citation(ledger),
        "inLanguage": languages_of(ledger.kept.language),
        "keywords": ["pretraining", "text corpus", "winnow"],
        "rai:dataUseCases": use.GOOD,
        "rai:dataLimitations": known_limits.lines(ledger),
        "rai:personalSensitiveInformation": personal.lines(ledger),
        "distribution": [*_objects(ledger), *map(_file_set, tables)],
        "recordSet": [_record_set(ledger, table) for table in tables],
    }  # fmt: skip


def _content(ledger: Ledger) -> str:
    """A digest of all files that the ledger names: another of every build that holds other bytes."""
    told = json.dumps([[path, file.sha256] for path, file in sorted(ledger.files.items())])
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _license(expression: str | None) -> str:
    """SPDX's page of a license, where the expression is the name of one that the Hub knows too; else its words."""
    if expression is None:
        return "unknown"
    name = "-".join(expression.split())  # pages say `CC BY 4.0`
    return f"https://spdx.org/licenses/{name}.html" if _WHICH.sub("", name.lower()) in _KNOWN else clean(expression)


def _citation(ledger: Ledger) -> str:
    """BibTeX; marks that TeX reads are left out."""
    title = _BIBTEX.sub(" ", clean(ledger.recipe.name))
    version = ledger.versions.get("winnow", "").partition("+")[0]
    return (f"@misc{{winnow-{ledger.identity[:12]}, title = {{{title}}}, note = {{Text corpus built with Winnow "
            f"{version}, build {ledger.identity}, recipe SHA-256 {ledger.recipe.sha256}}}}}")  # fmt: skip


def _objects(ledger: Ledger) -> list[dict[str, Any]]:
    """The files that are no table of documents, each with its digest."""
    found = [
        _object(path, PARQUET, file.sha256, f"{file.bytes} B")
        for path, file in sorted(ledger.files.items()) if path.startswith(f"{LEDGER_FOLDER}/")
    ]  # fmt: skip
    return [_object(LOCK, "application/toml", ledger.recipe.sha256), *found]


def _object(path: str, kind: str, sha256: str, size: str = "") -> dict[str, Any]:
    of = {"@type": "cr:FileObject", "@id": path, "name": path, "contentUrl": path, "encodingFormat": kind}
    return of | ({"contentSize": size} if size else {}) | {"sha256": sha256}


def _file_set(table: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileSet", "@id": f"{table}-files", "name": f"{table}-files", "description": _ABOUT[table],
        "encodingFormat": PARQUET, "includes": f"{table}/**/*.parquet",
    }  # fmt: skip


def _record_set(ledger: Ledger, table: str) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet", "@id": table, "name": table, "description": _ABOUT[table],
        "key": [{"@id": f"{table}/{name}"} for name in ROW_KEY],
        "field": [_field(table, column) for column in columns.columns(ledger, table)],
    }  # fmt: skip


def _field(table: str, column: columns.Column) -> dict[str, Any]:
    of = _head(_id(table, column.name), column) | ({"repeated": True} if column.repeated else {})
    if not column.inside:
        return of | {"dataType": column.type, "source": _source(table, column.name)}
    return of | {"subField": [_part(table, column, inside) for inside in column.inside]}


def _part(table: str, column: columns.Column, inside: columns.Column) -> dict[str, Any]:
    source = _source(table, column.name) | {"transform": {"jsonPath": _path(inside.name)}}
    return _head(_id(table, column.name, inside.name), inside) | {"dataType": inside.type, "source": source}


def _id(*names: str) -> str:
    """Steps may be called anything; an id holds neither white space nor its percent-encoding."""
    return "/".join(quote(name, safe="").replace("~", "%7E").replace("%", "~") for name in names)


def _head(id: str, column: columns.Column) -> dict[str, Any]:
    about = {"description": column.about} if column.about else {}
    return {"@type": "cr:Field", "@id": id, "name": id} | about


def _source(table: str, column: str) -> dict[str, Any]:
    return {"fileSet": {"@id": f"{table}-files"}, "extract": {"column": column}}


def _path(name: str) -> str:
    """The JSON path of a key."""
    return name if name.isascii() and name.isidentifier() else f"'{name}'"
