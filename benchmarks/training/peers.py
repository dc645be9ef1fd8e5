"""nanoGPT, litgpt and nanochat as the benchmark starts them: unmodified, by options of their own command lines.

nanoGPT and nanochat are checkouts, nanoGPT run with Winnow's own torch; litgpt and what nanochat needs go into
environments of their own, with the same version of torch. None evaluates or saves before the end.
"""

import json
import math
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.training.contenders import HERE, Precision, Shape
from benchmarks.training.process import Launch

LITGPT = ("litgpt==0.5.13", "litdata==0.2.76", "torchmetrics==1.9.0")
"""Beside torch. litgpt wants the other two for pre-training."""
NANOCHAT = ("wandb==0.31.0", "kernels==0.17.2", "rustbpe==0.1.0", "tiktoken==0.14.0", "requests==2.34.2",
            "filelock==4.2.11", "psutil==7.2.2", "pyarrow==26.0.1", "PyYAML==6.0.3", "numpy", "setuptools")  # fmt: skip
"""Beside torch, of which nanochat pins an older version."""
RATES = {"embedding": 0.3, "unembedding": 0.008, "matrix": 0.02, "scalar": 0.5}
"""nanochat's own."""
WARMUP = 0.1
"""Share of the steps, of the peers' schedules: they have no default for runs this short. Then a cosine to a tenth."""


@dataclass(frozen=True)
class NanoGPT:
    """Its train.py; no evaluation but two batches before the first step, which it cannot do without."""

    shape: Shape
    data: Path
    """A folder with train.bin, val.bin and meta.pkl."""
    checkout: Path
    compiled: bool
    kind: str = "nanogpt"
    rate: float = 4e-3
    python: Path = Path(sys.executable)

    @property
    def name(self) -> str:
        return "nanogpt" if self.compiled else "nanogpt-eager"

    @property
    def precision(self) -> Precision:
        """Its autocast is a nullcontext on a CPU, whatever --dtype says (train.py, `ctx`)."""
        return "bfloat16" if self.shape.device == "cuda" else "float32"

    @property
    def code(self) -> Path:
        return self.checkout

    def launch(self, output: Path, steps: int, seed: int, rate: float) -> Launch:
        shape = self.shape
        options = {
            "device": shape.device, "compile": self.compiled, "dtype": self.precision, "dataset": self.data,
            "out_dir": output, "n_layer": shape.layers, "n_head": shape.heads, "n_embd": shape.width,
            "block_size": shape.context, "batch_size": shape.micro_rows,
            "gradient_accumulation_steps": shape.accumulation, "learning_rate": rate, "min_lr": rate / 10,
            "max_iters": steps, "lr_decay_iters": steps, "warmup_iters": math.ceil(WARMUP * steps),
            "eval_interval": steps, "eval_iters": 1,
        }  # fmt: skip
        said = [f"--{name}={value}" for name, value in options.items()]
        command: list[str | Path] = [self.python, HERE / "seeded.py", str(seed), "train.py", *said]
        line = re.compile(r"^iter (\d+): loss")
        # it saves after `steps` steps, and then makes one more
        return Launch(self.name, command, self.checkout, output.with_suffix(".log"), line, first=0)

    def checkpoint(self, output: Path) -> Path:
        return output / "ckpt.pt"


