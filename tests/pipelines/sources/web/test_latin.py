# ruff: noqa: RUF001  (other scripts are what this is about)
import gzip
import json

import pytest
from warc_files import SHARED

from winnow.pipelines.sources.web.latin import best, is_latin, reads

FRENCH = "Tous les êtres humains naissent libres et égaux en dignité et en droits, à l’été près : où ça ?"
CZECH = "Všichni lidé rodí se svobodní a sobě rovní co do důstojnosti a práv. Jsou nadáni rozumem, šťastně."
POLISH = "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw. Są oni obdarzeni."
TURKISH = "Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar. Akıl ve vicdana sahiptirler, İşte."
LITHUANIAN = "Visi žmonės gimsta laisvi ir lygūs savo orumu ir teisėmis. Jiems suteiktas protas, sąžinė, mūsų."
VIETNAMESE = "Tuyên ngôn toa\u0300n thê\u0301 giơ\u0301i vê\u0300 nhân quyê\u0300n cu\u0309a Liên Hơ\u0323p Quô\u0301c"


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (FRENCH, "cp1252"),
        (CZECH, "cp1250"),
        (CZECH, "iso8859-2"),
        (POLISH, "cp1250"),
        (POLISH, "iso8859-2"),
        (TURKISH, "cp1254"),
        (LITHUANIAN, "cp1257"),
        (VIETNAMESE, "cp1258"),
        (FRENCH.replace("’", "'"), "mac-roman"),
        ("Le cœur a ses raisons, l'œil a les siennes : Œuvres complètes, 3 €.", "iso8859-15"),
        ("Größer über Öl", "cp1252"),  # the same letters lie there in windows-1250
        ("“It’s — well… fine”, © ACME® 20 °C, 5 £", "cp1252"),
    ],
)
def test_best(text, codec):
    assert best(text.encode(codec)) == (codec, 1.0)


@pytest.mark.parametrize(
    ("sample", "codec", "expected"),
    [
        (b"", "cp1252", 1.0),
        (b"ascii", "cp1252", 1.0),
        (b"\x81\x8d", "cp1252", 0.0),
        (b"\xe9\xe9\xe9\xf8", "cp1252", 1.0),
        (b"\xe9\xe9\xe9\xec", "cp1250", 1.0),
        (b"ko\xb6ci", "cp1252", 0.0),  # a sign amid a word
        (b"ko \xb6 ci", "cp1252", 1.0),
        (b"2\xb5m", "cp1252", 0.0),  # which is a letter, if of Greek
        (b"it\x92s ACME\xae", "cp1252", 1.0),
        (b"ACME\xaex", "cp1252", 0.0),
    ],
)
def test_reads(sample, codec, expected):
    assert reads(sample, codec) == expected


@pytest.mark.parametrize(
    ("text", "codec", "expected"),
    [
        (FRENCH, "cp1252", True),
        (VIETNAMESE, "cp1258", True),
        ("", "cp1252", True),
        ("Все люди рождаются свободными", "cp1251", False),
        ("人人生而自由", "gb18030", False),
        ("すべての人間は", "cp932", False),
    ],
)
def test_is_latin(text, codec, expected):
    assert is_latin(text.encode(codec)) is expected


UDHR = SHARED / "language/udhr.jsonl.gz"
WESTERN = ["de", "fr", "es", "pt", "it", "sv", "da", "no", "fi", "is", "ca", "gl"]


@pytest.mark.skipif(not UDHR.exists(), reason="the shared data are not there")
def test_western_languages_are_read_as_such():
    texts: dict[str, str] = {}
    for line in gzip.decompress(UDHR.read_bytes()).splitlines():
        row = json.loads(line)
        texts[row["language"]] = texts.get(row["language"], "") + row["text"] + "\n"
    found = {name: best(texts[name].encode("cp1252", "ignore"))[0] for name in WESTERN}
    assert found == dict.fromkeys(WESTERN, "cp1252")
