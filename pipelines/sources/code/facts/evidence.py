"""What says under which licence a file is: the place that says so, and what it says as an SPDX expression."""

from collections.abc import Iterable
from dataclasses import dataclass

SHOWN = 5
"""Places of evidence that a row names."""
PROPRIETARY, PUBLIC_DOMAIN = "LicenseRef-proprietary", "LicenseRef-public-domain"
"""What SPDX has no name for."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Characters `start` to `end` of `file` say `expression`."""

    file: str
    start: int
    end: int
    expression: str

    def __str__(self) -> str:
        return f"{self.file}:{self.start}-{self.end} {self.expression}"


@dataclass(frozen=True, slots=True)
class Found:
    """A licence as an SPDX expression, or None where nothing says one, and the evidence, what decided first."""

    expression: str | None = None
    evidence: tuple[Evidence, ...] = ()

    def meta(self) -> dict[str, str]:
        """`license_evidence` as a row holds it: "LICENSE:0-1072 MIT; setup.cfg:31-34 MIT"; nothing without evidence."""
        return {"license_evidence": shown(self.evidence)} if self.evidence else {}


def shown(evidence: Iterable[Evidence]) -> str:
    every = list(evidence)
    more = f"; and {len(every) - SHOWN} more" if len(every) > SHOWN else ""
    return "; ".join(map(str, every[:SHOWN])) + more
