"""The card: a committed ledger gives a committed card, and no page can break out of it."""

import re
from dataclasses import replace
from typing import Any

import yaml
from card_ledger import GOLDEN, as_json, golden
from markdown_it import MarkdownIt

from winnow.pipelines.counts import NONE
from winnow.pipelines.dedup.duplicates import Duplicates
from winnow.pipelines.files.typed import from_json
from winnow.pipelines.ledger.types import Distribution, Examples, Kept, Ledger, Met, SourceTotal, Total
from winnow.pipelines.plan.names import DRAWN
from winnow.pipelines.views.card import page
from winnow.pipelines.views.tabular import NOTHING

HOSTILE = (  # the end is such that three ticks come to stand on a wrapped line of their own
    "| a | b |\n\n# No heading\n<script>alert(1)</script> <b> ![x](http://evil.example/x.png) [y](javascript:z) "
    "```\n````\n~~~ `tick` ``two`` \\| \\ &lt; **bold** \N{RIGHT-TO-LEFT OVERRIDE}\x1b[2J\0 http://evil.example "
    f"a@evil.example {'x' * 100} ``` <b>{'y' * 97}"
)


def _empty() -> Ledger:
    """A build of an input in which nothing was found."""
    ledger, nothing = golden(), Distribution(0, {}, NONE)
    return replace(
        ledger, sources={"web": SourceTotal("warc", None, False, Total())}, total=Total(), edits={},
        duplicates=Duplicates(limit=0.75), files={},
        rules=tuple(replace(rule, broken=0, alone=0) for rule in ledger.rules),
        kept=Kept(*[nothing] * 7), met=Met(*[nothing] * 6), examples=Examples((), {}), lengths=(),
    )  # fmt: skip


def _body(text: str) -> str:
    return text.split("\n---\n", 1)[1]


def _head(text: str) -> dict[str, Any]:
    head: dict[str, Any] = yaml.safe_load(text.split("---\n")[1])
    return head


def _tokens(text: str) -> list[Any]:
    found = []
    for token in MarkdownIt("commonmark").enable("table").parse(_body(text)):
        found += [token, *(token.children or [])]
    return found


def test_a_ledger_gives_its_card() -> None:
    assert page.render(golden()) == (GOLDEN / "two_sources.md").read_text(encoding="utf-8")


def test_front_matter_is_what_the_hub_reads() -> None:
    head = _head(page.render(golden()))
    assert {k: v for k, v in head.items() if k != "configs"} == {
        "pretty_name": "two sources",
        "license": ["cc0-1.0", "unknown"],
        "language": ["en", "no", "zh"],
        "size_categories": ["n<1K"],
        "task_categories": ["text-generation"],
        "tags": ["pretraining", "winnow"],
    }
    assert [(c["config_name"], c["data_files"], c.get("default")) for c in head["configs"]] == [
        ("corpus", "corpus/**/*.parquet", True),
        ("web", "corpus/web/**/*.parquet", None),
        ("old%20books", "corpus/old%20books/**/*.parquet", None),
        ("rejected", "rejected/**/*.parquet", None),
    ]


def test_nothing_kept() -> None:
    text = page.render(_empty())
    head, body = _head(text), _body(text)
    assert [head.get(k) for k in ("license", "language", "configs")] == ["unknown", None, None]
    assert f"**0 documents** with 0 characters, {NOTHING} of the 0 records read from 0 files (0 B) of `web`." in body
    for line in ("No document was kept.", "Nothing was rejected.", "No step changed a text after its extraction.",
                 "No two documents were found to be copies of one another."):  # fmt: skip
        assert line in body.split("\n\n")


def test_no_limits_at_all() -> None:
    assert "The recipe sets no limits." in page.render(replace(_empty(), rules=()))


def test_a_page_cannot_leave_its_place() -> None:
    """Hostile text everywhere a page can put it gives the same tokens as harmless text, and no HTML, link or image."""
    harmless, hostile = as_json(), as_json()
    for ledger, text in ((harmless, "harmless"), (hostile, HOSTILE)):
        for examples in [ledger["examples"]["kept"], *ledger["examples"]["rejected"].values()]:
            for example in examples:
                example |= {"text": text, "url": text, "language": text}
        for name in ("domain", "license", "tld"):
            top = ledger["kept"][name]["top"]
            ledger["kept"][name]["top"] = {text if i == 0 else v: pair for i, (v, pair) in enumerate(top.items())}
        for cluster in ledger["examples"]["clusters"]:
            cluster |= {"text": text, "url": text, "cluster": text}
        for one in ledger["lost"]["domains"]:
            one["domain"] = text
        ledger["recipe"]["about"] = text
        ledger["edits"] = {text: {text: 3}}
    expected, found = (_tokens(page.render(from_json(Ledger, ledger))) for ledger in (harmless, hostile))
    kinds = [token.type for token in found if token.type not in ("text_special", "text")]
    assert kinds == [token.type for token in expected if token.type not in ("text_special", "text")]
    assert {"html_block", "html_inline", "link_open"} & set(kinds) == set()
    assert [token.attrs["src"] for token in found if token.type == "image"] == list(DRAWN)
    assert re.findall(r"[\0\x1b\u202e]", page.render(from_json(Ledger, hostile))) == []
