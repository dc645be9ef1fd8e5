"""Reading items of source code: of each file its text and what is known of it, or why it has none."""

import functools
from collections.abc import Iterator, Sequence
from dataclasses import replace

from winnow.filters.rules import Reject
from winnow.pipelines.digest import digest_of_bytes
from winnow.pipelines.sources.base import GAP, MAX_DETAIL, Content, Item, Record
from winnow.pipelines.sources.code import lfs
from winnow.pipelines.sources.code.decode import decode
from winnow.pipelines.sources.code.facts.files import MOST_BYTES
from winnow.pipelines.sources.code.facts.licenses import Licenses
from winnow.pipelines.sources.code.facts.notebooks import LANGUAGE as NOTEBOOKS
from winnow.pipelines.sources.code.facts.notebooks import notebook_text
from winnow.pipelines.sources.code.held import Held
from winnow.pipelines.sources.code.kinds import FILE
from winnow.pipelines.sources.code.names import fault_of, repository_of, shown
from winnow.pipelines.sources.code.taken import Limit, Taken
from winnow.pipelines.sources.file_bytes import FileBytes

NOTEBOOK = ".ipynb"


class Reader:
    """Reads items of one container from an offset on; `limit` says how many bytes of each are read."""

    def __init__(self, file: FileBytes, layout: str, offset: int, limit: Limit) -> None:
        self._held, self._limit = Held(file, layout, offset), limit
        named = zip(("repository", "revision"), repository_of(file.name), strict=True)
        self._named = {name: value for name, value in named if value}

    @functools.cached_property
    def _licenses(self) -> Licenses:
        """What the files that lie aside say; asked once there is a text that they may be for."""
        taken = self._held.aside(lambda _: MOST_BYTES)
        return Licenses.of({shown(each.path): each.content for each in taken if each.reject is None})

    def read(self, items: Sequence[Item]) -> Iterator[Record]:
        """One record an item."""
        for item in items:
            if item.kind == GAP:
                yield self._held.gap(item)
            elif item.kind != FILE:
                yield Record(item.offset, item.kind)
            else:
                yield self._record(item.offset, self._held.take(item, self._limit))

    def _record(self, offset: int, taken: Taken) -> Record:
        """The record of a file. Its id is made of its path and its content; where that was not read, of its size."""
        path = shown(taken.path)
        known_by = taken.content if taken.reject is None else f"{taken.reject.rule} {taken.size}".encode()
        identity = digest_of_bytes(b"code", path.encode(), known_by)
        record = Record(offset, FILE, identity, meta={"path": path, **self._named})
        reject = _path_reject(taken) or taken.reject or _content_reject(taken.content)
        if reject is not None:
            return replace(record, reject=reject)
        content = _content(path, taken.content)
        if isinstance(content, Reject):
            return replace(record, reject=content)
        found = self._licenses.of_file(path, content.text, content.code_language)
        meta = {**content.meta, **found.meta()}
        return replace(record, contents=(replace(content, title=path, license=found.expression, meta=meta),))


def _content(path: str, content: bytes) -> Content | Reject:
    """The text of a file; of a notebook that of its cells."""
    if path.lower().endswith(NOTEBOOK):
        notebook = notebook_text(content)
        return notebook if isinstance(notebook, Reject) else Content(notebook.text, code_language=NOTEBOOKS)
    decoded = decode(content)
    if isinstance(decoded, Reject):
        return decoded
    return Content(decoded.text, meta={} if decoded.encoding == "utf-8" else {"encoding": decoded.encoding})


def _path_reject(taken: Taken) -> Reject | None:
    """What is wrong with a path; where a file could not be read it may have none."""
    fault = fault_of(taken.path) if taken.path or taken.reject is None else ""
    return Reject("code.path", detail=f"{fault}: {shown(taken.path)}"[:MAX_DETAIL]) if fault else None


def _content_reject(content: bytes) -> Reject | None:
    return lfs.pointer(content) if content.strip() else Reject("code.empty")
