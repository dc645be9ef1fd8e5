"""What is wrong with a record, said by a rule and in the words of what found it."""

from winnow.filters.rules import Reject
from winnow.pipelines.sources.base import MAX_DETAIL


class Refused(Exception):
    """The record ends here, by this rule."""

    def __init__(self, rule: str, value: float | None = None, limit: float | None = None, detail: str | None = None):
        super().__init__(rule)
        self.reject = Reject(rule, value, limit, None if detail is None else detail[:MAX_DETAIL])


def quoted(rule: str, said: object) -> Reject:
    """A reject that quotes what is wrong, on one line."""
    return Reject(rule, detail=" ".join(str(said).split())[:MAX_DETAIL] or None)
