"""The card: a committed ledger gives a committed card, and no page can break out of it."""

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from markdown_it import MarkdownIt

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


def _ledger() -> dict[str, Any]:
    ledger: dict[str, Any] = json.loads((GOLDEN / "two_sources.ledger.json").read_text(encoding="utf-8"))
    return ledger


def _empty() -> dict[str, Any]:
    """A build of an input in which nothing was found."""
    ledger = _ledger()
    nothing = {"files": 0, "bytes": 0, "records": 0, "gaps": 0, "gap_bytes": 0, "other_records": {}, "kept": [0, 0],
               "rejected": {}}  # fmt: skip
    ledger["sources"] = {"web": {"license": None, "files": {}, "total": nothing}}
    ledger |= {"total": nothing, "edits": {}, "duplicates": {}, "files": {}}
    ledger["rules"] = [rule | {"broken": 0, "alone": 0} for rule in ledger["rules"]]
    ledger["kept"] = {name: {"distinct": 0, "top": {}, "others": [0, 0]} for name in ledger["kept"]}
    ledger["examples"] = {"kept": [], "rejected": {}}
    return ledger


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


def test_rendering_changes_no_ledger() -> None:
    ledger = _ledger()
    before = copy.deepcopy(ledger)
    card.render(ledger)
    assert ledger == before


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
    assert "The recipe sets no limits." in card.render(_empty() | {"rules": []})


def test_a_page_cannot_leave_its_place() -> None:
    """Hostile text everywhere a page can put it gives the same tokens as harmless text, and no HTML, link or image."""
    harmless, hostile = _ledger(), _ledger()
    for ledger, text in ((harmless, "harmless"), (hostile, HOSTILE)):
        for examples in [ledger["examples"]["kept"], *ledger["examples"]["rejected"].values()]:
            for example in examples:
                example |= {"text": text, "url": text, "language": text}
        for name in ("domain", "license", "tld"):
            top = ledger["kept"][name]["top"]
            ledger["kept"][name]["top"] = {text if i == 0 else v: pair for i, (v, pair) in enumerate(top.items())}
        ledger["recipe"]["about"] = text
        ledger["edits"] = {text: {text: 3}}
    expected, found = _tokens(card.render(harmless)), _tokens(card.render(hostile))
    kinds = [token.type for token in found if token.type not in ("text_special", "text")]
    assert kinds == [token.type for token in expected if token.type not in ("text_special", "text")]
    assert {"html_block", "html_inline", "link_open", "image"} & set(kinds) == set()
    assert re.findall(r"[\0\x1b\u202e]", card.render(hostile)) == []


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
    top = {"en": [1000 - documents, 1], "yo": [documents, 1], "Python": [0, 1]}
    assert hub.languages_of({"top": top, "others": [0, 0]}) == expected


def test_the_funnel_ends_at_what_was_kept() -> None:
    ledger = _ledger()
    for total in [ledger["total"], *(source["total"] for source in ledger["sources"].values())]:
        stages = funnel.funnel(ledger, total)
        assert stages[0].before == total["records"] + total["gaps"]
        assert [stages[-1].left, stages[-1].characters] == total["kept"]
        assert [a.left for a in stages[:-1]] == [b.before for b in stages[1:]]


def test_the_order_of_the_funnel() -> None:
    ledger = _ledger()
    ledger["total"]["rejected"]["strange"] = {"strange.rule": [1, 2]}
    names = [stage.name for stage in funnel.funnel(ledger, ledger["total"])]
    assert names == ["gaps", "read", "url", "extract", "language", "gopher_quality", "mask", "strange", "edit", "dedup"]


def test_who_was_judged() -> None:
    """url before the extraction; what a stopping step drops is not judged by those after it; all but the mask are
    for the web alone, and three documents are books."""
    assert funnel.judged(_ledger()) == {"url": 1442, "language": 1341, "gopher_quality": 1183, "mask": 1186}
    ledger = _ledger()
    for step in ledger["steps"]:
        step["sources"] = []
    assert funnel.judged(ledger) == {"url": 1445, "language": 1344, "gopher_quality": 1186, "mask": 1186}


def test_a_source_has_the_stages_that_are_for_it() -> None:
    ledger = _ledger()
    books = funnel.funnel(ledger, ledger["sources"]["old books"]["total"], "old books")
    assert [stage.name for stage in books] == ["gaps", "read", "extract", "mask", "edit", "dedup"]
    assert [stage.left for stage in books] == [3, 3, 3, 3, 2, 2]


def test_unexpected_errors_are_numbered() -> None:
    ledger = _ledger()
    assert "nobody foresaw" not in card.render(ledger)
    read = ledger["total"]["rejected"].setdefault("read", {})
    read["read.error"] = [2, 0]
    ledger["total"]["rejected"]["measure"] = {"measure.error": [1, 40]}
    assert "Something failed that nobody foresaw at 3 records" in card.render(ledger)
