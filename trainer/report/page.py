"""The frame of run.html: a page that holds its own style and the little script that reads values off the charts.

It is whole without the script, prints, follows the reader's choice of light or dark, and asks the network for nothing.
"""

import html
from importlib import resources

STYLE = """\
.grid2 { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); gap: 12px; }
.below { margin-top: 12px; }
figcaption { font-weight: 600; margin-bottom: 6px; }
svg { display: block; width: 100%; height: auto; overflow: visible; touch-action: pan-y; }
svg svg { overflow: hidden; }
svg .grid { stroke: var(--rule); } svg .axis { stroke: var(--soft); }
svg .level { stroke: var(--soft); stroke-dasharray: 5 4; } svg .cursor { stroke: var(--soft); stroke-dasharray: 2 3; }
.line { fill: none; stroke: var(--hue); stroke-width: 2; stroke-linejoin: round; }
.line.faint { stroke-width: 1; opacity: .4; } .dot { fill: var(--hue); } .band { fill: var(--hue); opacity: .09; }
.band.c0 { opacity: .2; }
.c0 { --hue: var(--c0); } .c1 { --hue: var(--c1); } .c2 { --hue: var(--c2); } .c3 { --hue: var(--c3); }
.c4 { --hue: var(--c4); } .c5 { --hue: var(--c5); } .c6 { --hue: var(--c6); } .c7 { --hue: var(--c7); }
.c8 { --hue: var(--c8); }
.legend { display: flex; flex-wrap: wrap; gap: 2px 16px; margin-top: 8px; font-size: 13px; color: var(--soft); }
.chip i { display: inline-block; width: 10px; height: 10px; border-radius: 3px; background: var(--hue);
  margin-right: 5px; } .chip b { color: var(--ink); font-weight: 600; } .chip.faint i { opacity: .4; }
.bar { display: flex; height: 26px; border-radius: 6px; overflow: hidden; gap: 1px; }
.bar i { background: var(--hue); min-width: 1px; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(210px, 1fr)); gap: 6px 20px; }
.facts span { display: block; overflow-wrap: anywhere; }
th, td { white-space: nowrap; } th:first-child, td:first-child { text-align: left; }
th.words, td.words { text-align: left; white-space: normal; overflow-wrap: break-word; min-width: 11em; }
details { margin-top: 12px; } summary { font-weight: 600; }
pre { overflow-x: auto; font-size: 12.5px; line-height: 1.45; margin: 10px 0 0; }
.tip { position: absolute; z-index: 2; pointer-events: none; background: var(--card); border: 1px solid var(--rule);
  border-radius: 8px; padding: 6px 10px; font-size: 12.5px; box-shadow: 0 4px 18px #0003; white-space: nowrap; }
.tip div { display: flex; justify-content: space-between; gap: 16px; }
"""

SCRIPT = """\
for (const figure of document.querySelectorAll('.chart')) {
  const data = JSON.parse(figure.querySelector('script').textContent);
  const svg = figure.querySelector('svg'), cursor = svg.querySelector('.cursor');
  const tip = Object.assign(document.createElement('div'), {className: 'tip', hidden: true});
  figure.append(tip);
  const hide = () => { tip.hidden = true; cursor.setAttribute('visibility', 'hidden'); };
  svg.addEventListener('pointerleave', hide);
  svg.addEventListener('pointermove', event => {
    const box = svg.getBoundingClientRect(), scale = svg.viewBox.baseVal.width / box.width;
    const x = (event.clientX - box.left) * scale;
    const near = (points, x) => points.reduce((a, b) => Math.abs(b[0] - x) < Math.abs(a[0] - x) ? b : a);
    const place = near(data.lines[0].points, x);
    const rows = data.lines.map(line => [line, near(line.points, place[0])])
      .filter(([, point]) => Math.abs(point[0] - place[0]) < 12);
    tip.replaceChildren(Object.assign(document.createElement('em'), {textContent: `${place[1]} ${data.x}`}));
    for (const [line, point] of rows) {
      const row = document.createElement('div'), name = document.createElement('span');
      name.className = `chip ${line.colour}`;
      name.append(document.createElement('i'), line.name);
      row.append(name, Object.assign(document.createElement('b'), {textContent: point[2]}));
      tip.append(row);
    }
    cursor.setAttribute('x1', place[0]); cursor.setAttribute('x2', place[0]);
    cursor.setAttribute('visibility', 'visible');
    tip.hidden = false;
    const left = place[0] / scale + box.left - figure.getBoundingClientRect().left;
    const right = left + 14 + tip.offsetWidth > figure.clientWidth;
    tip.style.left = `${right ? Math.max(0, left - 14 - tip.offsetWidth) : left + 14}px`;
    tip.style.top = '48px';
  });
}
"""


def base() -> str:
    """Colours, type and tables, which all our pages share."""
    return resources.files("winnow").joinpath("data_cards", "page", "base.css").read_text(encoding="utf-8")


def page(title: str, body: str) -> str:
    """A whole document; `body` is HTML, `title` is text."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)}</title>\n<style>\n{base()}{STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n"
    )


def tiles(figures: list[tuple[str, str, str]]) -> str:
    """Headline figures: (what it is, the figure, a quiet remark)."""
    return '<div class="tiles">' + "".join(
        f'<div class="tile"><em>{html.escape(name)}</em><b>{html.escape(figure)}</b>'
        f'<span class="quiet">{html.escape(remark)}</span></div>'
        for name, figure, remark in figures
    ) + "</div>"  # fmt: skip


def facts(known: list[tuple[str, str]]) -> str:
    """Names with what they stand for, side by side."""
    parts = "".join(f"<div><em>{html.escape(name)}</em><span>{html.escape(fact)}</span></div>" for name, fact in known)
    return f'<div class="card facts">{parts}</div>'


def table(heads: list[str], rows: list[list[str]], words: frozenset[int] = frozenset()) -> str:
    """A table of text; columns in `words` may break over lines."""
    wide = [' class="words"' if i in words else "" for i in range(len(heads))]
    head = "".join(f"<th{kind}>{html.escape(name)}</th>" for name, kind in zip(heads, wide, strict=True))
    body = "".join(
        "<tr>" + "".join(f"<td{k}>{html.escape(cell)}</td>" for cell, k in zip(row, wide, strict=True)) + "</tr>"
        for row in rows
    )
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
