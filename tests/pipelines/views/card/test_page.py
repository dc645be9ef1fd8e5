"""The card: a committed ledger gives a committed card, and no page can break out of it."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from markdown_it import MarkdownIt

from winnow.pipelines.counts import NONE, Count
from winnow.pipelines.dedup.duplicates import Duplicates
from winnow.pipelines.files.typed import from_json
from winnow.pipelines.ledger.types import Distribution, Examples, Kept, Ledger, SourceTotal, Total
from winnow.pipelines.views import funnel
from winnow.pipelines.views.card import hub, markdown
from winnow.pipelines.views.card import page as card
from winnow.pipelines.views.tabular import NOTHING

GOLDEN = Path(__file__).parent / "golden"
HOSTILE = (  # the end is such that three ticks come to stand on a wrapped line of their own
    "| a | b |\n\n# No heading\n<script>alert(1)</script> <b> ![x](http://evil.example/x.png) [y](javascript:z) "
    "```\n````\n~~~ `tick` ``two`` \\| \\ &lt; **bold** \N{RIGHT-TO-LEFT OVERRIDE}\x1b[2J\0 http://evil.example "
    f"a@evil.example {'x' * 100} ``` <b>{'y' * 97}"
)


def _json() -> dict[str, Any]:
    ledger: dict[str, Any] = json.loads((GOLDEN / "two_sources.ledger.json").read_text(encoding="utf-8"))
    return ledger


def _ledger() -> Ledger:
    return from_json(Ledger, _json())


def _empty() -> Ledger:
    """A build of an input in which nothing was found."""
    ledger, nothing = _ledger(), Distribution(0, {}, NONE)
    return replace(
        ledger, sources={"web": SourceTotal(None, Total())}, total=Total(), edits={}, duplicates=Duplicates(), files={},
        rules=tuple(replace(rule, broken=0, alone=0) for rule in ledger.rules),
        kept=Kept(*[nothing] * 6), examples=Examples((), {}),
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
    assert card.render(_ledger()) == (GOLDEN / "two_sources.md").read_text(encoding="utf-8")


def test_front_matter_is_what_the_hub_reads() -> None:
    head = _head(card.render(_ledger()))
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
    text = card.render(_empty())
    head, body = _head(text), _body(text)
    assert [head.get(k) for k in ("license", "language", "configs")] == ["unknown", None, None]
    assert f"**0 documents** with 0 characters, {NOTHING} of the 0 records read from 0 files (0 B) of `web`." in body
    for line in ("No document was kept.", "Nothing was rejected.", "No step changed a text after its extraction.",
                 "No two documents were found to be copies of one another."):  # fmt: skip
        assert line in body.split("\n\n")


def test_no_limits_at_all() -> None:
    assert "The recipe sets no limits." in card.render(replace(_empty(), rules=()))


def test_a_page_cannot_leave_its_place() -> None:
    """Hostile text everywhere a page can put it gives the same tokens as harmless text, and no HTML, link or image."""
    harmless, hostile = _json(), _json()
    for ledger, text in ((harmless, "harmless"), (hostile, HOSTILE)):
        for examples in [ledger["examples"]["kept"], *ledger["examples"]["rejected"].values()]:
            for example in examples:
                example |= {"text": text, "url": text, "language": text}
        for name in ("domain", "license", "tld"):
            top = ledger["kept"][name]["top"]
            ledger["kept"][name]["top"] = {text if i == 0 else v: pair for i, (v, pair) in enumerate(top.items())}
        ledger["recipe"]["about"] = text
        ledger["edits"] = {text: {text: 3}}
    expected, found = (_tokens(card.render(from_json(Ledger, ledger))) for ledger in (harmless, hostile))
    kinds = [token.type for token in found if token.type not in ("text_special", "text")]
    assert kinds == [token.type for token in expected if token.type not in ("text_special", "text")]
    assert {"html_block", "html_inline", "link_open", "image"} & set(kinds) == set()
    assert re.findall(r"[\0\x1b\u202e]", card.render(from_json(Ledger, hostile))) == []


@pytest.mark.parametrize(
    ("text", "cell", "expected"),
    [
        ("", False, NOTHING),
        ("a|b", False, "`a|b`"),
        ("a|b", True, "`a\\|b`"),
        ("a\\|b", True, "`a/\\|b`"),
        ("a`b", False, "``a`b``"),
        ("`a``", False, "``` `a`` ```"),
        ("a\nb", False, "`a b`"),
        ("<b>", False, "`<b>`"),
    ],
)
def test_code(text: str, cell: bool, expected: str) -> None:
    assert markdown.code(text, cell=cell) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "```text\n(no text)\n```"),
        ("a ``` b", "````text\na ``` b\n````"),
        ("a\n\n# b", "```text\na # b\n```"),
        ("x" * 150, "```text\n" + "x" * 100 + "\n" + "x" * 50 + "\n```"),
    ],
)
def test_block(text: str, expected: str) -> None:
    assert markdown.block(text) == expected


@pytest.mark.parametrize(
    ("expressions", "expected"),
    [
        ([None], (["unknown"], [])),
        ([], (["unknown"], [])),
        (["Apache-2.0"], (["apache-2.0"], [])),
        (["GPL-3.0-or-later"], (["gpl-3.0"], [])),
        (["CC-BY-SA-4.0 AND GFDL-1.3-or-later"], (["cc-by-sa-4.0", "gfdl"], [])),
        (["(MIT OR ODC-By-1.0)", None], (["mit", "odc-by", "unknown"], [])),
        (["LicenseRef-house"], (["other"], ["LicenseRef-house"])),
    ],
)
def test_licenses(expressions: list[str | None], expected: tuple[list[str], list[str]]) -> None:
    assert hub.licenses_of(expressions) == expected


@pytest.mark.parametrize(
    ("documents", "expected"),
    [(0, "n<1K"), (999, "n<1K"), (1000, "1K<n<10K"), (9_999_999, "1M<n<10M"), (10**12 - 1, "100B<n<1T"),
     (10**12, "n>1T")],
)  # fmt: skip
def test_size_category(documents: int, expected: str) -> None:
    assert hub.size_category(documents) == expected


@pytest.mark.parametrize(("documents", "expected"), [(1, ["en", "yo"]), (0, ["en"])])
def test_a_language_of_less_than_a_thousandth_is_left_out(documents: int, expected: list[str]) -> None:
    top = {"en": Count(1000 - documents, 1), "yo": Count(documents, 1), "Python": Count(0, 1)}
    assert hub.languages_of(Distribution(3, top, NONE)) == expected


def test_the_funnel_ends_at_what_was_kept() -> None:
    ledger = _ledger()
    for name, total in [(None, ledger.total), *((name, source.total) for name, source in ledger.sources.items())]:
        stages = funnel.funnel(ledger, total, name)
        assert stages[0].before == total.documents == total.records + total.gaps
        assert Count(stages[-1].left, stages[-1].characters) == total.kept
        assert [a.left for a in stages[:-1]] == [b.before for b in stages[1:]]


def test_records_that_gave_several_documents() -> None:
    ledger = _ledger()
    total = replace(ledger.total, records=700, gaps=0)
    text = card.render(replace(ledger, total=total))
    assert "56.0 % of the 1,505 documents of the 700 records read from" in text
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]
    assert rows[2:5] == [
        ["records and gaps", "", "", "700", ""], ["documents that they gave", "", "", "1,505", ""],
        ["gaps: damage in which no record can be told apart", "2", "0.1 %", "1,503", ""],
    ]  # fmt: skip


def test_the_order_of_the_funnel() -> None:
    ledger = _with_rejected("strange", {"strange.rule": Count(1, 2)})
    names = [stage.name for stage in funnel.funnel(ledger, ledger.total)]
    assert names == ["gaps", "read", "url", "extract", "language", "gopher_quality", "mask", "strange", "edit", "dedup"]


def test_a_source_has_the_stages_that_are_for_it() -> None:
    """All steps but the mask are for the web alone."""
    ledger = _ledger()
    stages = funnel.funnel(ledger, ledger.sources["old books"].total, "old books")
    assert [stage.name for stage in stages] == ["gaps", "read", "extract", "mask", "edit", "dedup"]
    assert [stage.left for stage in stages] == [3, 3, 3, 3, 2, 2]
    shared = replace(ledger, steps=tuple(replace(step, sources=()) for step in ledger.steps))
    assert list(funnel.steps(shared, "old books")) == ["url", "language", "gopher_quality", "mask"]


def _with_rejected(stage: str, rules: Mapping[str, Count]) -> Ledger:
    ledger = _ledger()
    rejected = {**ledger.total.rejected, stage: {**ledger.total.rejected.get(stage, {}), **rules}}
    return replace(ledger, total=replace(ledger.total, rejected=rejected))


def test_unexpected_errors_are_numbered() -> None:
    assert "nobody foresaw" not in card.render(_ledger())
    failed = _with_rejected("read", {"read.error": Count(3, 40)})
    assert "Something failed that nobody foresaw at 3 records" in card.render(failed)
