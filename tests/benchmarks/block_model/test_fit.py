import numpy as np
import pytest

from benchmarks.block_model.examples import Examples
from benchmarks.block_model.fit import Settings, fit, read

MODEL = {
    "oblivious_trees": [
        {
            "splits": [{"float_feature_index": 2, "border": 0.5}, {"float_feature_index": 0, "border": 1.5}],
            "leaf_values": [0.5, -0.25, 0.0, 1.0],
        },
        {"splits": [{"float_feature_index": 0, "border": 2.5}], "leaf_values": [0.125, 0.25]},
    ],
    "scale_and_bias": [1, [0.5]],
}


def test_read() -> None:
    found = read(MODEL, ["a", "b", "c"], 2)
    assert (found.names, found.start) == (("a", "c"), 512)
    assert found.columns.tolist() == [[1, 0], [0, 0]]
    assert found.borders.tolist() == [[0.5, 2.5], [1.5, np.inf]]
    assert found.leaves.tolist() == [[512, -256, 0, 1024], [128, 256, 0, 0]]
    assert found.sums(np.array([[2.0, 3.0], [0.6, 0.5]], np.float32)).tolist() == [1024 + 128 + 512, 0 + 256 + 512]


def test_fit_learns_what_can_be_learnt() -> None:
    pytest.importorskip("catboost")
    random = np.random.default_rng(0)
    features = random.normal(size=(3000, 5)).astype(np.float32)
    shares = (features[:, 3] > 0.2).astype(np.float32)
    examples = Examples(tuple("abcde"), features, shares, np.ones(3000, np.float32), np.zeros(3000, np.int64))
    model = fit(examples, Settings(features=2, trees=30, depth=2, rate=0.3, columns=1.0))
    assert "d" in model.names
    rows = features[:, ["abcde".index(name) for name in model.names]].T
    assert float(((model.chances(rows) > 500_000) == (shares > 0)).mean()) > 0.98
