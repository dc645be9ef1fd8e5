import gzip
import io
from pathlib import Path

import pytest
from small_builds import Long, ingested, warc, whole
from warcio.warcwriter import WARCWriter

from winnow.pipelines.errors import BadCall
from winnow.pipelines.ingest.readable import require_records
from winnow.pipelines.recipe.model import Recipe, Source, Step
from winnow.pipelines.sources.base import Content, Record
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.warc.wet import Wet

TEXTS = ["First page.\nIts text.\n", "Zweite Seite: schön.\n", "短い。\n"]


def wet(texts: list[str], content_type: str = "text/plain") -> bytes:
    """As Common Crawl writes them: a warcinfo, then a conversion for each page, a gzip member each."""
    file = io.BytesIO()
    writer = WARCWriter(file, gzip=True)
    writer.write_record(writer.create_warcinfo_record("a.wet.gz", {"isPartOf": "CC-MAIN-2026-04"}))
    for number, text in enumerate(texts):
        headers = {"WARC-Date": "2026-01-02T03:04:05Z", "WARC-Refers-To": f"<urn:uuid:{number:032x}>",
                   "WARC-Identified-Content-Language": "eng,deu"}  # fmt: skip
        writer.write_record(writer.create_warc_record(
            f"http://example.org/{number}", "conversion", io.BytesIO(text.encode()),
            warc_content_type=content_type, warc_headers_dict=headers,
        ))  # fmt: skip
    return file.getvalue()


def records(data: bytes) -> list[Record]:
    found = Wet().scan(io.BytesIO(data))
    return list(Wet().read(FileBytes(io.BytesIO(data)), found.items, found.layout))


def test_every_conversion_is_a_record() -> None:
    info, *found = records(wet(TEXTS))
    assert (info.kind, info.contents) == ("warcinfo", ())
    assert [record.contents for record in found] == [(Content(text),) for text in TEXTS]
    assert [record.url for record in found] == [f"http://example.org/{number}" for number in range(3)]
    assert {record.captured for record in found} == {"2026-01-02T03:04:05Z"}
    assert found[0].meta == {"warc_language": "eng,deu", "charset": "utf-8"}
    assert len({record.id for record in found}) == 3


def test_a_file_that_was_inflated() -> None:
    data = wet(TEXTS)
    assert [record.contents for record in records(gzip.decompress(data))] == [r.contents for r in records(data)]


def test_only_text_is_taken() -> None:
    _, found = records(wet(["<p>"], "text/html"))
    assert (found.reject and found.reject.rule) == "http.mime"


def recipe() -> Recipe:
    return Recipe("small", (Source("web", Wet(), "wet"),), (Step("long", "long", Long(), Long.RULES),))


def test_a_small_build(tmp_path: Path) -> None:
    (tmp_path / "a.wet.gz").write_bytes(wet(TEXTS))
    built = whole(tmp_path / "out", recipe(), [f"{tmp_path}/a.wet.gz"])
    (total,) = [entry.total for entry in built.entries()]
    assert (total.records, total.other_records, total.documents) == (3, {"warcinfo": 1}, 3)


def test_of_a_file_of_pages_the_call_is_wrong(tmp_path: Path) -> None:
    made = ingested(tmp_path / "out", recipe(), [str(warc(tmp_path / "a.warc.gz", ["a page"]))])
    with pytest.raises(BadCall, match="there is 1 request, 1 response and no conversion there"):
        require_records(made.work, made.inputs)
