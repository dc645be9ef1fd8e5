"""Why a payload gives no content."""


class TooLarge(Exception):
    """More bytes than the cap: `seen` were there when it was passed."""

    def __init__(self, seen: int) -> None:
        super().__init__(f"{seen} bytes, and more to come")
        self.seen = seen


class Undecodable(Exception):
    """A coding that the bytes have, or must have, cannot be undone."""
