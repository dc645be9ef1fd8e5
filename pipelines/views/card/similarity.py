"""The card's picture of how near duplicates were found: pairs by similarity, over the curve of the bands.

It is drawn with letters, for a card is read as it stands as often as it is rendered.
"""

import math

from winnow.pipelines.dedup.duplicates import Duplicates
from winnow.pipelines.dedup.probe import Probed
from winnow.pipelines.dedup.recall import STEP, met, pairs_there, recall, verified
from winnow.pipelines.views.tabular import align, count, percent, plural

_BAR, _CURVE = 12, 24
"""Columns of the longest bar, and of the curve."""
_ALIKE, _OTHER, _POINT = "█", "░", "●"
_LEAST = 0.0005
"""A step in which no pair was compared or sampled is left out, where pairs meet with less than this probability."""


def render(found: Duplicates, probed: Probed) -> str:
    """Nothing where no pair was compared, nor sampled."""
    if not found.bands or not (found.comparisons or sum(probed.pairs)):
        return ""
    if found.measure == "containment":
        return f"{_of_excerpts(found)}\n\n{_bars(found)}"
    parts = (_about(found, probed), _picture(found, probed), f"{_measured(found, probed)}{_estimate(found)}")
    return "\n\n".join(parts)


def _about(found: Duplicates, probed: Probed) -> str:
    sample = ("; and of a sample of pairs, which met in another way than by bands, how many share one"
              if sum(probed.pairs) else "")  # fmt: skip
    return (
        f"Two documents are compared where they share one of {found.bands} bands of {found.rows} rows: the likelier "
        f"({_POINT}), the more similar they are. The pairs compared, by similarity, {_ALIKE} similar and {_OTHER} not "
        f"(on a logarithmic scale){sample}:"
    )


def _of_excerpts(found: Duplicates) -> str:
    """How excerpts are found, and what was not looked at for them."""
    common = (
        f" {plural(found.common_shingles, 'of these shingles stands', 'of these shingles stand')} in more documents "
        "than `max_common` and brought none together." if found.common_shingles else ""
    )  # fmt: skip
    share = 1 - 1 / found.sample_every
    none = [percent(share**shingles) for shingles in (20, 40)]
    missed = (
        f", as one in {found.sample_every} is: of excerpts that share 20 shingles with their source {none[0]} share "
        f"none that is sampled, of those that share 40 {none[1]}" if share else ", as all are"
    )  # fmt: skip
    return (
        f"Two documents are compared where they share one of {found.bands} bands of {found.rows} rows, or a sampled "
        f"shingle{missed}.{common} Similarity is the share of a document's shingles that the one before it in survivor "
        f"order has. The comparisons, by similarity, {_ALIKE} similar and {_OTHER} not (on a logarithmic scale):"
    )


def _bars(found: Duplicates) -> str:
    rows = [["similarity", "similar", "not", ""]]
    for step, (pairs, similar) in enumerate(zip(found.compared, verified(found), strict=True)):
        rows.append([_step(step), _some(similar), _some(pairs - similar), _bar(similar, pairs, max(found.compared))])
    return "\n".join(["```text", *align(rows, "lrrl"), "```"])


def _step(step: int) -> str:
    return f"{step * STEP:.2f} to {(step + 1) * STEP:.2f}"


def _picture(found: Duplicates, probed: Probed) -> str:
    head = ["similarity", "similar", "not", "", f"{'0 %':<{_CURVE - 5}}100 %", "share a band"]
    rows = [head + (["of a sample"] if sum(probed.pairs) else [])]
    counts = zip(found.compared, verified(found), probed.pairs, probed.met, strict=False)
    for step, (pairs, similar, sampled, share) in enumerate(counts):
        chance = met((step + 0.5) * STEP, found.bands, found.rows)
        if not (pairs or sampled or chance >= _LEAST):
            continue
        row = [_step(step), _some(similar), _some(pairs - similar),
               _bar(similar, pairs, max(found.compared)), " " * round(chance * (_CURVE - 1)) + _POINT,
               percent(chance)]  # fmt: skip
        told = f"{count(share)} of {count(sampled)}" if sampled else ""
        rows.append(row + ([told] if sum(probed.pairs) else []))
    return "\n".join(["```text", *align(rows, "lrrllrr"[: len(rows[0])]), "```"])


def _some(pairs: int) -> str:
    return count(pairs) if pairs else ""


def _bar(similar: int, pairs: int, most: int) -> str:
    """Both kinds share the bar as they share the pairs."""
    length = max(1, round(_BAR * math.log1p(pairs) / math.log1p(most))) if pairs else 0
    full = round(length * similar / pairs) if pairs else 0
    return _ALIKE * full + _OTHER * (length - full)


def _measured(found: Duplicates, probed: Probed) -> str:
    """What the probe says of all pairs, those that nobody compared included."""
    limit = found.limit or 0.0
    told = recall(probed, limit)
    if told is None:
        return ""
    return (
        f"Measured: of {plural(probed.alike, 'sampled pair')} at or above the limit of {limit:g}, "
        f"{count(probed.alike_met)} share a band, so that {percent(told.share)} of all such pairs are found (with 95 % "
        f"confidence {percent(told.low)} to {percent(told.high)}). "
    )


def _estimate(found: Duplicates) -> str:
    limit = f"at or above the limit of {found.limit or 0:g}"
    there = pairs_there(found)
    if not there:
        return f"No pair {limit} was found."
    return (
        f"By the curve, {limit} there are about {count(round(there))} pairs of different texts, of which "
        f"{percent(found.alike_pairs / there)} were found."
    )
