"""Slices: what is done for all documents together, cut into shares of about one size whatever the build's size."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Slice:
    """A share of all components, or of all hashes."""

    what: str
    """For messages."""
    place: int
    slices: int

    @property
    def shown(self) -> str:
        return f"{self.what}, slice {self.place + 1} of {self.slices}"


def cut(what: str, count: int) -> list[Slice]:
    return [Slice(what, place, count) for place in range(count)]
