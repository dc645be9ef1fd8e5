from card_ledger import cells, golden

from winnow.pipelines.views.card import sources


def test_a_line_a_source() -> None:
    assert cells(sources.render(golden()))[2:] == [
        ["`web`", "`warc`", "841", "99.8 %", "2,800,000", "75.7 %", "by document"],
        ["`old books`", "`warc`", "2", "0.2 %", "900,000", "24.3 %", "`CC0-1.0`"],
    ]
