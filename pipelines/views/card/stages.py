"""The card's section on the stages: what each one dropped, for all sources and for each."""

from winnow.pipelines.corpus.tables import DEDUP, PAYLOAD
from winnow.pipelines.extraction.settings import FAR
from winnow.pipelines.ledger.types import Ledger, Total
from winnow.pipelines.views.card.markdown import code, table
from winnow.pipelines.views.funnel import EDIT, EXTRACT, GAPS, MEASURE, READ, funnel, several
from winnow.pipelines.views.tabular import count, share, size

_STAGES = {
    GAPS: "damage in which no record can be told apart",
    READ: "records of which no document can be read",
    EXTRACT: "documents without a text, or past a cap",
    EDIT: "nothing left after the edits",
    MEASURE: "documents at which a step failed unexpectedly",
    DEDUP: "copies of a document that was kept",
}
_SCREENED = "documents without a text, past a cap, or far from every language that is wanted"
"""What extraction drops where pages are held against languages first."""
_PASSAGES = "and what consists of passages of others"
"""What deduplication drops as well where passages are looked for."""
_PAYLOADS = "and records with the payload of one that was read in their place"
"""What is dropped at the same stage where payloads are compared."""


def render(ledger: Ledger) -> str:
    """A table for all, one for each of several sources, and what was only counted."""
    parts = [_funnel(ledger, ledger.total)]
    if len(ledger.sources) > 1:
        for name, source in ledger.sources.items():
            parts += [f"### Source {code(name)}", _funnel(ledger, source.total, name)]
    others = ledger.total.other_records
    parts.append("A document is counted at the first rule that it broke. Characters are those of the texts that are "
                 "left: as extracted where a later step drops them, as edited where they are kept.")  # fmt: skip
    if others:
        listed = ", ".join(f"{count(n)} {code(kind)}" for kind, n in others.items())
        parts.append(f"Records of other types carry no document and are only counted: {listed}.")
    return "\n\n".join(parts)


def _funnel(ledger: Ledger, total: Total, source: str | None = None) -> str:
    """Documents and characters after every stage; characters are known from the extraction on."""
    stages = funnel(ledger, total, source)
    screened = any(stage.name == EXTRACT and FAR in stage.rules for stage in stages)
    payloads = any(stage.name == DEDUP and PAYLOAD in stage.rules for stage in stages)
    copies = [_STAGES[DEDUP], *([_PASSAGES] if ledger.passages else []), *([_PAYLOADS] if payloads else [])]
    about = _STAGES | {DEDUP: ", ".join(copies)} | ({EXTRACT: _SCREENED} if screened else {})
    names = [stage.name for stage in stages]
    rows = [["records and gaps", "", "", count(total.records + total.gaps), ""]]
    rows += [["documents that they gave", "", "", count(total.documents), ""]] if several(total) else []
    for at, stage in enumerate(stages):
        name = f"{stage.name}: {about[stage.name]}" if stage.name in about else code(stage.name, cell=True)
        has_text = at >= names.index(EXTRACT)
        rows.append([name, count(stage.dropped), share(stage.dropped, stage.before), count(stage.left),
                     count(stage.characters) if has_text else ""])  # fmt: skip
    kept = total.kept
    rows.append(["**kept**, of all", "", share(kept.documents, stages[0].before), count(kept.documents),
                 count(kept.characters)])  # fmt: skip
    damage = [f"{size(total.gap_bytes)} lie in gaps (of packed streams as they inflate); the files have "
              f"{size(total.bytes)}."] if total.gaps else []  # fmt: skip
    head = ["stage", "dropped", "of those before", "left", "characters left"]
    return "\n\n".join([table(head, rows, "lrrrr"), *damage])
