"""Rejected documents of a finished build by rule, language and source: some of them, chosen by a hash."""

import shlex

from winnow.pipelines.files.storage import Storage
from winnow.pipelines.plan.names import REJECTED
from winnow.pipelines.text import clean
from winnow.pipelines.views.sample import SHOWN, Sample, Wanted, sample


def command(dir: str, rule: str, language: str) -> str:
    """The command that shows some documents of a language that a rule dropped, as a shell takes it."""
    words = ["winnow", "rejected", dir, "--rule", rule, "--language", language]
    return " ".join(shlex.quote(clean(word)) for word in words)


def rejected(storage: Storage, root: str, wanted: Wanted, most: int = SHOWN) -> Sample:
    """Up to `most` dropped documents that match."""
    return sample(storage, root, wanted, most, (REJECTED,))
