"""The ledger of a build: what every record read became, in counts that add up file by file.

`ledger.json` is a `Ledger`, `ledger/files.parquet` an `Entry` a row. Where counts of documents stand with characters,
the characters are those of the texts: as extracted where a document was dropped, as edited where it was kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from winnow.pipelines.corpus.clusters import Cluster
from winnow.pipelines.corpus.surveyed import Example
from winnow.pipelines.counts import NONE, Count, Rules, dropped, total
from winnow.pipelines.dedup.duplicates import Duplicates
from winnow.pipelines.dedup.probe import Probed
from winnow.pipelines.dedup.settings import Losses
from winnow.pipelines.dedup.spans.total import Passages
from winnow.pipelines.files.parquet import Written

FORMAT = 11


@dataclass(frozen=True)
class Total:
    """What was in files, and what became of it."""

    files: int = 0
    bytes: int = 0
    records: int = 0
    """Those that can carry documents."""
    gaps: int = 0
    """Stretches of a file in which no record can be told apart."""
    gap_bytes: int = 0
    other_records: Mapping[str, int] = field(default_factory=dict)
    """Records of types that carry no document, by type."""
    documents: int = 0
    """Rows of corpus/ and rejected/: one or more for each record; one for a record that gave none, and for a gap."""
    kept: Count = NONE
    rejected: Rules = field(default_factory=dict)
    cut: Count = NONE
    """Kept documents that lost passages which others have, and the characters that they lost."""

    @property
    def dropped(self) -> Count:
        return dropped(self.rejected)


@dataclass(frozen=True)
class Entry:
    """One input file."""

    source: str
    file: str
    sha256: str
    layout: str
    """How the file is made, as its source names it."""
    total: Total


@dataclass(frozen=True)
class SourceTotal:
    """All files of one source."""

    kind: str
    """As the recipe names it: `warc`, `books`, ..."""
    license: str | None
    """Of the texts, as an SPDX expression, or None if it is not known."""
    synthetic: bool
    """Whether its texts were made by a model."""
    total: Total
    dedup: str = "document"
    """What deduplication compared: each `document`, or all documents of a `record` together."""


@dataclass(frozen=True)
class RecipeName:
    """Which recipe made a build."""

    name: str
    about: str
    sha256: str
    """Of recipe.lock.toml."""
    notes: str = ""
    """What its author knows of the corpus; "" where the recipe names no notes."""


@dataclass(frozen=True)
class EarlierBuild:
    """A build that this one was set against: what is in it is not in this one."""

    path: str
    """Its directory, as the user spelt it."""
    identity: str
    kept: int
    """Documents, or whole records, that it keeps and that were compared."""


@dataclass(frozen=True)
class StepName:
    """A step of the recipe and what it uses."""

    name: str
    use: str
    needs_text: bool
    """Whether it came after the extraction."""
    stops: bool
    """Whether a document that breaks its rules is not measured any further."""
    sources: tuple[str, ...] = ()
    """The sources that it is for; none named means all."""


@dataclass(frozen=True)
class Percentiles:
    """The values that so many hundredths of the documents do not surpass, as nearly as a sketch tells them."""

    p1: float
    p50: float
    p99: float


@dataclass(frozen=True)
class Limits:
    """Of a measure; None is no limit."""

    min: float | None
    max: float | None


@dataclass(frozen=True)
class RuleCount:
    """One measure, its limits, and what they did to documents."""

    rule: str
    """`gopher_quality.words`"""
    min: float | None
    max: float | None
    paper: str
    judged: int
    """Documents with a value."""
    unknown: int
    """Those that the step reached and found no value of."""
    broken: int
    """Those that break the rule."""
    alone: int
    """Those that break no other rule."""
    dropped: int
    """Those that break it first, in the recipe's order."""
    percentiles: Percentiles | None
    """Of the values of all that were judged, or None if none has a value."""
    languages: Mapping[str, Limits] = field(default_factory=dict)
    """Of the languages that were met, those with limits of their own."""

    @property
    def step(self) -> str:
        """`gopher_quality`"""
        return self.rule.rpartition(".")[0]

    @property
    def measure(self) -> str:
        """`words`"""
        return self.rule.rpartition(".")[2]

    @property
    def judges(self) -> bool:
        """Whether there is a limit, in general or in a language that was met."""
        every = (Limits(self.min, self.max), *self.languages.values())
        return any(limits != Limits(None, None) for limits in every)

    def limits(self, language: str | None) -> Limits:
        """Those by which a document in this language was judged."""
        own = self.languages.get(language) if language else None
        return own or Limits(self.min, self.max)


@dataclass(frozen=True)
class Distribution:
    """How documents spread over the values of a fact."""

    distinct: int
    """Values that were met; to about 3 % where there is an `error`."""
    top: Mapping[str, Count]
    """The most frequent, most documents first."""
    others: Count
    """All other documents."""
    error: int = 0
    """Documents that each value may have beside those counted as its own: those are among the others. 0 while all
    values are counted (`corpus.frequent`)."""


