import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.pipelines.sources.code.facts.spdx import all_of, any_of, family, named, names_in, normalised


@pytest.mark.parametrize(
    ("given_as", "expression"),
    [
        ("MIT", "MIT"), ("mit", "MIT"), (" MIT\n", "MIT"), ("(MIT)", "MIT"), ("MIT OR MIT", "MIT"),
        ("mit or  apache-2.0", "MIT OR Apache-2.0"), ("GPL-2.0", "GPL-2.0-only"), ("GPL-2.0+", "GPL-2.0-or-later"),
        ("MIT AND (ISC OR Zlib)", "MIT AND (ISC OR Zlib)"),
        ("Apache-2.0 WITH LLVM-exception", "Apache-2.0 WITH LLVM-exception"),
        ("LicenseRef-NVIDIA-Proprietary", "LicenseRef-NVIDIA-Proprietary"),
        ("LicenseRef-a OR MIT", "LicenseRef-a OR MIT"),
        ("", None), ("NONE", None), ("Apache 2.0", None), ("(MIT OR", None), ("MIT ISC", None), ("MIT WITH MIT", None),
        ("LLVM-exception", None), ("x" * 100_000, None), ("(" * 500 + "MIT" + ")" * 499, None), ("\0", None),
    ],
)  # fmt: skip
def test_normalised(given_as: str, expression: str | None) -> None:
    assert normalised(given_as) == expression


@pytest.mark.parametrize(
    ("name", "expression"),
    [
        ("Apache License, Version 2.0", "Apache-2.0"), ("Apache Software License", "Apache-2.0"),
        ("Apache 2", "Apache-2.0"),
        ("3-Clause BSD License", "BSD-3-Clause"), ("The BSD 2-Clause License", "BSD-2-Clause"),
        ("New BSD", "BSD-3-Clause"),
        ("ISC License (ISCL)", "ISC"), ("Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0"), ("MIT License", "MIT"),
        ("The MIT License (MIT)", "MIT"), ("GNU General Public License v2 or later (GPLv2+)", "GPL-2.0-or-later"),
        ("GNU General Public License v3 (GPLv3)", "GPL-3.0-only"), ("GPL (>= 2)", "GPL-2.0-or-later"),
        ("GPL-3", "GPL-3.0-only"),
        ("GNU Lesser General Public License v3 or later (LGPLv3+)", "LGPL-3.0-or-later"),
        ("zlib/libpng License", "Zlib"),
        ("Python Software Foundation License", "PSF-2.0"), ("Public Domain", "LicenseRef-public-domain"),
        ("University of Illinois/NCSA Open Source License", "NCSA"), ("The Unlicense (Unlicense)", "Unlicense"),
        ("Other/Proprietary License", "LicenseRef-proprietary"), ("MIT OR Apache-2.0", "MIT OR Apache-2.0"),
        ("BSD License", None), ("Dual License", None), ("", None), ("see LICENSE", None), ("(" * 5000, None),
    ],
)  # fmt: skip
def test_named(name: str, expression: str | None) -> None:
    assert named(name) == expression


@pytest.mark.parametrize(
    ("name", "begins"), [("BSD License", "BSD"), ("BSD", "BSD"), ("GPL", "GPL"), ("MIT", None), ("", None)]
)
def test_family(name: str, begins: str | None) -> None:
    assert family(name) == begins


def test_joined() -> None:
    assert all_of([]) is None
    assert all_of(["MIT", "MIT"]) == "MIT"
    assert all_of(["MIT OR ISC", "Zlib"]) == "(MIT OR ISC) AND Zlib"
    assert any_of(["MIT", "Apache-2.0", "MIT"]) == "MIT OR Apache-2.0"


def test_names_in() -> None:
    assert names_in("(GPL-2.0-or-later OR MIT) AND Apache-2.0 WITH LLVM-exception") == {
        "GPL-2.0", "MIT", "Apache-2.0", "LLVM-exception",
    }  # fmt: skip


WORDS = (
    "MIT",
    "ISC",
    "GPL-2.0",
    "LLVM-exception",
    "and",
    "OR",
    "with",
    "(",
    ")",
    "+",
    "not",
    "0",
    "1",
    "()",
    "/",
    ",",
    "é",
)


@given(st.text(max_size=20) | st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join))
def test_any_text_gives_an_expression_or_none(text: str) -> None:
    found = normalised(text)
    assert found is None or normalised(found) == found


def test_long_expressions_take_no_time() -> None:
    began = time.process_time()
    normalised("MIT AND " * 120 + "MIT")
    normalised("(" * 900)
    named("(" * 999)
    assert time.process_time() - began < 2
