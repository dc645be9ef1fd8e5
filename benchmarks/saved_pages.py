"""Saved web pages with what is known of their main text, read as a build reads them."""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import tldextract

from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.warc.facts import normal_url
from winnow.pipelines.sources.warc.read import read
from winnow.pipelines.sources.warc.scan import scan
from winnow.pipelines.sources.warc.settings import WarcSettings

_SETTINGS = WarcSettings(digest="ignore")
_WORD = re.compile(r"\w+")
_suffixes = tldextract.TLDExtract(suffix_list_urls=())  # the bundled list, never the network


@dataclass(frozen=True)
class SavedPage:
    """A page and what is known of it; `text` is None where only snippets are."""

    url: str
    captured: str | None
    html: str
    kind: str
    title: str | None
    text: str | None
    wanted: tuple[str, ...]
    """Snippets that belong to the main text."""
    unwanted: tuple[str, ...]

    @property
    def domain(self) -> str:
        """The registered domain; the host where there is none."""
        return _suffixes(self.url).top_domain_under_public_suffix or urlsplit(self.url).netloc


def load(folder: Path, name: str, truth: str) -> Iterator[SavedPage]:
    """The pages of `folder`/`name`-*.warc.gz of which the file `truth` says anything, in order, each once."""
    with gzip.open(folder / truth, "rt", encoding="utf-8") as lines:
        known = {normal_url(row["url"]): row for row in map(json.loads, lines)}
    for path in sorted(folder.glob(f"{name}-*.warc.gz")):
        for url, captured, html in _pages(path):
            if (row := known.pop(url, None)) is not None:
                snippets = tuple(row["with"]), tuple(row["without"])
                kind, title, text = row.get("page_type", ""), row.get("title"), row.get("main_content")
                yield SavedPage(row["url"], captured, html, kind, title, text, *snippets)


def wcxb(folder: Path) -> Iterator[SavedPage]:
    """WCXB's development split: the main text is known in full."""
    return load(folder, "wcxb-dev", "wcxb-dev.ground-truth.jsonl.gz")


def trafilatura_evaluation(folder: Path) -> Iterator[SavedPage]:
    """trafilatura's evaluation set: snippets. For testing; nothing is fitted or chosen on it."""
    return load(folder, "trafilatura-eval", "trafilatura-eval.snippets.jsonl.gz")


def _pages(path: Path) -> Iterator[tuple[str, str | None, str]]:
    with path.open("rb") as stream:
        census = scan(stream)
        for record in read(FileBytes(stream), list(census.items), census.layout, _SETTINGS):
            if record.contents and record.url:
                yield record.url, record.captured, record.contents[0].text


def f1(predicted: str, reference: str) -> float:
    """Word F1 of WCXB: bags of lower-case `\\w+`."""
    found, wanted = words(predicted), words(reference)
    if not found or not wanted:
        return float(not found and not wanted)
    return 2 * sum((found & wanted).values()) / (found.total() + wanted.total())


def words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text.lower()))
