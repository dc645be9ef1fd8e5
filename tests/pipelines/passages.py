"""Texts through the jobs `dedup` and `spans`, and the answer by definition: nested loops over every mark there is."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks import kept_texts
from winnow.pipelines.dedup.settings import Spans, Substrings
from winnow.pipelines.dedup.spans import pieces
from winnow.pipelines.dedup.spans.cuts import RULES, cuts_of
from winnow.pipelines.dedup.spans.marks import SPAN, SUBSTRING
from winnow.pipelines.dedup.spans.verdicts import verdicts_of
from winnow.pipelines.engines import jobs
from winnow.pipelines.plan import units
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.numbers import PART_BITS
from winnow.pipelines.recipe.model import Dedup

Places = dict[int, tuple[int, int]]
"""Character -> kind of what covers it, and the document in which that stands first."""


def found(folder: Path, texts: Sequence[str], dedup: Dedup, texts_a_unit: int = 1000) -> Work:
    """The work of a build of these texts whose passages are found."""
    work = kept_texts.write(folder, texts, dedup, texts_a_unit)
    work = replace(work, job=replace(work.job, characters=sum(map(len, texts))))
    work = kept_texts.deduplicate(work)
    for stage in jobs.SPANS:
        assert all(stage.is_done(work, element) for element in stage.elements(work))
    return work


@dataclass(frozen=True)
class Verdict:
    """What is decided of one text."""

    dropped: tuple[str, float, int] | None
    """Rule, value, and the text in which most of it stands."""
    places: Places


def decided(work: Work) -> dict[int, Verdict]:
    """By the place of each text of which something stands elsewhere."""
    made = dict[int, Verdict]()
    for unit in units.load(work):
        found = verdicts_of(work, unit)
        dropped = {
            row: (RULES[kind], value, int(first))
            for row, kind, value, first in zip(
                found.gone.tolist(), found.kinds.tolist(), found.values.tolist(), found.firsts.tolist(), strict=True
            )
        }
        places = dict[int, Places]()
        columns = (found.documents, found.starts, found.ends, found.piece_kinds, found.origins)
        for row, start, end, kind, first in zip(*(c.tolist() for c in columns), strict=True):
            places.setdefault(row, {}).update(dict.fromkeys(range(start, end), (kind, int(first))))
        for row in {*dropped, *places}:
            made[unit.number + row] = Verdict(dropped.get(row), places.get(row, {}))
    return dict(sorted(made.items()))


def cut_texts(work: Work, texts: Sequence[str]) -> list[str | None]:
    """What is left of each text; None of one that is dropped."""
    left: list[str | None] = list(texts)
    for unit in units.load(work):
        cuts = cuts_of(work, unit)
        for at, number in enumerate((cuts.numbers >> PART_BITS).tolist()):
            text = texts[unit.number + number]
            places = {place for start, end, *_ in cuts.pieces(at) for place in range(start, end)}
            kept = "".join(character for place, character in enumerate(text) if place not in places)
            left[unit.number + number] = None if cuts.gone[at] else kept
    return left


Mark = tuple[object, int, int, int]
"""What it says, its kind, start and end."""


def marks(text: str, dedup: Dedup) -> list[Mark]:
    """All marks of a text of plain words; of substrings every run of words, by nothing but itself."""
    words = [match.span() for match in re.finditer(r"\S+", text) if re.search(r"\w", match.group())]
    said = [re.sub(r"\W", "", text[a:b]).lower() for a, b in words]
    made = list[Mark]()
    if dedup.spans:
        for start, end in pieces.spans(text, dedup.spans.unit):
            inside = tuple(word for word, (a, _) in zip(said, words, strict=True) if start <= a < end)
            if len(inside) >= dedup.spans.min_words:
                made.append((inside, SPAN, start, end))
    if dedup.substrings:
        n = dedup.substrings.words
        for at in range(len(words) - n + 1):
            end = words[at + n][0] if at + n < len(words) else len(text)
            made.append((tuple(said[at : at + n]), SUBSTRING, words[at][0], end))
    return made


def by_definition(texts: Sequence[str], dedup: Dedup, order: Sequence[int] | None = None) -> dict[int, Verdict]:
    """`decided`, of the texts in survivor `order`, all of which copies of whole texts left."""
    order = range(len(texts)) if order is None else order
    limits = {SPAN: dedup.spans, SUBSTRING: dedup.substrings}
    within = {kind: bool(of and of.within_documents) for kind, of in limits.items()}
    every = {text: marks(texts[text], dedup) for text in order}

    def firsts(those: Sequence[int]) -> dict[tuple[object, int], tuple[int, int]]:
        """(what is said, its kind) -> the first text that says it, and where."""
        found = dict[tuple[object, int], tuple[int, int]]()
        for text in those:
            for said, kind, start, _ in sorted(every[text], key=lambda mark: mark[2]):
                found.setdefault((said, kind), (text, start))
        return found

    def elsewhere(text: int, first: Mapping[tuple[object, int], tuple[int, int]]) -> list[Mark]:
        """Its marks of which an earlier copy stands in one of these texts, or in itself if it is one of them."""
        rank = {each: at for at, each in enumerate(order)}
        return [
            mark
            for mark in every[text]
            if (at := first.get(mark[:2]))
            and (rank[at[0]], at[1]) < (rank[text], mark[2])
            and (at[0] != text or within[mark[1]])
        ]

    def over(text: int, those: Sequence[Mark]) -> int | None:
        for kind, settings in limits.items():
            covered = {place for mark in those if mark[1] == kind for place in range(*mark[2:])}
            if settings and len(covered) / max(1, len(texts[text])) > settings.max_share:
                return kind
        return None

    def verdict(
        text: int, those: Sequence[Mark], first: Mapping[tuple[object, int], tuple[int, int]], kind: int | None
    ) -> Verdict:
        places = Places()
        for mark in sorted(those, key=lambda mark: (mark[2], mark[1])):
            for place in range(*mark[2:]):
                places.setdefault(place, (mark[1], first[mark[:2]][0]))
        if kind is None:
            return Verdict(None, places)
        own, reached = dict[int, int](), 0
        for mark in sorted((mark for mark in those if mark[1] == kind), key=lambda mark: mark[2]):
            size, reached = max(0, mark[3] - max(mark[2], reached)), max(reached, mark[3])
            own[first[mark[:2]][0]] = own.get(first[mark[:2]][0], 0) + size
        value = sum(own.values()) / len(texts[text])
        return Verdict((RULES[kind], value, min(own, key=lambda of: (-own[of], of))), places)

    first = firsts(order)
    sure = [text for text in order if over(text, elsewhere(text, first)) is None]
    left, made = list(sure), dict[int, Verdict]()
    first = firsts(sure)
    for text in set(order) - set(sure):
        those = elsewhere(text, first)
        if (kind := over(text, those)) is None:
            left.append(text)
        else:
            made[text] = verdict(text, those, first, kind)
    left = [text for text in order if text in left]
    first = firsts(left)
    lost = {text: elsewhere(text, first) for text in left}
    holders = {first[mark[:2]][0] for those in lost.values() for mark in those}
    for text, those in lost.items():
        kind = None if text in holders else over(text, those)
        if those:
            made[text] = verdict(text, those, first, kind)
    return dict(sorted(made.items()))


def passages(spans: Spans | None = None, substrings: Substrings | None = None, order: tuple[str, ...] = ()) -> Dedup:
    """Copies of whole texts are left alone."""
    return Dedup(False, None, order, spans=spans, substrings=substrings)
