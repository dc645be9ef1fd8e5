import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from winnow.pipelines.extraction.facts.around import holders, texts_before, texts_behind

PAGE = "<body><p>a<i>b</i></p><script>x</script>  <div>c<h1>d<b>e</b></h1>f</div><style>x</style><p>g</p>"


def heading(html: str) -> LexborNode:
    found = LexborHTMLParser(html).css_first("h1")
    assert found is not None
    return found


def test_texts_around() -> None:
    assert list(filter(None, texts_behind(heading(PAGE), 100))) == ["d", "e", "f", "g"]
    assert list(filter(None, texts_before(heading(PAGE), 100))) == ["c", "b", "a"]


@pytest.mark.parametrize(("characters", "texts"), [(0, []), (1, ["d"]), (2, ["d", "e"])])
def test_they_end_after_so_many_characters(characters: int, texts: list[str]) -> None:
    assert list(filter(None, texts_behind(heading(PAGE), characters))) == texts


@pytest.mark.parametrize(("between", "texts"), [(999, ["a"]), (1_000, [])])
def test_they_end_after_so_many_nodes(between: int, texts: list[str]) -> None:
    assert list(texts_behind(heading("<h1></h1>" + "<br>" * between + "a"), 1)) == texts
    assert list(texts_before(heading("a" + "<br>" * between + "<h1>"), 1)) == texts


def test_holders() -> None:
    assert [each.tag for each in holders(heading("<div><p></p><section><h1>"))][:4] == [
        "section",
        "div",
        "body",
        "html",
    ]
    assert len(list(holders(heading("<div>" * 300 + "<h1>")))) == 256
