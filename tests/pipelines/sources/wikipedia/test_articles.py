import bz2
import gzip
import tarfile

import pytest
from wiki_dumps import article, census, kinds, lines, shape, tar

from winnow.pipelines.sources.base import GAP
from winnow.pipelines.sources.inflate import PIECE
from winnow.pipelines.sources.wikipedia.articles import is_object
from winnow.pipelines.sources.wikipedia.settings import PAGE
from winnow.pipelines.sources.wikipedia.tiles import BLANK, MARKUP

LINES = lines(article(1), article(2))
SIZES = [len(line) for line in LINES.splitlines(keepends=True)]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"{}", [(0, 2, PAGE)]),
        (b"{}\n", [(0, 3, PAGE)]),
        (b"{}\n\n{}\r\n\r\n", [(0, 3, PAGE), (3, 1, BLANK), (4, 4, PAGE), (8, 2, BLANK)]),
        (b"\n{", [(0, 1, BLANK), (1, 1, PAGE)]),
        (b"\xef\xbb\xbf{}\nx\n", [(0, 6, PAGE), (6, 2, PAGE)]),
        (b"{}\n\rx\n", [(0, 3, PAGE), (3, 3, PAGE)]),
    ],
)
def test_lines(data: bytes, expected: list[tuple[int, int, str]]) -> None:
    assert shape(data) == expected


@pytest.mark.parametrize("before", [PIECE - 2, PIECE - 1, PIECE, PIECE + 1])
def test_lines_across_pieces(before: int) -> None:
    first = b"{".ljust(before - 1) + b"\n"
    assert kinds(first + b"\r\n" + b"x\n" + b"\n" + b"{}") == [PAGE, BLANK, PAGE, BLANK, PAGE]


@pytest.mark.parametrize("kind", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("packing", [bytes, gzip.compress, bz2.compress])
@pytest.mark.parametrize(
    "name", ["enwiki_namespace_0_0.ndjson", "../../etc/passwd", "/abs", "n" * 95, "d" * 60 + "/" + "f" * 60]
)
def test_an_archive(kind: int, packing, name: str) -> None:  # type: ignore[no-untyped-def]
    data = tar({name: LINES, "b": lines(article(3)).rstrip(), "empty": b""}, kind)
    found = census(packing(data))
    assert [item.kind for item in found.items] == [MARKUP, PAGE, PAGE, MARKUP, PAGE, MARKUP]
    assert found.extent == len(data)
    assert [data[i.offset : i.offset + i.length] for i in found.items if i.kind == PAGE][:2] == LINES.splitlines(True)


def test_long_names_of_either_kind() -> None:
    for kind in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        assert kinds(tar({"ü" * 300: LINES}, kind)) == [MARKUP, PAGE, PAGE, MARKUP]


def test_what_is_no_lines_is_markup() -> None:
    data = tar({"README": b"# read me\n", "._a.ndjson": b"\0\5\x16\7", "a.ndjson": LINES, "z": b""})
    assert kinds(data) == [MARKUP, PAGE, PAGE, MARKUP]


def test_links_and_folders_have_no_content() -> None:
    made = b""
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE):
        info = tarfile.TarInfo("a")
        info.type, info.linkname, info.size = kind, "/etc/passwd", 10**9
        made += info.tobuf(tarfile.GNU_FORMAT)
    assert kinds(made + tar({"a": LINES})) == [MARKUP, PAGE, PAGE, MARKUP]


def head(size: int) -> bytes:
    info = tarfile.TarInfo("a")
    info.size = size
    return info.tobuf(tarfile.GNU_FORMAT)


@pytest.mark.parametrize("size", [len(LINES) + 1, 10**9, 10**15])
def test_an_absurd_size(size: int) -> None:
    """What is there is read; the last line may be cut, and the archive lacks its end."""
    assert kinds(head(size) + LINES) == [MARKUP, PAGE, PAGE]
    assert kinds(head(size) + LINES[:-1]) == [MARKUP, PAGE, GAP]
    assert kinds(gzip.compress(head(size) + LINES[:-1])) == [MARKUP, PAGE, GAP]


def test_a_size_that_is_too_small_leaves_a_gap_to_the_next_header() -> None:
    data = head(SIZES[0]) + LINES * 9
    rest = b"y" * (-len(data) % 512)
    found = shape(data + rest + head(SIZES[0]) + LINES[: SIZES[0]])
    padded = 512 + -(-SIZES[0] // 512) * 512
    assert found[:2] == [(0, 512, MARKUP), (512, SIZES[0], PAGE)]
    assert found[2:4] == [(512 + SIZES[0], padded - 512 - SIZES[0], MARKUP), (padded, len(data + rest) - padded, GAP)]
    assert [kind for *_, kind in found[4:]] == [MARKUP, PAGE]


def test_a_damaged_header_costs_its_member() -> None:
    one, two, three = (bytearray(tar({"a": lines(article(n))})[:-8192]) for n in (1, 2, 3))
    two[3] ^= 1
    assert kinds(bytes(one + two + three)) == [MARKUP, PAGE, MARKUP, GAP, MARKUP, PAGE, MARKUP]


def test_long_headers_before_a_member() -> None:
    """Longer than what is looked at to tell the form; a stream that inflates cannot be read twice."""
    info = tarfile.TarInfo("a")
    info.size, info.pax_headers = len(LINES), {"comment": "x" * 20_000}
    data = info.tobuf(tarfile.PAX_FORMAT) + LINES + bytes(-len(LINES) % 512 + 1024)
    assert kinds(data) == kinds(gzip.compress(data, mtime=0)) == [MARKUP, PAGE, PAGE, MARKUP]
    member = data[: len(data) - 1024]
    assert kinds(gzip.compress(member + member, mtime=0)) == [MARKUP, PAGE, PAGE, MARKUP, PAGE, PAGE, MARKUP]


def test_a_cut_archive() -> None:
    data = tar({"a": LINES})
    inside = 512 + SIZES[0] + 5
    assert shape(data[:inside])[1:] == [(512, SIZES[0], PAGE), (512 + SIZES[0], 5, GAP)]
    assert shape(data[:100]) == [(0, 100, GAP)]


@pytest.mark.parametrize("lost", [1, 8, 30])
def test_a_cut_stream_is_one_gap(lost: int) -> None:
    for data in (LINES * 50, tar({"a": LINES * 50})):
        packed = gzip.compress(data, mtime=0)
        found = census(packed[:-lost])
        whole = list(census(data).items)
        assert list(found.items)[:-1] == whole[: len(found.items) - 1]
        assert found.items[-1].kind == GAP


@pytest.mark.parametrize(
    ("start", "expected"),
    [(b"{", True), (b" \r\n\t{", True), (b"\xef\xbb\xbf{", True), (b"[{", False), (b"<", False), (b"", False)],
)
def test_how_an_object_begins(start: bytes, expected: bool) -> None:
    assert is_object(start) == expected
