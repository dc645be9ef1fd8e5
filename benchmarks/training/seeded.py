"""A peer's own training script with another seed, where it has no option for one; nothing else is changed.

python seeded.py SEED train.py --n_layer=6 …          in nanoGPT's folder
python seeded.py SEED scripts.base_train --depth=6 …  in nanochat's
"""

import runpy
import sys
from typing import Any

import torch

seed, script = int(sys.argv[1]), sys.argv[2]
sys.argv[:] = sys.argv[2:]
sys.path[0] = "."
set_seed = torch.manual_seed


def shifted(number: int) -> Any:
    return set_seed(number + seed)


torch.manual_seed = shifted  # type: ignore[assignment]
if script.endswith(".py"):
    runpy.run_path(script, run_name="__main__")
else:
    runpy.run_module(script, run_name="__main__", alter_sys=True)
