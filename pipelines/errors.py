"""The two ways in which a command ends badly. Every error that a user is to see is one of them, and one line."""


class BadCall(Exception):
    """The call, the recipe or the input is wrong: the message names the thing, the place and the cure. Exit code 2."""


class BuildFailed(Exception):
    """The build cannot end right, or a check does not hold; the message says what and where. Exit code 1."""
