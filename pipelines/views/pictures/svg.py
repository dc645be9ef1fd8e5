"""The frame, the style and the parts of a picture: SVG that needs no script, font or network, and follows the reader's
choice of light or dark. It has a ground of its own, so that it can be read on a page of the other kind as well.

Kinds are told apart by more than their colours: what was dropped is hatched.
"""

import html
from collections.abc import Sequence

from winnow.pipelines.text import REPLACED, clean
from winnow.pipelines.views.tabular import width

WIDTH = 760
MARGIN = 20
_STYLE = """
:root { --card: #ffffff; --ink: #1d1c1a; --soft: #625f59; --rule: #e4e1da; --kept: #5b7fd6; --dropped: #d2502f; }
@media (prefers-color-scheme: dark) { :root { --card: #1f1f22; --ink: #ecebe7; --soft: #a9a69f; --rule: #36363c;
  --kept: #6f93ea; --dropped: #ec7a58; } }
text { font: 13px system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; fill: var(--ink); }
.title { font-size: 15px; font-weight: 600; } .soft { fill: var(--soft); font-size: 12px; }
.card { fill: var(--card); stroke: var(--rule); } .line { stroke: var(--rule); } .kept { fill: var(--kept); }
.dropped { fill: url(#hatch); stroke: var(--dropped); } .hatch { stroke: var(--dropped); stroke-width: 2.5; }
""".strip()
_HATCH = (
    '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<line class="hatch" x1="1.5" x2="1.5" y1="0" y2="6"/></pattern></defs>'
)
_NO_XML = dict.fromkeys((0xFFFE, 0xFFFF), REPLACED)
"""Characters that are no text of XML; `clean` replaces the others."""
KEPT, DROPPED = "kept", "dropped"


def picture(title: str, about: str, height: float, parts: Sequence[str]) -> str:
    """The file; `about` is for those who do not see it."""
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {px(height)}" width="{WIDTH}" '
        f'height="{px(height)}" role="img" aria-labelledby="about">',
        f'<title id="about">{words(about)}</title>', f"<style>\n{_STYLE}\n</style>", _HATCH,
        f'<rect class="card" x="0.5" y="0.5" width="{WIDTH - 1}" height="{px(height - 1)}" rx="10"/>',
        text(MARGIN, 32, title, "title"), *parts, "</svg>\n",
    ])  # fmt: skip


def text(x: float, y: float, said: str, kind: str = "", anchor: str = "") -> str:
    """A line of text."""
    more = "".join(f' {name}="{value}"' for name, value in (("class", kind), ("text-anchor", anchor)) if value)
    return f'<text x="{px(x)}" y="{px(y)}"{more}>{words(said)}</text>'


def bar(kind: str, x: float, y: float, width: float, height: float) -> str:
    """A rectangle; nothing where it has no width or height. What is not nothing is at least a line."""
    if width <= 0 or height <= 0:
        return ""
    return f'<rect class="{kind}" x="{px(x)}" y="{px(y)}" width="{px(max(width, 1))}" height="{px(max(height, 1))}"/>'


def line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="line" x1="{px(x1)}" y1="{px(y1)}" x2="{px(x2)}" y2="{px(y2)}"/>'


def legend(y: float, kinds: Sequence[tuple[str, str]]) -> list[str]:
    """Squares with what they stand for, on one line from the left; `kinds` are (kind, words)."""
    parts, x = [], float(MARGIN)
    for kind, said in kinds:
        parts += [bar(kind, x, y - 10, 12, 12), text(x + 18, y, said, "soft")]
        x += 18 + room(said) + 24
    return parts


def name(said: str, most: int) -> str:
    """A name from a recipe or a page, of at most so many columns; a wide character takes two. What is longer lacks its
    middle, for names of steps are told apart at their ends."""
    text = clean(said)
    if max(len(text), width(text)) <= most:
        return text
    head, tail = text[: most * 2 // 3], text[len(text) - most // 3 + 1 :]
    while width(head) + 1 + width(tail) > most:
        head, tail = (head[:-1], tail) if len(head) > len(tail) else (head, tail[1:])
    return f"{head}…{tail}"


def room(said: str) -> float:
    """About the pixels that a soft text takes."""
    return 6.6 * width(said)


def words(said: str) -> str:
    """Text of XML."""
    return html.escape(clean(said).translate(_NO_XML))


def px(value: float) -> str:
    """Tenths of a pixel are enough."""
    return f"{round(value, 1):g}"
