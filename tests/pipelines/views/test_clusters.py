"""The copies that a build found, of rows as they lie there; of records in pipelines/test_record_duplicates.py."""

import json
from pathlib import Path

import pytest
from finished_builds import KEPT, REJECTED, A, B, write_build, write_rows

from winnow.pipelines.cli import main
from winnow.pipelines.corpus import schema
from winnow.pipelines.errors import BadCall
from winnow.pipelines.recipe import file as recipe_file
from winnow.pipelines.views.clusters import Member, Wanted, called, differences, largest, members, text_of
from winnow.pipelines.views.finished import finished
from winnow.pipelines.views.terminal.clusters import listed, shown


@pytest.fixture
def build(tmp_path: Path) -> str:
    """Two clusters; a third row is the part of a record whose cluster goes by another."""
    root = tmp_path / "out"
    write_build(root)
    made = recipe_file.load(root / "small.toml")
    edited = {"text": "Two. Three.", "edits": [{"start": 0, "end": 0, "replacement": "One. "}]}
    third = KEPT[1] | {"cluster": "f" * 32, "cluster_size": 3, "offset": 6000, "url": None}
    edited = {"text": "Two. Three.", "edits": [{"start": 0, "end": 0, "replacement": "One. "}]}
    more = [third | edited | {"id": "f" * 32}, third | {"id": "f" * 31 + "0", "part": 1}]
    write_rows(root / "corpus/web/en/part-00000.parquet", [*KEPT, *more], schema.corpus(made))
    return str(root)


def test_the_largest_first(build: str) -> None:
    found = largest(finished(build), 5)
    assert [(row["id"], row["cluster_size"]) for row in found] == [("f" * 32, 3), (A, 2)]
    assert [row["id"] for row in largest(finished(build), 1)] == ["f" * 32]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted(), [("f" * 32, 2), (A, 2)]),
        (Wanted("web"), [("f" * 32, 2), (A, 2)]),
        (Wanted("books"), []),
        (Wanted(domain="example.org"), [(A, 2)]),
        (Wanted("web", "org"), [(A, 2)]),
        (Wanted(domain="ample.org"), []),
        (Wanted(domain="none"), []),
    ],
)
def test_those_with_wanted_documents(build: str, wanted: Wanted, expected: list[tuple[str, int]]) -> None:
    """Of a record all documents count, so more than there are members."""
    assert [(row["cluster"], row["documents"]) for row in largest(finished(build), 5, wanted)] == expected


def test_a_cluster_of_which_only_a_dropped_document_is_wanted(build: str) -> None:
    made = recipe_file.load(Path(build) / "small.toml")
    other = REJECTED[0] | {"url": "http://www.copies.example:80/x"}
    write_rows(Path(build) / "rejected/dedup/part-00000.parquet", [other], schema.rejected(made))
    (row,) = largest(finished(build), 5, Wanted(domain="copies.example"))
    assert (row["id"], row["documents"]) == (A, 1)
    lines = [" ".join(line.split()) for line in listed(build, 20, False, Wanted("web", "copies.example")).splitlines()]
    assert lines[:4] == [
        "0 clusters of copies, 0 members; the largest with documents of source web and copies.example, and how many:",
        "", "size of these kept source", "2 1 aaaaaaaaaaaa web https://example.org/a",
    ]  # fmt: skip


def test_what_was_dropped_for_an_earlier_build_takes_no_place(build: str) -> None:
    made = recipe_file.load(Path(build) / "small.toml")
    away = REJECTED[0] | {"rule": "duplicate.earlier", "cluster": "9" * 32, "cluster_size": 99}
    write_rows(Path(build) / "rejected/dedup/part-00000.parquet", [REJECTED[0], away], schema.rejected(made))
    assert [row["cluster"] for row in largest(finished(build), 2)] == ["f" * 32, A]


def test_no_cluster_with_wanted_documents(build: str) -> None:
    assert listed(build, 20, False, Wanted(domain="b.example")) == f"{build} has no clusters with such documents."
    assert json.loads(listed(build, 20, True, Wanted(domain="b.example"))) == []
    with pytest.raises(BadCall, match=r"--source: .* has no source 'wbe'; did you mean 'web'\?"):
        listed(build, 20, False, Wanted("wbe"))


def test_members_and_their_texts(build: str) -> None:
    first, second = members(finished(build), A)
    found = zip((first, second), called(finished(build), [first, second]), strict=True)
    assert [(each.id, each.similarity, each.kept, each.parts, url) for each, (url, _) in found] == [
        (A, 1.0, True, 1, "https://example.org/a"), (B, 0.7, False, 1, "https://example.org/copy"),
    ]  # fmt: skip
    texts = [text_of(finished(build), each) for each in (first, second)]
    assert texts == [KEPT[0]["text"], REJECTED[0]["text"]]


