import re
from importlib import metadata
from pathlib import Path

import pytest

from winnow.pipelines.software import closure, libraries, modules
from winnow.pipelines.software.libraries import ALONE, NO_BYTE
from winnow.pipelines.software.modules import modules_in

ALL = modules_in("winnow.filters") | modules_in("winnow.pipelines")
LISTED = {
    "warcio", "isal", "zstandard", "brotli", "charset-normalizer", "trafilatura", "htmldate", "courlan", "justext",
    "lxml", "lxml-html-clean", "dateparser", "python-dateutil", "pytz", "tzlocal", "regex", "tld", "tldextract", "idna",
    "selectolax", "fasttext", "datasketch", "numpy", "scipy", "pyarrow", "apache-beam", "enry-python", "cffi",
    "licenseclassifier", "license-expression", "boolean-py", "dulwich", "icu4py",
}  # fmt: skip


def test_every_library_through_which_a_byte_passes() -> None:
    """One that is new here is looked at: does it write a byte, or does it belong to those that do not?"""
    assert libraries.libraries(ALL) == {name: metadata.version(name) for name in sorted(LISTED)}


def test_no_reason_is_given_in_vain(monkeypatch: pytest.MonkeyPatch) -> None:
    libraries.libraries.cache_clear()
    monkeypatch.setattr(libraries, "NO_BYTE", {})
    found = libraries.libraries(ALL).keys() - {"markdown-it-py", "mdurl", "pygments"}  # of rich
    libraries.libraries.cache_clear()
    assert found & NO_BYTE.keys() == NO_BYTE.keys() - {"winnow"}


def test_beam_stands_for_what_it_requires() -> None:
    assert ALONE == ("apache-beam",)
    assert libraries.libraries(modules_in("winnow.pipelines.beam")).keys() & {"protobuf", "fastavro", "dill"} == set()


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ("winnow.filters.rules", set()),
        ("winnow.pipelines.annotators.language", {"fasttext", "numpy"}),
        ("winnow.pipelines.sources.warc.scan", {"isal", "numpy"}),
        ("winnow.pipelines.dedup.signatures", {"datasketch", "numpy", "scipy"}),
        ("winnow.pipelines.corpus.survey", {"tldextract", "idna"}),
    ],
)
def test_libraries_of_a_module(module: str, expected: set[str]) -> None:
    found = libraries.libraries(closure.closure(frozenset({module}), frozenset({"winnow.pipelines.recipe.model"})))
    assert expected <= found.keys()
    assert "trafilatura" not in found


def installed(folder: Path, name: str, requires: list[str]) -> None:
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    lines = [f"Name: {name}", "Version: 1.0", *(f"Requires-Dist: {need}" for need in requires)]
    (info / "METADATA").write_text("\n".join(("Metadata-Version: 2.1", *lines, "")))
    (info / "top_level.txt").write_text(f"{name}\n")
    (folder / f"{name}.py").write_text("")


def test_requirements_are_walked_as_they_hold_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = [
        "lib_b[fast]", "lib_c; python_version < '3'", "lib_d; extra == 'all'", "Lib.E >= 1", "not_there", "requests",
    ]  # fmt: skip
    installed(tmp_path, "lib_a", here)
    installed(tmp_path, "lib_b", ["lib_f; extra == 'fast'", "lib_g; extra == 'slow'", "lib_a"])
    for name in ("lib_c", "lib_d", "lib_e", "lib_f", "lib_g"):
        installed(tmp_path, name, [])
    (tmp_path / "uses_a.py").write_text("import lib_a, requests\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    for cached in (modules._spec, modules.module, closure.closure, closure.distributions, libraries.libraries):
        cached.cache_clear()
    found = libraries.libraries(closure.closure(frozenset({"uses_a"})))
    ours = {name: version for name, version in found.items() if name.startswith("lib-")}
    assert ours == dict.fromkeys(("lib-a", "lib-b", "lib-e", "lib-f"), "1.0")
    assert "requests" in found  # that it writes no byte holds for our use of it alone
    assert re.fullmatch(r"[\d.]+", found["requests"])
