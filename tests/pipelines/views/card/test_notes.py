from dataclasses import replace

import pytest
from card_ledger import golden
from markdown_it import MarkdownIt

from winnow.pipelines.views.card import notes, page

ABOUT = "What the recipe's author says; no count here confirms it:"


def told(text: str) -> str:
    made = golden()
    return notes.render(replace(made, recipe=replace(made.recipe, notes=text)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["The recipe names no notes on faults that its author knows of."]),
        ("one\ntwo", [ABOUT, "one two"]),
        ("one\n \n\n\ttwo", [ABOUT, "one", "two"]),
        ("some:\n- a\n  b\n* c", [ABOUT, "some:", "- a b\n- c"]),
        ("-no item\n\n-", [ABOUT, "\\-no item"]),
        ("# Head\ntext", [ABOUT, "**Head**", "text"]),
        ("#\n\n###### `a`", [ABOUT, "**\\`a\\`**"]),
        ("1. one\n\n2) two", [ABOUT, "1\\. one", "2\\) two"]),
        ("- - - a\n- \n- b", [ABOUT, "- \\- - a\n- b"]),
        ("+ a\n\n===\n\n---", [ABOUT, "\\+ a", "\\===", "\\---"]),
    ],
)
def test_paragraphs_lists_and_heads(text: str, expected: list[str]) -> None:
    assert told(text).split("\n\n") == expected


HOSTILE = [
    "```\nunclosed", "~~~", "<script>alert(1)</script>", "<!--", "<details>", "    code", "> quote", "| a |\n|---|",
    "---\nlicense: mit\n---", "a\n===", "a\n---", "[x](javascript:y)", "![x](http://e.example/p.png)", "[x]: http://y",
    "&lt;b&gt;", "\x1b[2J\u202e\0", "a\\", "- a\n\n      - b", "1. a", "***", "_ _ _", "`" * 99, "#" * 99,
    "\ufeff# x", "</svg>", "<?php ?>", "<![CDATA[", "a  \nb", "\u2028# x", "- " * 500, "x" * 60_000, "- a\n  ```\n- b",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_note_leaves_its_place(text: str) -> None:
    """Whatever stands there, the section ends where it ends, and holds paragraphs and lists of text alone."""
    made = golden()
    card = page.render(replace(made, recipe=replace(made.recipe, notes=text)))
    assert card.count("\n---\n") == 1
    _, _, rest = card.partition("\n## Known faults\n")
    section, found, _ = rest.partition("\n## Kept, and why nearly not\n")
    assert found
    tokens = MarkdownIt("commonmark").enable("table").parse(section)
    kinds = {part.type for token in tokens for part in (token, *(token.children or []))}
    assert kinds <= {
        "paragraph_open", "paragraph_close", "inline", "text", "text_special", "bullet_list_open", "bullet_list_close",
        "list_item_open", "list_item_close", "strong_open", "strong_close", "softbreak",
    }  # fmt: skip
    depths = [token.level for token in tokens if token.type == "bullet_list_open"]
    assert max(depths, default=0) == 0
    assert not set(section) & {"\0", "\x1b", "\u202e"}
