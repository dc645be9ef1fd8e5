import os
import shutil
from pathlib import Path

import pytest
from finished_folders import GIVEN, ONE, OTHER, PART, complete, finished, folder, names
from small_builds import LOCAL

from winnow.pipelines.errors import BadCall
from winnow.pipelines.output.folder import Folder
from winnow.pipelines.output.path import resolved
from winnow.pipelines.plan.unit import Input
from winnow.pipelines.views.beside import beside


def refused(path: str, *inputs: str) -> str:
    given = [Input("web", i, 3, "e") for i in inputs] or [GIVEN]
    with pytest.raises(BadCall) as error:
        Folder(LOCAL, path, ONE, given, beside).claimed(replace=True).__enter__()
    return str(error.value)


@pytest.mark.parametrize(
    ("given", "path"),
    [("out", "out"), ("out/", "out"), ("out//", "out"), ("./out", "out"), ("a/../out", "out"), ("link", "real"),
     ("link/new", "real/new"), ("real/../link/", "real"), (".", ""), ("real/..", "")],
)  # fmt: skip
def test_one_spelling_for_one_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str, path: str) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    monkeypatch.chdir(tmp_path)
    wanted = os.path.realpath(tmp_path / path)
    assert (resolved(given), resolved(f"{tmp_path}/{given}")) == (wanted, wanted)
    found = folder(Path(given))
    assert (found.path, found.root) == (wanted, wanted)


def test_a_link_is_replaced_where_it_leads(tmp_path: Path) -> None:
    finished(tmp_path / "far/real")
    (tmp_path / "link").symlink_to("far/real")
    found = folder(tmp_path / "link", OTHER)
    with found.claimed(replace=True):
        complete(found, b"new")
        found.finish()
    assert (names(tmp_path), names(tmp_path / "far")) == (["far", "link"], ["real"])
    assert (tmp_path / "link" / PART).read_bytes() == b"new"


def test_empty_and_root_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    before = sorted(os.listdir("/"))
    assert refused("") == "--output is empty; give a new or an empty directory"
    for root in ("/", "//", "/tmp/..", "/.", "../" * 30):
        assert refused(root) == f"--output {root} is the root folder; give a new or an empty directory"
    (tmp_path / "top").symlink_to("/")
    assert refused("top") == "--output top is the root folder; give a new or an empty directory"
    assert sorted(os.listdir("/")) == before


@pytest.mark.parametrize("given", ["gs://", "gs:///", "gs://bucket", "gs://bucket/", "s3://bucket//", "s3:///key"])
def test_a_bare_bucket_is_refused(given: str) -> None:
    assert refused(given) == f"--output {given} names no folder of a bucket; give one, as in gs://bucket/corpus-1"


@pytest.mark.parametrize(
    ("given", "path"),
    [("gs://b/out", "gs://b/out"), ("s3://b/a/out//", "s3://b/a/out"), ("hdfs://n:8/out", "hdfs://n:8/out"),
     ("hdfs:///out", "hdfs:///out")],
)  # fmt: skip
def test_a_folder_of_a_bucket(given: str, path: str) -> None:
    assert resolved(given) == path


def test_what_is_no_directory_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    long, deep = "x" * 256, "/y" * 1600
    wanted = {
        f"{tmp_path}/file": f"{tmp_path}/file is a file; give a new or an empty directory as --output",
        f"{tmp_path}/file/deep": f"--output {tmp_path}/file/deep cannot be written: Not a directory; "
        "give another directory",
        f"{tmp_path}/dangling": f"--output {tmp_path}/dangling: {tmp_path}/dangling is a link to what is not there; "
        "give another directory",
        f"{tmp_path}/dangling/out": f"--output {tmp_path}/dangling/out: {tmp_path}/dangling is a link to what is not "
        "there; give another directory",
        f"{tmp_path}/loop": f"--output {tmp_path}/loop: {tmp_path}/loop is a link to what is not there; "
        "give another directory",
        f"{tmp_path}/{long}": f"--output {tmp_path}/{long} cannot be written: File name too long; "
        "give another directory",
        f"{tmp_path}{deep}": f"--output {f'{tmp_path}{deep}'[:40]}... has more than 3000 bytes; give a shorter path",
        f"{tmp_path}/a\0b": f"--output '{tmp_path}/a\\x00b' is no path: embedded null byte",
    }
    assert {given: refused(given) for given in wanted} == wanted
    assert refused(f"{tmp_path}/\udcff").startswith(f"--output '{tmp_path}/\\udcff' is no path: ")
    assert names(tmp_path) == ["dangling", "file", "loop"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_directory_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    assert refused(f"{tmp_path}/closed/out") == (
        f"{tmp_path}/closed/out cannot be written: Permission denied; give another --output"
    )


def test_an_input_is_never_in_the_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    finished(tmp_path / "out")
    (tmp_path / "out/corpus/a.gz").touch()
    (tmp_path / "elsewhere.gz").touch()
    (tmp_path / "out/link.gz").symlink_to(tmp_path / "elsewhere.gz")
    (tmp_path / "link.gz").symlink_to(tmp_path / "out/corpus/a.gz")
    monkeypatch.chdir(tmp_path)
    for given in ("out/corpus/a.gz", f"{tmp_path}/out/corpus/a.gz", "out/link.gz", "link.gz"):
        wanted = f"the input {given} lies inside --output {tmp_path}/out; give another directory"
        assert (refused("out", given), refused("./out/", "b.gz", given)) == (wanted, wanted)
    for given in ("elsewhere.gz", "out.gz", "gs://b/out/a.gz"):
        with Folder(LOCAL, "fresh", ONE, [Input("web", given, 3, "e")], beside).claimed(replace=False):
            shutil.rmtree("fresh")
    wanted = "the input gs://b/out/a.gz lies inside --output gs://b/out; give another directory"
    assert refused("gs://b/out", "gs://b/out/a.gz") == wanted


@pytest.mark.parametrize("name", ["corpus", "rejected", "clusters", "work"])
@pytest.mark.parametrize("ended", [True, False])
def test_no_build_lies_in_the_files_of_another(tmp_path: Path, name: str, ended: bool) -> None:
    finished(tmp_path / "out")
    (tmp_path / "out" / ("work/build.json" if ended else "ledger.json")).unlink()
    given = f"{tmp_path}/out/{name}/web/inner"
    wanted = f"--output {given} lies in {name}/ of the build {tmp_path}/out; give another directory"
    assert refused(given) == wanted
    for path in (f"out/inner/{name}", f"{name}/out"):
        with folder(tmp_path / path).claimed(replace=False):
            assert (tmp_path / path / "work/build.json").exists()
