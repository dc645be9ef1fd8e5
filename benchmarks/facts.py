"""Title, date and author of saved web pages: Winnow's reading beside trafilatura's own, in one run.

Of WCXB's 1,497 pages the title is known. Author and date stand in WCXB's ground truth as well, but not in the copy that
lies with the pages: a file beside it, `wcxb-dev.facts.jsonl.gz`, has them, `{"url", "author", "date"}` a page a line.
Without it titles alone are judged. Which source goes before which was chosen on these pages.

A title is right if its words are those of the truth, a date if the day is, an author if the names are, in any order.
What the truth does not have is rightly missing, or undue. trafilatura searches for dates as Winnow had it do: not
extensively, for the original date, up to the day of capture.

    python -m benchmarks.facts --web ../shared/data/web
"""

import argparse
import gzip
import json
import logging
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from selectolax.lexbor import LexborHTMLParser
from trafilatura.metadata import extract_metadata

from benchmarks import saved_pages
from benchmarks.saved_pages import SavedPage
from winnow.pipelines.extraction.facts import facts

Found = dict[str, str | None]
KNOWN = "wcxb-dev.facts.jsonl.gz"
VERDICTS = ("right", "wrong", "missing", "rightly none", "undue")
_WORD = re.compile(r"\w+")
_BY = re.compile(r"\s*(?:by|von|par)\s", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:;|,|\band\b|&|\|)\s*")


def words(text: str) -> list[str]:
    """The words of a text, in one form and case."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def names(text: str) -> set[tuple[str, ...]]:
    """The names in a text, each as its words."""
    return {tuple(found) for part in _BETWEEN.split(text) if (found := words(_BY.sub("", part, count=1)))}


SAME: dict[str, Callable[[str], object]] = {"title": words, "date": lambda text: text[:10], "author": names}
"""What must be equal of two facts that are the same."""


def verdict(kind: str, found: str | None, truth: str | None) -> str:
    """One of VERDICTS."""
    if not truth:
        return "undue" if found else "rightly none"
    if not found:
        return "missing"
    return "right" if SAME[kind](found) == SAME[kind](truth) else "wrong"


def ours(page: SavedPage) -> Found:
    """Winnow's facts of a page."""
    read = facts.read(LexborHTMLParser(page.html), page.url, page.captured)
    return {"title": read.title, "date": read.date, "author": read.author}


def trafilaturas(page: SavedPage) -> Found:
    """trafilatura's facts of a page."""
    last = (page.captured or "2099-12-31")[:10]
    dates = {"extensive_search": False, "original_date": True, "max_date": last}
    read: Any = extract_metadata(page.html, default_url=page.url, date_config=dates, extensive=False)
    return {"title": read.title, "date": read.date, "author": read.author}


def known(pages: Sequence[SavedPage], path: Path) -> list[Found]:
    """What is true of each page, as far as it is known."""
    rows: dict[str, dict[str, str | None]] = {}
    if path.is_file():
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            rows = {row.pop("url"): row for row in map(json.loads, lines)}
    return [{"title": page.title, **rows.get(page.url, {})} for page in pages]


def shares(kind: str, found: Sequence[Found], truth: Sequence[Found]) -> dict[str, float]:
    """verdict -> its share of the pages that have the fact, or of those that have not, and how many those are."""
    counts = Counter(verdict(kind, one[kind], true[kind]) for one, true in zip(found, truth, strict=True))
    stated = sum(counts[each] for each in VERDICTS[:3])
    unstated = counts.total() - stated
    of = dict.fromkeys(VERDICTS[:3], stated) | dict.fromkeys(VERDICTS[3:], unstated)
    return {"stated": stated, "unstated": unstated} | {each: counts[each] / max(of[each], 1) for each in VERDICTS}


def report(web: Path) -> None:
    """Print the shares of both readings, over all pages and over articles, and the CPU time of each."""
    logging.disable(logging.CRITICAL)
    pages = list(saved_pages.wcxb(web))
    truth = known(pages, web / KNOWN)
    articles = [number for number, page in enumerate(pages) if page.kind == "article"]
    for name, read in (("Winnow", ours), ("trafilatura", trafilaturas)):
        began = time.process_time()
        found = [read(page) for page in pages]
        spent = (time.process_time() - began) / len(pages)
        print(f"{name}: {spent * 1e3:.1f} ms a page, parsing included")
        for kind in ("title", "date", "author") if (web / KNOWN).is_file() else ("title",):
            for which, some in (("all", range(len(pages))), ("articles", articles)):
                values = shares(kind, [found[number] for number in some], [truth[number] for number in some])
                verdicts = ", ".join(f"{each} {values[each]:.3f}" for each in VERDICTS)
                print(f"  {kind} of {which:8s} ({values['stated']:.0f} + {values['unstated']:.0f}): {verdicts}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--web", required=True, type=Path, help="folder of the saved pages")
    report(parser.parse_args().web)


if __name__ == "__main__":
    main()
