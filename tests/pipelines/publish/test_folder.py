"""A published tree as a folder, which can be checked and loaded as a build can."""

import re
import shutil
from pathlib import Path

import pytest

from winnow.pipelines.cli import main
from winnow.pipelines.errors import BadCall, BuildFailed
from winnow.pipelines.publish import folder
from winnow.pipelines.publish.tree import tree_of
from winnow.pipelines.views.finished import finished


def files(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_a_folder_gets_the_tree_and_holds(build: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["publish", str(build), "--to", f"{tmp_path}/tree"]) == 0
    said = capsys.readouterr().out
    assert f"{tmp_path}/tree: 14 of them were written now" in said
    tree = tree_of(finished(str(build)))
    assert files(tmp_path / "tree") == {
        file.path: file.content or (build / file.path).read_bytes() for file in tree.files()
    }
    assert main(["ledger", f"{tmp_path}/tree", "--check"]) == 0
    assert "2 rows of corpus/; rejected/ is not here" in capsys.readouterr().out
    (tmp_path / "tree/corpus/web/unknown/part-00000.parquet").write_bytes(b"")
    assert main(["ledger", f"{tmp_path}/tree", "--check"]) == 1


def test_it_goes_on(build: Path, tmp_path: Path) -> None:
    tree, there = tree_of(finished(str(build))), tmp_path / "tree"
    assert folder.write(tree, str(there)) == 14
    (there / "README.md").unlink()
    (there / "corpus/web/unknown/part-00000.parquet").write_bytes(b"half")
    (there / "corpus/web/unknown/.aside-0123456789ab-part-00000.parquet").write_bytes(b"of a run that was killed")
    assert folder.write(tree, f"{there}/") == 2
    assert folder.write(tree, str(there)) == 0
    assert {*files(there)} == tree.paths


def test_what_it_does_not_know_is_left_alone(build: Path, tmp_path: Path) -> None:
    there = {"a/.aside-0123456789ab-part-00000.parquet": b"of a build that runs", "thesis.tex": b"the only copy"}
    for name, content in there.items():
        (tmp_path / "tree" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tree" / name).write_bytes(content)
    for name in there:
        with pytest.raises(BadCall, match=f"{re.escape(name)} is no file of this tree"):
            folder.write(tree_of(finished(str(build))), str(tmp_path / "tree"))
        assert files(tmp_path / "tree") == there
        (tmp_path / "tree" / name).unlink()
        there = {"thesis.tex": b"the only copy"}


def test_nothing_is_written_through_a_link_that_leads_elsewhere(build: Path, tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    (tmp_path / "other/web/unknown").mkdir(parents=True)
    (tmp_path / "other/web/unknown/part-00000.parquet").write_bytes(b"of another corpus")
    (tmp_path / "tree/corpus").symlink_to(tmp_path / "other")
    with pytest.raises(BadCall, match="a link there leads out of it, for corpus/web/unknown/"):
        folder.write(tree_of(finished(str(build))), str(tmp_path / "tree"))
    assert files(tmp_path / "other") == {"web/unknown/part-00000.parquet": b"of another corpus"}
    (tmp_path / "new").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "new")
    assert folder.write(tree_of(finished(str(build))), str(tmp_path / "link")) == 14


def test_it_lies_beside_the_build(build: Path) -> None:
    tree = tree_of(finished(str(build)))
    for place in ("/", *(f"{build}{place}" for place in ("", "/", "/corpus", "/..", "/new/one"))):
        with pytest.raises(BadCall, match="beside the build"):
            folder.write(tree, place)
    with pytest.raises(BadCall, match="--to is empty"):
        folder.write(tree, "")


def test_what_was_changed_since_is_not_written(build: Path, tmp_path: Path) -> None:
    shutil.copytree(build, tmp_path / "out")
    tree, part = tree_of(finished(f"{tmp_path}/out")), "corpus/web/unknown/part-00000.parquet"
    content = (build / part).read_bytes()
    (tmp_path / "out" / part).write_bytes(content[:-9] + b"x" + content[-8:])
    with pytest.raises(BuildFailed, match=f"{part} of the build is not what was written"):
        folder.write(tree, f"{tmp_path}/tree")
    assert part not in files(tmp_path / "tree")
