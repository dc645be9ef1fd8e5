"""Main text of saved web pages: our engine `blocks` beside trafilatura, Resiliparse and jusText, in one run.

On WCXB (1,497 pages whose main text is known) every page is judged by weights that were fitted on other domains: five
folds by registered domain; in each the features, the trees and, with --choose, their settings are chosen on the other
four. Word F1 is WCXB's own measure, of the engine alone. trafilatura's evaluation set has snippets that must and must
not be found; nothing was fitted or chosen on it; Winnow's own weights are used, with trafilatura where they are unsure.
`mended` is trafilatura's text as a build writes it, from the page's blocks. CPU is per page, without starts, as ratios.
Last come title, date and author (`facts.py`).

    python -m benchmarks.extraction --web ../shared/data/web --work DIR [--choose]
"""

import argparse
import json
import shutil
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from selectolax.lexbor import LexborHTMLParser

from benchmarks import facts, saved_pages
from benchmarks.block_model.examples import Examples, folds, gather
from benchmarks.block_model.fit import SETTINGS, Settings, fit
from benchmarks.block_model.labels import shares
from benchmarks.extraction_peers import PACKAGES, PEERS
from benchmarks.saved_pages import SavedPage, f1
from benchmarks.spent import run
from winnow.pipelines.extraction.blocks import engine, walk
from winnow.pipelines.extraction.blocks.anchors import without_anchor
from winnow.pipelines.extraction.blocks.compose import compose, text_of
from winnow.pipelines.extraction.blocks.page import CODE, HEADING, KINDS, LIST
from winnow.pipelines.extraction.blocks.trees import Trees
from winnow.pipelines.extraction.blocks.white_space import visible
from winnow.pipelines.extraction.extract import extract
from winnow.pipelines.extraction.extracted import Extracted
from winnow.pipelines.extraction.settings import BLOCKS, TRAFILATURA, ExtractSettings

Texts = list[str]
FOLDS = 5
_MENDED = "mended"
"""trafilatura's text as `[extract] mend` writes it from the page's blocks."""
_TIMED = 300
"""Pages whose extraction is timed: every few, over the whole set."""


def ours(pages: Sequence[SavedPage], model: Callable[[int], Trees]) -> tuple[Texts, list[float]]:
    """The texts of our engine alone, each by the model for its page, and how sure it was."""
    texts, confidence = [], []
    for number, page in enumerate(pages):
        walked = walk.read(LexborHTMLParser(page.html))
        found = engine.find(walked, page.url, page.html.encode(), model(number))
        texts.append(text_of(compose(walked, found.kept)))
        confidence.append(found.confidence)
    return texts, confidence


def as_in_a_build(pages: Sequence[SavedPage], engine: str = BLOCKS) -> Texts:
    """The texts by an engine: by Winnow's own weights, with trafilatura where these are unsure, or by that alone."""
    settings = ExtractSettings(engine=engine, metadata=False)
    found = (extract(page.html, page.url, page.captured, settings) for page in pages)
    return [each.text if isinstance(each, Extracted) else "" for each in found]


def score(pages: Sequence[SavedPage], texts: Texts) -> dict[str, float]:
    """Mean word F1 by page type, and of all."""
    by_type = defaultdict[str, list[float]](list)
    for page, text in zip(pages, texts, strict=True):
        value = f1(text, page.text or "")
        by_type[page.kind].append(value)
        by_type["all"].append(value)
    return {kind: float(np.mean(values)) for kind, values in sorted(by_type.items())}


def snippets(pages: Sequence[SavedPage], texts: Texts) -> tuple[float, float]:
    """(share of the wanted snippets that are found, share of the found that are wanted)."""
    pairs = list(zip(pages, texts, strict=True))
    right = sum(snippet in text for page, text in pairs for snippet in page.wanted)
    wrong = sum(snippet in text for page, text in pairs for snippet in page.unwanted)
    return right / sum(len(page.wanted) for page in pages), right / max(right + wrong, 1)


def kept_by_kind(pages: Sequence[SavedPage], texts: Texts) -> dict[str, tuple[float, int]]:
    """kind -> (share of the blocks of the main text that stand whole in the texts, how many they are).

    Of lists and headings every block that the main text holds; of code those of several lines, with their lines.
    """
    kept, all_ = Counter[str](), Counter[str]()
    for saved, text in zip(pages, texts, strict=True):
        page = walk.read(LexborHTMLParser(saved.html))
        held = shares(page.texts, saved.text or "")
        lines = "\n".join(line.rstrip() for line in text.split("\n"))
        for block, own, share in zip(page.blocks, page.texts, held, strict=True):
            if share == 1 and (block.kind in (HEADING, LIST) or (block.kind == CODE and "\n" in own)):
                all_[KINDS[block.kind]] += 1
                kept[KINDS[block.kind]] += visible(without_anchor(block.kind, own)) in lines
    return {kind: (kept[kind] / count, count) for kind, count in sorted(all_.items())}


def held_out(pages: Sequence[SavedPage], examples: Examples, choose: bool) -> list[Trees]:
    """One model a fold, fitted on the others."""
    fold = folds([page.domain for page in pages], FOLDS)
    models = []
    for out in range(FOLDS):
        settings = _chosen(pages, examples, fold, out) if choose else SETTINGS[0]
        began = time.monotonic()
        models.append(fit(examples.of(fold != out), settings))
        print(f"fold {out}: {settings}, {time.monotonic() - began:.0f} s", file=sys.stderr)
    return [models[number] for number in fold]


