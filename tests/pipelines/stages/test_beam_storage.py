"""What only Beam's file systems do; what both kinds of storage do alike stands in test_storage.py."""

from pathlib import Path

import pytest

from pipelines.stages.storage import BeamStorage, _literal


@pytest.mark.parametrize(
    ("path", "pattern"),
    [("gs://b/a", "gs://b/a"), ("a[1].gz", "a[[]1].gz"), ("*?", "[*][?]"), ("a]b", "a]b"), ("", "")],
)
def test_a_literal_matches_itself(path: str, pattern: str) -> None:
    assert _literal(path) == pattern


def test_a_scheme_that_nobody_serves_is_an_error() -> None:
    with pytest.raises(ValueError, match="Unable to get filesystem"):
        BeamStorage().match("nope://bucket/*")


def test_a_file_appears_by_renaming(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "a[1]"
    with BeamStorage().create(str(path)) as file:
        file.write(b"x")
        aside = [p.name for p in path.parent.iterdir()]
    assert (len(aside), aside[0].endswith("-a[1]"), [p.name for p in path.parent.iterdir()]) == (1, True, ["a[1]"])
