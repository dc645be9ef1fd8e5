"""What each template shows: the twenty most frequent inline ones of the excerpt first, with its own calls."""

# ruff: noqa: RUF001  marks that look like others are meant

import pytest

from winnow.pipelines.extraction.extracted import Extracted
from winnow.pipelines.sources.wikipedia.page import Page
from winnow.pipelines.sources.wikipedia.wikitext.templates import (
    catalogue,
    constants,
    dates,
    languages,
    lists,
    other_wikis,
    people,
    quotes,
    science,
    units,
)
from winnow.pipelines.sources.wikipedia.wikitext.templates import shown as shown_ones
from winnow.pipelines.sources.wikipedia.wikitext.to_text import to_text


def shown(wikitext: str, language: str = "en") -> str:
    """What stands between the words around."""
    found = to_text(f"Before {wikitext} after", Page("Title", language))
    assert isinstance(found, Extracted)
    return found.text.removeprefix("Before").removesuffix("after").strip(" \n")


MOST_FREQUENT = [
    ("{{cite book |author=Sartwell, Crispin |title=Against the state}}", ""),
    ("{{convert|1300|mi|km}}", "1,300 mi"),
    ("{{lang|grc|ἀναρχία}}", "ἀναρχία"),
    ("{{sfn|Barnes|1995|p=9}}", ""),
    ("{{citation needed|date=November 2015}}", ""),
    ("{{rp|xxi}}", ""),
    ("{{cite journal | last = Kyle | title = The Early Diffusion}}", ""),
    ("{{sfnp|EB|1878}}", ""),
    ("{{IPAc-en|æ|l|ˈ|b|iː|d|oʊ}}", "/ælˈbiːdoʊ/"),
    ("{{cite web | author = Anon | year = 2004}}", ""),
    ("{{Citation | last1 =Chaubey |year =2011}}", ""),
    ("{{respell|ASS|kee}}", ""),
    ("{{nihongo|[[bayonet]]|銃剣|jūken}}", "bayonet (銃剣, jūken)"),
    ("{{cite encyclopedia | last = Diringer}}", ""),
    ("{{chem|C|''n''|H|2''n''+2}}", "C_nH_(2n+2)"),
    ("{{as of|2014|lc=y}}", "as of 2014"),
    ("{{smaller|(for ''Brave New World'')}}", "(for Brave New World)"),
    ("{{refn|group=nb|''Aes'' is the plural.}}", ""),
    ("{{angbr|a}}", "⟨a⟩"),
    ("{{dmoz|Arts/Movies/Awards|Academy Awards}}", ""),
]


@pytest.mark.parametrize(("wikitext", "expected"), MOST_FREQUENT)
def test_the_twenty_most_frequent(wikitext: str, expected: str) -> None:
    assert shown(wikitext) == expected


@pytest.mark.parametrize(
    ("wikitext", "expected"),
    [
        ("{{convert|5|km}}", "5 km"),
        ("{{cvt|60|to|80|kg}}", "60 to 80 kg"),
        ("{{convert|10|-|20|C|F}}", "10–20 °C"),
        ("{{convert|6|ft|2|in|m}}", "6 ft 2 in"),
        ("{{convert|3|x|4|m|ft}}", "3 × 4 m"),
        ("{{convert|52419|sqmi|km2|abbr=out}}", "52,419 sq mi"),
        ("{{convert|1.5|e6km2}}", "1.5 million km²"),
        ("{{convert|166|Goilbbl}}", "166 billion barrels"),
        ("{{convert|1+1/2|in}}", "1 1/2 in"),
        ("{{convert|}}", ""),
        ("{{convert|7}}", "7"),
        ("{{val|6.241|e=18}}", "6.241×10¹⁸"),
        ("{{val|30000|u=C}}", "30,000 C"),
        ("{{val|1.5|0.2|u=m}}", "1.5±0.2 m"),
        ("{{frac|3}}", "1/3"),
        ("{{frac|3|2}}", "3/2"),
        ("{{frac|1|3|4}}", "1 3/4"),
        ("{{sfrac|3''n'' + 1|2}}", "(3n + 1)/2"),
        ("{{height|ft=6|in=2}}", "6 ft 2 in"),
        ("{{coord|12|31|7|N|70|2|9|W|type:city}}", "12°31′07″N 70°02′09″W"),
        ("{{coord|12.5|N|70.25|W|display=inline,title}}", "12.5°N 70.25°W"),
        ("{{coord|12|31|N|70|2|W|display=title}}", ""),
        ("{{coord|57.18|-4.08}}", ""),
        ("{{formatnum:1234567.5}}", "1,234,567.5"),
        ("{{mvar|x}}", "x"),
        ("{{math|''x'' + 1}}", "x + 1"),
        ("{{e|24}}", "×10²⁴"),
        ("{{music|flat}}", "♭"),
        ("{{RailGauge|1435mm}}", "1435 mm"),
        ("{{nuclide2|einsteinium|254}}", "einsteinium-254"),
        ("{{chem|S|O|4|2-}}", "SO4²⁻"),
        ("{{Carbon}}<sub>2</sub>", "C2"),
        ("{{US$|5 million}}", "US$5 million"),
        ("{{INRConvert|5|c}}", "₹5 crore"),
    ],
)
def test_quantities(wikitext: str, expected: str) -> None:
    assert shown(wikitext) == expected


