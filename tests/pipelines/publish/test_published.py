"""`winnow publish` as a command: what it prints, how it ends, and that a killed one goes on."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hub_server import WRITER, Blob, Fault, Hub, Repo

from winnow.pipelines.cli import main
from winnow.pipelines.ending import STOPPED
from winnow.pipelines.publish import send
from winnow.pipelines.publish.tree import tree_of
from winnow.pipelines.views.finished import finished

REPO = ["--repo", "org/corpus"]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], build: Path):  # type: ignore[no-untyped-def]
    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(["publish", str(build), *arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def test_nothing_is_changed_without_yes(hub: Hub, build: Path, said) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = said(*REPO)
    assert (code, hub.repos) == (0, {})
    tree = tree_of(finished(str(build)))
    lines = out.splitlines()
    assert [line.split()[0] for line in lines[1:15]] == [file.path for file in tree.files()]
    assert {line.split()[-1] for line in lines[1:15]} == {"new"}
    last = f"{hub.url}/datasets/org/corpus (public, would be made): 14 new, 0 changed ("
    assert lines[-1].startswith(last)
    assert lines[-1].endswith("0 the same, 0 deleted. Nothing was changed: --yes uploads.")
    assert [line.split()[0] for line in lines[17:21]] == ["keys/", "rejected/", "work/", "run.json"]


def test_yes_uploads_and_what_is_left_is_told(hub: Hub, said) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = said(*REPO, "--yes", "--private")
    assert (code, hub.repos["org/corpus"].private) == (0, True)
    assert out.endswith("0 the same, 0 deleted, in 1 commit\n")
    hub.repos["org/corpus"].branches["main"] |= {"keys/\x1b[31m.parquet": Blob(b"", True)}
    code, out, _ = said(*REPO)
    assert "1 file of an earlier build would be deleted there:\n  keys/�[31m.parquet" in out
    assert "(private): 0 new, 0 changed (0 B in all), 14 the same, 1 deleted." in out


def test_as_json(hub: Hub, build: Path, said) -> None:  # type: ignore[no-untyped-def]
    hub.repos["org/corpus"] = Repo(False, {"main": {"README.md": Blob(b"mine", False)}})
    told = json.loads(said(*REPO, "--json")[1])
    assert [*told] == ["repository", "files", "deleted", "left_out", "remarks", "done"]
    assert (told["repository"], told["done"]) == (f"{hub.url}/datasets/org/corpus", None)
    assert {each["path"]: each["change"] for each in told["files"]} == dict.fromkeys(
        tree_of(finished(str(build))).paths, "new") | {"README.md": "changed"}  # fmt: skip
    assert [each["folder"] for each in told["left_out"]] == ["keys", "rejected"]
    done = json.loads(said(*REPO, "--json", "--yes", "--quiet")[1])["done"]
    assert (done["new"], done["other"], done["commits"]) == (13, 1, 1)


def test_without_a_hub_the_tree_is_shown_all_the_same(hub: Hub, said, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(send, "_SOON", ())
    hub.faults.append(Fault("GET", "^/api/datasets", "cut", 99))
    code, out, _ = said(*REPO)
    assert code == 0
    assert "what would change there is not known. --yes uploads." in out.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "name a data set with --repo"),
        (["--to", "x", "--yes"], "leave out --repo, --yes"),
        (["--repo", "corpus"], "ORG/NAME"), (["--repo", "org/a b"], "ORG/NAME"), (["--repo", "org/../x"], "ORG/NAME"),
        (["--repo", f"org/{'x' * 93}"], "at most 96"), (["--to", "s3://bucket/x"], "not on this machine"),
    ],
)  # fmt: skip
def test_wrong_calls(said, arguments: list[str], told: str) -> None:  # type: ignore[no-untyped-def]
    code, _, err = said(*arguments)
    assert (code, err.count("\n"), told in err) == (2, 1, True)


def test_the_library_is_an_extra(said, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    assert said(*REPO)[::2] == (2, "winnow: huggingface_hub is not installed: pip install 'winnow[hub]'\n")


def test_a_build_that_is_not_finished_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work/build.json").write_text("{}")
    assert main(["publish", str(tmp_path), *REPO]) == 2
    assert "the build is not finished" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_killed_one_goes_on(hub: Hub, build: Path, tmp_path: Path, number: signal.Signals) -> None:
    """Ended when four of seven objects are up and the others hang: at once, and these are not uploaded again."""
    command = [sys.executable, "-m", "winnow", "publish", str(build), *REPO, "--yes"]
    away = {"HF_ENDPOINT": hub.url, "HF_TOKEN": WRITER, "HF_HUB_DISABLE_XET": "1", "HF_HOME": str(tmp_path)}
    hub.faults.append(Fault("PUT", "/objects/", "hang", times=99, after=4))
    first = subprocess.Popen(command, env=os.environ | away, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert hub.hanging.wait(60)
    while len(hub.puts) < 4:
        assert first.poll() is None
    first.send_signal(number)
    said, _ = first.communicate(timeout=10)
    if number != signal.SIGKILL:
        assert (first.returncode, said.splitlines()[-1]) == (128 + number, f"winnow: {STOPPED}".encode())
    hub.faults.clear()
    assert (hub.tree("org/corpus"), len(hub.puts)) == ({}, 4)
    again = subprocess.run(command, env=os.environ | away, capture_output=True, text=True, check=False)
    assert (again.returncode, again.stderr.count("Traceback")) == (0, 0)
    tree = tree_of(finished(str(build)))
    assert hub.tree("org/corpus") == {f.path: f.content or (build / f.path).read_bytes() for f in tree.files()}
    assert (len(hub.puts), len({*hub.puts})) == (7, 7)


@pytest.mark.slow
@pytest.mark.parametrize("with_rejected", [False, True])
def test_datasets_loads_every_config(reference: Path, tmp_path: Path, with_rejected: bool) -> None:
    import datasets

    more = ["--with-rejected"] if with_rejected else []
    assert main(["publish", str(reference), "--to", f"{tmp_path}/tree", "--quiet", *more]) == 0
    names = datasets.get_dataset_config_names(f"{tmp_path}/tree")
    total = finished(str(reference)).ledger.total
    rows = {"corpus": total.kept.documents} | ({"rejected": total.dropped.documents} if with_rejected else {})
    assert names == [*rows]
    for name, number in rows.items():
        loaded = datasets.load_dataset(f"{tmp_path}/tree", name, split="train", cache_dir=f"{tmp_path}/cache")
        assert (len(loaded), "text" in loaded.column_names) == (number, True)
