"""What the tests of real engines share: pages in units so small that some keep nothing, a cluster, and Prism."""

import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest
from fetch import JARS, PRISM
from flink import Cluster
from given import ROOT, Given, given

WEB = ROOT.parent / "shared/data/web/trafilatura-eval-00000.warc.gz"


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Given:
    """The demo's pages."""
    folder = tmp_path_factory.mktemp("sample")
    subprocess.run([sys.executable, "-m", "demo.make_sample", "--output", str(folder)], cwd=ROOT, check=True)
    return given("tiny", f"{folder}/web/*", "0.03", tmp_path_factory.mktemp("local") / "sample")


@pytest.fixture(scope="session")
def web(tmp_path_factory: pytest.TempPathFactory) -> Given:
    """247 real pages."""
    if not WEB.is_file():
        pytest.skip("needs the shared web pages")
    folder = tmp_path_factory.mktemp("web")
    shutil.copy(WEB, folder)
    return given("english-web", f"{folder}/*", "0.05", tmp_path_factory.mktemp("local") / "web")


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    assert JARS.is_dir(), "make test-engines fetches them"
    with Cluster(tmp_path_factory.mktemp("flink")) as made:
        yield made


@pytest.fixture(scope="session")
def prism() -> tuple[str, ...]:
    """Options of a build on Prism, which Beam starts by itself."""
    assert PRISM.is_file(), "make test-engines fetches it"
    return ("--runner", "PrismRunner", "--prism_location", str(PRISM))
