"""Templates that always show the same: marks that are hard to type, spaces, pieces of tables."""

# ruff: noqa: RUF001  marks that look like others are meant

from winnow.pipelines.sources.wikipedia.wikitext.templates.handler import Handler, constant

_SHOWN = {
    "–": "ndash|en dash|endash|--", "—": "mdash|em dash|emdash|mdashb|---",
    " – ": "spaced ndash|snd|sndash|spnd|spaced en dash|snds|spaced endash", " — ": "spaced mdash|smd",
    " ": "nbsp|spaces|space|thinsp|thin space|hair space|hairsp|px1|px2|px3", " · ": "·|dot|middot",
    " • ": "•|bull|bullet", " / ": "\\|spaced slash", "": "zwsp|shy|wbr|0|gap|!((", "'": "'|apos|sq", "'s": "'s|’s",
    '"': "\"|dq", "' \"": "' \"|' '\"", "\" '": "\" '", "'\"": "'\"|\"'", "-'": "-'", "'-": "'-", "=": "=|equals|eq",
    ":": "colon", "*": "*|asterisk", "#": "hash|hash-tag|number sign", "…": "ellipsis|...", "†": "dagger|dag|†",
    "‡": "ddag|double-dagger|double dagger|‡", "★": "star|fstar", "′": "prime", "″": "double prime|pprime",
    "×": "times|x|by", "−": "minus", "±": "plusminus|+-|pm|±", "°": "degree|deg", "ʻ": "okina|ʻokina|ʻ", "ʼ": "hamza",
    "ʿ": "ayin|ayn", "✓": "tick|check mark|yes check|ya|aye|check|y&", "✗": "cross|x mark|xmark", "N/A": "na|n/a",
    "TBA": "tba", "TBD": "tbd", "▲": "increase|gain|up", "▼": "decrease|loss|down", "▬": "steady|no change",
    "♂": "male|♂", "♀": "female|♀", "π": "pi|π", "∞": "infinity", "√": "root", "⇌": "eqm|equilibrium",
    "→": "arrow|yields|→", "←": "larr|←", "ℓ": "ell", "@": "@|at sign", "BC": "bc", "AD": "ad", "Mme": "mme",
    "Mlle": "mlle", "Mgr": "mgr", "av. J.-C.": "av jc|av j-c|av. j.-c.", "apr. J.-C.": "apr jc|ap jc|apr. j.-c.",
    "1er": "1er", "1re": "1re", "¥": "yen", "€": "euro", "₽": "руб", "|": "!|pipe|mid|bar", "||": "!!", "\n|-\n": "!-",
    "\n{|": "(!", "\n|}": "!)", "[": "!(|lsqb|(-", "]": ")!|rsqb|-)",
    "\n": "clear|-|clr|clear left|clear right|brk|clearleft|clearright|col-end|end", "<br>": "br|break|crlf|nl",
    "\n\n": "pb|paragraph break|paragraph|par|pbr|parabr",
}  # fmt: skip

HANDLERS: dict[str, Handler] = {name: constant(text) for text, listed in _SHOWN.items() for name in listed.split("|")}
HANDLERS["|"] = constant("|")
