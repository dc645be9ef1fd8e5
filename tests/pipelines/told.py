"""What a process tells of itself while it works, noted instead of shared."""

from typing import Any

from winnow.pipelines import progress


class Told(list[int]):
    """The slots of progress, and in order what a test notes of what is written into them."""

    def __init__(self) -> None:
        super().__init__([0] * progress.SLOTS)
        self.events: list[Any] = []

    def __setitem__(self, slot: Any, value: Any) -> None:
        super().__setitem__(slot, value)
        self.events += self.noted(slot, value)

    def noted(self, slot: int, value: int) -> list[Any]:
        """Every item, as often as it is told."""
        return [value] if slot == progress.ITEM else []
