import pytest

from winnow.filters.rules import Reject
from winnow.pipelines.extraction.extracted import Extracted
from winnow.pipelines.sources.wikipedia.page import Page
from winnow.pipelines.sources.wikipedia.prose.settings import TextSettings
from winnow.pipelines.sources.wikipedia.wikitext.to_text import to_text

PAGE = Page("Title", "en", {"6": ("File",), "14": ("Category",)})


def text(wikitext: str, page: Page = PAGE) -> str:
    found = to_text(wikitext, page)
    return found.text if isinstance(found, Extracted) else found.rule


@pytest.mark.parametrize(
    ("wikitext", "expected"),
    [
        ("'''Bold''' and ''italic'' and '''''both'''''.", "Bold and italic and both."),
        ("The ''Enterprise'''s crew.", "The Enterprise's crew."),
        ("L''''amour''' and '''' four", "L'amour and ' four"),
        ("''one\ntwo''", "one two"),
        ("[[Link]], [[target|label]], [[bus]]es, [[a (b)|]], [[:Category:X]], [[A_b]]",
         "Link, label, buses, a, Category:X, A b"),
        ("Text.[[Category:One]][[de:Titel]]\n[[Category:Two|key]]", "Text."),
        ("[[File:a.jpg|thumb|A ''caption'' with [[links]] and {{nowrap|more}}]]Text.", "Text."),
        ("[[Image:a.jpg|Alt]] and [[Datei:b.png]] and [[Bild:c.svg|x]]!", "and and!"),
        ("[http://a.example label], [http://a.example], [//b.example other] and http://c.example/d.",
         "label, other and http://c.example/d."),
        ("&nbsp;a&amp;b &lt;ref&gt; &#233; &mdash;", "a&b <ref> é —"),
        ("a<!-- b -->c<!-- never closed", "ac"),
        ("one\n<!-- alone on its line -->\ntwo", "one two"),
        ("a<nowiki>[[b]] ''c'' {{d}} &amp;</nowiki>.", "a[[b]] ''c'' {{d}} &."),
        ("__TOC__Text __NOTOC__ with __init__", "Text with __init__"),
        ("Text {{DEFAULTSORT:Key}}{{PAGENAME}}.", "Text Title."),
        ("H<sub>2</sub>O, m<sup>2</sup>, 10<sup>-5</sup>, 19<sup>th</sup>, ''x''<sub>n</sub>, 2<sup>n+1</sup>,"
         " e<sup>x</sup>",
         "H2O, m², 10⁻⁵, 19th, x_n, 2^(n+1), eˣ"),
        ("a<br>b<br />c", "a\nb\nc"),
        ("a <small>b</small> <span class='x'>c</span> <unknown> <stdio.h>", "a b c <unknown> <stdio.h>"),
        ("a<span style=\"display:none\">key</span>b", "ab"),
        ("<math>E = mc^2</math> and <chem>H2O</chem><math />", "$E = mc^2$ and $\\ce{H2O}$"),
        ("one\ntwo\n\nthree", "one two\n\nthree"),
        ("one\n----\ntwo", "one\n\ntwo"),
        ("a <includeonly>b</includeonly><noinclude>c</noinclude>", "a c"),
        ("{{{1|default}}} and {{{2}}}.", "default and."),
        ("Text {{'''broken", "Text broken"),
        ("Text ]] and }} and [[open", "Text and and open"),
    ],
)  # fmt: skip
def test_inline(wikitext: str, expected: str) -> None:
    assert text(wikitext) == expected


@pytest.mark.parametrize(
    ("wikitext", "expected"),
    [
        ("a<ref>b</ref>.", "a."),
        ("a<ref name=x /> b<ref name=\"y\">{{cite web|url=http://c.example/?d=e}}</ref>, c<ref group=n>[[d]]</ref>",
         "a b, c"),
        ("a <ref>b</ref> .", "a."),
        ("a<ref>never closed\nb", "a b"),
        ("a<ref>b\n\nc</ref> d</ref>", "a d"),
        ("a{{#tag:ref|b}}c<references><ref name=x>y</ref></references>", "ac"),
        ("<references />a{{reflist}}", "a"),
        ("a<REF>b</Ref>c", "ac"),
    ],
)  # fmt: skip
def test_references(wikitext: str, expected: str) -> None:
    assert text(wikitext) == expected


