"""The bundle of charts is what its pinned packages make."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

PAGE = Path(__file__).resolve().parents[2] / "data_cards/page"
MADE = ("charts.js", "charts.json", "charts.LICENSE")


@pytest.mark.skipif(shutil.which("npm") is None, reason="needs npm")
def test_it_is_made_again_to_the_byte(tmp_path: Path) -> None:
    subprocess.run([PAGE / "make/make.sh", tmp_path], check=True)
    assert {name: (tmp_path / name).read_bytes() for name in MADE} == {
        name: (PAGE / name).read_bytes() for name in MADE
    }


def test_every_package_is_free_pinned_and_named_with_its_licence() -> None:
    told = json.loads((PAGE / "charts.json").read_text("utf-8"))
    locked = json.loads((PAGE / "make/package-lock.json").read_text("utf-8"))["packages"]
    licences = (PAGE / "charts.LICENSE").read_text("utf-8")
    for each in [*told["bundled"], *told["made_with"]]:
        assert locked[f"node_modules/{each['name']}"]["integrity"] == each["integrity"]
        assert each["license"] in ("ISC", "MIT", "BSD-3-Clause", "Unlicense")
    for each in told["bundled"]:
        assert f"{each['name']} {each['version']}\n" in licences


def test_no_file_names_an_address_to_fetch_from() -> None:
    lock = (PAGE / "make/package-lock.json").read_text("utf-8")
    assert ("http:" in lock, "https:" in lock) == (False, False)
