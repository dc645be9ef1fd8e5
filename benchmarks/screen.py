"""What it saves and what it costs to hold pages against the wanted languages before their main text is looked for.

For each engine and each wanted language: the CPU of pages in it and of pages in others, screen off and on, page by page
in turns in one process; how many of the others are dropped; and which pages are that would have passed the step
`language`. Then pages of which the main text is taken out and the beginning of an English one put in its place, menus,
comments and notices left as they are: how many are dropped.

    python -m benchmarks.screen --web ../shared/data/web [--keep en de,fr] [--screen 0.1] [--every 5]
"""

import argparse
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import chain, compress
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from benchmarks.saved_pages import SavedPage, trafilatura_evaluation, wcxb
from winnow.pipelines.annotators.language import Language, identify
from winnow.pipelines.extraction import screen
from winnow.pipelines.extraction.blocks import engine, walk
from winnow.pipelines.extraction.blocks.compose import compose, text_of
from winnow.pipelines.extraction.blocks.page import TAG_NUMBER
from winnow.pipelines.extraction.extract import extract
from winnow.pipelines.extraction.extracted import Extracted
from winnow.pipelines.extraction.settings import BLOCKS, ENGINES, FAR, ExtractSettings

_SCORE = 0.65
_MIXED = (300, 500, 1000, 2000)
"""Characters of the English text."""
_MOST = 320


@dataclass
class Counts:
    pages: int = 0
    off: float = 0.0
    on: float = 0.0
    dropped: int = 0

    def line(self, name: str) -> str:
        """A row of the report."""
        ms = [1000 * spent / max(self.pages, 1) for spent in (self.off, self.on)]
        return f"  {name:10}{self.pages:7}{ms[0]:9.2f}{ms[1]:9.2f}{self.dropped:9}"


def timed(pages: Sequence[SavedPage], kind: str, keep: tuple[str, ...], least: float) -> Iterator[str]:
    """The report on one engine and what is wanted."""
    step, off = Language(keep=keep), ExtractSettings(engine=kind)
    on = ExtractSettings(engine=kind, screen=least)
    counts, lost = {name: Counts() for name in ("wanted", "other")}, []
    for settings in (off, on):  # what is imported and loaded with the first page
        extract(pages[0].html, pages[0].url, pages[0].captured, settings, step)
    for number, page in enumerate(pages):
        spent, dropped, passes = [0.0, 0.0], False, False
        for turn in (number % 2, 1 - number % 2):
            began = time.process_time()
            settings, held = ((off, None), (on, step))[turn]
            found = extract(page.html, page.url, page.captured, settings, held)
            spent[turn] = time.process_time() - began
            if turn:
                dropped = not isinstance(found, Extracted) and found.rule == FAR
            elif isinstance(found, Extracted):
                language, score = identify(step.load(), found.text)
                passes = language in keep and (score or 0) >= _SCORE
        of = counts["wanted" if passes else "other"]
        of.pages, of.off, of.on, of.dropped = of.pages + 1, of.off + spent[0], of.on + spent[1], of.dropped + dropped
        lost += [page.url] if dropped and passes else []
    yield f"{kind}, wanted {', '.join(keep)}; screen {least}"
    yield f"  {'pages':10}{'':7}{'off, ms':>9}{'on, ms':>9}{'dropped':>9}"
    yield from (of.line(name) for name, of in counts.items())
    yield f"  dropped, though their text passes: {', '.join(lost) or 'none'}"


def mixed(pages: Sequence[SavedPage], least: float) -> Iterator[str]:
    """The report on pages in another language around an English text."""
    step = Language(keep=("en",))
    texts = [page.text or "" for page in pages if page.kind == "article"]
    articles = [text.split("\n") for text in texts if len(text) > max(_MIXED)]
    around = [found for page in pages if (found := _without_main(page, step)) is not None][:_MOST]
    chance = random.Random(14)
    yield f"{len(around)} pages in other languages around the beginning of an English text; screen {least}"
    for characters in _MIXED:
        dropped = 0
        for left, at, tag, language in around:
            article = [(tag, line) for line in _beginning(chance.choice(articles), characters) if line]
            tree = LexborHTMLParser(_page([*left[:at], *article, *left[at:]], language))
            dropped += (screen.declared(tree, step, least) or screen.far(walk.read(tree), step, least)) is not None
        yield f"  {characters:5} characters: {dropped} dropped"


def _without_main(page: SavedPage, step: Language) -> tuple[list[tuple[str, str]], int, str, str] | None:
    """(tag, text) of a page's blocks without those of its main text, where these stood, the tag that most of them had,
    and the language that the page declares; None of an English page."""
    walked = walk.read(LexborHTMLParser(page.html))
    text = text_of(compose(walked, engine.find(walked, page.url, page.html.encode()).kept))
    main = set(text.replace("\n- ", "\n").split("\n"))
    if identify(step.load(), " ".join(main))[0] in ("en", None):
        return None
    tags = ["p" if walked.elements[block.element].tag == TAG_NUMBER["p"] else "div" for block in walked.blocks]
    is_main = [text.split("\n")[0] in main for text in walked.texts]
    left = [(tag, text) for tag, text, of in zip(tags, walked.texts, is_main, strict=True) if not of]
    most = Counter(compress(tags, is_main)).most_common(1)
    return left, is_main.index(True) if True in is_main else 0, most[0][0] if most else "p", walked.language


def _beginning(lines: Sequence[str], characters: int) -> list[str]:
    return "\n".join(lines)[:characters].split("\n")


def _page(texts: Sequence[tuple[str, str]], language: str) -> str:
    """The source of a page of these texts, each in an element of the tag before it."""
    body = "".join(f"<{tag}>{escape(text)}</{tag}>" for tag, text in texts)
    return f'<html lang="{escape(language)}"><body>{body}</body></html>'


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--web", type=Path, required=True, metavar="DIR", help="WCXB and trafilatura's evaluation set")
    parser.add_argument("--keep", nargs="+", default=["en", "de,fr"], metavar="CODES")
    parser.add_argument("--screen", type=float, default=0.1)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="look at one page in N")
    given = parser.parse_args()
    pages = [*chain(wcxb(given.web), trafilatura_evaluation(given.web))][:: given.every]
    for kind in (BLOCKS, *(each for each in ENGINES if each != BLOCKS)):
        for keep in given.keep:
            print(*timed(pages, kind, tuple(keep.split(",")), given.screen), sep="\n", flush=True)
    print(*mixed(pages, given.screen), sep="\n")


if __name__ == "__main__":
    main()
