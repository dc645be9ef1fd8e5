"""What `winnow fit-limits` prints: each rule, what it was fitted to, and what the limits drop."""

from winnow.pipelines.fit.fitted import Fitted, Side, StopWords
from winnow.pipelines.text import clean
from winnow.pipelines.views.fit.page import cells
from winnow.pipelines.views.tabular import align, plural, share


def summary(found: Fitted, output: str) -> str:
    """A table of the rules, the stop words, and what comes next."""
    rows = [["rule", "", "fitted", "drops", "recipe", "drops"]]
    for rule in found.rules:
        rows += [_row(found, f"{rule.step}.{rule.measure}", side) for side in rule.sides if side.fitted]
    lines = [
        f"{plural(found.sample, 'document')} in {found.language!r} were measured, "
        f"of {found.reference.languages.get(found.language, 0):,} in the reference",
        *(align(rows, "llrrrr", "  ") if len(rows) > 1 else ["  no limit was fitted"]),
        *map(_words, found.stop_words),
        f"all rules together drop {share(found.dropped, found.sample)}; by the recipe's limits "
        f"{share(found.dropped_before, found.sample)}",
        *_left(found),
        f"look at {output.rstrip('/')}/report.html, and paste limits.toml (a recipe of this language) or "
        "languages.toml (of several)",
    ]
    return "\n".join(lines)


def _left(found: Fitted) -> list[str]:
    """The limits that stay as they are, by why."""
    reasons: dict[str, list[str]] = {}
    for rule in found.rules:
        for side in rule.sides:
            if rule.documents and side.why:
                reasons.setdefault(side.why, []).append(f"{rule.step}.{rule.measure} {side.side}")
    return [f"left as they are ({why}): {clean(', '.join(names))}" for why, names in reasons.items()]


def _row(found: Fitted, name: str, side: Side) -> list[str]:
    return [clean(name), side.side, *cells(found, side.fitted), *cells(found, side.recipe)]


def _words(words: StopWords) -> str:
    return f"{words.step}.stop_words: {' '.join(clean(each.word) for each in words.words)}"
