import pytest

from winnow.filters.rules import Reject
from winnow.pipelines.sources.code.lfs import pointer

OBJECT = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393"
POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{OBJECT}\nsize 12345\n"


def test_a_pointer_says_what_it_points_to() -> None:
    assert pointer(POINTER.encode()) == Reject("code.lfs_pointer", detail=f"sha256:{OBJECT}, 12,345 bytes")


@pytest.mark.parametrize(
    "text",
    [
        "", POINTER + "and text\n" + "x" * 1024, POINTER.replace("size", "length"), POINTER.replace("version", "see"),
        POINTER.replace("sha256", "md5"), POINTER + "x = 1\n\n", POINTER.removesuffix("\n"),
    ],
)  # fmt: skip
def test_what_is_none(text: str) -> None:
    assert pointer(text.encode()) is None
