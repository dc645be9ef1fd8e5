"""What was dropped for a document that an earlier build keeps: which one, where that build lay, and that text."""

from dataclasses import dataclass

from winnow.pipelines.corpus.tables import EARLIER, OF_BUILD
from winnow.pipelines.errors import BadCall
from winnow.pipelines.views import clusters, lookup
from winnow.pipelines.views.clusters import Member, Row
from winnow.pipelines.views.finished import Finished, finished


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A document that is kept in another build."""

    id: str
    path: str
    """Of the build, as it was spelt in the call; its identity where the ledger does not know it."""
    identity: str


def elsewhere(build: Finished, row: Row) -> Elsewhere | None:
    """What a dropped document is a copy of; None where that is in this build."""
    if row.get("rule") != EARLIER:
        return None
    id, _, identity = (row["detail"] or "").partition(OF_BUILD)
    path = next((each.path for each in build.ledger.against if each.identity == identity), identity)
    return Elsewhere(id, path, identity)


def text_of(kept: Elsewhere) -> str | None:
    """Its text as it was extracted; None where the build does not lie there any more."""
    try:
        other = finished(kept.path)
        rows = lookup.find(other.storage, other.root, kept.id).rows if other.ledger.identity == kept.identity else []
    except BadCall:
        return None
    for row in (row for row in rows if "stage" not in row):
        member = Member(kept.id, 1.0, True, *lookup.key(row), parts=1, by_record=clusters.by_record(other, row))
        return clusters.text_of(other, member)
    return None
