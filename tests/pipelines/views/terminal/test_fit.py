from fit_texts import fitted

from winnow.pipelines.views.terminal.fit import summary

EXPECTED = """\
200 documents in 'eo' were measured, of 200 in the reference
  rule                                  fitted  drops  recipe  drops
  gopher_quality.mean_word_length  max    9.25  0.5 %      12  0.0 %
  gopher_quality.stop_words        min       2  2.0 %       2  2.0 %
gopher_quality.stop_words: oko eme
all rules together drop 2.5 %; by the recipe's limits 60.0 %
left as they are (no tail): gopher_quality.mean_word_length min, gopher_quality.bullet_line_share max
look at out/report.html, and paste limits.toml (a recipe of this language) or languages.toml (of several)"""


def test_summary() -> None:
    assert summary(fitted(), "out/") == EXPECTED


def test_nothing_was_fitted() -> None:
    found = fitted(rules=(), stop_words=(), dropped=0, dropped_before=0)
    assert summary(found, "out").splitlines()[1:3] == [
        "  no limit was fitted", "all rules together drop 0.0 %; by the recipe's limits 0.0 %"
    ]  # fmt: skip
