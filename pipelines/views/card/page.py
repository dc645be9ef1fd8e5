"""The data card: what a corpus is, what was dropped and why, for someone who must decide whether to trust it.

A pure function of the ledger. Nothing is said here that the ledger does not hold; where a build did not do a thing (no
near duplicates, no masking), the card says that.
"""

from winnow.pipelines.corpus.tables import DEDUP, EXACT, NEAR
from winnow.pipelines.counts import NONE
from winnow.pipelines.ledger.shares import errors
from winnow.pipelines.ledger.types import Ledger, RuleCount, Total
from winnow.pipelines.views.card import content, examples, values
from winnow.pipelines.views.card.hub import front_matter
from winnow.pipelines.views.card.markdown import bullets, code, prose, table
from winnow.pipelines.views.funnel import (
    EDIT,
    EXTRACT,
    GAPS,
    MEASURE,
    READ,
    funnel,
    steps,
)
from winnow.pipelines.views.tabular import NOTHING, count, limit, plural, share, size

_MOST = 0.5
"""A rule that breaks for more of the documents is named: it decides what the corpus is."""
_STAGES = {
    GAPS: "damage in which no record can be told apart",
    READ: "records without a page that can be read",
    EXTRACT: "pages without a main text, or past a cap",
    EDIT: "nothing left after the edits",
    MEASURE: "documents at which a step failed unexpectedly",
    DEDUP: "copies of a document that was kept",
}
_LOAD = """\
```python
from datasets import load_dataset                                    # Hugging Face
corpus = load_dataset("DIR", "corpus", split="train")                # DIR: the directory of this card

import duckdb
duckdb.sql("SELECT url, text FROM 'DIR/corpus/**/*.parquet' WHERE language = 'en' LIMIT 10")
duckdb.sql("SELECT rule, count(*) FROM 'DIR/rejected/**/*.parquet' GROUP BY rule ORDER BY 2 DESC")

import polars
polars.scan_parquet("DIR/corpus/**/*.parquet").select("url", "language", "characters").collect()
```

Every row has its measures, a column a step: `gopher_quality.words`. The column `meta` is a list of keys and values."""
_WHY = """\
```
winnow why DIR https://example.org/page     what was measured on one page, against which limit, and its copies
winnow ledger DIR --check                   count the rows again and hold them against the ledger
```"""


def render(ledger: Ledger) -> str:
    """The card as Markdown, with the front matter of the Hugging Face Hub."""
    sections = [
        front_matter(ledger),
        _head(ledger),
        "## From records to documents", _funnels(ledger),
        "## Rules", _rules(ledger), values.render(ledger),
        "## What is in it", content.render(ledger),
        "## Duplicates", _duplicates(ledger),
        "## Edits", _edits(ledger),
        "## Kept, and why nearly not", examples.kept(ledger),
        "## Rejected, and why", examples.rejected(ledger),
        "## Load it", _LOAD,
        "## Ask why", _WHY,
        "## Known limits", bullets(_limits(ledger)),
        "## How it was made", _made(ledger),
    ]  # fmt: skip
    return "\n\n".join(section for section in sections if section) + "\n"


def _head(ledger: Ledger) -> str:
    recipe, total = ledger.recipe, ledger.total
    read = plural(total.records, "record") + (f" and {plural(total.gaps, 'gap')}" if total.gaps else "")
    given = f"{plural(total.documents, 'document')} of the {read}" if _several(total) else read
    return "\n\n".join([
        f"# {prose(recipe.name)}",
        *([prose(recipe.about)] if recipe.about else []),
        f"A text corpus for pre-training language models: **{plural(total.kept.documents, 'document')}** with "
        f"{plural(total.kept.characters, 'character')}, {share(total.kept.documents, total.documents)} of the {given} "
        f"read from {plural(total.files, 'file')} ({size(total.bytes)}) of "
        f"{' and '.join(code(name) for name in ledger.sources)}.",
        "Every record that was read is a row of `corpus/`, or a row of `rejected/` with the rule that dropped it, what "
        "was measured and the limit. The counts below are those of `ledger.json`; `ledger/files.parquet` has them file "
        "by file, where they add up.",
    ])  # fmt: skip


def _funnels(ledger: Ledger) -> str:
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


def _several(total: Total) -> bool:
    """Whether some records gave several documents."""
    return total.documents > total.records + total.gaps


def _funnel(ledger: Ledger, total: Total, source: str | None = None) -> str:
    """Documents and characters after every stage; characters are known from the extraction on."""
    stages = funnel(ledger, total, source)
    names = [stage.name for stage in stages]
    rows = [["records and gaps", "", "", count(total.records + total.gaps), ""]]
    rows += [["documents that they gave", "", "", count(total.documents), ""]] if _several(total) else []
    for at, stage in enumerate(stages):
        name = f"{stage.name}: {_STAGES[stage.name]}" if stage.name in _STAGES else code(stage.name, cell=True)
        has_text = at >= names.index(EXTRACT)
        rows.append([name, count(stage.dropped), share(stage.dropped, stage.before), count(stage.left),
                     count(stage.characters) if has_text else ""])  # fmt: skip
    kept = total.kept
    rows.append(["**kept**, of all", "", share(kept.documents, stages[0].before), count(kept.documents),
                 count(kept.characters)])  # fmt: skip
    damage = [f"{size(total.gap_bytes)} of {size(total.bytes)} lie in gaps."] if total.gaps else []
    head = ["stage", "dropped", "of those before", "left", "characters left"]
    return "\n\n".join([table(head, rows, "lrrrr"), *damage])