@dataclass(frozen=True)
class LitGPT:
    """`litgpt pretrain`, which always compiles, in bf16-mixed: bf16-true has no float32 weights; AdamW as nanoGPT's."""

    shape: Shape
    data: Path
    """A folder with train/ and val/ in LitData's format."""
    environment: Path
    name: str = "litgpt"
    kind: str = "litgpt"
    precision: Precision = "bfloat16"
    rate: float = 4e-3

    @property
    def python(self) -> Path:
        return self.environment / "bin" / "python"

    @property
    def code(self) -> Path:
        return self.environment

    def launch(self, output: Path, steps: int, seed: int, rate: float) -> Launch:
        shape = self.shape
        model = {
            "name": "benchmark", "block_size": shape.context, "vocab_size": shape.vocab,
            "padded_vocab_size": shape.vocab, "n_layer": shape.layers, "n_head": shape.heads, "n_embd": shape.width,
            "rotary_percentage": 1.0, "parallel_residual": False, "bias": False, "norm_class_name": "RMSNorm",
            "mlp_class_name": "LLaMAMLP", "intermediate_size": shape.mlp,
        }  # fmt: skip
        adamw = {"lr": rate, "weight_decay": 0.1, "betas": [0.9, 0.95]}
        options = {
            "model_config": json.dumps(model), "out_dir": output, "data": "LitData", "data.data_path": self.data,
            "data.split_names": '["train","val"]', "data.num_workers": 1,
            "train.global_batch_size": shape.batch_tokens // shape.context,
            "train.micro_batch_size": shape.micro_rows, "train.max_tokens": steps * shape.batch_tokens,
            "train.lr_warmup_steps": math.ceil(WARMUP * steps), "train.min_lr": rate / 10,
            "train.save_interval": 10 * steps, "train.tie_embeddings": "true",
            "eval.interval": 10 * steps, "eval.max_iters": 1, "eval.final_validation": "false",
            "optimizer": json.dumps({"class_path": "torch.optim.AdamW", "init_args": adamw}),
            "precision": "bf16-mixed", "devices": 1, "logger_name": "csv", "seed": seed,
        }  # fmt: skip
        said = [str(part) for name, value in options.items() for part in (f"--{name}", value)]
        command: list[str | Path] = [self.python.with_name("litgpt"), "pretrain", "benchmark", *said]
        line = re.compile(r"\biter \d+ step (\d+) \|")
        return Launch(self.name, command, output.parent, output.with_suffix(".log"), line)

    def checkpoint(self, output: Path) -> Path:
        return output / "final" / "lit_model.pth"


@dataclass(frozen=True)
class Nanochat:
    """`scripts.base_train` with the options that its README gives for a CPU, and its own rates: Muon and AdamW. Without
    NANOCHAT_DTYPE it would take float32 on a CPU (nanochat/common.py, `_detect_compute_dtype`)."""

    shape: Shape
    base: Path
    """What it calls its base directory."""
    checkout: Path
    environment: Path
    name: str = "nanochat"
    kind: str = "nanochat"
    precision: Precision = "bfloat16"
    rate: float = 8.0
    """What its own rates are multiplied with: it has one for each kind of parameter."""

    @property
    def python(self) -> Path:
        return self.environment / "bin" / "python"

    @property
    def code(self) -> Path:
        return self.checkout

    def launch(self, output: Path, steps: int, seed: int, rate: float) -> Launch:
        shape = self.shape
        options = {
            "depth": shape.layers, "aspect-ratio": shape.width // shape.layers,
            "head-dim": shape.width // shape.heads, "window-pattern": "L", "max-seq-len": shape.context,
            "device-batch-size": shape.micro_rows, "total-batch-size": shape.batch_tokens, "num-iterations": steps,
            "warmup-steps": math.ceil(WARMUP * steps), "eval-every": -1, "core-metric-every": -1, "sample-every": -1,
            "device-type": shape.device, "model-tag": output.name,
            **{f"{of}-lr": rate * usual for of, usual in RATES.items()},
        }  # fmt: skip
        said = [f"--{name}={value}" for name, value in options.items()]
        command: list[str | Path] = [self.python, HERE / "seeded.py", str(seed), "scripts.base_train", *said]
        line = re.compile(r"^step (\d+)/\d+ ")
        told = {"NANOCHAT_BASE_DIR": str(self.base), "NANOCHAT_DTYPE": self.precision}
        return Launch(self.name, command, self.checkout, output.with_suffix(".log"), line, first=0, environment=told)

    def checkpoint(self, output: Path) -> Path:
        found = (self.base / "base_checkpoints" / output.name).glob("model_*.pt")
        return max(found, key=lambda path: path.stat().st_mtime)  # a former run may have left others
