"""The card's section on how to open the corpus with the usual libraries."""

from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.plan.names import REJECTED

_CODE = (
    "from datasets import load_dataset                                    # Hugging Face",
    'corpus = load_dataset("DIR", "corpus", split="train")                # DIR: the directory of this card',
    "",
    "import duckdb",
    "duckdb.sql(\"SELECT url, text FROM 'DIR/corpus/**/*.parquet' WHERE language = 'en' LIMIT 10\")",
    "duckdb.sql(\"SELECT rule, count(*) FROM 'DIR/rejected/**/*.parquet' GROUP BY rule ORDER BY 2 DESC\")",
    "",
    "import polars",
    'polars.scan_parquet("DIR/corpus/**/*.parquet").select("url", "language", "characters").collect()',
)
_ABOUT = (
    "Every row has its measures, a column a step: `gopher_quality.words`. "
    "The column `meta` is a list of keys and values."
)


def render(ledger: Ledger) -> str:
    """The code, of the tables that are there, and what the columns are."""
    code = [line for line in _CODE if f"DIR/{REJECTED}/" not in line or REJECTED not in ledger.left_out]
    return "\n".join(("```python", *code, "```", "", _ABOUT))
