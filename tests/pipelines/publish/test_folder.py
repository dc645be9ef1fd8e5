"""A published tree as a folder, which can be checked and loaded as a build can."""

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
    (there / "corpus/.aside-0123456789ab-part").write_bytes(b"of a run that was killed")
    assert folder.write(tree, f"{there}/") == 2
    assert folder.write(tree, str(there)) == 0
    assert {*files(there)} == tree.paths


def test_what_it_does_not_know_is_left_alone(build: Path, tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/thesis.tex").write_text("the only copy")
    with pytest.raises(BadCall, match=r"thesis\.tex is no file of this tree"):
        folder.write(tree_of(finished(str(build))), str(tmp_path / "tree"))
    assert [*files(tmp_path / "tree")] == ["thesis.tex"]


def test_it_lies_beside_the_build(build: Path) -> None:
    tree = tree_of(finished(str(build)))
    for place in ("", "/", "/corpus", "/..", "/new/one"):
        with pytest.raises(BadCall, match="beside the build"):
            folder.write(tree, f"{build}{place}")


def test_what_was_changed_since_is_not_written(build: Path, tmp_path: Path) -> None:
    shutil.copytree(build, tmp_path / "out")
    tree, part = tree_of(finished(f"{tmp_path}/out")), "corpus/web/unknown/part-00000.parquet"
    content = (build / part).read_bytes()
    (tmp_path / "out" / part).write_bytes(content[:-9] + b"x" + content[-8:])
    with pytest.raises(BuildFailed, match=f"{part} of the build is not what was written"):
        folder.write(tree, f"{tmp_path}/tree")
    assert part not in files(tmp_path / "tree")
