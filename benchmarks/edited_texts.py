"""What a recipe's editors make of texts, and what its rules keep, on saved pages whose main text is known (WCXB).

Word F1 is WCXB's own measure, of the texts as they are extracted and as they would stand in a corpus, whether the rules
keep them or not. The weights of the engine `blocks` have seen these pages, so that only differences mean anything. A
listing is a run of two lines of code or more; it is whole where all its lines stand in the text one after another. A
wanted word is one of the main text that the extraction found. CPU is that of all steps but the language.

    python -m benchmarks.edited_texts --web ../shared/data/web --recipe english-web [--recipe fineweb]
"""

import argparse
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from benchmarks import saved_pages
from benchmarks.saved_pages import SavedPage, f1, words
from winnow.filters.document import Document
from winnow.filters.kinds import CODE
from winnow.filters.text import Text
from winnow.pipelines.extraction.extract import extract
from winnow.pipelines.extraction.extracted import Extracted
from winnow.pipelines.ingest import ask
from winnow.pipelines.ingest.chain import carefully
from winnow.pipelines.recipe.file import find, load
from winnow.pipelines.recipe.model import Recipe, Step

ALL = "all"


@dataclass(frozen=True)
class Row:
    """What became of one page."""

    kind: str
    rule: str
    """That dropped it first; empty where it is kept."""
    before: float
    after: float
    """Word F1 without the edits and with them."""
    wanted: int
    unwanted: int
    """Words of the extracted text that are main text, and those that are not."""
    listings: int
    whole: int


def documents(pages: Sequence[SavedPage], recipe: Recipe) -> list[Document]:
    """The pages as the recipe extracts them; a page without a text has an empty one."""
    settings, made = recipe.extract_of(recipe.sources[0].name), []
    for number, page in enumerate(pages):
        found = extract(page.html, page.url, page.captured, settings)
        text, meta = (found.text, found.meta) if isinstance(found, Extracted) else ("", {})
        made.append(Document(f"{number:032x}", text, recipe.sources[0].name, url=page.url, meta=meta))
    return made


def edited(document: Document, steps: Sequence[Step]) -> str:
    """The text behind all editors, whatever the rules say."""
    text = Text.of(document)
    for step in steps:
        if step.editor:
            text = text.edited(ask.edit(step, replace(document, text=text.string), text).changes)
    return text.string


def listings(text: Text) -> Iterator[str]:
    """The runs of two lines of code or more."""
    for kind, run in groupby(text.kinded, key=lambda line: line[1]):
        lines = [line for line, _ in run]
        if kind == CODE and len(lines) > 1:
            yield "\n".join(lines)


def row(page: SavedPage, document: Document, steps: Sequence[Step]) -> Row:
    """Judge and edit one page."""
    after, truth, code = edited(document, steps), page.text or "", list(listings(Text.of(document)))
    _, rejects = carefully(document, steps, {}).end()
    found = words(document.text)
    wanted = (found & words(truth)).total()
    return Row(page.kind, rejects[0].rule if rejects else "" if after.strip() else "edit.empty",
               f1(document.text, truth), f1(after, truth), wanted, found.total() - wanted,
               len(code), sum(each in after for each in code))  # fmt: skip


def cpu_a_page(given: Sequence[Document], steps: Sequence[Step]) -> float:
    """CPU milliseconds of all steps but the language."""
    asked, texts = [step for step in steps if step.use != "language"], [each for each in given if each.text]
    began = time.process_time()
    for document in texts:
        carefully(document, asked, {})
    return 1e3 * (time.process_time() - began) / len(texts)


def _print(rows: Sequence[Row]) -> None:
    groups = defaultdict[str, list[Row]](list)
    for each in rows:
        groups[each.kind].append(each)
        groups[ALL].append(each)
    heads = ("pages", "kept", "F1 before", "after", "of kept, before", "after", "listings whole", "wanted words",
             "unwanted kept")  # fmt: skip
    print(f"{'':14s}" + "".join(f"{head:>17s}" for head in heads))
    for kind, of in sorted(groups.items()):
        kept = [each for each in of if not each.rule]
        scores = [_mean(some, name) for some in (of, kept) for name in ("before", "after")]
        shares = [_sum(kept, name) / max(1, _sum(of, name)) for name in ("wanted", "unwanted")]
        code = f"{_sum(kept, 'whole')} of {_sum(kept, 'listings')}"
        cells = [*map(str, map(len, (of, kept))), *map("{:.4f}".format, scores), code, *map("{:.3f}".format, shares)]
        print(f"{kind:14s}" + "".join(f"{cell:>17s}" for cell in cells))
    dropped = Counter(each.rule for each in rows if each.rule)
    print("dropped first by: " + ", ".join(f"{rule} {count}" for rule, count in dropped.most_common()))


def _mean(rows: Sequence[Row], name: str) -> float:
    return float(_sum(rows, name)) / max(1, len(rows))


def _sum(rows: Sequence[Row], name: str) -> int:
    return sum(getattr(each, name) for each in rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--web", required=True, type=Path, help="folder of the saved pages")
    parser.add_argument("--recipe", action="append", help="a recipe's name or file; may be repeated (english-web)")
    given = parser.parse_args()
    pages = list(saved_pages.wcxb(given.web))
    for name in given.recipe or ["english-web"]:
        recipe = load(find(name))
        made, steps = documents(pages, recipe), [s for s in recipe.steps_of(recipe.sources[0].name) if s.needs_text]
        print(f"{name}: steps {cpu_a_page(made, steps):.2f} ms a page")
        _print([row(page, document, steps) for page, document in zip(pages, made, strict=True)])


if __name__ == "__main__":
    main()
