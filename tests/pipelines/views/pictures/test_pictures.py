"""All pictures: well-formed, harmless and the same in words, whatever a ledger holds."""

import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import pytest
from card_ledger import as_json, distribution, golden, with_kept

from winnow.pipelines.counts import NONE, Count
from winnow.pipelines.files.typed import from_json
from winnow.pipelines.ledger.types import Ledger, Length
from winnow.pipelines.plan.names import DRAWN, FUNNEL, LANGUAGES, LENGTHS
from winnow.pipelines.views.pictures import svg
from winnow.pipelines.views.pictures.drawn import pictures, shown

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = [
    "</text><script>alert(1)</script>", "]]>", "&amp;", '"/><a href="javascript:x">', "\x1b[2J", "\ufffe\uffff\0",
    "\u202e", "\u65b0" * 90, "<!--", "a" * 9999, "<![CDATA[", "e\u0301" * 400,
]  # fmt: skip


def texts(picture: str) -> list[str]:
    """All text that is seen, in order."""
    return [element.text or "" for element in ElementTree.fromstring(picture).iter(f"{SVG}text")]


def test_the_funnel_is_that_of_the_ledger() -> None:
    assert [text for text in texts(pictures(golden())[FUNNEL]) if "(" in text or text.replace(",", "").isdigit()] == [
        "1,505", "1,503 (2 dropped, 0.1 %)", "1,445 (58 dropped, 3.9 %)", "1,405 (40 dropped, 2.8 %)",
        "1,344 (61 dropped, 4.3 %)", "1,186 (158 dropped, 11.8 %)", "914 (272 dropped, 22.9 %)",
        "913 (1 dropped, 0.1 %)", "843 (70 dropped, 7.7 %)", "843 (56.0 % of all)",
    ]  # fmt: skip


def test_the_languages_are_those_that_are_known() -> None:
    made = with_kept(language=distribution({"en": 5, "unknown": 3, "no": 2}))
    made = replace(made, met=replace(made.met, language=distribution({"en": 9, "unknown": 7, "de": 4, "no": 2})))
    assert texts(pictures(made)[LANGUAGES])[3:] == [
        "en", "5 kept of 9 (55.6 %)", "no", "2 kept of 2 (100.0 %)", "de", "0 kept of 4 (0.0 %)",
        "Not drawn: 7 documents of no known language.",
    ]  # fmt: skip


def test_many_languages_are_summed() -> None:
    many = distribution({f"l{n:02}": 90 - n for n in range(40)})
    made = with_kept(language=many)
    made = replace(made, met=replace(made.met, language=many))
    assert texts(pictures(made)[LANGUAGES])[25:29] == ["l11", "79 kept of 79 (100.0 %)", "28 others",
                                                       f"{sum(90 - n for n in range(12, 40)):,} kept of "
                                                       f"{sum(90 - n for n in range(12, 40)):,} (100.0 %)"]  # fmt: skip


def test_every_octave_between_two_has_its_place() -> None:
    made = replace(golden(), lengths=(Length(1, 2, Count(1, 1), Count()), Length(16, 32, Count(), Count(3, 60))))
    picture = ElementTree.fromstring(pictures(made)[LENGTHS])
    bars = [(bar.get("class"), float(bar.get("height") or 0)) for bar in picture.iter(f"{SVG}rect")][3:]
    assert bars == [("kept", 47.5), ("dropped", 142.5)]
    numbers = [text for text in texts(pictures(made)[LENGTHS]) if text.isdigit()]
    assert numbers == [
        "0",
        "1",
        "2",
        "3",
        "4",
        "1",
        "2",
        "4",
        "8",
        "16",
    ]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_name_leaves_its_place(text: str) -> None:
    """The elements are those of a harmless name, all text is inside of the picture's width."""
    found = []
    for name in ("harmless", text):
        made = as_json()
        made["kept"]["language"]["top"] = {name: [800, 3000000], "no": [41, 600000]}
        made["total"]["rejected"][name] = {f"{name}.x": [9, 0]}
        drawn = pictures(from_json(Ledger, made))
        assert list(drawn) == list(DRAWN)
        found.append([[part.tag for part in ElementTree.fromstring(picture).iter()] for picture in drawn.values()])
        for picture in drawn.values():
            assert not {"\x1b", "\0", "\u202e"} & set(picture)
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("said", "most", "expected"),
    [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("step_of_many_1", 9, "step_o…_1"), ("\u65b0\u805e", 4, "\u65b0\u805e"),
     ("\u65b0\u805e\u65b0", 5, "\u65b0\u805e…"), ("a\x1bb", 9, "a\ufffdb"),
     ("e\u0301" * 9, 6, "e\u0301e\u0301…\u0301")],
)  # fmt: skip
def test_a_name_takes_no_more_columns(said: str, most: int, expected: str) -> None:
    assert svg.name(said, most) == expected


@pytest.mark.parametrize(
    ("most", "top"), [(0, 4), (5, 8), (16, 16), (17, 20), (21, 32), (460, 600), (601, 800), (1601, 2000)]
)
def test_the_scale_ends_at_a_round_number(most: int, top: int) -> None:
    made = replace(golden(), lengths=(Length(1, 2, Count(most, most), Count()),))
    numbers = [text for text in texts(pictures(made)[LENGTHS]) if text.replace(",", "").isdigit()]
    assert numbers == [f"{top * at // 4:,}" for at in range(5)] + ["1"]


def test_what_fetches_or_runs_is_in_none() -> None:
    for picture in pictures(golden()).values():
        tags = {element.tag.removeprefix(SVG) for element in ElementTree.fromstring(picture).iter()}
        assert tags <= {"svg", "title", "style", "defs", "pattern", "line", "rect", "text"}
        assert picture.replace('xmlns="http://www.w3.org/2000/svg"', "").count("http") == 0
        assert "prefers-color-scheme: dark" in picture


def test_lengths_of_dropped_documents_alone() -> None:
    made = golden()
    none = replace(made, total=replace(made.total, kept=NONE), lengths=(Length(1, 2, NONE, Count(3, 3)),))
    assert shown(none)[LENGTHS] == "Lengths in characters, by octaves, of documents that were dropped: none was kept."


def test_without_documents_there_is_the_funnel() -> None:
    made = replace(golden(), lengths=())
    made = replace(made, kept=replace(made.kept, language=distribution({})))
    assert list(pictures(made)) == list(shown(made)) == [FUNNEL]
