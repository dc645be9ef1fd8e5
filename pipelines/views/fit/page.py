"""report.html of `winnow fit-limits`: each rule with the picture of its cut, and the documents just beyond it.

It is whole without script and network, and follows the reader's choice of light or dark.
"""

import html
from collections.abc import Sequence
from importlib import resources

from winnow.pipelines.fit.fitted import Fitted, FittedRule, Limit, Side, StopWords
from winnow.pipelines.text import clean
from winnow.pipelines.views.fit.picture import picture
from winnow.pipelines.views.tabular import NOTHING, count, exact, measure, measure_beside, percent, plural, share

STYLE = """\
:root { --kept: light-dark(#8fa8e0, #5a76bd); --dropped: light-dark(#e0603f, #e0734f); --fitted: var(--warn);
  --recipe: var(--ink); --published: var(--c8); }
main { max-width: 1240px; }
h1 { margin-bottom: 12px; font-size: 26px; line-height: 1.25; }
p { max-width: 80ch; }
.grid2 { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 460px), 1fr)); gap: 12px; }
figcaption { font-weight: 600; overflow-wrap: anywhere; }
svg { display: block; width: 100%; height: auto; margin: 6px 0; }
svg text { font-size: 11px; }
svg .grid { stroke: var(--rule); } svg .axis { stroke: var(--soft); }
svg rect.kept { fill: var(--kept); } svg rect.dropped { fill: var(--dropped); }
svg line.fitted { stroke: var(--fitted); stroke-width: 2; }
svg line.recipe { stroke: var(--recipe); stroke-width: 1.5; stroke-dasharray: 6 4; }
svg line.published { stroke: var(--published); stroke-width: 1.5; stroke-dasharray: 2 3; }
.key { display: inline-block; width: 18px; margin-right: 6px; vertical-align: middle; border-top: 2px solid; }
.key.fitted { border-color: var(--fitted); } .key.recipe { border-color: var(--recipe); border-top-style: dashed; }
.key.published { border-color: var(--published); border-top-style: dotted; }
table { font-size: 13px; }
th, td { padding: 3px 8px; }
.left { text-align: left; overflow-wrap: anywhere; }
details { margin-top: 8px; font-size: 13px; }
"""


def render(found: Fitted) -> str:
    """The page."""
    title = html.escape(clean(f"Limits for {found.language!r}, recipe {found.recipe}"))
    fitted = [rule for rule in found.rules if any(side.fitted for side in rule.sides)]
    others = [rule for rule in found.rules if rule.documents and rule not in fitted]
    body = [
        f"<h1>{title}</h1>", *_about(found),
        *(["<h2>Stop words</h2>", *(_words(found, words) for words in found.stop_words)] if found.stop_words else []),
        *_section("Fitted", found, fitted), *_section("Left as they are", found, others),
    ]  # fmt: skip
    base = resources.files("winnow").joinpath("data_cards", "page", "base.css").read_text(encoding="utf-8")
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{base}{STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(body) + "\n</main>\n</body>\n</html>\n"
    )  # fmt: skip


def _about(found: Fitted) -> list[str]:
    reference, whole = found.reference, found.reference.languages.get(found.language, 0)
    most = list(reference.languages.items())[:8]
    languages = ", ".join(f"{html.escape(clean(code))} {count(often)}" for code, often in most)
    more = len(reference.languages) - len(most)
    lost = ", ".join(f"{html.escape(clean(rule))} {count(often)}" for rule, often in reference.lost.items())
    chosen = "all of them" if whole == found.sample else "chosen by hash of their ids"
    lines = [
        f"The reference ({html.escape(clean(', '.join(reference.given)))}) has "
        f"{plural(reference.documents, 'document')} in {plural(reference.files, 'file')}: {languages}"
        f"{f' and {count(more)} other languages' if more > 0 else ''}. "
        f"{plural(found.sample, 'document')} in {html.escape(found.language)} were measured, {chosen}.",
        f"Each limit is set where at most {percent(found.drop)} of these documents are beyond it (of a rule with two "
        "limits half as many on each side), and is rounded outward: a cut of the tail, as FineWeb-2 (Penedo et al. "
        "2025) makes them for each language. Where the reference has no tail the limit stays as it is.",
        f"<b>By the fitted limits {share(found.dropped, found.sample)} of the documents break some rule, by the "
        f"recipe's {share(found.dropped_before, found.sample)}.</b>",
        '<span class="key fitted"></span>fitted &emsp; <span class="key recipe"></span>the recipe\'s &emsp; '
        '<span class="key published"></span>published, where the recipe has another. Bars are as high as the logarithm '
        "of their documents; what lies farther out is in the first or the last bar.",
    ]
    if lost:
        lines.append(f'<span class="quiet">Not read or not measured: {lost}.</span>')
    return [f"<p>{line}</p>" for line in lines]


