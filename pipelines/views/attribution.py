"""`winnow attribution DIR`: whom the kept documents' licenses ask to be named, a line a document.

Memory is bounded whatever the size of the build: a row group of a few columns is read at a time.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from winnow.filters.code.expressions import value_of, words_of
from winnow.pipelines.corpus.schema import noted
from winnow.pipelines.plan.names import CORPUS
from winnow.pipelines.text import clean
from winnow.pipelines.views.finished import finished
from winnow.pipelines.views.rows import files, groups

COLUMNS = ("title", "url", "revision", "revision_url", "license", "date", "source")
_READ = ("title", "url", "license", "date", "source", "file", "offset", "meta")
_REVISION = "revision_id"
"""Where a source of wikis leaves the number of a page's revision."""
_WITHOUT = frozenset(
    ("0bsd", "cc-pddc", "cc0", "cc0-1.0", "mit-0", "pddl-1.0", "public-domain", "unlicense", "wtfpl")
)  # fmt: skip
"""Licenses that ask for nothing, in lower case."""
_GAPS = re.compile(r"[\s_]+")


def lines(root: str, as_json: bool = False) -> Iterator[str]:
    """The list, line by line: tab-separated with the columns' names first, or a JSON object each."""
    build = finished(root)
    if not as_json:
        yield "\t".join(COLUMNS)
    for path in files(build.storage, build.root, CORPUS):
        last = None
        for _, table in groups(build.storage, path, CORPUS, _READ):
            for row in table.to_pylist():
                record = row["source"], row["file"], row["offset"]
                if record != last and asks(row["license"]):
                    last = record  # the parts of one book are named once
                    yield _line(row, as_json)


def asks(license: str | None) -> bool:
    """Whether a license asks for attribution. Of alternatives, joined by OR, the one that asks for least counts."""
    if license is None or not license.strip():
        return False
    free = value_of(words_of(license), _is_free)
    return not (_is_free(license) if free is None else free)


def _is_free(name: str) -> bool:
    return _GAPS.sub("-", name.strip().lower()).removeprefix("licenseref-") in _WITHOUT


def _line(row: Mapping[str, Any], as_json: bool) -> str:
    revision = noted(row, _REVISION)
    told = {**row, "revision": revision, "revision_url": _address(row["url"], revision)}
    if as_json:
        return json.dumps({name: told[name] for name in COLUMNS})
    return "\t".join(clean(told[name] or "") for name in COLUMNS)


def _address(url: str | None, revision: str | None) -> str | None:
    """Of just this revision of a page, on a wiki of MediaWiki."""
    if url is None or revision is None:
        return None
    return f"{url}{'&' if '?' in url else '?'}oldid={revision}"
