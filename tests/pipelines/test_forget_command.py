"""`winnow forget` as it is called: what it says, what it refuses, and builds by recipes as they are shipped."""

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from forgetful import PAGES_TOML, built_by_toml, copied, families, require_equal
from stopped import stopped_at

from winnow.pipelines.build import Request, build
from winnow.pipelines.cli import main
from winnow.pipelines.display import Display
from winnow.pipelines.output import swap
from winnow.pipelines.recipe.file import find, load

PAGES = families(3, 6)
WEB = Path(__file__).resolve().parents[2] / "../shared/data/web"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_by_toml(tmp_path_factory.mktemp("toml"), PAGES)


def told(root: Path, *words: str) -> list[str]:
    return ["forget", str(root), *words, "--workers", "1"]


def test_a_recipe_with_a_list(whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The recipe is read from its lock file; the lists that its steps read are carried from one time to the next."""
    root = copied(whole, tmp_path / "out")
    shutil.move(whole.parent / "hosts.txt", tmp_path / "hosts.txt")
    try:
        assert main(told(root, "--domain", "other.example")) == 0
        assert main(told(root, "--domain", "example.net", "--url", PAGES[0].url)) == 0
    finally:
        shutil.move(tmp_path / "hosts.txt", whole.parent / "hosts.txt")
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("web: ")
    left = [p for p in PAGES if p.host not in ("other.example", "example.net") and p.url != PAGES[0].url]
    require_equal(root, built_by_toml(tmp_path / "left", left))
    assert main(["ledger", str(root), "--check"]) == 0


def test_what_it_says(whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root, ids = copied(whole, tmp_path / "out"), tmp_path / "ids.txt"
    ids.write_text(f"{'0' * 32}\n\n{'F' * 32}\n", encoding="utf-8")
    assert main(told(root, "--id-file", str(ids))) == 0
    assert capsys.readouterr().out == (
        f"{root}: no record of it is asked for; nothing was changed.\nids that are not there: {'0' * 32}, {'f' * 32}\n"
    )
    assert main(told(root, "--url", PAGES[-1].url, "--dry-run", "--quiet")) == 0
    assert main(told(root, "--url", PAGES[0].url, "--dry-run")) == 0
    assert capsys.readouterr().out.startswith("web: 1 record would go, with 1 document of ")
    assert main(told(root, "--url", PAGES[0].url)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("web: 1 record forgotten, with 1 document of ")
    assert lines[1].endswith("went as copies of those")


def test_the_build_command_says_that_documents_were_forgotten(
    whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = copied(whole, tmp_path / "out")
    before = (root / "ledger.json").read_bytes()
    assert main(told(root, "--domain", "example.net", "--quiet")) == 0
    given = ["--input", f"{whole.parent}/in/*", "--output", str(root), "--workers", "1"]
    call = ["build", f"{whole.parent}/pages.toml", *given]
    assert main(call) == 0
    said = " ".join(capsys.readouterr().err.split())
    assert "of its records were forgotten; --replace would bring them back" in said
    assert main([*call, "--quiet", "--replace"]) == 0
    assert (root / "ledger.json").read_bytes() == before


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda toml: f'rejected_text = "sample"\n{toml}', "its recipe has rejected_text = 'sample'"),
        (lambda toml: f"{toml}\n[output]\nshingles = false\n", "its recipe's [output] has shingles = false"),
        (lambda toml: f'{toml}\n[dedup.spans]\nunit = "line"\n', "its recipe cuts passages"),
        (lambda toml: f'{toml}measure = "containment"\n', "its recipe looks for excerpts"),
        (lambda toml: toml.replace("[dedup", "[dedup]\npayloads = true\n[dedup", 1), "with the same payload"),
    ],
)
def test_recipes_that_leave_too_little(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: Callable[[str], str], said: str
) -> None:
    root = built_by_toml(tmp_path, PAGES, change(PAGES_TOML))
    before = promised(root)
    assert main(told(root, "--domain", "example.net")) == 2
    error = capsys.readouterr().err
    assert (error.count("\n"), said in error) == (1, True)
    assert promised(root) == before


def test_what_is_no_finished_build_or_damaged(whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = copied(whole, tmp_path / "out")

    def said(code: int, *words: str) -> str:
        assert main(words or told(root, "--domain", "example.net")) == code  # type: ignore[arg-type]
        error = capsys.readouterr().err
        assert error.count("\n") == 1
        return error

    assert "there is no such directory" in said(2, *told(tmp_path / "nowhere", "--domain", "example.net"))
    assert "holds no build" in said(2, *told(whole.parent / "in", "--domain", "example.net"))
    assert "copy it here" in said(2, "forget", "s3://bucket/out", "--domain", "example.net")
    with swap.locked(str(root), str(root)):
        assert "another build is running there" in said(2)
    (root / "notes.txt").write_text("mine", encoding="utf-8")
    assert "notes.txt is no file of a build" in said(2)
    (root / "notes.txt").unlink()
    (root / "keys/_about.json").rename(tmp_path / "about")
    assert "has no keys/_about.json" in said(2)
    (tmp_path / "about").rename(root / "keys/_about.json")
    part = next((root / "corpus").rglob("*.parquet"))
    part.write_bytes(part.read_bytes()[:-1])
    assert "is damaged: corpus/" in said(1)
    (root / "ledger.json").rename(root / "work/build.json")
    assert "is not finished" in said(2)


@pytest.mark.parametrize(
    "words",
    [(), ("--url", "/path"), ("--url", ""), ("--domain", "a b"), ("--domain", "."), ("--domain", "https://x.org/"),
     ("--id-file", "/nowhere"), ("--domain", "x.org", "--urll", "y")],
)  # fmt: skip
def test_wrong_calls(whole: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    assert main(told(whole, *words)) == 2
    assert capsys.readouterr().err.startswith("winnow: ")


def promised(root: Path) -> dict[str, bytes]:
    files = (path for path in sorted(root.rglob("*")) if path.is_file())
    return {str(p.relative_to(root)): p.read_bytes() for p in files if p.name != "run.json" and "work" not in p.parts}


@pytest.mark.slow
def test_killed_at_any_step(whole: Path, tmp_path: Path) -> None:
    """One of the two builds stands whole, and the same command again ends it."""
    words = told(copied(whole, tmp_path / "done/out"), "--domain", "example.net", "--quiet")
    assert main(words) == 0
    old, new = promised(whole), promised(tmp_path / "done/out")
    step, seen = 0, set()
    while True:
        out = copied(whole, tmp_path / f"{step}/out")
        words = told(out, "--domain", "example.net", "--quiet")
        killed = stopped_at(step, lambda words=words: main(words))  # type: ignore[misc]
        if out.exists():
            assert promised(out) in (old, new)
            seen.add(promised(out) == new)
        assert main(words) == 0
        assert promised(out) == new
        assert sorted(path.name for path in out.parent.iterdir()) == ["out"]
        shutil.rmtree(out.parent)
        if not killed:
            break
        step += max(1, step // 5)
    assert seen == {True, False}


@pytest.mark.slow
@pytest.mark.skipif(not WEB.is_dir(), reason="the shared pages are not here")
def test_a_domain_of_a_crawl(tmp_path: Path) -> None:
    """Of pages as they are, by a recipe as it is shipped; the rest is built of files without its records."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.warcwriter import WARCWriter

    made, given = load(find("fineweb")), WEB / "wcxb-dev-00005.warc.gz"
    for name in ("all", "left"):
        (tmp_path / name).mkdir()
    shutil.copy(given, tmp_path / "all/a.warc.gz")
    shutil.copy(given, tmp_path / "all/b.warc.gz")
    shutil.copy(given, tmp_path / "left/b.warc.gz")
    root = tmp_path / "out"
    build(Request(made, (f"{tmp_path}/all/*",), str(root), workers=2), Display(sys.stderr, quiet=True))
    urls = pq.read_table(root / "corpus", columns=["url"])["url"].to_pylist()
    domain = max(sorted({url.split("/")[2] for url in urls}), key=[url.split("/")[2] for url in urls].count)
    for name in ("a", "b"):
        paths = tmp_path / f"all/{name}.warc.gz", tmp_path / f"left/{name}.warc.gz"
        with paths[0].open("rb") as source, paths[1].open("wb") as to:
            writer = WARCWriter(to, gzip=True)
            for record in ArchiveIterator(source):
                url = record.rec_headers.get_header("WARC-Target-URI") or ""
                host = url.split("/")[2] if "://" in url else ""
                named = host == domain or host.endswith(f".{domain}")
                if not (named and record.rec_type == "response"):  # the others carry no document
                    writer.write_record(record)
    assert main(["forget", str(root), "--domain", domain, "--workers", "2", "--quiet"]) == 0
    build(Request(made, (f"{tmp_path}/left/*",), str(tmp_path / "rest"), workers=2), Display(sys.stderr, quiet=True))
    require_equal(root, tmp_path / "rest")
    assert json.loads((root / "ledger.json").read_text())["forgotten"]["asked"] == {"domain": 1}
