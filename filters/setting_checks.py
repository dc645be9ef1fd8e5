"""What a setting can mean. The dataclasses of settings check themselves with these, wherever a recipe is read."""

import math
from collections.abc import Callable, Iterable
from typing import Any


class NotAllowed(ValueError):
    """A setting has a value that nothing can mean; the message says which, and what is allowed."""

    def __init__(self, setting: str, value: Any, allowed: str) -> None:
        super().__init__(f"{setting} is {value!r}; {allowed}")
        self.setting = setting
        """The name of the field."""


def within(settings: Any, setting: str, least: float, most: float) -> None:
    """The field is a number from `least` to `most`, both allowed; nan is not."""
    value = getattr(settings, setting)
    if not least <= value <= most:
        raise NotAllowed(setting, value, f"allowed is {_number(least)} to {_number(most)}")


def one_of(settings: Any, setting: str, allowed: Iterable[str]) -> None:
    """The field is one of these words."""
    names = list(allowed)
    if getattr(settings, setting) not in names:
        raise NotAllowed(setting, getattr(settings, setting), f"it is none of {', '.join(names)}")


def each(settings: Any, setting: str, holds: Callable[[str], object], wanted: str, some: bool = False) -> None:
    """`holds` of every string of the field, and with `some` there is one; `wanted` says what one is."""
    values = getattr(settings, setting)
    for value in values:
        if not holds(value):
            raise NotAllowed(setting, value, f"wanted {wanted}")
    if some and not values:
        raise NotAllowed(setting, [], f"wanted {wanted}")


def is_word(value: str) -> bool:
    """Whether it is one word, as a text's words are: something, without white space."""
    return value.split() == [value]


def _number(value: float) -> str:
    return f"{int(value):,}" if math.isfinite(value) and value == int(value) else f"{value}"
