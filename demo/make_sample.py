"""Makes the sample that `make demo` builds a corpus from, without network: a small crawl, a wiki, a book, some code.

`python -m demo.make_sample --output DIR` writes the files; `--list` says instead what is in the crawl, and what should
become of it. The same release of Python gives the same bytes: no clock, no host, no hash seed enters them. Between
releases the docstrings differ here and there, and zlib may be another; the pages and their kinds stay as many.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from demo import books, code, encyclopedia
from demo.archive import CRAWLS, dealt, packed_file
from demo.captures import Capture, misfit_pages, texts
from demo.copies import copies
from demo.oddities import in_its_charset, oddities

SPARE = slice(4, None, 9)
"""Manuals that the oddities are made of, and nothing else."""


def captures() -> list[Capture]:
    """Every response of the sample, shuffled by a fixed stride so that each file holds something of everything."""
    found = texts()
    spare = [text for text in found if text.kind == "manual"][SPARE]
    readable = [text for text in found if text not in spare]
    met = [in_its_charset(text, number) for number, text in enumerate(readable)]
    met += [*copies(readable), *misfit_pages(), *oddities(spare)]
    stride = 101
    while len(met) % stride == 0:
        stride += 2
    return [met[number * stride % len(met)] for number in range(len(met))]


def crawl() -> dict[str, bytes]:
    """name -> bytes of every WARC file."""
    return {of.file: packed_file(of, part) for of, part in zip(CRAWLS, dealt(captures()), strict=True)}


def sample() -> dict[str, bytes]:
    """path -> bytes of all that the sample is, a folder a source."""
    dump = {encyclopedia.FILE: encyclopedia.dump()}
    sources = {"web": crawl(), "wikipedia": dump, "books": books.editions(), "code": code.files()}
    return {f"{source}/{name}": data for source, files in sources.items() for name, data in files.items()}


def write(directory: Path, files: Mapping[str, bytes]) -> None:
    """Write the files, each aside and then renamed."""
    for name, data in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f".{path.name}.part")
        aside.write_bytes(data)
        aside.replace(path)


def composition() -> dict[tuple[str, str], int]:
    """Pages by kind and by what should become of them."""
    counts: dict[tuple[str, str], int] = {}
    for capture in captures():
        key = (capture.kind, capture.fate)
        counts[key] = counts.get(key, 0) + 1
    return dict(sorted(counts.items()))


def main(arguments: Sequence[str] | None = None) -> int:
    """Return 0, or 2 if this Python lacks the library files that the sample is made of."""
    parser = argparse.ArgumentParser(description="Make the files of the demonstration, without network.")
    parser.add_argument("--output", type=Path, default=Path(__file__).resolve().parent / "sample", metavar="DIR")
    parser.add_argument("--list", action="store_true", help="print what the sample is made of, and write nothing")
    options = parser.parse_args(arguments)
    try:
        if options.list:
            for (kind, fate), count in composition().items():
                print(f"{count:4}  {kind:28} {fate}")
            return 0
        made = sample()
    except FileNotFoundError as error:
        print(f"{error.filename}: not found; the sample needs the whole standard library", file=sys.stderr)
        return 2
    write(options.output, made)
    size = sum(map(len, made.values()))
    print(
        f"{options.output}: {len(captures())} pages in {len(CRAWLS)} files, a wiki of {len(encyclopedia.pages())} "
        f"pages, a book in {len(books.editions())} editions, {len(code.files())} files of code: {size / 1e6:.1f} MB"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
