"""Builds set against earlier ones: what is kept together is what one build of all would keep, theirs first."""

import dataclasses
import random
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from record_builds import two_sources, write
from small_builds import EXACT_ONLY, LOCAL, NEAR, SMALL_PARTS, finished, ingested, recipe, warc

from winnow.pipelines.dedup import against, candidates, join
from winnow.pipelines.dedup.against import find
from winnow.pipelines.dedup.settings import NearDuplicates
from winnow.pipelines.errors import BadCall
from winnow.pipelines.ledger.types import EarlierBuild
from winnow.pipelines.plan.names import ABOUT
from winnow.pipelines.recipe.model import Dedup, Output, Recipe, Source
from winnow.pipelines.sources.warc.source import Warc

FIVE = Dedup(near=NearDuplicates(shingle_words=5))


def families(seed: int) -> list[str]:
    """Some twenty texts, shuffled: families of edited and of equal copies, chains, and strangers."""
    chance, texts = random.Random(seed), list[str]()
    for _ in range(5):
        words = chance.choices([f"word{n}" for n in range(400)], k=80)
        texts.append(" ".join(words))
        for _ in range(chance.randrange(5)):
            if chance.random() < 0.3:
                texts.append(chance.choice(texts))
                continue
            words = words.copy() if chance.random() < 0.5 else texts[-1].split(" ")
            words[chance.randrange(80)] = f"edit{chance.randrange(1000)}"
            texts.append(" ".join(words))
    chance.shuffle(texts)
    return [*texts, "…!?!", "one word", "one word"]


def kept(*roots: Path) -> list[str]:
    return sorted(text for root in roots for text in rows(root, "corpus").get("text", []))


def rows(root: Path, table: str) -> dict[str, list[Any]]:
    files = sorted((root / table).rglob("*.parquet"))
    return pq.read_table(files).to_pydict()


def split(folder: Path, texts: Sequence[str], seed: int) -> list[str]:
    """The patterns of two files, in which each text is in one."""
    chance, parts = random.Random(-seed), ([texts[0]], [texts[1]])
    for text in texts[2:]:
        parts[chance.randrange(2)].append(text)
    return [str(warc(folder / f"{name}.warc.gz", part)) for name, part in zip("ab", parts, strict=True)]


def joint(dedup: Dedup = FIVE, **more: Any) -> Recipe:
    """Of two sources, of which the first one's documents come first."""
    sources = (Source("a", Warc(), "warc", priority=1), Source("b", Warc(), "warc"))
    return recipe(sources=sources, dedup=dedup, **more)


def of(name: str, dedup: Dedup = FIVE, **more: Any) -> Recipe:
    return dataclasses.replace(joint(dedup, **more), sources=(Source(name, Warc(), "warc"),))


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (2, 3))])
def test_two_builds_keep_what_one_would_keep(tmp_path: Path, seed: int) -> None:
    one, other = split(tmp_path, families(seed), seed)
    _, in_one = finished(tmp_path / "all", joint(), [f"a={one}", f"b={other}"])
    _, first = finished(tmp_path / "a", of("a"), [one])
    _, second = finished(tmp_path / "b", of("b"), [other], unit_bytes=2000, against=[tmp_path / "a"])
    assert kept(tmp_path / "a", tmp_path / "b") == kept(tmp_path / "all")
    assert fates(tmp_path / "b", first.identity) == {
        place: fate for place, fate in fates(tmp_path / "all", first.identity).items() if place[0] == "b"
    }
    lost = in_one.duplicates.dropped.get("b", {})
    assert second.duplicates.dropped.get("b", {}) == {name: n for name, n in lost.items() if name == "b"}
    assert second.duplicates.earlier == ({"b": {first.identity: lost["a"]}} if "a" in lost else {})
    assert second.against == (EarlierBuild(f"{tmp_path}/a", first.identity, first.total.kept.documents),)


def fates(root: Path, earlier: str) -> dict[tuple[str, int], tuple[str, float]]:
    """(source, offset) -> (id of the kept one, similarity) of every copy."""
    found = rows(root, "rejected/dedup")
    kept = [detail.removesuffix(f" of build {earlier}") for detail in found["detail"]]
    places = zip(found["source"], found["offset"], strict=True)
    return dict(zip(places, zip(kept, found["value"], strict=True), strict=True))


