"""The data card: what a corpus is, what was dropped and why, for someone who must decide whether to trust it.

Here is the order of its sections; each section or table has a file of its name beside this one. A pure function of the
ledger. Nothing is said that the ledger does not hold; where a build did not do a thing (no near duplicates, no
masking), the card says that.
"""

from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.views.card import (
    ask_why,
    captures,
    contamination,
    domains,
    dropped_languages,
    duplicates,
    earlier_builds,
    edits,
    examples,
    forgotten,
    how_made,
    hub,
    known_limits,
    languages,
    largest_clusters,
    left_out,
    lengths,
    licenses,
    load_it,
    notes,
    opt_outs,
    personal,
    rules,
    sources,
    stages,
    synthetic,
    title,
    use,
    values,
    years,
)
from winnow.pipelines.views.card.markdown import image
from winnow.pipelines.views.pictures.drawn import shown


def render(ledger: Ledger) -> str:
    """The card as Markdown, with the front matter of the Hugging Face Hub. A section that gives "" is left out."""
    sections = [
        hub.front_matter(ledger),
        title.render(ledger), left_out.render(ledger), forgotten.render(ledger),
        *(image(about, path) for path, about in shown(ledger).items()),
        "## Intended use", use.render(ledger),
        "## What is in it", *_kept(ledger),
        "## From records to documents", stages.render(ledger),
        "## Rules", rules.render(ledger), dropped_languages.render(ledger), values.render(ledger),
        "## Duplicates", duplicates.render(ledger), largest_clusters.render(ledger), earlier_builds.render(ledger),
        "## Edits", edits.render(ledger),
        "## Personal data", personal.render(ledger),
        "## Contamination", contamination.render(ledger),
        "## Robots and opt-outs", opt_outs.render(ledger),
        "## Known limits", known_limits.render(ledger),
        "## Known faults", notes.render(ledger),
        "## Kept, and why nearly not", examples.kept(ledger),
        "## Rejected, and why", examples.rejected(ledger),
        "## Load it", load_it.render(ledger),
        "## Ask why", ask_why.render(ledger),
        "## How it was made", how_made.render(ledger),
    ]  # fmt: skip
    return "\n\n".join(section for section in sections if section) + "\n"


def _kept(ledger: Ledger) -> list[str]:
    if not ledger.total.kept.documents:
        return ["No document was kept."]
    return [
        "### Sources", sources.render(ledger),
        "### Languages", languages.render(ledger),
        "### Domains", domains.render(ledger),
        "### Lengths", lengths.render(ledger),
        "### Years", years.render(ledger),
        "### Captures and knowledge cutoff", captures.render(ledger),
        "### Licenses and attribution", licenses.render(ledger),
        "### Synthetic text", synthetic.render(ledger),
    ]  # fmt: skip
