"""Finding rows of a finished build: a narrow pass over ids and addresses, then whole rows only where they matched.

Texts are by far the widest column, so no more row groups are read whole than hold a match.
"""

import heapq
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from winnow.pipelines.corpus.addresses import normal
from winnow.pipelines.corpus.schema import ROW_KEY, noted
from winnow.pipelines.digest import digest_of_name
from winnow.pipelines.files.storage import Storage
from winnow.pipelines.plan.names import CLUSTERS, CORPUS, REJECTED
from winnow.pipelines.views.rows import files, group, groups

TABLES = (CORPUS, REJECTED)
ID_DIGITS = 32
LEAST_DIGITS = 8
NEAREST = 5
PATH = "path"
"""What `meta` calls the path of a file in what held it: a repository, an archive."""

_ID = re.compile(r"[0-9a-fA-F]{1,32}")

Row = dict[str, Any]
Key = tuple[str, str, int, int]
"""Source, file, offset and part."""


@dataclass
class Found:
    """The rows that match, and where there are none what comes near."""

    rows: list[Row] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    """Ids that begin so, where more than one does."""
    same: list[str] = field(default_factory=list)
    """Addresses that differ in scheme, `www.`, case of the host or a slash at the end only; paths that end so."""
    near: list[str] = field(default_factory=list)
    """Addresses that begin alike, the nearest first."""
    unnamed: int = 0
    """Rows that name neither an address nor a path: it may be one of them."""


def looks_like_id(wanted: str) -> bool:
    return _ID.fullmatch(wanted) is not None


def find(storage: Storage, root: str, wanted: str) -> Found:
    """Every row of corpus/ and rejected/ with this id, beginning of an id, address, path of a file, or id that its
    table gave it; in the order of the row key."""
    found = _by_id(storage, root, wanted.lower()) if looks_like_id(wanted) else _by_name(storage, root, wanted)
    if not found.rows and not found.ids and (rows := _rows_of(storage, root, digest_of_name(wanted))):
        return Found(rows)
    return found if found.rows or looks_like_id(wanted) else _nearest(storage, root, wanted)


def _by_name(storage: Storage, root: str, wanted: str) -> Found:
    return Found(_rows(storage, root, lambda batch: _is_called(batch, wanted), names=("url", "meta", "file", "offset")))


def _is_called(batch: pa.Table, wanted: str) -> Any:
    """Which rows have this address, or this path; or are at the beginning of this file, if they have no address."""
    places, paths = _paths(batch)
    path = np.zeros(len(batch), bool)
    path[places[pc.fill_null(pc.equal(paths, wanted), False).to_numpy(zero_copy_only=False)]] = True
    url, begins = batch["url"], pc.equal(batch["offset"], 0)
    file = pc.and_(pc.and_(pc.equal(batch["file"], wanted), pc.is_null(url)), begins)
    return pc.or_(pc.or_(pc.fill_null(pc.equal(url, wanted), False), file), pa.array(path))


def _paths(batch: pa.Table) -> tuple[NDArray[np.int64], Any]:
    """The rows that are of files with a path, and these."""
    meta = batch["meta"].combine_chunks()
    pairs, rows = pc.list_flatten(meta), pc.list_parent_indices(meta)
    is_path = pc.equal(pc.struct_field(pairs, "key"), PATH)
    return rows.filter(is_path).to_numpy(), pc.struct_field(pairs, "value").filter(is_path)


def called(storage: Storage, root: str, ids: Iterable[str]) -> dict[Key, tuple[str | None, str | None]]:
    """(address, path of a file) of the rows with these ids, by row key. Only what is asked for is read and held."""
    wanted, found = pa.array(sorted(ids), pa.string()), dict[Key, tuple[str | None, str | None]]()
    for table in TABLES:
        for path in files(storage, root, table):
            for _, batch in groups(storage, path, table, ["id", "url", "meta", *ROW_KEY]):
                at = pc.indices_nonzero(pc.is_in(batch["id"], value_set=wanted))
                found.update((key(row), (row["url"], noted(row, PATH))) for row in batch.take(at).to_pylist())
    return found


