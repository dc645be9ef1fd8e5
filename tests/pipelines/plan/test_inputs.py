import hashlib
import itertools
from pathlib import Path

import pytest
from small_builds import LOCAL, recipe

from winnow.pipelines.errors import BadCall, Damaged
from winnow.pipelines.plan.inputs import MIB, find_inputs, identify, load, save, split, without_input
from winnow.pipelines.plan.job import Job, Work
from winnow.pipelines.plan.names import Names
from winnow.pipelines.plan.unit import Input
from winnow.pipelines.recipe.model import Source
from winnow.pipelines.sources.warc.source import Warc

ONE = recipe()
TWO = recipe(sources=tuple(Source(name, Warc(), "warc") for name in ("web", "books")))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.gz", "a 1.gz", "ü.gz", "sub/c.gz", "x=y.gz", "[z].gz"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


def found(folder: Path, *patterns: str) -> list[tuple[str, str]]:
    inputs = find_inputs(LOCAL, ONE, patterns)
    return [(i.source, i.path.removeprefix(f"{folder}/")) for i in inputs]


def test_files_are_sorted(folder: Path) -> None:
    names = ["[z].gz", "a 1.gz", "b.gz", "x=y.gz", "ü.gz"]
    assert found(folder, f"{folder}/*.gz") == [("web", name) for name in names]


def test_a_file_by_two_patterns_is_read_once(folder: Path) -> None:
    once = [("web", "a 1.gz"), ("web", "b.gz")]
    patterns = [f"{folder}/b.gz", f"web={folder}/[ab]*.gz", f"{folder}//./b.gz"]
    for order in itertools.permutations(patterns):
        assert found(folder, *order) == once


def test_relative_names_have_one_spelling(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    expected = [("web", "b.gz"), ("web", "sub/c.gz")]
    assert found(folder, "./b.gz", "b.gz", "sub/c.gz", ".//sub/./c.gz", "**/c.gz") == expected


def test_files_are_identified(folder: Path) -> None:
    (given,) = find_inputs(LOCAL, ONE, [f"{folder}/b.gz"])
    assert given == identify(LOCAL, recipe().sources[0], f"{folder}/b.gz")


@pytest.mark.parametrize("size", [0, 1, MIB - 1, MIB, MIB + 1, 2 * MIB, 2 * MIB + 7])
def test_an_input_is_known_by_its_ends(tmp_path: Path, size: int) -> None:
    content = bytes(i % 251 for i in range(251)) * (size // 251 + 1)
    (tmp_path / "a").write_bytes(content[:size])
    ends = hashlib.sha256(content[:size][:MIB] + content[:size][-MIB:]).hexdigest()
    assert identify(LOCAL, recipe().sources[0], f"{tmp_path}/a") == Input("web", f"{tmp_path}/a", size, ends)


def test_two_sources(folder: Path) -> None:
    patterns = [f"books={folder}/b.gz", f"web={folder}/a*.gz", f"web={folder}/sub/*"]
    expected = [("books", "b.gz"), ("web", "a 1.gz"), ("web", "sub/c.gz")]
    for order in itertools.permutations(patterns):
        inputs = find_inputs(LOCAL, TWO, order)
        assert [(i.source, i.path.removeprefix(f"{folder}/")) for i in inputs] == expected


@pytest.mark.parametrize(("pattern", "skipped"), [("web={d}/b.gz", "books"), ("books={d}/b.gz", "web")])
def test_a_source_without_input_is_skipped_unless_all_are_required(folder: Path, pattern: str, skipped: str) -> None:
    patterns = [pattern.format(d=folder)]
    given = find_inputs(LOCAL, TWO, patterns)
    assert without_input(TWO, {each.source for each in given}) == [skipped]
    with pytest.raises(BadCall) as error:
        find_inputs(LOCAL, TWO, patterns, require_all=True)
    assert str(error.value) == f"recipe 'small' has a source {skipped!r}: give it --input {skipped}=PATTERN"
    both = [f"web={folder}/a*.gz", f"books={folder}/b.gz"]
    assert find_inputs(LOCAL, TWO, both, require_all=True) == find_inputs(LOCAL, TWO, both)


@pytest.mark.parametrize(
    ("patterns", "said"),
    [
        (["{d}/none*"], "--input {d}/none*: no file matches '{d}/none*'"),
        (["web={d}/none*"], "--input web={d}/none*: no file matches '{d}/none*'"),
        (["web="], "--input web=: no file matches ''"),
        ([""], "--input : no file matches ''"),
        ([], "recipe 'small' has a source 'web': give it --input web=PATTERN"),
    ],
)
def test_wrong_calls(folder: Path, patterns: list[str], said: str) -> None:
    with pytest.raises(BadCall) as error:
        find_inputs(LOCAL, ONE, [p.format(d=folder) for p in patterns])
    assert str(error.value) == said.format(d=folder)


@pytest.mark.parametrize(
    ("patterns", "said"),
    [
        (["web={d}/b.gz", "books={d}/*.gz"], "--input books={d}/*.gz: {d}/b.gz is already an input of source 'web'"),
        (["{d}/b.gz"], "--input {d}/b.gz: say which source it is, NAME={d}/b.gz; the recipe has web, books"),
        (
            ["wbe={d}/b.gz"],
            "--input wbe={d}/b.gz: the recipe has no source 'wbe'; did you mean 'web'? It has web, "
            "books; a path that holds '=' is written ./wbe={d}/b.gz",
        ),
        (
            ["x={d}/b.gz"],
            "--input x={d}/b.gz: the recipe has no source 'x'; it has web, books; a path that holds '=' "
            "is written ./x={d}/b.gz",
        ),
        (["./web=/b.gz"], "--input ./web=/b.gz: say which source it is, NAME=./web=/b.gz; the recipe has web, books"),
    ],
)
def test_wrong_calls_of_two_sources(folder: Path, patterns: list[str], said: str) -> None:
    with pytest.raises(BadCall) as error:
        find_inputs(LOCAL, TWO, [p.format(d=folder) for p in patterns])
    assert str(error.value) == said.format(d=folder)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("a.gz", ("web", "a.gz")), ("web=a.gz", ("web", "a.gz")), ("web=b=c", ("web", "b=c")), ("web=", ("web", "")),
        ("./day=1/a.gz", ("web", "./day=1/a.gz")), ("gs://b/day=1", ("web", "gs://b/day=1")),
        ("*=1.gz", ("web", "*=1.gz")), ("x.y=z", ("web", "x.y=z")), ("./web=1/a.gz", ("web", "./web=1/a.gz")),
        ("web=./web=1", ("web", "./web=1")), ("day/x=1", ("web", "day/x=1")),
    ],
)  # fmt: skip
def test_splitting(given: str, expected: tuple[str, str]) -> None:
    assert split(ONE, given) == expected


