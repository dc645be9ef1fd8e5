from pathlib import Path

import pytest

from winnow.pipelines.files.cache import cache_directory


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"WINNOW_CACHE": "/a", "XDG_CACHE_HOME": "/b"}, "/a"),
        ({"XDG_CACHE_HOME": "/b"}, "/b/winnow"),
        ({"XDG_CACHE_HOME": ""}, "/h/.cache/winnow"),
        ({}, "/h/.cache/winnow"),
    ],
)
def test_where_the_cache_lies(environment: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WINNOW_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {**environment, "HOME": "/h"}.items():
        monkeypatch.setenv(name, value)
    assert cache_directory() == Path(expected)
