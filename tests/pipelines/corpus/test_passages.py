import dataclasses
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_builds import NEAR, Built, Long, deduplicated, ingested, recipe, warc

from winnow.filters.document import Document
from winnow.filters.edits import Change, apply, compose, inverse, recover
from winnow.filters.steps import Edit
from winnow.filters.text import Text
from winnow.pipelines.corpus import passages, schema
from winnow.pipelines.corpus.tables import UnitTables
from winnow.pipelines.dedup.settings import Spans, Substrings
from winnow.pipelines.plan.names import CLUSTERS, CORPUS, REJECTED
from winnow.pipelines.recipe.model import Dedup, Recipe, Step

WORDS = {name: " ".join(f"{name}{number}" for number in range(12)) for name in "abcdefghijkl"}


def text(names: str) -> str:
    return "\n\n".join(WORDS[name] for name in names)


@dataclasses.dataclass(frozen=True)
class Masks:
    """An editor: every b5 and the beginning of each text."""

    def edit(self, document: Document, text: Text) -> Edit:
        at = text.string.find("b5")
        found = [Change(0, 3, "<first>"), *([Change(at, at + 2, "<hidden>")] if at > 3 else [])]
        return Edit(found, {"masked": len(found)})


TEXTS = [text("abc"), text("dabek"), text("hi"), text("abf"), text("hi") + "!", "x" * 4, text("lcj")]
PASSAGES = dataclasses.replace(NEAR, spans=Spans(), order=())


def built(folder: Path, made: Recipe, unit_bytes: int = 1 << 20) -> Built:
    warc(folder / "a.warc.gz", TEXTS)
    return deduplicated(ingested(folder / "out", made, [f"{folder}/a.warc.gz"], unit_bytes))


def rows(made: Built, table: str) -> list[dict[str, Any]]:
    found = [
        row for unit in made.units for group in UnitTables(made.work, unit).rows(table)
        for row in group.read(np.arange(len(group.characters))).to_pylist()
    ]  # fmt: skip
    return sorted(found, key=lambda row: row["offset"])


@pytest.mark.parametrize("unit_bytes", [1, 1 << 20])
def test_what_becomes_of_rows(tmp_path: Path, unit_bytes: int) -> None:
    made = built(tmp_path, recipe(dedup=PASSAGES), unit_bytes)
    kept, gone = rows(made, CORPUS), rows(made, REJECTED)
    assert [row["text"] for row in kept] == [text("abc"), text("dek"), text("hi"), text("lj")]
    assert [row["characters"] for row in kept] == [len(row["text"]) for row in kept]
    first, near, short = kept[0]["id"], kept[2]["id"], len(WORDS["a"])
    assert [(r["rule"], r["limit"], r["detail"], r["text"]) for r in gone if r["stage"] == "dedup"] == [
        ("duplicate.spans", 0.5, first, text("abf")), ("duplicate.near", 0.75, near, text("hi") + "!"),
    ]  # fmt: skip
    assert gone[0]["value"] == (2 * short + 4) / (3 * short + 4)
    assert (gone[0]["failed"], gone[0]["cluster"], gone[0]["cluster_size"]) == (["duplicate.spans"], gone[0]["id"], 1)
    assert [row["removed"] for row in kept] == [
        [], [{"start": short + 2, "end": 3 * short + 6, "characters": 2 * short + 4, "kind": "paragraph",
              "first": first}],
        [], [{"start": short + 2, "end": 2 * short + 4, "characters": short + 2, "kind": "paragraph", "first": first}],
    ]  # fmt: skip
    ends = [row["removed"] and [piece["end"] for piece in row["removed"]] for row in gone]
    assert ends == [[2 * short + 4], None, None]
    assert [(row["id"], row["kept"]) for row in rows(made, CLUSTERS)] == [(near, True), (gone[1]["id"], False)]


