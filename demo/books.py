"""Two editions of one book, as volunteers publish them: lines broken by hand, a header, a licence."""

import textwrap

from demo.prose import ARTICLES

TITLE, AUTHOR = "Papers for Long Evenings", "Ada Miller"
_HEADER = """\
The Project Gutenberg eBook of {title}

This header belongs to the demonstration: the book was put together for it and is nobody else's.

Title: {title}

Author: {author}

Release date: January 31, 2026 [eBook #{number}]

Language: English

Character set encoding: {charset}

*** START OF THE PROJECT GUTENBERG EBOOK {upper} ***



"""
_NOTE = """\
Transcriber's Note: obvious errors of the printer were corrected, and nothing else.



"""
_FOOTER = """


*** END OF THE PROJECT GUTENBERG EBOOK {upper} ***

This is where the licence would stand, on which nothing of the demonstration depends.
"""
_VERSE = """\
    The tide came in, the tide went out,
      And took the boats along;
    The keeper turned the lamp about
      And sang his evening song.
"""


def editions() -> dict[str, bytes]:
    """file -> bytes: one edition in UTF-8 with wide lines, one in Latin-1 with narrow ones and a note."""
    return {
        "papers-for-long-evenings.txt": _edition(72, "UTF-8", 90001, ""),
        "papers-for-long-evenings-8.txt": _edition(60, "ISO-8859-1", 90002, _NOTE),
    }


def _edition(width: int, charset: str, number: int, note: str) -> bytes:
    facts = {"title": TITLE, "author": AUTHOR, "upper": TITLE.upper(), "charset": charset, "number": number}
    chapters = [_chapter(at, title, body, width) for at, (title, body) in enumerate(ARTICLES[1::2], 1)]
    front = f"{TITLE.upper()}\n\nby\n\n{AUTHOR}\n\n\n\n{note}"
    text = _HEADER.format(**facts) + front + "\n\n\n".join(chapters) + _FOOTER.format(**facts)
    return text.replace("\n", "\r\n").encode(charset)


def _chapter(number: int, title: str, body: str, width: int) -> str:
    paragraphs = [textwrap.fill(" ".join(paragraph.split()), width) for paragraph in body.split("\n\n")]
    verse = [_VERSE] if number % 3 == 1 else []
    return "\n\n".join([f"CHAPTER {number}", title.upper(), *paragraphs, *verse])
