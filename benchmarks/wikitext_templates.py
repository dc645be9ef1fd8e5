"""Which templates stand in running prose, how often, and what Winnow makes of each.

A template stands in running prose if there is other text on its line, outside of references and of other templates.

    python -m benchmarks.wikitext_templates --dump DUMP.xml.bz2 [--most 60]
"""

import argparse
from collections import Counter
from pathlib import Path

from benchmarks.wikitext import articles
from winnow.pipelines.extraction.extracted import Extracted
from winnow.pipelines.sources.wikipedia.page import Page
from winnow.pipelines.sources.wikipedia.wikitext.nodes import Nodes, Template
from winnow.pipelines.sources.wikipedia.wikitext.scan import scan
from winnow.pipelines.sources.wikipedia.wikitext.to_text import to_text

DEPTH = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dump", type=Path, required=True, help="pages-articles XML, bz2")
    parser.add_argument("--most", type=int, default=60)
    asked = parser.parse_args()
    counts, examples = Counter[str](), dict[str, str]()
    for page in articles(asked.dump):
        nodes = scan(page["wikitext"], DEPTH)
        for place, node in enumerate(nodes):
            if isinstance(node, Template) and _in_prose(nodes, place):
                name = _written(node.parts[0]).strip()
                name = name[:1].lower() + name[1:]
                counts[name] += 1
                examples.setdefault(name, f"{{{{{'|'.join(map(_written, node.parts))}}}}}")
    print(f"{sum(counts.values()):,} templates in running prose, {len(counts)} names\n")
    for name, count in counts.most_common(asked.most):
        print(f"{count:5} {name:28} {shown(examples[name]):32} {examples[name][:70]!r}")


def _in_prose(nodes: Nodes, place: int) -> bool:
    before, behind = nodes[place - 1] if place else "\n", nodes[place + 1] if place + 1 < len(nodes) else "\n"
    begins = isinstance(before, str) and (not before.strip(" ") or before.rstrip(" ").endswith("\n"))
    ends = isinstance(behind, str) and (not behind.strip(" ") or behind.lstrip(" ").startswith("\n"))
    return not (begins and ends)


def _written(nodes: Nodes) -> str:
    return "".join(node if isinstance(node, str) else "…" for node in nodes)


def shown(template: str) -> str:
    found = to_text(f"x {template} x", Page("Title", "en"))
    return " ".join(found.text[1:-1].split())[:30] if isinstance(found, Extracted) else ""


if __name__ == "__main__":
    main()
