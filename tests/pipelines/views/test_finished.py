"""A directory without a finished build is told in one line, with the cure."""

from pathlib import Path

import pytest

from winnow.pipelines.errors import BadCall
from winnow.pipelines.views.terminal import explain


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "holds no build: it has no ledger.json; give the --output of a build"),
        ({"work/build.json": "{}"}, "not finished; run the same winnow build command again and it goes on"),
        ({"ledger.json": "{"}, "ledger.json is damaged; the same winnow build command with --replace builds it anew"),
        ({"ledger.json": "[]"}, "ledger.json is damaged; the same winnow build command with --replace builds it anew"),
        ({"ledger.json": '{"format": 99}'}, "has format 99, this winnow reads 2: use the one that wrote it"),
    ],
)
def test_not_a_finished_build(tmp_path: Path, files: dict[str, str], message: str) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    for call in (explain.summary, explain.card, explain.ledger, lambda root: explain.why(root, "x")):
        with pytest.raises(BadCall) as caught:
            call(str(tmp_path))
        assert str(caught.value).endswith(message)
        assert len(str(caught.value).splitlines()) == 1


def test_no_directory(tmp_path: Path) -> None:
    with pytest.raises(BadCall, match="there is no such directory"):
        explain.card(str(tmp_path / "none"))
    with pytest.raises(BadCall, match="is not on this machine"):
        explain.card("gs://bucket/out")
