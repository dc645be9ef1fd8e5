"""The sample is made once by the script itself, in a process of its own that has no network."""

import base64
import hashlib
import os
import subprocess
import sys
import zlib
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import trafilatura
from warcio.archiveiterator import ArchiveIterator

from demo import code, make_sample
from demo.archive import CRAWLS, WRONG_DIGEST, dealt
from demo.captures import AUTHORS, Capture
from demo.stdlib_text import Article, articles

ROOT = Path(__file__).resolve().parents[2]
OFFLINE = """
import runpy, sys

def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname"):
        raise ConnectionError(event)

sys.addaudithook(refuse)
runpy.run_module("demo.make_sample", run_name="__main__", alter_sys=True)
"""
FILES = [crawl.file for crawl in CRAWLS]
RESERVED = (".example", "example.com", "example.net", "example.org")
"""RFC 2606."""
TWO_CLEAN = FILES[3:]
"""The files without a broken record: one packed, one plain."""


def make(directory: Path, seed: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *options, "-c", OFFLINE, "--output", str(directory)],
        env={**os.environ, "PYTHONHASHSEED": seed},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("demo") / "not" / "yet"
    make(directory, "1")
    return directory / "web"


@pytest.fixture(scope="module")
def reference() -> list[Article]:
    return articles()


@pytest.fixture(scope="module")
def captures(reference: list[Article]) -> list[Capture]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("demo.captures.articles", lambda: reference)
        return make_sample.captures()


