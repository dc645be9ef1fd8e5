"""How many tokens the texts of a build are to a tokenizer, by source and stage.

Every text is read and encoded, of the corpus and of what was dropped, so this is done when asked for only. A text
longer than LONG characters is counted in pieces of that length at most, each up to the end of a line where it has one.
"""

import contextlib
import hashlib
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from winnow.pipelines.errors import BadCall, told
from winnow.pipelines.files.storage import Storage
from winnow.pipelines.plan.names import CORPUS, REJECTED
from winnow.pipelines.views import rows

KEPT = ""
"""In the place of a stage."""
LONG = 1 << 20
BATCH = 1 << 22
"""Characters that are encoded together, on all cores."""
FILE = "tokenizer.json"
SECONDS = 10.0
"""Between two lines of progress."""


@dataclass(frozen=True)
class Tokens:
    """The tokens of a build's texts."""

    tokenizer: str
    """The name of its directory."""
    sha256: str
    """Of its tokenizer.json."""
    vocabulary: int
    counts: Mapping[tuple[str, str], int]
    """(source, stage that dropped it, or KEPT) -> tokens of the texts that the build holds."""
    without_text: Mapping[tuple[str, str], int]
    """The same -> documents that had a text of which the build holds none or a part."""

    def of(self, stages: Sequence[str], source: str | None) -> int | None:
        """Of what these stages dropped, of one source or of all; None where a text of theirs is not held."""
        found = [key for key in {*self.counts, *self.without_text} if key[1] in stages and source in (None, key[0])]
        return None if any(map(self.without_text.get, found)) else sum(self.counts.get(key, 0) for key in found)


class Counting:
    """A directory with a tokenizer.json, ready to count. BadCall where it is none, or what reads it is missing."""

    def __init__(self, directory: str) -> None:
        file = Path(directory) / FILE
        try:
            from tokenizers import Tokenizer
        except ImportError:
            raise BadCall("--tokenizer needs the extra \"trainer\": pip install 'winnow[trainer]'") from None
        try:
            words = file.read_bytes()
        except OSError as error:
            raise BadCall(f"--tokenizer {directory}: {FILE} cannot be read: {error.strerror}") from None
        with _failing(f"{file} cannot be read as a tokenizer"):
            self._tokenizer = Tokenizer.from_buffer(words)
        self._tokenizer.no_truncation()  # a saved tokenizer may cut texts or fill them up
        self._tokenizer.no_padding()
        self._tokenizer.encode_special_tokens = True
        self.name, self.sha256 = Path(directory).resolve().name, hashlib.sha256(words).hexdigest()

    @property
    def vocabulary(self) -> int:
        return int(self._tokenizer.get_vocab_size(with_added_tokens=True))

    def of(self, texts: Sequence[str], where: str) -> list[int]:
        """Tokens of each text, without any that the tokenizer would put before or after it."""
        pieces = [list(_pieces(text)) for text in texts]
        with _failing(f"{where}: the tokenizer fails on a text there"):
            found = self._tokenizer.encode_batch_fast([p for of in pieces for p in of], add_special_tokens=False)
        lengths = map(len, found)
        return [sum(next(lengths) for _ in of) for of in pieces]


def count_tokens(
    storage: Storage, root: str, held: Collection[str], counting: Counting, say: Callable[[str], None]
) -> Tokens:
    """Of the build at `root`, in those of its files that its ledger names (`held`); `say` hears of long work."""
    counts: Counter[tuple[str, str]] = Counter()
    without: Counter[tuple[str, str]] = Counter()
    last = time.monotonic()
    paths = [(table, path) for table in (CORPUS, REJECTED) for path in rows.files(storage, root, table)
             if path.removeprefix(f"{root}/") in held]  # fmt: skip
    for done, (table, path) in enumerate(paths):
        columns = ("source", "text", "characters", *(["stage"] if table == REJECTED else []))
        for number, group in rows.groups(storage, path, table, columns):
            for batch in _batches(group.to_pylist()):
                keys = [(row["source"], row.get("stage", KEPT)) for row in batch]
                texts = [row["text"] or "" for row in batch]
                for key, tokens in zip(keys, counting.of(texts, f"{path}, row group {number}"), strict=True):
                    counts[key] += tokens
                without.update(key for key, row, text in zip(keys, batch, texts, strict=True)
                               if len(text) != row["characters"])  # fmt: skip
                if time.monotonic() - last >= SECONDS:
                    last = time.monotonic()
                    say(f"{counts.total():,} tokens counted; file {done + 1:,} of {len(paths):,}")
    return Tokens(counting.name, counting.sha256, counting.vocabulary, counts, without)


def with_tokens(data: dict[str, Any], tokens: Tokens) -> None:
    """Put them into a report's `total`, `sources` and `funnels`: a third number beside documents and characters."""
    data["total"]["tokens"] = {"kept": tokens.of([KEPT], None), "tokenizer": tokens.tokenizer,
                               "sha256": tokens.sha256, "vocabulary": tokens.vocabulary}  # fmt: skip
    for source in data["sources"]:
        source["kept"].append(tokens.of([KEPT], source["name"]))
    for funnel in data["funnels"]:
        left = [KEPT]
        for stage in reversed(funnel["stages"]):
            stage["left"].append(tokens.of(left, funnel["source"]))
            stage["dropped"].append(tokens.of([stage["name"]], funnel["source"]))
            left.append(stage["name"])
        funnel["documents"].append(tokens.of(left, funnel["source"]))


@contextlib.contextmanager
def _failing(said: str) -> Iterator[None]:
    """BadCall where `tokenizers` fails, or panics, which is no Exception."""
    try:
        yield
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise BadCall(f"{said}: {told(error)}") from None


def _batches(group: Sequence[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    batch: list[Mapping[str, Any]] = []
    size = 0
    for row in group:
        batch.append(row)
        size += len(row["text"] or "")
        if size >= BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _pieces(text: str) -> Iterator[str]:
    start = 0
    while len(text) - start > LONG:
        stop = text.rfind("\n", start, start + LONG) + 1 or start + LONG
        yield text[start:stop]
        start = stop
    yield text[start:]
