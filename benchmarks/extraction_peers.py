"""Other extractors, in an environment of their own: their texts of saved pages, and what these cost. For extraction.py.

    python extraction_peers.py NAME PAGES TEXTS

PAGES and TEXTS are JSON lines: {"url", "html"} and {"text", "seconds"}. Imports nothing of Winnow.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

Extract = Callable[[str, str], str | None]
PACKAGES = ("trafilatura==2.3.1", "lxml_html_clean==0.4.6", "resiliparse==2.0.1", "justext==3.0.2")


def _trafilatura() -> Extract:
    from trafilatura import extract

    return lambda html, url: extract(html, url=url, include_comments=False, with_metadata=False)


def _resiliparse() -> Extract:
    from resiliparse.extract.html2text import extract_plain_text

    return lambda html, url: extract_plain_text(html, main_content=True, alt_texts=False)


def _justext() -> Extract:
    import justext  # type: ignore[import-untyped]

    stoplist = justext.get_stoplist("English")

    def extract(html: str, url: str) -> str:
        paragraphs = justext.justext(html.encode(), stoplist, encoding="utf-8")
        return "\n".join(paragraph.text for paragraph in paragraphs if not paragraph.is_boilerplate)

    return extract


PEERS: dict[str, Callable[[], Extract]] = {
    "trafilatura": _trafilatura,
    "resiliparse": _resiliparse,
    "justext": _justext,
}


def main() -> None:
    name, pages, texts = sys.argv[1:]
    extract = PEERS[name]()
    extract("<html><body><p>What is loaded on the first page is no page's cost.</p></body></html>", "http://a.example/")
    with Path(pages).open(encoding="utf-8") as lines, Path(texts).open("w", encoding="utf-8") as out:
        for page in map(json.loads, lines):
            began = time.process_time()
            text = extract(page["html"], page["url"]) or ""
            out.write(json.dumps({"text": text, "seconds": time.process_time() - began}) + "\n")


if __name__ == "__main__":
    main()