def at(storage: Storage, root: str, file: str, offset: int) -> list[Row]:
    """The rows of one place in a file."""
    return _rows(
        storage, root, lambda batch: pc.and_(pc.equal(batch["file"], file), pc.equal(batch["offset"], offset)),
        names=("file", "offset"),
    )  # fmt: skip


def members(storage: Storage, root: str, cluster: str) -> list[Row]:
    """The rows of clusters/ of one cluster: the kept one first, then by similarity."""
    rows = [row for path in files(storage, root, CLUSTERS) for row in _matching(
        storage, path, CLUSTERS, ["cluster"], lambda batch: pc.equal(batch["cluster"], cluster))]  # fmt: skip
    return sorted(rows, key=lambda r: (not r["kept"], -r["similarity"], key(r)))


def _by_id(storage: Storage, root: str, wanted: str) -> Found:
    if len(wanted) < LEAST_DIGITS:
        return Found()
    rows = _rows_of(storage, root, wanted)
    ids = sorted({row["id"] for row in rows})
    return Found(rows) if len(ids) <= 1 else Found(ids=ids)


def _rows_of(storage: Storage, root: str, beginning: str) -> list[Row]:
    return _rows(storage, root, lambda batch: pc.starts_with(batch["id"], beginning))


def _nearest(storage: Storage, root: str, wanted: str) -> Found:
    """One more pass over the addresses: those whose `normal` is the same, and those that begin alike; and over the
    paths: those that end so."""
    sought, ending = normal(wanted), f"/{wanted.lstrip('./')}"
    same: set[str] = set()
    near: dict[str, int] = {}
    unnamed = 0
    for url, is_path in _names(storage, root):
        if url is None:
            unnamed += 1
        elif is_path:
            if f"/{url}".endswith(ending):
                same.add(url)
        elif (other := normal(url)) == sought:
            same.add(url)
        else:
            near[url] = _shared(sought, other)
            if len(near) > 1000 * NEAREST:
                near = {u: near[u] for u in _best(near)}
    host = max(1, len(sought.split("/", 1)[0]))
    return Found(same=sorted(same)[:NEAREST], near=[u for u in _best(near) if near[u] >= host], unnamed=unnamed)


def _shared(a: str, b: str) -> int:
    """How many characters two texts begin with alike."""
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _best(near: dict[str, int]) -> list[str]:
    return heapq.nsmallest(NEAREST, near, key=lambda url: (-near[url], len(url), url))


def _names(storage: Storage, root: str) -> Iterator[tuple[str | None, bool]]:
    """Every address, and every path of a file, and whether it is that; None for a row that has neither."""
    for table in TABLES:
        for file in files(storage, root, table):
            for _, batch in groups(storage, file, table, ["url", "meta"]):
                places, paths = _paths(batch)
                named = {*places.tolist()}
                yield from ((path, True) for path in paths.to_pylist())
                for place, url in enumerate(batch["url"].to_pylist()):
                    if url or place not in named:
                        yield url or None, False


def _rows(storage: Storage, root: str, match: Callable[[pa.Table], Any], names: Sequence[str] = ()) -> list[Row]:
    rows: list[Row] = []
    for table in TABLES:
        for path in files(storage, root, table):
            rows += _matching(storage, path, table, ["id", *names], match)
    return sorted(rows, key=key)


def _matching(
    storage: Storage, path: str, table: str, columns: list[str], match: Callable[[pa.Table], Any]
) -> Iterator[Row]:
    """The whole rows of a file that match by a few columns."""
    for number, batch in groups(storage, path, table, columns):
        at = pc.indices_nonzero(pc.fill_null(match(batch), False))
        if len(at):
            yield from group(storage, path, table, number).take(at).to_pylist()


def key(row: Row) -> Key:
    return row["source"], row["file"], row["offset"], row["part"]
