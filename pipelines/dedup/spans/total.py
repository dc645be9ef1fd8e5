"""What the job `spans` found in all, and whether all that was sent came: the last stage."""

import collections
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from winnow.pipelines.dedup.spans import blocks, fingerprints, looks, slices, verdicts
from winnow.pipelines.dedup.spans.cuts import RULES, cuts_of
from winnow.pipelines.dedup.spans.marks import SPAN
from winnow.pipelines.dedup.spans.slices import CAME
from winnow.pipelines.files.arrays import Array, load_arrays
from winnow.pipelines.files.sealed import Sealed, gone
from winnow.pipelines.plan import units
from winnow.pipelines.plan.job import Work
from winnow.pipelines.recipe.model import Recipe


@dataclass(frozen=True)
class Passages(Sealed):
    """What is cut of documents that stay, and what is dropped for the passages that it shares."""

    documents: int = 0
    """That lose some of their text and stay."""
    characters: int = 0
    """That they lose."""
    pieces: Mapping[str, int] = field(default_factory=dict)
    """`paragraph`, `line`, `sentences` or `substring` -> pieces that they lose; neighbours of one origin are one."""
    dropped: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """source -> rule -> documents dropped."""
    holding: int = 0
    """Documents that lose more than the share and stay, for others lost a passage to them."""


def total(work: Work, _: object = None) -> None:
    """The stage `tell`: the sums of all cut lists. Gone where a runner lost what was sent."""
    _require_all(work)
    pieces, dropped = collections.Counter[str](), dict[str, collections.Counter[str]]()
    documents = characters = holding = 0
    for unit in units.between(work):
        cuts = cuts_of(work, unit)
        documents += int(np.count_nonzero(~cuts.gone))
        characters += int(cuts.removed.sum())
        holding += int(cuts.holding[0])
        stays = np.repeat(~cuts.gone, np.diff(cuts.offsets))
        for kind, count in enumerate(np.bincount(cuts.piece_kinds[stays], minlength=len(RULES)).tolist()):
            pieces[name_of(work.job.recipe, kind)] += count
        for kind, count in enumerate(np.bincount(cuts.kinds[cuts.gone], minlength=len(RULES)).tolist()):
            if count:
                dropped.setdefault(unit.source, collections.Counter())[RULES[kind]] += count
    found = Passages(
        documents, characters, {name: count for name, count in sorted(pieces.items()) if count},
        {source: dict(sorted(rules.items())) for source, rules in sorted(dropped.items())}, holding,
    )  # fmt: skip
    found.save(work.storage, total_path(work))


def name_of(recipe: Recipe, kind: int) -> str:
    """What pieces of a kind are called."""
    spans = recipe.dedup.spans
    return spans.unit if kind == SPAN and spans is not None else "substring"


def _require_all(work: Work) -> None:
    """Gone where less came to the slices than units sent; with it goes all that was made of it."""
    to, sent = slices.slices(work), collections.Counter[int]()
    paths = {look: [looks.found_path(work, look, of) for of in to] for look in looks.LOOKS}
    paths[0] = [fingerprints.matches(work, of) for of in to]
    for unit in units.between(work):
        for look in paths:
            one = looks.sent(work, look, unit, [CAME]) if look else _came(work, fingerprints.prints(work, unit))
            sent[look] += int(one[CAME][0])
    for look in sorted(paths):
        came = sum(int(_came(work, path)[CAME][0]) for path in paths[look])
        if came != sent[look]:
            said = f"is of {came:,} entries, not of {sent[look]:,}"
            raise gone(paths[look][0], [path for of in paths.values() for path in of] + _later(work), said)


def _came(work: Work, path: str) -> dict[str, Array]:
    return load_arrays(work.storage, path, [CAME])


def _later(work: Work) -> list[str]:
    """What says that the stages behind `fingerprint` are done."""
    seals = [blocks.seal_path(work, what, block) for what in SEALED for block in units.blocks(work)]
    made = [blocks.path(work, what, unit) for what in ("marks", "sent-1", "cuts") for unit in units.between(work)]
    return [*seals, *made]


SEALED = (fingerprints.PICKS, verdicts.SUSPECTS, verdicts.JUDGED, verdicts.RESOLVED)


def total_path(work: Work) -> str:
    return work.job.names.passages_total(work.job.decided)
