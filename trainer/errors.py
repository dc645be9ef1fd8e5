"""The two ways in which a command of the trainer ends badly. A message is one line that names thing, place and cure."""


class BadCall(Exception):
    """The call, the configuration or the input is wrong: exit code 2."""


class RunFailed(Exception):
    """The work failed, or a check does not hold: exit code 1."""


def one_line(error: Exception) -> str:
    """What an error of a library says, shortened to one line; its name where it says nothing."""
    return " ".join(str(error).split())[:200] or type(error).__name__
