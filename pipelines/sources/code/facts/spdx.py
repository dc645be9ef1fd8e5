"""SPDX expressions: brought into one spelling, joined, and made of the names that people write for licences."""

import functools
import re
from collections.abc import Iterable
from typing import Any

from winnow.filters.code.expressions import is_expression
from winnow.filters.lists import table
from winnow.pipelines.sources.code.facts.evidence import PROPRIETARY, PUBLIC_DOMAIN

MOST_CHARACTERS = 1000
"""Of an expression; the longest of two hundred Python packages has 150."""
_OWN = re.compile(r"(?:DocumentRef-[\w.-]+:)?LicenseRef-[\w.-]+", re.ASCII)
_VERSION = re.compile(r"-(?:only|or-later)\Z|\+\Z")
_NAMES = f"""
MIT: mit|mit x11|expat|mit expat|x11 mit|mit style|mit compatible
MIT-0: mit 0|mit no attribution
Apache-2.0: apache|apache 2|apache 2.0|apache2|apache2.0|asl 2.0|asl2|al2|apache public 2.0|apachev2
Apache-1.1: apache 1.1
BSD-3-Clause: bsd 3|bsd 3 clause|3 clause bsd|new bsd|bsd new|modified bsd|revised bsd|bsd3|three clause bsd
BSD-2-Clause: bsd 2|bsd 2 clause|2 clause bsd|simplified bsd|bsd simplified|freebsd|bsd2|two clause bsd
0BSD: 0bsd|bsd zero clause|zero clause bsd
ISC: isc|iscl
MPL-2.0: mpl 2.0|mpl2|mpl 2|mpl2.0|mozilla public 2.0|mozilla public 2|mozilla 2.0
MPL-1.1: mpl 1.1|mozilla public 1.1
GPL-2.0-only: gpl2|gplv2|gpl 2|gpl 2.0|gnu gpl 2|gnu general public 2|gnu gplv2|gpl2.0
GPL-2.0-or-later: gplv2+|gpl2+|gpl 2+|gpl 2.0+|gnu gpl 2+|gpl >= 2|gpl 2 or later|gnu general public 2 or later
GPL-3.0-only: gpl3|gplv3|gpl 3|gpl 3.0|gnu gpl 3|gnu general public 3|gnu gplv3|gpl3.0|gnu gpl 3.0
GPL-3.0-or-later: gplv3+|gpl3+|gpl 3+|gpl 3.0+|gnu gpl 3+|gpl >= 3|gpl 3 or later|gnu general public 3 or later
LGPL-2.0-or-later: lgplv2+|lgpl 2+|lgpl2+
LGPL-2.0-only: lgplv2|lgpl 2
LGPL-2.1-only: lgpl 2.1|lgplv2.1|lgpl2.1|gnu lgpl 2.1
LGPL-2.1-or-later: lgpl 2.1+|lgplv2.1+|lgpl2.1+|lgpl 2.1 or later
LGPL-3.0-only: lgplv3|lgpl3|lgpl 3|lgpl 3.0|gnu lgpl 3|gnu lesser general public 3
LGPL-3.0-or-later: lgplv3+|lgpl3+|lgpl 3+|lgpl 3.0+|lgpl 3 or later
AGPL-3.0-only: agplv3|agpl3|agpl 3|agpl 3.0|gnu agpl 3|gnu affero general public 3|affero gpl 3
AGPL-3.0-or-later: agplv3+|agpl3+|agpl 3+|agpl 3.0+|agpl 3 or later
PSF-2.0: psf|python|psfl|python psf|psf 2.0
Zlib: zlib|zlib libpng
BSL-1.0: bsl 1.0|boost|boost 1.0|bsl
Unlicense: unlicense
CC0-1.0: cc0|cc0 1.0|cc0 1.0 universal|creative commons zero 1.0|cc0 1.0 universal cc0 1.0 public domain dedication
CC-BY-4.0: cc by 4.0|cc by|creative commons attribution 4.0
CC-BY-SA-4.0: cc by sa 4.0|creative commons attribution sharealike 4.0
WTFPL: wtfpl
EPL-1.0: epl 1.0|eclipse public 1.0
EPL-2.0: epl 2.0|eclipse public 2.0|epl2
EUPL-1.2: eupl 1.2|european union public 1.2
Artistic-2.0: artistic 2.0|artistic 2
UPL-1.0: upl|universal permissive
HPND: hpnd|historical permission notice and disclaimer
NCSA: ncsa|university of illinois ncsa open source
ZPL-2.1: zpl 2.1|zope public|zpl
MS-PL: ms pl|microsoft public
BlueOak-1.0.0: blueoak 1.0.0|blue oak model
{PUBLIC_DOMAIN}: public domain|publicdomain
{PROPRIETARY}: proprietary|other proprietary|unlicensed|commercial|closed source|all rights reserved|nvidia proprietary
"""
FAMILIES = {"bsd": "BSD", "bsd style": "BSD", "bsd like": "BSD", "gpl": "GPL", "gnu gpl": "GPL", "lgpl": "LGPL",
            "gnu general public": "GPL", "gnu lgpl": "LGPL", "mpl": "MPL", "artistic": "Artistic"}  # fmt: skip
