from dataclasses import replace

from card_ledger import cells, golden

from winnow.pipelines.counts import NONE, Count
from winnow.pipelines.ledger.types import Distribution, Ledger
from winnow.pipelines.views.card import page, synthetic


def of(made_by: dict[str, Count], **kept: Count) -> Ledger:
    """The golden ledger with these sources, all of them synthetic, beside its own."""
    ledger = golden()
    web = ledger.sources["web"]
    added = {name: replace(web, synthetic=True, total=replace(web.total, kept=count)) for name, count in kept.items()}
    distribution = Distribution(len(made_by), made_by, NONE)
    return replace(ledger, sources={**ledger.sources, **added}, kept=replace(ledger.kept, made_by=distribution))


def test_a_line_where_no_source_is_synthetic() -> None:
    text = "The recipe declares no source to be synthetic; whether a model wrote a page was not looked for."
    assert synthetic.render(golden()) == text


def test_sources_stand_side_by_side() -> None:
    made = {"stories/gpt/4": Count(60, 6000), "stories/unknown": Count(20, 2000), "exams/gpt/4": Count(4, 400)}
    text = synthetic.render(of(made, stories=Count(80, 8000), exams=Count(4, 400)))
    whole = golden().total.kept
    assert cells(text)[2:] == [
        [
            "`stories`",
            "`gpt/4`",
            "60",
            f"{6000 / whole.documents:.1f} %",
            "6,000",
            f"{600000 / whole.characters:.1f} %",
        ],
        [
            "`stories`",
            "not said",
            "20",
            f"{2000 / whole.documents:.1f} %",
            "2,000",
            f"{200000 / whole.characters:.1f} %",
        ],
        ["`exams`", "`gpt/4`", "4", f"{400 / whole.documents:.1f} %", "400", "< 0.1 %"],
    ]
    assert text.startswith("The recipe says of `stories` and `exams` that the texts are synthetic, made by a model: ")
    assert "### Synthetic text\n\nThe recipe" in page.render(of(made, stories=Count(80, 8000)))


def test_what_is_not_listed_is_one_line() -> None:
    made = {f"a/model {n}": Count(2, 20) for n in range(12)}
    rows = cells(synthetic.render(of(made, a=Count(30, 300))))[2:]
    assert [row[1:3] for row in rows] == [[f"`model {n}`", "2"] for n in range(10)] + [["others", "10"]]