def _rules(ledger: Ledger) -> str:
    """Every limit of the recipe, then what readers and extraction dropped."""
    rules = [rule for rule in ledger.rules if rule.min is not None or rule.max is not None]
    rows = [
        [code(r.rule, cell=True), limit(r.min, r.max), count(r.broken), share(r.broken, r.judged), count(r.alone),
         prose(r.paper) or NOTHING]
        for r in rules
    ]  # fmt: skip
    head = ["rule", "limit", "broke it", "of those judged", "alone", "published in"]
    parts = [table(head, rows, "lrrrrl")] if rows else ["The recipe sets no limits."]
    if rows:
        parts.append(
            "*Alone* counts the documents that broke nothing else: what the corpus would gain without the rule. A "
            "document is judged by every rule of the steps that it reaches, so it can stand in several lines."
        )
    parts += _notes(ledger, rules)
    others = [[code(rule, cell=True), count(n)] for stage in funnel(ledger, ledger.total)
              if stage.name not in steps(ledger) for rule, n in stage.rules.items()]  # fmt: skip
    if others:
        parts += ["Outside of the recipe's limits:", table(["rule", "documents"], others, "lr")]
    return "\n\n".join(parts)


def _notes(ledger: Ledger, rules: list[RuleCount]) -> list[str]:
    """Rules that never speak, rules that speak for most, measures without a limit."""
    never = [code(r.rule) for r in rules if not r.broken]
    most = [code(r.rule) for r in rules if r.broken > _MOST * r.judged]
    free = [code(r.rule) for r in ledger.rules if r.min is None and r.max is None]
    notes = [f"**More than half of the documents break {', '.join(most)}.**"] if most else []
    notes += [f"No document breaks {', '.join(never)}."] if never else []
    return notes + ([f"Measured, but not judged: {', '.join(free)}."] if free else [])


def _duplicates(ledger: Ledger) -> str:
    found, rules = ledger.duplicates, ledger.total.rejected.get(DEDUP, {})
    if not found.clusters:
        return "No two documents were found to be copies of one another."
    exact, near = (rules.get(rule, NONE).documents for rule in (EXACT, NEAR))
    return (
        f"{plural(found.documents_in_clusters, 'document')} form {plural(found.clusters, 'cluster')} of copies. "
        f"One of each was kept and {plural(exact + near, 'document was', 'documents were')} dropped: {count(exact)} "
        f"with the very text of the kept one, {count(near)} with a similar one. The largest cluster has "
        f"{plural(found.largest, 'document')}. `clusters/` lists the members of each with their similarity to the "
        "kept one; `cluster_size` in the corpus says how often a text was found, for weighting."
    )


def _edits(ledger: Ledger) -> str:
    rows = [[code(step, cell=True), code(what, cell=True), count(n)]
            for step, counts in ledger.edits.items() for what, n in counts.items()]  # fmt: skip
    if not rows:
        return "No step changed a text after its extraction."
    note = ("Counted over all documents that were judged, dropped ones included. `rejected/` holds texts as they were "
            "before edits.")  # fmt: skip
    return table(["step", "what", "times"], rows, "llr") + "\n\n" + note


def _limits(ledger: Ledger) -> list[str]:
    """What the reader must not expect of this corpus."""
    used, edited = set(steps(ledger).values()), {what for counts in ledger.edits.values() for what in counts}
    masked = {"emails": "e-mail addresses", "ip_addresses": "IPv4 addresses"}
    kinds = [text for what, text in masked.items() if what in edited]
    personal = (f"Only {' and '.join(kinds)} were masked; names, telephone numbers, postal addresses and all other "
                "personal data are as they were published." if kinds else "Personal data was not masked.")  # fmt: skip
    tuned = ("Published limits were tuned on English web pages: what is a short word, a stop word or the end of a "
             "sentence. They drop more of other languages, and of lists, verse, code and dialogue.")  # fmt: skip
    failed = errors(ledger.total)
    faults = (f"Something failed that nobody foresaw at {plural(failed, 'record')}, which rejected/ names with what it "
              "was (rules that end in .error or .crash): faults of Winnow or of a library.")  # fmt: skip
    return [
        *([faults] if failed else []),
        *([tuned] if used - {"language", "url"} else []),
        "The main text of a page was found by rules: some menus and notices remain, some tables and passages are lost.",
        *(["Languages are a model's guess, worst on short and on mixed texts; small ones are often mistaken."]
          if "language" in used else ["The language of the texts was not determined."]),
        personal,
        "Nobody checked the texts for truth, for hate or for bias, nor for the questions of benchmarks.",
        "Near duplicates are found by hashing, so a few pairs above the limit are missed. Passages that documents "
        "share were not looked for.",
        "Dates of publication are what pages say of themselves. A license that is not known is not a free one.",
    ]  # fmt: skip


def _made(ledger: Ledger) -> str:
    versions = ", ".join(f"{prose(name)} {prose(version)}" for name, version in ledger.versions.items())
    return (f"Recipe {code(ledger.recipe.name)}, SHA-256 of its lock file {code(ledger.recipe.sha256)}; "
            "`recipe.lock.toml` holds every setting, definition and model. The same inputs, recipe and versions give "
            f"the same bytes: {versions}.")  # fmt: skip
