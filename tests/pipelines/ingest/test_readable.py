"""Which sources hold nothing that can be read, and what is told of them."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from line_source import Lines
from small_builds import LOCAL, ingested, recipe

from winnow.pipelines.engines import jobs
from winnow.pipelines.errors import BadCall
from winnow.pipelines.ingest.readable import require_documents, require_records
from winnow.pipelines.plan.inputs import MIB, find_inputs
from winnow.pipelines.plan.job import Job, Work
from winnow.pipelines.recipe.model import Source
from winnow.pipelines.sources.tables.jsonl import Jsonl
from winnow.pipelines.sources.tables.text import TextFiles

SOURCES = (Source("one", Lines(), "lines"), Source("two", Lines(), "lines"))


def told(folder: Path, one: Sequence[str], two: Sequence[str] = ("a\n",), every: bool = True) -> str | None:
    """What is said of two sources whose files have these contents; None where both are readable."""
    made = recipe(sources=SOURCES)
    for source, contents in (("one", one), ("two", two)):
        for number, content in enumerate(contents):
            (folder / f"{source}{number}").write_text(content)
    given = find_inputs(
        LOCAL, made, [f"{name}={folder}/{name}*" for name, files in (("one", one), ("two", two)) if files]
    )
    work = Work(LOCAL, Job(made, str(folder / "out"), MIB))
    for each in given:
        jobs.run(work, jobs.STAGES["scan"], each)
    try:
        require_records(work, given, every=every)
    except BadCall as error:
        return str(error)
    return None


@pytest.mark.parametrize("one", [["a\n"], ["!fails\n"], ["\n"], ["", "# note\n", "~ gap\na\n"]])
def test_a_record_is_enough(tmp_path: Path, one: list[str]) -> None:
    """However it ends."""
    assert told(tmp_path, one) is None


@pytest.mark.parametrize(
    ("one", "files", "held"),
    [
        ([""], "{0}/one0", "nothing"),
        (["# note\n"], "{0}/one0", "1 note"),
        (["~ gap\n", "", "# note\n# note\n"], "{0}/one0, {0}/one1, {0}/one2", "2 note, 1 gap"),
        ([""] * 4, "{0}/one0, {0}/one1, {0}/one2 and 1 more", "nothing"),
    ],
)
def test_a_source_without_records_is_named_with_its_files(
    tmp_path: Path, one: list[str], files: str, held: str
) -> None:
    said = f"nothing can be read of {files.format(tmp_path)}: there is {held} and no line there. "
    assert (told(tmp_path, one) or "").startswith(f"source 'one' (kind 'lines'): {said}")
    assert (told(tmp_path, ["a\n"], [""]) or "").startswith("source 'two' (kind 'lines'): nothing can be read")


def test_a_source_without_files_is_none_that_cannot_be_read(tmp_path: Path) -> None:
    assert told(tmp_path, ["a\n"], []) is None
    assert (told(tmp_path, [""], []) or "").startswith("source 'one' (kind 'lines'): nothing can be read")


def test_one_source_that_can_be_read_is_enough_where_not_every_one_must_be(tmp_path: Path) -> None:
    assert told(tmp_path, [""], every=False) is None
    assert told(tmp_path, ["a\n"], [""], every=False) is None
    assert (told(tmp_path, [""], [""], every=False) or "").startswith("source 'one' (kind 'lines'): nothing can be")


TABLES = (Source("one", Jsonl(), "jsonl"), Source("two", TextFiles(), "text"))
NO_OBJECT, NO_TEXT, KEPT = '["a"]\n', '{"body": "a"}\n', '{"text": "hello"}\n'
BINARY = "a\0b"
ASKED = "Are these the files that are meant, whole and of this kind?"


def refused(folder: Path, one: Sequence[str], two: Sequence[str] = ("hello",), *, every: bool = True) -> str | None:
    """What is said of lines of JSON and of texts with these contents, once they were read; None where nothing is."""
    for source, contents in (("one", one), ("two", two)):
        for number, content in enumerate(contents):
            (folder / f"{source}{number}").write_text(content)
    patterns = [f"{name}={folder}/{name}*" for name, files in (("one", one), ("two", two)) if files]
    built = ingested(folder / "out", recipe(sources=TABLES), patterns)
    try:
        require_documents(built.work, built.ingested, every=every)
    except BadCall as error:
        return str(error)
    return None


@pytest.mark.parametrize("one", [[KEPT], [NO_TEXT + KEPT, NO_OBJECT], ['{"text": ""}\n', NO_TEXT], []])
def test_a_record_of_the_kind_is_enough(tmp_path: Path, one: list[str]) -> None:
    """Whatever a later stage does to it."""
    assert refused(tmp_path, one) is None


@pytest.mark.parametrize(
    ("one", "files", "why"),
    [
        ([NO_TEXT], "{0}/one0", "jsonl.no_text (there is no column 'text'; there is body). Which column holds the text "
         "is said in a recipe: text = 'NAME' under [source.read]."),
        ([NO_OBJECT, NO_TEXT], "{0}/one0, {0}/one1", f"jsonl.no_object (a list). {ASKED}"),
        (["a\n"] * 4, "{0}/one0, {0}/one1, {0}/one2 and 1 more",
         f"jsonl.unparsable (Expecting value: line 1 column 1 (char 0)). {ASKED}"),
    ],
)  # fmt: skip
def test_a_source_whose_records_are_none_of_its_kind(tmp_path: Path, one: list[str], files: str, why: str) -> None:
    assert refused(tmp_path, one) == (
        f"source 'one' (kind 'jsonl'): nothing can be read of {files.format(tmp_path)}: {why}"
    )


def test_of_several_sources_one_is_enough_where_not_every_one_must_be(tmp_path: Path) -> None:
    assert refused(tmp_path, [KEPT], [BINARY]) == (
        f"source 'two' (kind 'text'): nothing can be read of {tmp_path}/two0: text.binary (application/octet-stream: "
        f"byte 0x00 at offset 1). {ASKED}"
    )
    assert refused(tmp_path, [KEPT], [BINARY], every=False) is None
    assert refused(tmp_path, [NO_TEXT], [BINARY], every=False) is not None
