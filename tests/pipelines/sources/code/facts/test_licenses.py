from collections.abc import Mapping

import pytest

from tests.pipelines.sources.code.facts import license_texts
from winnow.pipelines.sources.code.facts.evidence import Evidence, Found, shown
from winnow.pipelines.sources.code.facts.files import is_evidence, is_license_text
from winnow.pipelines.sources.code.facts.licenses import Licenses

MIT, ISC = license_texts.MIT.encode(), license_texts.ISC.encode()
METADATA = b"Metadata-Version: 2.1\nName: a\nLicense-Expression: %s\n"


def at_root(files: Mapping[str, bytes]) -> Found:
    """What holds at the root of a repository."""
    return Licenses.of(files).above("")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, None), ({"LICENSE": MIT}, "MIT"), ({"COPYING.txt": ISC}, "ISC"),
        ({"LICENSE": b"words of no licence"}, None),
        ({"README.md": MIT}, None), ({"license.py": MIT}, None), ({"sub/LICENSE": MIT}, None),
        ({"LICENSE": MIT + b"\n\n" + ISC}, "MIT AND ISC"), ({"LICENSE-MIT": MIT, "LICENSE-ISC": ISC}, "ISC AND MIT"),
        ({"LICENSE-MIT": MIT, "LICENSE-ISC": ISC, "LICENSE": b"Use it under either of LICENSE-MIT or LICENSE-ISC."},
        "ISC OR MIT"),
        ({"package.json": b'{"license": "MIT OR ISC"}', "LICENSE": MIT}, "MIT OR ISC"),
        ({"package.json": b'{"license": "MIT"}', "LICENSE": MIT + b"\n\n" + ISC}, "MIT"),
        ({"package.json": b'{"license": "MIT"}', "LICENSE": ISC}, "MIT AND ISC"),
        ({"package.json": b'{"license": "MIT"}', "setup.cfg": b"[metadata]\nlicense = ISC\n"}, "MIT AND ISC"),
        ({"package.json": b'{"license": "LicenseRef-x"}', "LICENSE": MIT}, "LicenseRef-x"),
        ({"package.json": b"{", "LICENSE": MIT}, "MIT"), ({"LICENSES/MIT.txt": MIT, "LICENSES/ISC.txt": ISC}, None),
        ({"LICENSE": MIT + b"\xff\xfe\x00"}, "MIT"), ({"licenses/LICENSE": MIT}, "MIT"),
        ({"LICENSE": MIT + b"word of something else " * 400}, None),
    ],
)  # fmt: skip
def test_what_holds_at_the_root(files: dict[str, bytes], expected: str | None) -> None:
    assert at_root(files).expression == expected
    assert at_root(dict(reversed(files.items()))).expression == expected


def test_the_nearest_folder_says_it() -> None:
    licenses = Licenses.of(
        {"LICENSE": MIT, "a/b/COPYING": ISC, "a/package.json": b'{"license": "Zlib"}', "a/x/setup.cfg": b""}
    )
    found = {
        path: licenses.above(path).expression
        for path in ("", "c.py", "a", "a/c.py", "a/b/c.py", "a/b/c/d/e.py", "a/x/y.py")
    }
    assert list(found.values()) == ["MIT", "MIT", "Zlib", "Zlib", "ISC", "ISC", "Zlib"]


def test_a_file_says_it_itself() -> None:
    licenses = Licenses.of({"LICENSE": MIT})
    assert licenses.of_file("a.py", "# SPDX-License-Identifier: ISC\n", "Python") == Found(
        "ISC", (Evidence("a.py", 27, 30, "ISC"),)
    )  # fmt: skip
    inherited = licenses.of_file("a.py", "import a\n", "Python")
    assert inherited.expression == "MIT"
    assert [(each.file, each.expression) for each in inherited.evidence] == [("LICENSE", "MIT")]
    assert Licenses().of_file("a.py", "import a\n") == Found()


def test_a_built_distribution_speaks_for_what_it_lists() -> None:
    files = {
        "site/a-1.dist-info/METADATA": METADATA % b"ISC",
        "site/a-1.dist-info/RECORD": b"a/x.py,,\na_b.py,,\n../bin/a,,\n",
        "site/b-2.egg-info/PKG-INFO": METADATA % b"Zlib", "site/b-2.egg-info/top_level.txt": b"b\nshared\n",
        "site/c-3.dist-info/METADATA": METADATA % b"MIT", "site/c-3.dist-info/RECORD": b"shared/c.py,,\n",
        "site/a-1.dist-info/licenses/LICENSE": MIT, "LICENSE": MIT,
    }  # fmt: skip
    licenses = Licenses.of(files)
    told = ("site/a/x.py", "site/a_b.py", "site/b/y.py", "site/shared/c.py", "site/d.py", "site/bin/a")
    assert [licenses.above(path).expression for path in told] == [
        "ISC AND MIT", "ISC AND MIT", "Zlib", "Zlib AND MIT", "MIT", "MIT",
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["LICENSE", "a/COPYING.LESSER", "LICENCE.md", "UNLICENSE", "MIT-LICENSE.txt",
"LICENSE-APACHE",
                                  "LICENSE_MPL_1.1.txt", "apache-2.0.LICENSE", "License.txt",
                                  "LICENSE.rst"])  # fmt: skip
def test_names_of_texts(path: str) -> None:
    assert is_license_text(path)
    assert is_evidence(path)


@pytest.mark.parametrize(
    "path", ["license.py", "LICENSE.json", "a/licenses.ts", "COPYRIGHT_test.go", "licensing", "copy", "", "a/"]
)
def test_names_of_other_files(path: str) -> None:
    assert not is_license_text(path)
    assert not is_evidence(path)


def test_lists_of_distributions_are_evidence() -> None:
    paths = ("a-1.dist-info/RECORD", "a-1.egg-info/top_level.txt", "RECORD", "x/top_level.txt", "pyproject.toml")
    assert [is_evidence(path) for path in paths] == [True, True, False, False, True]


def test_evidence_is_shown_in_short() -> None:
    every = [Evidence("a", n, n + 1, "MIT") for n in range(7)]
    assert shown(every[:1]) == "a:0-1 MIT"
    assert shown(every) == "a:0-1 MIT; a:1-2 MIT; a:2-3 MIT; a:3-4 MIT; a:4-5 MIT; and 2 more"


def test_a_licence_file_may_only_name_it() -> None:
    text = b"# Of all files here\nSPDX-License-Identifier: PSF-2.0\n"
    assert at_root({"LICENSE": text}) == Found("PSF-2.0", (Evidence("LICENSE", 45, 52, "PSF-2.0"),))
    assert at_root({"LICENSE": b"See our site.\n"}) == Found()
