"""The largest clusters of copies, found in any files of corpus/ and rejected/, each by itself, and added up.

Every row of a cluster has its size, so the largest of all are among the largest of each file that has a row of them:
what a file keeps of its own largest adds up to all that is to be known of those.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

LARGEST = 10


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster, or what some of its documents say of it."""

    cluster: str
    """Id of the document that was kept."""
    size: int
    """Members of all of it: documents and, of sources that are compared so, whole records."""
    exact: int = 0
    """Documents dropped for the text of the kept one."""
    near: int = 0
    """Documents dropped for a similar text."""
    least: float | None = None
    """The least similarity with the kept one; None where nothing was dropped."""
    sources: Mapping[str, int] = field(default_factory=dict)
    """Documents by source, the kept among them."""
    url: str | None = None
    """Of the kept one, as its title."""
    title: str | None = None
    text: str = ""
    """The beginning of the kept one, on one line."""

    @property
    def order(self) -> tuple[int, str]:
        """The largest first."""
        return -self.size, self.cluster


class Largest:
    """The largest clusters of documents that come one by one, in any order. Memory: so many clusters."""

    def __init__(self) -> None:
        self._held: dict[tuple[int, str], Cluster] = {}

    def takes(self, cluster: str, size: int) -> bool:
        """Whether this may be one of them."""
        return len(self._held) < LARGEST or (-size, cluster) <= max(self._held)

    def add(self, one: Cluster) -> None:
        """What one document says; one of a cluster that was given up before is given up again."""
        held = self._held.get(one.order)
        self._held[one.order] = _sum(held, one) if held else one
        if len(self._held) > LARGEST:
            del self._held[max(self._held)]

    def result(self) -> tuple[Cluster, ...]:
        return tuple(self._held[order] for order in sorted(self._held))


def merged(found: Iterable[Cluster]) -> tuple[Cluster, ...]:
    """The largest, each summed."""
    sums: dict[tuple[int, str], Cluster] = {}
    for one in found:
        sums[one.order] = _sum(sums[one.order], one) if one.order in sums else one
    return tuple(sums[order] for order in sorted(sums)[:LARGEST])


def _sum(one: Cluster, other: Cluster) -> Cluster:
    """Of one cluster; what is told of the kept document is told by either."""
    sources = dict(one.sources)
    for name, documents in other.sources.items():
        sources[name] = sources.get(name, 0) + documents
    told = max(one, other, key=lambda of: (of.text, of.url or "", of.title or ""))
    return replace(
        told, exact=one.exact + other.exact, near=one.near + other.near,
        least=min((of for of in (one.least, other.least) if of is not None), default=None),
        sources=dict(sorted(sources.items())),
    )  # fmt: skip
