"""The columns of corpus/ and rejected/, as a ledger tells them: what each holds, for those who describe a build."""

from collections.abc import Sequence
from dataclasses import dataclass

from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.plan.names import REJECTED
from winnow.pipelines.recipe.model import column_of
from winnow.pipelines.text import clean

TEXT, URL, INTEGER, FLOAT = "sc:Text", "sc:URL", "sc:Integer", "sc:Float"


@dataclass(frozen=True)
class Column:
    """One column, or one field of a column of structs."""

    name: str
    type: str
    about: str = ""
    repeated: bool = False
    """Whether it is a list."""
    inside: tuple["Column", ...] = ()
    """The fields of its structs."""


_DOCUMENT = (
    Column("id", TEXT, "32 hex digits from stable facts of the document"),
    Column("text", TEXT, "the document"),
    Column("url", URL, "where it was found"),
    Column("title", TEXT),
    Column("date", TEXT, "of publication, as the document says"),
    Column("captured", TEXT, "when it was crawled or dumped"),
    Column("source", TEXT, "of the recipe"),
    Column("file", TEXT, "the input file"),
    Column("offset", INTEGER, "where its record begins in the file, in bytes, or its position"),
    Column("part", INTEGER, "its number among the documents of its record"),
    Column("language", TEXT, "code of the language that the text is in, by a model"),
    Column("language_score", FLOAT, "how sure the model is of the language"),
    Column("code_language", TEXT, "the programming language"),
    Column("license", TEXT, "SPDX expression that the recipe or the document states"),
    Column("characters", INTEGER, "of the text"),
    Column("cluster", TEXT, "id of the kept document of its copies; its own where it is kept"),
    Column("cluster_size", INTEGER, "how many copies there are, itself included"),
    Column("meta", TEXT, "further facts", True, (Column("key", TEXT), Column("value", TEXT))),
    Column("edits", TEXT, "what leads from the text back to the text as extracted", True,
           (Column("start", INTEGER), Column("end", INTEGER), Column("replacement", TEXT))),
    Column("measured", TEXT, "the steps that measured it", True),
)  # fmt: skip
_REMOVED = Column(
    "removed", TEXT, "passages that stand in other documents and were cut", True,
    (Column("start", INTEGER), Column("end", INTEGER), Column("characters", INTEGER), Column("kind", TEXT),
     Column("first", TEXT)),
)  # fmt: skip
_WHY = (
    Column("stage", TEXT, "where it was dropped"),
    Column("rule", TEXT, "the first rule that it broke"),
    Column("failed", TEXT, "all rules that it broke", True),
    Column("value", FLOAT, "what was measured"),
    Column("limit", FLOAT, "the limit that it broke"),
    Column("detail", TEXT, "what else is known of the reason"),
)


def columns(ledger: Ledger, table: str) -> Sequence[Column]:
    """Those of a table, in their order."""
    found = [*_DOCUMENT, *([_REMOVED] if ledger.passages else []), *(_WHY if table == REJECTED else ())]
    steps: dict[str, list[Column]] = {}
    for rule in ledger.rules:
        steps.setdefault(rule.step, []).append(Column(rule.measure, FLOAT, clean(rule.paper)))
    return found + [
        Column(column_of(step), FLOAT, f"what the step {clean(step)} measured", inside=tuple(of))
        for step, of in steps.items()
    ]
