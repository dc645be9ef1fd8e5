import pytest

from winnow.pipelines.sources.code.names import fault_of, repository_of, shown, unpacked

COMMIT = "0123456789abcdef" * 2 + "01234567"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (b"a/b.py", "a/b.py"), (b"./a//./b.py", "a/b.py"), ("ü/é.py".encode(), "ü/é.py"), (b"\xff.py", "\\xff.py"),
        (b"a\nb\x00c", "a\\x0ab\\x00c"), (b"..", ".."), (b"", ""),
    ],
)  # fmt: skip
def test_shown(path: bytes, text: str) -> None:
    assert shown(path) == text


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        (b"a/b.py", ""), (b"..a/b..", ""), (b"c:d", ""), (b"a/C:/b", ""), (b"", "it is empty"), (b"./", "it is empty"),
        (b"/a", "it is absolute"), (b"\\a", "it is absolute"), (b"c:\\a", "it is absolute"),
        (b"c:/a", "it is absolute"),
        (b"..", "it leads out of the archive"), (b"a/../b", "it leads out of the archive"),
        (b"a\\..\\b", "it leads out of the archive"), (b"a\0b", "it holds a NUL"),
    ],
)  # fmt: skip
def test_faults(path: bytes, fault: str) -> None:
    assert fault_of(path) == fault


@pytest.mark.parametrize(
    ("name", "repository", "revision"),
    [
        ("curl", "curl", ""), (f"curl@{COMMIT}", "curl", COMMIT), (f"curl.git@{COMMIT}", "curl", COMMIT),
        ("curl-8.0.tar.gz", "curl-8.0", ""), ("curl.tgz", "curl", ""), ("a.zip", "a", ""), ("tar", "tar", ""),
        ("a@b", "a@b", ""), (".", "", ""), (f".@{COMMIT}", "", COMMIT), ("..", "", ""), ("a.zip.d", "a.zip.d", ""),
        ("a.tar.zst", "a", ""), ("", "", ""),
    ],
)  # fmt: skip
def test_repositories(name: str, repository: str, revision: str) -> None:
    assert repository_of(name) == (repository, revision)


@pytest.mark.parametrize(("name", "inside"), [("a.py.gz", "a.py"), ("a.py", "a.py"), ("a.xz", "a"), ("gz", "gz")])
def test_unpacked(name: str, inside: str) -> None:
    assert unpacked(name) == inside
