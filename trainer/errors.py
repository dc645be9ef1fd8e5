"""The two ways in which a command of the trainer ends badly. A message is one line that names thing, place and cure."""


class BadCall(Exception):
    """The call, the configuration or the input is wrong: exit code 2."""


class RunFailed(Exception):
    """The work failed, or a check does not hold: exit code 1."""


REPLACED = "\N{REPLACEMENT CHARACTER}"


def printable(text: str) -> str:
    """One line whatever stands in names, and nothing that a terminal would obey."""
    return "".join(c if c.isprintable() else " " if c.isspace() else REPLACED for c in text)


def shown(value: object, most: int = 80) -> str:
    """A value that a message tells, as Python writes it, cut where it is long."""
    try:
        text = repr(value)
    except (RecursionError, ValueError):  # too deep; more digits than Python writes
        text = f"a {type(value).__name__}"
    return text if len(text) <= most else f"{text[:most]}…"


def one_line(error: BaseException) -> str:
    """What an error of a library says, shortened to one line; its name where it says nothing."""
    return " ".join(str(error).split())[:200] or type(error).__name__
