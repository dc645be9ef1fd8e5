"""The card's section on what was kept: languages, addresses, years, captures, licenses, and who is missing."""

from collections.abc import Mapping, Sequence

from winnow.pipelines.counts import NONE, Count, total
from winnow.pipelines.ledger.types import Distribution, Ledger
from winnow.pipelines.plan.names import UNKNOWN
from winnow.pipelines.views.card.markdown import code, table
from winnow.pipelines.views.tabular import count, plural, share

_NO_VALUE = (UNKNOWN, "none")
"""The second is of hosts that are under no public suffix."""
_ROWS = 10
_SMALL = 0.01
"""What holds less than this share of the documents is small."""


def render(ledger: Ledger) -> str:
    """All parts, or one line where nothing was kept."""
    kept = ledger.kept
    if not ledger.total.kept.documents:
        return "No document was kept."
    parts = [
        "### Languages", _counts(kept.language, "language", _ROWS + 5), _spread(kept.language, "languages"),
        "### Domains", *_domains(kept.domain, kept.tld),
        "### Years", *_years(kept.year),
        "### Captures and knowledge cutoff", *_captures(kept.captured),
        "### Licenses", _counts(kept.license, "license", _ROWS), _licenses(kept.license),
    ]  # fmt: skip
    return "\n\n".join(part for part in parts if part)


def documents_of(distribution: Distribution) -> int:
    return (total(distribution.top.values()) + distribution.others).documents


def _known(distribution: Distribution) -> dict[str, int]:
    """value -> documents, most first, of what is listed and known."""
    return {value: of.documents for value, of in distribution.top.items() if value not in _NO_VALUE}


def _unknown(distribution: Distribution) -> int:
    return distribution.top.get(UNKNOWN, NONE).documents


def _distinct(distribution: Distribution) -> int:
    return distribution.distinct - sum(value in distribution.top for value in _NO_VALUE)


def _counts(distribution: Distribution, what: str, most: int, order: Sequence[str] = ()) -> str:
    """A table of the `most` frequent values, in `order` if it is given, and what all others sum to."""
    top = distribution.top
    whole = total(top.values()) + distribution.others
    shown = list(top)[:most]
    rest = total(top[value] for value in list(top)[most:]) + distribution.others
    rows = [
        [value if value in _NO_VALUE else code(value, cell=True), *_shares(top[value], whole)]
        for value in ([v for v in order if v in shown] or shown)
    ]
    if distribution.distinct > len(shown):
        rows.append([f"{count(distribution.distinct - len(shown))} others", *_shares(rest, whole)])
    return table([what, "documents", "share", "characters", "share"], rows, "lrrrr")


def _shares(part: Count, whole: Count) -> list[str]:
    return [count(part.documents), share(part.documents, whole.documents),
            count(part.characters), share(part.characters, whole.characters)]  # fmt: skip


def _spread(distribution: Distribution, what: str) -> str:
    """Who holds most, and how many hold next to nothing."""
    known, documents = _known(distribution), documents_of(distribution)
    if not known:
        return ""
    first = next(iter(known))
    if known[first] == documents:
        return f"All documents are {code(first)}."
    text = f"Over-represented: {code(first)} with {share(known[first], documents)} of the documents."
    small = [n for n in known.values() if n < _SMALL * documents]
    hidden = _distinct(distribution) - len(known)
    if small or hidden:
        held = sum(small) + (distribution.others.documents if hidden else 0)
        few = f"{count(len(small) + hidden)} of {count(_distinct(distribution))} {what}"
        text += f" Under-represented: {few} hold less than 1 % each and {share(held, documents)} together."
    return text


def _domains(domains: Distribution, tlds: Distribution) -> list[str]:
    known, documents = _known(domains), documents_of(domains)
    if not known:
        return ["No document has a web address."]
    top = list(known)[:_ROWS]
    held = sum(known[domain] for domain in top)
    text = f"The documents come from {plural(_distinct(domains), 'registered domain')}; the largest holds "
    text += f"{share(known[top[0]], documents)} of them" + (", " if len(top) == _ROWS else ".")
    text += f"the ten largest {share(held, documents)}." if len(top) == _ROWS else ""
    return [text, _counts(domains, "domain", _ROWS), _counts(tlds, "public suffix", _ROWS),
            _spread(tlds, "public suffixes")]  # fmt: skip


def _years(years: Distribution) -> list[str]:
    known, documents = _known(years), documents_of(years)
    missing = f"{share(_unknown(years), documents)} of the documents have no date of publication."
    if not known:
        return ["No document has a date of publication."]
    rows = _counts(years, "year", 2 * _ROWS, [*sorted(known), UNKNOWN])
    return [rows, f"{missing} Of those that have one, at least half are from {_middle(known)} or later."]


def _middle(known: Mapping[str, int]) -> str:
    """The latest year from which on at least half of the dated documents are."""
    left = sum(known.values()) / 2
    for year in sorted(known, reverse=True):
        left -= known[year]
        if left <= 0:
            break
    return year


def _captures(months: Distribution) -> list[str]:
    known = sorted(_known(months))
    if not known:
        return ["It is not known when the documents were captured, so the corpus has no known cutoff."]
    text = f"Captured from {known[0]} to **{known[-1]}**: the corpus knows of nothing that was published later."
    if _unknown(months):
        text += f" Of {plural(_unknown(months), 'document')} the capture is not dated."
    return [text, _counts(months, "month", 2 * _ROWS, [*known, UNKNOWN])]


def _licenses(licenses: Distribution) -> str:
    documents, unknown = documents_of(licenses), _unknown(licenses)
    if not unknown:
        return "Licenses are those that the recipe or the documents state."
    return (f"Of {share(unknown, documents)} of the documents the license is not known. That is no permission: whether "
            "they may be used depends on the law that applies to you.")  # fmt: skip
