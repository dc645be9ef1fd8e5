import io

import pytest
from warc_files import BODY, records, text_of, write

from winnow.pipelines.sources.warc.kinds import arc_kind_of, kind_of
from winnow.pipelines.sources.warc.scan import scan
from winnow.pipelines.sources.warc.settings import WarcSettings


@pytest.mark.parametrize(
    ("warc_type", "uri", "expected"),
    [
        ("response", "http://a.org/", "response"),
        (" Response ", None, "response"),
        ("response", "", "response"),
        ("resource", "metadata://gnu.org/software/wget/warc/wget.log", "resource of metadata:"),
        ("resource", "<metadata://gnu.org/software/wget/warc/wget.log>", "resource of metadata:"),
        ("resource", " URN:text:https://a.org/", "resource of urn:"),
        ("conversion", "urn:X-wpull:log", "conversion of urn:"),
        ("response", "file:///home/a.html", "response of file:"),
        ("resource", "ftp://a.org/a.txt", "resource"),
        ("resource", "filed:a", "resource"),
        ("resource", "http://a.org/?urn:a", "resource"),
        ("metadata", "metadata://gnu.org/software/wget/warc/MANIFEST.txt", "metadata"),
        ("warcinfo", "urn:uuid:1", "warcinfo"),
        ("gap", "http://a.org/", "unknown"),
        ("a b", None, "unknown"),
        (None, None, "unknown"),
    ],
)
def test_kind_of(warc_type, uri, expected):
    assert kind_of(warc_type, uri) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("filedesc://a.arc", "filedesc"),
        ("http://a.org/", "response"),
        ("dns:a.org", "response"),
        ("file:///a", "response of file:"),
    ],
)
def test_arc_kind_of(url, expected):
    assert arc_kind_of(url) == expected


@pytest.mark.parametrize("zipped", [True, False])
def test_what_nobody_served_is_counted_and_gives_no_document(zipped):
    uris = ["metadata://gnu.org/software/wget/warc/wget_arguments.txt", "urn:pageinfo:https://a.org/", "file:///a b"]
    secret = [{"kind": "resource", "body": b"--password=secret", "type": "text/plain", "url": uri} for uri in uris]
    data = write([*secret, {"body": BODY}], zipped=zipped)
    found = records(data)
    kinds = ["resource of metadata:", "resource of urn:", "resource of file:", "response"]
    assert [item.kind for item in scan(io.BytesIO(data)).items] == [record.kind for record in found] == kinds
    assert [text_of(record) for record in found] == [None, None, None, BODY.decode()]
    assert [(record.id, record.meta, record.reject) for record in found[:3]] == [("", {}, None)] * 3


def test_of_an_arc_file_too():
    rest = b" 1.2.3.4 20140216050221 text/plain 5\nwords\n"
    found = records(b"file:///a b" + rest + b"http://a.org/" + rest)
    assert [(record.kind, text_of(record)) for record in found] == [("response of file:", None), ("response", "words")]


def test_kinds_are_none_that_carry_documents():
    assert kind_of("resource", "urn:a") not in WarcSettings.CARRIERS
