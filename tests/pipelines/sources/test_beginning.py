import bz2
import gzip
import io

import pytest

from winnow.pipelines.sources.beginning import LOOKED_AT, Beginning, beginning


@pytest.mark.parametrize("size", [0, 1, LOOKED_AT - 1, LOOKED_AT, LOOKED_AT + 1])
@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress])
def test_what_a_file_begins_with_and_inflates_to(pack: type[bytes], size: int) -> None:
    data = b"abcdefg\n" * (size // 8) + b"x" * (size % 8)
    packed = pack(data)
    found = beginning("a/b.txt", io.BytesIO(packed))
    assert found == Beginning("a/b.txt", packed[:LOOKED_AT], data[:LOOKED_AT])
    assert found.name == "b.txt"


def test_damage_is_the_end() -> None:
    assert beginning("a.gz", io.BytesIO(gzip.compress(b"abc" * 100, mtime=0)[:12])).data == b"a"
