"""A recipe: one frozen value that says all of a build but its input. `pipelines.recipe.file` reads it from TOML:

    name, about, notes, rejected_text, max_dropped_share, warn_dropped_share
    [[source]]  name, kind, license, [source.read]     what is read, and what reading accepts
    [extract]                                          how HTML becomes text, and the caps
    [[step]]    use, name, settings..., [step.limits]  in order: annotators, editors, filters and their limits;
                [step.languages.de]                    what is otherwise for documents in one language
    [dedup]                                            exact and near duplicates; spans and substrings that repeat
    [output]                                           how files are cut

There are no includes, no inheritance and no environment variables: what a recipe does stands in it, or is a default
that `winnow recipe show` and the build's recipe.lock.toml write out.

A step with `sources = ["web"]` is for these sources alone; so is an [extract], of which there can be several then, as
[[extract]] tables: the one without `sources` is for the rest.
"""

import functools
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from winnow.filters.rules import Rule
from winnow.filters.setting_checks import within
from winnow.filters.steps import Annotator, Editor, Filter, Screens
from winnow.pipelines.dedup.settings import ORDER, Losses, NearDuplicates, Spans, Substrings, measure_of
from winnow.pipelines.extraction.settings import ExtractSettings
from winnow.pipelines.sources import base

Settings = Annotator | Editor | Filter


def is_foreign(kind: type) -> bool:
    """Whether a class is no part of Winnow."""
    return kind.__module__.partition(".")[0] != "winnow"


@dataclass(frozen=True)
class Source:
    """One kind of input under one name; `name` is the folder in corpus/ and the word before `=` in --input."""

    name: str
    read: base.Source
    kind: str
    license: str | None = None
    """Of the texts, as an SPDX expression, or None if it is not known, as for a crawl."""
    priority: int = 0
    """Of copies in several sources the one of the highest stays."""
    dedup: Literal["document", "record"] = "document"
    """What is compared: each document, or all that a record gave together, which then share one fate."""
    synthetic: bool = False
    """Whether its texts were made by a model; the card says how much of the corpus they are."""

    @property
    def by_record(self) -> bool:
        """Whether all that a record gave is compared together."""
        return self.dedup == "record"

    @property
    def foreign(self) -> bool:
        """Whether its code is somebody else's: a plug-in."""
        return is_foreign(type(self.read))

    @property
    def shown(self) -> str:
        """For messages."""
        return f"source {self.name!r} (kind {self.kind!r})"


@dataclass(frozen=True)
class WordList:
    """A file that a step reads: words, domains, URLs."""

    setting: str
    """Of the step, whose value is the path of the file where the recipe was read."""
    sha256: str


@dataclass(frozen=True)
class Step:
    """One step of the chain, by the name its column has."""

    name: str
    use: str
    settings: Settings
    rules: tuple[Rule, ...] = ()
    """The limits that judge its measures: the published ones with the recipe's in their place."""
    sources: tuple[str, ...] = ()
    """The sources that it is for; none named means all."""
    lists: tuple[WordList, ...] = ()
    """The files that it reads, of its settings FILES."""
    languages: tuple[tuple[str, "Step"], ...] = ()
    """The step as it is for documents in these languages, by their codes, in order; for all others it is this one. Name
    and kind are the same: only settings and limits differ."""
    by_language: tuple[str, ...] = field(default=(), compare=False)
    """The settings and measures whose values in `languages` were taken from the table (filters/languages)."""

    @functools.cached_property
    def annotator(self) -> Annotator | None:
        return self.settings if isinstance(self.settings, Annotator) else None

    @functools.cached_property
    def editor(self) -> Editor | None:
        return self.settings if isinstance(self.settings, Editor) else None

    @functools.cached_property
    def filter(self) -> Filter | None:
        return self.settings if isinstance(self.settings, Filter) else None

    @functools.cached_property
    def foreign(self) -> bool:
        """Whether its code is somebody else's: a plug-in."""
        return is_foreign(type(self.settings))

    @functools.cached_property
    def _by_code(self) -> dict[str, "Step"]:
        return dict(self.languages)

    def of(self, language: str | None) -> "Step":
        """The step as it is for a document in this language; itself where it has nothing of its own for it."""
        return self._by_code.get(language, self) if language and self.languages else self

    @property
    def stops(self) -> bool:
        """Whether a document that breaks its rules is not measured any further."""
        return bool(getattr(self.settings, "STOPS", False))

    @property
    def column(self) -> str | None:
        """The struct of its measures, or None if it measures nothing."""
        return column_of(self.name) if self.filter else None

    @property
    def needs_text(self) -> bool:
        """Whether it comes after the extraction; one that needs no text is asked before."""
        return bool(getattr(self.settings, "NEEDS_TEXT", True))

    @property
    def measures(self) -> tuple[str, ...]:
        return tuple(rule.name for rule in self.filter.RULES) if self.filter else ()


