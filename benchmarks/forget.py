"""Forgetting one domain of a build of made documents: CPU and peak memory, beside those of the build.

The documents are those of `benchmarks.dedup_scale`, shuffled, a hundred to a host. Each command runs in a process of
its own.

    python -m benchmarks.forget --documents 10000
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.dedup_scale import texts
from winnow.pipelines.cli import main as winnow
from winnow.pipelines.engines.meter import Meter
from winnow.pipelines.views.tabular import align

A_HOST = 100
RECIPE = 'name = "made"\n[[source]]\nname = "pages"\nkind = "jsonl"\n'


def write(folder: Path, documents: int) -> None:
    made = [text for text, _ in texts(documents)]
    random.Random(1).shuffle(made)
    with (folder / "pages.jsonl").open("w", encoding="utf-8") as file:
        for at, text in enumerate(made):
            file.write(json.dumps({"text": text, "url": f"https://host{at // A_HOST}.example/{at}"}) + "\n")
    (folder / "made.toml").write_text(RECIPE, encoding="utf-8")


def forget(root: str) -> None:
    """Forget a host in this process, and print what that costs."""
    meter = Meter()
    if winnow(["forget", root, "--domain", "host7.example", "--workers", "1", "--quiet"]):
        raise SystemExit(1)
    cost = meter.cost()
    print(json.dumps({"cpu": cost.cpu_seconds, "peak": cost.peak_mib}))


def measured(documents: int) -> dict[str, Any]:
    """What forgetting costs, and what came of it."""
    with tempfile.TemporaryDirectory() as name:
        folder, root = Path(name), f"{name}/out"
        write(folder, documents)
        build = ["build", f"{name}/made.toml", "--input", f"{name}/pages.jsonl", "--output", root]
        subprocess.run([sys.executable, "-m", "winnow", *build, "--workers", "1", "--quiet"], check=True)
        told = json.loads(Path(root, "run.json").read_text(encoding="utf-8"))
        again = [sys.executable, "-m", "benchmarks.forget", "--forget", root]
        found: dict[str, Any] = json.loads(subprocess.run(again, check=True, capture_output=True, text=True).stdout)
        gone = json.loads(Path(root, "ledger.json").read_text(encoding="utf-8"))["forgotten"]
    build_cpu = sum(told["cpu_seconds_by_stage"].values())
    return found | {"build": build_cpu, "gone": gone["sources"]["pages"]["records"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, nargs="+", default=[10_000])
    parser.add_argument("--forget", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.forget:
        forget(given.forget)
        return
    rows = [["documents", "forgotten", "CPU s", "peak MiB", "CPU s of the build"]]
    for documents in given.documents:
        of = measured(documents)
        costs = (f"{of['cpu']:.1f}", f"{of['peak']:.0f}", f"{of['build']:.1f}")
        rows.append([f"{documents:,}", f"{of['gone']:,}", *costs])
    print("\n".join(align(rows, "rrrrr")), file=sys.stdout)


if __name__ == "__main__":
    main()
