"""The three kinds of step, never two in one.

An annotator adds facts, an editor changes text, a filter measures. Each is a frozen dataclass whose fields are its
settings, so that its repr is what the lock file and the data card print. A step may say four more things of itself,
as class variables:

    NEEDS_TEXT = False      it reads no text, so it is asked before the costly extraction
    STOPS = True            a document that breaks its rules is not measured any further
    FILES = ("domains",)    these settings are paths, which a recipe gives beside itself: of lists in UTF-8, unless it
                            has a method `check_files`, which raises NotAllowed where they are not what it reads
    ABOUT = {"words": "words in the document"}
                            what each measure of RULES says, in a line: for those who read a report
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Protocol, runtime_checkable

from winnow.filters.document import Document
from winnow.filters.edits import Change, Span
from winnow.filters.rules import Rule
from winnow.filters.text import Text


@dataclass(frozen=True, slots=True)
class Edit:
    """What an editor changes in a text, and how often it did what: {"lines_without_terminal_mark": 3}."""

    changes: Sequence[Change] = ()
    """Over the text that it was given; they ascend and do not overlap."""
    counts: Mapping[str, int] = field(default_factory=dict)


@runtime_checkable
class Filter(Protocol):
    """Measures; it never decides. RULES are the published limits, which a recipe may set otherwise."""

    RULES: ClassVar[tuple[Rule, ...]]

    def measure(self, document: Document, text: Text) -> dict[str, float | None]: ...


@runtime_checkable
class Shows(Protocol):
    """A filter that can show what it measured; asked only when a text is shown, so that a build pays nothing for it."""

    def spans(self, document: Document, text: Text) -> Mapping[str, list[Span]]:
        """By rule, the places of `text` that its measure is made of: ascending, none empty. A rule whose measure has
        no places is left out."""
        ...


class Lazy(Mapping[str, list[Span]]):
    """Places by rule, looked for when they are asked for: few of a filter's rules are, of any one text."""

    def __init__(self, ways: Mapping[str, Callable[[], list[Span]]]) -> None:
        self._ways = ways

    def __getitem__(self, rule: str) -> list[Span]:
        return self._ways[rule]()

    def __iter__(self) -> Iterator[str]:
        return iter(self._ways)

    def __len__(self) -> int:
        return len(self._ways)


@runtime_checkable
class Screens(Protocol):
    """A filter that can tell of a page, by pieces of its text, that its main text would not pass."""

    def screens(self, rules: Sequence[Rule]) -> bool:
        """Whether it drops anything by these limits that it can tell so early."""
        ...

    def wants(self, language: str) -> bool:
        """Whether documents in a language pass."""
        ...

    def nearest(self, pieces: Iterable[str], enough: float) -> tuple[float, str | None]:
        """How near some piece comes to what passes, 0 to 1, and what the page is instead. The pieces behind one that
        is near `enough` are not read."""
        ...

    def __hash__(self) -> int: ...


@runtime_checkable
class Editor(Protocol):
    def edit(self, document: Document, text: Text) -> Edit: ...


@runtime_checkable
class Annotator(Protocol):
    """Adds facts to a document. RULES may judge them: `measure` of what was annotated."""

    def annotate(self, document: Document) -> Document: ...
