"""Documents in 21 languages that a reader called good or bad, by the marks in `marked.tsv` beside this file.

The texts are third-party material and lie outside the tree; a mark names one and says what it is. Columns, by tabs:
set, key, language, verdict, chosen, why.

page: a saved page, its key the address; the text is what `blocks` makes of it, no screen, with what each line is.
udhr: paragraphs of the Universal Declaration, its key `file:first-last`, more stretches behind commas.
made: a bad document that `made.py` makes, its key `kind:seed`.
"""

import csv
import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain
from pathlib import Path
from unicodedata import normalize

from benchmarks.saved_pages import SavedPage, trafilatura_evaluation, wcxb
from tests.filters.languages import made
from winnow.filters.document import Document
from winnow.filters.kinds import KINDS
from winnow.pipelines.extraction.extract import extract
from winnow.pipelines.extraction.extracted import Extracted
from winnow.pipelines.extraction.settings import BLOCKS, ExtractSettings

GOOD, BAD, UNSURE = "good", "bad", "unsure"
PAGE, UDHR, MADE = "page", "udhr", "made"
LANGUAGES = (
    "de", "en", "es", "fr", "pl", "pt", "it", "nl", "cs", "ru", "uk", "ar", "fa", "hi", "tr", "vi", "id", "ko", "ja",
    "zh", "th",
)  # fmt: skip
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
"""Where the texts lie; absent in a clone."""
_MARKS = Path(__file__).with_name("marked.tsv")
_SETTINGS = ExtractSettings(engine=BLOCKS)

Paragraphs = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Of the Declaration: language -> file -> its paragraphs in NFC, as extraction leaves them."""


@dataclass(frozen=True)
class Mark:
    """One line of the marks."""

    set: str
    key: str
    language: str
    verdict: str
    chosen: str
    """`hash`: by the least sha256 of its address, so nobody's choice; `sought`: for being bad; `rule`: a made or joined
    one."""
    why: str


def marks() -> list[Mark]:
    """Every mark, in the file's order."""
    with _MARKS.open(encoding="utf-8", newline="") as lines:
        return [Mark(**row) for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)]


def marked(
    sets: Iterable[str] = (PAGE, UDHR, MADE), data: Path = SHARED, languages: Iterable[str] = LANGUAGES
) -> Iterator[tuple[str, str, str, Document]]:
    """Yield (language, verdict, key, document) of the marks in these sets and languages, the pages last.

    Raises FileNotFoundError where the texts are absent, KeyError on a key that names none, ValueError on a page that
    gives no text.
    """
    sets, languages = tuple(sets), frozenset(languages)
    chosen = [mark for mark in marks() if mark.set in sets and mark.language in languages]
    paragraphs = declaration(data)
    for mark in chosen:
        if mark.set != PAGE:
            yield mark.language, mark.verdict, mark.key, _document(mark, *_text(mark, paragraphs))
    pages = {mark.key: mark for mark in chosen if mark.set == PAGE}
    for page in chain(wcxb(data / "web"), trafilatura_evaluation(data / "web")) if pages else ():
        if page.url in pages:
            mark = pages.pop(page.url)
            yield mark.language, mark.verdict, mark.key, _of_page(mark, page)
    if pages:
        raise KeyError(f"marked.tsv: no saved page has the address {min(pages)!r}")


def declaration(data: Path = SHARED) -> Paragraphs:
    """Read the paragraphs of the Universal Declaration."""
    found: dict[str, dict[str, list[str]]] = {}
    with gzip.open(data / "language" / "udhr.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            found.setdefault(row["language"], {}).setdefault(row["file"], []).append(normalize("NFC", row["text"]))
    return {language: {file: tuple(all_) for file, all_ in files.items()} for language, files in found.items()}


def _text(mark: Mark, paragraphs: Paragraphs) -> tuple[str, str]:
    """The text of a mark that is no page, and what its lines are."""
    files = paragraphs[mark.language]
    name, _, rest = mark.key.partition(":")
    if mark.set == UDHR:
        text = "\n".join(files[name][number] for number in numbers(rest))
        return text, f"p{text.count(chr(10)) + 1}"
    text = made.make(mark.language, name, int(rest), next(iter(files.values())))
    return text, f"{'l' if text.startswith('- ') else 'p'}{text.count(chr(10)) + 1}"


def numbers(stretches: str) -> list[int]:
    """Return what `0-3,8,10-11` names: 0, 1, 2, 3, 8, 10, 11."""
    ends = [stretch.partition("-") for stretch in stretches.split(",")]
    return [number for first, _, last in ends for number in range(int(first), int(last or first) + 1)]


def _document(mark: Mark, text: str, kinds: str) -> Document:
    id = sha256(f"{mark.set} {mark.language} {mark.key}".encode()).hexdigest()[:32]
    return Document(id=id, text=text, source=mark.set, meta={KINDS: kinds})


def _of_page(mark: Mark, page: SavedPage) -> Document:
    found = extract(page.html, page.url, page.captured, _SETTINGS)
    if not isinstance(found, Extracted):
        raise ValueError(f"marked.tsv: {page.url} gives no text: {found.rule}; mark another page")
    id = sha256(f"{mark.set} {mark.language} {mark.key}".encode()).hexdigest()[:32]
    return Document(
        id=id, text=found.text, source=mark.set, url=page.url, captured=page.captured, title=found.title,
        date=found.date, meta=found.meta,
    )  # fmt: skip
