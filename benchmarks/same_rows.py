"""Hold two builds of the same input against each other: the same rows in the same order, equal in every column of both.

For a change of Winnow that must not change the corpus. A column that only one of them has is named; `file` may differ
in its folder. Exits 1 where anything else differs.

    python -m benchmarks.same_rows --before DIR --after DIR [--renamed licence=license]
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq

FOLDERS = ("corpus", "rejected", "clusters")


def paths(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for folder in FOLDERS for path in (root / folder).rglob("*.parquet"))


def values(name: str, column: list[object]) -> list[object]:
    return [Path(str(value)).name for value in column] if name == "file" else column


def different(before: Path, after: Path, renamed: dict[str, str]) -> Iterator[str]:
    """The columns of one file that differ, or whose rows are not as many."""
    old, new = pq.read_table(before), pq.read_table(after)
    old = old.rename_columns([renamed.get(name, name) for name in old.column_names])
    if len(old) != len(new):
        yield f"{len(old)} rows, {len(new)} after"
        return
    for name in old.column_names:
        if name in new.column_names and values(name, old[name].to_pylist()) != values(name, new[name].to_pylist()):
            yield f"column {name}"


def columns(root: Path, names: list[str]) -> set[str]:
    return {column for name in names for column in pq.read_schema(root / name).names}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--before", type=Path, required=True)
    parser.add_argument("--after", type=Path, required=True)
    parser.add_argument("--renamed", action="append", default=[], metavar="OLD=NEW")
    given = parser.parse_args()
    renamed: dict[str, str] = dict(pair.split("=", 1) for pair in given.renamed)
    before, after = paths(given.before), paths(given.after)
    found = [f"{name}: in one of them alone" for name in sorted({*before} ^ {*after})]
    both = sorted({*before} & {*after})
    for name in both:
        found += [f"{name}: {what}" for what in different(given.before / name, given.after / name, renamed)]
    old = {renamed.get(name, name) for name in columns(given.before, both)}
    new = columns(given.after, both)
    rows = sum(pq.read_metadata(given.after / name).num_rows for name in both)
    print(f"{len(both)} files, {rows:,} rows; columns new: {', '.join(sorted(new - old)) or 'none'}; gone: "
          f"{', '.join(sorted(old - new)) or 'none'}")  # fmt: skip
    print("\n".join(found) if found else "equal")
    return 1 if found or not both else 0


if __name__ == "__main__":
    sys.exit(main())
