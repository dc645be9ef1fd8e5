"""`winnow clusters DIR`: the largest clusters as lines; of one its members, and how two of them differ."""

import json
import textwrap
from collections.abc import Sequence
from dataclasses import asdict

from winnow.pipelines.errors import BadCall
from winnow.pipelines.recipe.strict import shown as shown_name
from winnow.pipelines.recipe.strict import suggest
from winnow.pipelines.text import clean
from winnow.pipelines.views import clusters, lookup
from winnow.pipelines.views.clusters import ALL, Member, Wanted
from winnow.pipelines.views.earlier import Elsewhere, elsewhere, text_of
from winnow.pipelines.views.finished import Finished, finished
from winnow.pipelines.views.tabular import align, count, percent, plural, shorten

_IDS = 5
_SHOWN = 12
"""Digits of an id: enough for `winnow clusters` and `why`."""
_MEMBERS, _LINES, _WIDTH = 50, 60, 110


def listed(root: str, most: int, as_json: bool, wanted: Wanted = ALL) -> str:
    """The largest clusters; of those with a wanted document."""
    build = finished(root)
    if wanted.source not in (None, *build.ledger.sources):
        raise BadCall(f"--source: {build.root} has no source {shown_name(wanted.source)}"
                      f"{suggest(wanted.source, build.ledger.sources)}")  # fmt: skip
    rows = clusters.largest(build, most, wanted)
    if as_json:
        names = ("cluster", "cluster_size", "documents", "source", "url", "title")
        return json.dumps([{name: row[name] for name in names} for row in rows], indent=1)
    found, some = build.ledger.duplicates, wanted != ALL
    gone = 0 if some else sum(sum(by.values()) for by in found.earlier.values())
    beside = [f"{plural(gone, 'document was', 'documents were')} dropped for what earlier builds keep: winnow clusters "
              f"{build.root} ID shows one of them beside that", ""] if gone else []  # fmt: skip
    if not rows:
        none = "with such documents." if some else ": no two documents were found to be copies of one another."
        return "\n".join([f"{build.root} has no clusters{' ' if some else ''}{none}", *beside[:1]])
    table = [["size", *(["of these"] if some else []), "kept", "source", ""]]
    table += [[count(row["cluster_size"]), *([count(row["documents"])] if some else []), row["cluster"][:_SHOWN],
               clean(row["source"]), shorten(clean(row["url"] or row["title"] or ""), 90)] for row in rows]  # fmt: skip
    head = f"{plural(found.clusters, 'cluster')} of copies, {plural(found.members, 'member')}; the largest"
    head += f" with documents of {_told(wanted)}, and how many:" if some else ":"
    return "\n".join(
        [head, "", *align(table, "rrlll" if some else "rlll", "  "), "", *beside,
         f"winnow clusters {build.root} ID    the members of one"]
    )  # fmt: skip


def _told(wanted: Wanted) -> str:
    parts = [f"source {clean(wanted.source)}"] if wanted.source is not None else []
    return " and ".join(parts + ([clean(wanted.domain)] if wanted.domain is not None else []))


def shown(root: str, wanted: str, other: str | None, as_json: bool) -> str:
    """One cluster, that of any of its documents, and the kept one beside another: the least similar, or `other`."""
    build = finished(root)
    row = _copy(build, wanted)
    found, there = clusters.members(build, row["cluster"]), elsewhere(build, row)
    places = [url or path for url, path in clusters.called(build, found)]
    beside = _beside(found, places, other)
    texts = [text_of(there) if there else clusters.text_of(build, found[0]), clusters.text_of(build, beside)]
    lines = None if None in texts else clusters.differences(*(text or "" for text in texts))
    if as_json:
        whole = [asdict(member) | {"url": place} for member, place in zip(found, places, strict=True)]
        told = {"cluster": row["cluster"], "kept_in": there and asdict(there), "members": whole, "beside": beside.id,
                "diff": lines}  # fmt: skip
        return json.dumps(told, indent=1)
    away = ["That build is not there any more, and with it the text of the kept one."] if there and not texts[0] else []
    return "\n".join([*_elsewhere(there), *_members(found, places, beside), "", *(away or _differences(beside, lines))])