def test_a_name_with_brackets_is_that_file_if_there_is_one(folder: Path) -> None:
    (folder / "z.gz").write_text("z")
    assert found(folder, f"{folder}/[z].gz") == [("web", "[z].gz")]
    assert found(folder, f"{folder}/[x-z].gz") == [("web", "z.gz")]


def test_a_name_that_looks_like_a_source(folder: Path) -> None:
    with pytest.raises(BadCall, match="the recipe has no source 'day'"):
        split(ONE, "day=1/a.gz")


def test_a_scheme_that_nobody_serves(folder: Path) -> None:
    from winnow.pipelines.beam.storage import BeamStorage

    with pytest.raises(BadCall, match=r"--input nope://b/\*: Unable to get filesystem"):
        find_inputs(BeamStorage(), ONE, ["nope://b/*"])


def test_a_name_that_is_no_utf8(folder: Path) -> None:
    path = bytes(folder) + b"/\xff.gz"
    with open(path, "wb"):
        pass
    with pytest.raises(BadCall, match=r"--input .*: 'utf-8' codec can't encode"):
        find_inputs(LOCAL, ONE, [f"{folder}/*.gz"])


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_list_of_inputs_comes_back_as_it_was(tmp_path: Path, count: int) -> None:
    given = [Input("web", f"a {number} ü", number, "e" * 64) for number in range(count)]
    name = save(LOCAL, Names(str(tmp_path)), given)
    assert load(Work(LOCAL, Job(ONE, str(tmp_path), MIB, inputs=name))) == given


def test_a_list_of_inputs_is_named_by_what_is_in_it(tmp_path: Path) -> None:
    """And a list that is there is not written again: workers may be reading it."""
    one, two = Input("web", "a", 1, "e"), Input("web", "b", 1, "e")
    lists: list[list[Input]] = [[], [one], [two], [one, two], [two, one]]
    names = [save(LOCAL, Names(str(tmp_path)), each) for each in lists]
    assert len(set(names)) == 5
    paths = [Path(Names(str(tmp_path)).inputs(name)) for name in names]
    before = [path.stat().st_ino for path in paths]
    assert [save(LOCAL, Names(str(tmp_path)), each) for each in lists] == names
    assert [path.stat().st_ino for path in paths] == before


def test_a_list_of_inputs_that_is_damaged_is_told(tmp_path: Path) -> None:
    names = Names(str(tmp_path))
    work = Work(LOCAL, Job(ONE, str(tmp_path), MIB, inputs=save(LOCAL, names, [Input("web", "a", 1, "e")])))
    path = names.inputs(work.job.inputs)
    for spoil in (lambda: Path(path).write_text("{}"), lambda: Path(path).unlink()):
        spoil()
        with pytest.raises(Damaged) as damage:
            load(work)
        assert damage.value.remove == (path,)
    save(LOCAL, names, [Input("web", "a", 1, "e")])
    assert load(work) == [Input("web", "a", 1, "e")]


def test_a_file_is_one_input_by_whichever_way_it_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    (folder / "way").symlink_to("sub")
    (folder / "copy.gz").symlink_to("b.gz")
    for order in itertools.permutations(["b.gz", f"{folder}/b.gz", "sub/../b.gz", "copy.gz", "way/c.gz", "sub/c.gz"]):
        assert [each.path for each in find_inputs(LOCAL, ONE, order)] == [f"{folder}/b.gz", "copy.gz", "sub/c.gz"]
    with pytest.raises(BadCall) as error:
        find_inputs(LOCAL, TWO, ["web=b.gz", f"books={folder}/b.gz"])
    assert str(error.value) == f"--input books={folder}/b.gz: {folder}/b.gz is already an input of source 'web'"
