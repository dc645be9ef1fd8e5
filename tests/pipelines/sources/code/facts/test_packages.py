import json

import pytest

from winnow.pipelines.sources.code.facts.files import metadata_kind
from winnow.pipelines.sources.code.facts.packages import declared

HEAD = "Metadata-Version: 2.1\nName: a\nVersion: 1\n"


def said(path: str, text: str, texts: tuple[str, ...] = ()) -> str | None:
    """The expression, checked to stand where it is said to."""
    found = declared(path, text.encode())
    if found is None:
        return None
    for each in found.evidence:
        assert each.file == path
        assert 0 <= each.start < each.end <= len(text)
    return found.expression(texts)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("License-Expression: MIT OR Apache-2.0\n", "MIT OR Apache-2.0"),
        ("License: MIT\n", "MIT"),
        ("License: BSD-3-Clause\nClassifier: License :: OSI Approved :: MIT License\n", "BSD-3-Clause"),
        ("License: whatever\nClassifier: License :: OSI Approved :: MIT License\n", "MIT"),
        ("Classifier: License :: OSI Approved :: Apache Software License\n", "Apache-2.0"),
        ("Classifier: License :: OSI Approved\n", None), ("License: UNKNOWN\n", None), ("", None),
        ("License: MPL-2.0 AND MIT\n", "MPL-2.0 AND MIT"),
        ("License: Dual License\nClassifier: License :: OSI Approved :: MIT License\n"
         "Classifier: License :: OSI Approved :: Apache Software License\n", "MIT OR Apache-2.0"),
        ("Classifier: License :: OSI Approved :: MIT License\n"
         "Classifier: License :: OSI Approved :: ISC License (ISCL)\n",
         "MIT AND ISC"),
        ("Summary: x\n\nLicense: MIT\n", None),  # the description is no header
    ],
)  # fmt: skip
def test_python_metadata(lines: str, expected: str | None) -> None:
    assert said("a-1.dist-info/METADATA", HEAD + lines) == expected
    assert said("PKG-INFO", HEAD + lines) == expected


def test_metadata_that_are_none() -> None:
    assert said("a/METADATA", "License: MIT\n") is None


def test_a_family_is_told_by_the_texts() -> None:
    lines = HEAD + "License: BSD\n"
    assert said("METADATA", lines) is None
    assert said("METADATA", lines, ("MIT", "BSD-2-Clause", "BSD-3-Clause")) == "BSD-2-Clause"
    assert said("METADATA", lines, ("MIT",)) is None
    dual = HEAD + "License: Dual License\nClassifier: License :: OSI Approved :: BSD License\n" \
                  "Classifier: License :: OSI Approved :: Apache Software License\n"  # fmt: skip
    assert said("METADATA", dual, ("BSD-3-Clause",)) == "Apache-2.0 OR BSD-3-Clause"


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("pyproject.toml", '[project]\nname = "a"\nlicense = "MIT"\n', "MIT"),
        ("pyproject.toml", '[project]\nlicense = {text = "Apache-2.0"}\n', "Apache-2.0"),
        ("pyproject.toml", 'license = {file = "a"}\nclassifiers = ["License :: OSI Approved :: MIT License"]\n', "MIT"),
        ("pyproject.toml", '[tool.poetry]\nlicense = "LGPL-3.0+"\n', "LGPL-3.0-or-later"),
        ("pyproject.toml", "[[[", None),
        ("setup.cfg", "[metadata]\nlicense = BSD-3-Clause\n", "BSD-3-Clause"),
        ("setup.cfg", "[metadata]\nname = a\n", None),
        ("setup.py", "setup(name='a', license='MIT')\n", "MIT"),
        ("setup.py", "setup(classifiers=['License :: OSI Approved :: ISC License (ISCL)'])\n", "ISC"),
        ("Cargo.toml", '[package]\nlicense = "MIT/Apache-2.0"\n', "MIT OR Apache-2.0"),
        ("package.json", '{"license": "MIT"}', "MIT"), ("package.json", '{"license": {"type": "ISC"}}', "ISC"),
        ("package.json", '{"licenses": [{"type": "MIT"}, {"type": "GPL-2.0"}]}', "MIT OR GPL-2.0-only"),
        ("package.json", '{"license": "UNLICENSED"}', "LicenseRef-proprietary"),
        ("package.json", '{"license": 3}', None),
        ("package.json", '{"license": "SEE LICENSE IN a"}', None), ("package.json", "[" * 100_000, None),
        ("package.json", "[]", None),
        ("composer.json", '{"license": ["MIT", "Apache-2.0"]}', "MIT OR Apache-2.0"),
        ("pom.xml", "<licenses><license><name>Apache License, Version 2.0</name></license>"
         "<license><name>MIT</name></license></licenses>", "Apache-2.0 OR MIT"),
        ("a.gemspec", "s.license = 'MIT'\n", "MIT"), ("a.gemspec", "s.licenses = ['MIT', \"Ruby\"]\n", "MIT AND Ruby"),
        ("a.cabal", "license: BSD-3-Clause\n", "BSD-3-Clause"),
        ("DESCRIPTION", "License: GPL (>= 2)\n", "GPL-2.0-or-later"),
        ("DESCRIPTION", "License: MIT + file LICENSE | x\n", None),
        ("a.nuspec", '<license type="expression">MIT</license>', "MIT"),
        ("a.py", "license = 'MIT'", None), ("package.json", "", None),
    ],
)  # fmt: skip
def test_other_metadata(path: str, text: str, expected: str | None) -> None:
    assert said(f"a/{path}", text) == expected


def test_a_field_that_holds_a_text() -> None:
    text = (
        "Redistribution and use in source and binary forms, with or without modification, are permitted provided that "
        "the following conditions are met:\n        1. Redistributions of source code must retain the above copyright "
        "notice, this list of conditions and the following disclaimer."
    )
    assert said("METADATA", f"{HEAD}License: {text}\n") is None


def test_what_is_metadata() -> None:
    paths = ("a/METADATA", "package.json", "x.gemspec", "a.json", "pom.xml.bak", "")
    assert [bool(metadata_kind(path)) for path in paths] == [True, True, True, False, False, False]


@pytest.mark.parametrize(
    "text",
    [
        "license = " * 50_000,
        "<license>" * 50_000,
        "License: " * 50_000,
        "\n " * 100_000,
        json.dumps({"license": ["a"] * 50_000}),
    ],
)
def test_hostile_metadata(text: str) -> None:
    for path in (
        "METADATA",
        "pyproject.toml",
        "setup.cfg",
        "setup.py",
        "package.json",
        "pom.xml",
        "a.gemspec",
        "a.nuspec",
    ):
        declared(path, (HEAD + text if path == "METADATA" else text).encode())