@pytest.mark.parametrize(
    ("by_record", "text"), [(False, "One. Two. Three."), (True, "One. Two. Three.\n\nSecond try.")]
)
def test_a_text_is_that_which_was_extracted_and_of_a_record_all_of_it(build: str, by_record: bool, text: str) -> None:
    member = Member("f" * 32, 1.0, True, "web", "in/a.warc.gz", 6000, 0, 2, by_record)
    assert text_of(finished(build), member) == text


@pytest.mark.parametrize(
    ("one", "other", "lines"),
    [
        ("One. Two.", "One. Two.", []),
        ("One. Two. Three.", "One.\n\nTwo!  Three.", ["  One.", "- Two.", "+ Two!", "  Three."]),
        ("One.", "", ["- One."]),
        ("", "", []),
        ("A b. " * 9 + "End.", "A b. " * 9, ["  A b.", "- End."]),
        ("-- a.", "++ a.", ["- -- a.", "+ ++ a."]),
        ("@@ a.", "b.", ["- @@ a.", "+ b."]),
    ],
)
def test_differences(one: str, other: str, lines: list[str]) -> None:
    assert differences(one, other) == lines


def test_of_long_texts_the_beginnings_are_held_against_each_other() -> None:
    assert differences("a. " * 200_000, "a. " * 2_000 + "b.") == []


def test_the_list(build: str) -> None:
    lines = [" ".join(line.split()) for line in listed(build, 20, False).splitlines()]
    assert lines[2:5] == ["size kept source", "3 ffffffffffff web", "2 aaaaaaaaaaaa web https://example.org/a"]
    assert [row["cluster"] for row in json.loads(listed(build, 1, True))] == ["f" * 32]


@pytest.mark.parametrize("wanted", [A, A[:8], B, "https://example.org/copy"])
def test_one_cluster_by_any_of_its_documents(build: str, wanted: str) -> None:
    lines = [" ".join(line.split()) for line in shown(build, wanted, None, False).splitlines()]
    assert lines == [
        "id similarity source", "aaaaaaaaaaaa 100.0 % kept web https://example.org/a",
        "bbbbbbbbbbbb 70.0 % dropped * web https://example.org/copy", "",
        "The kept one (-) and bbbbbbbbbbbb (+, * above), sentence by sentence:", "",
        "- The text that stayed.", "+ The text that stayed!",
    ]  # fmt: skip
    told = json.loads(shown(build, wanted, B[:9], True))
    assert (told["cluster"], told["beside"], told["diff"]) == (
        A,
        B,
        ["- The text that stayed.", "+ The text that stayed!"],
    )


@pytest.mark.parametrize(
    ("wanted", "other", "said"),
    [
        ("https://example.org/short", None, "https://example.org/short was dropped by gopher_quality.words, before co"),
        ("d" * 8, None, f"{'d' * 8} begins several ids: {'d' * 8}{'1' * 24}, {'d' * 8}{'2' * 24}"),
        ("c" * 32, None, f"{'c' * 32} has no copies"),
        ("https://example.org/none", None, "no document with the id or address https://example.org/none; winnow why "),
        (A, "c" * 32, f"--with {'c' * 32}: no dropped member of this cluster"),
        (A, A, f"--with {A}: no dropped member"),
        (A, "bbb", "--with bbb: no dropped member"),
    ],
)
def test_what_cannot_be_shown(build: str, wanted: str, other: str | None, said: str) -> None:
    with pytest.raises(BadCall) as error:
        shown(build, wanted, other, False)
    assert said in str(error.value)


def test_a_text_that_is_not_kept_is_told(build: str) -> None:
    made = recipe_file.load(Path(build) / "small.toml")
    write_rows(Path(build) / "rejected/dedup/part-00000.parquet", [REJECTED[0] | {"text": None}], schema.rejected(made))
    assert shown(build, A, None, False).endswith(
        "The recipe does not keep the texts of what was dropped (rejected_text)."
    )
    assert json.loads(shown(build, A, None, True))["diff"] is None


def test_the_command(build: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["clusters", build, "--top", "1"]) == 0
    assert main(["clusters", build, B, "--with", B]) == 0
    assert capsys.readouterr().out == f"{listed(build, 1, False)}\n{shown(build, B, B, False)}\n"
    assert main(["clusters", build, "--domain", ".Example.ORG", "--source", "web"]) == 0
    assert capsys.readouterr().out == f"{listed(build, 20, False, Wanted('web', 'example.org'))}\n"
    wrong = (["--with", B], ["--top", "0"], ["none"], [B, "--source", "web"], [B, "--domain", "example.org"])
    assert [main(["clusters", build, *more]) for more in wrong] == [2] * 5
