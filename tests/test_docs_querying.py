"""Every block of docs/querying.md runs on a small build and gives what its rows say, counted here row by row."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyarrow.parquet as pq
import pytest
from small_builds import NEAR, SMALL_PARTS, finished, recipe
from tokenizers import Tokenizer, models, pre_tokenizers

from winnow.filters.edits import recover
from winnow.filters.families.gopher_quality import GopherQuality
from winnow.filters.families.mask import MaskPersonal
from winnow.pipelines.recipe.model import Source, Step
from winnow.pipelines.sources.tables.jsonl import Jsonl

PAGE = (Path(__file__).resolve().parents[1] / "docs/querying.md").read_text("utf-8")
Row = dict[str, Any]
WORDS = ["the", "of", "and", "to", "that", "have", "with", "be"]
RULE = "gopher_quality.words"


def sections() -> dict[str, list[str]]:
    """Heading -> its blocks."""
    parts = re.split(r"^## (.*)$", PAGE, flags=re.M)
    return {head: re.findall(r"```python\n(.*?)```", text, re.S)
            for head, text in zip(["", *parts[1::2]], parts[0::2], strict=True)}  # fmt: skip


def _text(number: int, words: int) -> str:
    """A text of so many words, of which three pairs are copies but for one word."""
    kind = number // 2 if number < 6 else number
    end = f" end{number}." if number < 6 else "."
    return " ".join(f"{WORDS[(kind + n) % 8]} {kind}word{n}" for n in range(words // 2)) + end


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty pages of 10 to 128 words, some with an address of mail, of three hosts and two sources."""
    root = tmp_path_factory.mktemp("querying")
    hosts = ("a.org", "b.org:8080", "c.net")
    rows = [{"text": _text(n, 120 if n < 6 else 10 + 2 * n) + (" Write to me@site.com now." if n % 7 == 3 else ""),
             "url": f"https://{hosts[n % 3]}/{n}", "in": ("en", "de", None)[n % 3] if n % 4 else "en"}
            for n in range(60)]  # fmt: skip
    for name, of in (("web", rows[:40]), ("news", rows[40:])):
        (root / f"{name}.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in of))
    sources = tuple(Source(name, Jsonl(language="in"), "jsonl") for name in ("web", "news"))
    steps = (Step("mask_personal", "mask_personal", MaskPersonal()),
             Step("gopher_quality", "gopher_quality", GopherQuality(), GopherQuality.RULES))  # fmt: skip
    made = recipe(*steps, sources=sources, output=SMALL_PARTS, dedup=NEAR)
    finished(root / "corpus-1", made, [f"{name}={root}/{name}.jsonl" for name in ("web", "news")])
    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.save(str(root / "tokenizer.json"))
    return root


@pytest.fixture(scope="module")
def tables(build: Path) -> dict[str, list[Row]]:
    found = {}
    for table in ("corpus", "rejected", "clusters"):
        paths = sorted((build / "corpus-1" / table).rglob("*.parquet"))
        found[table] = [row for path in paths for row in pq.read_table(path).to_pylist()]
    return found


def _spoken(row: Row) -> str:
    return row["code_language"] or row["language"] or "unknown"


def dropped_by(of: dict[str, list[Row]]) -> Any:
    rows = [row for row in of["rejected"] if row["rule"] == RULE]
    by = Counter(map(_spoken, rows))
    return sorted(((language, n, sum(row["characters"] for row in rows if _spoken(row) == language))
                   for language, n in by.items()), key=lambda each: (-each[1], each[0]))  # fmt: skip


def near_misses(of: dict[str, list[Row]]) -> Any:
    kept = [(row["id"], row["url"], row["gopher_quality"]["words"], "kept") for row in of["corpus"]]
    dropped = [(row["id"], row["url"], row["value"], "dropped") for row in of["rejected"] if row["rule"] == RULE]
    return [each for side in (kept, dropped) for each in sorted(side, key=lambda e: (abs(e[2] - 50), e[0]))[:3]]


def domains(of: dict[str, list[Row]]) -> Any:
    hosts = {table: Counter(urlsplit(row["url"]).hostname for row in of[table]) for table in ("corpus", "rejected")}
    every = sum(hosts.values(), Counter[Any]())
    return sorted(((host, n, hosts["rejected"][host]) for host, n in every.items()), key=lambda e: (-e[2], e[0]))


def other_limit(of: dict[str, list[Row]]) -> Any:
    back = [row for row in of["rejected"] if row["failed"] == [RULE] and row["gopher_quality"]["words"] >= 30]
    return [(len(back), len([row for row in of["corpus"] if row["gopher_quality"]["words"] < 80]))]


def languages(of: dict[str, list[Row]]) -> Any:
    by = Counter((row["source"], _spoken(row)) for row in of["corpus"])
    size = Counter[Any]()
    for row in of["corpus"]:
        size[row["source"], _spoken(row)] += row["characters"]
    return sorted(((*key, n, size[key]) for key, n in by.items()), key=lambda e: (e[0], -e[2], e[1]))


def clusters(of: dict[str, list[Row]]) -> Any:
    urls, found = {row["id"]: row["url"] for row in of["corpus"]}, []
    for cluster in {row["cluster"] for row in of["clusters"]}:
        rows = [row for row in of["clusters"] if row["cluster"] == cluster]
        found.append(
            (
                cluster,
                len(rows),
                len({row["source"] for row in rows}),
                min(r["similarity"] for r in rows),
                urls[cluster],
            )
        )
    return sorted(found, key=lambda e: (-e[1], e[0]))


def as_extracted(of: dict[str, list[Row]]) -> Any:
    return sorted((row["id"], recover(row["text"], row["edits"])) for row in of["corpus"] if row["edits"])


def by_source(of: dict[str, list[Row]]) -> Any:
    total = sum(row["characters"] for row in of["corpus"])
    found = []
    for source in ("web", "news"):
        sizes = [row["characters"] for row in of["corpus"] if row["source"] == source]
        found.append((source, len(sizes), sum(sizes), round(100 * sum(sizes) / total, 1)))
    return sorted(found, key=lambda e: -e[2])


def tokens(of: dict[str, list[Row]]) -> Any:
    return {s: sum(len(row["text"].split()) for row in of["corpus"] if row["source"] == s) for s in ("web", "news")}


def alone(of: dict[str, list[Row]]) -> Any:
    rows = [row for row in of["rejected"] if row["rule"].startswith("gopher_quality.")]
    found = [
        (rule, n, len([r for r in rows if r["failed"] == [rule]]))
        for rule, n in Counter(r["rule"] for r in rows).items()
    ]
    return sorted(found, key=lambda e: (-e[2], e[0]))


def sampled(of: dict[str, list[Row]]) -> Any:
    rows = [(row["id"], row["url"], row["text"]) for row in of["corpus"] if row["source"] == "web"]
    return sorted(rows, key=lambda e: (hashlib.md5(e[0].encode()).hexdigest(), e[0]))[:5]


EXPECTED: dict[str, list[Callable[[dict[str, list[Row]]], Any]]] = {
    "What did a rule drop?": [dropped_by],
    "Which were near misses?": [near_misses],
    "Which domains lost most?": [domains],
    "What would another limit keep?": [other_limit, other_limit],
    "Which languages has each source?": [languages],
    "Which are copies of one another?": [clusters],
    "What was a text before it was edited?": [as_extracted],
    "How much text is of each source?": [by_source, tokens],
    "What did one rule alone drop?": [alone],
    "A sample, the same each time": [sampled],
}


def test_every_block_is_held_against_the_rows() -> None:
    assert {head: len(blocks) for head, blocks in sections().items()} == {"": 1} | {
        head: len(expected) for head, expected in EXPECTED.items()
    }


@pytest.mark.slow
@pytest.mark.parametrize("head", EXPECTED)
def test_a_block_answers_its_question(
    build: Path, tables: dict[str, list[Row]], head: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(build)
    of = sections()
    for block, expected in zip(of[head], EXPECTED[head], strict=True):
        names: dict[str, Any] = {}
        exec(f"{of[''][0]}\n{block}", names)
        found, wanted = names["found"], expected(tables)
        if not isinstance(found, list | dict):
            found = found.rows() if hasattr(found, "rows") else found.fetchall()
        assert wanted not in ([], {}, [(0, 0)])
        assert found == wanted
