"""Reports that no build was made for: as many rules, languages and documents as one asks for, always the same."""

import math
import random
from collections.abc import Sequence
from typing import Any

WORDS = [
    "the",
    "of",
    "corpus",
    "page",
    "river",
    "stone",
    "light",
    "window",
    "quiet",
    "market",
    "number",
    "house",
    "letter",
    "garden",
    "winter",
    "road",
    "silver",
]
FATES = ("kept", "alone", "first", "another")
START = 10**6
"""Documents that were met."""


def synthetic(rules: int = 12, languages: int = 3, documents: int = 120, hostile: Sequence[str] = ()) -> dict[str, Any]:
    """A report as `views/report` makes it; the hostile texts stand wherever text of others can stand."""
    made = _Synthetic(rules, languages, documents, list(hostile))
    return made.report()


class _Synthetic:
    def __init__(self, rules: int, languages: int, documents: int, hostile: list[str]) -> None:
        self.random = random.Random(16)
        self.hostile = hostile
        self.languages = [f"{chr(97 + at // 26)}{chr(97 + at % 26)}" for at in range(languages)]
        self.names = [self.text(f"step_{at // 8}.measure_{at}", at) for at in range(rules)]
        self.documents = [self.document(at, f"{at:032x}") for at in range(documents)]

    def text(self, plain: str, at: int) -> str:
        return f"{plain}{self.hostile[at % len(self.hostile)]}" if self.hostile else plain

    def document(self, at: int, id: str) -> dict[str, Any]:
        kept, rule = at % 2 == 0, at // 2 % len(self.names)
        words = " ".join(self.random.choices(WORDS, k=80))
        text = self.text(f"Document {at} 🜁. {words}. ", at)
        return {
            "id": id,
            "url": self.text(f"https://site-{at % 40}.example/{at}?q=", at),
            "title": self.text(f"Title {at} ", at),
            "source": self.text("web", 0),
            "language": self.languages[at % len(self.languages)],
            "code_language": None,
            "date": "2024-05-01",
            "captured": "2025-01",
            "license": None,
            "characters": len(text),
            "table": "corpus" if kept else "rejected",
            "stage": "" if kept else "step",
            "rule": None if kept else self.names[rule],
            "value": None if kept else 0.2,
            "limit": None if kept else 0.3,
            "failed": [] if kept else [self.names[rule]],
            "measures": [[r, round(self.random.random(), 3)] for r in range(min(40, len(self.names)))],
            "text": text,
            "cut": 0,
            "spans": [[rule, 0, 8], [rule, 12, 20], [(rule + 1) % len(self.names), 5, 16]],
            "beyond": [],
            "before": [[0, 8, "Dokument"], [14, 14, "cut away "]] if at % 10 == 0 else None,
            "note": None,
            "cluster": f"{0:032x}" if at < 4 else id,
            "cluster_size": 4 if at < 4 else 1,
        }

    def group(self, label: str, languages: list[str], limit: float) -> dict[str, Any]:
        edges = [at / 64 for at in range(65)]
        counts = {fate: [self.random.randrange(60) for _ in range(64)] for fate in FATES}
        for at in range(64):
            for fate in FATES[:1] if edges[at] < limit else FATES[1:3]:
                counts[fate][at] = 0
        bins = []
        for at in range(0, 64, 4):
            bin = {"low": edges[at], "high": edges[at + 4], **{f: sum(counts[f][at : at + 4]) for f in FATES}}
            inside = self.random.sample(range(len(self.documents)), min(4, len(self.documents)))
            bin["documents"] = {
                "kept": [i for i in inside if i % 2 == 0][:2],
                "dropped": [i for i in inside if i % 2][:2],
                "another": [],
            }
            bins.append(bin)
        return {
            "label": label,
            "languages": languages,
            "min": limit,
            "max": None,
            "least": 0.0,
            "most": 1.0,
            "scale": "linear",
            "documents": sum(map(sum, counts.values())),
            "bins": bins,
            "sketch": {"fine": False, "low": edges[:-1], "high": edges[1:], **counts},
        }

    def rule(self, at: int) -> dict[str, Any]:
        first = self.group("other languages", [], 0.25)
        own = [
            self.group(code, [code], 0.25 + 0.125 * (n % 3))
            for n, code in enumerate(self.languages[1:] if at % 2 else [])
        ]
        groups = [first, *own]
        alone, dropped = (
            sum(sum(sum(g["sketch"][f]) for f in fates) for g in groups) for fates in (("alone",), ("alone", "first"))
        )
        near = [i for i in range(len(self.documents)) if i // 2 % len(self.names) == at][:10]
        return {
            "rule": self.names[at],
            "step": self.text(f"step_{at // 8}", at),
            "measure": self.text(f"measure_{at}", at),
            "use": f"step_{at // 8}",
            "about": self.text("Share of words that are quiet.", at),
            "min": 0.25,
            "max": None,
            "paper": self.text("A paper, section 2", at),
            "sources": [],
            "stops": False,
            "judged": sum(g["documents"] for g in groups),
            "unknown": 3,
            "broken": dropped + 10,
            "alone": alone,
            "dropped": dropped,
            "state": "dead" if at == 5 else "",
            "groups": groups,
            "more_languages": 0,
            "near": {
                "min": {"kept": [i for i in near if i % 2 == 0], "dropped": [i for i in near if i % 2]},
                "max": {"kept": [], "dropped": []},
            },
        }

    def facts(self) -> dict[str, Any]:
        def of(values: list[str]) -> dict[str, Any]:
            rows = [
                [self.text(v, i), [1000 // (i + 1), 10**6 // (i + 1)], [700 // (i + 2), 7 * 10**5 // (i + 2)]]
                for i, v in enumerate(values)
            ]
            return {
                "distinct": len(values),
                "error": 0,
                "met_distinct": None,
                "met_error": None,
                "values": rows,
                "others": [[9, 900], [4, 400]],
            }

        return {
            "language": of(self.languages),
            "domain": of([f"site-{n}.example" for n in range(100)]),
            "tld": of(["example", "org"]),
            "year": of([str(2000 + n) for n in range(25)]),
            "captured": of(["2025-01", "2025-02"]),
            "license": of(["CC-BY-4.0", "MIT"]),
        }

    def stages(self, rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
        left, stages = START, []
        for step in range(math.ceil(len(rules) / 8)):
            dropped = max(1, left // 50)
            left -= dropped
            of = rules[8 * step : 8 * step + 8]
            stages.append(
                {
                    "name": self.text(f"step_{step}", step),
                    "kind": "step",
                    "use": f"step_{step}",
                    "dropped": [dropped, 900 * dropped],
                    "left": [left, 1000 * left],
                    "rules": [[r["rule"], dropped // (n + 1)] for n, r in enumerate(of)],
                }
            )
        return stages

    def clusters(self, source: str) -> Any:
        return [
            {
                "id": f"{0:032x}",
                "size": 4,
                "exact": 1,
                "near": 2,
                "sources": {source: 4},
                "title": self.text("Title", 7),
                "url": self.text("https://site.example/", 8),
                "members": [0, 1, 2, 3][: len(self.documents)],
                "diffs": [
                    {
                        "of": 1,
                        "pieces": [
                            ["=", self.text("the same ", 9)],
                            ["-", self.text("this ", 10)],
                            ["+", self.text("that ", 11)],
                        ],
                    }
                ],
            }
        ]

    def duplicates(self, source: str) -> Any:
        return {
            "documents_in_clusters": 4,
            "members": 4,
            "clusters": 1,
            "largest": 4,
            "exact_copies": 1,
            "alike_pairs": 2,
            "compared": [5] * 20,
            "skipped_pairs": 0,
            "common_shingles": 0,
            "order": ["priority"],
            "measure": "jaccard",
            "sample_every": 0,
            "limit": 0.75,
            "bands": 16,
            "rows": 7,
            "dropped": {source: {source: 3}},
            "earlier": {},
            "rules": {"duplicate.exact": 1, "duplicate.near": 2},
            "lost": {source: 3},
            "probed": {"pairs": [0] * 20, "met": [0] * 20, "alike": 3, "alike_met": 3},
            "domains": [[self.text("site.example", 12), 9, 6]],
            "more_domains": 1,
        }

    def report(self) -> dict[str, Any]:
        rules = [self.rule(at) for at in range(len(self.names))]
        source, stages = self.text("web", 0), self.stages(rules)
        start, (left, _) = START, stages[-1]["left"]
        pairs = [[i, i, 100 + 7 * i] for i in range(len(rules))] + [
            [i, j, 90 // (j - i)] for i in range(len(rules)) for j in range(i + 1, min(i + 5, len(rules)))
        ]
        return {
            "format": 1,
            "kind": "build",
            "title": self.text("A synthetic corpus ", 0),
            "recipe": {"name": self.text("synthetic", 1), "about": self.text("Made of nothing", 2), "sha256": "0" * 64},
            "identity": "f" * 32,
            "versions": {"winnow": self.text("0.1.0", 3)},
            "notes": self.text("A note of those who made it. ", 4),
            "rejected_text": "all",
            "total": {
                "files": 3,
                "bytes": 10**9,
                "records": start,
                "gaps": 0,
                "gap_bytes": 0,
                "other_records": {self.text("warcinfo", 5): 3},
                "documents": start,
                "kept": [left, 1000 * left],
                "tokens": None,
            },
            "sources": [
                {
                    "name": source,
                    "kind": "warc",
                    "license": self.text("CC0-1.0", 6),
                    "synthetic": False,
                    "files": 3,
                    "records": start,
                    "documents": start,
                    "kept": [left, 1000 * left],
                    "duplicates": 12,
                }
            ],
            "funnels": [{"source": None, "start": start, "documents": [start, 10**9], "stages": stages}],
            "rules": rules,
            "plain": [
                {"measure": "characters", "groups": [self.group(source, [], 0.25) | {"min": None, "sketch": None}]}
            ],
            "overlaps": {"rules": self.names, "pairs": pairs},
            "documents": self.documents,
            "clusters": self.clusters(source),
            "facts": self.facts(),
            "languages": [
                {
                    "language": code,
                    "source": source,
                    "rule": self.names[0],
                    "dropped": 10,
                    "otherwise": 5,
                    "met": 1000,
                    "kept": 700,
                }
                for code in self.languages
            ],
            "duplicates": self.duplicates(source),
            "against": [{"identity": "0" * 32, "compared": 1000, "dropped": 5}],
            "forgotten": {"records": 1234, "documents": [5678, 90]},
            "edits": [{"step": self.text("notices", 13), "what": self.text("marks", 14), "times": 5}],
            "passages": None,
            "personal": [{"step": "mask_personal", "what": "emails", "times": 5}],
            "opt_outs": [{"rule": self.text("robots", 15), "known": 9, "asked": 3, "kept": 0}],
            "anomalies": [
                {
                    "kind": "dead",
                    "severity": 1 + n % 3,
                    "text": self.text(f"Something is odd {n}. ", n),
                    "link": f"rule:{self.names[n % len(rules)]}",
                }
                for n in range(8)
            ],
        }
