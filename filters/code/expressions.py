"""SPDX expressions: licences with AND, OR, WITH and brackets, told true or false by what is said of each licence."""

import re
from collections.abc import Callable, Sequence

MOST_CHARACTERS = 2000
"""Of an expression; a longer one is none."""
_WORD = re.compile(r"\s*(?:([()])|([A-Za-z0-9][\w.+:-]*))", re.ASCII)
_RANK = {"(": 0, "or": 1, "and": 2}
_RESERVED = frozenset((*_RANK, ")", "with", "not"))


def words_of(expression: str) -> list[str]:
    """Its words in lower case, a licence WITH its exception as one; empty where other words or marks are in it."""
    words, at, expression = list[str](), 0, expression.rstrip()
    if len(expression) > MOST_CHARACTERS:
        return []
    while at < len(expression):
        if not (match := _WORD.match(expression, at)):
            return []
        words.append((match[1] or match[2]).lower())
        at = match.end()
        name, joint, exception = words[-3:] if len(words) > 2 else ("(", "", "")
        if joint == "with" and " " not in name and not _RESERVED.intersection((name, exception)):
            words[-3:] = [f"{name} with {exception}"]
    return [] if {"with", "not"}.intersection(words) else words


def value_of(words: Sequence[str], holds: Callable[[str], bool]) -> bool | None:
    """By two stacks, for brackets may lie deep in one another; None where the words do not fit together."""
    values, waiting, wants_name = list[bool](), list[str](), True

    def settle(rank: int) -> None:
        while waiting and _RANK[waiting[-1]] >= rank:
            right, left = values.pop(), values.pop()
            values.append(left and right if waiting.pop() == "and" else left or right)

    for word in words:
        if wants_name != (word not in (")", "and", "or")):
            return None
        if word == "(":
            waiting.append(word)
        elif word == ")":
            settle(1)
            if not waiting:
                return None
            waiting.pop()
        elif word in _RANK:
            settle(_RANK[word])
            waiting.append(word)
            wants_name = True
        else:
            values.append(holds(word))
            wants_name = False
    if wants_name:
        return None
    settle(1)
    return None if waiting else values[0]


def is_expression(text: str) -> bool:
    """Whether the words of a text fit together, whatever licences they name."""
    return value_of(words_of(text), lambda name: True) is not None
