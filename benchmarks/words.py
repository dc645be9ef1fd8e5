"""What words cost in scripts that put no spaces between them, beside English.

For each language a page of so many characters: its words; CPU of finding them, of all measures of `english-web` on a
page, by character, by byte and by word, and of its shingles. The least of so many rounds, languages in turns.

    python -m benchmarks.words --texts TEXTS.jsonl.gz [--languages en ja th] [--characters 2500] [--rounds 20]

TEXTS: one `{"language", "file", "text"}` a line, as the Universal Declaration of Human Rights of NLTK's udhr2; the
paragraphs of a language's first file are joined by newlines.
"""

import argparse
import gzip
import json
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from winnow.filters.document import Document
from winnow.filters.text import Text
from winnow.pipelines.dedup.shingles import shingle
from winnow.pipelines.ingest.chain import carefully
from winnow.pipelines.recipe.file import find, load

_STEPS = [step for step in load(find("english-web")).steps if step.use != "language"]
_TIMES = 20
_COPIES = 50
"""Pages that are shingled together, as a build does."""


def pages(file: Path, languages: Sequence[str], characters: int) -> dict[str, str]:
    """language -> the beginning of its first file."""
    found: dict[str, tuple[str, list[str]]] = {}
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            name, paragraphs = found.setdefault(row["language"], (row["file"], []))
            if name == row["file"]:
                paragraphs.append(row["text"])
    return {language: "\n".join(found[language][1])[:characters] for language in languages}


def words_of(string: str) -> list[str]:
    """As a step asks for them."""
    return Text(string).words


def measure_all(document: Document) -> None:
    """What the steps of `english-web` ask of a text, but for its language."""
    carefully(document, _STEPS, {})


def _seconds(call: Callable[[], object], times: int) -> float:
    began = time.process_time()
    for _ in range(times):
        call()
    return (time.process_time() - began) / times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--languages", nargs="+", default=["en", "ru", "hi", "vi", "zh", "ja", "th", "km"])
    parser.add_argument("--characters", type=int, default=2500)
    parser.add_argument("--rounds", type=int, default=20)
    asked = parser.parse_args()
    texts = pages(asked.texts, asked.languages, asked.characters)
    best: dict[tuple[str, int], float] = {}
    for _ in range(asked.rounds):
        for language, string in texts.items():
            document = Document(id="0" * 32, text=string, source="benchmark")
            calls: tuple[tuple[Callable[[], object], int], ...] = (
                (partial(words_of, string), _TIMES),
                (partial(measure_all, document), _TIMES),
                (partial(shingle, [string] * _COPIES, 5), 1),
            )
            for place, (call, times) in enumerate(calls):
                spent = _seconds(call, times)
                best[language, place] = min(spent, best.get((language, place), spent))
    _tell(texts, best)


def _tell(texts: dict[str, str], best: dict[tuple[str, int], float]) -> None:
    """A row a language; the last three columns are its measures as multiples of the first language's."""
    print("                             | ns a character                | measures, of the first's, by")
    print("     characters  bytes words |    words  measures   shingles | character     byte     word")
    first = next(iter(texts))
    sizes = {name: (len(text), len(text.encode()), len(Text(text).words)) for name, text in texts.items()}
    for language, (characters, encoded, words) in sizes.items():
        ns = [best[language, place] / characters * 1e9 for place in range(3)]
        ns[2] /= _COPIES
        pairs = zip(sizes[language], sizes[first], strict=True)
        ratios = [best[language, 1] / own / (best[first, 1] / other) for own, other in pairs]
        row = f"{language:5}{characters:10}{encoded:7}{words:6} |{ns[0]:9.0f}{ns[1]:10.0f}{ns[2]:11.0f} |"
        print(row + "".join(f"{ratio:9.2f}" for ratio in ratios))


if __name__ == "__main__":
    main()
