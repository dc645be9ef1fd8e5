"""What a recipe makes of documents that a reader called good or bad, language by language:

    python -m benchmarks.languages --recipe web [--sets page,udhr,made] [--documents]

The marks are those of tests/filters/languages/marked.tsv, their texts lie in ../shared. Extraction is that of the
marks; the recipe's steps judge, deduplication is left out. A document counts at the first rule that it breaks.
"""

import argparse
import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests.filters.languages.marked import BAD, GOOD, MADE, PAGE, UDHR, marked
from winnow.filters.document import Document
from winnow.pipelines.ingest.chain import carefully
from winnow.pipelines.recipe.file import find, load
from winnow.pipelines.recipe.model import Recipe
from winnow.pipelines.views.tabular import align, share


@dataclass
class Fates:
    """Of the documents of one language and one verdict."""

    kept: list[str] = field(default_factory=list)
    """Their keys."""
    dropped: dict[str, str] = field(default_factory=dict)
    """Key -> all rules that it broke, first the one that dropped it."""

    @property
    def all(self) -> int:
        return len(self.kept) + len(self.dropped)

    @property
    def rules(self) -> str:
        """Which rules dropped how many, the most first."""
        counts = Counter(broken.partition(", ")[0] for broken in self.dropped.values())
        return ", ".join(f"{rule} {n}" for rule, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])))


Found = dict[tuple[str, str], Fates]


def fates(recipe: Recipe, documents: Iterable[tuple[str, str, str, Document]]) -> Found:
    """(language, verdict) -> what became of its documents, each (language, verdict, key, document)."""
    found: Found = {}
    steps, source = recipe.steps_of(recipe.sources[0].name), recipe.sources[0].name
    for language, verdict, key, document in documents:
        done = carefully(dataclasses.replace(document, source=source), steps, {})
        stage, broken = done.end()
        of = found.setdefault((language, verdict), Fates())
        if stage:
            of.dropped[key] = ", ".join(reject.rule for reject in broken)
        else:
            of.kept.append(key)
    return found


def lines(found: Found) -> Iterator[str]:
    """A table: per language the share of good documents that are dropped and of bad ones that are kept, and by what."""
    rows = [["", "good", "dropped", "bad", "dropped", "good ones dropped by", "bad ones dropped by"]]
    for language in sorted({language for language, _ in found}):
        good, bad = (found.get((language, verdict), Fates()) for verdict in (GOOD, BAD))
        rows.append([language, str(good.all), share(len(good.dropped), good.all), str(bad.all),
                     share(len(bad.dropped), bad.all), good.rules, bad.rules])  # fmt: skip
    yield from align(rows, "lrrrrll")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recipe", default="web", help="its name or its file (default: %(default)s)")
    parser.add_argument("--sets", default=f"{PAGE},{UDHR},{MADE}", help="of page, udhr, made")
    parser.add_argument("--documents", action="store_true", help="name the documents that are judged otherwise")
    given = parser.parse_args()
    found = fates(load(find(given.recipe)), marked(given.sets.split(",")))
    print(*lines(found), sep="\n")
    if given.documents:
        for (language, verdict), of in sorted(found.items()):
            wrong = of.dropped.items() if verdict == GOOD else [(key, "kept") for key in of.kept if verdict == BAD]
            print(*(f"{language} {verdict} {key}: {why}" for key, why in wrong), sep="\n", end="\n" if wrong else "")


if __name__ == "__main__":
    main()
