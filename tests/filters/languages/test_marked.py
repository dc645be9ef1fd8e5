from collections import Counter

import pytest

from tests.filters.languages import made
from tests.filters.languages.marked import (
    BAD,
    GOOD,
    LANGUAGES,
    MADE,
    PAGE,
    SHARED,
    UDHR,
    UNSURE,
    declaration,
    marked,
    marks,
    numbers,
)  # fmt: skip

needs_texts = pytest.mark.skipif(not SHARED.exists(), reason="no shared data here")


@pytest.mark.parametrize(
    ("stretches", "expected"),
    [("0-3", [0, 1, 2, 3]), ("0", [0]), ("0-1,4-5,8", [0, 1, 4, 5, 8]), ("10-11", [10, 11])],
)
def test_numbers(stretches: str, expected: list[int]) -> None:
    assert numbers(stretches) == expected


def test_every_mark_says_what_it_must() -> None:
    allowed = {
        "set": {PAGE, UDHR, MADE}, "language": set(LANGUAGES), "verdict": {GOOD, BAD, UNSURE},
        "chosen": {"hash", "sought", "rule"},
    }  # fmt: skip
    for field, values in allowed.items():
        assert {getattr(mark, field) for mark in marks()} == values, field
    assert [mark for mark in marks() if not mark.why] == []
    twice = [of for of, times in Counter((mark.set, mark.language, mark.key) for mark in marks()).items() if times > 1]
    assert (twice, len({mark.key for mark in marks() if mark.set == PAGE})) == ([], sum(m.set == PAGE for m in marks()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_enough(language: str) -> None:
    known = Counter(mark.verdict for mark in marks() if mark.language == language)
    assert (known[GOOD] >= 20, known[BAD] >= 8) == (True, True)


def test_joined_documents_overlap_at_most_half() -> None:
    joined = [(*mark.key.split(":"), mark.language) for mark in marks() if mark.set == UDHR]
    sets = [(file, frozenset(numbers(stretches))) for file, stretches, _ in joined]
    assert {8 <= len(one) <= 15 for _, one in sets} == {True}
    close = [
        (file, sorted(one), sorted(other))
        for place, (file, one) in enumerate(sets)
        for its, other in sets[:place]
        if file == its and 2 * len(one & other) > min(len(one), len(other))
    ]
    assert close == []


@needs_texts
def test_every_key_but_those_of_pages_resolves() -> None:
    found = list(marked((UDHR, MADE)))
    assert [(language, key) for language, _, key, _ in found] == [
        (mark.language, mark.key) for mark in marks() if mark.set != PAGE
    ]
    assert [key for _, _, key, document in found if not document.text.strip()] == []
    assert len({document.id for _, _, _, document in found}) == len(found)


@needs_texts
def test_a_document_of_joined_paragraphs() -> None:
    paragraphs = declaration()["cs"]["ces"]
    first = next(document for _, _, key, document in marked((UDHR,), languages=("cs",)) if key == "ces:0-7")
    assert (first.text, dict(first.meta)) == ("\n".join(paragraphs[:8]), {"kinds": "p8"})


@needs_texts
def test_a_document_that_is_made() -> None:
    paragraphs = next(iter(declaration()["cs"].values()))
    first = next(document for _, _, key, document in marked((MADE,), languages=("cs",)) if key == "links:0")
    lines = first.text.count("\n") + 1
    assert (first.text, dict(first.meta)) == (made.make("cs", "links", 0, paragraphs), {"kinds": f"l{lines}"})


@needs_texts
@pytest.mark.slow
def test_every_page_resolves() -> None:
    found = {key: document for _, _, key, document in marked((PAGE,))}
    assert set(found) == {mark.key for mark in marks() if mark.set == PAGE}
    assert [key for key, document in found.items() if not document.text.strip()] == []
