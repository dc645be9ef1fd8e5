"""How long training waits for its rows, before a simulated device that takes so many tokens a second.

The rows are those of a real pack, permuted, with where documents begin; the device sleeps for as long as it would work.

    python -m benchmarks.training.wait --pack PACK
"""

import argparse
import time
from pathlib import Path

from winnow.trainer.config.config_file import load
from winnow.trainer.data.batches import Batches
from winnow.trainer.data.prefetch import Prefetch
from winnow.trainer.pack.index import Pack

STEPS = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", type=Path, required=True, help="what winnow pack made")
    parser.add_argument("--rate", type=float, default=2e6, help="tokens a second of the device (default: %(default)g)")
    parser.add_argument("--context", type=int, default=1024, help="(default: %(default)s)")
    parser.add_argument("--rows", type=int, default=512, help="windows of a step (default: %(default)s)")
    given = parser.parse_args()
    config = load("124m", [f"model.context={given.context}"], str(given.pack))
    batches = Batches(config, Pack.open(given.pack), given.rows, STEPS)
    with Prefetch(batches, 0, STEPS) as coming:
        next(coming)  # the first, which opens the files
        began, waited = time.perf_counter(), coming.waited
        for _ in coming:
            time.sleep(given.rows * given.context / given.rate)
        seconds = time.perf_counter() - began
    rate = (STEPS - 1) * given.rows * given.context / seconds
    print(f"{rate / 1e6:.2f} M tokens a second: {(coming.waited - waited) / seconds:.2%} of the time waited for rows")


if __name__ == "__main__":
    main()
