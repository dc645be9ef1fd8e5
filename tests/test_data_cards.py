"""What is checked in of a build is what its ledger gives: card, pictures, croissant.json; and the report is today's."""

import base64
import gzip
import json
import re
from pathlib import Path

from winnow.pipelines.files.typed import from_json
from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.plan.names import CROISSANT, README
from winnow.pipelines.views.beside import beside
from winnow.pipelines.views.report.page import filled

CARDS = Path(__file__).resolve().parents[1] / "data_cards"


def test_every_card_is_rendered_from_the_ledger_beside_it() -> None:
    ledgers = sorted(CARDS.glob("*.ledger.json"))
    assert [path.name for path in ledgers] == ["demo.ledger.json"]  # another one's pictures need names of their own
    for path in ledgers:
        name = path.name.removesuffix(".ledger.json")
        called = {README: f"{name}.md", CROISSANT: f"{name}.croissant.json"}
        for made, text in beside(from_json(Ledger, json.loads(path.read_text(encoding="utf-8")))).items():
            assert (CARDS / called.get(made, made)).read_text(encoding="utf-8") == text, made


def test_the_report_is_todays_page_and_of_the_same_build() -> None:
    page = (CARDS / "demo.report.html").read_text(encoding="utf-8")
    (held,) = re.findall(r'id="data">([^<]*)</script>', page)
    data = json.loads(gzip.decompress(base64.b64decode(held)))
    ledger = json.loads((CARDS / "demo.ledger.json").read_text(encoding="utf-8"))
    assert {name: data[name] for name in ("identity", "versions")} == {n: ledger[n] for n in ("identity", "versions")}
    assert filled(base64.b64decode(held), data["title"]) == page
