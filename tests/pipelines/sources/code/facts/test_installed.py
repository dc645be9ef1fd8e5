"""The packages that are installed here, whose licences people wrote down: right for those that everybody knows."""

import functools
import sysconfig
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from winnow.pipelines.sources.code.facts.files import is_evidence
from winnow.pipelines.sources.code.facts.licenses import Licenses

ROOT = Path(sysconfig.get_path("purelib"))
KNOWN = {
    "apache_beam": "Apache-2.0", "pyarrow": "Apache-2.0", "pandas": "BSD-3-Clause", "scipy": "BSD-3-Clause",
    "transformers": "Apache-2.0", "sympy": "BSD-3-Clause", "networkx": "BSD-3-Clause", "botocore": "Apache-2.0",
    "lxml": "BSD-3-Clause", "babel": "BSD-3-Clause", "pygments": "BSD-2-Clause", "certifi": "MPL-2.0", "pip": "MIT",
    "hypothesis": "MPL-2.0", "polars": "MIT", "triton": "MIT", "tqdm": "MPL-2.0 AND MIT", "rich": "MIT",
    "dateutil": "Apache-2.0 OR BSD-3-Clause", "dulwich": "Apache-2.0 OR GPL-2.0-or-later",
    "packaging": "Apache-2.0 OR BSD-2-Clause",
}  # fmt: skip
"""By the folder of the package; those that are not installed are left out."""


@functools.cache
def licenses() -> Licenses:
    paths = [path for pattern in ("*.dist-info/*", "*.dist-info/licenses/*") for path in ROOT.glob(pattern)]
    names = {path.relative_to(ROOT).as_posix(): path for path in paths if path.is_file()}
    return Licenses.of({name: path.read_bytes() for name, path in sorted(names.items()) if is_evidence(name)})


@pytest.mark.parametrize("package", sorted(KNOWN))
def test_packages_that_everybody_knows(package: str) -> None:
    if not (ROOT / package).is_dir():
        pytest.skip("not installed")
    if package == "packaging" and int(version("packaging").partition(".")[0]) < 24:
        pytest.skip("an old one")
    assert licenses().above(f"{package}/__init__.py").expression == KNOWN[package]


@pytest.mark.parametrize(("package", "main"), [("numpy", "BSD-3-Clause"), ("torch", "BSD-3-Clause"), ("duckdb", "MIT")])
def test_packages_that_hold_others(package: str, main: str) -> None:
    try:
        version(package)
    except PackageNotFoundError:
        pytest.skip("not installed")
    assert main in (licenses().above(f"{package}/__init__.py").expression or "").split(" AND ")


def test_every_installed_package_has_a_licence() -> None:
    found = {folder: each.expression for folder, each in licenses().folders.items() if folder.endswith(".dist-info")}
    assert [folder for folder, expression in found.items() if expression is None] == []
