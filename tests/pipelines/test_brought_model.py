"""A whole build whose languages are told by a model that the recipe brings, and pages of two languages in it."""

import hashlib
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from small_builds import finished

from tests.pipelines.annotators.small_models import ENGLISH, GERMAN, leave
from winnow.pipelines.errors import BadCall
from winnow.pipelines.files.storage import LocalStorage
from winnow.pipelines.ledger.check import check
from winnow.pipelines.recipe.file import load
from winnow.pipelines.views.beside import beside

DE_1, DE_2, DE_3 = (" ".join([GERMAN] * 4 + [f"Und {n}."]) for n in (1, 2, 3))
EN_1, EN_2 = (" ".join([ENGLISH] * 4 + [f"And {n}."]) for n in (1, 2))
MODEL = 'model = "glotlid"\nfile = "small.bin"\n'
RECIPE = f"""
name = "r"
[[source]]
name = "web"
kind = "jsonl"
[extract]
engine = "blocks"
screen = 0.1
[[step]]
use = "language"
{MODEL}keep = ["de"]
[[step]]
use = "language_segments"
{MODEL}limits = {{ main_share = {{ min = 0.5 }} }}
[[step]]
use = "language_lines"
{MODEL}
[dedup]
exact = false
near = "off"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model, a recipe, and a page each: in German, in English, in German with a paragraph of English."""
    folder = tmp_path_factory.mktemp("brought")
    leave(folder / "small.bin")
    (folder / "r.toml").write_text(RECIPE)
    texts = [[DE_1, DE_2, DE_3], [EN_1, EN_2], [DE_1, EN_1, DE_2]]
    lines = [json.dumps({"text": "\n".join(text)}) for text in texts]
    (folder / "a.jsonl").write_text("\n".join(lines) + "\n")
    return folder


def test_its_labels_are_the_languages_of_the_corpus(folder: Path) -> None:
    recipe = load(folder / "r.toml")
    assert recipe.screen_of("web") is None  # no second copy of a large model
    _, ledger = finished(folder / "out", recipe, [f"{folder}/a.jsonl"])
    kept = [row for path in (folder / "out/corpus").rglob("*.parquet") for row in pq.read_table(path).to_pylist()]
    assert {row["language"] for row in kept} == {"de"}
    assert sorted(row["text"] for row in kept) == [f"{DE_1}\n{DE_2}", f"{DE_1}\n{DE_2}\n{DE_3}"]
    mixed = next(row for row in kept if row["edits"])
    assert {pair["key"]: pair["value"] for pair in mixed["meta"]}["segment_languages"] == "de 0.67, en 0.33"
    assert round(mixed["language_segments"]["main_share"], 2) == 0.67
    assert ledger.edits["language_lines"] == {"characters": len(EN_1), "lines": 1}
    assert {r: of.documents for r, of in ledger.total.rejected["language"].items()} == {"language.listed": 1}
    locked = (folder / "out/recipe.lock.toml").read_text()
    assert hashlib.sha256((folder / "small.bin").read_bytes()).hexdigest() in locked
    assert str(folder) not in locked
    assert check(LocalStorage(), f"{folder}/out", beside) == []


def test_what_is_wrong_with_it_is_told_at_its_place(folder: Path) -> None:
    wrong = folder / "wrong.toml"
    for was, now, said in (
        ("small.bin", "none.bin", r"line 12: file: there is no file .*none\.bin"),
        ("small.bin", "r.toml", r"line 12: file is '.*r\.toml'; it is no fastText model"),
        ('file = "small.bin"', "", r"line 11: .*get model_v3\.bin of GlotLID"),
        ('"glotlid"', '"lid.176.ftz"', "line 11: .*of a file it is one of glotlid, openlid, fasttext"),
        ('keep = ["de"]', 'keep = ["deu"]', "line 13: .*that language is called 'de'"),
        ('keep = ["de"]', f'sha256 = "{"0" * 64}"', f"line 13: sha256 is '{'0' * 64}'; .*small.bin has"),
    ):
        wrong.write_text(RECIPE.replace(was, now, 1))
        with pytest.raises(BadCall, match=said):
            load(wrong)
