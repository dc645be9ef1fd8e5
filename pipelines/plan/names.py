"""Every path under the output directory: what a build promises, and under work/ what it leaves for itself."""

import bisect
import functools
import hashlib
import itertools
from dataclasses import dataclass
from urllib.parse import quote

CORPUS, REJECTED, CLUSTERS, KEYS = "corpus", "rejected", "clusters", "keys"
TABLES = (CORPUS, REJECTED, CLUSTERS, KEYS)
"""The tables of a build: folders of Parquet files."""
LEDGER_FOLDER = "ledger"
WRITTEN = (*TABLES, LEDGER_FOLDER)
"""The folders whose files the ledger names."""
LEDGER, LOCK, README, REPORT, RUN = "ledger.json", "recipe.lock.toml", "README.md", "report.html", "run.json"
CROISSANT = "croissant.json"
FILES = (LEDGER, README, LOCK, RUN, REPORT, CROISSANT)
"""The files of a build that lie in no folder."""
PICTURES = "pictures"
FUNNEL, LANGUAGES, LENGTHS = (f"{PICTURES}/{name}.svg" for name in ("funnel", "languages", "lengths"))
DRAWN = (FUNNEL, LANGUAGES, LENGTHS)
"""The pictures that the card shows."""
WORK = "work"
FOLDERS = (*WRITTEN, PICTURES, WORK)
"""The folders of a build."""
BUILD, HELD, MARK = f"{WORK}/build.json", f"{WORK}/lock", f"{WORK}/swap"
"""Say whose build it is while it is not finished; that one is running; which swap a directory belongs to."""
PART = r"part-\d{5,}\.parquet"
"""What `part` calls a file, as a regular expression."""
ABOUT, LISTED = f"{KEYS}/_about.json", f"{KEYS}/_files.json"
"""What the keys of a build are of, and their files; readers of a folder of Parquet pass over what begins with "_"."""
BESIDE_KEYS = r"_(about|files)\.json|_shingles-\d{5,}\.bin"
"""What lies in keys/ beside its part files, as a regular expression."""
SCAN, EXTRACT, CURATE = "scan", "extract", "curate"
REUSED = (SCAN, EXTRACT, CURATE, KEYS)
"""Folders of work/ whose files hold for any build that reads the same things in the same way."""
DEDUP, WEIGHTS, WRITE, PLAN, FORGET = "dedup", "weights", "write", "plan", "forget"
ONCE = (DEDUP, WEIGHTS, WRITE, PLAN, FORGET)
"""Folders of work/ whose files are of one build."""
UNKNOWN = "unknown"
"""The folder of what has no language."""
NAME_BYTES, HASH_DIGITS = 200, 16
"""What a folder's name is at most, and hex digits of the hash that ends one which was cut."""


