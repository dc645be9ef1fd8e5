import io

import pytest
from warc_files import raw_record

from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.warc.record_head import head_at


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (raw_record(b"hello"), (5, "response", False)),
        (b"http://a.org/ 1.2.3.4 20140216050221 text/html; charset=x 7\n", (7, "response", True)),
        (b"http://a.org/ 1.2.3.4 20140216050221 text/html 200 - - 0 a 7\r\n", (7, "response", True)),
        (b"http://a.org/ 1.2.3.4 20140216050221 text/html\x1f\x8b\x08\0 7\n", None),
        (b"http://a.org/ 1.2.3.4 20140216050221 text/html 7", None),
        (b"", None),
    ],
)
def test_head_at(data, expected):
    head = head_at(FileBytes(io.BytesIO(data)), 0)
    assert (None if head is None else (head.length, head.kind, head.arc)) == expected
