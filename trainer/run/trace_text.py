"""Which training documents hold passages of a text, word for word, and at which steps they were read.

The rule: a passage is a run of the text's tokens that stands in the pack's training documents, that does so with
neither the token before it nor the one after, and that has at least so many tokens. The longest come first, of those of
one length the rarer. As OLMoTrace does it (Liu et al. 2025, https://arxiv.org/abs/2504.07096, section 3), but that
length ranks, where they draw a number of passages by the tokens' frequencies.
"""

import textwrap
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from winnow.trainer.data.batches import Batches, Read
from winnow.trainer.errors import BadCall, printable
from winnow.trainer.pack import passages, tokenizer
from winnow.trainer.pack.index import Pack
from winnow.trainer.pack.passages import Passages
from winnow.trainer.report import history
from winnow.trainer.run import branch, trace

LONGEST = 1 << 18
"""Bytes of a text."""
_CONTEXT = 25  # tokens of a document that are shown before a passage, and after it
_READS = 6  # of a document, that are told
_LINE, _MOST = 100, 1000  # characters of a line, of a passage


@dataclass(frozen=True)
class Asked:
    """How much is wanted."""

    least: int = 10
    """Tokens of a passage."""
    most: int = 10
    """Passages."""
    documents: int = 3
    """Of each passage, the first in the pack."""


@dataclass(frozen=True)
class Holder:
    """A document that holds a passage."""

    document: trace.Document
    at: tuple[int, ...]
    """Where in the document the passage begins, in tokens."""
    before: str
    """Of the document, around the first."""
    after: str
    reads: tuple[Read, ...]
    """Of the first, or of a part of it where a window ends in it; steps counted from 1, as metrics.jsonl does."""


def trace_text(
    run: Path, text: str, asked: Asked, *, index: Path | None, workers: int, say: Callable[[str], None],
    progress: Callable[[str], None], as_json: bool = False,
) -> None:  # fmt: skip
    """Tell the training documents of `text`'s passages. `index`: the folder for the index; None: in the pack.

    BadCall: no run, or nothing to look for. RunFailed: the pack is not the one that the run was trained on, or is
    damaged; the index cannot be written.
    """
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise BadCall("the text is not UTF-8") from None
    if size > LONGEST or not text.strip():
        raise BadCall(f"the text has {size:,} bytes; give 1 to {LONGEST:,}, not white space alone")
    config, steps, rows = trace.settled(run)
    pack = trace.pack_of(run, config)
    words = tokenizer.load(pack.tokenizer)
    made = passages.made(pack, index or pack.path / passages.FOLDER, workers, progress)
    # and what the text is behind a space: few passages of documents are their beginnings
    spellings = words.encode([text] if text[0].isspace() else [text, f" {text}"])
    found, more = _found(made, _Where(pack), spellings, asked)
    origin, told = branch.known(run), history.read(run / history.METRICS)
    done = range(origin.step if origin else 0, int(history.finite_or(history.value(history.newest(told), "step"), 0)))
    complaints = _look_up(pack, Batches(config, pack, rows, steps), words, found, done)
    skipped = {int(history.value(entry, "step")) for entry in told.of("skip")}
    if as_json:
        values, steps_done = [_value(words, of) for of in found], [done.start + 1, done.stop]
        trace.tell_json(say, {"run": str(run), "pack": str(pack.path), "least": asked.least, "steps": steps_done,
                              "skipped": sorted(skipped), "more": more, "complaints": complaints,
                              "passages": values})  # fmt: skip
        return
    if not found:
        say(f"no {asked.least} tokens of the text in a row stand in {pack.path}")
    trace.tell_complaints(say, complaints)
    for of in found:
        say("\n".join(_told(words, of, skipped)))
    if more:
        say(f"and {more:,} shorter passages; --passages takes more")


def maximal(longest: np.ndarray, least: int) -> list[tuple[int, int]]:
    """[start, stop) of the passages that no other holds; `longest`: tokens that stand in the pack from each one on."""
    stops = np.arange(len(longest)) + longest
    reached = np.maximum.accumulate(np.append(0, stops))[:-1]
    starts = np.flatnonzero((longest >= least) & (stops > reached))
    return [(start, int(stops[start])) for start in starts.tolist()]


@dataclass
class _Found:
    """A passage in the pack."""

    tokens: np.ndarray
    occurrences: int = 0
    documents: int = 0
    listed: list[tuple[str, int, list[int]]] = field(default_factory=list)
    """The first documents with it: source, number there, and at which of its tokens it begins."""
    holders: list[Holder] = field(default_factory=list)
    """These, looked up."""


def _found(
    made: Passages, where: "_Where", spellings: Sequence[np.ndarray], asked: Asked
) -> tuple[list[_Found], int]:  # fmt: skip
    """The passages in their order, and how many more there are. The blocks are asked for lengths, then for places."""
    longest = [np.zeros(len(tokens), np.int64) for tokens in spellings]
    texts = [made.bytes(tokens) for tokens in spellings]
    heads = [len(longest[0]), *(len(tokens) - _tail(tokens, spellings[0]) for tokens in spellings[1:])]
    for block in made.blocks():
        for text, best, head in zip(texts, longest, heads, strict=True):
            np.maximum(best[:head], [block.longest(text, n) for n in range(head)], out=best[:head])
    for best, head in zip(longest, heads, strict=True):
        best[head:] = longest[0][len(longest[0]) - len(best) + head :]
    spans = [(len(tokens) - start, len(tokens) - stop, tokens)  # the spellings agree from their ends on
             for tokens, best in zip(spellings, longest, strict=True)
             for start, stop in maximal(best, asked.least)]  # fmt: skip
    found, reached = dict[bytes, _Found](), len(texts[0]) + 1
    for start, stop, tokens in sorted(spans, key=lambda span: (-span[0], span[1])):
        if stop < reached:
            reached, mine = stop, tokens[len(tokens) - start : len(tokens) - stop]
            found.setdefault(made.bytes(mine), _Found(mine))
    shortest = min(sorted(map(len, found), reverse=True)[: asked.most], default=0)
    shown = {passage: of for passage, of in found.items() if len(passage) >= shortest}
    for block in made.blocks():
        for passage, of in shown.items():
            where.add(of, block.shard, block.places(passage), asked.documents)
    ranked = sorted(shown.values(), key=lambda of: (-len(of.tokens), of.occurrences))[: asked.most]
    return ranked, len(found) - len(ranked)


