"""Packs at s3://, on moto's server."""

import sys
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from tests.s3_server import WHO, s3_server
from tests.trainer.small_corpora import digests, quiet
from winnow.trainer.errors import BadCall, RunFailed
from winnow.trainer.pack import remote
from winnow.trainer.pack.index import MANIFEST

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def bucket(pack: Path) -> Iterator[str]:
    with s3_server("bucket"):
        for file in pack.rglob("*"):
            if file.is_file():
                boto3.client("s3").upload_file(str(file), "bucket", f"a/pack/{file.relative_to(pack)}")
        yield "s3://bucket"


@pytest.fixture(autouse=True)
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("WINNOW_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(remote, "_reading", {})
    remote._client.cache_clear()
    yield
    remote._client.cache_clear()
    for lock in remote._reading.values():
        lock.close()


def test_it_is_copied_whole_and_once(bucket: str, pack: Path) -> None:
    said: list[str] = []
    path = remote.local(f"{bucket}/a/pack", said.append)
    assert digests(path) == digests(pack)
    remote._reading.clear()
    assert (remote.local(f"{bucket}/a/pack/", said.append), len(said)) == (path, 1)


def test_what_is_damaged_or_gone_is_named(bucket: str, pack: Path) -> None:
    name = "shards/00000.train.bin"
    store = boto3.resource("s3").Object("bucket", f"a/pack/{name}")
    data = (pack / name).read_bytes()
    store.put(Body=data[1:])
    with pytest.raises(RunFailed, match=rf"^{bucket}/a/pack/{name} is damaged"):
        remote.local(f"{bucket}/a/pack", quiet)
    store.delete()
    with pytest.raises(BadCall, match=rf"^{bucket}/a/pack/{name} cannot be opened: .*NoSuchKey"):
        remote.local(f"{bucket}/a/pack", quiet)
    store.put(Body=data)
    assert digests(remote.local(f"{bucket}/a/pack", quiet)) == digests(pack)


@pytest.mark.parametrize("name", ["bucket/b", "none/a", "", "/a/pack", "bucket", "Not_a bucket/x"])
def test_what_is_not_there_is_one_line(bucket: str, name: str) -> None:
    with pytest.raises(BadCall, match=rf"{MANIFEST} cannot be opened: ") as caught:
        remote.local(f"s3://{name}", quiet)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        (dict.fromkeys(WHO), BadCall),
        ({"AWS_PROFILE": "nobody"}, BadCall),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"}, RunFailed),
        ({"AWS_ENDPOINT_URL": "nonsense"}, BadCall),
    ],
)
def test_who_cannot_reach_it_is_told(
    changes: dict[str, str | None], error: type[Exception], bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name, value in changes.items():
        monkeypatch.delenv(name) if value is None else monkeypatch.setenv(name, value)
    with pytest.raises(error, match=rf"^{bucket}/a/pack/{MANIFEST} cannot be opened: ") as caught:
        remote.local(f"{bucket}/a/pack", quiet)
    assert str(caught.value).isprintable()


def test_without_boto3_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(BadCall, match=r"needs a library \(.*\): pip install 'winnow\[remote\]'$"):
        remote.local("s3://bucket/a/pack", quiet)