def test_the_text_as_extracted_is_recovered(tmp_path: Path) -> None:
    steps = (Step("long", "long", Long(), Long.RULES), Step("masks", "masks", Masks()))
    made = built(tmp_path, recipe(*steps, dedup=PASSAGES))
    kept = rows(made, CORPUS)
    assert [recover(row["text"], row["edits"]) for row in kept] == [TEXTS[at] for at in (0, 1, 2, 6)]
    assert kept[1]["text"] == f"<first>{text('daek')[3:]}"  # of the first text the words differ: it was masked there
    for row in (*kept, *rows(made, REJECTED)):
        for piece in row["removed"] or ():
            said = recover(row["text"], row["edits"])[piece["start"] : piece["end"]]
            assert said.split()[0] in ("a0", "b0", "c0", "h0")
            assert said == said.lstrip()


def test_schemas(tmp_path: Path) -> None:
    made = built(tmp_path, recipe(dedup=PASSAGES))
    for table, wanted in ((CORPUS, schema.corpus(made.job.recipe)), (REJECTED, schema.rejected(made.job.recipe))):
        assert "removed" in wanted.names
        for unit in made.units:
            for group in UnitTables(made.work, unit).rows(table):
                assert group.read(np.arange(1)).schema.equals(wanted)
    assert "removed" not in schema.corpus(recipe()).names


def test_both_kinds(tmp_path: Path) -> None:
    dedup = Dedup(False, None, (), spans=Spans(max_share=1.0), substrings=Substrings(8, False, 0.9))
    made = built(tmp_path, recipe(dedup=dedup))
    kept = rows(made, CORPUS)
    assert [row["text"] for row in kept] == [text("abc"), text("dek"), text("hi"), text("f"), text("lj")]
    assert {piece["kind"] for row in kept for piece in row["removed"]} == {"paragraph", "substring"}
    (gone,) = [row for row in rows(made, REJECTED) if row["stage"] == "dedup"]
    assert (gone["rule"], gone["value"], gone["limit"]) == ("duplicate.substrings", 1.0, 0.9)


def test_where_pieces_were_before_edits() -> None:
    """Every character of the text is one of a kind, so that it is known where it was."""
    rng = random.Random(2)
    before = "".join(chr(0x4E00 + place) for place in range(30))
    for _ in range(300):
        places = sorted(rng.sample(range(31), 6))
        made = [Change(a, b, "X" * rng.randint(0, 3)) for a, b in zip(places[::2], places[1::2], strict=True)]
        after, back = apply(before, made), inverse(before, made)
        start, end = sorted(rng.sample(range(len(after) + 1), 2))
        ((found, to),) = passages._extracted([(start, end)], [dataclasses.asdict(change) for change in back])
        said, still = set(before[found:to]), set(after[start:end]) - {"X"}
        touched = [change.replacement for change in back if change.start <= end and start <= change.end]
        assert still <= said
        assert said - still <= set("".join(touched))


def test_edits_of_edits_lead_back() -> None:
    rng = random.Random(4)
    for _ in range(300):
        first = "".join(rng.choices("abc ", k=20))
        places = sorted(rng.sample(range(21), 4))
        made = [Change(a, b, "X") for a, b in zip(places[::2], places[1::2], strict=True)]
        second = apply(first, made)
        places = sorted(rng.sample(range(len(second) + 1), 4))
        cut = [Change(a, b) for a, b in zip(places[::2], places[1::2], strict=True)]
        third = apply(second, cut)
        assert apply(third, compose(inverse(second, cut), second, inverse(first, made))) == first


def test_a_recipe_that_cuts_none_leaves_nothing_of_them(tmp_path: Path) -> None:
    made = built(tmp_path, recipe(dedup=NEAR))
    assert "removed" not in rows(made, CORPUS)[0]
    assert [path.name for path in tmp_path.rglob("*") if path.name.startswith(("marks-", "cuts-", "prints-"))] == []
    assert made.job.decided == made.job.deduplicated