@pytest.mark.parametrize(
    ("wikitext", "expected"),
    [
        ("{{#if: yes | then | else }}", "then"),
        ("{{#if: | then | else }}", "else"),
        ("x{{#if: | then }}", "x"),
        ("{{#ifeq: a | a | same | other }}", "same"),
        ("{{#ifeq: a | b | same | other }}", "other"),
        ("{{#ifexpr: 0 | then | else }}", "else"),
        ("{{#switch: b | a = one | b = two | three }}", "two"),
        ("{{#switch: c | a = one | b = two | three }}", "three"),
        ("{{#switch: a | a | b = both | #default = none }}", "both"),
        ("{{#switch: z | a = one | #default = none }}", "none"),
        ("x{{#invoke:Module|function}}{{#expr: 1 + 1}}", "x"),
        ("{{lc:ABC}}{{uc:d}}{{ucfirst:ef}}{{lcfirst:GH}}", "abcDEfgH"),
        ("{{Template:Nowrap|a}} {{subst:nowrap|b}} {{nowrap |1=c}}", "a b c"),
    ],
)
def test_functions(wikitext: str, expected: str) -> None:
    assert text(wikitext) == expected


@pytest.mark.parametrize(
    ("wikitext", "expected"),
    [
        ("* one\n** two\n* three", "- one\n  - two\n- three"),
        ("# one\n# two\n## deep\n# three", "1. one\n2. two\n  1. deep\n3. three"),
        ("# one\n#: more\n# two", "1. one\n  more\n2. two"),
        ("; term\n: what it is", "term\nwhat it is"),
        (": set in\n:: further", "set in\nfurther"),
        ("* one\n\n# first", "- one\n1. first"),
        ("* \n* one\n* {{flagicon|X}}", "- one"),
        ("# one\n# {{flagicon|X}}\n# two", "1. one\n2. two"),
        ("text\n* one\ntext", "text\n\n- one\n\ntext"),
        (":''For other uses, see [[X]]''\ntext", "text"),
        ("<ul><li>one</li><li>two<ol><li>deep</li></ol></li></ul>text", "- one\n- two\n  1. deep\n\ntext"),
        ("<dl><dt>term</dt><dd>what</dd></dl>", "term\nwhat"),
    ],
)
def test_lists(wikitext: str, expected: str) -> None:
    assert text(wikitext) == expected


@pytest.mark.parametrize(
    ("wikitext", "expected"),
    [
        ("a\n== One ==\nb\n===Two===\nc", "a\n\nOne\n\nb\n\nTwo\n\nc"),
        ("a\n== Empty ==\n== One ==\nb\n== Last ==", "a\n\nOne\n\nb"),
        ("a\n== One ==\n=== Two ===\nb", "a\n\nOne\n\nTwo\n\nb"),
        ("a\n== References ==\nx\n=== Notes ===\ny\n== One ==\nb", "a\n\nOne\n\nb"),
        ("a\n== See also ==\n* [[x]]\n== External links ==\n* [http://y z]", "a"),
        ("a\n== ''Ref''erences: <!-- x --> ==\nb", "a"),
        ("a\n= =\n==b\n", "a = = ==b"),
        ("a\n==b== c", "a ==b== c"),
        ("a\n<h2>One</h2>b", "a\n\nOne\n\nb"),
        ("a\n{{main|X}}\n== One ==\n{{see also|Y}}\nb", "a\n\nOne\n\nb"),
    ],
)
def test_headings(wikitext: str, expected: str) -> None:
    assert text(wikitext) == expected