def _tail(one: np.ndarray, other: np.ndarray) -> int:
    """Tokens with which both end."""
    most = min(len(one), len(other))
    differ = np.flatnonzero(one[len(one) - most :] != other[len(other) - most :])
    return most - int(differ[-1]) - 1 if len(differ) else most


class _Where:
    """Which document a token of a shard's file is of."""

    def __init__(self, pack: Pack) -> None:
        self._sources = [pack.documents("train", source) for source in pack.sources]
        self._shard = -1

    def add(self, found: _Found, shard: int, places: np.ndarray, most: int) -> None:
        """Count what a block has of a passage; at most `most` documents are listed."""
        if not len(places):
            return
        self._turn(shard)
        documents = np.searchsorted(self._offset, places, side="right") - 1
        first = np.flatnonzero(np.diff(documents, prepend=-1))
        found.occurrences += len(places)
        found.documents += len(first)
        for here, stop in zip(first.tolist(), [*first[1:].tolist(), len(places)], strict=True):
            if len(found.listed) == most:
                return
            document = int(documents[here])
            begins = places[here:stop] - self._offset[document]
            source = self._sources[int(self._source[document])].source
            found.listed.append((source, int(self._number[document]), begins.tolist()))

    def _turn(self, shard: int) -> None:
        if shard == self._shard:
            return
        mine = [np.arange(*np.searchsorted(of.shard, (shard, shard + 1))) for of in self._sources]  # in their order
        offset = np.concatenate([of.offset[here] for of, here in zip(self._sources, mine, strict=True)])
        order = np.argsort(offset)
        self._shard, self._offset = shard, offset[order]
        self._number = np.concatenate(mine)[order]
        self._source = np.repeat(np.arange(len(mine)), [len(here) for here in mine])[order]


def _look_up(
    pack: Pack, batches: Batches, words: tokenizer.Loaded, found: Sequence[_Found], done: range
) -> list[str]:  # fmt: skip
    """Fill in `holders`; for each corpus file that could not be asked, why."""
    documents, complaints = trace.named(pack, [(source, number) for of in found for source, number, _ in of.listed])
    sought: dict[str, list[tuple[int, int, int]]] = {}
    for of in found:
        for source, number, at in of.listed:
            sought.setdefault(source, []).append((number, at[0], at[0] + len(of.tokens)))
    reads = {source: iter(batches.when(source, these)) for source, these in sought.items()}
    for of in found:
        for source, number, at in of.listed:
            document, columns = documents[source, number], pack.documents("train", source)
            start, stop = at[0], at[0] + len(of.tokens)
            before = columns.read(number, max(0, start - _CONTEXT), start)
            after = columns.read(number, stop, min(document.length, stop + _CONTEXT))
            when = tuple(replace(read, step=read.step + 1) for read in next(reads[source]) if read.step in done)
            of.holders.append(Holder(document, tuple(at), _text(words, before), _text(words, after), when))
    return complaints


def _text(words: tokenizer.Loaded, tokens: np.ndarray) -> str:
    """Without the tokens that no text has, which begin and end documents."""
    mine = tokens[~np.isin(tokens, words.special)]
    return str(words.tokenizer.decode(mine.tolist(), skip_special_tokens=False))


def _value(words: tokenizer.Loaded, of: _Found) -> dict[str, Any]:
    documents = [asdict(each) for each in of.holders]
    documents = [each.pop("document") | each for each in documents]
    return {"text": _text(words, of.tokens), "tokens": len(of.tokens), "occurrences": of.occurrences,
            "documents": of.documents, "listed": documents}  # fmt: skip


def _told(words: tokenizer.Loaded, of: _Found, skipped: Set[int]) -> Iterator[str]:
    """A passage's lines, and those of its documents."""
    text = printable(_text(words, of.tokens))
    often = f"{of.occurrences:,} times" if of.occurrences > 1 else "once"
    documents = f"{of.documents:,} documents" if of.documents > 1 else "one document"
    yield f"\n{len(of.tokens):,} tokens, {often} in {documents}:"
    yield from textwrap.wrap(_short(text, _MOST), _LINE, initial_indent="  ", subsequent_indent="  ")
    for each in of.holders:
        yield from (f"  {line}" for line in each.document.lines())
        steps = dict.fromkeys(read.step for read in each.reads)
        told = [f"{step:,}{' (skipped)' if step in skipped else ''}" for step in steps]
        more = f" and {len(told) - _READS:,} more" if len(told) > _READS else ""
        yield f"    read in step {', '.join(told[:_READS])}{more}" if told else "    not read so far"
        yield f"    …{printable(each.before)[-_LINE:]}[{_short(text, _LINE)}]{printable(each.after)[:_LINE]}…"


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most // 2]} … {text[-most // 2 :]}"
