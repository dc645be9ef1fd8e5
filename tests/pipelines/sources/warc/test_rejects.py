import gzip
import hashlib
import re

import pytest
from warc_files import (
    BODY,
    HTML,
    TEXT,
    only,
    record_id,
    records,
    relabelled,
    text_of,
)

from winnow.filters.rules import Reject
from winnow.pipelines.sources.warc.settings import WarcSettings

CAP = WarcSettings(max_payload_bytes=1000)
PLAIN = [("Content-Type", "text/plain")]
ROBOTS = "http://example.org/robots.txt"
BOMB = gzip.compress(bytes(200 << 20), mtime=0)


@pytest.mark.parametrize(
    ("record", "settings", "reject"),
    [
        ({"status": "404 Not Found", "body": BODY}, None, Reject("http.status", 404.0)),
        ({"status": "2oo OK", "body": BODY}, None, Reject("http.status", detail="2oo")),
        (
            {"body": BODY, "http": [("Content-Type", "image/png")]},
            None,
            Reject("http.mime", detail="image/png, declared image/png"),
        ),
        (
            {"body": b"%PDF-1.7", "http": HTML},
            None,
            Reject("http.mime", detail="application/pdf, declared text/html; charset=utf-8"),
        ),
        ({"body": b"\0\1", "http": []}, None, Reject("http.mime", detail="application/octet-stream, declared nothing")),
        (
            {"body": bytes(range(128, 256)) * 64, "http": HTML},
            None,
            Reject("http.charset", detail="declared text/html; charset=utf-8"),
        ),
        ({"body": b"Disallow: /", "http": PLAIN, "url": ROBOTS}, None, Reject("http.robots_txt")),
        ({"body": BODY, "url": f"{ROBOTS}#a"}, None, Reject("http.robots_txt")),
        ({"body": b"\0", "http": [("Content-Encoding", "gzip")], "url": ROBOTS}, None, Reject("http.robots_txt")),
        ({"body": b"", "http": PLAIN, "status": "301 Moved", "url": ROBOTS}, None, Reject("http.status", 301.0)),
        ({"body": b"", "http": PLAIN, "status": "404 Not Found", "url": ROBOTS}, None, Reject("http.status", 404.0)),
        ({"body": BODY, "url": f"{ROBOTS}?x"}, None, None),
        ({"body": BODY, "url": ROBOTS.upper()}, None, None),
        ({"body": BODY, "url": "http://example.org/a/robots.txt"}, None, None),
        ({"body": b"a" * 1000}, CAP, None),
        ({"body": b"a" * 1001}, CAP, Reject("http.too_large", 1001, 1000)),
        ({"body": b"a" * 300_000}, CAP, Reject("http.too_large", 300_000 + 59, 1000)),
        (
            {"body": BOMB, "http": [*HTML, ("Content-Encoding", "gzip")]},
            None,
            Reject("http.too_large", 81 << 18, 20 << 20),
        ),
        (
            {"body": gzip.compress(BODY, mtime=0)[:-9], "http": [*HTML, ("Content-Encoding", "gzip")]},
            None,
            Reject("http.encoding", detail="the compressed data end early"),
        ),
        (
            {"body": b"9\r\nabc", "http": [*HTML, ("Transfer-Encoding", "chunked")]},
            None,
            Reject("http.encoding", detail="chunked: the chunk at byte 0 is cut short"),
        ),
    ],
)
def test_rejects(record, settings, reject):
    found = only(record, settings)
    assert (found.kind, found.id, found.reject) == ("response", record_id(0).replace("-", ""), reject)
    assert (found.contents == ()) == (reject is not None)


WRONG = "sha1:" + "A" * 32


@pytest.mark.parametrize(
    ("name", "label", "digest", "reject"),
    [
        ("Block", WRONG, "reject", Reject("warc.digest", detail=f"the block is not {WRONG}")),
        ("Payload", WRONG, "reject", Reject("warc.digest", detail=f"the payload is not {WRONG}")),
        ("Payload", "sha1:1", "reject", Reject("warc.digest", detail="the payload is not sha1:1")),
        ("Payload", "md6:1", "reject", None),
        ("Payload", "sha256:" + hashlib.sha256(BODY).hexdigest(), "reject", None),
        ("Block", WRONG, "note", None),
        ("Block", WRONG, "ignore", None),
    ],
)
def test_digests(name, label, digest, reject):
    (found,) = records(relabelled(name, label, {"body": BODY}), WarcSettings(digest=digest))
    assert found.reject == reject
    assert text_of(found) == (TEXT if reject is None else None)
    assert found.meta.get("warc_digest") == (f"the block is not {WRONG}" if digest == "note" else None)


@pytest.mark.parametrize("digest", ["reject", "note"])
def test_a_payload_digest_does_not_outweigh_that_of_the_block(digest):
    (found,) = records(relabelled("Payload", WRONG, {"body": BODY}, alone=False), WarcSettings(digest=digest))
    assert (found.reject, text_of(found)) == (None, TEXT)
    assert found.meta["warc_digest"] == f"the payload is not {WRONG}"


@pytest.mark.parametrize("label", [WRONG, "sha1:1"])
def test_a_block_digest_that_does_not_agree_counts_whatever_that_of_the_payload_says(label):
    (found,) = records(relabelled("Block", label, {"body": BODY}, alone=False))
    assert found.reject == Reject("warc.digest", detail=f"the block is not {label}")


def test_a_block_digest_that_cannot_be_checked_speaks_for_nothing():
    data = relabelled("Payload", WRONG, {"body": BODY}, alone=False)
    (found,) = records(re.sub(rb"Block-Digest: sha1", b"Block-Digest: sha0", data))
    assert found.reject == Reject("warc.digest", detail=f"the payload is not {WRONG}")


def test_a_payload_may_be_digested_with_its_chunks_or_without():
    chunked = b"%x\r\n" % len(BODY) + BODY + b"\r\n0\r\n\r\n"
    record = {"body": chunked, "http": [*HTML, ("Transfer-Encoding", "chunked")]}
    for body in (BODY, chunked):
        (found,) = records(relabelled("Payload", "sha1:" + hashlib.sha1(body).hexdigest(), record))
        assert text_of(found) == TEXT
    (found,) = records(relabelled("Payload", "sha1:" + hashlib.sha1(BODY[1:]).hexdigest(), record))
    assert found.reject.rule == "warc.digest"