def test_several_builds_in_any_order_and_cut_anyhow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slices, runs and files of one document each change no byte; copies that two earlier builds share stay in both."""
    texts = families(9)
    paths = [str(warc(tmp_path / f"{n}.warc.gz", texts[n::3])) for n in range(3)]
    finished(tmp_path / "a", of("web", output=SMALL_PARTS), [paths[0]])
    finished(tmp_path / "b", of("web"), [paths[1]])
    given = [tmp_path / "a", tmp_path / "b"]
    before = kept(*given)
    _, first = finished(tmp_path / "one", of("web"), [paths[2]], against=given)
    for module, name in ((join, "MOST_ENTRIES"), (candidates, "MOST_COMPARED"), (candidates, "_BYTES_TOGETHER")):
        monkeypatch.setattr(module, name, 4)
    _, second = finished(tmp_path / "two", of("web"), [paths[2]], 2000, given[::-1])
    assert second == first
    assert kept(*given) == before
    assert {by for each in first.duplicates.earlier.values() for by in each} <= {e.identity for e in first.against}


def test_equal_texts_alone(tmp_path: Path) -> None:
    """A build without near duplicates can be set against one that has them, and against one without shingles."""
    one, other = (
        str(warc(tmp_path / "a.warc", ["the same text", "another text"])),
        str(warc(tmp_path / "b.warc", ["the same text", "another text!", "a new one", "a new one"])),
    )
    for name, made in (("a", of("a", NEAR)), ("bare", of("a", NEAR, output=Output(shingles=False)))):
        finished(tmp_path / name, made, [one])
        finished(tmp_path / f"of-{name}", of("b", EXACT_ONLY), [other], against=[tmp_path / name])
        found = rows(tmp_path / f"of-{name}", "rejected/dedup")
        assert found["rule"] == ["duplicate.earlier", "duplicate.exact"]
        assert (found["value"], found["limit"]) == ([1.0, 1.0], [1.0, 1.0])
        assert kept(tmp_path / f"of-{name}") == ["a new one", "another text!"]
    assert not list((tmp_path / "bare/keys").glob("*.bin"))


def test_what_earlier_builds_dropped_takes_no_part(tmp_path: Path) -> None:
    """A chain: A is like B and B like C. The first build drops B; C is like B alone, and stays."""
    words = [f"w{n}" for n in range(40)]
    near = [words, [*words[:-4], *"abcd"], [*words[:-8], *"efghabcd"]]
    texts = [" ".join(each) for each in near]
    longest = [texts[0] + " longest", texts[1], texts[2]]
    dedup = Dedup(near=NearDuplicates(shingle_words=1))
    one = str(warc(tmp_path / "a.warc", longest[:2]))
    other = str(warc(tmp_path / "b.warc", longest[2:]))
    _, ledger = finished(tmp_path / "a", of("a", dedup), [one])
    assert kept(tmp_path / "a") == [longest[0]]
    _, ledger = finished(tmp_path / "b", of("b", dedup), [other], against=[tmp_path / "a"])
    assert (kept(tmp_path / "b"), ledger.duplicates.earlier, ledger.against[0].kept) == ([longest[2]], {}, 1)


def test_whole_records(tmp_path: Path) -> None:
    """A book that an earlier build has as a page goes with all of its parts; documents are counted, not records."""
    part, other = "a part of a book with some words", "and another one of it"
    patterns = write(tmp_path, [["something else"]], [f"{part}\n\n{other}"])
    _, first = finished(tmp_path / "a", two_sources(), patterns)
    patterns = write(tmp_path, [[part, other], ["quite", "another"]], [f"{part}\n\n{other} and an end"])
    _, second = finished(tmp_path / "b", two_sources(), patterns, against=[tmp_path / "a"])
    found = rows(tmp_path / "b", "rejected/dedup")
    assert list(zip(found["source"], found["part"], found["rule"], found["cluster_size"], strict=True)) == [
        ("books", 0, "duplicate.earlier", 3), ("books", 1, "duplicate.earlier", 3), ("pages", 0, "duplicate.earlier", 3)
    ]  # fmt: skip
    assert found["value"] == [1.0, 1.0, 12 / 15]
    assert (first.duplicates.earlier, second.duplicates.earlier) == (
        {}, {"books": {first.identity: 2}, "pages": {first.identity: 1}}
    )  # fmt: skip
    assert second.against[0].kept == 2
    assert rows(tmp_path / "b", "clusters")["kept"] == [False] * 3


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    finished(tmp_path / "a", of("a", NEAR), [str(warc(tmp_path / "a.warc", ["the same text"]))])
    return tmp_path / "a"


def refused(root: Path | str, made: Recipe, output: str = "/nowhere") -> str:
    with pytest.raises(BadCall) as error:
        find(LOCAL, made, [str(root)], output)
    return str(error.value).replace(str(root) or "\0", "OUT")


@pytest.mark.parametrize(
    ("dedup", "expected"),
    [
        (Dedup(near=NearDuplicates(shingle_words=3)),
         "--against OUT: [dedup.near] shingle_words is 2 in that build and 3 in this recipe; give both the same"),
        (Dedup(near=NearDuplicates(shingle_words=2, bands=17)),
         "--against OUT: [dedup.near] bands is 16 in that build and 17 in this recipe; give both the same"),
        (Dedup(near=NearDuplicates(shingle_words=2, rows=6)),
         "--against OUT: [dedup.near] rows is 7 in that build and 6 in this recipe; give both the same"),
        (Dedup(near=NearDuplicates(shingle_words=2, seed=2)),
         "--against OUT: [dedup.near] seed is 1 in that build and 2 in this recipe; give both the same"),
        (Dedup(False, None), "--against OUT: the recipe's [dedup] has exact = false, so nothing is compared"),
    ],
)  # fmt: skip
def test_other_settings(earlier: Path, dedup: Dedup, expected: str) -> None:
    assert refused(earlier, of("b", dedup)) == expected


def test_settings_that_concern_no_key(earlier: Path) -> None:
    made = of("b", Dedup(near=NearDuplicates(shingle_words=2, similarity=0.9, max_bucket=3), order=("newest",)))
    found = find(LOCAL, made, [f"{earlier}/"], "/nowhere")
    assert [(each.path, each.kept) for each in found] == [(str(earlier), 1)]


def test_a_build_without_what_is_needed(tmp_path: Path) -> None:
    one = str(warc(tmp_path / "a.warc", ["the same text"]))
    for name, made in (
        ("exact", of("a", EXACT_ONLY)), ("bare", of("a", NEAR, output=Output(shingles=False))),
        ("off", of("a", Dedup(False, None))),
    ):  # fmt: skip
        finished(tmp_path / name, made, [one])
    assert refused(tmp_path / "exact", of("b", NEAR)) == (
        '--against OUT: [dedup] near is "off" in that build and a table in this recipe; with near = "off" here too, '
        "equal texts alone are found"
    )
    assert refused(tmp_path / "bare", of("b", NEAR)) == (
        "--against OUT: [output] shingles is false in that build, and near duplicates need them; with near = "
        '"off" here equal texts alone are found'
    )
    assert not (tmp_path / "off/keys").exists()
    assert refused(tmp_path / "off", of("b", NEAR)) == (
        "--against OUT has no keys/_about.json: its recipe's [dedup] has exact = false, or it was made before there "
        "were keys/; build it again with --replace"
    )


def test_keys_that_other_code_made(earlier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(against, "hashes_of", lambda near: ("other", "other"))
    assert refused(earlier, of("b", NEAR)) == (
        "--against OUT: its keys were made by other code or other libraries, which hash texts otherwise; build it "
        "again with these"
    )


def test_no_finished_build(earlier: Path, tmp_path: Path) -> None:
    made = of("b", NEAR)
    assert refused("", made) == "--against is empty; give the --output of a finished build"
    assert refused(tmp_path / "none", made) == (
        "--against OUT: there is no such directory; give the --output of a finished build"
    )
    assert (
        refused(tmp_path, made) == "--against OUT holds no build: it has no ledger.json; give the --output of a build"
    )
    begun = ingested(tmp_path / "begun", made, [str(tmp_path / "a.warc")])
    Path(begun.job.root, "work/build.json").touch()
    assert refused(tmp_path / "begun", made) == (
        "--against OUT is not finished; its winnow build command, given again, goes on with it"
    )
    assert refused(earlier, made, str(earlier)) == (
        "--against OUT is the --output itself; give another directory for one of them"
    )


def test_one_build_twice_and_too_many(earlier: Path, tmp_path: Path) -> None:
    shutil.copytree(earlier, tmp_path / "copy")
    for given in ([earlier, earlier], [earlier, tmp_path / "copy"]):
        with pytest.raises(BadCall, match=f"it is the same build as {earlier}; give one of them"):
            find(LOCAL, of("b", NEAR), list(map(str, given)), "/nowhere")
    with pytest.raises(BadCall, match="--against names 256 builds; a build can be set against up to 255"):
        find(LOCAL, of("b", NEAR), ["x"] * 256, "/nowhere")
    assert find(LOCAL, of("b", NEAR), [], "/nowhere") == ()


def test_a_damaged_list(earlier: Path) -> None:
    about = earlier / ABOUT
    whole = about.read_text()
    for text, said in (
        (whole.replace('"kept": 1', '"kept": 2'), "is not what was written"), (whole[:40], "is not what was written"),
    ):  # fmt: skip
        about.write_text(text)
        assert refused(earlier, of("b", NEAR)) == (
            f"--against OUT: OUT/keys/_about.json {said}; winnow ledger OUT --check says more, and its winnow build "
            "command with --replace builds it again"
        )
        assert about.read_text() == text  # what is wrong with another build is not ours to delete
