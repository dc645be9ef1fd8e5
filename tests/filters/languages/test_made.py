import pytest

from tests.filters.languages import made

GERMAN = (
    "Alle Menschen sind frei und gleich an Würde und Rechten geboren.",
    "Sie sind mit Vernunft und Gewissen begabt, 30 Artikel lang.",
)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "Rede- und Glaubensfreiheit, 1948!", ["Rede", "und", "Glaubensfreiheit"]),
        ("fr", "l\u2019homme d'État", ["l\u2019homme", "d'État"]),
        ("fa", "بهره‌مند شود،", ["بهره‌مند", "شود"]),
        ("hi", "अधिकारों की ।", ["अधिकारों", "की"]),
        ("zh", "人人有资格,不分种族。", ["人人有", "资格", "不分种"]),
        ("th", "ทุกคนมี", ["ทุกค", "นมี"]),
        ("en", "", []),
        ("en", "1948 - '", []),
    ],
)
def test_words(language: str, text: str, expected: list[str]) -> None:
    assert made.words(language, [text]) == expected


@pytest.mark.parametrize("kind", made.KINDS)
def test_the_same_document_every_time(kind: str) -> None:
    assert made.make("de", kind, 0, GERMAN) == made.make("de", kind, 0, GERMAN) != ""


@pytest.mark.parametrize("kind", [kind for kind in made.KINDS if kind != "mojibake"])
def test_seeds_and_languages_differ(kind: str) -> None:
    documents = {made.make(language, kind, seed, GERMAN) for language in ("de", "en") for seed in range(4)}
    assert len(documents) == 8


def test_on_every_python_the_same() -> None:
    assert made.make("de", "links", 1, GERMAN).split("\n")[:3] == [
        "Würde und an Vernunft",
        "Sind sind Menschen Menschen",
        "Geboren Vernunft",
    ]


def test_what_each_kind_is() -> None:
    links = made.make("de", "links", 0, GERMAN).split("\n")
    assert (40 <= len(links) <= 90, {line[:2] for line in links}) == (True, {"- "})
    assert max(len(line.split()) for line in links) <= 5
    spam = made.make("de", "keywords", 0, GERMAN)
    assert (len(set(spam.split())) <= 8, min(map(len, spam.split("\n"))) > 150, "." in spam) == (True, True, False)
    rows = made.make("de", "template", 1, GERMAN).split("\n")
    assert {(line.count(" - "), line.split(" - ")[3]) for line in rows} == {(3, rows[0].split(" - ")[3])}
    machine = [made.make("de", "machine", seed, GERMAN).split("\n")[0] for seed in range(4)]
    assert [len(line) for line in machine[2:]] == [76, len(machine[3])]
    assert (machine[0].count("T"), machine[1].count(";")) == (1, 11)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Würde", "WÃ¼rde"),
        ("\u2019", "â€™"),
        ("plain", "plain"),
        ("", ""),
        ("Á", "Ã\x81"),
        ("à", "Ã\xa0"),
        ("人", "äºº"),
    ],
)
def test_misread(text: str, expected: str) -> None:
    assert made.misread(text) == expected


def test_mojibake_is_misread_twice() -> None:
    lines = made.make("de", "mojibake", 5, GERMAN).split("\n")
    assert lines == [made.misread(made.misread(paragraph)) for paragraph in GERMAN]
