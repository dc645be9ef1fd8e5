import io
import tarfile

import pytest

from winnow.pipelines.sources.wikipedia.archive import BLOCK, Header, header, pax_size


def block(
    size: int = 5, kind: bytes = tarfile.REGTYPE, name: str = "a.ndjson", form: int = tarfile.GNU_FORMAT
) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.type = size, kind
    return info.tobuf(form)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (block(), Header(5, True, False)), (block(0), Header(0, True, False)),
        (block(8**11 - 1), Header(8**11 - 1, True, False)), (block(8**11), Header(8**11, True, False)),
        (block(9, tarfile.AREGTYPE), Header(9, True, False)), (block(9, tarfile.CONTTYPE), Header(9, True, False)),
        (block(9, tarfile.DIRTYPE), Header(0, False, False)), (block(9, tarfile.SYMTYPE), Header(0, False, False)),
        (block(9, tarfile.LNKTYPE), Header(0, False, False)), (block(9, tarfile.FIFOTYPE), Header(0, False, False)),
        (block(9, tarfile.XHDTYPE), Header(9, False, True)), (block(9, tarfile.XGLTYPE), Header(9, False, False)),
        (block(9, tarfile.GNUTYPE_LONGNAME), Header(9, False, False)), (block(9, b"?"), Header(9, False, False)),
        (bytes(BLOCK), None), (b"", None), (block()[:-1], None), (b"x" * BLOCK, None), (b"{" * BLOCK, None),
    ],
)  # fmt: skip
def test_headers(data: bytes, expected: Header | None) -> None:
    assert header(data) == expected


def changed(at: int, value: bytes) -> bytes:
    """A header with other bytes and the checksum that these have."""
    data = bytearray(block())
    data[at : at + len(value)] = value
    data[148:156] = b" " * 8
    data[148:156] = b"%06o\0 " % sum(data)
    return bytes(data)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (b"00000000007\0", 7), (b"         17 ", 15), (b"\x80" + bytes(10) + b"\x09", 9),
        (b"\x80" + b"\xff" * 11, (1 << 88) - 1), (b"\xff" * 12, None), (b"00000000009\0", None), (bytes(12), None),
        (b"-0000000001\0", None),
    ],
)  # fmt: skip
def test_sizes(size: bytes, expected: int | None) -> None:
    found = header(changed(124, size))
    assert (found and found.size) == expected


def test_a_changed_header_is_none() -> None:
    for at in (0, 99, 124, 156, 300):
        data = bytearray(block())
        data[at] ^= 1
        assert header(bytes(data)) is None


@pytest.mark.parametrize(("size", "padded"), [(0, 0), (1, 512), (512, 512), (513, 1024)])
def test_members_fill_whole_blocks(size: int, padded: int) -> None:
    assert Header(size, True, False).padded == padded


def test_a_size_that_a_pax_header_gives() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as made:
        info = tarfile.TarInfo("ü" * 200)
        info.size = 8**11
        made.addfile(info)
    data = out.getvalue()
    pax = header(data[:BLOCK])
    assert pax is not None
    assert (pax.is_pax, pax_size(data[BLOCK : BLOCK + pax.size])) == (True, 8**11)
    assert header(block(1), 8**11) == Header(8**11, True, False)
    assert header(block(9, tarfile.XHDTYPE), 8**11) == Header(9, False, True)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"12 size=123\n", 123), (b"9 path=a\n12 size=123\n", 123), (b"", None), (b"9 size=-1\n", None),
        (b"14 xsize=1234\n", None), (b"99 size=" + b"9" * 19 + b"\n", None), (b"x" * (1 << 16) + b"\n9 size=1\n", None),
    ],
)  # fmt: skip
def test_pax_records(content: bytes, expected: int | None) -> None:
    assert pax_size(content) == expected