@pytest.mark.parametrize(
    ("wikitext", "expected"),
    [
        ("{{birth date and age|1950|5|12}}", "May 12, 1950"),
        ("{{birth date|1950|5|12|df=y}}", "12 May 1950"),
        ("{{death date and age|1990|05|02|1910|1|2}}", "May 2, 1990"),
        ("{{start date|1950|5}}", "May 1950"),
        ("{{end date|1950}}", "1950"),
        ("{{start date|1950-05-12}}", "May 12, 1950"),
        ("{{birth-date|12 May 1950}}", "12 May 1950"),
        ("{{film date|1997|10|3|Spain}}", "October 3, 1997"),
        ("{{dts|1997|10|3}}", "October 3, 1997"),
        ("{{as of|2010}}", "As of 2010"),
        ("{{as of|2008|3|5|df=US}}", "As of March 5, 2008"),
        ("{{as of|2008|3|5}}", "As of 5 March 2008"),
        ("{{as of|2014|alt=in 2014}}", "in 2014"),
        ("{{circa|1840}}", "c. 1840"),
        ("{{c.|1840|1850}}", "c. 1840 – c. 1850"),
        ("{{floruit|1840|1850}}", "fl. 1840–1850"),
        ("{{reign|1840|1850}}", "r. 1840–1850"),
        ("{{OldStyleDate|4 April|1826|23 March}}", "4 April [O.S. 23 March] 1826"),
        ("{{start date}}", ""),
    ],
)
def test_dates(wikitext: str, expected: str) -> None:
    assert shown(wikitext) == expected


@pytest.mark.parametrize(
    ("wikitext", "expected"),
    [
        ("{{lang-sq|Shqipëri}}", "Albanian: Shqipëri"),
        ("{{lang-sq|Shqipëri|links=no}}", "Albanian: Shqipëri"),
        ("{{langx|fr|mot|lit=word}}", "French: mot, lit. ‘word’"),
        ("{{lang-xyz|mot}}", "mot"),
        ("{{lang-fr|mot|label=none}}", "mot"),
        ("{{transl|ar|ALA|''Allāh''}}", "Allāh"),
        ("{{ill|Title|de|Titel}}", "Title"),
        ("{{ill|Title|de|Titel|lt=shown}}", "shown"),
        ("{{nihongo3|katana|刀|sword}}", "sword (刀, katana)"),
        ("{{zh|t=漢語|p=Hànyǔ}}", "traditional Chinese: 漢語; pinyin: Hànyǔ"),
        ("{{zh|漢語}}", "漢語"),
        ("{{IPA|/a/}}", "/a/"),
        ("{{IPA|fr|mo|lang}}", "[mo]"),
        ("{{IPA-ca|ənˈdorə|lang}}", "[ənˈdorə]"),
        ("{{IPAc-en|US|'|eɪ}}", "US: /ˈeɪ/"),
        ("{{IPAc-en|audio=a.ogg}}", ""),
        ("{{lit|word|term}}", "lit. ‘word’ or ‘term’"),
        ("{{rtl-lang|ar|الكيمياء}}", "الكيمياء"),
        ("{{script|Runr|ᚨ}}", "ᚨ"),
    ],
)
def test_languages(wikitext: str, expected: str) -> None:
    assert shown(wikitext) == expected


