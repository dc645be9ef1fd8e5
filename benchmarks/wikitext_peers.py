"""One contender of wikitext.py: pages as JSON on the standard input, CPU seconds and texts as JSON on the output.

It runs in whatever environment has the contender, so that it imports nothing but that.
"""

import importlib
import json
import sys
import time
from collections.abc import Callable
from typing import Any

Convert = Callable[[str, str], str]
"""(title, wikitext) -> text"""


def winnow() -> Convert:
    page = importlib.import_module("winnow.pipelines.sources.wikipedia.page")
    wikitext = importlib.import_module("winnow.pipelines.sources.wikipedia.wikitext.to_text")
    names = {"6": ("File",), "14": ("Category",)}
    return lambda title, text: getattr(wikitext.to_text(text, page.Page(title, "en", names)), "text", "")


def wikiextractor() -> Convert:
    """As its command does with --no-templates: the templates are not in every dump, and take many times as long."""
    extract = importlib.import_module("wikiextractor.extract")

    def convert(title: str, text: str) -> str:
        extractor = extract.Extractor("1", "1", "", title, [text])
        return "\n".join(extractor.clean_text(text, expand_templates=False, html_safe=False))

    return convert


def wikitextparser() -> Convert:
    module = importlib.import_module("wikitextparser")
    return lambda title, text: str(module.remove_markup(text))


def mwparserfromhell() -> Convert:
    module = importlib.import_module("mwparserfromhell")
    return lambda title, text: str(module.parse(text).strip_code())


def mwparserfromhell_parse() -> Convert:
    module = importlib.import_module("mwparserfromhell")

    def convert(title: str, text: str) -> str:
        module.parse(text)
        return ""

    return convert


CONTENDERS: dict[str, Callable[[], Convert]] = {
    "winnow": winnow,
    "wikiextractor": wikiextractor,
    "wikitextparser": wikitextparser,
    "mwparserfromhell": mwparserfromhell,
    "mwparserfromhell-parse": mwparserfromhell_parse,
}


def main() -> None:
    convert = CONTENDERS[sys.argv[1]]()
    pages: list[dict[str, Any]] = json.load(sys.stdin)
    convert("warm", "'''Warm''' [[up]] {{nowrap|x}}.")
    began = time.process_time()
    texts = [convert(page["title"], page["wikitext"]) for page in pages]
    json.dump({"cpu": time.process_time() - began, "texts": texts if any(texts) else []}, sys.stdout)


if __name__ == "__main__":
    main()