def members(data: bytes) -> list[tuple[int, bytes | None]]:
    """Every gzip member that can be found, as (offset, content); content is None where it is broken."""
    found: list[tuple[int, bytes | None]] = []
    offset = 0
    while offset != -1:
        inflate = zlib.decompressobj(wbits=31)
        try:
            content = inflate.decompress(data[offset:])
        except zlib.error:
            found.append((offset, None))
            offset = data.find(b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff", offset + 1)
            continue
        found.append((offset, content if inflate.eof else None))
        offset = len(data) - len(inflate.unused_data) if inflate.unused_data else -1
    return found


@pytest.mark.slow
def test_same_bytes_under_another_hash_seed_and_without_docstrings(sample: Path, tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / FILES[0]).write_bytes(b"left over")
    done = make(tmp_path, "2", "-OO")
    made = contents(sample.parent)
    assert contents(tmp_path) == made
    assert sorted(name for name in made if name.startswith("web/")) == sorted(f"web/{name}" for name in FILES)
    size = sum(map(len, made.values()))
    assert size < 3_000_000
    assert done.stdout == (
        f"{tmp_path}: 471 pages in 5 files, a wiki of 12 pages, a book in 2 editions, {len(code.files())} files of "
        f"code: {size / 1e6:.1f} MB\n"
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("number", range(5))
def test_records_are_those_of_the_captures(sample: Path, captures: list[Capture], number: int) -> None:
    """Every capture gives a request, a response and metadata, but for what was damaged on purpose."""
    part = dealt(captures)[number]
    data = (sample / FILES[number]).read_bytes()
    if FILES[number].endswith(".gz"):
        kinds = [kind_of(content) for _, content in members(data)]
    else:
        with (sample / FILES[number]).open("rb") as stream:
            kinds = [record.rec_type for record in ArchiveIterator(stream)]
    expected: list[str | None] = ["warcinfo"]
    for capture in part:
        response = None if capture.damage in ("flipped", "truncated") else "response"
        expected += ["request", response, *(() if capture.damage == "truncated" else ("metadata",))]
    assert kinds == expected


def kind_of(content: bytes | None) -> str | None:
    """The type of the one record in a member."""
    if content is None:
        return None
    assert content.count(b"WARC/1.0\r\n") == 1
    return content.split(b"WARC-Type: ")[1].split(b"\r\n")[0].decode()


def test_damage(captures: list[Capture]) -> None:
    damages = [(number, it.damage) for number, part in enumerate(dealt(captures)) for it in part if it.damage]
    assert sorted(damages) == sorted(
        [(0, "flipped"), (1, "flipped"), (2, "truncated"), *(found for found in damages if found[1] == "digest")]
    )
    assert [it.damage for it in dealt(captures)[2]][-1] == "truncated"
    assert Counter(damage for _, damage in damages)["digest"] == 2


@pytest.mark.parametrize("name", TWO_CLEAN)
def test_dates_ids_and_hosts(sample: Path, name: str) -> None:
    dates, ids, hosts = [], [], set()
    with (sample / name).open("rb") as stream:
        for record in ArchiveIterator(stream):
            dates.append(record.rec_headers.get_header("WARC-Date"))
            ids.append(record.rec_headers.get_header("WARC-Record-ID"))
            hosts.add(urlsplit(record.rec_headers.get_header("WARC-Target-URI") or "//host.example").hostname)
    assert dates == sorted(dates)
    assert {date[:7] for date in dates} == {name[6:13]}
    assert len(set(ids)) == len(ids)
    assert [host for host in hosts if not host.endswith(RESERVED)] == []


@pytest.mark.parametrize("number", range(4))
def test_payload_digests(sample: Path, captures: list[Capture], number: int) -> None:
    """Every payload has its SHA-1, but for those that carry another's on purpose."""
    wrong = []
    for _, content in members((sample / FILES[number]).read_bytes()):
        if content is None or b"WARC-Type: response" not in content:
            continue
        head, _, rest = content.removesuffix(b"\r\n\r\n").partition(b"\r\n\r\n")
        payload = rest.partition(b"\r\n\r\n")[2]
        named = head.partition(b"WARC-Payload-Digest: sha1:")[2].split(b"\r\n")[0]
        if named != base64.b32encode(hashlib.sha1(payload).digest()):
            wrong.append(named)
    asked = [WRONG_DIGEST.removeprefix("sha1:").encode() for it in dealt(captures)[number] if it.damage == "digest"]
    assert wrong == asked


def test_bodies_come_back(sample: Path, captures: list[Capture]) -> None:
    """What a reader gets from the undamaged files is what the server sent, whatever its codings."""
    for number in (3, 4):
        with (sample / FILES[number]).open("rb") as stream:
            bodies = [it.raw_stream.read() for it in ArchiveIterator(stream) if it.rec_type == "response"]
        assert bodies == [capture.body for capture in dealt(captures)[number]]


def test_every_kind_is_there(captures: list[Capture]) -> None:
    counts = Counter(capture.kind for capture in captures)
    assert len(captures) == 471
    assert counts["manual"] == 213
    assert [kind for kind in counts if kind.startswith("prose in ") and "," in kind] != []
    assert sum(counts[kind] for kind in ("mirror", "syndicated", "advertised", "edited", "captured again")) == 63
    assert sorted(counts[f"status {code}"] for code in (301, 403, 404, 503)) == [2, 2, 6, 8]


def test_pages_in_old_charsets_can_be_read_back(captures: list[Capture]) -> None:
    old = [it for it in captures if it.kind.startswith("prose in ") and "," in it.kind]
    for capture in old:
        charset = capture.mime.partition("charset=")[2]
        assert capture.kind.endswith(charset)
        assert f'<meta charset="{charset}">' in capture.body.decode(charset)
        assert "&#" not in capture.body.decode(charset)


def test_personal_data_is_invented(captures: list[Capture]) -> None:
    names = tuple(name.lower().split()[1] for name in AUTHORS)
    mails = [word for it in captures for word in it.body.decode("latin-1").split() if "@valleys.org" in word]
    assert len(mails) > 15
    assert [mail for mail in mails if not any(name in mail for name in names)] == []


def test_extraction_finds_the_text_and_leaves_the_frame(captures: list[Capture]) -> None:
    """A page worth reading gives sentences, without menu, banner, sidebar or footer."""
    short = 0
    pages = [it for it in captures if it.kind in ("manual", "prose", "goods")][::5]
    for capture in pages:
        found = trafilatura.bare_extraction(capture.body.decode(), deduplicate=False, with_metadata=True)
        assert (found.author in AUTHORS, found.title in capture.body.decode()) == (True, True)
        short += len(found.text.split()) < 50
        for frame in ("cookies to make", "Accept all", "Related articles", "Privacy policy", "newsletter"):
            assert frame not in found.text
    assert short == 0


def test_articles_share_no_paragraph(reference: list[Article]) -> None:
    texts = [block.text for article in reference for block in article.blocks if block.kind != "heading"]
    assert len(texts) == len(set(texts))
    assert sum(map(len, texts)) > 600_000


def test_a_library_with_a_file_missing_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sysconfig.get_paths", lambda: {"stdlib": str(tmp_path)})
    assert make_sample.main(["--output", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err.startswith(f"{tmp_path}/pydoc_data/topics.py: not found")


def test_list_writes_nothing(
    captures: list[Capture], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(make_sample, "captures", lambda: captures)
    assert make_sample.main(["--output", str(tmp_path / "out"), "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert sum(int(line.split()[0]) for line in lines) == 471
    assert list(tmp_path.iterdir()) == []