@pytest.mark.parametrize(
    ("wikitext", "expected"),
    [
        ("{{nowrap|[[Apollo 7]]}}", "Apollo 7"),
        ("{{abbr|SR|Strike Rate}}", "SR"),
        ("{{vanchor|1|el1}}", "1"),
        ("{{small|a}}{{big|b}}{{sup|2}}{{sub|3}}", "ab²3"),
        ("{{color|red|text}}", "text"),
        ("{{sort|key|text}}", "text"),
        ("{{sortname|Ada|Lovelace}}", "Ada Lovelace"),
        ("{{sic|teh}}", "teh"),
        ("{{sic}}", "[sic]"),
        ("{{sc|bc}} {{sc|lorem}}", "BC lorem"),
        ("{{'}}a{{\"}}", "'a\""),
        ("{{key press|Ctrl|C}}", "Ctrl+C"),
        ("{{flag|Japan}}", "Japan"),
        ("{{flagicon|Japan}}", ""),
        ("{{USA}}", "United States"),
        ("{{flagIOCathlete|Usain Bolt|JAM|2012 Summer}}", "Usain Bolt (Jamaica)"),
        ("{{HMS|Ajax|22|6}}", "HMS Ajax"),
        ("{{sclass|Nimitz|aircraft carrier}}", "Nimitz-class aircraft carrier"),
        ("{{bibleref|Mark|3:25|9}}", "Mark 3:25"),
        ("{{harvtxt|Boolos|Jeffrey|1974, 1999}}", "Boolos & Jeffrey (1974, 1999)"),
        ("{{harvnb|Smith|1990|p=4}}", "Smith 1990"),
        ("{{yes}} {{no|Never}} {{n/a}}", "Yes Never N/A"),
        ("a{{ndash}}b{{snd}}c{{nbsp}}d{{'s}}{{' \"}}", "a–b – c d's' \""),
        ("{{hlist|one|two|three}}", "one, two, three"),
        ("{{unknown template|with|text}}", ""),
        ("{{Use dmy dates|date=June 2013}}", ""),
        ("{{!}} {{=}}", "| ="),
    ],
)
def test_words(wikitext: str, expected: str) -> None:
    assert shown(wikitext) == expected


@pytest.mark.parametrize(
    ("wikitext", "expected"),
    [
        ("{{quote|Be bold.|Ada|Letters}}", "Before\n\nBe bold.\n— Ada, Letters\n\nafter"),
        ("{{cquote|text=Be bold.}}", "Before\n\nBe bold.\n\nafter"),
        ("{{quote}}", "Before after"),
        ("{{poemquote|One line,\nanother.}}", "Before\n\nOne line,\nanother.\n\nafter"),
        ("{{plainlist|\n* one\n* two\n}}", "Before\n\n- one\n- two\n\nafter"),
        ("{{ubl|one|two}}", "Before\n\n- one\n- two\n\nafter"),
        ("{{ordered list|one|two}}", "Before\n\n1. one\n2. two\n\nafter"),
        ("{{columns|col1=One.|col2=Two.}}", "Before\n\nOne.\n\nTwo.\n\nafter"),
        ("{{columns-list|colwidth=20em|\n* one\n* two}}", "Before\n\n- one\n- two\n\nafter"),
        ("{{columns-list|2|\n* one\n* two}}", "Before\n\n- one\n- two\n\nafter"),
        ("{{div col|2}}\n* one\n{{div col end}}", "Before\n\n- one\n\nafter"),
        ("{{div col|content=\n* one}}\n", "Before\n\n- one\n\nafter"),
    ],
)
def test_blocks(wikitext: str, expected: str) -> None:
    found = to_text(f"Before {wikitext} after", Page("Title", "en"))
    assert isinstance(found, Extracted)
    assert found.text == expected


@pytest.mark.parametrize(
    ("wikitext", "language", "expected"),
    [
        ("{{s|XIX}}", "fr", "XIXe siècle"),
        ("{{unité|5|km}}", "fr", "5 km"),
        ("{{date|1|janvier|2000}}", "fr", "1 janvier 2000"),
        ("{{lang|en|word}}", "fr", "word"),
        ("{{lang-en|word}}", "es", "word"),
        ("{{siglo|XIX||s}}", "es", "siglo XIX"),
        ("{{enS|word}}", "de", "word"),
        ("{{M|5|ul=km}}", "it", "5 km"),
        ("{{M|5|ul=km}}", "en", ""),
        ("{{нп5|Имя|en|Name}}", "ru", "Имя"),
        ("{{formatnum:1234}}", "de", "1234"),
    ],
)
def test_other_wikis(wikitext: str, language: str, expected: str) -> None:
    assert shown(wikitext, language) == expected


def test_each_name_is_in_one_table() -> None:
    tables = (constants, dates, languages, lists, other_wikis, people, quotes, science, shown_ones, units)
    assert len(catalogue.HANDLERS) == sum(len(table.HANDLERS) for table in tables)


def test_names_are_those_that_are_asked_for() -> None:
    assert [name for name in catalogue.HANDLERS if name != " ".join(name.lower().replace("_", " ").split())] == []
    assert catalogue.handler("lang-qq") is not None
    assert catalogue.handler("infobox person") is None
