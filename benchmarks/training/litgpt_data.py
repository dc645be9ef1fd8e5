"""The tokens of a pack as litgpt's own format (LitData chunks). Runs in the environment that the benchmark makes.

python litgpt_data.py --tokens train.bin --block N --output DIR
"""

# mypy: disable-error-code="import-not-found"

import argparse
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import torch
from litdata import optimize
from litdata.streaming import TokensLoader

PART = 1 << 20
"""Tokens of one input."""


def tokens_of(bounds: tuple[int, int], path: Path) -> Iterator[torch.Tensor]:
    """One part of the tokens."""
    tokens = np.memmap(path, np.uint16, mode="r")
    yield torch.from_numpy(tokens[slice(*bounds)].astype(np.int32))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokens", type=Path, required=True)
    parser.add_argument("--block", type=int, required=True, help="tokens of a sample, one more than the context")
    parser.add_argument("--output", type=Path, required=True)
    given = parser.parse_args()
    count = given.tokens.stat().st_size // 2
    optimize(
        fn=partial(tokens_of, path=given.tokens),
        inputs=[(first, min(first + PART, count)) for first in range(0, count, PART)],
        output_dir=str(given.output),
        num_workers=1,
        chunk_bytes="50MB",
        item_loader=TokensLoader(block_size=given.block),
    )


if __name__ == "__main__":
    main()
