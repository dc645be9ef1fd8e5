"""What counts as a duplicate, the recipe's tables [dedup.near], [dedup.spans] and [dedup.substrings]; and how much may
be lost to duplicates."""

import re
from dataclasses import dataclass
from typing import Literal

from winnow.filters.setting_checks import NotAllowed, each, within

MOST_PERMUTATIONS = 4096
"""Values of a signature, 8 bytes each: 32 KiB a document. 112 are usual; more than a few hundred tell nothing new."""

PROBE_ROWS = 3
"""Of the key by which pairs are sampled, to see which of them bands bring together (`dedup.probe`). At similarity 0.75
two pairs in five share it, at 0.2 one in 125: enough of those that count, few of the many others."""
_PROBE_SEED = 0x9E3779B9
_DOMAIN = re.compile(r"[^\s/@A-Z]+")
FACTS = ("priority", "longest", "shortest", "oldest", "newest")
"""Of survivor order, beside measures: of the source, of the text, of the capture or the publication."""
ORDER = ("priority", "longest", "oldest")
"""Which of two copies stays, by the first of these that tells them apart; then the first by row key."""


def measure_of(key: str) -> tuple[str, str] | None:
    """(step, measure) of `STEP.MEASURE`, greatest first, or of `-STEP.MEASURE`, least first; None for a fact."""
    step, dot, measure = key.removeprefix("-").rpartition(".")
    return (step, measure) if dot and key not in FACTS else None


@dataclass(frozen=True)
class NearDuplicates:
    """What counts as a near duplicate. bands x rows is the length of a signature; 16 x 7 and 14 x 8 are both 112."""

    shingle_words: int = 5
    """Words a shingle."""
    bands: int = 16
    """More bands find more: a pair of similarity s meets with probability 1 - (1 - s^rows)^bands."""
    rows: int = 7
    """More rows meet less by chance. 16 x 7 finds 97.7 % of pairs at 0.8, 99.8 % at 0.85; 14 x 8 92.4 % and 98.8 %."""
    measure: Literal["jaccard", "containment"] = "jaccard"
    """How alike two shingle sets are: the share of all their shingles that both have, or the share of the dropped
    document's that the kept one has, which finds excerpts (Broder 1997, "On the resemblance and containment of
    documents")."""
    similarity: float = 0.75
    """A pair is one of near duplicates if this exact measure of its shingle sets is at least this."""
    seed: int = 1
    """Of the permutations."""
    max_bucket: int = 128
    """Of documents that share a band key each is compared with those before it that stay. Of more than this many all
    are compared with the first max_bucket / 2 that stay, and what is like none of those, in order, within runs of
    max_bucket; the ledger counts the pairs that are left out."""
    sample_every: int = 4
    """With containment: one shingle in so many is a key by which an excerpt meets its source; with 1 none is missed."""
    max_common: int = 1000
    """With containment: a shingle that more documents share finds no excerpt; the ledger counts such shingles."""

    def __post_init__(self) -> None:
        within(self, "shingle_words", 1, 1000)
        within(self, "bands", 1, MOST_PERMUTATIONS)
        within(self, "rows", 1, MOST_PERMUTATIONS)
        if self.permutations > MOST_PERMUTATIONS:
            raise NotAllowed("bands", self.bands, f"with rows, {self.rows}, a signature has {self.permutations:,} "
                             f"values; allowed is up to {MOST_PERMUTATIONS:,}")  # fmt: skip
        within(self, "seed", 0, (1 << 32) - 1)
        within(self, "max_bucket", 2, 100_000)
        within(self, "sample_every", 1, 1000)
        within(self, "max_common", 2, 1_000_000)
        if not 0 < self.similarity <= 1:
            raise NotAllowed("similarity", self.similarity, "allowed is above 0, and at most 1")

    @property
    def permutations(self) -> int:
        return self.bands * self.rows

    @property
    def contains(self) -> bool:
        """Whether the measure is containment: excerpts share no band, so that other keys are asked as well."""
        return self.measure == "containment"

    @property
    def probe_seed(self) -> int:
        """Of the permutations that no band uses."""
        return (self.seed + _PROBE_SEED) % (1 << 32)


@dataclass(frozen=True)
class Losses:
    """How much may be dropped as copies before the build ends."""

    max_lost_share: float = 1.0
    """Of a source's documents; past it the build ends before it writes a corpus."""
    may_lose: tuple[str, ...] = ()
    """Sources for which that does not hold: those that are known to repeat others."""
    max_lost_share_of_domain: float = 1.0
    """Of a registered domain's documents; past it the build ends without a ledger, its files written."""
    domains_may_lose: tuple[str, ...] = ()
    """Domains for which that does not hold."""
    least_domain_documents: int = 100
    """A domain with fewer is not judged."""

    def __post_init__(self) -> None:
        within(self, "max_lost_share", 0, 1)
        within(self, "max_lost_share_of_domain", 0, 1)
        each(self, "domains_may_lose", _DOMAIN.fullmatch, "a registered domain in lower case, as example.org")
        within(self, "least_domain_documents", 1, 1 << 62)


@dataclass(frozen=True)
class Spans:
    """Paragraphs, lines or sentences that several documents have: the first copy in survivor order stays."""

    unit: Literal["paragraph", "line", "sentences"] = "paragraph"
    """The last are every three that follow one another, as in C4."""
    min_words: int = 10
    """A span of fewer words stays, however often it is found: a heading, a name, a date."""
    max_share: float = 0.5
    """Of a document's characters; of which more would be cut is dropped whole."""
    within_documents: bool = False
    """Cut what one document says twice, too: a refrain, but also a quotation that is spoken of, a table's row."""
    sources: tuple[str, ...] = ()
    """The sources among whose documents they are looked for; none named means all."""

    def __post_init__(self) -> None:
        within(self, "min_words", 1, 1_000_000)
        within(self, "max_share", 0, 1)


@dataclass(frozen=True)
class Substrings:
    """Runs of words that occur more than once, wherever they begin and end: the first copy in survivor order stays."""

    words: int = 50
    """Of a run, at least; Lee et al. 2022 (https://arxiv.org/abs/2107.06499) have 50 tokens."""
    whole_sentences: bool = True
    """Cut only the sentences that lie in such runs whole, and leave no half of one."""
    max_share: float = 0.5
    """Of a document's characters; of which more stands elsewhere is dropped whole."""
    within_documents: bool = False
    """Cut what one document says twice, too: a refrain, but also a quotation that is spoken of, a table's row."""
    sources: tuple[str, ...] = ()
    """The sources among whose documents they are looked for; none named means all."""

    def __post_init__(self) -> None:
        within(self, "words", 8, 10_000)
        within(self, "max_share", 0, 1)
