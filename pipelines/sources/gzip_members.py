"""The gzip members of a file, in bounded memory: what they inflate to, and where they end."""

import re

from isal import igzip_lib, isal_zlib

from winnow.pipelines.sources.file_bytes import BLOCK, FileBytes
from winnow.pipelines.sources.inflate import PIECE, Streams

MAX_GZIP_HEADER = 4096
"""Optional gzip fields (file name, comment, extra) longer than this are nobody's WARC."""

MAGIC = b"\x1f\x8b"
"""How a gzip member begins, and no plain record."""
GZIP_MAGIC = re.compile(rb"\x1f\x8b\x08(?=[\x00-\x1f])")
_EXTRA, _NAME, _COMMENT, _HEADER_CRC = 4, 8, 16, 2


class InflatedBytes(Streams):
    """What one gzip member inflates to, or with `all_members` those that follow it too; forward only.

    The checksum and length at the end of a member (RFC 1952, section 2.3.1) are checked here, apart from the inflating,
    so that the end of a member with a wrong checksum is still known.
    """

    def __init__(self, file: FileBytes, start: int, *, all_members: bool = False) -> None:
        super().__init__(file, start)
        self._all = all_members
        self.end: int | None = None
        """Offset in the file behind the last member that came to its end, whatever its checksum says."""
        self.end_is_sure = False
        """Whether that end is the member's own: its checksum or its length is right. Damaged data run on over what
        follows, and can come to an end there."""
        self._tail = b""
        self._crc = 0
        self._member_length = 0
        self._open()

    def _piece(self) -> bytes:
        """Return the next inflated bytes; none at the end or at damage."""
        while not self._done:
            if self._decoder.eof:
                self._close()
                continue
            data = self._tail or self._file.read(self.position, BLOCK)
            if not data:
                self._stop("the gzip data end early")
                continue
            try:
                piece = self._decoder.decompress(data, PIECE)
            except igzip_lib.IsalError as error:  # type: ignore[misc]  # isal's stub calls the class a value
                self._stop(str(error))
                continue
            # at the end both may hold the rest, so only one counts
            self._tail = b"" if self._decoder.eof else self._decoder.unconsumed_tail
            self.position += len(data) - len(self._tail or self._decoder.unused_data)
            if piece:
                self._crc = isal_zlib.crc32(piece, self._crc)
                self._member_length += len(piece)
                self.inflated += len(piece)
                return piece
        return b""

    def _open(self) -> None:
        header = gzip_header_length(self._file.read(self.position, MAX_GZIP_HEADER))
        if header is None:
            self._stop("no gzip member")
            self.between = self.end is not None and self._file.read(self.position, 2) != MAGIC
            return
        self.position += header
        self._decoder = isal_zlib.decompressobj(-isal_zlib.MAX_WBITS)
        self._tail, self._crc, self._member_length = b"", 0, 0

    def _close(self) -> None:
        trailer = self._file.read(self.position, 8)
        if len(trailer) < 8:
            self._stop("the gzip data end early")
            return
        self.end = self.position + 8
        checksum = trailer[:4] == self._crc.to_bytes(4, "little")
        length = trailer[4:] == (self._member_length & 0xFFFFFFFF).to_bytes(4, "little")
        self.end_is_sure = checksum or length
        if not (checksum and length):
            self._stop("the gzip checksum is wrong")
            return
        self.position = self.end
        if self._all and self._file.ends_in_zeros(self.position):
            self.position = self._file.size
        if self._all and self.position < self._file.size:
            self._open()
        else:
            self._done = True


def gzip_header_length(data: bytes) -> int | None:
    """Return the length of the gzip header at the start of `data` (RFC 1952, section 2.3), or None if there is none."""
    if not GZIP_MAGIC.match(data):
        return None
    flags, at = data[3], 10
    if flags & _EXTRA:
        at += 2 + int.from_bytes(data[at : at + 2], "little")
    for flag in (_NAME, _COMMENT):
        if flags & flag:
            at = data.find(b"\0", at) + 1
            if at == 0:
                return None
    if flags & _HEADER_CRC:
        at += 2
    return at if at <= len(data) else None