@pytest.mark.parametrize(
    ("wikitext", "expected"),
    [
        ("a\n<syntaxhighlight lang=\"python\">\ndef f(x):\n    return {{x}}\n</syntaxhighlight>\nb",
         "a\n\ndef f(x):\n    return {{x}}\n\nb"),
        ("<source lang=c>int x;  // ''y''</source>", "int x;  // ''y''"),
        ("a <syntaxhighlight inline>x = [[1]]</syntaxhighlight> b", "a x = [[1]] b"),
        ("<pre>\n one\n   two &lt;\n</pre>", " one\n   two <"),
        ("a\n one\n   two\nb", "a\n\none\n  two\n\nb"),
        ("a\n a slip\nb", "a\n\na slip\n\nb"),
        ("<poem>\nOne ''line'',\n:another.\n\nA stanza{{ref|x}}.\n</poem>", "One line,\nanother.\n\nA stanza."),
        ("<code>x = 1</code> and <tt>y</tt>", "x = 1 and y"),
        ("a<gallery>\nFile:x.jpg|caption\n</gallery>b<timeline>x</timeline><score>c</score><imagemap>d</imagemap>",
         "ab"),
        ("a<math>\n x\n</math>b<pre></pre>", "a$x$b"),
        ("<blockquote>Said.</blockquote>b", "Said.\n\nb"),
        ("<div class=x>one</div><div>two</div>", "one\n\ntwo"),
    ],
)  # fmt: skip
def test_blocks(wikitext: str, expected: str) -> None:
    assert text(wikitext) == expected


@pytest.mark.parametrize(
    ("wikitext", "page", "kind"),
    [
        ("Prose.", PAGE, "article"),
        ("'''X''' may mean\n* one\n{{disambig}}", PAGE, "disambiguation"),
        ("X\n__DISAMBIG__", PAGE, "disambiguation"),
        ("X", Page("X (Begriffsklärung)", "de"), "disambiguation"),
        ("Prose.", Page("List of things", "en"), "list"),
        ("Prose.", Page("Liste der Dinge", "de"), "list"),
        ("Prose.", Page("Liste der Dinge", "en"), "article"),
        ("A\n" + "* something long\n" * 10, PAGE, "list"),
        ("<poem>one\ntwo</poem>", PAGE, "poem"),
    ],
)
def test_kinds(wikitext: str, page: Page, kind: str) -> None:
    found = to_text(wikitext, page)
    assert isinstance(found, Extracted)
    assert found.meta == {"wikipedia_kind": kind}


@pytest.mark.parametrize(
    ("wikitext", "settings", "expected"),
    [
        ("abc", {"max_bytes": 3}, None),
        ("abcd", {"max_bytes": 3}, Reject("wikipedia.too_large", 4, 3)),
        ("éé", {"max_bytes": 3}, Reject("wikipedia.too_large", 4, 3)),
        ("{{nowrap|{{nowrap|x}}}}", {"max_depth": 2}, None),
        ("{{nowrap|{{nowrap|x}}}}", {"max_depth": 1}, Reject("wikipedia.too_deep", 2, 1)),
        ("[[a|[[b|[[c", {"max_depth": 2}, Reject("wikipedia.too_deep", 3, 2)),
        ("", {}, Reject("wikipedia.empty")),
        ("{{infobox}}\n== References ==\n<references/>", {}, Reject("wikipedia.empty")),
        ("== One ==", {}, Reject("wikipedia.empty")),
    ],
)
def test_limits_on_both_sides(wikitext: str, settings: dict[str, int], expected: Reject | None) -> None:
    found = to_text(wikitext, PAGE, TextSettings(**settings))
    assert (found if isinstance(found, Reject) else None) == expected


def test_names_of_another_wiki() -> None:
    page = Page("Titel", "xx", {"6": ("Fitxer",), "14": ("Categoria",)})
    assert text("a[[Fitxer:x.jpg|thumb|y]][[categoria:z]]b\n== Referenzen ==\nx\n== Примечания ==", page) == "ab"


@pytest.mark.parametrize(
    ("wikitext", "language", "expected"),
    [
        ("a-{zh-hans:one; zh-hant:other;}-b", "zh", "aoneb"),
        ("a-{plain}-b", "zh", "aplainb"),
        ("a-{H|zh-hans:one; zh-hant:other}-b", "zh", "ab"),
        ("a-{A|zh-hans:one; zh-hant:other}-b", "zh", "aoneb"),
        ("a-{one}-b", "en", "a-{one}-b"),
        ("a-{b", "zh", "a-{b"),
    ],
)
def test_variants(wikitext: str, language: str, expected: str) -> None:
    assert text(wikitext, Page("Title", language)) == expected


def test_ugly_text() -> None:
    assert text("a\x00\x01b\x03" + "5\x04c\r\nd\u2028e") == "ab5c d e"
    assert text("🙂 שלום \u200eמ\u00adx") == "🙂 שלום מx"
    assert text("a \ud83d b") == "a \ud83d b"
    assert text("&#1; &#3;0&#4; x") == "0 x"
