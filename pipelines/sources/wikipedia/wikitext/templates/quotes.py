"""Quotations: what is quoted as a paragraph of its own, who said it on the next line."""

# ruff: noqa: RUF001  marks that look like others are meant

from winnow.pipelines.sources.wikipedia.prose.marks import BREAK, CUT, verse
from winnow.pipelines.sources.wikipedia.wikitext.call import Call
from winnow.pipelines.sources.wikipedia.wikitext.templates.handler import Handler, names

_BLOCKS = """
    quote|blockquote|bquote|block quote|cquote|rquote|quotation|centered pull quote|pull quote|long quotation|quote2|qb
    bq|quotetext|zitat|citation bloc|cita|citazione|citação|citaat|cytat|citat|цитата
"""
_VERSE = "poemquote|poem quote|poem|quote poem|verse translation|verse"


def block(call: Call) -> str:
    """{{quote|text|author|source}}"""
    text = call.get("text", "1", "quote", "quotetext", "texte", "testo", "texto", "tekst")
    if not text:
        return CUT
    said = [call.get("author", "2", "sign", "auteur", "autor", "autore", "автор"), call.get("source", "title", "3")]
    by = ", ".join(filter(None, said))
    return f"\n\n{text}{f'{BREAK}— {by}' if by else ''}\n\n"


def poem(call: Call) -> str:
    """{{poemquote|first line, second line}} on lines of their own."""
    texts = [text for key in ("text", "1", "2") if (text := call.get(key))]
    return verse("\n\n".join(texts[:2] if call.name == "verse translation" else texts[:1])) if texts else CUT


def inline(call: Call) -> str:
    """{{"|text}}"""
    text = call.get("1", "text")
    return f"“{text}”" if text else CUT


def source(call: Call) -> str:
    """{{harvtxt|Smith|Jones|1990|p=4}}: "Smith & Jones (1990)", where a sentence goes on with it."""
    *authors, year = call.positional()[:5] or [""]
    if not authors:
        return year or CUT
    who = (
        f"{authors[0]} et al." if len(authors) > 3 else " & ".join(filter(None, [", ".join(authors[:-1]), authors[-1]]))
    )
    return f"{who} {year}" if call.name in ("harvnb", "harvcolnb") else f"{who} ({year})"


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(names(_BLOCKS), block),
    **dict.fromkeys(names(_VERSE), poem),
    **dict.fromkeys(("qi", "quote inline", "inline quote", "citation inline", "“"), inline),
    **dict.fromkeys(("harvtxt", "harvcoltxt", "harvp", "harvnb", "harvcolnb"), source),
    "gloss": lambda call: f"‘{call.get('1')}’",
    "single+double": lambda call: f"'\"{call.get('1')}\"'",
}
