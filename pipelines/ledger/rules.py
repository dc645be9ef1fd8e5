"""ledger/rules.parquet: what every rule of the recipe judged and dropped; one row a rule, in the recipe's order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from winnow.pipelines.ingest.tally import Broken
from winnow.pipelines.ledger.statistics import Spread
from winnow.pipelines.recipe.model import Recipe

_COUNTS = [("judged", pa.int64()), ("broken", pa.int64()), ("alone", pa.int64())]
SCHEMA = pa.schema([
    ("step", pa.string()), ("measure", pa.string()), ("rule", pa.string()), ("use", pa.string()),
    ("min", pa.float64()), ("max", pa.float64()), ("paper", pa.string()), *_COUNTS,
    ("sources", pa.list_(pa.struct([("source", pa.string()), *_COUNTS]))),
])  # fmt: skip
"""`judged`: documents that reached the step; `broken`: those that break the rule; `alone`: those that break no other."""
