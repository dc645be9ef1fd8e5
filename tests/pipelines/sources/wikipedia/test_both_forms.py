"""The same page as wikitext and as Parsoid's HTML of it: the texts agree."""

# ruff: noqa: RUF001  marks that look like others are meant

import pytest

from winnow.pipelines.extraction.extracted import Extracted
from winnow.pipelines.sources.wikipedia.html.to_text import to_text as from_html
from winnow.pipelines.sources.wikipedia.page import Page
from winnow.pipelines.sources.wikipedia.wikitext.to_text import to_text as from_wikitext

PAGE = Page("Title", "en", {"6": ("File",), "14": ("Category",)})
PERSON = (
    """{{Infobox person|name=Ada|born={{birth date|1815|12|10}}}}
'''Ada Lovelace''' ({{IPAc-en|ˈ|eɪ|d|ə}}; 10 December 1815{{snd}}1852) was an [[England|English]]
mathematician.<ref>A</ref>

== Life ==
{{main|Life of Ada}}
She wrote of ''numbers''{{sfn|Ada|1843}} and said:
{{quote|We may say most aptly.|Ada|Notes}}

=== Works ===
* ''Notes'' (1843)<ref name="x" />
** Note G
# first
# second

== References ==
{{reflist}}
[[Category:People]]""",
    """<table class="infobox biography vcard"><tbody><tr><th>Ada</th></tr></tbody></table>
<p><b>Ada Lovelace</b> (<span class="rt-commentedText nowrap"><span
class="IPA nopopups noexcerpt">/ˈeɪdə/</span></span>;
10 December 1815<span typeof="mw:Entity">&nbsp;</span>– 1852) was an <a rel="mw:WikiLink" href="./England">English</a>
mathematician.<sup class="mw-ref reference" typeof="mw:Extension/ref"><a href="#cite_note-1">[1]</a></sup></p>
</section><section><h2 id="Life">Life</h2><div role="note" class="hatnote">Main article: Life of Ada</div>
<p>She wrote of <i>numbers</i><sup class="reference">[2]</sup> and said:</p>
<blockquote class="templatequote"><p>We may say most aptly.</p>
<div class="templatequotecite">— <cite>Ada, Notes</cite></div>
</blockquote></section><section><h3 id="Works">Works</h3><ul><li><i>Notes</i> (1843)<sup class="reference">[3]</sup>
<ul><li>Note G</li></ul></li></ul><ol><li>first</li><li>second</li></ol></section>
<section><h2 id="References">References</h2><div class="mw-references-wrap"><ol class="references"><li>A</li></ol></div>
<link rel="mw:PageProp/Category" href="./Category:People"/></section>""",
)
SCIENCE = (
    """Water is H<sub>2</sub>O; <math>E = mc^2</math> holds at 10<sup>5</sup>&nbsp;K.
{| class="wikitable"
|+ Units
! Name !! Sign
|-
| rowspan="2" | metre<ref>x</ref> || m
|-
| m²
|}
<syntaxhighlight lang="python">
x = [1]
  y
</syntaxhighlight>
; term
: what it is
<gallery>
File:x.jpg|A picture
</gallery>""",
    """<p>Water is H<sub>2</sub>O; <span class="mwe-math-element" typeof="mw:Extension/math"
data-mw='{"name":"math","attrs":{},"body":{"extsrc":"E = mc^2"}}'><math><semantics><annotation
encoding="application/x-tex">{\\displaystyle E=mc^{2}}</annotation></semantics></math></span> holds at
10<sup>5</sup><span typeof="mw:Entity">&nbsp;</span>K.</p>
<table class="wikitable"><caption>Units</caption><tbody><tr><th>Name</th><th>Sign</th></tr>
<tr><td rowspan="2">metre<sup class="reference">[1]</sup></td><td>m</td></tr><tr><td>m²</td></tr></tbody></table>
<div class="mw-highlight mw-highlight-lang-python" typeof="mw:Extension/syntaxhighlight"><pre><span>x</span> = [1]
  y
</pre></div><dl><dt>term</dt><dd>what it is</dd></dl>
<ul class="gallery mw-gallery-traditional" typeof="mw:Extension/gallery"><li class="gallerybox">A picture</li></ul>""",
)
POEM = (
    """The poem:
<poem>
One line,
another.

A stanza.
</poem>
It ends.[[File:a.jpg|thumb|caption]]
 one
   two
<blockquote>Said.</blockquote>""",
    """<p>The poem:</p><div class="poem" typeof="mw:Extension/poem"><p>One line,<br/>another.</p><p>A stanza.</p></div>
<p>It ends.</p><figure typeof="mw:File/Thumb"><figcaption>caption</figcaption></figure><pre>one
  two</pre><blockquote><p>Said.</p></blockquote>""",
)
DISAMBIGUATION = (
    """'''Title''' may mean:
* [[Title (film)]], a film
* [[Title (town)|a town]]
== See also ==
* [[Other]]
{{disambiguation}}""",
    """<p><b>Title</b> may mean:</p><ul><li><a rel="mw:WikiLink" href="./Title_(film)">Title (film)</a>, a film</li>
<li><a rel="mw:WikiLink" href="./Title_(town)">a town</a></li></ul></section><section>
<h2>See also</h2><ul><li>Other</li></ul>
<div role="note" class="metadata dmbox dmbox-disambig" id="disambigbox"><p>This page</p></div>
<meta property="mw:PageProp/disambiguation"/></section>""",
)


@pytest.mark.parametrize(("wikitext", "html"), [PERSON, SCIENCE, POEM, DISAMBIGUATION])
def test_both_give_the_same(wikitext: str, html: str) -> None:
    one = from_wikitext(wikitext, PAGE)
    other = from_html(f"<html><head><title>T</title></head><body><section>{html}</section></body></html>", PAGE)
    assert isinstance(one, Extracted)
    assert isinstance(other, Extracted)
    assert (other.text, other.meta) == (one.text, one.meta)


def test_what_a_page_reads_like() -> None:
    found = from_wikitext(PERSON[0], PAGE)
    assert isinstance(found, Extracted)
    assert (
        found.text
        == """Ada Lovelace (/ˈeɪdə/; 10 December 1815 – 1852) was an English mathematician.

Life

She wrote of numbers and said:

We may say most aptly.
— Ada, Notes

Works

- Notes (1843)
  - Note G
1. first
2. second"""
    )