"""Names that several licences have: how the identifiers of those begin."""
_IDLE = table("the a license licence licenses licensed under terms of version and v osi approved foundation software")
_PART = re.compile(r">=|[a-z0-9][a-z0-9.]*\+?")
_IN_BRACKETS = re.compile(r"\(([^()]{1,80})\)\s*\Z")


def normalised(expression: str) -> str | None:
    """The expression as SPDX spells it: "mit or apache-2.0" -> "MIT OR Apache-2.0"; None for what is none."""
    return _normalised(" ".join(expression.split())) if len(expression) <= MOST_CHARACTERS else None


@functools.lru_cache(4096)
def _normalised(expression: str) -> str | None:
    from license_expression import ExpressionError

    if not is_expression(expression):
        return None
    try:
        parsed = _licensing().dedup(expression)
        if parsed is None or not all(_OWN.fullmatch(key) for key in _licensing().unknown_license_keys(parsed)):
            return None
        _licensing().parse(expression, validate=False, strict=True)  # an exception stands behind WITH, and nothing else
        return str(parsed.render("{symbol.key}"))
    except (ExpressionError, ValueError, RecursionError):
        return None


@functools.cache
def _licensing() -> Any:
    from license_expression import get_spdx_licensing

    return get_spdx_licensing()


@functools.cache
def _by_name() -> dict[str, str]:
    lines = (line.partition(": ") for line in _NAMES.strip().split("\n"))
    return {_key(name): expression for expression, _, names in lines for name in names.split("|")}


def named(name: str) -> str | None:
    """What a name stands for: "Apache License, Version 2.0" -> "Apache-2.0"; an expression is a name too."""
    if len(name) > MOST_CHARACTERS:
        return None
    inside = _IN_BRACKETS.search(name)
    ways = (_key(name), _key(_IN_BRACKETS.sub("", name)), _key(inside.group(1)) if inside else "")
    return normalised(name) or next((_by_name()[way] for way in ways if way in _by_name()), None)


def family(name: str) -> str | None:
    """How the identifiers of the licences begin that a name may stand for: "BSD License" -> "BSD"."""
    return FAMILIES.get(_key(name)) if len(name) <= MOST_CHARACTERS else None


def _key(name: str) -> str:
    parts = (re.sub(r"\Av(?=\d)", "", part.rstrip(".")) for part in _PART.findall(name.lower()))
    return " ".join(part for part in parts if part and part not in _IDLE)


def all_of(expressions: Iterable[str]) -> str | None:
    """Every one holds: ["MIT OR ISC", "Zlib"] -> "(MIT OR ISC) AND Zlib"; None of none."""
    return _joined(" AND ", expressions)


def any_of(expressions: Iterable[str]) -> str | None:
    """One may be chosen: ["MIT", "Apache-2.0"] -> "MIT OR Apache-2.0"; None of none."""
    return _joined(" OR ", expressions)


def _joined(by: str, expressions: Iterable[str]) -> str | None:
    different = list(dict.fromkeys(expressions))
    if len(different) < 2:
        return different[0] if different else None
    return normalised(by.join(f"({each})" if " " in each else each for each in different))


def names_in(expression: str) -> frozenset[str]:
    """The licences of an expression without their versions' "or later": "GPL-2.0-or-later OR MIT" -> GPL-2.0, MIT."""
    words = (word.strip("()") for word in expression.split())
    return frozenset(_VERSION.sub("", word) for word in words if word not in ("AND", "OR", "WITH", ""))
