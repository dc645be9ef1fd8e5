"""Whole builds against earlier ones: the same bytes whatever workers and units; of two halves what one build keeps."""

import json
import shutil
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from small_builds import NEAR, recipe, warc

from winnow.pipelines.build import Request, build
from winnow.pipelines.cli import main
from winnow.pipelines.display import Display
from winnow.pipelines.errors import BadCall
from winnow.pipelines.recipe.file import find, load
from winnow.pipelines.recipe.model import Recipe, Source
from winnow.pipelines.sources.warc.source import Warc

Promised = Callable[[Path], dict[str, str]]
WEB = Path(__file__).resolve().parents[2] / "../shared/data/web"
TEXTS = [" ".join(f"word-{n}-{i}" for i in range(40)) for n in range(6)]


def made(folder: Path, name: str, recipe: Recipe, *inputs: str, workers: int = 1, **more: object) -> Path:
    """A build of this name in a folder."""
    given = Request(recipe, inputs, str(folder / name), workers=workers, **more)  # type: ignore[arg-type]
    build(given, Display(sys.stderr, quiet=True))
    return folder / name


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two files of pages, one of them built."""
    folder = tmp_path_factory.mktemp("plain")
    warc(folder / "a.warc.gz", TEXTS[:4])
    warc(folder / "b.warc.gz", [TEXTS[1], TEXTS[2] + " more", TEXTS[4], TEXTS[4], TEXTS[5]])
    made(folder, "a", recipe(dedup=NEAR), f"{folder}/a.warc.gz")
    return folder


def rules(root: Path) -> Counter[str]:
    return Counter(pq.read_table(root / "rejected/dedup")["rule"].to_pylist())


def test_a_build_that_goes_on_and_one_against_others(
    plain: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Earlier builds are part of what a build is of; one that is done is found done, and nothing of theirs changes."""
    one, given = recipe(dedup=NEAR), f"{plain}/b.warc.gz"
    before = {path: path.stat().st_mtime_ns for path in (plain / "a").rglob("*")}
    root = made(tmp_path, "b", one, given, against=(f"{plain}/a",))
    assert rules(root) == {"duplicate.earlier": 2, "duplicate.exact": 1}
    told = (root / "ledger.json").read_bytes()
    made(tmp_path, "b", one, given, against=(f"{plain}/a/",))
    assert (root / "ledger.json").read_bytes() == told
    with pytest.raises(BadCall, match="holds another build, of another recipe, other inputs or other --against"):
        made(tmp_path, "b", one, given)
    made(tmp_path, "b", one, given, replace=True)
    assert rules(root) == {"duplicate.exact": 1}
    assert {path: path.stat().st_mtime_ns for path in (plain / "a").rglob("*")} == before
    assert main(["ledger", str(root), "--check"]) == 0


def test_what_is_wrong_with_an_earlier_build_ends_this_one(
    plain: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever process finds it: exit code 2, one line, and the file is left as it is."""
    root = made(tmp_path, "a", recipe(dedup=NEAR), f"{plain}/a.warc.gz")
    (tmp_path / "small.toml").write_text(
        'name = "small"\n[[source]]\nname = "web"\n[dedup.near]\nshingle_words = 2\n', encoding="utf-8"
    )
    path = root / "keys/part-00000.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    call = ["build", f"{tmp_path}/small.toml", "--input", f"{plain}/b.warc.gz", "--output", f"{tmp_path}/b"]
    assert main([*call, "--against", str(root), "--quiet", "--workers", "1"]) == 2
    assert capsys.readouterr().err == (
        f"winnow: --against {root}: {path} is gone or cut; winnow ledger {root} --check says more, and its winnow "
        "build command with --replace builds it again\n"
    )
    assert path.exists()


@pytest.mark.slow
def test_workers_and_units_change_no_byte(sample: Path, tiny: Recipe, tmp_path: Path, promised: Promised) -> None:
    first, *rest = sorted(map(str, sample.iterdir()))
    a = made(tmp_path, "a", tiny, first, workers=2)
    one = made(tmp_path, "one", tiny, *rest, against=(str(a),), workers=2)
    wanted = promised(one)
    assert rules(one)["duplicate.earlier"] > 0
    for name, workers, unit_mib in (("two", 1, 0.01), ("three", 2, 0.05)):
        other = made(tmp_path, name, tiny, *rest, workers=workers, unit_mib=unit_mib, against=(str(a),))
        assert promised(other) == wanted


@pytest.mark.slow
@pytest.mark.skipif(not WEB.is_dir(), reason="the shared pages are not here")
def test_halves_of_a_crawl_keep_what_one_build_of_it_keeps(tmp_path: Path) -> None:
    """Of both halves as two sources, the first before the second, as `--against` has it. A file of the second is in the
    first too, for the pages have few copies."""
    shutil.copy(WEB / "wcxb-dev-00004.warc.gz", tmp_path / "again.warc.gz")
    first, second = (
        [str(WEB / "trafilatura-eval-00000.warc.gz"), f"{tmp_path}/again.warc.gz"],
        [str(WEB / "wcxb-dev-0000[45].warc.gz")],
    )
    whole = load(find("fineweb"))
    two = replace(whole, sources=(Source("a", Warc(), "warc", priority=1), Source("b", Warc(), "warc")))
    of = [replace(whole, sources=(Source(name, Warc(), "warc"),)) for name in "ab"]
    both = made(tmp_path, "both", two, *(f"a={path}" for path in first), *(f"b={path}" for path in second), workers=2)
    a = made(tmp_path, "a", of[0], *first, workers=2)
    b = made(tmp_path, "b", of[1], *second, workers=2, against=(str(a),))
    kept = [sorted(pq.read_table(root / "corpus", columns=["id"])["id"].to_pylist()) for root in (both, a, b)]
    assert sorted(kept[1] + kept[2]) == kept[0]
    lost = json.loads((both / "ledger.json").read_text())["duplicates"]["dropped"]["b"]["a"]
    found = json.loads((b / "ledger.json").read_text())["duplicates"]["earlier"]["b"]
    assert (list(found.values()), lost > 100) == ([lost], True)
