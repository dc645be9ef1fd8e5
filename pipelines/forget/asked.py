"""What is to be forgotten: addresses, domains and ids, and which rows of a build they name."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from winnow.pipelines.corpus.addresses import host_of, normal
from winnow.pipelines.errors import BadCall

URL, DOMAIN, ID = KINDS = ("url", "domain", "id")
_ID = re.compile("[0-9a-f]{32}")
_MOST_HOSTS = 1000
"""That are looked for all at once."""
_DOMAIN = re.compile(r"[^\s/:@?#]+")


@dataclass(frozen=True)
class Asked:
    """What was asked for, in the one spelling that rows are held against."""

    urls: frozenset[str] = frozenset()
    """As `addresses.normal` has them."""
    domains: frozenset[str] = frozenset()
    """Hosts, in lower case; one stands for all hosts below it."""
    ids: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.urls or self.domains or self.ids)


def asked(urls: Sequence[str], domains: Sequence[str], id_file: str | None) -> Asked:
    """What the words of a call ask for. BadCall where one is none of its kind."""
    for url in urls:
        if not host_of(url):
            raise BadCall(f"--url {url!r} is no address; give one as it stands in the column url, or --id-file")
    found = Asked(frozenset(map(normal, urls)), frozenset(map(_domain, domains)), _ids(id_file))
    if not found:
        raise BadCall("nothing is to be forgotten; say what with --url, --domain or --id-file")
    return found


def _domain(given: str) -> str:
    name = given.strip().lower().strip(".")
    if not _DOMAIN.fullmatch(name):
        raise BadCall(f"--domain {given!r} is no host's name; give one as example.org, or an address with --url")
    return ascii_of(name)


def ascii_of(host: str) -> str:
    """A host's name of another script as it stands in most addresses."""
    try:
        return host.encode("idna").decode() if not host.isascii() else host
    except UnicodeError:  # an empty label, or one that is too long
        return host


def _ids(path: str | None) -> frozenset[str]:
    if path is None:
        return frozenset()
    try:
        lines = [line.strip().lower() for line in Path(path).read_text(encoding="utf-8").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise BadCall(f"--id-file {path} cannot be read: {error}") from error
    for number, line in enumerate(lines, 1):
        if line and not _ID.fullmatch(line):
            raise BadCall(f"{path}, line {number}: {line[:40]!r} is no id, which has 32 hex digits")
    return frozenset(filter(None, lines))


@dataclass
class Matches:
    """Which rows are asked for, and what of that was found."""

    of: Asked
    found: dict[str, set[str]] = field(default_factory=lambda: {kind: set() for kind in KINDS})
    """By kind, what was asked for and is there."""

    def kinds(self, rows: pa.Table) -> list[str | None]:
        """By which kind each row is asked for, by the first of KINDS that does; None where it is not. By its columns
        `id` and `url`."""
        found: list[str | None] = [None] * rows.num_rows
        near = np.flatnonzero(self._near(rows))
        few = rows.select(["id", "url"]).take(pa.array(near)).to_pylist()
        for at, row in zip(near.tolist(), few, strict=True):
            found[at] = self._kind(row["id"], row["url"])
        return found

    def _near(self, rows: pa.Table) -> Any:
        """Which rows are worth to be looked at: an address takes a hundred times as long as this."""
        ids = pc.is_in(rows["id"], value_set=pa.array(sorted(self.of.ids), pa.string()))
        hosts = sorted({*self.of.domains, *(host_of(url) for url in self.of.urls)})
        if not hosts or len(hosts) > _MOST_HOSTS:
            named = pc.is_valid(rows["url"]) if hosts else pa.scalar(False)
        else:
            holds = pc.match_substring_regex(rows["url"], "|".join(map(re.escape, hosts)), ignore_case=True)
            named = pc.fill_null(pc.or_(holds, pc.invert(pc.string_is_ascii(rows["url"]))), False)
        return pc.or_(ids, named).to_numpy()

    def _kind(self, id: str, url: str | None) -> str | None:
        named = dict[str, Iterable[str]]()
        if url is not None and self.of.urls and (address := normal(url)) in self.of.urls:
            named[URL] = (address,)
        if url is not None and self.of.domains and (above := self.of.domains.intersection(_above(host_of(url)))):
            named[DOMAIN] = above
        if id in self.of.ids:
            named[ID] = (id,)
        for kind, what in named.items():
            self.found[kind].update(what)
        return next(iter(named), None)

    @property
    def unknown_ids(self) -> list[str]:
        return sorted(self.of.ids - self.found[ID])


def _above(host: str) -> list[str]:
    """A host and all that it lies below: a.example.org, example.org, org."""
    labels = ascii_of(host).split(".")
    return [".".join(labels[at:]) for at in range(len(labels))]
