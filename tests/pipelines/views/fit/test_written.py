import json
from pathlib import Path

import pytest
from fit_texts import fitted

from winnow.pipelines.errors import BadCall
from winnow.pipelines.files.typed import from_json, to_json
from winnow.pipelines.fit.fitted import Fitted
from winnow.pipelines.views.fit.written import require_free, written

NAMES = ["fitted.json", "languages.toml", "limits.toml", "report.html"]


def test_what_is_written(tmp_path: Path) -> None:
    out = tmp_path / "a/out"
    written(f"{out}/", fitted(), [])
    assert sorted(each.name for each in out.iterdir()) == NAMES
    assert from_json(Fitted, json.loads((out / "fitted.json").read_text()) | {"rules": []}) == fitted(rules=())


def test_json_has_every_field() -> None:
    table = to_json(fitted())
    assert list(table) == ["format", "recipe", "source", "language", "drop", "reference", "sample", "dropped",
                           "dropped_before", "stop_words", "rules"]  # fmt: skip
    assert list(table["rules"][0]) == ["step", "measure", "documents", "least", "median", "most", "sides", "histogram"]
    assert table["rules"][0]["sides"][1]["fitted"] == {"value": 9.25, "dropped": 1}


def test_it_is_written_again_over_its_own(tmp_path: Path) -> None:
    for directory in (tmp_path / "new", tmp_path):
        require_free(str(directory))
    written(str(tmp_path), fitted(), [])
    (tmp_path / ".aside-killed-report.html").write_text("half")
    require_free(str(tmp_path))


def test_nothing_else_is_touched(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("")
    with pytest.raises(BadCall, match=r"it holds mine.toml, which this command did not write; name a new one"):
        require_free(str(tmp_path))
    with pytest.raises(BadCall, match="that is a file; name a new directory"):
        require_free(str(tmp_path / "mine.toml"))
    with pytest.raises(BadCall, match="the limits are written to this machine; give a directory here"):
        require_free("gs://bucket/out")
