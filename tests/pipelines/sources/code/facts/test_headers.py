import time

import pytest

from winnow.pipelines.sources.code.facts.evidence import Evidence
from winnow.pipelines.sources.code.facts.headers import file_license

APACHE = """Licensed under the Apache License, Version 2.0 (the "License");
you may not use this file except in compliance with the License.
You may obtain a copy of the License at

    http://www.apache.org/licenses/LICENSE-2.0
"""
GPL = """This program is free software; you can redistribute it and/or modify
it under the terms of the GNU General Public License as published by
the Free Software Foundation; either version 2 of the License, or
(at your option) any later version.
"""


def lines(text: str, mark: str = "#") -> str:
    return "".join(f"{mark} {line}\n" for line in text.split("\n"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# SPDX-License-Identifier: MIT\n", "MIT"), ("/* SPDX-License-Identifier: GPL-2.0+ */\n", "GPL-2.0-or-later"),
        ("// SPDX-License-Identifier: (GPL-2.0 OR MIT)\n", "GPL-2.0-only OR MIT"),
        ("<!-- SPDX-License-Identifier: Apache-2.0 -->\n", "Apache-2.0"), ("rem SPDX-License-Identifier: MIT\n", "MIT"),
        ("(* SPDX-License-Identifier: ISC *)\n", "ISC"), ('"""SPDX-License-Identifier: MIT"""\n', "MIT"),
        ("# SPDX-License-Identifier: MIT\n# SPDX-License-Identifier: ISC\n", "MIT AND ISC"),
        ("# SPDX-License-Identifier: something else\n", None), ("x = 'SPDX-License-Identifier: MIT'\n", None),
        (lines(APACHE), "Apache-2.0"), (f"/*\n{GPL} */\n", "GPL-2.0-or-later"),
        ("#!/usr/bin/env python\n" + lines(APACHE), "Apache-2.0"), (f'"""A module.\n\n{APACHE}"""\n', "Apache-2.0"),
        ("#ifndef A\n#define A\n/*\n" + APACHE + "*/\n", "Apache-2.0"),
        ("```python\n" + lines(APACHE) + "```\n", "Apache-2.0"),
        ("# Licensed under the MIT license.\n", "MIT"), ("// license: MIT\n", "MIT"), ("# The MIT License\n", "MIT"),
        ("# License: BSD 3 clause\n", "BSD-3-Clause"),
        ("# Distributed under the 2-clause BSD license\n", "BSD-2-Clause"),
        ("// Distributed under the Boost Software License, Version 1.0.\n", "BSL-1.0"),
        ("// under the Apache License v2.0 with LLVM Exceptions.\n// See the license.\n",
        "Apache-2.0 WITH LLVM-exception"),
        ("# Licensed under the GNU GPL, version 3 or later.\n# license\n", "GPL-3.0-or-later"),
        ("# Released under the terms of the GPLv2 license\n", "GPL-2.0-only"),
        ("# License: LGPL 2.1+\n", "LGPL-2.1-or-later"), ("# license: AGPL v3\n", "AGPL-3.0-only"),
        ("/* This code is in the public domain. */\n", "LicenseRef-public-domain"),
        ("# Proprietary and confidential\n", "LicenseRef-proprietary"),
        ("# Licensed to PSF under a Contributor Agreement.\n", "PSF-2.0"),
        ("# Dual licensed under the MIT license or the GPL version 2.\n", "MIT OR GPL-2.0-only"),
        ("# This file is dual licensed under the Apache License 2.0, and the BSD License. See LICENSE.\n", None),
        ("// Use of this source code is governed by a BSD-style\n// license that is in the LICENSE file.\n", None),
        ("# :license: BSD, see LICENSE for details.\n", None),
        ("import license\n# Licensed under the MIT license.\n", None),
        ("# Checks the license of a file.\n", None), ("# Limits of permit and submit, a license\n", None),
        ("", None), ("# x\n", None),
        ("\n" * 9000 + "# SPDX-License-Identifier: MIT\n", None),
    ],
)  # fmt: skip
def test_what_a_file_says(text: str, expected: str | None) -> None:
    assert file_license(text).expression == expected


def test_evidence_has_its_place() -> None:
    text = "#!/bin/sh\n# SPDX-License-Identifier: MIT \n"
    found = file_license(text, "a/b.sh", "Shell")
    assert found.evidence == (Evidence("a/b.sh", 37, 40, "MIT"),)
    assert text[37:40] == "MIT"
    assert found.meta() == {"license_evidence": "a/b.sh:37-40 MIT"}
    (notice,) = file_license("x\n".replace("x", "# a") + lines(APACHE), "b.py", "Python").evidence
    assert (notice.start, notice.expression) == (4, "Apache-2.0")


def test_the_language_says_what_a_comment_is() -> None:
    text = "% Licensed under the MIT license.\n"
    assert (file_license(text, "", "TeX").expression, file_license(text, "", "C").expression) == ("MIT", None)


@pytest.mark.parametrize("piece", ["# license\n", "license ", "/* license ", "# SPDX-License-Identifier: ",
"# gnu gpl version 2 or ",
                                   "# licensed under the the the ", "# license " + "a" * 50])  # fmt: skip
def test_hostile_files_take_little_time(piece: str) -> None:
    began = time.process_time()
    file_license(piece * 50_000)
    assert time.process_time() - began < 2
