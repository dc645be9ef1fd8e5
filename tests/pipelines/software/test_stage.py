import platform
from dataclasses import dataclass
from pathlib import Path

import pytest

from winnow.filters.families.c4 import C4Lines
from winnow.filters.families.fineweb import FineWebQuality
from winnow.pipelines.software.modules import module
from winnow.pipelines.software.stage import STOPS, software, software_of
from winnow.pipelines.sources.warc.source import Warc

JUDGE = "winnow.pipelines.ingest.curate"


def test_software_is_code_libraries_and_python() -> None:
    found = software({"winnow.pipelines.dedup.packed"})
    assert list(found) == ["python", "numpy", "winnow"]
    assert found["python"] == platform.python_version()


def test_a_stage_runs_what_its_settings_configure() -> None:
    alone = software_of(JUDGE)
    assert software_of(JUDGE, None) == alone
    assert software_of(JUDGE, C4Lines(), FineWebQuality()) == software_of(JUDGE, FineWebQuality(), C4Lines())
    digests = [software_of(JUDGE, *steps)["winnow"] for steps in ([], [C4Lines()], [FineWebQuality()])]
    assert len({*digests}) == 3
    assert software_of(JUDGE, Warc()).keys() - alone.keys() == {
        "warcio", "brotli", "charset-normalizer", "zstandard"
    }  # fmt: skip


@dataclass(frozen=True)
class Own:
    """Settings of a step of somebody's own."""


def test_settings_of_another_package() -> None:
    found = software_of(JUDGE, Own())
    own = found.keys() - software_of(JUDGE).keys()
    assert Own.__module__.partition(".")[0] in own


@pytest.mark.parametrize("name", sorted(STOPS))
def test_stops_are_modules(name: str) -> None:
    found = module(name)
    assert found is not None
    assert Path(name.removeprefix("winnow.").replace(".", "/") + ".py").suffix == ".py"