@dataclass(frozen=True)
class Kept:
    """What the kept documents are."""

    language: Distribution
    domain: Distribution
    tld: Distribution
    year: Distribution
    captured: Distribution
    license: Distribution
    made_by: Distribution
    """Of the documents from synthetic sources: `SOURCE/by what they were made`."""


@dataclass(frozen=True)
class Length:
    """The documents with a text of `low` to `high` characters, the latter excluded: an octave."""

    low: int
    high: int
    kept: Count
    dropped: Count


@dataclass(frozen=True)
class OptOut:
    """What became of documents whose page or host asks not to be used in some way."""

    kept: Count
    dropped: Count
    unknown: int
    """Kept documents of which it is not known."""


@dataclass(frozen=True)
class Met:
    """What the documents are that have a text or an address, whether they were kept or dropped."""

    language: Distribution
    domain: Distribution
    tld: Distribution
    year: Distribution
    captured: Distribution
    license: Distribution


@dataclass(frozen=True)
class LostDomain:
    """A registered domain that lost documents as copies."""

    domain: str
    documents: int
    """That it had; at most, where not all are counted (`Distribution.error`)."""
    dropped: int
    """Of these, at least."""


@dataclass(frozen=True)
class Lost:
    """What the recipe lets sources and domains lose as copies, and which domains lost more than half."""

    allowed: Losses
    domains: tuple[LostDomain, ...]
    """Those that lost more than half, most documents dropped first."""
    more_domains: int
    """That lost more than half too, and are not listed."""


@dataclass(frozen=True)
class DroppedLanguage:
    """A language of which one rule dropped much."""

    language: str
    documents: int
    """In it, kept or dropped; at most, where not all are counted (`Distribution.error`)."""
    rule: str
    dropped: int
    """Of these, those that broke it first; at least."""


@dataclass(frozen=True)
class DroppedLanguages:
    """The languages that the card warns of."""

    share: float = 0.5
    """What the recipe says may be dropped of a language by one rule without a warning."""
    found: tuple[DroppedLanguage, ...] = ()
    """Those of which a rule dropped more, most documents dropped first."""
    more: int = 0
    """That are not listed."""


@dataclass(frozen=True)
class Examples:
    """A few documents, chosen by a hash of their ids, and the largest clusters of copies."""

    kept: tuple[Example, ...]
    rejected: Mapping[str, tuple[Example, ...]]
    """By the rule that each broke first."""
    clusters: tuple[Cluster, ...] = ()
    """Largest first."""


@dataclass(frozen=True)
class Gone:
    """Records that were forgotten."""

    records: int = 0
    documents: Count = NONE


@dataclass(frozen=True)
class Forgotten:
    """What `winnow forget` removed since the build was made: the counts of the ledger are without it, and are held
    against the inputs less it. What was asked for is told by kind alone: `url`, `domain`, `id`."""

    asked: Mapping[str, int] = field(default_factory=dict)
    """kind -> addresses, domains or ids that named something."""
    by: Mapping[str, Gone] = field(default_factory=dict)
    """kind -> what it named; a record counts in the first kind that named it."""
    sources: Mapping[str, Gone] = field(default_factory=dict)

    @property
    def total(self) -> Gone:
        found = self.sources.values()
        return Gone(sum(of.records for of in found), total(of.documents for of in found))


@dataclass(frozen=True)
class Ledger:
    """A whole build."""

    format: int
    identity: str
    """Hash of the recipe, of the inputs' identities and of the earlier builds that it was set against."""
    recipe: RecipeName
    versions: Mapping[str, str]
    sources: Mapping[str, SourceTotal]
    skipped: tuple[str, ...]
    """The recipe's sources that were given no input."""
    total: Total
    steps: tuple[StepName, ...]
    """In the recipe's order."""
    rules: tuple[RuleCount, ...]
    """In the recipe's order."""
    edits: Mapping[str, Mapping[str, int]]
    """step -> what it did -> how often."""
    duplicates: Duplicates
    probed: Probed
    lost: Lost
    against: tuple[EarlierBuild, ...]
    """The earlier builds, by identity."""
    kept: Kept
    met: Met
    examples: Examples
    files: Mapping[str, Written]
    """Every file of the tables and of ledger/, by its path under the build's directory."""
    dropped_languages: DroppedLanguages = field(default_factory=DroppedLanguages)
    without_limits: Mapping[str, int] | None = None
    """Language -> documents that a step judged by its limits for languages in general, most first; None where the
    recipe has no limits by language."""
    lengths: tuple[Length, ...] = ()
    """How long documents are, those of no text left out; shortest first."""
    opt_outs: Mapping[str, OptOut] = field(default_factory=dict)
    """By the measures of the steps that look for it, as `opt_out.noai`."""
    passages: Passages | None = None
    """What several documents have and was cut; None where the recipe looks for none."""
    forgotten: Forgotten = field(default_factory=Forgotten)
    left_out: tuple[str, ...] = ()
    """Folders of the build that this copy of it was published without; all counts are of the whole build."""
