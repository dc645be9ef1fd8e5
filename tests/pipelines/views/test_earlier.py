"""Documents that are dropped for what an earlier build keeps: what why, clusters and the card say of them."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from card_ledger import cells, golden
from finished_builds import why
from small_builds import NEAR, SMALL_PARTS, finished, recipe, warc

from winnow.pipelines.cli import main
from winnow.pipelines.ledger.check import check
from winnow.pipelines.ledger.types import EarlierBuild
from winnow.pipelines.views import finished as views
from winnow.pipelines.views.beside import beside
from winnow.pipelines.views.card import earlier_builds, page
from winnow.pipelines.views.terminal.clusters import listed, shown

WORDS = [f"word{n}" for n in range(30)]
TEXT = " ".join(WORDS)
COPY = " ".join(["Another.", *WORDS])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build, and one that loses two of its three documents to it."""
    folder = tmp_path_factory.mktemp("made")
    a = [str(warc(folder / "a.warc", [COPY, "other words that nobody repeats"]))]
    b = [str(warc(folder / "b.warc", [TEXT, COPY, "something of its own"]))]
    finished(folder / "a", recipe(dedup=NEAR), a)
    finished(folder / "b", recipe(dedup=NEAR, output=SMALL_PARTS), b, against=[folder / "a"])
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of both, so that one can be moved away."""
    shutil.copytree(made, tmp_path / "made")
    monkeypatch.chdir(tmp_path / "made")
    return made


def gone(root: str = "b") -> list[dict[str, str]]:
    rows: list[dict[str, str]] = pq.read_table(f"{root}/rejected/dedup").to_pylist()
    return rows


def test_why_says_where_the_kept_one_is(folder: Path) -> None:
    near, exact = gone()
    identity = views.finished("a").ledger.identity
    kept = near["detail"].removesuffix(f" of build {identity}")
    assert (near["rule"], exact["rule"], len(kept), exact["detail"]) == (
        "duplicate.earlier", "duplicate.earlier", 32, near["detail"]
    )  # fmt: skip
    assert (near["value"], near["cluster"], near["cluster_size"], exact["value"]) == (29 / 30, kept, 3, 1.0)
    text, found = why("b", near["id"])
    assert found
    path = f"{folder}/a"
    assert text.split("\n")[1] == (
        f"REJECTED at dedup by duplicate.earlier: 96.7 % similar to {kept}, which the earlier build {path} keeps "
        f"(winnow why {path} {kept})"
    )
    assert f"  One of 2 copies; similarity is that with the kept one, {kept} of {path}:" in text


def test_a_cluster_is_shown_beside_what_is_kept_elsewhere(folder: Path) -> None:
    near, _ = gone()
    kept, path = near["cluster"], f"{folder}/a"
    lines = shown("b", near["id"], None, as_json=False).split("\n")
    assert lines[0] == f"The kept one is {kept[:12]} of the earlier build {path}; dropped here for it:"
    assert [lines[at][:14] for at in (-5, -3, -2)] == ["The kept one (", "- Another.", "  word0 word1 "]
    told = json.loads(shown("b", near["id"], None, as_json=True))
    assert told["kept_in"] == {"id": kept, "path": path, "identity": views.finished("a").ledger.identity}
    assert [(member["kept"], member["similarity"]) for member in told["members"]] == [(False, 1.0), (False, 29 / 30)]


def test_where_that_build_does_not_lie_any_more(folder: Path) -> None:
    near, _ = gone()
    shutil.move(folder / "a", folder / "away")
    try:
        text = shown("b", near["id"], None, as_json=False)
    finally:
        shutil.move(folder / "away", folder / "a")
    assert text.split("\n")[-1] == "That build is not there any more, and with it the text of the kept one."


def test_the_list_of_clusters_counts_them(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert listed("b", 5, as_json=False).split("\n") == [
        "b has no clusters: no two documents were found to be copies of one another.",
        "2 documents were dropped for what earlier builds keep: winnow clusters b ID shows one of them beside that",
    ]
    assert (main(["clusters", "b"]), main(["ledger", "b", "--check"]), main(["card", "b"])) == (0, 0, 0)
    assert "set against 1 earlier build: 2 documents were dropped" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["part-00000.parquet", "_shingles-00000.bin", "_files.json", "_about.json"])
def test_the_check_covers_keys(folder: Path, name: str) -> None:
    storage, path = views.finished("b").storage, Path("b/keys", name)
    assert check(storage, "b", beside) == []
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert [line.split(":")[0] for line in check(storage, "b", beside)] == [f"keys/{name}"]
    path.unlink()
    assert check(storage, "b", beside)[0].startswith(f"keys/{name}: 0 bytes, ")
    path.write_bytes(content)
    Path("b/keys/more.parquet").write_bytes(b"")
    assert check(storage, "b", beside) == ["keys/more.parquet: is no file of this build: the ledger does not know it"]


def test_the_card_names_the_builds() -> None:
    assert earlier_builds.render(golden()) == ""
    found = replace(golden().duplicates, earlier={"web": {"i1": 6}, "old books": {"i1": 1}})
    ledger = replace(
        golden(), duplicates=found, against=(EarlierBuild("corpus-1", "i1", 1234), EarlierBuild("corpus-2", "i2", 5))
    )
    text = earlier_builds.render(ledger)
    assert text.startswith("It was set against 2 earlier builds: 7 documents were dropped, beside those above, because")
    head, _, *rows = cells(text)
    assert [head, *rows] == [
        ["build", "identity", "compared", "dropped for it"], ["`corpus-1`", "`i1`", "1,234", "7"],
        ["`corpus-2`", "`i2`", "5", "0"],
    ]  # fmt: skip
    assert text in page.render(ledger)
