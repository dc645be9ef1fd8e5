"""Peak memory of scan, extract and curate over one long file and one ten times as long (Linux).

JSON lines of 2 kB, and the pages of a Wikipedia dump, repeated with other page ids: plain, of which units are cut, and
packed by gzip, which is one unit. All three stages run one after the other in a process of their own for each file,
with the steps of the recipe `mixed`.

    python -m benchmarks.long_files --dump enwiki-pages-articles-shortened.xml.bz2 [--scale 0.1]
"""

import argparse
import bz2
import gzip
import json
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from benchmarks.stages import cost_of
from winnow.pipelines.engines import jobs
from winnow.pipelines.files.storage import LocalStorage
from winnow.pipelines.plan import inputs
from winnow.pipelines.plan.inputs import MIB
from winnow.pipelines.plan.job import Job, Work
from winnow.pipelines.recipe.file import find, load
from winnow.pipelines.views.tabular import align

UNIT_MIB = 8
LINES = 50_000
"""Of the shorter file of JSON lines, of 2 kB each."""
TIMES = 10
"""What the shorter dump repeats the pages; the longer files are ten times as long."""
STAGES = ("scan", "extract", "curate")
_PAGE, _ID = re.compile(rb" *<page>.*?</page>\n", re.S), re.compile(rb"<id>(\d+)</id>")


def peaks(source: str, file: str, folder: str) -> dict[str, float]:
    """MiB by stage of this process, which must be a new one."""
    storage, recipe = LocalStorage(), load(find("mixed"))
    given = inputs.find_inputs(storage, recipe, [f"{source}={file}"])
    job = Job(recipe, folder, UNIT_MIB * MIB)
    work = Work(storage, replace(job, inputs=inputs.save(storage, job.names, given)))
    return {name: cost_of(work, jobs.STAGES[name]).peak_mib for name in STAGES}


def lines(count: int) -> Iterator[bytes]:
    """Lines of JSON with texts that are like none before."""
    words = random.Random(1)
    syllables = [a + b for a in "bdfgklmnprst" for b in "aeiou"]
    for number in range(count):
        text = " ".join("".join(words.choices(syllables, k=words.randint(1, 4))) for _ in range(330))
        yield json.dumps({"id": number, "text": text}).encode() + b"\n"


def dump(path: str, times: int) -> Iterator[bytes]:
    """A dump whose pages stand there so often, each time with other ids."""
    data = bz2.decompress(Path(path).read_bytes())
    pages = _PAGE.findall(data)
    yield data[: data.index(pages[0])]
    for turn in range(times):
        for page in pages:
            yield _ID.sub(partial(_other_id, turn), page)
    yield data[data.rindex(b"</page>\n") + len(b"</page>\n") :]


def _other_id(turn: int, found: re.Match[bytes]) -> bytes:
    return b"<id>%d</id>" % (int(found[1]) + turn * 10**10)


def write(path: Path, pieces: Iterator[bytes]) -> str:
    with gzip.open(path, "wb", 6) if path.suffix == ".gz" else open(path, "wb") as file:
        file.writelines(pieces)
    return str(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dump", help="a Wikipedia dump in XML, packed by bzip2")
    parser.add_argument("--scale", type=float, default=1, help="of all lengths (default 1: files of up to 1.1 GB)")
    parser.add_argument("--of", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.of:
        print(json.dumps(peaks(*given.of)))
        return
    table = [["", "MB", *(f"{stage} MiB" for stage in STAGES)]]
    with tempfile.TemporaryDirectory() as folder:
        for longer in (1, 10):
            count, times = int(LINES * longer * given.scale), int(TIMES * longer * given.scale)
            files = [("jsonl", "lines.jsonl", lines(count))]
            if given.dump:
                files += [("wikipedia", name, dump(given.dump, times)) for name in ("dump.xml", "dump.xml.gz")]
            for source, name, pieces in files:
                path = write(Path(folder, f"{longer}-{name}"), pieces)
                command = [sys.executable, "-m", "benchmarks.long_files", "--of", source, path, f"{path}.out"]
                said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
                found, size = json.loads(said), Path(path).stat().st_size / 1e6
                table.append([name, f"{size:,.0f}", *(f"{found[stage]:.0f}" for stage in STAGES)])
                print(*table[-1], file=sys.stderr)
                Path(path).unlink()
    print("\n".join(align([table[0], *sorted(table[1:])], "lrrrr")))


if __name__ == "__main__":
    main()
