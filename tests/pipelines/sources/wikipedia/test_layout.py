from winnow.pipelines.sources.wikipedia.layout import XML, Layout, Site, SiteFrom

SITE = Site("dewiki", "https://de.wikipedia.org/wiki/Wikipedia:Hauptseite", "de", namespaces={"0": "", "6": "Datei"})


def test_what_is_written_is_read() -> None:
    made = Layout(XML, "", (SiteFrom(10, SITE), SiteFrom(99, Site("x"))))
    assert Layout.read(made.written) == made
    assert made.written.isprintable()


def test_of_which_wiki_an_offset_is() -> None:
    made = Layout(XML, "", (SiteFrom(10, SITE), SiteFrom(99, Site("x"))))
    assert [made.site_at(at).name for at in (9, 10, 98, 99, 1000)] == ["", "dewiki", "dewiki", "x", "x"]


def test_addresses() -> None:
    assert SITE.address("Straße (Köln)/1") == "https://de.wikipedia.org/wiki/Stra%C3%9Fe_(K%C3%B6ln)/1"
    assert SITE.address("a'b\"c?d#e&f+g%h;i") == "https://de.wikipedia.org/wiki/a%27b%22c%3Fd%23e%26f%2Bg%25h;i"
    assert Site().address("A") is None


def test_namespaces_by_the_prefix_of_a_title() -> None:
    assert [SITE.namespace_of(title) for title in ("Datei:A", "datei:A", "Datei", ":A", "A")] == [
        "6",
        "0",
        "0",
        "0",
        "0",
    ]
