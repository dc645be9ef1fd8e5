"""S3 for real: moto's server, on loopback. What all remote file systems share is tested in test_storage.py."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from small_builds import read_bytes

from tests.s3_server import WHO, s3_server
from winnow.pipelines import cli
from winnow.pipelines.beam import dofns
from winnow.pipelines.beam.storage import BeamStorage, StorageFailed
from winnow.pipelines.files.storage import write_bytes

pytestmark = pytest.mark.distributed
BUCKET = "corpora"
Promised = Callable[[Path], dict[str, str]]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with s3_server(BUCKET) as url:
        yield url


@pytest.fixture(scope="module")
def pages(endpoint: str, sample: Path) -> str:
    """The sample's files in the bucket."""
    for file in sample.iterdir():
        boto3.client("s3").upload_file(str(file), BUCKET, f"pages/{file.name}")
    return f"s3://{BUCKET}/pages/*"


@pytest.fixture
def folder(endpoint: str, request: pytest.FixtureRequest) -> str:
    return f"s3://{BUCKET}/{hashlib.sha256(request.node.name.encode()).hexdigest()[:8]}"


def winnow(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.run([sys.executable, "-m", "winnow", "build", "tiny", *arguments, "--quiet"],
                          env=kept | environment, capture_output=True, text=True, check=False)  # fmt: skip


def fetched(folder: str, to: Path) -> Path:
    """A build's files, brought here."""
    bucket, _, prefix = folder.removeprefix("s3://").partition("/")
    for item in boto3.resource("s3").Bucket(bucket).objects.filter(Prefix=f"{prefix}/"):
        path = to / item.key.removeprefix(f"{prefix}/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(item.get()["Body"].read())
    return to


def rows(build: Path, table: str) -> pa.Table:
    """All rows of a table, with the files' names in place of their paths."""
    found = pa.concat_tables(pq.read_table(part) for part in sorted((build / table).rglob("*.parquet")))
    names = pa.array(path.rsplit("/", 1)[1] for path in found["file"].to_pylist())
    return found.set_column(found.column_names.index("file"), "file", names)


def test_a_build_from_s3_to_s3(
    pages: str, endpoint: str, reference: Path, promised: Promised, tmp_path: Path, folder: str
) -> None:
    here = winnow("--input", pages, "--output", f"{folder}/here", "--workers", "2", **WHO, AWS_ENDPOINT_URL=endpoint)
    assert (here.returncode, here.stderr) == (0, "")
    options = ("--s3_endpoint_url", endpoint, "--s3_access_key_id", "name", "--s3_secret_access_key", "secret",
               "--s3_region_name", "us-east-1")  # fmt: skip
    whole = winnow("--input", pages, "--output", f"{folder}/whole", "--runner", "FnApiRunner", *options)
    assert (whole.returncode, whole.stderr) == (0, "")
    made = fetched(f"{folder}/here", tmp_path / "here")
    assert promised(made) == promised(fetched(f"{folder}/whole", tmp_path / "whole"))
    for table in ("corpus", "rejected", "clusters"):
        assert rows(made, table).equals(rows(reference, table))


def test_local_files_to_s3_are_the_local_bytes(
    sample: Path, endpoint: str, reference: Path, promised: Promised, tmp_path: Path, folder: str
) -> None:
    made = winnow("--input", f"{sample}/*", "--output", folder, "--workers", "2", **WHO, AWS_ENDPOINT_URL=endpoint)
    assert (made.returncode, made.stderr) == (0, "")
    assert promised(fetched(folder, tmp_path)) == promised(reference)
    again = winnow("--input", f"{sample}/*", "--output", folder, **WHO, AWS_ENDPOINT_URL=endpoint)
    assert (again.returncode, again.stderr) == (0, "")


def test_a_file_is_replaced_and_nothing_is_left_aside(folder: str) -> None:
    storage = BeamStorage()
    for value in (b"one", b"", b"three"):
        write_bytes(storage, f"{folder}/a", value)
        assert (read_bytes(storage, f"{folder}/a"), storage.size(f"{folder}/a")) == (value, len(value))
    assert storage.files(folder) == [f"{folder}/a"]


def test_a_large_file_is_read_from_any_place(folder: str) -> None:
    value = os.urandom(12 << 20)  # more than one part of an upload
    write_bytes(BeamStorage(), f"{folder}/a", value)
    with BeamStorage().open(f"{folder}/a") as file:
        assert (file.seek(0, os.SEEK_END), file.seek(11 << 20), file.read(5)) == (
            12 << 20, 11 << 20, value[11 << 20 :][:5])  # fmt: skip
        assert (file.seek(3), file.read()) == (3, value[3:])


@pytest.mark.parametrize("name", ["with space", "[1]", "a[b", "]", "a*b?", "ü", "a=b&c", "a%20b", "{x}", "a+b", "~"])
def test_a_name_is_no_pattern(folder: str, name: str) -> None:
    storage = BeamStorage()
    for path in (f"{folder}/{name}", f"{folder}/a", f"{folder}/{name}/b"):
        write_bytes(storage, path, path.encode())
    assert storage.files(f"{folder}/{name}") == [f"{folder}/{name}/b"]
    assert read_bytes(storage, f"{folder}/{name}") == f"{folder}/{name}".encode()
    storage.delete(f"{folder}/{name}")
    assert storage.files(folder) == sorted([f"{folder}/a", f"{folder}/{name}/b"])


def test_more_files_than_one_answer_lists(folder: str) -> None:
    prefix, client = folder.rsplit("/", 1)[1], boto3.client("s3")
    names = [f"{number:04d}" for number in range(1001)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: client.put_object(Bucket=BUCKET, Key=f"{prefix}/{name}", Body=b""), names))
    assert BeamStorage().files(folder) == [f"{folder}/{name}" for name in names]
    assert len(BeamStorage().match(f"{folder}/*[05]")) == 201
    BeamStorage().delete(folder)
    assert BeamStorage().files(folder) == []


def test_what_is_not_there(folder: str) -> None:
    with pytest.raises(FileNotFoundError):
        BeamStorage().open(f"{folder}/a")
    with pytest.raises(StorageFailed, match=r"^s3://nobodys/a: .*NoSuchBucket"):
        write_bytes(BeamStorage(), "s3://nobodys/a", b"x")


NOBODY = "http://127.0.0.1:9"
"""A port on which nothing listens."""


@pytest.mark.parametrize(
    ("given", "output", "more", "said"),
    [
        ("s3://nobodys/*", "{folder}", (), "winnow: s3://nobodys/*: An error occurred (NoSuchBucket)"),
        ("web=s3://nobodys/*", "{folder}", (), "winnow: s3://nobodys/*: An error occurred (NoSuchBucket)"),
        ("{pages}", "s3://nobodys/out", (), "winnow: s3://nobodys/out: An error occurred (NoSuchBucket)"),
        ("{pages}", f"s3://{BUCKET}", (), f"winnow: s3://{BUCKET}: S3 path must be in the form"),
        ("{folder}/*", "{folder}/out", (), "winnow: --input {folder}/*: no file matches"),
        ("{pages}", "{folder}", ("--runner", "FnApiRunner", "--s3_endpoint_url", NOBODY),
         f'winnow: {{folder}}: Could not connect to the endpoint URL: "{NOBODY}'),
        ("{pages}", "{folder}", ("--s3_endpoint_url", NOBODY),
         "winnow: --s3_endpoint_url: Beam's options need --runner; without one Winnow takes S3's settings"),
    ],
)  # fmt: skip
def test_wrong_calls(
    pages: str, folder: str, given: str, output: str, more: tuple[str, ...], said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    names = {"pages": pages, "folder": folder}
    code = cli.main(["build", "tiny", "--input", given.format(**names), "--output", output.format(**names), *more])
    told = capsys.readouterr().err
    assert (code, told.startswith(said.format(**names)), told.count("\n")) == (2, True, 1), told


def test_nobody_in_particular(pages: str, endpoint: str, folder: str, tmp_path: Path) -> None:
    found = winnow("--input", pages, "--output", folder, AWS_ENDPOINT_URL=endpoint, AWS_DEFAULT_REGION="us-east-1",
                   AWS_EC2_METADATA_DISABLED="true", HOME=str(tmp_path))  # fmt: skip
    assert (found.returncode, found.stderr.count("\n")) == (2, 1)
    assert found.stderr.startswith(f"winnow: {folder}: Unable to locate credentials")


def test_without_the_extra(
    pages: str, folder: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apache_beam.io.aws.s3io.BOTO3_INSTALLED", False)
    assert cli.main(["build", "tiny", "--input", pages, "--output", folder]) == 2
    assert capsys.readouterr().err.startswith(f"winnow: {folder}: s3:// needs boto3: pip install 'winnow[s3]'")


def test_a_bucket_that_goes_in_the_middle(
    sample: Path, endpoint: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket, process = boto3.resource("s3").create_bucket(Bucket="short-lived"), dofns.Run.process

    def robbed(self: dofns.Run, element: Any) -> Iterator[Any]:
        if self.name == "extract":
            bucket.objects.delete()
            bucket.delete()
        yield from process(self, element)

    monkeypatch.setattr(dofns.Run, "process", robbed)
    call = ["build", "tiny", "--input", f"{sample}/*", "--output", "s3://short-lived/out", "--quiet"]
    assert cli.main([*call, "--runner", "FnApiRunner"]) == 1
    told = capsys.readouterr().err
    assert (told.startswith("winnow: job ingest: s3://short-lived/out/work/"), told.count("\n")) == (True, 1), told
