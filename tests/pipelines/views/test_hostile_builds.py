"""Text of others can neither break the card nor draw on a terminal: a build whose every field holds some."""

import json
import re
import unicodedata
from pathlib import Path

import pytest
import yaml
from hostile_texts import PAYLOADS
from small_builds import NEAR, SMALL_PARTS, Long, finished, recipe

from winnow.pipelines.cli import main
from winnow.pipelines.recipe.model import Source, Step
from winnow.pipelines.sources.tables.jsonl import Jsonl

pytestmark = pytest.mark.slow
LOOKS = [
    ["card"], ["ledger"], ["ledger", "--check"], ["rejected", "--top", "300"], ["sample", "-n", "300"],
    ["sample", "--kept", "-n", "300", "--full"], ["stats"], ["stats", "--rule", "long.characters"], ["clusters"],
]  # fmt: skip


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("hostile")
    rows = [
        {"text": f"{text} {n} {'!' * (n % 5)}", "url": f"https://{n}.example/{text[:200]}", "title": text[:500],
         "license": text[:100], "in": text[:40], "id": f"{n} {text[:50]}"}
        for n, text in enumerate(PAYLOADS)
    ]  # fmt: skip
    (root / "a.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    source = Source("a", Jsonl(language="in", id="id"), "jsonl")
    made = recipe(Step("long", "long", Long(), Long.RULES), sources=(source,), output=SMALL_PARTS, dedup=NEAR)
    finished(root / "out", made, [f"a={root}/a.jsonl"])
    return root / "out"


@pytest.mark.parametrize("look", LOOKS, ids=" ".join)
def test_a_terminal_is_shown_nothing_that_draws_on_it(
    hostile: Path, look: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([look[0], str(hostile), *look[1:]]) == 0
    told = capsys.readouterr().out
    unseen = {each for each in set(told) - {"\n"} if unicodedata.category(each) in ("Cc", "Cs", "Zl", "Zp")}
    assert unseen | set(told) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f") == set()


def test_the_card_is_whole(hostile: Path) -> None:
    text = (hostile / "README.md").read_text(encoding="utf-8")
    _, head, body = text.split("---\n", 2)
    assert yaml.safe_load(head)["pretty_name"]
    tables = re.findall(r"(?:^\|.*\n)+", body, re.MULTILINE)
    columns = [{len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()} for table in tables]
    assert tables
    assert [len(each) for each in columns] == [1] * len(tables)
    bare = re.sub(r"^(`{3,})text\n.*?\n\1$", "", body, flags=re.MULTILINE | re.DOTALL)
    bare = re.sub(r"(`+)(?:(?!\1).)+\1", "", bare)
    assert re.findall(r"<[a-zA-Z/!]", bare) == []
