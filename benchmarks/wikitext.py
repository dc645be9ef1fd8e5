"""Wikitext to text: Winnow beside WikiExtractor, wikitextparser and mwparserfromhell, on the articles of one dump.

Speed is megabytes of wikitext per CPU-second, reading the dump and imports left out, as a ratio to Winnow's too; each
contender runs in a process of its own. Scars are counted by patterns: articles in a hundred whose text has one that the
page itself has not. WikiExtractor is AGPL and wikitextparser GPL: they are no part of
Winnow, and are found only where somebody installed them.

    uv venv /tmp/peers && uv pip install -p /tmp/peers/bin/python wikiextractor wikitextparser mwparserfromhell
    python -m benchmarks.wikitext --dump DUMP.xml.bz2 --peers-python /tmp/peers/bin/python [--texts DIR]

--texts writes the texts of ten pages, one file a page and contender, to be read beside one another.
"""

import argparse
import bz2
import html
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]
PEERS = Path(__file__).with_name("wikitext_peers.py")
CONTENDERS = ("winnow", "wikiextractor", "wikitextparser", "mwparserfromhell", "mwparserfromhell-parse")
"""The last one only parses."""
PAGES = 10
FORMULA = re.compile(r"\$[^$\n]+\$")
LOOKS = re.compile(r"\{\{sfnp?\|[^{}]*\}\}|<ref[^<>/]*>[^<>]*</ref>|</?[a-z]+[^<>]*>|'{2,}|\[\[(?:[^\[\]|]*\|)?|\]\]")
"""What shows nothing or only changes the looks of an author's own text."""
SCARS = {
    "markup": re.compile(r"\{\{|\}\}|\[\[|\]\]|'''|\browspan *=|\bcolspan *=|</?ref\b|\|thumb\|"),
    "empty brackets": re.compile(r"\([ ,;:]*\)"),
    "marks without words": re.compile(r"\([ ]*[,;]|[,;] ?\)|,[ ]*,| [,;](?= )| \.(?=\s|$)"),
    "Born .": re.compile(r"\b[Bb]orn [.,;)]"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dump", type=Path, required=True, help="pages-articles XML, bz2")
    parser.add_argument("--peers-python", default=sys.executable, help="the interpreter that has the peers' packages")
    parser.add_argument("--texts", type=Path, metavar="DIR", help="write the texts of ten pages here")
    asked = parser.parse_args()
    pages = list(articles(asked.dump))
    results = {name: found for name in CONTENDERS if (found := measured(name, pages, asked.peers_python))}
    print(table(results, pages))
    if asked.texts:
        write_texts(results, pages, asked.texts)


def articles(dump: Path) -> Iterator[dict[str, str]]:
    """Title and wikitext of the pages of namespace 0 that are no redirects."""
    with bz2.open(dump) as stream:
        for _, element in ElementTree.iterparse(stream):
            space, brace, name = element.tag.rpartition("}")
            if name != "page":
                continue
            space += brace
            if element.findtext(f"{space}ns") == "0" and element.find(f"{space}redirect") is None:
                text = element.findtext(f"{space}revision/{space}text") or ""
                yield {"title": element.findtext(f"{space}title") or "", "wikitext": text}
            element.clear()


def measured(name: str, pages: list[dict[str, str]], peers_python: str) -> dict[str, Any] | None:
    """Run one contender in a process of its own: {"cpu": seconds, "texts": [...]}; None where it is not installed."""
    python = sys.executable if name == "winnow" else peers_python
    places = os.pathsep.join((str(ROOT / "src"), str(ROOT))) if name == "winnow" else ""
    child = subprocess.run(
        [python, str(PEERS), name], check=False, capture_output=True, text=True, input=json.dumps(pages),
        env={**os.environ, "PYTHONPATH": places},
    )  # fmt: skip
    if child.returncode:
        print(f"{name}: left out: {(child.stderr.strip() or 'it failed').splitlines()[-1]}", file=sys.stderr)
        return None
    found: dict[str, Any] = json.loads(child.stdout)
    return found


def table(results: dict[str, dict[str, Any]], pages: list[dict[str, str]]) -> str:
    size = sum(len(page["wikitext"].encode()) for page in pages) / 1e6
    lines = [f"{len(pages)} articles, {size:.2f} MB of wikitext", ""]
    lines.append(f"{'':24}{'MB/CPU s':>10}{'of Winnow':>11}{'text MB':>9}" + "".join(f"{name:>21}" for name in SCARS))
    for name, found in results.items():
        speed = size / found["cpu"]
        ratio = results["winnow"]["cpu"] / found["cpu"] if "winnow" in results else 0
        text = sum(len(text.encode()) for text in found["texts"]) / 1e6
        shares = "".join(f"{share:21.0f}" for share in scars(found["texts"], pages)) if text else ""
        lines.append(f"{name:24}{speed:10.2f}{ratio:11.2f}{text:9.2f}{shares}")
    return "\n".join([*lines, "", "Scars: articles in a hundred."])


def scars(texts: list[str], pages: list[dict[str, str]]) -> Iterator[float]:
    """By pattern, articles in a hundred that have such a scar which their authors did not write themselves."""
    written = [" ".join(html.unescape(LOOKS.sub("", page["wikitext"])).split()) for page in pages]
    for pattern in SCARS.values():
        scarred = sum(map(_is_scarred, texts, written, [pattern] * len(pages)))
        yield 100 * scarred / len(pages)


def _is_scarred(text: str, written: str, pattern: re.Pattern[str]) -> bool:
    text = FORMULA.sub("$x$", text)
    around = (text[max(0, match.start() - 3) : match.end() + 3] for match in pattern.finditer(text))
    return any(" ".join(piece.split()) not in written for piece in around)


def write_texts(results: dict[str, dict[str, Any]], pages: list[dict[str, str]], folder: Path) -> None:
    """The texts of pages at even distances in the dump."""
    folder.mkdir(parents=True, exist_ok=True)
    for place in range(0, len(pages), -(-len(pages) // PAGES)):
        title = re.sub(r"\W+", "_", pages[place]["title"])
        for name, found in results.items():
            if found["texts"]:
                (folder / f"{title}.{name}.txt").write_text(found["texts"][place])


if __name__ == "__main__":
    main()