def _chosen(pages: Sequence[SavedPage], examples: Examples, fold: np.ndarray, out: int) -> Settings:
    """The settings that are best on one of the other folds, fitted on the rest."""
    inner = (out + 1) % FOLDS
    asked = [page for page, of in zip(pages, fold, strict=True) if of == inner]
    scores = []
    for settings in SETTINGS:
        model = fit(examples.of((fold != out) & (fold != inner)), settings)
        scores.append(score(asked, ours(asked, lambda _, model=model: model)[0])["all"])  # type: ignore[misc]
    return SETTINGS[int(np.argmax(scores))]


class Peers:
    """The other extractors, in an environment under `work`."""

    def __init__(self, work: Path) -> None:
        self.work = work
        self.python = work / "peers" / "bin" / "python"

    def install(self) -> None:
        """Make the environment, unless it is there."""
        done = self.work / "peers" / "packages.json"
        if done.is_file() and json.loads(done.read_text()) == list(PACKAGES):
            return
        shutil.rmtree(done.parent, ignore_errors=True)
        run([sys.executable, "-m", "venv", done.parent], self.work / "logs" / "venv.txt")
        run([self.python, "-m", "pip", "install", "--quiet", *PACKAGES], self.work / "logs" / "pip.txt")
        done.write_text(json.dumps(PACKAGES))

    def texts(self, name: str, pages: Sequence[SavedPage]) -> tuple[Texts, list[float]]:
        """The texts of one of them, and CPU seconds by page."""
        given, out = self.work / "pages.jsonl", self.work / f"{name}.jsonl"
        given.write_text("".join(json.dumps({"url": page.url, "html": page.html}) + "\n" for page in pages))
        script = Path(__file__).with_name("extraction_peers.py")
        run([self.python, script, name, given, out], self.work / "logs" / f"{name}.txt")
        rows = [json.loads(line) for line in out.read_text().splitlines()]
        return [row["text"] for row in rows], [row["seconds"] for row in rows]


def our_seconds(pages: Sequence[SavedPage], model: Trees) -> float:
    """CPU seconds a page of our engine, parsing included."""
    began = time.process_time()
    ours(pages, lambda _: model)
    return (time.process_time() - began) / len(pages)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--web", required=True, type=Path, help="folder of the saved pages")
    parser.add_argument("--work", required=True, type=Path, help="folder for environments and texts; may be kept")
    parser.add_argument(
        "--choose", action="store_true", help="choose the settings within each fold: three times as long"
    )
    given = parser.parse_args()
    peers = Peers(given.work)
    peers.install()
    pages = list(saved_pages.wcxb(given.web))
    models = held_out(pages, gather(pages), given.choose)
    texts, confidence = ours(pages, models.__getitem__)
    rows = {"blocks": score(pages, texts)}
    seconds, timed = {}, pages[:: max(1, len(pages) // _TIMED)]
    for name in PEERS:
        others, _ = peers.texts(name, pages)
        rows[name] = score(pages, others)
        seconds[name] = min(float(np.mean(peers.texts(name, timed)[1])) for _ in range(2))
    seconds["blocks"] = min(our_seconds(timed, models[0]) for _ in range(3))
    mended = as_in_a_build(pages, TRAFILATURA)
    rows[_MENDED] = score(pages, mended)
    _print_scores(rows)
    for name, each in (("blocks", texts), (_MENDED, mended)):
        for kind, (share, count) in kept_by_kind(pages, each).items():
            print(f"blocks of the main text kept whole by {name}: {kind} {share:.3f} of {count}")
    _print_confidence(pages, texts, confidence)
    for name, spent in sorted(seconds.items(), key=lambda item: item[1]):
        share = spent / seconds["trafilatura"]
        print(f"CPU of {name:12s} {share:6.3f} of trafilatura's ({spent * 1e3:.1f} ms a page here)")
    _print_evaluation(given.web, peers)
    facts.report(given.web)


def _print_scores(rows: dict[str, dict[str, float]]) -> None:
    kinds = list(next(iter(rows.values())))
    print(f"{'word F1':14s}" + "".join(f"{kind[:13]:>14s}" for kind in kinds))
    for name, scores in rows.items():
        print(f"{name:14s}" + "".join(f"{scores[kind]:14.3f}" for kind in kinds))


def _print_confidence(pages: Sequence[SavedPage], texts: Texts, confidence: Sequence[float]) -> None:
    reached = np.array([f1(text, page.text or "") for page, text in zip(pages, texts, strict=True)])
    order = np.argsort(confidence, kind="stable")
    print("expected F1 -> reached, by eighths of the pages: ", end="")
    parts = np.array_split(order, 8)
    print(", ".join(f"{np.array(confidence)[part].mean():.3f} -> {reached[part].mean():.3f}" for part in parts))


def _print_evaluation(web: Path, peers: Peers) -> None:
    pages = list(saved_pages.trafilatura_evaluation(web))
    found = {"blocks": as_in_a_build(pages), _MENDED: as_in_a_build(pages, TRAFILATURA)} | {
        name: peers.texts(name, pages)[0] for name in PEERS
    }
    for name, texts in found.items():
        recall, precision = snippets(pages, texts)
        print(f"trafilatura's evaluation set: {name:12s} recall {recall:.3f}, precision {precision:.3f}")


if __name__ == "__main__":
    main()
