"""The robots.txt of WARC and ARC files, gathered: of each origin what its newest capture says."""

import collections
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from winnow.filters.robots import is_robots_txt, kept, place_of
from winnow.filters.rules import Reject
from winnow.pipelines.annotators.robots_table import NotATable, RobotsTable, Row, write
from winnow.pipelines.display import Display
from winnow.pipelines.errors import BadCall, described, is_documents
from winnow.pipelines.files.storage import ASIDE, LocalStorage, Storage
from winnow.pipelines.plan.inputs import paths_of
from winnow.pipelines.robots.newest import Newest
from winnow.pipelines.sources.base import GAP, Census
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.warc.read import bytes_of
from winnow.pipelines.sources.warc.robots import RESPONSE, Answer, answer
from winnow.pipelines.sources.warc.scan import scan
from winnow.pipelines.sources.warc.settings import WarcSettings
from winnow.pipelines.sources.warc.source import Warc


@dataclass
class Gathered:
    """What was found, and what could not be read."""

    files: int = 0
    answers: int = 0
    origins: collections.Counter[str] = field(default_factory=collections.Counter)
    """By what is known of them: `rules`, `all allowed`, `redirect`, `unknown`."""
    lost: collections.Counter[str] = field(default_factory=collections.Counter)
    """Records that could not be read, by rule."""
    gaps: int = 0
    gap_bytes: int = 0


def gather(storage: Storage, patterns: Sequence[str], output: str, agents: Sequence[str], display: Display) -> Gathered:
    """Write the table for these agents. BadCall where a file is no WARC file, or no robots.txt is in any."""
    _require_free(output)
    found = Gathered()
    files = sorted({path for pattern in patterns for path in paths_of(storage, Warc(), pattern, pattern)})
    output = os.path.realpath(output)  # the file that a link names, and not the link
    folder = os.path.dirname(output)
    os.makedirs(folder, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=f"{ASIDE}robots-") as runs:
        newest = Newest(runs)
        sizes, done = [storage.size(path) or 0 for path in files], 0
        with display.stage("robots.txt", sum(sizes)) as show:
            for path, size in zip(files, sizes, strict=True):
                for each in _answers(storage, path, found):
                    if (row := row_of(each, agents)) is not None:
                        newest.add(row)
                found.files += 1
                done += size
                show(done, found.answers, found.answers)
        if not found.answers:
            raise BadCall(f"there is no robots.txt among the {RESPONSE} records of {', '.join(patterns)}; at Common "
                          "Crawl the paths of files that have them hold /robotstxt/ instead of /warc/")  # fmt: skip
        write(LocalStorage(), output, agents, _counted(newest.rows(), found))
    return found


def row_of(found: Answer, agents: Iterable[str]) -> Row | None:
    """What an answer says of its origin, as RFC 9309, 2.3.1, has it."""
    place = place_of(found.url)
    if place is None:
        return None
    rules = location = None
    if found.text is not None:
        rules = kept(found.text, agents, cut=found.cut)
    elif found.status // 100 == 4:
        rules = ""
    elif is_robots_txt(found.location) and (there := place_of(found.location)):
        location = there[0]
    return Row(place[0], found.captured, found.status, rules, location)


def _require_free(output: str) -> None:
    """A table is replaced, and nothing else."""
    if os.path.isdir(output):
        raise BadCall(
            f"--output {output}: that is a folder; name a file in it, such as {output.rstrip('/')}/robots.parquet"
        )
    if os.path.exists(output) and not os.path.isfile(output):
        raise BadCall(f"--output {output}: that is no file, and is not replaced by one; give another name")
    if os.path.exists(output):
        try:
            RobotsTable(output)
        except NotATable as error:
            raise BadCall(f"--output {output}: that file is no table of robots.txt, and is not replaced: remove it, or "
                          "give another name") from error  # fmt: skip


def _answers(storage: Storage, path: str, found: Gathered) -> Iterator[Answer]:
    with storage.open(path) as stream:
        census = scan(stream)
        _require_records(path, census)
        found.gaps += census.items.counts().get(GAP, 0)
        found.gap_bytes += census.items.bytes_of(GAP)
        for each in _read(stream, path, census):
            if isinstance(each, Reject):
                found.lost[each.rule] += 1
            else:
                found.answers += 1
                yield each


def _read(stream: BinaryIO, path: str, census: Census) -> Iterator[Answer | Reject]:
    settings, file = WarcSettings(), FileBytes(stream, seen=census.seen(path))
    data = bytes_of(file, census.layout)
    for item in census.items:
        if item.kind != RESPONSE:
            continue
        try:
            read = answer(data, item, settings)
        except Exception as error:
            if not is_documents(error):
                raise
            read = Reject("read.error", detail=described(error))
        if read is not None:
            yield read


def _require_records(path: str, census: Census) -> None:
    if set(census.items.counts()) <= {GAP}:
        why = Warc.why_unread(census.layout)
        raise BadCall(f"{path}: nothing can be read of it: there is no record of a WARC or ARC file there"
                      f"{f' ({why})' if why else ''}. Is it the file that is meant, whole?")  # fmt: skip


def _counted(rows: Iterable[Row], found: Gathered) -> Iterator[Row]:
    for row in rows:
        found.origins[_known(row)] += 1
        yield row


def _known(row: Row) -> str:
    if row.rules is not None:
        return "rules" if row.rules else "all allowed"
    return "unknown" if row.location is None else "redirect"
