from winnow.pipelines.sources.wikipedia.prose.kept import Kept
from winnow.pipelines.sources.wikipedia.prose.marks import BREAK, CUT, without_controls


def test_what_is_kept_comes_back_as_it_was() -> None:
    kept = Kept()
    one, two = kept.put("a  [[b]] ,"), kept.put("c\n  d", block=True)
    assert kept.finished(f"x {one} y{CUT} .") == "x a  [[b]] , y."
    assert two.strip("\n").startswith("\x05")
    assert kept.back(two.strip("\n\x05")) == "c\n  d"


def test_line_breaks() -> None:
    text = f"a {BREAK} b{BREAK}{BREAK}{CUT}{BREAK}c"
    assert Kept().finished(text) == "a\nb\nc"
    assert Kept().finished(text, " ") == "a b c"


def test_controls() -> None:
    assert without_controls("a\x00\x01\r\nb\rc\td\x85e\u2028f\x7f") == "a\nb\nc\td\ne\nf"
    assert without_controls("a\nb") == "a\nb"
