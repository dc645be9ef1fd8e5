"""Templates that show one of their arguments: what they do to its looks, plain text does not know."""

from winnow.pipelines.sources.wikipedia.wikitext.call import Call
from winnow.pipelines.sources.wikipedia.wikitext.templates.handler import Handler, argument, names

_FIRST = """
    nowrap|nobr|nobreak|nowraplinks|nowr|nobold|nobold|noitalic|no italics|normal|nonbold
    small|smaller|midsize|larger|big|large|huge|petit|smallsup|smalldiv|sc|sc1|sc2|smallcaps|small caps|smcp|allcaps
    bold|b|italic|italics|em|strong|underline|u|ul|strikethrough|strike|s|overline|mono|code|codett|tt|kbd|samp|var|mvar|math|tmath
    bigmath|abbr|abbreviation|abbrv|tooltip|vanchor|visible anchor|vis anchor|unicode|iast|pie|script/hebrew|script/arabic
    ruby|keypress|key|keyboard|button|not a typo|typo|as written|proper name|tq|highlight|hlt|xt|mxt|!xt|linktext
    blockindent|block indent|bi|indented|center|centre|align center|left|right|justify|crossreference|cross reference|crossref
    section link|cn span|citation needed span|fact span|clarify span|failed verification span|dubious span|synthesis span
    nihongo2|nihongo krt|nihongo core|kana|hebrew|rtl-para|transl-he|native name text|longitem|native phrase|no spam
    br separated entries|asiantitle|fake heading|pre2|phonetic|grapheme|grapheme link|ipa link|ipalink|ipa all|ipablink
    polytonic|grec|grek|gre|runic|coptic|cuneiform|gothic|hiero|nastaliq|versalitas|kapitälchen|titre|petites capitales
    maiuscoletto|sorting|text|plainlink|plain link|wikt|wiktlink|w|stack|stack begin|unbullet|poem text|cquote text
    wide content|resize content|scrollable content|overflow|nobots text|tree list|glossary text|sic inline
"""
_SECOND = """
    color|colour|font color|font colour|fontcolor|background color|bgcolor|background colour|hover title|align|resize|font
    sort|hs text|style|script|rtl-lang|lang|bigger|wikt-lang|ltr-lang|text color|color text|couleur|farbe|colore
"""


def sic(call: Call) -> str:
    """{{sic|wrnog}}: the words as they are; alone the mark itself."""
    shown = "".join(call.positional()[:2])
    return shown or "[sic]"


def joined(call: Call) -> str:
    """The arguments one after the other."""
    return "".join(call.positional())


def keys(call: Call) -> str:
    """{{key press|Ctrl|C}}"""
    return "+".join(call.positional())


HANDLERS: dict[str, Handler] = {
    **{name: argument("1", "text", "content") for name in names(_FIRST)},
    **{name: argument("2", "text", "1") for name in names(_SECOND)},
    "fontcolour": argument("3", "2", "text"),
    "sic": sic,
    "key press": keys,
    "bracket": lambda call: f"[{call.get('1')}]",
    "angbr": lambda call: f"⟨{joined(call)}⟩",
    "angle bracket": lambda call: f"⟨{joined(call)}⟩",
    "angbr ipa": lambda call: f"⟨{joined(call)}⟩",
    "brackets": lambda call: f"[{call.get('1')}]",
    "sup": lambda call: f"<sup>{call.get('1')}</sup>",
    "sub": lambda call: f"<sub>{call.get('1')}</sub>",
    "su": lambda call: f"<sup>{call.get('p')}</sup><sub>{call.get('b')}</sub>",
    "unichar": lambda call: f"U+{call.get('1')} {call.get('2', 'name')}".rstrip(),
    "subsup": lambda call: f"{call.get('1')}<sub>{call.get('2')}</sub><sup>{call.get('3')}</sup>",
}
