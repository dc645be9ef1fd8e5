"""From raw pages to a pack: nothing that is trained on is a near-duplicate of a validation document.

Measured on the tokens themselves, by Jaccard similarity of every pair, with neither clusters nor MinHash.
"""

import sys
from itertools import product
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.trainer.small_corpora import byte_tokenizer, quiet
from winnow.trainer.pack import leaks
from winnow.trainer.pack.index import Pack
from winnow.trainer.pack.pack import pack
from winnow.trainer.pack.tokenizer import load

LIMIT = 0.8
"""Of the recipe's deduplication."""


def shingles(text: str) -> set[tuple[str, ...]]:
    words = text.lower().split()
    return {tuple(words[n : n + 5]) for n in range(max(1, len(words) - 4))}


def similarity(one: set[tuple[str, ...]], other: set[tuple[str, ...]]) -> float:
    return len(one & other) / len(one | other)


def texts(found: Pack, split: str) -> list[tuple[str, str]]:
    """Id and text, out of the tokens between the first and the last."""
    decode = load(found.tokenizer).tokenizer.decode
    return [
        (name, decode(of.read(n, 1, int(of.tokens[n]) - 1).tolist(), skip_special_tokens=False))
        for of in (found.documents(split, source) for source in found.sources)
        for n, name in enumerate(of.ids(range(len(of))))
    ]


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's build: pages with copies and near-copies of each other."""
    from demo.make_sample import crawl, write
    from winnow.pipelines.build import Request
    from winnow.pipelines.build import build as run
    from winnow.pipelines.display import Display
    from winnow.pipelines.recipe.file import find
    from winnow.pipelines.recipe.file import load as recipe

    folder = tmp_path_factory.mktemp("build")
    write(folder / "sample", crawl())
    request = Request(recipe(find("tiny")), (f"{folder}/sample/*",), str(folder / "build"), workers=2)
    run(request, Display(sys.stderr, quiet=True))
    return folder / "build"


@pytest.mark.slow
def test_no_near_duplicate_of_a_validation_document_is_trained_on(build: Path, tmp_path: Path) -> None:
    pack([build], byte_tokenizer(tmp_path), tmp_path / "pack", validation=0.3, say=quiet)
    found = Pack.open(tmp_path / "pack")
    train = [shingles(text) for _, text in texts(found, "train")]
    clusters = {
        row["id"]: row["cluster"] for row in pq.read_table(build / "corpus", columns=["id", "cluster"]).to_pylist()
    }
    held = [(clusters[name] or name, shingles(text)) for name, text in texts(found, "validation")]
    assert len(held) > 20
    assert max(similarity(a, b) for (_, a), b in product(held, train)) < LIMIT
    removed = pq.read_table(build / "rejected/dedup", columns=["cluster", "text"]).to_pylist()
    relatives = [shingles(row["text"]) for row in removed if row["cluster"] in {cluster for cluster, _ in held}]
    report = leaks.check(found, [Path(of["file"]) for of in found.manifest["against"]])
    assert len(relatives) == report.removed_of_validation > 5
    assert max(similarity(a, b) for (_, a), b in product(held, relatives)) > LIMIT  # they are near-duplicates indeed,
    assert max(similarity(a, b) for a, b in product(relatives, train)) < LIMIT  # and far from what is trained on
