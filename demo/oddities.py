"""Responses that are no ordinary page: other charsets and codings, errors, redirects, files, and damage."""

from collections.abc import Sequence
from dataclasses import replace

from demo.captures import Capture, Text, chunked, packed, url_of
from demo.sites import CLUB, SHOP

CHARSETS = {
    "de": "windows-1252", "fr": "iso-8859-15", "es": "windows-1252", "pl": "iso-8859-2", "ru": "koi8-r",
    "ja": "shift_jis",
}  # fmt: skip


def oddities(texts: Sequence[Text]) -> list[Capture]:
    """Everything else that a crawl brings home; the texts behind it are used for nothing else."""
    spare = [text.capture() for text in texts]
    return [*_statuses(), *_files(), *_plain(texts[:6]), *_coded(spare[6:18]), *_damaged(spare[18:26])]


def in_its_charset(text: Text, number: int) -> Capture:
    """Every other page in a foreign language comes in an old charset of that language."""
    old = CHARSETS.get(text.site.language)
    if old is None or number % 2:
        return text.capture()
    return replace(text.capture(old), kind=f"{text.kind}, {old}")


def _statuses() -> list[Capture]:
    """Errors and redirects: a body there is, but nobody asked for it."""
    made = []
    answers = (("404 Not Found", 8), ("301 Moved Permanently", 6), ("403 Forbidden", 2), ("503 Service Unavailable", 2))
    for status, count in answers:
        for number in range(count):
            body = f"<html><head><title>{status}</title></head><body><h1>{status}</h1><hr>server</body></html>".encode()
            url = f"https://{CLUB.host}/old/{status[:3]}/{number}"
            headers = (("Location", f"https://{CLUB.host}/new/{number}"),) if status[:3] == "301" else ()
            fate = "dropped: HTTP status"
            made.append(Capture(f"status {status[:3]}", fate, url, body, "text/html", status, headers))
    return made


def _files() -> list[Capture]:
    """What is not text, or not there."""
    pdf = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n\xe2\xe3\xcf\xd3 stream\x00\x01\x02\n%%EOF\n"
    png = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
    json = b'{"articles": [{"id": 17, "price": 12.9}, {"id": 18, "price": 7.5}]}'
    fate = "dropped: media type"
    return [
        Capture("pdf", fate, f"https://{SHOP.host}/catalogue.pdf", pdf, "application/pdf"),
        Capture("pdf", "dropped: no page in it", f"https://{SHOP.host}/prices", pdf, "text/html"),
        Capture("image", fate, f"https://{SHOP.host}/logo.png", png, "image/png"),
        Capture("json", fate, f"https://{SHOP.host}/api/articles?page=1", json, "application/json"),
        Capture("json", fate, f"https://{SHOP.host}/api/articles?page=2", json, "application/json"),
        *(
            Capture("empty body", "dropped: nothing to extract", f"https://{CLUB.host}/blank/{number}", b"")
            for number in range(3)
        ),
    ]


def _plain(texts: Sequence[Text]) -> list[Capture]:
    """Texts without any HTML."""
    made = []
    for text in texts:
        body = "\n\n".join([text.page.title, *(block.text for block in text.blocks)]) + "\n"
        url = f"{url_of(text.site, text.page.title)}.txt"
        made.append(Capture("plain text", "kept", url, body.encode(), "text/plain; charset=utf-8"))
    return made


def _coded(spare: Sequence[Capture]) -> list[Capture]:
    """Bodies in a transfer or content coding, and bodies that do not say or do not know their charset."""
    made = [replace(packed(capture), kind="gzip body", fate="kept") for capture in spare[:4]]
    made += [replace(chunked(capture), kind="chunked body", fate="kept") for capture in spare[4:7]]
    made += [replace(chunked(packed(capture)), kind="gzip body in chunks", fate="kept") for capture in spare[7:8]]
    utf_16 = spare[8].body.decode().replace('charset="utf-8"', 'charset="utf-16"').encode("utf-16-le")
    made.append(replace(spare[8], kind="utf-16", fate="kept", body=b"\xff\xfe" + utf_16, mime="text/html"))
    silent = spare[9].body.replace(b'<meta charset="utf-8">\n', b"")
    made.append(replace(spare[9], kind="no charset", fate="kept", body=silent, mime="text/html"))
    made.append(replace(spare[10], kind="unknown charset", fate="kept", mime="text/html; charset=klingon-8"))
    made.append(replace(spare[11], kind="no media type", fate="kept", mime=""))
    return made


def _damaged(spare: Sequence[Capture]) -> list[Capture]:
    """Broken bodies and broken records; the archive does the harm that `damage` names."""
    half = packed(spare[0])
    flipped = packed(spare[1])
    middle = len(flipped.body) // 2
    wrong = bytes(byte ^ 0xFF for byte in flipped.body[middle : middle + 16])
    bad_body = flipped.body[:middle] + wrong + flipped.body[middle + 16 :]
    bad_chunk = chunked(spare[2])
    fate = "dropped: broken content coding"
    return [
        replace(half, kind="gzip body cut short", fate=fate, body=half.body[: len(half.body) // 2]),
        replace(flipped, kind="gzip body corrupt", fate=fate, body=bad_body),
        replace(bad_chunk, kind="bad chunk length", fate="kept as far as it can be read, or dropped",
                body=b"zz\r\n" + bad_chunk.body),
        *(replace(it, kind="wrong digest", fate="kept or dropped by digest", damage="digest") for it in spare[3:5]),
        replace(spare[5], kind="broken gzip member", fate="a gap in the file", damage="flipped", crawl=0),
        replace(spare[6], kind="broken gzip member", fate="a gap in the file", damage="flipped", crawl=1),
        replace(spare[7], kind="truncated record", fate="a gap at the end of the file", damage="truncated", crawl=2),
    ]  # fmt: skip