def _words(found: Fitted, words: StopWords) -> str:
    rows = [[html.escape(clean(each.word)), count(each.documents), share(each.documents, found.sample)]
            for each in words.words]  # fmt: skip
    head = f"<figcaption>{html.escape(clean(words.step))}.stop_words</figcaption>"
    holding = (
        f"<p>{share(words.holding, found.sample)} of the documents hold {exact(words.least)} or more of them; by the "
        f"recipe's own words and limit {share(words.before, found.sample)} pass.</p>"
    )
    table = _table(["word", "documents", "share"], rows) if rows else "<p>No word of one script was found.</p>"
    return f'<div class="grid2"><figure class="card">{head}{holding}{table}</figure></div>'


def _section(title: str, found: Fitted, rules: Sequence[FittedRule]) -> list[str]:
    if not rules:
        return []
    return [f"<h2>{title}</h2>", '<div class="grid2">', *(_figure(found, rule) for rule in rules), "</div>"]


def _figure(found: Fitted, rule: FittedRule) -> str:
    name = html.escape(clean(f"{rule.step}.{rule.measure}"))
    spread = f"{plural(rule.documents, 'document')} with a value"
    if rule.documents:
        spread += f": {measure(rule.least)} to {measure(rule.most)}, half of them up to {measure(rule.median)}"
    head = ["", "fitted", "drops", "recipe", "drops", "published", "drops"]
    rows = [_row(found, side) for side in rule.sides]
    why = "; ".join(f"{side.side}: {side.why}" for side in rule.sides if side.why)
    parts = [
        f"<figcaption>{name}</figcaption>", f'<p class="quiet">{spread}</p>', picture(rule), _table(head, rows),
        f'<p class="quiet">{html.escape(why)}</p>' if why else "", *map(_beyond, rule.sides),
    ]  # fmt: skip
    return f'<figure class="card">{"".join(parts)}</figure>'


def _row(found: Fitted, side: Side) -> list[str]:
    head = "at least" if side.side == "min" else "at most"
    return [head, *cells(found, side.fitted), *cells(found, side.recipe), *cells(found, side.published)]


def cells(found: Fitted, limit: Limit | None) -> list[str]:
    """A limit, and the share of the documents that it drops."""
    return [exact(limit.value), share(limit.dropped, found.sample)] if limit else [NOTHING, NOTHING]


def _beyond(side: Side) -> str:
    """The documents just beyond a limit."""
    cut = side.fitted or side.recipe
    if not side.beyond or not cut:
        return ""
    rows = [
        [f"<code>{html.escape(each.id)}</code>", measure_beside(each.value, (cut.value,)),
         html.escape(each.text), html.escape(each.place)]
        for each in side.beyond
    ]  # fmt: skip
    where = f"{'below' if side.side == 'min' else 'above'} {exact(cut.value)}"
    table = _table(["document", "value", "begins", "where"], rows, left=(2, 3))
    return f"<details><summary>Just {where}</summary>{table}</details>"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], left: Sequence[int] = ()) -> str:
    """A table of HTML; the first column and those in `left` are flush left."""
    kinds = [' class="left"' if not at or at in left else "" for at in range(len(head))]
    top = "".join(f"<th{kind}>{name}</th>" for kind, name in zip(kinds, head, strict=True))
    body = "".join(
        "<tr>" + "".join(f"<td{kind}>{cell}</td>" for kind, cell in zip(kinds, row, strict=True)) + "</tr>"
        for row in rows
    )
    return f'<div class="scroll"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'
