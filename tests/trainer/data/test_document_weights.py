from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.trainer.small_corpora import packed, text, write
from tests.trainer.small_packs import batches_of
from winnow.trainer.config.settings import Data, Rule
from winnow.trainer.data.document_weights import resolved
from winnow.trainer.errors import BadCall
from winnow.trainer.pack.index import Pack

SIZES = [1, 2, 3, 99, 100, None, 1000, 2, 1, 0]
BUCKETS = ["high", "low", None, "high", "", "low", "mid", "high", "low", "mid"]


@pytest.fixture(scope="module")
def pack(ours: Path, tmp_path_factory: pytest.TempPathFactory) -> Pack:
    folder = tmp_path_factory.mktemp("weights")
    for first, name in ((0, "books"), (100, "web")):
        rows = {"id": [f"{name}-{n}" for n in range(10)], "text": [text(first + n, 60) for n in range(10)],
                "source": [name] * 10, "cluster_size": SIZES, "bucket": BUCKETS, "times": [1, 2] * 5,
                "quality": [{"score": n / 10 if n else None} for n in range(10)]}  # fmt: skip
        write(folder / f"corpus/{name}.parquet", rows)
    return packed(folder / "corpus", ours, folder / "pack", validation=0.3, weight="times",
                  columns=["cluster_size", "bucket", "quality.score"])  # fmt: skip


def rows(pack: Pack, source: str) -> list[int]:
    found: list[int] = pack.documents("train", source).row.tolist()
    return found


@pytest.mark.parametrize(
    ("rule", "of_row"),
    [
        (Rule("cluster_size", (1, 2, 3, 5, 100, 1000), (1, 2, 3, 5, 8, 1), other=0.25),
         [1, 2, 3, 5, 8, 0.25, 1, 2, 1, 0.25]),
        (Rule("bucket", values={"high": 2, "low": 0}, other=0.5), [2, 0, 0.5, 2, 0.5, 0, 0.5, 2, 0, 0.5]),
        (Rule("bucket", values={"high": 3}), [3, 1, 1, 3, 1, 1, 1, 3, 1, 1]),
        (Rule("quality.score", (0.2, 0.5), (2, 3), other=0), [0, 0, 2, 2, 2, 3, 3, 3, 3, 3]),
    ],
)  # fmt: skip
def test_a_rule(pack: Pack, rule: Rule, of_row: list[float]) -> None:
    for source, weights in resolved(pack, ["books", "web"], [rule]).items():
        assert weights.tolist() == [of_row[row] * (1 + row % 2) for row in rows(pack, source)]


def test_rules_are_multiplied(pack: Pack) -> None:
    rules = [Rule("bucket", values={"high": 3}), Rule("quality.score", (0.5,), (0.5,))]
    first, second = (resolved(pack, ["web"], [rule])["web"] for rule in rules)
    times = pack.documents("train", "web").weight
    assert np.array_equal(resolved(pack, ["web"], rules)["web"], first * second / times)
    assert resolved(pack, ["web"], [])["web"].tolist() == times.tolist()


def test_the_stream_follows_the_rule(pack: Pack) -> None:
    """Over two epochs each document is read as often as its weight says, every step's documents are known."""
    data = Data("p", {"web": 1}, rules=(Rule("bucket", values={"high": 2.5, "low": 0}),))
    weights = resolved(pack, ["web"], data.rules)["web"]
    documents = pack.documents("train", "web")
    steps = int(2 * np.dot(weights, documents.tokens)) // 4
    made = batches_of(pack, data, 4, 1, steps, 3)
    read = np.zeros(len(documents))
    for step in range(steps):
        for span in made.spans(step)[0]:
            read[span.document] += span.stop - span.start - (span.column + span.stop - span.start == 5)
    assert np.all(np.abs(read / documents.tokens - 2 * weights) < 1.2)
    assert np.array_equal(read == 0, weights == 0)
    assert not np.array_equal(weights, documents.weight)


@pytest.mark.parametrize(("rule", "message"), [
    (Rule("clustersize", (1,), (1,)), "data.rules[0].column: PACK does not keep 'clustersize'; did you mean "
     "'cluster_size'?; pack with --column clustersize"),
    (Rule("times", (1,), (1,)), "data.rules[0].column: PACK does not keep 'times'; valid are: cluster_size, bucket, "
     "quality.score; pack with --column times"),
    (Rule("bucket", (1,), (1,)), "data.rules[0]: the column 'bucket' holds words; give values"),
    (Rule("cluster_size", values={"a": 1}), "data.rules[0]: the column 'cluster_size' holds numbers; give at_least and "
     "weights"),
    (Rule("bucket", values={"hihg": 1}), "data.rules[0].values: no training document has 'hihg' in the column "
     "'bucket'; did you mean 'high'?"),
    (Rule("bucket", values={"\x1b": 1}), "data.rules[0].values: no training document has '\\x1b' in the column "
     "'bucket'; valid are: , high, low, mid"),
])  # fmt: skip
def test_rules_that_do_not_fit(pack: Pack, rule: Rule, message: str) -> None:
    with pytest.raises(BadCall) as error:
        resolved(pack, ["books", "web"], [rule])
    assert str(error.value) == message.replace("PACK", str(pack.path))


def test_a_rule_that_leaves_nothing(pack: Pack) -> None:
    with pytest.raises(BadCall, match=r"the mixture has a weight for 'web', which has no training documents"):
        batches_of(pack, Data("p", {"web": 1}, rules=(Rule("bucket", values={"high": 0}, other=0),)), 4, 1, 1, 3)


def test_a_pack_that_keeps_nothing(tmp_path: Path, ours: Path) -> None:
    columns: dict[str, Any] = {"text": [text(n) for n in range(4)]}
    made = packed(write(tmp_path / "c.parquet", columns), ours, tmp_path / "pack", validation=0)
    with pytest.raises(BadCall, match=r"does not keep 'bucket'; valid are: none; pack with --column bucket"):
        resolved(made, made.sources, [Rule("bucket", values={"a": 1})])
