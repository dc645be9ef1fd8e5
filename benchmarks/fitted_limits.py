"""Whether limits that are fitted to some documents hold for others: a build's in two halves, no site in both.

    python -m benchmarks.fitted_limits --build DIR --language de [--recipe english-web] [--drop 0.005 0.01 0.02 0.05]

What any rule drops of a half is counted for the recipe's limits, for those that were fitted to it, and for those that
were fitted to the other half.
"""

import argparse
import hashlib
import json
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import tomli_w

from winnow.pipelines.corpus.domains import domain_of
from winnow.pipelines.display import Display
from winnow.pipelines.files.storage import LocalStorage
from winnow.pipelines.fit.fit import Request, fit
from winnow.pipelines.fit.fitted import Fitted
from winnow.pipelines.fit.fragment import of_one_language
from winnow.pipelines.fit.rules import Asked
from winnow.pipelines.recipe.file import find, load
from winnow.pipelines.recipe.strict import read

HALVES = (0, 1)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, required=True, metavar="DIR")
    parser.add_argument("--language", required=True)
    parser.add_argument("--recipe", default="english-web")
    parser.add_argument("--drop", nargs="+", type=float, default=[0.005, 0.01, 0.02, 0.05])
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        halve(given.build, Path(folder))
        print("a rule drops   by the recipe   fitted to it   fitted to the other half   documents")
        for drop in given.drop:
            for half in HALVES:
                show(Path(folder), given.recipe, given.language, drop, half)


def halve(build: Path, folder: Path) -> None:
    """Two files of the documents that a build keeps: no site is in both."""
    texts: dict[int, list[str]] = {half: [] for half in HALVES}
    columns = ["id", "url", "text", "language"]
    for path in sorted((build / "corpus").rglob("*.parquet")):
        for row in pq.ParquetFile(path).read(columns).to_pylist():
            site = domain_of(row["url"])[0] or row["id"]
            texts[hashlib.sha256(site.encode()).digest()[0] % 2].append(json.dumps(row))
    for half, lines in texts.items():
        (folder / f"{half}.jsonl").write_text("".join(f"{line}\n" for line in lines))


def show(folder: Path, recipe: str, language: str, drop: float, half: int) -> None:
    """A line of the table: what is dropped of one half."""
    path = find(recipe)
    own, other = (fitted(folder, path, language, drop, each) for each in (half, 1 - half))
    table, steps = read(path)[0], load(path).steps
    fragment = of_one_language(other, list(zip(steps, table["step"], strict=True)))
    new = {_name(step): step for step in tomllib.loads(fragment)["step"]}
    judging = folder / "judging.toml"
    judging.write_text(tomli_w.dumps(table | {"step": [new.get(_name(step), step) for step in table["step"]]}))
    judged = fitted(folder, judging, language, drop, half)
    shares = [count / own.sample for count in (own.dropped_before, own.dropped, judged.dropped_before)]
    told = "".join(f"{100 * share:{wide}.1f} %" for share, wide in zip([drop, *shares], (10, 14, 13, 25), strict=True))
    print(f"{told}{own.sample:12,}")


def fitted(folder: Path, recipe: Path, language: str, drop: float, half: int) -> Fitted:
    made = load(recipe)
    request = Request(made, (str(folder / f"{half}.jsonl"),), language, str(folder / "out"), made.sources[0].name,
                      Asked(drop), 10_000)  # fmt: skip
    return fit(LocalStorage(), request, Display(sys.stderr, quiet=True))


def _name(step: dict[str, Any]) -> str:
    return str(step.get("name", step["use"]))


if __name__ == "__main__":
    main()
