"""Runs of several processes over gloo, as torchrun starts them. Each starts torch anew, which takes seconds."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TRAIN = """
import os, signal, sys
from pathlib import Path
from winnow.trainer.config import config_file
from winnow.trainer.errors import BadCall
from winnow.trainer.run.train import train

configuration, run, until = sys.argv[1:]

def say(text):
    print(text, flush=True)
    if until and text.startswith(until):
        os.kill(os.getpid(), signal.SIGTERM)

train(config_file.load(configuration), Path(run), say)
"""


def launched(ranks: int, *arguments: str, code: str = TRAIN) -> subprocess.CompletedProcess[str]:
    script = Path(arguments[1]).with_suffix(".py")
    script.write_text(code)
    start = ["-m", "torch.distributed.run", "--standalone", "--nproc_per_node", str(ranks)] if ranks > 1 else []
    alone = {name: value for name, value in os.environ.items() if name not in ("RANK", "WORLD_SIZE")}
    return subprocess.run(
        [sys.executable, *start, str(script), *arguments],
        capture_output=True, text=True, check=False, cwd=ROOT, timeout=300,
        env=alone | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