@dataclass(frozen=True)
class Names:
    """Paths of one build. What is made of a digest is found again by whoever can make the same digest."""

    root: str

    def path(self, *names: str) -> str:
        return "/".join((self.root.rstrip("/"), *names))

    def work(self, *names: str) -> str:
        return self.path(WORK, *names)

    @property
    def ledger(self) -> str:
        return self.path(LEDGER)

    @property
    def lock(self) -> str:
        return self.path(LOCK)

    @property
    def run(self) -> str:
        return self.path(RUN)

    def inputs(self, name: str) -> str:
        """The list of all inputs."""
        return self.work(PLAN, f"inputs-{name}.json")

    def units(self, name: str) -> str:
        """How the list of all units is cut into blocks, written after them."""
        return self.work(PLAN, f"units-{name}.json")

    def units_block(self, name: str, number: int) -> str:
        """A block of the list of all units."""
        return self.work(PLAN, f"units-{name}-{number:05d}.json")

    def listing(self, name: str) -> str:
        """Says which list of units was made of the scanned inputs."""
        return self.work(PLAN, f"listing-{name}.json")

    def added(self, name: str, first: int) -> str:
        """What became of a block of units, which begins at this place."""
        return self.work(PLAN, f"added-{name}-{first}.json")

    def total(self, name: str) -> str:
        """What became of all units."""
        return self.work(PLAN, f"total-{name}.json")

    def ended(self, job: str) -> str:
        """How many elements of the last stage of a job were done, written by the job itself."""
        return self.work(PLAN, f"ended-{job}.json")

    def parts(self, name: str) -> str:
        """The list of all part files to be written."""
        return self.work(PLAN, f"parts-{name}.json")

    def word_list(self, sha256: str, name: str) -> str:
        """A copy of a list that a step reads, under the name that it has beside the recipe."""
        return self.work(PLAN, f"list-{sha256}", name)

    def census(self, name: str) -> str:
        """What is known of a file; its items are in the arrays beside it."""
        return self.work(SCAN, f"{name}.json")

    def items(self, name: str) -> str:
        return self.work(SCAN, f"{name}.arrays")

    def cuts(self, name: str) -> str:
        """Where a file is cut into pieces of units."""
        return self.work(SCAN, f"{name}.cuts.json")

    def extracted(self, name: str) -> str:
        """The documents of a unit, each with its text or why it has none."""
        return self.work(EXTRACT, f"{name}.parquet")

    def reading(self, name: str) -> str:
        """The tally of a unit's reading, written last."""
        return self.work(EXTRACT, f"{name}.json")

    def payload_hashes(self, name: str) -> str:
        """The payloads of a unit that are compared."""
        return self.work(EXTRACT, f"{name}.payloads")

    def kept(self, name: str) -> str:
        return self.work(CURATE, f"{name}.kept.parquet")

    def rejected(self, name: str) -> str:
        return self.work(CURATE, f"{name}.rejected.parquet")

    def curate(self, name: str) -> str:
        """The tally of a unit, written last."""
        return self.work(CURATE, f"{name}.json")

    def keys(self, name: str) -> str:
        """What deduplication knows of a unit's kept documents, written last."""
        return self.work(KEYS, f"{name}.arrays")

    def shingles(self, name: str) -> str:
        return self.work(KEYS, f"{name}.shingles")

    def buckets(self, dedup: str, band: int, slice: int) -> str:
        """The documents that share a key of one band, in one slice of all keys."""
        return self.work(DEDUP, dedup, f"buckets-{band}-{slice}.arrays")

    def links(self, dedup: str, turn: int, place: int) -> str:
        """The components of the documents of one run of units, as far as they are known after so many turns."""
        return self.work(DEDUP, dedup, f"links-{turn}-{place}.arrays")

    def pulled(self, dedup: str, turn: int, place: int) -> str:
        """The links of one run of units with the ends of smaller stars pulled in."""
        return self.work(DEDUP, dedup, f"pulled-{turn}-{place}.arrays")

    def linked(self, dedup: str, turn: int) -> str:
        """How many documents have links, and of how many the component is not known yet."""
        return self.work(DEDUP, dedup, f"linked-{turn}.json")

    def decided(self, dedup: str, slice: int) -> str:
        """What was decided of the documents of one slice of all components."""
        return self.work(DEDUP, dedup, f"decided-{slice}.arrays")

    def slice_sums(self, dedup: str, slice: int) -> str:
        """The sums of a slice, written last."""
        return self.work(DEDUP, dedup, f"decided-{slice}.json")

    def probed(self, dedup: str) -> str:
        """Which of some sampled pairs share a band."""
        return self.work(DEDUP, dedup, "probed.json")

    def drops(self, dedup: str, unit: str) -> str:
        """What deduplication decided of a unit's kept rows."""
        return self.work(DEDUP, dedup, f"{unit}.arrays")

    def dropped(self, dedup: str, first: int) -> str:
        """Says that the drop lists of a block of units, which begins at this place, are there; written after them."""
        return self.work(DEDUP, dedup, f"dropped-{first}.json")

    def settled(self, dedup: str) -> str:
        """Says that every drop list is there, and counts them; written last."""
        return self.work(DEDUP, dedup, "settled.json")

    def payloads(self, payloads: str, what: str, of: str | int) -> str:
        """What a stage that compares payloads leaves of a unit, of a block or of a slice."""
        return self.work(DEDUP, payloads, f"{what}-{of}.arrays")

    def passages(self, decided: str, what: str, of: str | int) -> str:
        """What a stage that looks for passages leaves of a unit or of a slice."""
        return self.work(DEDUP, decided, f"{what}-{of}.arrays")

    def passages_total(self, decided: str) -> str:
        """Says that the cut list of every unit is there, and counts them; written last."""
        return self.work(DEDUP, decided, "passages.json")

    def weights(self, dedup: str, unit: str) -> str:
        """What a unit gives to each folder of the tables."""
        return self.work(WEIGHTS, dedup, f"{unit}.json")

    def gathered(self, dedup: str, name: str, first: int) -> str:
        """The weights of a block of units, which begins at this place."""
        return self.work(WEIGHTS, dedup, f"block-{name}-{first}.json")

    def forgotten(self, name: str) -> str:
        """The records of a unit that are forgotten."""
        return self.work(FORGET, f"{name}.parquet")

    def receipt(self, name: str) -> str:
        """What was written into a part file, written after it."""
        return self.work(WRITE, f"{name}.json")


def part_table(receipt: str, name: str) -> str:
    """The path of a table that was gathered of a part file's rows, beside its receipt."""
    return f"{receipt.removesuffix('.json')}.{name}.parquet"


def ledger_table(name: str) -> str:
    """The path of a table of the ledger under the output directory."""
    return f"{LEDGER_FOLDER}/{name}.parquet"


def part(table: str, folder: str, number: int) -> str:
    """The path of a part file under the output directory."""
    return "/".join(name for name in (table, folder, f"part-{number:05d}.parquet") if name)


def shingles(number: int) -> str:
    """The path of the shingles of a part file of keys/ under the output directory."""
    return f"{KEYS}/_shingles-{number:05d}.bin"


def folder_of(source: str, language: str | None) -> str:
    """`web/en`."""
    return f"{encoded(source)}/{encoded(language)}"


@functools.lru_cache(maxsize=1 << 12)
def encoded(name: str | None) -> str:
    """The folder of a source, a language or a stage: one name, percent-encoded, of at most NAME_BYTES.

    A first "." or "_" is encoded too: ".." would leave the output, and readers of Parquet skip hidden folders.
    """
    name = name or UNKNOWN
    pieces = [quote(character, safe="") for character in name]
    if name[0] in "._":
        pieces[0] = f"%{ord(name[0]):02X}"
    found = "".join(pieces)
    if len(found) <= NAME_BYTES:
        return found
    lengths = list(itertools.accumulate(map(len, pieces)))
    whole = bisect.bisect_right(lengths, NAME_BYTES - HASH_DIGITS - 1)
    return f"{''.join(pieces[:whole])}-{hashlib.blake2b(found.encode(), digest_size=HASH_DIGITS // 2).hexdigest()}"
