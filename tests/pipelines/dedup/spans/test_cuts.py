from pathlib import Path

import numpy as np
import pytest
from passages import cut_texts, found, passages

from winnow.pipelines.dedup.settings import Spans, Substrings
from winnow.pipelines.dedup.spans.cuts import cuts_of
from winnow.pipelines.plan import units
from winnow.pipelines.recipe.model import Dedup

WORDS = {name: " ".join(f"{name}{number}" for number in range(12)) for name in "abcdefgh"}
A, B, C, D, E, F = (WORDS[name] for name in "abcdef")


@pytest.mark.parametrize(
    ("dedup", "texts", "left"),
    [
        (passages(Spans()), [f"{A}\n\n{B}", f"{C}\n\n{A}\n\n{D}\n\n{E}"], [None, f"{C}\n\n{D}\n\n{E}"]),
        (passages(Spans()), [f"{A}\n\n{B}", f"{C}\n\n{D}\n\n{A.upper()}!"], [None, f"{C}\n\n{D}"]),
        (passages(Spans("line")), [f"{A}\n{B}", f"{A}\n{C}\n{D}"], [None, f"{C}\n{D}"]),
        (passages(Spans(min_words=13)), [f"{A}\n\n{B}", f"{A}\n\n{C}\n\n{D}"], [None, None]),
        (passages(Spans(max_share=1.0)), [A, A], [None, ""]),  # nothing would be left of it
        (passages(Spans(max_share=1.0)), [A, f"{A}\n\n—"], [None, "—"]),
        (passages(None, Substrings(8, False)), [f"{A} {B}", f"{C} {A} {D}. {E}"], [None, f"{C} {D}. {E}"]),
        (passages(None, Substrings(12, False)), [f"{A} {B}", f"{C} ({A}). {D} {E}"], [None, f"{C} {D} {E}"]),
        (passages(None, Substrings(13, False)), [f"{A} {B}", f"{C} ({A}). {D} {E}"], [None, None]),
        (passages(None, Substrings(8, False)), [f"{A} {B}", f"{C} {A}x {D} {E}"], [None, f"{C} a11x {D} {E}"]),
        (
            passages(None, Substrings(8)),
            [f"{A}. {B.title()}. {C}", f"{D} {A}. {B.title()}. {E.title()} {F}."],
            [None, f"{D} {A}. {E.title()} {F}."],
        ),
        (passages(None, Substrings(8)), [f"{A} {B}", f"{C} {A} {D} {E}"], [None, None]),
        (
            passages(None, Substrings(8, False)),
            ["一二三四五六七八九十", "甲乙丙丁戊。一二三四五六七八九百千萬億"],
            [None, "甲乙丙丁戊。百千萬億"],
        ),
        (passages(None, Substrings(8, False, within_documents=True)), [f"{A} {A} {A} {B} {C}"], [f"{A} {B} {C}"]),
        (passages(None, Substrings(8, False)), [f"{A} {A} {A} {B} {C}"], [None]),
    ],
)  # fmt: skip
def test_what_is_left(tmp_path: Path, dedup: Dedup, texts: list[str], left: list[str | None]) -> None:
    """None is a text of which nothing is cut."""
    made = cut_texts(found(tmp_path, texts, dedup, 1), texts)
    expected = [text if after is None else after or None for text, after in zip(texts, left, strict=True)]
    assert made == expected


def test_a_cut_list(tmp_path: Path) -> None:
    texts = [f"{A}\n\n{B}", f"{C}\n\n{A}\n\n{D}\n\n{E}", F, f"{A}\n\n{B}"]
    work = found(tmp_path, texts, passages(Spans()))
    (unit,) = units.load(work)
    cuts = cuts_of(work, unit)
    assert cuts.numbers.tolist() == [1 << 16, 3 << 16]
    assert (cuts.gone.tolist(), cuts.values.tolist()) == ([False, True], [0.0, 1.0])
    assert (cuts.removed.tolist(), cuts.firsts.astype("U32").tolist()) == ([len(A) + 2, 0], ["", f"{0:032}"])
    assert cuts.pieces(0) == [(len(C) + 2, len(C) + len(A) + 4, 0, f"{0:032}")]
    assert cuts.pieces(1) == [(0, len(texts[3]), 0, f"{0:032}")]
    assert cuts.of(np.array([0, 1 << 16, 2 << 16, 3 << 16], np.uint64)).tolist() == [-1, 0, -1, 1]
    assert cuts_of(work, unit).holding.tolist() == [0]


def test_of_nothing(tmp_path: Path) -> None:
    work = found(tmp_path, ["", "a", " "], passages(Spans(), Substrings()))
    (unit,) = units.load(work)
    cuts = cuts_of(work, unit)
    assert (len(cuts.numbers), cuts.of(np.array([0], np.uint64)).tolist()) == (0, [-1])
