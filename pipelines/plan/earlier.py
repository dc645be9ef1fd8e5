"""Earlier builds that one is set against: what they keep is kept in none after them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Earlier:
    """A finished build; as small for a large one as for a small one."""

    path: str
    """Its directory, as the user spelt it."""
    identity: str
    """As its ledger has it."""
    files: str
    """Digest of the files of its keys/, which change where documents are removed from it."""
    kept: int
    """Rows of its keys/ that it keeps: documents and, of some sources, whole records."""