@dataclass(frozen=True)
class Extract:
    """How the pages of some sources become text."""

    settings: ExtractSettings
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Dedup:
    """Which copies are one document."""

    exact: bool = True
    near: NearDuplicates | None = field(default_factory=NearDuplicates)
    """None keeps near duplicates."""
    order: tuple[str, ...] = ORDER
    """Which copy stays, as `dedup.settings.ORDER` has it; measures too, as `gopher_quality.words`."""
    losses: Losses = field(default_factory=Losses)
    payloads: bool = False
    """Whether of records with the same payload one is extracted. All are read once more for it, so it pays where about
    a tenth are copies: several crawls of the same sites."""
    spans: Spans | None = None
    """None keeps paragraphs, lines or sentences that other documents have as well."""
    substrings: Substrings | None = None
    """None keeps runs of words that occur elsewhere."""

    @property
    def measures(self) -> tuple[tuple[str, str], ...]:
        """(step, measure) of those in the order."""
        return tuple(found for key in self.order if (found := measure_of(key)) is not None)

    @property
    def contains(self) -> bool:
        """Whether excerpts are looked for."""
        return self.near is not None and self.near.contains

    @property
    def passages(self) -> bool:
        """Whether passages that several documents have are cut."""
        return self.spans is not None or self.substrings is not None


@dataclass(frozen=True)
class Output:
    """How files are cut; over the sorted rows, never by unit or worker."""

    part_characters: int = 256_000_000
    """A file is closed once it holds this many characters of text."""
    row_group_characters: int = 16_000_000
    row_group_rows: int = 10_000
    shingles: bool = True
    """Whether keys/ holds the shingles, 8 bytes each: without them no build can be set against this one but by equal
    texts, and none of its documents can be removed later."""

    def __post_init__(self) -> None:
        within(self, "part_characters", 1, 1 << 40)
        within(self, "row_group_characters", 1, 500_000_000)  # a column of 2 GiB at four bytes each, Arrow's most
        within(self, "row_group_rows", 1, 100_000_000)


@dataclass(frozen=True)
class Notes:
    """What the recipe's author knows of the corpus and no count can tell: its known faults. The card has it."""

    file: str
    """The name of the file that it was read from, which lay beside the recipe."""
    text: str


@dataclass(frozen=True)
class Recipe:
    """Everything a build does to its input."""

    name: str
    sources: tuple[Source, ...]
    steps: tuple[Step, ...]
    about: str = ""
    notes: Notes | None = None
    extract: ExtractSettings = field(default_factory=ExtractSettings)
    """Of the sources that none of `extracts` names."""
    extracts: tuple[Extract, ...] = ()
    dedup: Dedup = field(default_factory=Dedup)
    output: Output = field(default_factory=Output)
    rejected_text: Literal["all", "sample", "none"] = "all"
    max_dropped_share: float = 1.0
    """The build stops when the steps drop more than this share of a source's documents."""
    max_error_share: float = 0.01
    """The build fails when more than this share of a source's records met an unexpected error, and at least ten did."""
    warn_dropped_share: float = 0.5
    """A language of which one rule drops more than this share is named when the build is done; 1 names none."""

    COLUMNS: ClassVar[tuple[str, ...]] = (
        "id", "text", "url", "title", "date", "captured", "source", "file", "offset", "part", "language",
        "language_score", "code_language", "license", "characters", "cluster", "cluster_size", "meta", "edits",
        "measured", "removed", "stage", "rule", "failed", "value", "limit", "detail", "item", "similarity", "kept",
    )  # fmt: skip
    """The fixed columns, the last three of clusters/ and of files in between."""
    STAGES: ClassVar[tuple[str, ...]] = ("read", "extract", "edit", "measure", "dedup")
    """Where a document can be dropped but by a step."""

    def source(self, name: str) -> Source:
        return next(s for s in self.sources if s.name == name)

    def steps_of(self, source: str) -> tuple[Step, ...]:
        """The steps that are for this source, in order."""
        return tuple(s for s in self.steps if not s.sources or source in s.sources)

    def extract_of(self, source: str) -> ExtractSettings:
        return next((e.settings for e in self.extracts if source in e.sources), self.extract)

    def screen_of(self, source: str) -> Screens | None:
        """The step that pages are held against before their main text is looked for, if any."""
        if self.extract_of(source).screen == 0:
            return None
        own = ((step.settings, step.rules) for step in self.steps_of(source) if not step.foreign)
        return next((of for of, rules in own if isinstance(of, Screens) and of.screens(rules)), None)


def column_of(step: str) -> str:
    """The struct of a step's measures: it has the step's name unless a fixed column has it."""
    return f"{step}_measures" if step in Recipe.COLUMNS else step