def _copy(build: Finished, wanted: str) -> clusters.Row:
    """A row of a document that has copies."""
    found = lookup.find(build.storage, build.root, wanted)
    for row in found.rows:
        if (row["cluster_size"] or 1) > 1:
            return row
    if found.ids:
        raise BadCall(f"{clean(wanted)} begins several ids: {', '.join(found.ids[:_IDS])}"
                      + (f" and {count(len(found.ids) - _IDS)} more" if len(found.ids) > _IDS else ""))  # fmt: skip
    if any(row["cluster_size"] for row in found.rows):
        raise BadCall(f"{clean(wanted)} has no copies")
    if found.rows:
        raise BadCall(f"{clean(wanted)} was dropped by {clean(found.rows[0]['rule'])}, before copies were looked for")
    raise BadCall(f"{build.root} has no document with the id or address {clean(wanted)}; winnow why says what is near")


def _elsewhere(there: Elsewhere | None) -> list[str]:
    if there is None:
        return []
    return [f"The kept one is {there.id[:_SHOWN]} of the earlier build {clean(there.path)}; dropped here for it:", ""]


def _beside(found: Sequence[Member], places: Sequence[str | None], other: str | None) -> Member:
    """Of several that are as unlike the first."""
    gone = [(member, place) for member, place in zip(found, places, strict=True) if not member.kept]
    if other is None:
        return min((member for member, _ in gone), key=lambda member: member.similarity)
    for member, place in gone:
        if other in (place, member.id) or (len(other) >= lookup.LEAST_DIGITS and member.id.startswith(other)):
            return member
    raise BadCall(f"--with {clean(other)}: no dropped member of this cluster has that id or address")


def _members(found: Sequence[Member], places: Sequence[str | None], beside: Member) -> list[str]:
    rows = [["id", "similarity", *novel_head(found), "", "source", ""]]
    for member, place in zip(found[:_MEMBERS], places, strict=False):
        fate, lies = member.fate + (" *" if member is beside else ""), f"{member.file}, offset {count(member.offset)}"
        rows.append([member.id[:_SHOWN], percent(member.similarity), *novel_cells(found, member), fate,
                     clean(member.source), shorten(clean(place or lies), 90)])  # fmt: skip
    more = [f"  and {count(len(found) - _MEMBERS)} more"] if len(found) > _MEMBERS else []
    return [*align(rows, "lr" + "r" * len(novel_head(found)) + "lll", "  "), *more]


def novel_head(found: Sequence[Member]) -> list[str]:
    """A column for the words that kept ones have not, where the recipe looks for excerpts."""
    return ["new words"] if any(member.novel_words is not None for member in found) else []


def novel_cells(found: Sequence[Member], of: Member) -> list[str]:
    return ["" if of.novel_words is None else count(of.novel_words) for _ in novel_head(found)]


def _differences(beside: Member, lines: list[str] | None) -> list[str]:
    if lines is None:
        return ["The recipe does not keep the texts of what was dropped (rejected_text)."]
    if not lines:
        return ["The kept one and * have the same sentences."]
    told = [f"The kept one (-) and {beside.id[:_SHOWN]} (+, * above), sentence by sentence:", ""]
    for line in lines[:_LINES]:
        mark, text = line[:2], shorten(clean(line[2:]), 600)
        told += textwrap.wrap(text, _WIDTH, initial_indent=mark, subsequent_indent="  ", break_on_hyphens=False) or [
            mark
        ]
    return told + ([f"and {count(len(lines) - _LINES)} lines more"] if len(lines) > _LINES else [])
