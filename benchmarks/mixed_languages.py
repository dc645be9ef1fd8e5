"""How well pages of two languages are known as such, and what is cut of them.

Documents are made of the Declaration of Human Rights: paragraphs in one language, and among them a stretch in another
that makes up a known share, or several such, or none. Told is for each share how many documents are found to be mixed,
how far `main_share` is from the truth, and what the step `language_lines` cuts of the other language and of the wanted
one. With --web, what the steps cost on saved pages and in how many of these they find a second language.

    python -m benchmarks.mixed_languages --udhr ../shared/data/language/udhr.jsonl.gz [--web ../shared/data/web]
"""

import argparse
import gzip
import json
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from benchmarks.saved_pages import trafilatura_evaluation, wcxb
from winnow.filters.document import Document
from winnow.filters.edits import apply
from winnow.filters.text import Text
from winnow.pipelines.annotators.language import Language, identify
from winnow.pipelines.annotators.language_lines import LanguageLines
from winnow.pipelines.annotators.language_segments import LANGUAGES, LanguageSegments
from winnow.pipelines.extraction.extract import extract
from winnow.pipelines.extraction.extracted import Extracted
from winnow.pipelines.extraction.settings import BLOCKS, ExtractSettings

_SHARES = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5)
_CHARACTERS = 5000
"""Of a made document."""
_KNOWN = 0.95
"""A language is taken whose paragraphs the model labels rightly, so many of them at least."""

Paragraphs = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Made:
    """A document of two languages."""

    main: Sequence[str]
    other: Sequence[str]
    text: str
    language: str

    @property
    def share(self) -> float:
        """Of its characters, those in the main language."""
        main, other = (sum(map(len, of)) for of in (self.main, self.other))
        return main / (main + other)


def paragraphs(path: Path, model: Language) -> Paragraphs:
    """Those of each language that the model knows surely."""
    found = defaultdict[str, list[str]](list)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            found[row["language"]].append(" ".join(row["text"].split()))
    identifier = model.load()
    right = {of: sum(identify(identifier, text)[0] == of for text in texts) for of, texts in found.items()}
    return {of: texts for of, texts in found.items() if right[of] >= _KNOWN * len(texts)}


def made(of: Paragraphs, share: float, stretches: int, chance: random.Random) -> Made:
    """A document with so much in another language, in so many stretches."""
    language, second = chance.sample(sorted(of), 2)
    main = _taken(of[language], round(_CHARACTERS * (1 - share)), chance)
    other = _taken(of[second], round(_CHARACTERS * share), chance) if share else []
    lines, size = list(main), -(-len(other) // stretches)
    for at in range(0, len(other), size or 1):
        where = chance.randrange(len(lines) + 1)
        lines[where:where] = other[at : at + size]
    return Made(main, other, "\n".join(lines), language)


def _taken(texts: Sequence[str], characters: int, chance: random.Random) -> list[str]:
    """Paragraphs that follow one another, until there are so many characters."""
    at, found = chance.randrange(len(texts)), list[str]()
    while sum(map(len, found)) < characters:
        found.append(texts[at % len(texts)])
        at += 1
    return found


def told(of: Paragraphs, documents: int, stretches: int) -> Iterator[str]:
    """The report on made documents."""
    measuring, cutting = LanguageSegments(), LanguageLines()
    yield f"{documents} documents a share, of {len(of)} languages, the other one in {stretches} stretch(es)"
    yield "  share    mixed  error of main_share  cut of the other  cut of the main"
    for share in _SHARES:
        chance = random.Random(f"{share} {stretches}")
        mixed, error, gone = 0, 0.0, [0, 0, 0, 0]
        for one in (made(of, share, stretches, chance) for _ in range(documents)):
            document = Document("0" * 32, one.text, "made", language=one.language)
            found = measuring.measure(document, Text(one.text))["main_share"] or 0.0
            mixed, error = mixed + (found < 1), error + abs(found - one.share)
            left = set(apply(one.text, cutting.edit(document, Text(one.text)).changes).split("\n"))
            for number, texts in enumerate((one.other, one.main)):
                gone[2 * number] += sum(len(text) for text in texts if text not in left)
                gone[2 * number + 1] += sum(map(len, texts))
        cut, wrong = gone[0] / max(gone[1], 1), gone[2] / gone[3]
        yield f"  {share:5.2f}{mixed / documents:9.3f}{error / documents:21.3f}{cut:18.3f}{wrong:17.4f}"


def alone(of: Paragraphs) -> Iterator[str]:
    """The languages of which something is cut of documents in nothing else."""
    cutting, wrong, every = LanguageLines(), {}, 0
    for language, texts in of.items():
        text = "\n".join(texts)
        document = Document("0" * 32, text, "made", language=language)
        counts = cutting.edit(document, Text(text)).counts
        every += len(text)
        if counts["characters"]:
            wrong[language] = counts["characters"] / len(text)
    shown = ", ".join(f"{of} {share:.3f}" for of, share in sorted(wrong.items(), key=lambda item: -item[1]))
    yield f"of the whole Declaration in {len(of)} languages, {every:,} characters, wrongly cut: {shown or 'nothing'}"


def saved(folder: Path) -> Iterator[str]:
    """The report on saved pages."""
    settings, language = ExtractSettings(engine=BLOCKS), Language(max_characters=10_000)
    measuring, cutting = LanguageSegments(), LanguageLines()
    documents = []
    for page in chain(wcxb(folder), trafilatura_evaluation(folder)):
        found = extract(page.html, page.url, page.captured, settings)
        if isinstance(found, Extracted):
            documents.append(Document("0" * 32, found.text, "web", url=page.url, meta=found.meta))
    documents = [language.annotate(document) for document in documents]
    work: dict[str, Callable[[Document], object]] = {
        "language": language.annotate,
        "language_segments": lambda each: measuring.measure(measuring.annotate(each), Text.of(each)),
        "language_lines": lambda each: cutting.edit(each, Text.of(each)),
    }
    spent = dict.fromkeys(work, 0.0)
    for document in documents:  # page by page in turns: how fast the machine is changes
        for name, do in work.items():
            began = time.process_time()
            do(document)
            spent[name] += time.process_time() - began
    for name, seconds in spent.items():
        yield f"{name:18}{1000 * seconds / len(documents):7.3f} ms a page of {len(documents)}"
    mixed = [each for each in map(measuring.annotate, documents) if LANGUAGES in each.meta]
    yield f"pages with a second language: {len(mixed)}"
    for document in mixed:
        counts = cutting.edit(document, Text.of(document)).counts
        yield f"  {document.meta[LANGUAGES]:30}{counts['characters']:8} cut of {len(document.text):7}  {document.url}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--udhr", type=Path, required=True, metavar="FILE", help="paragraphs of the Declaration")
    parser.add_argument("--web", type=Path, metavar="DIR", help="WCXB and trafilatura's evaluation set")
    parser.add_argument("--documents", type=int, default=500, metavar="N", help="made of each share (default 500)")
    given = parser.parse_args()
    of = paragraphs(given.udhr, Language())
    for stretches in (1, 4):
        print(*told(of, given.documents, stretches), sep="\n", flush=True)
    print(*alone(of), sep="\n", flush=True)
    if given.web:
        print(*saved(given.web), sep="\n")


if __name__ == "__main__":
    main()
