"""Templates that show one of their arguments: what they do to its looks, plain text does not know."""

from winnow.pipelines.sources.wikipedia.wikitext.call import Call
from winnow.pipelines.sources.wikipedia.wikitext.templates.handler import Handler, argument, names

_FIRST = """
    nowrap|nobr|nobreak|nowraplinks|nobold|noitalic|no italic|normal|small|smaller|midsize|larger|big|large|huge|petit
    smallsup|smallcaps|small caps|smcp|allcaps|aut|bold|b|italic|italics|em|strong|underline|u|strikethrough|strike
    overline|mono|code|codett|tt|kbd|samp|var|mvar|math|tmath|bigmath|key|button|ruby|abbr|abbreviation|abbrv|tooltip
    vanchor|visible anchor|unicode|iast|pie|script/hebrew|script/arabic|hebrew|rtl-para|polytonic|runic|nastaliq
    not a typo|typo|as written|proper name|tq|highlight|hlt|xt|mxt|!xt|linktext|plain link|plainlink|section link
    crossreference|cross reference|crossref|blockindent|block indent|bi|indented|center|centre|align center|left|right
    justify|stack|native name|native phrase|cn span|citation needed span|clarify span|failed verification span
    dubious span|nihongo2|kana|br separated entries|longitem|ipa link|ipalink|ipablink|versalitas|kapitälchen
    petites capitales|maiuscoletto|tree list|w
"""
_SECOND = """
    color|colour|font color|font colour|fontcolor|background color|bgcolor|hover title|align|resize|font|sort|script
    rtl-lang|ltr-lang|text color|couleur|farbe|colore
"""
_SHORT = 4
_LETTERS = "angbr|angle bracket|angbr ipa|vr|grapheme"


def sic(call: Call) -> str:
    """{{sic|wrnog}}: the words as they are; alone the mark itself."""
    shown = "".join(call.positional()[:2])
    return shown or "[sic]"


def small_capitals(call: Call) -> str:
    """{{sc|bc}}: "BC"; of a longer word only the looks are another."""
    text = call.get("1")
    return text.upper() if len(text) < _SHORT else text


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
    **dict.fromkeys(("sc", "sc1", "sc2"), small_capitals),
    "key press": keys,
    "bracket": lambda call: f"[{call.get('1')}]",
    **{name: lambda call: f"⟨{joined(call)}⟩" for name in names(_LETTERS)},
    "brackets": lambda call: f"[{call.get('1')}]",
    "sup": lambda call: f"<sup>{call.get('1')}</sup>",
    "sub": lambda call: f"<sub>{call.get('1')}</sub>",
    "su": lambda call: f"<sup>{call.get('p')}</sup><sub>{call.get('b')}</sub>",
    "unichar": lambda call: f"U+{call.get('1')} {call.get('2', 'name')}".rstrip(),
    "subsup": lambda call: f"{call.get('1')}<sub>{call.get('2')}</sub><sup>{call.get('3')}</sup>",
}
