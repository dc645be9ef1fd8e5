"""Fits the weights of the engine `blocks` that come with Winnow, on all pages of WCXB's development split.

    pip install 'winnow[weights]'
    python -m benchmarks.block_model --web ../shared/data/web

Writes the weights and says their sha256, which `pipelines/extraction/settings.py` names. The same machine gives
the same bytes; how good they are is what `benchmarks.extraction` measures on domains that are held out.
"""

import argparse
import hashlib
from importlib import resources
from pathlib import Path

from benchmarks import saved_pages
from benchmarks.block_model.examples import gather
from benchmarks.block_model.fit import SETTINGS, fit
from winnow.pipelines.extraction.blocks import trees


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--web", required=True, type=Path, help="folder of the saved pages")
    place = Path(str(resources.files(trees.__package__).joinpath(trees.WEIGHTS)))
    parser.add_argument("--output", type=Path, default=place, metavar="FILE", help="default: %(default)s")
    given = parser.parse_args()
    data = fit(gather(saved_pages.wcxb(given.web)), SETTINGS[0]).packed()
    given.output.write_bytes(data)
    print(f"{given.output}: {len(data)} bytes, sha256 {hashlib.sha256(data).hexdigest()}")


if __name__ == "__main__":
    main()
