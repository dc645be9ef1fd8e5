"""The measured recall of the bands beside the right one, on a set of which all pairs are known.

The set is that of `benchmarks.near_duplicates`. For each seed the probe takes its pairs as in a build, and the interval
that the card would state is held against the share of all pairs of different texts at or above 0.75 that share a band.

    python -m benchmarks.probe --set DIR [--seeds 30]
"""

import argparse
import gzip
import json
from pathlib import Path

import numpy as np

from winnow.pipelines.dedup.packed import Counts, Hashes
from winnow.pipelines.dedup.probe import Entries, chosen, pairs, told
from winnow.pipelines.dedup.recall import recall
from winnow.pipelines.dedup.settings import PROBE_ROWS, NearDuplicates
from winnow.pipelines.dedup.shingles import Shingles, shingle, similarities
from winnow.pipelines.dedup.signatures import band_keys, content_keys, signatures
from winnow.pipelines.views.tabular import align


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", type=Path, required=True, metavar="DIR")
    parser.add_argument("--seeds", type=int, default=30)
    asked = parser.parse_args()
    with gzip.open(asked.set / "documents.jsonl.gz", "rt") as lines:
        documents = [json.loads(line) for line in lines]
    shingles = shingle([document["text"] for document in documents], NearDuplicates().shingle_words)
    texts = content_keys([document["text"] for document in documents])[:, 0]
    first, second = known(asked.set, {document["id"]: at for at, document in enumerate(documents)}, texts)
    rows, held = [["seed", "right", "measured", "least", "most", ""]], 0
    for seed in range(1, asked.seeds + 1):
        near = NearDuplicates(seed=seed)
        bands = band_keys(signatures(shingles, near.permutations, seed), near.bands)
        true = float((bands[first] == bands[second]).any(axis=1).mean())
        share = measured(shingles, texts, bands, near)
        inside = share[1] <= true <= share[2]
        held += inside
        rows.append([str(seed), *(f"{each:.4f}" for each in (true, *share)), "" if inside else "outside"])
    print("\n".join(align(rows, "rrrrrl")))
    right, found = (np.mean([float(row[column]) for row in rows[1:]]) for column in (1, 2))
    print(f"{held} of {asked.seeds} intervals hold the right value; on average {found:.4f}, where {right:.4f} is right")


def known(folder: Path, places: dict[str, int], texts: Hashes, limit: float = 0.75) -> tuple[Counts, Counts]:
    """The pairs of different texts at or above the limit, each two texts once."""
    found: dict[tuple[int, int], tuple[int, int]] = {}
    with gzip.open(folder / "pairs.jsonl.gz", "rt") as lines:
        for pair in map(json.loads, lines):
            one, other = places[pair["a"]], places[pair["b"]]
            if pair["jaccard"] >= limit and texts[one] != texts[other]:
                less, more = sorted((int(texts[one]), int(texts[other])))
                found.setdefault((less, more), (one, other))
    both = np.array(list(found.values()), np.int64)
    return both[:, 0], both[:, 1]


def measured(shingles: Shingles, texts: Hashes, bands: Hashes, near: NearDuplicates) -> tuple[float, float, float]:
    """(recall, least, most) as the probe has it."""
    keys, numbers = (
        band_keys(signatures(shingles, PROBE_ROWS, near.probe_seed), 1)[:, 0], np.arange(len(texts), dtype=np.uint64)
    )  # fmt: skip
    entries = chosen(Entries(keys, texts, numbers, shingles.offsets[:-1], shingles.sizes, keys), len(keys))
    one, other = (entries.numbers[at].astype(np.int64) for at in pairs(entries))
    met = (bands[one] == bands[other]).any(axis=1)
    found = recall(told(similarities(shingles, one, other), met, near.similarity), near.similarity)
    return (found.share, found.low, found.high) if found else (0.0, 0.0, 1.0)


if __name__ == "__main__":
    main()
