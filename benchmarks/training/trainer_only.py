"""The trainer's commands as `winnow` has them, without the pipelines', whose libraries a machine with a GPU may lack:
torch, tokenizers, safetensors, NumPy, PyArrow, rich and tomli_w are enough.

    python -m benchmarks.training.trainer_only --help
    python -m benchmarks.training.trainer_only train 124m --pack PACK --output RUN
"""

import argparse
import sys

from winnow.trainer.cli import parsers

if __name__ == "__main__":
    parser = argparse.ArgumentParser("python -m benchmarks.training.trainer_only", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parsers.add(parser.add_subparsers(required=True, metavar="COMMAND"), argparse.ArgumentParser)
    given = parser.parse_args()
    sys.exit(given.run(given))
