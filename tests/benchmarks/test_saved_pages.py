import gzip
import io
import json
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from benchmarks.saved_pages import SavedPage, f1, load


@pytest.mark.parametrize(
    ("predicted", "reference", "expected"),
    [("", "", 1.0), ("a", "", 0.0), ("", "a", 0.0), ("A b!", "a, B", 1.0), ("a a b", "a b", 0.8), ("...", "", 1.0)],
)
def test_f1(predicted: str, reference: str, expected: float) -> None:
    assert f1(predicted, reference) == expected


def test_load(tmp_path: Path) -> None:
    with (tmp_path / "set-0.warc.gz").open("wb") as stream:
        writer = WARCWriter(stream)
        for url in ("http://a.b.co.uk/x", "http://c.example/unknown"):
            head = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
            body = io.BytesIO(b"<html><p>text")
            fields = {"WARC-Date": "2026-01-31T00:00:00Z"}
            writer.write_record(
                writer.create_warc_record(url, "response", body, http_headers=head, warc_headers_dict=fields)
            )
    row = {
        "url": "http://a.b.co.uk/x",
        "page_type": "forum",
        "title": "t",
        "main_content": "text",
        "with": ["text"],
        "without": [],
    }
    with gzip.open(tmp_path / "truth.jsonl.gz", "wt") as out:
        out.write(json.dumps(row) + "\n")
    found = list(load(tmp_path, "set", "truth.jsonl.gz"))
    expected = SavedPage(
        "http://a.b.co.uk/x", "2026-01-31T00:00:00Z", "<html><p>text", "forum", "t", "text", ("text",), ()
    )
    assert (found, found[0].domain) == ([expected], "b.co.uk")
