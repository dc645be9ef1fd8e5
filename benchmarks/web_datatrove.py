"""datatrove's side of benchmarks/web.py. Runs in the environment that benchmark makes, never in Winnow's.

    fineweb  the steps of FineWeb over WARC files, with datatrove's own classes and defaults: read, extract, language,
             Gopher repetition, Gopher quality, C4 (no rule for terminal marks), FineWeb quality, MinHash 14 x 8, PII,
             Parquet; one worker, one task a file. Every filter writes what it drops, so each page's end is known.
    rules    the same filters from language to FineWeb quality over texts that are given: {"id", "text"} a line in, with
             {"id", "rule"} a line out, where rule is null for a text that stays.

FineWeb is English, so the language filter is asked for English: with datatrove 0.10's default it would keep every
language that it is sure of.
"""

# mypy: disable-error-code="import-not-found"

import argparse
import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import datatrove.utils.lid
from datatrove.data import Document
from datatrove.executor.local import LocalPipelineExecutor
from datatrove.pipeline.dedup import MinhashDedupCluster, MinhashDedupFilter, MinhashDedupSignature
from datatrove.pipeline.dedup.minhash import MinhashConfig, MinhashDedupBuckets
from datatrove.pipeline.extractors import Trafilatura
from datatrove.pipeline.filters import (
    C4QualityFilter,
    FineWebQualityFilter,
    GopherQualityFilter,
    GopherRepetitionFilter,
    LanguageFilter,
)
from datatrove.pipeline.formatters import PIIFormatter
from datatrove.pipeline.readers import JsonlReader, WarcReader
from datatrove.pipeline.writers import ParquetWriter
from datatrove.pipeline.writers.jsonl import JsonlWriter
from datatrove.utils.hashing import HashConfig

BUCKETS, HASHES, WORDS = 14, 8, 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, metavar="FILE", help="lid.176.ftz")
    commands = parser.add_subparsers(dest="command", required=True)
    whole = commands.add_parser("fineweb", help="FineWeb's steps over WARC files")
    whole.add_argument("--list", type=Path, required=True, metavar="FILE", help="the WARC files, a path a line")
    whole.add_argument("--output", required=True, metavar="DIR")
    rules = commands.add_parser("rules", help="the filters alone over given texts")
    rules.add_argument("--texts", type=Path, required=True, metavar="FILE")
    rules.add_argument("--verdicts", type=Path, required=True, metavar="FILE")
    given = parser.parse_args()
    # the one download of the whole run: the model is given instead
    datatrove.utils.lid.cached_asset_path_or_download = functools.partial(_given, given.model)
    if given.command == "fineweb":
        fineweb(given.list, given.output)
    else:
        given.verdicts.write_text("".join(f"{json.dumps(row)}\n" for row in verdicts(given.texts)))


def _given(model: str, *_: object, **__: object) -> str:
    return model


def filters(dropped: str | None) -> list[Any]:
    """The filters in FineWeb's order; each writes what it drops to a folder of its own under `dropped`."""

    def writer(name: str) -> Any:
        return JsonlWriter(f"{dropped}/{name}") if dropped else None

    return [
        LanguageFilter("en", exclusion_writer=writer("language")),
        GopherRepetitionFilter(exclusion_writer=writer("gopher_repetition")),
        GopherQualityFilter(exclusion_writer=writer("gopher_quality")),
        C4QualityFilter(filter_no_terminal_punct=False, exclusion_writer=writer("c4")),
        FineWebQualityFilter(exclusion_writer=writer("fineweb_quality")),
    ]


def fineweb(listed: Path, output: str) -> None:
    """Leave dropped/STEP/*.jsonl.gz, corpus/*.parquet and logs/."""
    tasks = len(listed.read_text().split())
    config = MinhashConfig(
        hash_config=HashConfig(hash_fc="sha1", precision=64),
        num_buckets=BUCKETS, hashes_per_bucket=HASHES, n_grams=WORDS,
    )  # fmt: skip
    minhash = {name: f"{output}/minhash/{name}" for name in ("signatures", "buckets", "remove")}

    def run(name: str, tasks: int, *steps: Any) -> None:
        LocalPipelineExecutor(pipeline=list(steps), tasks=tasks, workers=1, logging_dir=f"{output}/logs/{name}").run()

    filtered = f"{output}/filtered"
    run("filter", tasks, WarcReader("/", paths_file=str(listed)), Trafilatura(favour_precision=True),
        *filters(f"{output}/dropped"), JsonlWriter(filtered))  # fmt: skip
    run("signatures", tasks, JsonlReader(filtered), MinhashDedupSignature(minhash["signatures"], config=config))
    run("buckets", BUCKETS, MinhashDedupBuckets(minhash["signatures"], minhash["buckets"], config=config))
    run("clusters", 1, MinhashDedupCluster(minhash["buckets"], minhash["remove"], config=config))
    run("write", tasks, JsonlReader(filtered),
        MinhashDedupFilter(minhash["remove"], exclusion_writer=JsonlWriter(f"{output}/dropped/minhash")),
        PIIFormatter(), ParquetWriter(f"{output}/corpus"))  # fmt: skip


def verdicts(texts: Path) -> Iterator[dict[str, str | None]]:
    """What the filters say of each text, one after the other; the name of the first that drops it, and its reason."""
    steps = list(zip(("language", "gopher_repetition", "gopher_quality", "c4", "fineweb_quality"), filters(None),
                     strict=True))  # fmt: skip
    with texts.open() as lines:
        for line in lines:
            row = json.loads(line)
            document = Document(text=row["text"], id=row["id"])
            rule = None
            for name, step in steps:
                said = step.filter(document)
                kept, why = said if isinstance(said, tuple) else (said, "")
                if not kept:
                    rule = f"{name}.{why}".rstrip(".")
                    break
            yield {"id": row["id"], "rule": rule}


if __name__ == "__main__":
    main()
