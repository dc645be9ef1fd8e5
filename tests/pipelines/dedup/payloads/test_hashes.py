import hashlib
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import pytest
from small_builds import recipe

from winnow.filters.document import Document
from winnow.filters.rules import Reject, Rule
from winnow.pipelines.dedup.payloads.hashes import goes_on, hash_of
from winnow.pipelines.recipe.model import Step
from winnow.pipelines.sources.base import Content, Record

SOURCE = recipe().sources[0]
RECORD = Record(0, "response", "0" * 32, "http://example.org/", None, (Content("text", "text/html"),))


def test_a_hash_is_of_media_type_and_characters() -> None:
    """BLAKE2b, 128 bits; halves of surrogate pairs, which charsets can give, count as they are."""
    assert hash_of(Content("ä", "text/html")) == hashlib.blake2b(b"text/html\0\xc3\xa4", digest_size=16).digest()
    texts = ["", "a", "b", "a ", "\ud800", "\udc00", "?", "\ufffd"]
    assert len({hash_of(Content(text, mime)) for text in texts for mime in ("text/html", "text/plain")}) == 16


@pytest.mark.parametrize("fields", [{"title": "t"}, {"date": "2024"}, {"language": "de"}, {"meta": {"charset": "x"}}])
def test_what_is_said_of_a_payload_is_none_of_it(fields: dict[str, object]) -> None:
    assert hash_of(replace(Content("a"), **fields)) == hash_of(Content("a"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (RECORD, True), (replace(RECORD, url=None), True), (replace(RECORD, contents=()), False),
        (replace(RECORD, contents=RECORD.contents * 2), False), (replace(RECORD, reject=Reject("http.status")), False),
        (Record(0, "request"), False), (replace(RECORD, url="http://a.\ud800/"), True),
    ],
)  # fmt: skip
def test_only_what_would_be_extracted_goes_on(record: Record, expected: bool) -> None:
    assert goes_on(SOURCE, "a.warc", record, []) == expected


@dataclass(frozen=True)
class Addressed:
    """A filter that needs no text."""

    NEEDS_TEXT: ClassVar[bool] = False
    RULES: ClassVar[tuple[Rule, ...]] = (Rule("known", min=1.0),)

    def measure(self, document: Document, text: Any) -> dict[str, float | None]:
        return {"known": float(document.url is not None)}


def test_what_a_step_drops_does_not_go_on() -> None:
    steps = [Step("addressed", "addressed", Addressed(), Addressed.RULES)]
    assert goes_on(SOURCE, "a.warc", RECORD, steps)
    assert not goes_on(SOURCE, "a.warc", replace(RECORD, url=None), steps)
