"""The editors of a recipe, once more over the rows of a finished build: they make the same texts."""

from pathlib import Path

from winnow.filters.document import Document
from winnow.filters.edits import inverse
from winnow.filters.families.mask import MaskPersonal
from winnow.filters.families.notices import Notices
from winnow.pipelines.corpus import schema
from winnow.pipelines.files.storage import LocalStorage
from winnow.pipelines.forget.editing import Editing
from winnow.pipelines.ingest.chain import carefully
from winnow.pipelines.plan.job import Job, Work
from winnow.pipelines.recipe.model import Recipe, Source, Step
from winnow.pipelines.sources.warc.source import Warc

TEXT = "Privacy Policy\nWrite to ada@valley.org.\nsome[1] of[2] it[3]\nIt[1] is[2] so[3]."
STEPS = (Step("notices", "notices", Notices()), Step("mask", "mask_personal", MaskPersonal()))


def test_they_know_which_lines_are_code(tmp_path: Path) -> None:
    document = Document("0" * 32, TEXT, "web", meta={"kinds": "p2 c1 p1"})
    done = carefully(document, STEPS, {})
    assert done.document.text == "Write to email@example.com.\nsome[1] of[2] it[3]\nIt is so."
    row = schema.row(done.document, 0, STEPS, {}, inverse(done.original, done.changes))
    recipe = Recipe("r", (Source("web", Warc(), "warc"),), STEPS)
    edited = Editing(Work(LocalStorage(), Job(recipe, str(tmp_path), 1))).edit(row)
    assert (edited.original, edited.text, edited.counts) == (TEXT, done.document.text, done.edits)
    assert edited.edits == row["edits"]
